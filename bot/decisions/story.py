"""Decisions: an administrator judges a flag; the first of two wins, and the second is told who decided what (DESIGN.md 7)."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from bot import actions, cases
from bot.decisions.finding import check_rights, find_flag
from bot.decisions.writing import Decided, told, write
from bot.domain.errors import Advice
from bot.domain.own_rules import is_only_drawn
from bot.domain.review import Choice, Consequence, FlagState, FlagView, Outcome, Press, Verdict, next_step
from bot.domain.rights import NotYours, why_no_appeal, why_not
from bot.house import House
from bot.people import find_person, situation
from bot.records import Action, Flag, FlagRule
from bot.store import Session
from bot.store.again import again
from bot.store.comments import stored_comment
from bot.store.deciding import flag_view, is_hidden
from connectors.base import ActionKind


class FlagChanged(Advice):
    """The flag says something else than when it was shown: look at it again."""

    def __init__(self) -> None:
        super().__init__("this flag has changed since you looked: look at it again before you decide")


class RuleNeeded(Advice):
    """Nothing was found in this comment: whoever says that it breaks the policy says which rule."""

    def __init__(self) -> None:
        super().__init__(
            "this comment was drawn at random and nothing was found in it: say which rule it breaks (--rule RULE), or clear it",
            key="rule_needed",
        )


@again
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
        person = find_person(session, house.store.vault, email, now)
        flag = find_flag(session, flag_id)
        comment = stored_comment(session, house.store.vault, flag.revision_id)
        check_rights(session, flag, person, comment, flag_id, why_no_appeal if choice is Choice.APPEAL else why_not)
        step = next_step(flag_view(session, flag), Press(choice, person.id, note, now))
        if step is None:
            return told(session, house, flag)
        if seen_version not in (None, flag.version):
            raise FlagChanged
        if step.action == ActionKind.HIDE or step.opens_case:
            _check_rule(session, flag)
        return write(session, house, flag, person, step, note, os_user, now)


def outcome_of(house: House, decided: Decided) -> Decided:
    """The same decision with what became of its action by now."""
    if decided.action is None:
        return decided
    with house.store.reading() as session:
        action = session.get_one(Action, decided.action)
        return Decided(
            **{name: getattr(decided, name) for name in ("flag", "won", "decision", "by", "name", "at", "case")},
            action=action.kind,
            action_state=action.state,
            receipt=actions.receipt_of(house.store.vault, action),
            problem=actions.problem_of(house.store.vault, action),
        )


@again
def hide_for_case(house: House, case_id: str, email: str, now: datetime, *, os_user: str = "") -> Decided:
    """Hide the comment of an open case: escalating first and hiding later is no dead end.

    Raises:
        NoSuchCase, NoSuchPerson: as their names say.
    """
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email, now)
        case = cases.case_of(session, house.store.vault, case_id, person)
        flag = session.get_one(Flag, case.flag_id)
        critical = FlagView(FlagState.OPEN, critical=True, held=False, not_serious_by=None)
        step = next_step(critical, Press(Choice.HIDE, person.id, "", now))
        if step is None or flag.state != FlagState.ESCALATED or is_hidden(session, flag.id):
            return told(session, house, flag)
        return write(session, house, flag, person, step, "", os_user, now)


@again
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
        person = find_person(session, vault, email, now)
        flag = find_flag(session, flag_id)
        comment = stored_comment(session, vault, flag.revision_id)
        check_rights(session, flag, person, comment, flag_id)
        chosen = find_person(session, vault, to, now)  # behind the right: its refusal would say that there is a flag
        reason = why_not(situation(session, chosen, flag, comment.author, comment.text))
        if reason is not None:
            raise NotYours(f"{chosen.email} may not decide this flag: {reason}")
        if flag.state not in (FlagState.OPEN, FlagState.APPEALED):
            return told(session, house, flag)
        step = Consequence(Verdict.ASSIGN, FlagState(flag.state), Outcome(flag.outcome) if flag.outcome else None)
        return write(session, house, flag, person, step, note, os_user, now, assigned_to=chosen.id)


def _check_rule(session: Session, flag: Flag) -> None:
    """See that a flag says which rule is broken, before somebody acts on it."""
    if is_only_drawn(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id))):
        raise RuleNeeded
