"""Notices: the people of a school are called about what waits too long, without a word of any comment (DESIGN.md 7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from itertools import chain

from sqlmodel import col, or_, select

from bot import mail
from bot.domain.class_pages import Severity
from bot.domain.ladder import Call, Reason, Waiting, call_of, whom_to_call
from bot.domain.review import FlagState
from bot.house import House
from bot.people import KnownPerson, Ladder, ladder_of, language_of, rungs_for
from bot.records import WAITS, Flag, FlagRule, Notice, Page, PersonRecord, SiteRecord, new_id
from bot.settings import Messages
from bot.store import Session
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
    server, vault = mail.server_of(house.environment.variables), house.store.vault
    if server is None:
        return Called()
    with house.store.transaction() as session:
        ladder = ladder_of(session, vault, session.get_one(Page, page_id).site_id, now)
        waiting = select(Flag).where(WAITS, Flag.page_id == page_id).order_by(col(Flag.rank), col(Flag.due))
        for flag in session.exec(waiting).all():
            _write(session, vault, flag, ladder)
        session.flush()
        ready = _ready(session, vault, page_id, ladder)
    with house.store.reading() as session:
        messages = [_message(session, house, server, session.get_one(Notice, id)) for id in ready]
    if not ready:
        return Called()
    problems = mail.send(server, messages)
    with house.store.transaction() as session:
        for id, problem in zip(ready, problems, strict=True):
            row = session.get_one(Notice, id)
            row.attempts += 1
            row.sent = None if problem else now
            row.problem_sealed = vault.seal(_PROBLEM, row.id, problem) if problem else None
    return Called(problems.count(""), len(problems) - problems.count(""))


def _write(session: Session, vault: Vault, flag: Flag, ladder: Ladder) -> None:
    """Write a message to everybody whom the newest call reaches and who may be called now, each once.

    Whoever may not be called now has no message yet, and is found without one at the first ring after that.
    """
    if not (ladder.is_working or flag.severity == Severity.CRITICAL) or (late := ladder.late(flag)) is None:
        return
    waiting = Waiting(Severity(flag.severity), flag.opened, late, flag.acknowledged is not None)
    earlier = session.exec(select(Notice).where(Notice.flag_id == flag.id)).all()
    everybody = [list(rung) for rung in ladder.rungs if rung] or [list(ladder.away)]
    if not _due(waiting, ladder, everybody, earlier):  # asked first: it opens no comment
        return
    for call, person_id in _due(waiting, ladder, rungs_for(session, vault, flag, ladder), earlier):
        session.add(
            Notice(
                id=new_id(),
                flag_id=flag.id,
                page_id=flag.page_id,
                person_id=person_id,
                reason=call.reason,
                number=call.number,
                written=ladder.now,
            )
        )


def _due(
    flag: Waiting, ladder: Ladder, rungs: Sequence[Sequence[KnownPerson]], earlier: Sequence[Notice]
) -> list[tuple[Call, str]]:
    """The newest call, with each person whom it has to reach now."""
    newest = call_of(flag, ladder.now, len(rungs))
    if newest is None or not rungs:
        return []
    called: dict[str, int] = {}
    for notice in earlier:
        if notice.reason == newest.reason:
            called[notice.person_id] = max(notice.number, called.get(notice.person_id, -1))
    may = {person.id for rung in rungs for person in rung if ladder.may_call(person, flag.severity)}
    ids = [[person.id for person in rung] for rung in rungs]
    return [(newest, person) for person in whom_to_call(newest, ids, called, may.__contains__)]


def _ready(session: Session, vault: Vault, page_id: str, ladder: Ladder) -> list[str]:
    """The messages to hand in now. One that is needed no more is taken back: the flag is decided, or its person may not decide it now."""
    people = {person.id: person for person in (*chain(*ladder.rungs), *ladder.away)}
    unsent = select(Notice, Flag).join(Flag, col(Flag.id) == Notice.flag_id).where(col(Notice.sent).is_(None))
    ready: list[str] = []
    for notice, flag in session.exec(unsent.where(Notice.page_id == page_id).order_by(col(Notice.id))).all():
        person = people.get(notice.person_id)
        if person is not None and not ladder.may_call(person, flag.severity):
            continue  # written before their quiet hours began, when the mail server was away
        if person is None or not _still_needed(session, vault, notice, flag, ladder):
            session.delete(notice)
            continue
        ready.append(notice.id)
        if len(ready) == _MOST:
            break
    return ready


def _still_needed(session: Session, vault: Vault, notice: Notice, flag: Flag, ladder: Ladder) -> bool:
    if flag.state not in (FlagState.OPEN, FlagState.APPEALED):
        return False
    if notice.reason == Reason.UNANSWERED and flag.acknowledged is not None:
        return False
    return any(person.id == notice.person_id for rung in rungs_for(session, vault, flag, ladder) for person in rung)


def _message(session: Session, house: House, server: mail.MailServer, notice: Notice) -> EmailMessage:
    """What is shown on a phone that lies on a table: nothing of the comment, and of a restricted flag not even the rule."""
    flag = session.get_one(Flag, notice.flag_id)
    person = session.get_one(PersonRecord, notice.person_id)
    site = session.get_one(SiteRecord, flag.site_id)
    messages = house.messages(language_of(house.store.vault, person, site))
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
