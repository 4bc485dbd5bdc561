"""Decisions: an administrator judges a flag; the first of two wins, and the second is told who decided what (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot import actions, cases
from bot.domain.errors import Advice
from bot.domain.own_rules import is_only_drawn
from bot.domain.review import (
    APPEAL_WITHIN,
    Choice,
    Consequence,
    FlagState,
    FlagView,
    Outcome,
    Press,
    Verdict,
    next_step,
)
from bot.domain.rights import NotYours, Situation, may_see, why_no_appeal, why_not
from bot.house import House
from bot.people import KnownPerson, email_of, find_person, situation
from bot.records import Access, Action, ActionState, Decision, Flag, FlagRule, new_id
from bot.store import Session
from bot.store.comments import StoredComment, current_revision, stored_comment
from bot.store.deciding import flag_view, last_decision
from bot.store.flags import advance_flag
from connectors.base import ActionKind

CONFIRM_WITHIN = timedelta(hours=1)
AGAIN_WITHIN = timedelta(hours=24)
"""When a decision that was taken back has to be taken anew; a critical one within `CONFIRM_WITHIN`."""
_SHORTEST = 6


class FlagChanged(Advice):
    """The flag says something else than when it was shown: look at it again."""

    def __init__(self) -> None:
        super().__init__("this flag has changed since you looked: look at it again before you decide")


class RuleNeeded(Advice):
    """Nothing was found in this comment: whoever says that it breaks the policy says which rule."""

    def __init__(self) -> None:
        super().__init__(
            "this comment was drawn at random and nothing was found in it: say which rule it breaks (--rule RULE), or clear it"
        )


class NoSuchFlag(Advice):
    """No flag of that id, or none that this person may know of: a restricted flag leaves no trace for the others."""

    def __init__(self, id: str) -> None:
        super().__init__(f"no flag {id}; see `hallmonitor queue`")


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, by whom and when. `won` is False when somebody else had decided before."""

    flag: str
    won: bool
    decision: str
    by: str
    at: datetime
    action: str | None = None
    action_state: str | None = None
    receipt: dict[str, object] | None = None
    case: str | None = None
    problem: str = ""
    """Why the action is not carried out yet, or never will be."""


def decide(
    house: House,
    flag_id: str,
    email: str,
    choice: Choice,
    now: datetime,
    *,
    note: str = "",
    os_user: str = "",
    seen_version: int | None = None,
) -> Decided:
    """Judge a flag. The platform is not called here: the action is pending when this returns.

    `seen_version` is the flag's version that the person was shown; without it, the flag as it stands is meant.

    Raises:
        NoSuchFlag: there is none, or it is not for this person's eyes.
        NoSuchPerson: nobody has this address.
        NotYours: this person may not decide it (rights, own page, about themselves, or a second person is needed).
        ReasonNeeded: a critical flag needs a note to be called not serious, an appeal what the author says.
        CannotBe: policy or time forbid it.
        FlagChanged: it is still open, and says something else than what the person was shown.
        RuleNeeded: it was drawn at random, and nobody has said yet which rule it breaks (`evaluation.name_rule`).
    """
    with house.store.transaction() as session:
        flag = find_flag(session, flag_id)
        comment = stored_comment(session, house.store.vault, flag.revision_id)
        person = find_person(session, house.store.vault, email)
        check_rights(session, flag, person, comment, flag_id, why_no_appeal if choice is Choice.APPEAL else why_not)
        step = next_step(flag_view(session, flag), Press(choice, person.id, note, now))
        if step is None:
            return _told(session, house, flag)
        if seen_version not in (None, flag.version):
            raise FlagChanged
        if step.action == ActionKind.HIDE or step.opens_case:
            _check_rule(session, flag)
        return _write(session, house, flag, person, step, note, os_user, now)


def outcome_of(house: House, decided: Decided) -> Decided:
    """The same decision with what became of its action by now."""
    if decided.action is None:
        return decided
    with house.store.reading() as session:
        action = session.get_one(Action, decided.action)
        return Decided(
            **{name: getattr(decided, name) for name in ("flag", "won", "decision", "by", "at", "case")},
            action=action.kind,
            action_state=action.state,
            receipt=actions.receipt_of(house.store.vault, action),
            problem=actions.problem_of(house.store.vault, action),
        )


def hide_for_case(house: House, case_id: str, email: str, now: datetime, *, os_user: str = "") -> Decided:
    """Hide the comment of an open case: escalating first and hiding later is no dead end.

    Raises:
        NoSuchCase, NoSuchPerson: as their names say.
    """
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email)
        case = cases.case_of(session, house.store.vault, case_id, person)
        flag = session.get_one(Flag, case.flag_id)
        critical = FlagView(FlagState.OPEN, critical=True, held=False, not_serious_by=None)
        step = next_step(critical, Press(Choice.HIDE, person.id, "", now))
        if step is None or flag.state != FlagState.ESCALATED or _is_hidden(session, flag):
            return _told(session, house, flag)
        return _write(session, house, flag, person, step, "", os_user, now)


def assign(
    house: House, flag_id: str, email: str, to: str, now: datetime, *, note: str = "", os_user: str = ""
) -> Decided:
    """Say whose turn it is. It is a help and no lock: whoever has the right may decide the flag all the same.

    Raises:
        NoSuchFlag, NoSuchPerson: as their names say.
        NotYours: the one or the other may not decide it.
    """
    vault = house.store.vault
    with house.store.transaction() as session:
        flag = find_flag(session, flag_id)
        comment = stored_comment(session, vault, flag.revision_id)
        person, chosen = find_person(session, vault, email), find_person(session, vault, to)
        check_rights(session, flag, person, comment, flag_id)
        reason = why_not(situation(session, chosen, flag, comment.author.name, comment.text))
        if reason is not None:
            raise NotYours(f"{chosen.email} may not decide this flag: {reason}")
        if flag.state not in (FlagState.OPEN, FlagState.APPEALED):
            return _told(session, house, flag)
        step = Consequence(Verdict.ASSIGN, FlagState(flag.state), Outcome(flag.outcome) if flag.outcome else None)
        return _write(session, house, flag, person, step, note, os_user, now, assigned_to=chosen.id)


def _is_hidden(session: Session, flag: Flag) -> bool:
    """Whether somebody has ordered the hide of a case already."""
    ordered = (Action.flag_id == flag.id, Action.kind == ActionKind.HIDE, Action.state != ActionState.CANCELLED)
    return session.exec(select(Action.id).where(*ordered)).first() is not None


def note_access(house: House, flag_id: str, email: str, reason: str, now: datetime) -> None:
    """Record that a person was shown the full text of a flag (DESIGN.md 8)."""
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email)
        session.add(Access(id=new_id(), flag_id=flag_id, person_id=person.id, at=now, reason=reason))


def find_flag(session: Session, id: str) -> Flag:
    """A flag to be decided, by its id or by an unambiguous ending of it (6 characters at least).

    Raises:
        NoSuchFlag: there is none, or more than one.
    """
    wanted = col(Flag.id) == id if len(id) == len(new_id()) else col(Flag.id).endswith(id, autoescape=True)
    found = session.exec(select(Flag).where(wanted).limit(2).with_for_update()).all() if len(id) >= _SHORTEST else []
    if len(found) != 1:
        raise NoSuchFlag(id)
    return found[0]


def check_rights(
    session: Session,
    flag: Flag,
    person: KnownPerson,
    comment: StoredComment,
    typed: str,
    why_not_here: Callable[[Situation], str | None] = why_not,
) -> None:
    """See that this person may decide this flag, which they found as `typed`. `why_not_here`: the right that is asked for.

    Raises:
        NoSuchFlag: it is not for their eyes.
        NotYours: they may see it, and not decide it.
    """
    stands = situation(session, person, flag, comment.author.name, comment.text)
    reason = why_not_here(stands)
    if reason is not None:
        if not may_see(stands):
            raise NoSuchFlag(typed)  # what was typed: its whole id would betray it
        raise NotYours(reason)


def _check_rule(session: Session, flag: Flag) -> None:
    """See that a flag says which rule is broken, before somebody acts on it."""
    if is_only_drawn(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id))):
        raise RuleNeeded


def _write(
    session: Session,
    house: House,
    flag: Flag,
    person: KnownPerson,
    step: Consequence,
    note: str,
    os_user: str,
    now: datetime,
    **more: object,
) -> Decided:
    version = flag.version
    changes: dict[str, object] = {"state": step.state, "outcome": step.outcome, **more}
    if step.verdict is Verdict.ACKNOWLEDGE:
        changes["acknowledged"] = flag.acknowledged or now
    if step.verdict is Verdict.NOT_SERIOUS:
        changes |= {"not_serious_by": person.id, "due": min(flag.due, now + CONFIRM_WITHIN)}
    if step.verdict is Verdict.APPEAL:
        changes |= {"due": now + APPEAL_WITHIN, "assigned_to": None}
    if step.verdict is Verdict.UNDO:
        within = CONFIRM_WITHIN if flag.severity == "critical" else AGAIN_WITHIN
        changes |= {"due": now + within, "acknowledged": None, "not_serious_by": None}
    if not advance_flag(session, flag.id, version, **changes):
        session.refresh(flag)
        return _told(session, house, flag)
    id, vault = new_id(), house.store.vault
    session.add(
        Decision(
            id=id,
            flag_id=flag.id,
            flag_version=version,
            kind=step.verdict,
            person_id=person.id,
            os_user_sealed=vault.seal("decision.os_user_sealed", id, os_user),
            note_sealed=vault.seal("decision.note_sealed", id, note) if note else None,
            at=now,
        )
    )
    session.flush()
    session.refresh(flag)
    action = _order(session, house, flag, id, step, now)
    case = cases.open_case(session, house.policy, flag, person, now) if step.opens_case else None
    return Decided(flag.id, True, step.verdict, person.email, now, action, case=case)


def _order(
    session: Session, house: House, flag: Flag, decision_id: str, step: Consequence, now: datetime
) -> str | None:
    """The action of a decision. Letting go also takes back what the machine has asked for and the platform has not answered."""
    kind, asked = step.action, False
    if step.outcome in (Outcome.CLEARED, Outcome.CONSENTED):
        asked = actions.cancel_waiting(session, flag.comment_id, "the flag was cleared", now)
        kind = ActionKind.RESTORE if asked else kind
    if kind is None:
        return None
    has_newer_words = flag.state == FlagState.ESCALATED or flag.edited is not None
    revision = current_revision(session, flag.comment_id) if has_newer_words else None
    return actions.order(session, house, flag, decision_id, kind, now, revision_id=revision, asked=asked)


def _told(session: Session, house: House, flag: Flag) -> Decided:
    """Who decided what and when, for whoever came second."""
    last = last_decision(session, flag.id)
    if last is None or flag.outcome == Outcome.SUPERSEDED:  # an edit closed it, and nobody else
        return Decided(flag.id, False, flag.outcome or flag.state, "policy", last.at if last else flag.opened)
    return Decided(flag.id, False, last.kind, email_of(session, house.store.vault, last.person_id), last.at)
