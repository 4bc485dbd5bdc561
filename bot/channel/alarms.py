"""What an alarm and a direct message say: where to look, and never a word of a comment (DESIGN.md 7 and 8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, or_, select, update

from bot import decisions
from bot.calls import CHAT, call_in, moment_of, still_called
from bot.channel.calling import called_by
from bot.channel.posts import AGAIN_AFTER, Message
from bot.decisions import NoSuchFlag
from bot.domain.errors import Advice
from bot.domain.ladder import Reason
from bot.domain.review import Choice, FlagState, Verdict
from bot.domain.rights import NotYours
from bot.house import House
from bot.people import email_of, people_of_site
from bot.records import Bundle, Card, Flag, FlagRule, Post, PostKind, SiteRecord
from bot.store import Session
from bot.store.deciding import last_decision


@dataclass(frozen=True, slots=True)
class Line:
    """One flag of an alarm. `card` is the message that shows it."""

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
    by_id: str | None
    at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm(Message):
    """One message about one critical flag, or about many."""

    time_zone: str
    lines: tuple[Line, ...]

    @property
    def shown(self) -> str:
        """A digest of what may change in it."""
        return hashlib.sha256(repr(self.lines).encode()).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Direct(Message):
    """A message to one person: that restricted flags wait, and nothing more."""

    count: int


def alarm_of(session: Session, house: House, lead: Post, now: datetime, *, names_people: bool) -> Alarm:
    """What an alarm says now. `names_people`: whether to find out whom it mentions; nobody once nobody is called any more."""
    site = session.get_one(SiteRecord, lead.site_id)
    posts = session.exec(
        select(Post).where(or_(col(Post.id) == lead.id, col(Post.lead_id) == lead.id)).order_by(col(Post.id))
    ).all()
    lines = tuple(_line(session, house, post, now) for post in posts)
    waiting = {line.post for line in lines if line.waits}
    accounts: tuple[str, ...] = ()
    if names_people and waiting:
        moment = moment_of(session, house.store.vault, lead.site_id, now)
        calls = [called_by(session, house.store.vault, post, moment) for post in posts if post.id in waiting]
        accounts = tuple(
            dict.fromkeys(a for people in calls for person in people for a in person.accounts.get(CHAT, ()))
        )
    return Alarm(
        id=lead.id,
        channel=lead.channel or site.discord_channel,
        message=lead.message,
        accounts=accounts,
        wanted=bool(waiting),
        time_zone=site.time_zone,
        lines=lines,
    )


def direct_of(session: Session, house: House, lead: Post, now: datetime) -> Direct:
    """What a direct message says: how many restricted flags wait for its reader."""
    vault, site = house.store.vault, session.get_one(SiteRecord, lead.site_id)
    posts = session.exec(select(Post).where(or_(col(Post.id) == lead.id, col(Post.lead_id) == lead.id))).all()
    count = sum(_calls(session.get_one(Flag, post.flag_id), post, now) for post in posts)
    readers = [p for p in people_of_site(session, vault, lead.site_id, now) if p.id == lead.person_id]
    accounts = tuple(account for reader in readers for account in reader.accounts.get(CHAT, ()))
    wanted = count > 0 and bool(accounts) and site.discord_channel is not None
    return Direct(id=lead.id, channel=None, message=lead.message, accounts=accounts, wanted=wanted, count=count)


def alarms_to_edit(house: House, now: datetime) -> list[Alarm]:
    """The alarms that say something else than there is: somebody has taken or decided a flag, or another one has joined."""
    with house.store.reading() as session:
        open_posts = select(Post).where(Post.kind == PostKind.ALARM, col(Post.answered).is_(None))
        ids = sorted({post.lead_id or post.id for post in session.exec(open_posts)})
        leads = [lead for lead in (session.get_one(Post, id) for id in ids) if _may_be_edited(lead, now)]
        found = [(lead, alarm_of(session, house, lead, now, names_people=False)) for lead in leads]
        stale = [lead for lead, alarm in found if alarm.shown != lead.shown]
        return [alarm_of(session, house, lead, now, names_people=True) for lead in stale]


def note_edited(house: House, alarm: Alarm, now: datetime) -> None:
    """Remember that an alarm's message says what there is. What it does not call for any more is done with."""
    with house.store.transaction() as session:
        session.exec(update(Post).where(col(Post.id) == alarm.id).values(shown=alarm.shown))
        for line in alarm.lines:
            post = session.get_one(Post, line.post)
            post.sent, post.channel, post.message = post.sent or now, alarm.channel, alarm.message
            if not line.waits:
                post.answered, post.answered_by = line.at or now, line.by_id


def take_all(house: House, post_id: str, email: str, now: datetime) -> tuple[int, int]:
    """Acknowledge every flag of an alarm that this person may decide; how many are taken, and how many are left for others.

    Raises:
        Advice: there is no such alarm.
    """
    with house.store.reading() as session:
        lead = session.get(Post, post_id)
        if lead is None or lead.kind != PostKind.ALARM:
            raise Advice("this alarm is no more; `/queue` shows what waits")
        told = select(Post).where(or_(col(Post.id) == post_id, col(Post.lead_id) == post_id))
        flags = [id for id in (post.flag_id for post in session.exec(told)) if id and _is_free(session, id)]
    taken = 0
    for id in flags:
        try:
            taken += decisions.decide(house, id, email, Choice.ACKNOWLEDGE, now, os_user=CHAT).won
        except (NotYours, NoSuchFlag):
            continue
    return taken, len(flags) - taken


def _is_free(session: Session, flag_id: str) -> bool:
    flag = session.get_one(Flag, flag_id)
    return flag.state == FlagState.OPEN and flag.acknowledged is None


def _may_be_edited(lead: Post, now: datetime) -> bool:
    return lead.sent is not None and (
        lead.refused is None or lead.refused <= now - AGAIN_AFTER or lead.refused <= lead.sent
    )


def _calls(flag: Flag, post: Post, now: datetime) -> bool:
    return still_called(flag, call_in(post.about)[0], now)


def _line(session: Session, house: House, post: Post, now: datetime) -> Line:
    flag = session.get_one(Flag, post.flag_id)
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rules = select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.score).desc(), FlagRule.rule)
    newer = select(Post.id).where(Post.flag_id == flag.id, Post.kind == PostKind.ALARM, col(Post.id) > post.id)
    waits = _calls(flag, post, now) and not flag.restricted
    again = waits and session.exec(newer).first() is not None
    kinds = tuple(kind for kind in Verdict if kind not in (Verdict.ASSIGN, Verdict.HOLD, Verdict.RELEASE))
    last = None if waits else last_decision(session, flag.id, kinds)
    return Line(
        post=post.id,
        flag=flag.id,
        version=flag.version,
        page=flag.page_id,
        titles=tuple(titles.get(rule, rule) for rule in session.exec(rules)),
        due=flag.due,
        late=post.about.startswith(Reason.OVERDUE),
        card=_card(session, flag),
        waits=waits and not again,
        acknowledged=flag.acknowledged is not None,
        again=again,
        decision=last.kind if last else "",
        by=email_of(session, house.store.vault, last.person_id) if last else "",
        by_id=last.person_id if last else None,
        at=last.at if last else None,
    )


def _card(session: Session, flag: Flag) -> str:
    """The message that shows a flag; empty: there is none any more."""
    bundle = session.get(Bundle, flag.bundle_id) if flag.bundle_id else None
    card = session.get(Card, flag.id)
    return (bundle.message if bundle and bundle.message else card.message if card else "") or ""
