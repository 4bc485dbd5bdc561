"""Notices: the people of a school are called about what waits too long, without a word of any comment (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.message import EmailMessage
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select

from bot import calls, mail
from bot.domain.class_pages import Severity
from bot.domain.ladder import Reason
from bot.house import House
from bot.people import KnownPerson, people_of_site
from bot.records import WAITS, Flag, FlagRule, Notice, Page, PersonRecord, Post, PostKind, SiteRecord, new_id
from bot.store import Session
from bot.vault import Vault

_PROBLEM = "notice.problem_sealed"
_MOST = 100
"""Messages that are handed in at a time: the next ring does the others."""

_A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Called:
    """How many messages were taken by the mail server, and how many wait for the next ring."""

    sent: int = 0
    waiting: int = 0


def pages_to_call(house: House, now: datetime) -> list[str]:
    """The pages with a flag about which somebody is to be called, or with a message that was not taken yet."""
    if mail.server_of(house.environment.variables) is None:
        return []
    with house.store.reading() as session:
        urgent = (col(Flag.severity) == Severity.CRITICAL) & col(Flag.acknowledged).is_(None)
        calls_for = or_(urgent, col(Flag.restricted), col(Flag.due) < now)
        flags = session.exec(select(Flag.page_id).where(WAITS, calls_for).distinct()).all()
        unsent = session.exec(select(Notice.page_id).where(col(Notice.sent).is_(None)).distinct()).all()
        sites = session.exec(select(Post.site_id).where(*_is_test(now)).distinct()).all()
        return sorted({*flags, *unsent, *(page for page in (_first_page(session, site) for site in sites) if page)})


def call(house: House, page_id: str, now: datetime) -> Called:
    """Write the calls of a page whose time has come, and hand in what is due by e-mail and was not taken yet.

    Raises:
        BadMailServer: the address of the mail server is malformed.
    """
    server = mail.server_of(house.environment.variables)
    if server is None:
        return Called()
    with house.store.transaction() as session:
        _write(session, house.store.vault, page_id, now)
        session.flush()
        notices = _due(session, house.store.vault, page_id, now)
        messages = [_message(session, house, server, notice) for notice in notices]
        tests = _tests(session, page_id, now)
        messages += [_test_message(session, house, server, post) for post in tests]
    if not messages:
        return Called()
    problems = mail.send(server, messages)
    with house.store.transaction() as session:
        for post, problem in zip(tests, problems[len(notices) :], strict=True):
            asked = session.get_one(Post, post.id)
            asked.sent, asked.refused = (asked.sent, now) if problem else (now, asked.refused)
        for notice, problem in zip(notices, problems[: len(notices)], strict=True):
            row = session.get_one(Notice, notice.id)
            row.attempts += 1
            row.sent = None if problem else now
            row.problem_sealed = house.store.vault.seal(_PROBLEM, row.id, problem) if problem else None
    return Called(problems.count(""), len(problems) - problems.count(""))


def _write(session: Session, vault: Vault, page_id: str, now: datetime) -> None:
    """Write a message to everybody whom the newest call of each flag is for; each once."""
    waiting = select(Flag).where(WAITS, Flag.page_id == page_id).order_by(col(Flag.rank), col(Flag.due))
    flags = session.exec(waiting).all()
    newest = calls.newest_calls(session, flags, now)
    crew = calls.crew_of(session, vault, flags[0].site_id, now) if newest else None
    for flag in flags:
        call = newest.get(flag.id)
        if call is None or crew is None:
            continue
        earlier = session.exec(select(Notice).where(Notice.flag_id == flag.id, Notice.reason == call.reason)).all()
        if any(notice.number >= call.number for notice in earlier):
            continue
        called = {notice.person_id for notice in earlier}
        session.add_all(
            Notice(
                id=new_id(),
                flag_id=flag.id,
                page_id=page_id,
                person_id=person.id,
                reason=call.reason,
                number=call.number,
                written=now,
            )
            for person in calls.whom(session, vault, flag, call, crew, called)
        )


def _due(session: Session, vault: Vault, page_id: str, now: datetime) -> list[Notice]:
    """The messages that are to be handed in now: the chat comes first (DESIGN.md 7). What nobody waits for any more is dropped."""
    unsent = select(Notice).where(col(Notice.sent).is_(None), Notice.page_id == page_id).order_by(col(Notice.id))
    due: list[Notice] = []
    people: dict[str, KnownPerson] = {}
    for notice in session.exec(unsent).all():
        flag, reason = session.get_one(Flag, notice.flag_id), Reason(notice.reason)
        people = people or {p.id: p for p in people_of_site(session, vault, flag.site_id)}
        person = people.get(notice.person_id)
        since = calls.mailed_from(session, flag, reason, notice.number, person, notice.written)
        if since is None or not calls.still_called(flag, reason, now):
            session.delete(notice)
        elif since <= now and len(due) < _MOST:
            due.append(notice)
    return due


def _is_test(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The people of a test alarm of today who were not written to."""
    mine = (col(Post.kind) == PostKind.TEST, col(Post.person_id).is_not(None), col(Post.sent).is_(None))
    return (*mine, col(Post.written) > now - _A_DAY)


def _tests(session: Session, page_id: str, now: datetime) -> list[Post]:
    """Whom to write to for a school's test alarm: with its first page, so that nobody else does."""
    page = session.get_one(Page, page_id)
    if _first_page(session, page.site_id) != page_id:
        return []
    return list(session.exec(select(Post).where(*_is_test(now), Post.site_id == page.site_id).order_by(col(Post.id))))


def _first_page(session: Session, site_id: str) -> str | None:
    return session.exec(select(func.min(Page.id)).where(Page.site_id == site_id)).one()


def _test_message(session: Session, house: House, server: mail.MailServer, post: Post) -> EmailMessage:
    message = _addressed(session, house, server, post.id, post.person_id or "")
    message["Subject"] = "Hallmonitor: this is a test, nothing has happened"
    message.set_content(
        "Once a month Hallmonitor tests whether a call about a critical flag would reach you.\n\n"
        'Press "I am here" in the review channel, or say so here:\n'
        f"  hallmonitor discord test-alarm --here --by {message['To']}\n"
    )
    return message


def _addressed(session: Session, house: House, server: mail.MailServer, id: str, person_id: str) -> EmailMessage:
    """An empty message to a person; it has the same Message-ID where it is handed in twice."""
    person = session.get_one(PersonRecord, person_id)
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = house.store.vault.open("person.email_sealed", person.id, person.email_sealed)
    message["Message-ID"] = f"<{id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _message(session: Session, house: House, server: mail.MailServer, notice: Notice) -> EmailMessage:
    """What is shown on a phone that lies on a table: nothing of the comment, and of a restricted flag not even the rule."""
    flag = session.get_one(Flag, notice.flag_id)
    zone = ZoneInfo(session.get_one(SiteRecord, flag.site_id).time_zone)
    due = f"{flag.due.astimezone(zone):%a %-d %b %H:%M}"
    is_late = notice.reason == Reason.OVERDUE
    message = _addressed(session, house, server, notice.id, notice.person_id)
    message["Subject"] = (
        f"Hallmonitor: {flag.severity} flag {'is overdue since' if is_late else 'waits, answer by'} {due}"
    )
    what = "A restricted flag" if flag.restricted else ", ".join(_titles(session, house, flag))
    message.set_content(
        f"{what}\nPage: {flag.page_id}\nSeverity: {flag.severity}\n"
        f"{'Overdue since' if is_late else 'Answer by'}: {due}\n\n"
        "The words are not in this message. Look at it and decide:\n"
        f"  hallmonitor review --by {message['To']}\n\n"
        f"{_HAVE_IT if flag.severity == Severity.CRITICAL else ''}"
        "In immediate danger call 911. Hallmonitor calls nobody.\n"
    )
    return message


_HAVE_IT = 'Until somebody presses "I have it" (a), the next person is called after five minutes.\n\n'


def _titles(session: Session, house: House, flag: Flag) -> Sequence[str]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rules = session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.rule)))
    return [titles.get(rule, rule) for rule in rules]
