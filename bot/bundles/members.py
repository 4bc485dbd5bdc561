"""The flags of a bundle as rows: where each stands, and how one leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import aliased
from sqlmodel import col, exists, func, select, update

from bot.domain.bundle_presses import BundleChoice, Decided, Member, Pressed, Stand, stand_of
from bot.domain.class_pages import Severity
from bot.domain.review import FlagState, Outcome, Verdict
from bot.records import Bundle, Card, Decision, Flag, FlagRule
from bot.store import Session
from bot.store.bulk import parts


def _is_decided() -> Any:
    """Whether a person has decided a flag, and no consent has ended since by which that was decided."""
    later = aliased(Decision)
    since = (
        col(later.flag_id) == Decision.flag_id,
        col(later.flag_version) > Decision.flag_version,
        col(later.kind) == Verdict.UNCOVER,
    )
    decided = (col(Decision.flag_id) == Flag.id, col(Decision.person_id).is_not(None))
    return exists().where(*decided, ~exists().where(*since))


IS_DECIDED: Final = _is_decided()


@dataclass(frozen=True, slots=True)
class Bundled:
    """One flag of a bundle, and where it stands there."""

    flag: Flag
    stand: Stand


def pressed_on(bundle: Bundle) -> Pressed:
    """What was pressed on a bundle so far."""
    choice = BundleChoice(bundle.choice) if bundle.choice else None
    return Pressed(choice, bundle.decided_by, bundle.decided, bundle.undone_by, bundle.undone)


def members_of(session: Session, bundle: Bundle) -> list[Bundled]:
    """The flags of a bundle, the most urgent first."""
    query = select(Flag).where(Flag.bundle_id == bundle.id)
    flags = session.exec(query.order_by(col(Flag.rank), col(Flag.bundle_place))).all()
    last, pressed = _last_decisions(session, bundle.id), pressed_on(bundle)
    return [Bundled(flag, stand_of(_member(flag, last.get(flag.id)), pressed)) for flag in flags]


def let_go(session: Session, bundle: Bundle) -> list[Bundled]:
    """Let those leave that have a story of their own by now; those that stay."""
    members = members_of(session, bundle)
    take_out(session, bundle, [m.flag for m in members if m.stand is Stand.LEAVES])
    return [m for m in members if m.stand is not Stand.LEAVES]


def take_out(session: Session, bundle: Bundle, flags: Sequence[Flag]) -> None:
    """Give these flags a card of their own, for good."""
    _part_with(session, [flag.id for flag in flags], bundle_id=None)
    bundle.apart += sum(not flag.restricted for flag in flags)


def set_free(session: Session, flags: Sequence[Flag]) -> None:
    """Let go of flags that joined too late: they may be drawn into another bundle."""
    _part_with(session, [flag.id for flag in flags], bundle_id=None, bundle_place=None)


def _part_with(session: Session, flags: Sequence[str], **changes: None) -> None:
    for part in parts(flags):
        session.exec(update(Flag).where(col(Flag.id).in_(part)).values(**changes))
    mark_cards(session, flags)


def mark_cards(session: Session, flags: Sequence[str]) -> None:
    """Make the cards due that these flags have: they say something else now. Who has looked at one looks again."""
    for part in parts(flags):
        with_card = session.exec(select(Card.flag_id).where(col(Card.flag_id).in_(part))).all()
        session.exec(update(Flag).where(col(Flag.id).in_(with_card)).values(version=Flag.version + 1))


def rules_broken(session: Session, bundle_id: str) -> dict[str, list[str]]:
    """The rules that each flag of a bundle breaks, by the flag's id."""
    query = select(FlagRule.flag_id, FlagRule.rule).join(Flag, col(Flag.id) == FlagRule.flag_id)
    found: dict[str, list[str]] = {}
    for flag, rule in session.exec(query.where(Flag.bundle_id == bundle_id).order_by(col(FlagRule.rule))):
        found.setdefault(flag, []).append(rule)
    return found


def _member(flag: Flag, last: Decided | None) -> Member:
    taken = flag.acknowledged or flag.assigned_to or flag.not_serious_by
    by_itself = flag.restricted or flag.rank <= Severity.CRITICAL.rank or flag.edited is not None or taken is not None
    return Member(FlagState(flag.state), Outcome(flag.outcome) if flag.outcome else None, by_itself, last)


def _last_decisions(session: Session, bundle_id: str) -> dict[str, Decided]:
    """The last decision of a person on each flag of a bundle, but for what was decided by a consent that has ended since."""
    newest = (
        select(Decision.flag_id, func.max(Decision.flag_version).label("version"))
        .join(Flag, col(Flag.id) == Decision.flag_id)
        .where(Flag.bundle_id == bundle_id, col(Decision.person_id).is_not(None) | (Decision.kind == Verdict.UNCOVER))
        .group_by(Decision.flag_id)
        .subquery()
    )
    query = select(Decision.flag_id, Decision.kind, Decision.person_id, Decision.at).join(
        newest, (newest.c.flag_id == Decision.flag_id) & (newest.c.version == Decision.flag_version)
    )
    rows = session.exec(query)
    return {flag: Decided(kind, person, at) for flag, kind, person, at in rows if kind != Verdict.UNCOVER}
