"""The ladder's calls by chat, as rows: an alarm for a critical flag, a direct message for a restricted one (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import and_, col, or_, select

from bot.calls import CHAT, Moment, about, call_in, due_calls, moment_of, newest_call, still_called, whom
from bot.domain.class_pages import Severity
from bot.domain.ladder import Call
from bot.house import House
from bot.people import KnownPerson, rungs_for
from bot.records import WAITS, Bundle, Card, Flag, Post, PostKind, SiteRecord, new_id
from bot.store import Session
from bot.telemetry import log
from bot.vault import KeyProblem, Vault

TOGETHER: Final = timedelta(minutes=2)
MOST_ALONE: Final = 3
"""More alarms than this within `TOGETHER` at one school are one alarm: a raid is no storm of messages."""

Due = tuple[Flag, Call]
_RINGS: Final = (PostKind.ALARM, PostKind.DIRECT)


def write_calls(house: House, now: datetime, *, again: bool = True) -> int:
    """Write the calls by chat whose time has come, each once; how many.

    `again`: also about flags of which the chat was told before; that is a matter of minutes and not of seconds.
    """
    with house.store.reading() as session:  # all is found out here: nobody else waits for it
        posts = _planned(session, house.store.vault, now, again=again)
    if posts:
        with house.store.transaction() as session:
            session.add_all(posts)
    return len(posts)


def _planned(session: Session, vault: Vault, now: datetime, *, again: bool) -> list[Post]:
    by_site: dict[str, list[Flag]] = {}
    for flag in _ringing(session, now, again=again):
        by_site.setdefault(flag.site_id, []).append(flag)
    posts: list[Post] = []
    for site, flags in by_site.items():
        moment, known = moment_of(session, vault, site, now), _known(session, site)
        due: list[Due] = []
        leads: dict[str, Post] = {}
        for flag in flags:
            try:
                due += [(flag, call) for call in _due(session, vault, flag, moment, known)]
                posts += _direct(session, vault, flag, moment, leads) if flag.restricted else []
            except KeyProblem as error:  # one comment that does not open must not silence the others
                log().error("call_failed", page=flag.page_id, error=error)
        posts += _alarms(session, vault, due, moment)
    return posts


def _known(session: Session, site_id: str) -> set[str]:
    """What the alarms about the waiting flags of a school are about."""
    alarms = select(Post.about).join(Flag, col(Flag.id) == Post.flag_id)
    return set(session.exec(alarms.where(WAITS, Flag.site_id == site_id, Post.kind == PostKind.ALARM)))


def _ringing(session: Session, now: datetime, *, again: bool) -> list[Flag]:
    """The flags that may ring in the chat, the most urgent first. An alarm leads to its flag's card: it waits for that."""
    has_card = or_(Card.channel == SiteRecord.discord_channel, Bundle.channel == SiteRecord.discord_channel)
    rings = or_(col(Flag.acknowledged).is_(None), col(Flag.due) < now)
    alarms = and_(col(Flag.rank) == Severity.CRITICAL.rank, rings, has_card, col(Flag.restricted).is_(False))
    query = (
        select(Flag)
        .join(SiteRecord, col(SiteRecord.id) == Flag.site_id)
        .outerjoin(Card, col(Card.flag_id) == Flag.id)
        .outerjoin(Bundle, and_(col(Bundle.id) == Flag.bundle_id, col(Bundle.message).is_not(None)))
        .where(WAITS, col(SiteRecord.discord_channel).is_not(None), or_(alarms, col(Flag.restricted)))
        .order_by(col(Flag.rank), col(Flag.due), col(Flag.id))
    )
    if not again:
        told = select(Post.id).where(Post.flag_id == Flag.id, col(Post.kind).in_(_RINGS))
        query = query.where(~told.exists())
    return list(session.exec(query))


def _due(session: Session, vault: Vault, flag: Flag, moment: Moment, known: set[str]) -> list[Call]:
    """The newest call about a flag that is not restricted, where there is no alarm for it yet; one at most."""
    for opens_it in (False, True):  # asked first without: it opens no comment
        rungs = rungs_for(session, vault, flag, moment.ladder) if opens_it else moment.everybody
        call = None if flag.restricted else newest_call(flag, moment, rungs)
        if call is None or about(flag, call.reason, call.number) in known:
            return []
    return [call] if call else []


def _alarms(session: Session, vault: Vault, due: Sequence[Due], moment: Moment) -> list[Post]:
    """Alarms: each with a message of its own, or, where there are many, together with another one.

    What joins a message that is sent already calls nobody again, so that it joins only where all its people were called by that one.
    """
    if not due:
        return []
    now = moment.ladder.now
    fresh = session.exec(
        select(Post)
        .where(Post.site_id == due[0][0].site_id, Post.kind == PostKind.ALARM, col(Post.lead_id).is_(None))
        .where(col(Post.written) > now - TOGETHER)
        .order_by(col(Post.id))
    ).all()
    led = set(session.exec(select(Post.lead_id).where(col(Post.lead_id).in_([lead.id for lead in fresh]))))
    many = [lead for place, lead in enumerate(fresh) if lead.id in led or place >= MOST_ALONE]
    leads = [lead for lead in many if lead.answered is None]  # what somebody has taken calls nobody any more
    alone = not leads and len(fresh) + len(due) <= MOST_ALONE
    posts = [_post(flag, PostKind.ALARM, about(flag, call.reason, call.number), now) for flag, call in due]
    for post in () if alone else posts:
        lead = next((lead for lead in leads if _covers(session, vault, lead, post, moment)), None)
        if lead is None:
            leads.append(post)
        else:
            post.lead_id = lead.id
    return posts


def _covers(session: Session, vault: Vault, lead: Post, post: Post, moment: Moment) -> bool:
    if lead.sent is None:
        return True
    led = session.exec(select(Post).where(or_(col(Post.id) == lead.id, col(Post.lead_id) == lead.id))).all()
    called = {person.id for each in led for person in called_by(session, vault, each, moment)}
    return called >= {person.id for person in called_by(session, vault, post, moment)}


def called_by(session: Session, vault: Vault, post: Post, moment: Moment) -> list[KnownPerson]:
    """The people whom an alarm calls: those of its rung, and of the rungs below whom no earlier alarm has called."""
    flag, (reason, number) = session.get_one(Flag, post.flag_id), call_in(post.about)
    try:
        rungs = rungs_for(session, vault, flag, moment.ladder)
    except KeyProblem:  # its words do not open any more: the others of its alarm ring all the same
        return []
    sent = select(Post.about).where(Post.flag_id == flag.id, Post.kind == PostKind.ALARM, col(Post.sent).is_not(None))
    before = [earlier for why, earlier in map(call_in, session.exec(sent)) if why == reason and earlier < number]
    reached = max(before, default=-1)
    earlier = [(reason, reached, person.id) for rung in rungs[: reached + 1] for person in rung]
    return whom(flag, Call(reason, number, min(number, len(rungs) - 1)), moment, rungs, earlier) if rungs else []


def _direct_calls(session: Session, vault: Vault, flag: Flag, moment: Moment) -> list[tuple[Call, KnownPerson]]:
    """The people to whom the newest call of a restricted flag has to be written."""
    rows = session.exec(select(Post).where(Post.flag_id == flag.id, Post.kind == PostKind.DIRECT)).all()
    earlier = [(*call_in(post.about), post.person_id) for post in rows if post.person_id]
    if not due_calls(flag, moment, moment.everybody, earlier):  # asked first: it opens no comment
        return []
    return due_calls(flag, moment, rungs_for(session, vault, flag, moment.ladder), earlier)


def _direct(session: Session, vault: Vault, flag: Flag, moment: Moment, leads: dict[str, Post]) -> list[Post]:
    """A message to each person whom the call of a restricted flag is for; who was written to a moment ago is not called twice.

    `leads`: the messages that are written at this look, by person.
    """
    now, posts = moment.ladder.now, []
    for call, person in _direct_calls(session, vault, flag, moment):
        post = _post(flag, PostKind.DIRECT, about(flag, call.reason, call.number, person.id), now)
        post.person_id = person.id
        if not person.accounts.get(CHAT):
            post.refused = post.answered = now  # nothing to send it to: e-mail is the first way
        elif lead := leads.get(person.id) or _just_written(session, flag.site_id, person.id, now):
            post.lead_id, post.sent, post.channel, post.message = lead.id, lead.sent, lead.channel, lead.message
            post.answered = lead.answered
        else:
            leads[person.id] = post
        posts.append(post)
    return posts


def _just_written(session: Session, site_id: str, person_id: str, now: datetime) -> Post | None:
    """The message that a person was sent a moment ago, or is about to be, where its flag still waits."""
    mine = (Post.site_id == site_id, Post.kind == PostKind.DIRECT, Post.person_id == person_id)
    leads = (col(Post.lead_id).is_(None), col(Post.written) > now - TOGETHER, col(Post.refused).is_(None))
    lead = session.exec(select(Post).where(*mine, *leads).order_by(col(Post.id).desc()).limit(1)).first()
    if lead is None or not still_called(session.get_one(Flag, lead.flag_id), call_in(lead.about)[0], now):
        return None
    return lead


def _post(flag: Flag, kind: PostKind, what: str, now: datetime) -> Post:
    return Post(id=new_id(), site_id=flag.site_id, flag_id=flag.id, kind=kind, about=what, written=now)
