"""A decision as rows: the flag's next state, the decision, what is asked of the platform, a case (DESIGN.md 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import actions, cases
from bot.domain.review import APPEAL_WITHIN, Consequence, FlagState, Outcome, Verdict
from bot.house import House
from bot.people import KnownPerson, email_of, name_of
from bot.records import Decision, Flag, new_id
from bot.store import Session
from bot.store.comments import current_revision
from bot.store.deciding import last_decision
from bot.store.flags import advance_flag
from connectors.base import ActionKind

CONFIRM_WITHIN = timedelta(hours=1)
AGAIN_WITHIN = timedelta(hours=24)
"""When a decision that was taken back has to be taken anew; a critical one within `CONFIRM_WITHIN`."""


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, by whom and when. `won` is False when somebody else had decided before. `by` is an address."""

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
    name: str = ""
    """How whoever decided is called in the channel."""


def write(
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
    """Write what a press led to; who came second is told what the first decided. `more` are further columns of the flag."""
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
        return told(session, house, flag)
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
    name = person.name or person.email
    return Decided(flag.id, True, step.verdict, person.email, now, action, case=case, name=name)


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


def told(session: Session, house: House, flag: Flag) -> Decided:
    """Who decided what and when, for whoever came second."""
    last = last_decision(session, flag.id)
    if last is None or flag.outcome == Outcome.SUPERSEDED:  # an edit closed it, and nobody else
        at = last.at if last else flag.opened
        return Decided(flag.id, False, flag.outcome or flag.state, "policy", at, name="policy")
    by, name = (of(session, house.store.vault, last.person_id) for of in (email_of, name_of))
    return Decided(flag.id, False, last.kind, by, last.at, name=name)
