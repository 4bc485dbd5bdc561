"""Cards: which are due, and what each says (DESIGN.md 8).

No card shows a restricted flag, a student's name or contact detail, or the words of a critical flag.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, func, select

from bot import actions
from bot.domain.review import FlagState, Verdict
from bot.house import House
from bot.people import email_of
from bot.records import Action, ActionState, Card, Comment, Decision, Flag, FlagRule, SiteRecord
from bot.store import Session
from bot.store.comments import stored_comment
from bot.store.signals import signals_of
from bot.vault import Vault

_HIDDEN_KINDS = ("student_name", "student_contact")
_DECIDED = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.ESCALATE, Verdict.UPHOLD, Verdict.APPEAL, Verdict.UNDO,
            Verdict.ACKNOWLEDGE, Verdict.NOT_SERIOUS)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardRule:
    """A broken rule in the policy's words."""

    title: str
    clause: str
    why: str
    recommend: str


@dataclass(frozen=True, slots=True)
class Shown:
    """All that a card says. `words` is None where nobody should read them without need."""

    flag: str
    version: int
    actions: int
    channel: str
    message: str | None
    """The message that shows the flag so far."""
    page: str
    severity: str
    state: str
    rules: tuple[CardRule, ...]
    words: str | None
    time_zone: str
    posted: datetime
    found: datetime
    deadline: datetime
    held: bool
    edited: bool
    deleted: bool
    acknowledged: bool
    not_serious: bool
    assigned: str
    decision: str
    """The last decision's kind; empty: nobody has decided."""
    by: str
    at: datetime | None
    platform: str
    """What became of the last action, in words."""
    current: bool = False
    """Whether the message says all this already."""
    bundle: str | None = None
    """The bundle on whose card it is by now; None: it has a card of its own."""


def due_cards(house: House, limit: int = 50, without: Collection[str] = ()) -> list[str]:
    """The flags whose card is missing or out of date, the most urgent first. What was decided before there was a channel has none.

    `without`: channels that are left alone, since nobody can write there now.
    """
    with house.store.reading() as session:
        done = (
            select(func.count())
            .where(Action.flag_id == Flag.id, col(Action.state) != ActionState.PENDING)
            .scalar_subquery()
        )
        is_new = col(Card.flag_id).is_(None) & col(Flag.state).in_([FlagState.OPEN, FlagState.APPEALED])
        is_new &= col(Flag.bundle_id).is_(None)  # else the bundle's card shows it
        is_old = (col(Card.version) != col(Flag.version)) | (col(Card.actions) != done)
        query = (
            select(Flag.id)
            .join(SiteRecord, col(SiteRecord.id) == Flag.site_id)
            .outerjoin(Card, col(Card.flag_id) == Flag.id)
            .where(col(SiteRecord.discord_channel).is_not(None), col(SiteRecord.discord_channel).not_in(without))
            .where(col(Flag.restricted).is_(False), is_new | is_old)
            .order_by(col(Flag.rank), col(Flag.due), col(Flag.id))
        )
        return list(session.exec(query.limit(limit)))


def card_of(house: House, flag_id: str) -> Shown | None:
    """What the card of a flag says now; None: there is no such flag, or none for a channel."""
    vault = house.store.vault
    with house.store.reading() as session:
        flag = session.get(Flag, flag_id)
        site = session.get_one(SiteRecord, flag.site_id) if flag else None
        if flag is None or site is None or flag.restricted or not site.discord_channel:
            return None
        card = session.get(Card, flag_id)
        comment, row = stored_comment(session, vault, flag.revision_id), session.get_one(Comment, flag.comment_id)
        last = _last(session, flag_id)
        done = session.exec(
            select(func.count()).where(Action.flag_id == flag_id, col(Action.state) != ActionState.PENDING)
        ).one()
        return Shown(
            flag=flag_id,
            version=flag.version,
            actions=done,
            channel=site.discord_channel,
            message=card.message if card and card.channel == site.discord_channel else None,
            page=flag.page_id,
            severity=flag.severity,
            state=flag.state,
            rules=_rules(session, house, flag_id),
            words=None if flag.severity == "critical" else masked(session, vault, flag, comment.text),
            time_zone=site.time_zone,
            posted=comment.created,
            found=comment.found,
            deadline=flag.due,
            held=flag.held,
            edited=flag.edited is not None,
            deleted=row.deleted is not None,
            acknowledged=flag.acknowledged is not None,
            not_serious=flag.not_serious_by is not None,
            assigned=email_of(session, vault, flag.assigned_to) if flag.assigned_to else "",
            decision=last.kind if last else "",
            by=email_of(session, vault, last.person_id) if last else "",
            at=last.at if last else None,
            platform=_platform(session, vault, flag_id),
            current=card is not None
            and (card.channel, card.version, card.actions) == (site.discord_channel, flag.version, done),
            bundle=flag.bundle_id,
        )


def note_shown(house: House, shown: Shown, message: str) -> None:
    """Remember which message shows a flag, and in which version."""
    with house.store.transaction() as session:
        session.merge(
            Card(
                flag_id=shown.flag, channel=shown.channel, message=message, version=shown.version, actions=shown.actions
            )
        )


def _last(session: Session, flag_id: str) -> Decision | None:
    query = select(Decision).where(Decision.flag_id == flag_id, col(Decision.kind).in_(_DECIDED))
    return session.exec(query.order_by(col(Decision.flag_version).desc()).limit(1)).first()


def _rules(session: Session, house: House, flag_id: str) -> tuple[CardRule, ...]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rows = session.exec(select(FlagRule).where(FlagRule.flag_id == flag_id).order_by(col(FlagRule.score).desc()))
    return tuple(
        CardRule(
            titles.get(row.rule, row.rule),
            row.clause,
            house.store.vault.open("flag_rule.why_sealed", f"{flag_id}:{row.rule}", row.why_sealed),
            row.recommend,
        )
        for row in rows
    )


def masked(session: Session, vault: Vault, flag: Flag, text: str) -> str:
    """The words with every place blackened that names a student or tells a contact detail."""
    found = signals_of(session, vault, [flag.revision_id], _HIDDEN_KINDS).get(flag.revision_id, [])
    return blackened(text, [(f.signal.start, f.signal.end) for f in found])


def blackened(text: str, places: Sequence[tuple[int, int]]) -> str:
    """The text with these places replaced by a bar each; places that overlap are one."""
    parts, behind = [], 0
    for start, end in sorted(places):
        if end <= behind:
            continue
        if start >= behind:
            parts += [text[behind:start], "\u2588" * 4]
        behind = end
    return "".join([*parts, text[behind:]])


def _platform(session: Session, vault: Vault, flag_id: str) -> str:
    newest = select(Action).where(Action.flag_id == flag_id).order_by(col(Action.created).desc(), col(Action.id).desc())
    action = session.exec(newest.limit(1)).first()
    if action is None:
        return ""
    receipt = actions.receipt_of(vault, action)
    if action.state == ActionState.DONE and receipt:
        return f"{action.kind}: {receipt['detail']}"
    return f"{action.kind}: {action.state}, {actions.problem_of(vault, action) or 'it waits for the platform'}"
