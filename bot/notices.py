"""Notices: the people of a school are called about what waits too long, without a word of any comment (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage

from sqlmodel import col, or_, select

from bot import mail
from bot.domain.class_pages import Language, RoleName, Severity
from bot.domain.ladder import Call, Reason, Rung, Waiting, call_of
from bot.domain.rights import why_not
from bot.house import House
from bot.people import KnownPerson, people_of_site, situation
from bot.records import WAITS, Flag, FlagRule, Notice, PersonRecord, SiteRecord, new_id
from bot.settings import Messages
from bot.store import Session
from bot.store.comments import stored_comment
from bot.vault import Vault

_PROBLEM = "notice.problem_sealed"
_MOST = 100
"""Messages that are handed in at a time: the next ring does the others."""


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
        flags = session.exec(select(Flag.page_id).where(WAITS, or_(urgent, col(Flag.due) < now)).distinct()).all()
        unsent = session.exec(select(Notice.page_id).where(col(Notice.sent).is_(None)).distinct()).all()
        return sorted({*flags, *unsent})


def call(house: House, page_id: str, now: datetime) -> Called:
    """Write the calls of a page whose time has come, and hand in what was not taken yet.

    Raises:
        BadMailServer: the address of the mail server is malformed.
    """
    server = mail.server_of(house.environment.variables)
    if server is None:
        return Called()
    with house.store.transaction() as session:
        waiting = select(Flag).where(WAITS, Flag.page_id == page_id).order_by(col(Flag.rank), col(Flag.due))
        for flag in session.exec(waiting).all():
            newest = call_of(
                Waiting(Severity(flag.severity), flag.opened, flag.due, flag.acknowledged is not None), now
            )
            if newest is not None:
                _write(session, house.store.vault, flag, newest, now)
    with house.store.reading() as session:
        unsent = select(Notice).where(col(Notice.sent).is_(None), Notice.page_id == page_id).order_by(col(Notice.id))
        notices = session.exec(unsent.limit(_MOST)).all()
        messages = [_message(session, house, server, notice) for notice in notices]
    if not notices:
        return Called()
    problems = mail.send(server, messages)
    with house.store.transaction() as session:
        for notice, problem in zip(notices, problems, strict=True):
            row = session.get_one(Notice, notice.id)
            row.attempts += 1
            row.sent = None if problem else now
            row.problem_sealed = house.store.vault.seal(_PROBLEM, row.id, problem) if problem else None
    return Called(problems.count(""), len(problems) - problems.count(""))


def _write(session: Session, vault: Vault, flag: Flag, newest: Call, now: datetime) -> None:
    """Write a message to everybody of the newest rung, and of those below who were not called yet; each once."""
    earlier = session.exec(select(Notice).where(Notice.flag_id == flag.id, Notice.reason == newest.reason)).all()
    if any(notice.number >= newest.number for notice in earlier):
        return
    called = {notice.person_id for notice in earlier}
    rungs = _rungs(session, vault, flag)
    chosen = {person.id for person in rungs[min(newest.rung, len(rungs) - 1)]} if rungs else set()
    for rung in rungs[: newest.rung]:
        chosen |= {person.id for person in rung} - called
    for person_id in sorted(chosen):
        session.add(
            Notice(
                id=new_id(),
                flag_id=flag.id,
                page_id=flag.page_id,
                person_id=person_id,
                reason=newest.reason,
                number=newest.number,
                written=now,
            )
        )


def _rungs(session: Session, vault: Vault, flag: Flag) -> list[list[KnownPerson]]:
    """Those who may decide this flag, by rung; a rung on which nobody may is none."""
    comment = stored_comment(session, vault, flag.revision_id)
    supervisor = session.get_one(SiteRecord, flag.site_id).supervisor_id
    people = [
        person
        for person in people_of_site(session, vault, flag.site_id)
        if why_not(situation(session, person, flag, comment.author.name, comment.text)) is None
    ]
    of = {
        Rung.ADMINISTRATORS: [
            p for p in people if RoleName.ADMINISTRATOR in p.duties.get(flag.site_id, ()) and p.id != supervisor
        ],
        Rung.SUPERVISOR: [
            p for p in people if p.id == supervisor or RoleName.SUPERVISOR in p.duties.get(flag.site_id, ())
        ],
    }
    return [of[rung] for rung in Rung if of[rung]]


def _message(session: Session, house: House, server: mail.MailServer, notice: Notice) -> EmailMessage:
    """What is shown on a phone that lies on a table: nothing of the comment, and of a restricted flag not even the rule."""
    flag = session.get_one(Flag, notice.flag_id)
    person = session.get_one(PersonRecord, notice.person_id)
    site = session.get_one(SiteRecord, flag.site_id)
    messages = house.messages(Language(site.language))
    say, due = messages.say, messages.moment(flag.due, site.time_zone)
    is_late, severity = notice.reason == Reason.OVERDUE, say(f"severity.{flag.severity}").lower()
    message = EmailMessage()
    message["Subject"] = say("mail.overdue" if is_late else "mail.waits", severity=severity, when=due)
    message["From"] = server.sender
    message["To"] = house.store.vault.open("person.email_sealed", person.id, person.email_sealed)
    message["Message-ID"] = f"<{notice.id}@{server.sender.rpartition('@')[2]}>"  # the same where it is handed in twice
    message["Auto-Submitted"] = "auto-generated"
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


def _titles(session: Session, house: House, messages: Messages, flag: Flag) -> Sequence[str]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    rules = session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(col(FlagRule.rule)))
    return [messages.title(rule, titles.get(rule, rule)) for rule in rules]
