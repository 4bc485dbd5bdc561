"""A fresh scoring of a comment that has a flag: what it adds, and whether the flag has to wait for a person again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import select

from bot import cases
from bot.domain import deadlines
from bot.domain.class_pages import Severity
from bot.domain.context import is_serious
from bot.domain.policy import Broken
from bot.domain.review import FlagState, Outcome, Verdict
from bot.house import House
from bot.pipeline.scene import Judged, Scene
from bot.records import Decision, Flag, FlagRule, new_id
from bot.store import Session, StoredFinding
from bot.store.deciding import last_decision
from bot.vault import Vault

_LET_GO = (Outcome.CLEARED, Outcome.CONSENTED, Outcome.SUPERSEDED)


def add_rules(
    session: Session,
    house: House,
    flag: Flag,
    broken: Sequence[Broken],
    findings: Sequence[StoredFinding],
    now: datetime,
) -> bool:
    """Add what a flag does not say yet. True: it says more than before.

    A flag that was let go waits again, and so does one that is now more serious or critical in another way. A case that is
    open gets the steps that are missing.
    """
    vault = house.store.vault
    known = {row.rule: row for row in session.exec(select(FlagRule).where(FlagRule.flag_id == flag.id))}
    more = [b for b in broken if b.rule.id not in known or b.severity.rank < Severity(known[b.rule.id].severity).rank]
    restricted = any(b.restricted for b in broken) and not flag.restricted
    if not more and not restricted:
        return False
    for b in more:
        session.merge(flag_rule(vault, flag.id, b, findings))
    flag.restricted = flag.restricted or restricted
    flag.policy_version, flag.version = house.policy_version, flag.version + 1
    flag.not_serious_by = flag.acknowledged = None
    if not more:
        return True
    worst = min((b.severity for b in more), key=lambda s: s.rank)
    if flag.state == FlagState.CLOSED and not _waits_again(flag, worst):
        return True
    if flag.state == FlagState.CLOSED:
        flag.state, flag.outcome, flag.due = FlagState.OPEN, None, deadlines.due(more, now)
    flag.due = min(flag.due, deadlines.due(more, now))
    if worst.rank < flag.rank:
        flag.severity, flag.rank = worst, worst.rank
    session.flush()
    if flag.state == FlagState.ESCALATED:
        cases.add_missing_steps(session, house.policy, flag, now)
    return True


def uncover(session: Session, flag: Flag, scene: Scene, judged: Judged) -> bool:
    """Let a flag wait again that was closed since consents covered it, and of which one has ended (MATRIX.md, Consent). True: it does.

    The machine's decision says so: it makes the flag one that nobody has decided, and that may be drawn together with whatever else
    that consent covered. What was closed without a recorded consent stays closed: nothing of it has ended.
    """
    if flag.outcome != Outcome.CONSENTED:
        return False
    closed = last_decision(session, flag.id, (Verdict.CONSENT,))
    if closed is None or not scene.has_ended(judged, closed.at):
        return False
    session.add(Decision(id=new_id(), flag_id=flag.id, flag_version=flag.version, kind=Verdict.UNCOVER, at=scene.now))
    flag.state, flag.outcome, flag.due = FlagState.OPEN, None, deadlines.due(judged.broken, scene.now)
    flag.acknowledged = flag.not_serious_by = flag.bundle_id = flag.bundle_place = None
    flag.version += 1
    return True


def is_waiting_for_nothing(session: Session, flag: Flag) -> bool:
    """Whether an open flag stands only because its comment could not be checked before."""
    rules = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
    return flag.state == FlagState.OPEN and rules == {"unchecked"}


def says_the_same(broken: Sequence[Broken], earlier: Mapping[str, str]) -> bool:
    """Whether new words break every critical or high rule that earlier ones broke: then their flag answers for both."""
    rules = {b.rule.id for b in broken}
    return all(rule in rules for rule, severity in earlier.items() if is_serious(Severity(severity)))


def flag_rule(vault: Vault, flag_id: str, broken: Broken, findings: Sequence[StoredFinding]) -> FlagRule:
    """The row of one broken rule, with the detector, and its version, that showed it best."""
    source = next(f for f in findings if f.signal is broken.signal)
    return FlagRule(
        flag_id=flag_id,
        rule=broken.rule.id,
        clause=broken.rule.clause,
        severity=broken.severity,
        recommend=broken.recommend,
        score=broken.signal.score,
        moderator=source.moderator,
        moderator_version=source.version,
        start=broken.signal.start,
        end=broken.signal.end,
        why_sealed=vault.seal("flag_rule.why_sealed", f"{flag_id}:{broken.rule.id}", broken.why),
    )


def _waits_again(flag: Flag, worst: Severity) -> bool:
    return flag.outcome in _LET_GO or worst is Severity.CRITICAL or worst.rank < flag.rank
