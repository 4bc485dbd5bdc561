"""What an alarm and a direct message say: where to look, and never a word of a comment (DESIGN.md 7 and 8)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement
from sqlalchemy.orm import aliased
from sqlmodel import col, func, or_, select, update

from bot.calls import CHAT, call_in, moment_of, still_called
from bot.channel.calling import called_by
from bot.channel.posts import AGAIN_AFTER, Message
from bot.domain.class_pages import Language
from bot.domain.ladder import Reason
from bot.domain.review import Verdict
from bot.house import House
from bot.people import ladder_of, name_of, people_of_site, rungs_for
from bot.records import Bundle, Card, Decision, Flag, FlagRule, Post, PostKind, SiteRecord
from bot.store import Session
from bot.store.deciding import last_decision

_MOST_SAID: Final = 15  # more lines with their links no message holds
_ENDS: Final = tuple(
    kind for kind in Verdict if kind not in (Verdict.ASSIGN, Verdict.HOLD, Verdict.RELEASE, Verdict.UNCOVER)
)


@dataclass(frozen=True, slots=True)
class Line:
    """One flag of an alarm. `card` is the message that shows it; empty: there is none any more."""

    post: str
    flag: str
    version: int
    page: str
    titles: tuple[str, ...]
    due: datetime
    late: bool
    card: str
    waits: bool
    """Whether this alarm still calls for it."""
    acknowledged: bool
    again: bool
    """It was called for again since, with a message of its own."""
    decision: str
    """What came of it: the last decision's kind; empty: nobody has decided."""
    by: str
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Message):
    """One message about one critical flag, or about many: those that wait come first."""

    time_zone: str
    lines: tuple[Line, ...]
    waiting: int
    count: int
    """Of how many flags it tells; `lines` has as many as a message may hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct(Message):
    """A message to one person: that restricted flags wait, and nothing more."""

    count: int


@dataclass(frozen=True, slots=True)
class _Row:
    """A post of an alarm with what its line hangs on."""

    post: Post
    flag: Flag
    card: str
    is_newest: bool

    def waits(self, now: datetime) -> bool:
        return self.is_newest and not self.flag.restricted and self.still_called(now)

    def still_called(self, now: datetime) -> bool:
        return still_called(self.flag, call_in(self.post.about)[0], now)

    @property
    def fingerprint(self) -> tuple[object, ...]:
        if (
            self.flag.restricted
        ):  # its message is edited once, for that: each later edit would say when something was done
            return (self.post.id, "restricted")
        return (self.post.id, self.flag.version, self.card, self.is_newest)


def alarm_of(session: Session, house: House, lead: Post, now: datetime) -> Alarm:
    """What an alarm says now, and whom it calls; nobody, once nothing waits any more."""
    site, rows = session.get_one(SiteRecord, lead.site_id), _rows(session, _told_by([lead.id]))
    rows.sort(key=lambda row: (not row.waits(now), row.flag.due, row.post.id))
    waiting = [row for row in rows if row.waits(now)]
    called = (
        waiting if lead.sent is None else waiting[:_MOST_SAID]
    )  # nobody is called by an edit: the names stay to be read
    moment = moment_of(session, house.store.vault, lead.site_id, now) if called else None
    people = [p for row in called if moment for p in called_by(session, house.store.vault, row.post, moment)]
    return Alarm(
        id=lead.id,
        channel=lead.channel or site.discord_channel,
        message=lead.message,
        accounts=tuple(dict.fromkeys(account for person in people for account in person.accounts.get(CHAT, ()))),
        wanted=bool(waiting),
        language=Language(site.language),
        time_zone=site.time_zone,
        lines=tuple(_line(session, house, row, now) for row in rows[:_MOST_SAID]),
        waiting=len(waiting),
        count=len(rows),
        shown=_digest(rows),
    )


def direct_of(session: Session, house: House, lead: Post, now: datetime) -> Direct:
    """What a direct message says: how many restricted flags wait for its reader, who may decide them now."""
    vault, site = house.store.vault, session.get_one(SiteRecord, lead.site_id)
    posts = session.exec(select(Post, Flag).join(Flag, col(Flag.id) == Post.flag_id).where(_told_by([lead.id])))
    waiting = [flag for post, flag in posts if still_called(flag, call_in(post.about)[0], now)]
    ladder = ladder_of(
        session, vault, lead.site_id, now
    )  # rights are looked up anew: the message may have waited for the line
    may = [{p.id for rung in rungs_for(session, vault, flag, ladder) for p in rung} for flag in waiting]
    count = sum(lead.person_id in people for people in may)
    readers = [p for p in people_of_site(session, vault, lead.site_id, now) if p.id == lead.person_id]
    accounts = tuple(account for reader in readers for account in reader.accounts.get(CHAT, ()))
    wanted = count > 0 and bool(accounts) and site.discord_channel is not None
    return Direct(
        id=lead.id,
        channel=None,
        message=lead.message,
        accounts=accounts,
        wanted=wanted,
        language=next((reader.language for reader in readers if reader.language), None) or Language(site.language),
        count=count,
    )


def alarms_to_edit(house: House, now: datetime) -> list[str]:
    """The posts of the alarms that say something else than there is: somebody has taken or decided a flag, or another one has joined."""
    with house.store.reading() as session:
        unanswered = select(func.coalesce(Post.lead_id, Post.id)).where(
            Post.kind == PostKind.ALARM, col(Post.answered).is_(None)
        )
        ids = sorted(session.exec(unanswered.distinct()))
        leads = [lead for lead in (session.get_one(Post, id) for id in ids) if _may_be_edited(lead, now)]
        rows: dict[str, list[_Row]] = {}
        for row in _rows(session, _told_by([lead.id for lead in leads])) if leads else ():
            rows.setdefault(row.post.lead_id or row.post.id, []).append(row)
        return [lead.id for lead in leads if _digest(rows[lead.id]) != lead.shown]


def note_edited(house: House, alarm: Alarm, now: datetime) -> None:
    """Remember that an alarm's message says what there is. What it does not call for any more is done with."""
    with house.store.transaction() as session:
        session.exec(update(Post).where(col(Post.id) == alarm.id).values(shown=alarm.shown))
        rows = _rows(session, _told_by([alarm.id]))
        if _digest(rows) != alarm.shown:
            return  # somebody was quicker: it is edited again
        for row in rows:
            row.post.sent, row.post.channel, row.post.message = row.post.sent or now, alarm.channel, alarm.message
            if row.post.answered is None and not row.waits(now):
                last = _last(session, row, now)
                row.post.answered, row.post.answered_by = (last.at, last.person_id) if last else (now, None)


def _told_by(leads: Sequence[str]) -> ColumnElement[bool]:
    return or_(col(Post.id).in_(leads), col(Post.lead_id).in_(leads))


def _rows(session: Session, told: ColumnElement[bool]) -> list[_Row]:
    each = aliased(Post)
    newest = select(func.max(each.id)).where(each.flag_id == Post.flag_id, each.kind == PostKind.ALARM)
    query = (
        select(Post, Flag, func.coalesce(Bundle.message, Card.message, ""), newest.scalar_subquery())
        .join(Flag, col(Flag.id) == Post.flag_id)
        .outerjoin(Bundle, col(Bundle.id) == Flag.bundle_id)
        .outerjoin(Card, col(Card.flag_id) == Flag.id)
        .where(told)
    )
    return [_Row(post, flag, card, post.id == last) for post, flag, card, last in session.exec(query)]


def _digest(rows: Iterable[_Row]) -> str:
    return hashlib.sha256(repr(sorted(row.fingerprint for row in rows)).encode()).hexdigest()


def _may_be_edited(lead: Post, now: datetime) -> bool:
    if lead.sent is None:
        return False
    return lead.refused is None or lead.refused <= now - AGAIN_AFTER or lead.refused <= lead.sent


def _last(session: Session, row: _Row, now: datetime) -> Decision | None:
    """The decision that ended an alarm; None: none did."""
    return None if row.still_called(now) else last_decision(session, row.flag.id, _ENDS)


def _line(session: Session, house: House, row: _Row, now: datetime) -> Line:
    """What an alarm says of one flag. Of one that became restricted since: its page, as before, and nothing that came of it."""
    flag, titles = row.flag, {rule.id: rule.title for rule in house.policy.rules}
    rules = select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.score).desc(), FlagRule.rule)
    last = None if flag.restricted else _last(session, row, now)
    return Line(
        post=row.post.id,
        flag=flag.id,
        version=flag.version,
        page=flag.page_id,
        titles=() if flag.restricted else tuple(titles.get(rule, rule) for rule in session.exec(rules)),
        due=flag.due,
        late=row.post.about.startswith(Reason.OVERDUE),
        card="" if flag.restricted else row.card,
        waits=row.waits(now),
        acknowledged=flag.acknowledged is not None,
        again=row.still_called(now) and not row.is_newest and not flag.restricted,
        decision=last.kind if last else "",
        by=name_of(session, house.store.vault, last.person_id) if last else "",
        at=last.at if last else None,
    )
