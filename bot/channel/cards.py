"""Cards: which are due, and what each says (DESIGN.md 8).

No card shows a restricted flag, a student's name or contact detail, or the words of a critical flag.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot import actions
from bot.domain.class_pages import Language, Severity
from bot.domain.policy import steps_for
from bot.domain.review import Choice, FlagState, Verdict, offered
from bot.domain.strikes import Strike
from bot.house import House
from bot.people import name_of
from bot.records import Action, ActionState, Card, Comment, Decision, Flag, FlagRule, SiteRecord
from bot.settings import Messages
from bot.store import Session
from bot.store.comments import stored_comment
from bot.store.deciding import flag_view
from bot.store.signals import signals_of
from bot.strikes import Strikes
from bot.vault import Vault

HIDDEN_KINDS = ("student_name", "student_contact")
"""Findings whose places are blackened wherever others read them."""

_SOON = timedelta(hours=1)
"""What has more time is a step of the case, and not of the card."""

_DECIDED = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.ESCALATE, Verdict.UPHOLD, Verdict.APPEAL, Verdict.UNDO,
            Verdict.ACKNOWLEDGE, Verdict.NOT_SERIOUS, Verdict.UNCOVER)  # fmt: skip


@dataclass(frozen=True, slots=True)
class CardRule:
    """A broken rule in the school's language."""

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
    offered: tuple[Choice, ...]
    """What can be pressed, in this order. A card is drawn when something happens to its flag, and not because time passes."""
    language: Language = Language.ENGLISH
    strike: Strike | None = None
    """What several upheld flags of this author call for, as far as everybody of the review may know."""
    calls: tuple[tuple[str, str], ...] = ()
    """Whom a critical flag asks to call: what it is for, and the telephones."""
    current: bool = False
    """Whether the message says all this already."""
    bundle: str | None = None
    """The bundle on whose card it is by now; None: it has a card of its own."""


def due_cards(house: House, limit: int = 50, without: Collection[str] = (), resting: Collection[str] = ()) -> list[str]:
    """The flags whose card is missing or out of date, the most urgent first. What was decided before there was a channel has none.

    `without`: channels that are left alone, since nobody can write there now; `resting`: flags whose card could not be made.
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
        found = session.exec(query.limit(limit + len(resting)))  # no statement takes as many ids as may rest
        return [id for id in found if id not in resting][:limit]


def card_of(house: House, flag_id: str) -> Shown | None:
    """What the card of a flag says now; None: there is no such flag, or none for a channel."""
    vault = house.store.vault
    with house.store.reading() as session:
        flag = session.get(Flag, flag_id)
        site = session.get_one(SiteRecord, flag.site_id) if flag else None
        if flag is None or site is None or flag.restricted or not site.discord_channel:
            return None
        messages = house.messages(Language(site.language))
        card = session.get(Card, flag_id)
        comment, row = stored_comment(session, vault, flag.revision_id), session.get_one(Comment, flag.comment_id)
        last = _last(session, flag_id)
        drawn = last.at if last else flag.opened
        rules = sorted(session.exec(select(FlagRule).where(FlagRule.flag_id == flag_id)), key=_worst_first)
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
            rules=tuple(_in_words(house, messages, row) for row in rules),
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
            assigned=name_of(session, vault, flag.assigned_to) if flag.assigned_to else "",
            decision=last.kind if last else "",
            by=name_of(session, vault, last.person_id) if last else "",
            at=last.at if last else None,
            platform=_platform(session, vault, messages, flag_id),
            offered=offered(flag_view(session, flag), drawn) if flag.bundle_id is None else (),
            language=messages.language,
            strike=Strikes(session, house, None, drawn).of(flag, comment.author, [row.rule for row in rules]),
            calls=calls_of(house, messages, [row.rule for row in rules], _SOON) if flag.severity == "critical" else (),
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


def _worst_first(row: FlagRule) -> tuple[int, float]:
    return Severity(row.severity).rank, -row.score


def _in_words(house: House, messages: Messages, row: FlagRule) -> CardRule:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    why = house.store.vault.open("flag_rule.why_sealed", f"{row.flag_id}:{row.rule}", row.why_sealed)
    return CardRule(
        title=messages.title(row.rule, titles.get(row.rule, row.rule)),
        clause=row.clause,
        why=messages.why(row.rule, why),
        recommend=messages.advice(row.rule, row.recommend),
    )


def calls_of(
    house: House, messages: Messages, rules: Collection[str], within: timedelta = timedelta.max
) -> tuple[tuple[str, str], ...]:
    """Whom the steps of these rules ask to call within that time, as a critical incident: what it is for, and the telephones."""
    broken = [rule for rule in house.policy.rules if rule.id in rules]
    steps = [step for step in steps_for(house.policy, broken, critical=True) if step.within <= within]
    calls = ((messages.plain(step.do), ", ".join(step.telephone)) for step in steps if step.telephone)
    return tuple(dict.fromkeys(calls))


def masked(session: Session, vault: Vault, flag: Flag, text: str) -> str:
    """The words with every place blackened that names a student or tells a contact detail."""
    found = signals_of(session, vault, [flag.revision_id], HIDDEN_KINDS).get(flag.revision_id, [])
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


def _platform(session: Session, vault: Vault, messages: Messages, flag_id: str) -> str:
    newest = select(Action).where(Action.flag_id == flag_id).order_by(col(Action.created).desc(), col(Action.id).desc())
    action = session.exec(newest.limit(1)).first()
    if action is None:
        return ""
    receipt = actions.receipt_of(vault, action)
    if action.state == ActionState.DONE and receipt:
        if not receipt["state"]:
            return messages.say("platform.by_hand", detail=receipt["detail"])
        return messages.say("platform.done", detail=messages.plain(str(receipt["detail"])))
    asked, problem = messages.say(f"action.{action.kind}"), actions.problem_of(vault, action)
    waits = "platform.waits" if problem else "platform.waits_for_it"
    key = waits if action.state == ActionState.PENDING else f"platform.{action.state}"
    return messages.say(key, action=asked, problem=problem)
