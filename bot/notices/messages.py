"""What an e-mail says. It is shown on a phone that lies on a table: nothing of a comment, and of a restricted flag not even the rule."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from bot.domain.class_pages import Severity
from bot.domain.ladder import Reason
from bot.house import House
from bot.mail import MailServer
from bot.records import Flag, FlagRule, Notice, PersonRecord, Post, SiteRecord
from bot.store import Session

_HAVE_IT: Final = 'Until somebody presses "I have it" (a), the next person is called after five minutes.\n\n'


def about_flag(session: Session, house: House, server: MailServer, notice: Notice) -> EmailMessage:
    """A call about a flag."""
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


def about_test(session: Session, house: House, server: MailServer, post: Post) -> EmailMessage:
    """The monthly test, to one person."""
    message = _addressed(session, house, server, post.id, post.person_id or "")
    message["Subject"] = "Hallmonitor: this is a test, nothing has happened"
    message.set_content(
        "Once a month Hallmonitor tests whether a call about a critical flag would reach you.\n\n"
        'Press "I am here" in the review channel, or say so here:\n'
        f"  hallmonitor discord test-alarm --here --by {message['To']}\n"
    )
    return message


def _addressed(session: Session, house: House, server: MailServer, id: str, person_id: str) -> EmailMessage:
    """An empty message to a person; it has the same Message-ID where it is handed in twice."""
    person = session.get_one(PersonRecord, person_id)
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = house.store.vault.open("person.email_sealed", person.id, person.email_sealed)
    message["Message-ID"] = f"<{id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _titles(session: Session, house: House, flag: Flag) -> Sequence[str]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rules = session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.rule)))
    return [titles.get(rule, rule) for rule in rules]
