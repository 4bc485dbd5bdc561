"""The ladder's calls by chat, as rows: an alarm for a critical flag, a direct message for a restricted one (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Final

from sqlmodel import col, or_, select

from bot.calls import CHAT, Crew, about, crew_of, newest_calls, whom
from bot.domain.class_pages import Severity
from bot.domain.ladder import Call, Reason, rung_of
from bot.house import House
from bot.people import KnownPerson
from bot.records import WAITS, Bundle, Card, Flag, Post, PostKind, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault

TOGETHER: Final = timedelta(minutes=2)
MOST_ALONE: Final = 3
"""More alarms than this within `TOGETHER` at one school are one alarm: a raid is no storm of messages."""

Due = tuple[Flag, Call]


def write_calls(house: House, now: datetime) -> int:
    """Write the calls by chat whose time has come, each once; how many flags they are about."""
    with house.store.reading() as session:  # nobody else waits where there is nothing to write
        if not _due(session, now):
            return 0
    with house.store.transaction() as session:
        due = _due(session, now)
        for site_id, of_site in groupby(
            sorted(due, key=lambda each: each[0].site_id), key=lambda each: each[0].site_id
        ):
            crew = crew_of(session, house.store.vault, site_id, now)
            calls = list(of_site)
            _write_alarms(session, house.store.vault, [each for each in calls if not each[0].restricted], crew, now)
            for flag, call in (each for each in calls if each[0].restricted):
                _write_direct(session, house.store.vault, flag, call, crew, now)
        return len(due)


def _due(session: Session, now: datetime) -> list[Due]:
    """The calls that are not written yet, the most urgent first. An alarm leads to its flag's card: it waits for that."""
    has_card = or_(Card.channel == SiteRecord.discord_channel, Bundle.channel == SiteRecord.discord_channel)
    rings = or_(col(Flag.acknowledged).is_(None), col(Flag.due) < now)
    alarms = (col(Flag.rank) == Severity.CRITICAL.rank) & rings & has_card & col(Flag.restricted).is_(False)
    flags = session.exec(
        select(Flag)
        .join(SiteRecord, col(SiteRecord.id) == Flag.site_id)
        .outerjoin(Card, col(Card.flag_id) == Flag.id)
        .outerjoin(Bundle, (col(Bundle.id) == Flag.bundle_id) & col(Bundle.message).is_not(None))
        .where(WAITS, col(SiteRecord.discord_channel).is_not(None), or_(alarms, col(Flag.restricted)))
        .order_by(col(Flag.rank), col(Flag.due), col(Flag.id))
    ).all()
    if not flags:
        return []
    written = session.exec(
        select(Post.about, Post.person_id)
        .join(Flag, col(Flag.id) == Post.flag_id)
        .where(WAITS, col(Post.kind).in_([PostKind.ALARM, PostKind.DIRECT]))
    )
    known = {about.removesuffix(f":{person_id}") for about, person_id in written}
    calls = newest_calls(session, flags, now)
    due = [(flag, calls[flag.id]) for flag in flags if flag.id in calls]
    return [(flag, call) for flag, call in due if about(flag, call.reason, call.number) not in known]


def _write_alarms(session: Session, vault: Vault, due: Sequence[Due], crew: Crew, now: datetime) -> None:
    """Write alarms: each with a message of its own, or, where there are many, together with another one.

    What joins a message that is sent already calls nobody again, so that it joins only where all its people were called by that one.
    """
    if not due:
        return
    fresh = session.exec(
        select(Post)
        .where(Post.site_id == due[0][0].site_id, Post.kind == PostKind.ALARM, col(Post.lead_id).is_(None))
        .where(col(Post.written) > now - TOGETHER)
        .order_by(col(Post.id))
    ).all()
    led = set(session.exec(select(Post.lead_id).where(col(Post.lead_id).in_([lead.id for lead in fresh]))))
    leads = [lead for place, lead in enumerate(fresh) if lead.id in led or place >= MOST_ALONE]
    alone = not leads and len(fresh) + len(due) <= MOST_ALONE
    for flag, call in due:
        post = _post(flag, PostKind.ALARM, about(flag, call.reason, call.number), now)
        if not alone:
            lead = next((lead for lead in leads if _covers(session, vault, lead, flag, call, crew)), None)
            if lead is None:
                leads.append(post)
            else:
                post.lead_id = lead.id
        session.add(post)
    session.flush()


def _covers(session: Session, vault: Vault, lead: Post, flag: Flag, call: Call, crew: Crew) -> bool:
    if lead.sent is None:
        return True
    led = session.exec(select(Post).where(or_(col(Post.id) == lead.id, col(Post.lead_id) == lead.id))).all()
    called = {person.id for post in led for person in called_by(session, vault, post, crew)}
    return called >= {person.id for person in whom(session, vault, flag, call, crew, _below(session, flag, call, crew))}


def called_by(session: Session, vault: Vault, post: Post, crew: Crew) -> list[KnownPerson]:
    """The people whom an alarm calls."""
    flag = session.get_one(Flag, post.flag_id)
    reason, number, *_ = post.about.split(":")
    call = Call(Reason(reason), int(number), rung_of(int(number)))
    return whom(session, vault, flag, call, crew, _below(session, flag, call, crew))


def _below(session: Session, flag: Flag, call: Call, crew: Crew) -> set[str]:
    """The people of the rungs below a call, where an earlier alarm has called them."""
    earlier = select(Post.about).where(
        Post.flag_id == flag.id, Post.kind == PostKind.ALARM, col(Post.sent).is_not(None)
    )
    numbers = [int(about.split(":")[1]) for about in session.exec(earlier) if about.startswith(f"{call.reason}:")]
    if not any(number < call.number for number in numbers):
        return set()
    return {p.id for rung in (*crew.rungs[: call.rung], crew.off_duty) for p in rung}


def _write_direct(session: Session, vault: Vault, flag: Flag, call: Call, crew: Crew, now: datetime) -> None:
    """Write a message to each person whom the call of a restricted flag is for; who was written to a moment ago is not called twice."""
    earlier = select(Post.person_id).where(Post.flag_id == flag.id, Post.kind == PostKind.DIRECT)
    called = {id for id in session.exec(earlier.where(col(Post.about).startswith(f"{call.reason}:"))) if id}
    for person in whom(session, vault, flag, call, crew, called):
        post = _post(flag, PostKind.DIRECT, about(flag, call.reason, call.number, person.id), now)
        post.person_id = person.id
        if not person.accounts.get(CHAT):
            post.refused = post.answered = now  # nothing to send it to: e-mail is the first way
        elif (lead := _just_written(session, flag.site_id, person.id, now)) is not None:
            post.lead_id, post.sent, post.channel, post.message = lead.id, lead.sent, lead.channel, lead.message
            post.answered = lead.answered
        session.add(post)
    session.flush()


def _just_written(session: Session, site_id: str, person_id: str, now: datetime) -> Post | None:
    query = select(Post).where(Post.site_id == site_id, Post.kind == PostKind.DIRECT, Post.person_id == person_id)
    leads = query.where(col(Post.lead_id).is_(None), col(Post.written) > now - TOGETHER, col(Post.refused).is_(None))
    return session.exec(leads.order_by(col(Post.id).desc()).limit(1)).first()


def _post(flag: Flag, kind: PostKind, what: str, now: datetime) -> Post:
    return Post(id=new_id(), site_id=flag.site_id, flag_id=flag.id, kind=kind, about=what, written=now)
