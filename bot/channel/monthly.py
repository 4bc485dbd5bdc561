"""The monthly test alarm: whether a call would reach those on duty, and who answered (DESIGN.md 7)."""

from __future__ import annotations

from calendar import SATURDAY
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.calls import CHAT
from bot.channel.posts import Message
from bot.domain.class_pages import Language
from bot.domain.duty import OnCall
from bot.domain.errors import Advice
from bot.domain.ladder import Rung
from bot.house import House
from bot.people import KnownPerson, find_person, ladder_of, on_call_of, people_of_site, sites_of
from bot.records import Post, PostKind, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault

AT: Final = time(10, 0)
"""When it comes, on the first working day of the month, by the school's clock."""

MADE_UP_WITHIN: Final = timedelta(days=7)
"""A test that fell out (the service was off) is made up within a week; a school that joins later waits for the next month."""

TOLD_AFTER: Final = timedelta(days=1)
"""When the school is told who answered; until then it is early to say that nobody did."""

ONCE_WITHIN: Final = timedelta(hours=1)
"""Whoever asks for a test again within this is told who answered the one before."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One person of a test: when they were written to, and when they said that they are here."""

    email: str
    mailed: datetime | None
    answered: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestAlarm(Message):
    """A test of one school. `sent` None: it was not sent (yet)."""

    site: str
    title: str
    time_zone: str
    written: datetime
    sent: datetime | None
    people: tuple[Asked, ...]

    @property
    def unanswered(self) -> bool:
        """Whether nobody has answered."""
        return not any(asked.answered for asked in self.people)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report(Message):
    """Who answered a test, for the channel."""

    test: TestAlarm


class NoSuchTest(Advice):
    """This test alarm is not known, or was no test of this person's school."""


def write_tests(house: House, now: datetime) -> int:
    """Write the test alarms that are due, and the reports of those of yesterday; how many."""
    with house.store.reading() as session:  # nobody else waits where there is nothing to write
        if not _due(session, house.store.vault, now) and not _to_report(session, now):
            return 0
    with house.store.transaction() as session:
        due, told = _due(session, house.store.vault, now), _to_report(session, now)
        for site, month in due:
            _write(session, house.store.vault, site, month, now)
        for lead in told:
            lead.answered = now
            if lead.sent is not None:
                session.add(Post(id=new_id(), site_id=lead.site_id, kind=PostKind.REPORT, about=lead.id, written=now))
        return len(due) + len(told)


def ask_now(house: House, now: datetime) -> list[TestAlarm]:
    """Write a test of every school with a channel that has had none within the hour; the newest test of each."""
    with house.store.transaction() as session:
        for site in _sites(session):
            newest = _newest(session, site.id)
            if newest is None or newest.written <= now - ONCE_WITHIN:
                _write(session, house.store.vault, site.id, f"{now:%Y-%m-%dT%H:%M}", now)
    return newest_tests(house, now)


def newest_tests(house: House, now: datetime) -> list[TestAlarm]:
    """The newest test of each school with a channel, with its answers so far."""
    with house.store.reading() as session:
        found = ((site, _newest(session, site.id)) for site in _sites(session))
        return [test_of(session, house.store.vault, lead, now) for _, lead in found if lead is not None]


def answer_test(house: House, test: str, email: str, now: datetime) -> datetime:
    """Note that somebody is here; when they first said so.

    Raises:
        NoSuchTest: there is no such test, or not at a school of this person.
        NoSuchPerson: nobody has this address.
    """
    with house.store.transaction() as session:
        lead, person = session.get(Post, test), find_person(session, house.store.vault, email, now)
        if lead is None or lead.kind != PostKind.TEST or lead.site_id not in sites_of(person):
            raise NoSuchTest("this was no test alarm of your school")
        mine = select(Post).where(Post.lead_id == lead.id, Post.person_id == person.id)
        post = session.exec(mine).first() or _asked(lead, person, now)
        if post.answered is None:
            post.answered, post.answered_by = now, person.id
        session.add(post)
        return post.answered


def answer_newest(house: House, email: str, now: datetime) -> list[TestAlarm]:
    """Note that somebody is here at the newest test of each of their schools; those tests.

    Raises:
        NoSuchTest: there was none.
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        mine = sites_of(find_person(session, house.store.vault, email, now))
    tests = [test for test in newest_tests(house, now) if test.site in mine]
    if not tests:
        raise NoSuchTest("there was no test alarm at your school")
    for test in tests:
        answer_test(house, test.id, email, now)
    return [test for test in newest_tests(house, now) if test.site in mine]


def test_of(session: Session, vault: Vault, lead: Post, now: datetime) -> TestAlarm:
    """A test with its answers so far."""
    site = session.get_one(SiteRecord, lead.site_id)
    rows = session.exec(select(Post).where(Post.lead_id == lead.id).order_by(col(Post.id))).all()
    people = {person.id: person for person in people_of_site(session, vault, site.id, now)}
    known = [(people[row.person_id], row) for row in rows if row.person_id in people]
    return TestAlarm(
        id=lead.id,
        channel=lead.channel or site.discord_channel,
        message=lead.message,
        accounts=tuple(account for person, _ in known for account in person.accounts.get(CHAT, ())),
        wanted=lead.answered is None,
        language=Language(site.language),
        site=site.id,
        title=site.title,
        time_zone=site.time_zone,
        written=lead.written,
        sent=lead.sent,
        people=tuple(Asked(person.email, row.sent, row.answered) for person, row in known),
    )


def report_of(session: Session, vault: Vault, post: Post, now: datetime) -> Report:
    """Who answered the test that a report is about."""
    test = test_of(session, vault, session.get_one(Post, post.about), now)
    return Report(
        id=post.id,
        channel=test.channel,
        message=post.message,
        accounts=(),
        wanted=True,
        language=test.language,
        test=test,
    )


def _write(session: Session, vault: Vault, site_id: str, what: str, now: datetime) -> None:
    """A test, and a row for each person who is on duty."""
    lead = Post(id=new_id(), site_id=site_id, kind=PostKind.TEST, about=what, written=now)
    session.add(lead)
    session.add_all(_asked(lead, person, now) for person in ladder_of(session, vault, site_id, now).rungs[Rung.ON_DUTY])


def _asked(lead: Post, person: KnownPerson, now: datetime) -> Post:
    what = f"{lead.about}:{person.id}"
    return Post(
        id=new_id(),
        site_id=lead.site_id,
        kind=PostKind.TEST,
        about=what,
        lead_id=lead.id,
        person_id=person.id,
        written=now,
    )


def _due(session: Session, vault: Vault, now: datetime) -> list[tuple[str, str]]:
    """The schools whose test is due, each with its month."""
    due = []
    for site in _sites(session):
        zone, on_call = ZoneInfo(site.time_zone), on_call_of(vault, site)
        local = now.astimezone(zone)
        month, at = f"{local:%Y-%m}", _first_ten(local.date().replace(day=1), zone, on_call)
        if at is None or not at <= now < at + MADE_UP_WITHIN or (on_call and not on_call.is_working(now, zone)):
            continue
        mine = (Post.site_id == site.id, Post.kind == PostKind.TEST, Post.about == month)
        if session.exec(select(Post.id).where(*mine)).first() is None:
            due.append((site.id, month))
    return due


def _first_ten(first: date, zone: ZoneInfo, on_call: OnCall | None) -> datetime | None:
    """Ten o'clock on the first working day of a month that begins with `first`, or when people come if later; None: all are holidays."""
    for day in (first + timedelta(days=number) for number in range(28)):
        ten = datetime.combine(day, AT, zone)
        if on_call is None and day.weekday() < SATURDAY:
            return ten
        begins = on_call.next_working(ten.astimezone(UTC), zone) if on_call else None
        if begins is not None and begins.astimezone(zone).date() == day:
            return begins
    return None


def _to_report(session: Session, now: datetime) -> Sequence[Post]:
    """The tests of a day ago."""
    leads = select(Post).where(Post.kind == PostKind.TEST, col(Post.lead_id).is_(None), col(Post.answered).is_(None))
    return session.exec(leads.where(col(Post.written) <= now - TOLD_AFTER).order_by(col(Post.id))).all()


def _newest(session: Session, site_id: str) -> Post | None:
    leads = select(Post).where(Post.site_id == site_id, Post.kind == PostKind.TEST, col(Post.lead_id).is_(None))
    return session.exec(leads.order_by(col(Post.id).desc()).limit(1)).first()


def _sites(session: Session) -> Sequence[SiteRecord]:
    return session.exec(
        select(SiteRecord).where(col(SiteRecord.discord_channel).is_not(None)).order_by(SiteRecord.id)
    ).all()
