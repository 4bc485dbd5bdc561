"""What an e-mail says. It is shown on a phone that lies on a table: nothing of a comment, and of a restricted flag not even the rule."""

from __future__ import annotations

from collections.abc import Sequence
from email.message import EmailMessage

from sqlmodel import col, select

from bot.domain.class_pages import Severity
from bot.domain.ladder import Reason
from bot.house import House
from bot.mail import MailServer
from bot.people import language_of
from bot.records import Flag, FlagRule, Notice, PersonRecord, Post, SiteRecord
from bot.settings import Messages
from bot.store import Session


def about_flag(session: Session, house: House, server: MailServer, notice: Notice) -> EmailMessage:
    """A call about a flag, in its reader's language."""
    flag = session.get_one(Flag, notice.flag_id)
    site = session.get_one(SiteRecord, flag.site_id)
    messages = _messages(session, house, notice.person_id, site)
    say, due = messages.say, messages.moment(flag.due, site.time_zone)
    is_late, severity = notice.reason == Reason.OVERDUE, say(f"severity.{flag.severity}").lower()
    message = _addressed(session, house, server, notice.id, notice.person_id)
    message["Subject"] = say("mail.overdue" if is_late else "mail.waits", severity=severity, when=due)
    lines = [
        say("mail.restricted") if flag.restricted else ", ".join(_titles(session, house, messages, flag)),
        say("mail.page", page=flag.page_id),
        say("mail.severity", severity=severity),
        say("mail.overdue_since" if is_late else "mail.answer_by", when=due),
        "",
        say("mail.no_words"),
        f"  hallmonitor review --by {message['To']}",
        "",
    ]
    if flag.severity == Severity.CRITICAL:
        lines += [say("mail.have_it"), ""]
    message.set_content("\n".join([*lines, say("mail.danger"), ""]))
    return message


def about_test(session: Session, house: House, server: MailServer, post: Post) -> EmailMessage:
    """The monthly test, to one person."""
    message = _addressed(session, house, server, post.id, post.person_id or "")
    say = _messages(session, house, post.person_id or "", session.get_one(SiteRecord, post.site_id)).say
    message["Subject"] = say("test.subject")
    how = f"  hallmonitor discord test-alarm --here --by {message['To']}"
    message.set_content("\n".join([say("test.mail"), "", say("test.mail_answer"), how, ""]))
    return message


def _messages(session: Session, house: House, person_id: str, site: SiteRecord) -> Messages:
    return house.messages(language_of(house.store.vault, session.get_one(PersonRecord, person_id), site))


def _addressed(session: Session, house: House, server: MailServer, id: str, person_id: str) -> EmailMessage:
    """An empty message to a person; it has the same Message-ID where it is handed in twice."""
    person = session.get_one(PersonRecord, person_id)
    message = EmailMessage()
    message["From"] = server.sender
    message["To"] = house.store.vault.open("person.email_sealed", person.id, person.email_sealed)
    message["Message-ID"] = f"<{id}@{server.sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    return message


def _titles(session: Session, house: House, messages: Messages, flag: Flag) -> Sequence[str]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rules = session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.rule)))
    return [messages.title(rule, titles.get(rule, rule)) for rule in rules]
