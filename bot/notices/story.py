"""Whom to write to, and when: the chat comes first, where a school has one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from typing import Final

from sqlalchemy import ColumnElement
from sqlmodel import col, func, or_, select

from bot import calls, mail
from bot.calls import Moment
from bot.domain.class_pages import Severity
from bot.domain.ladder import Reason
from bot.house import House
from bot.notices.messages import about_flag, about_test
from bot.people import rungs_for
from bot.records import WAITS, Flag, Notice, Page, Post, PostKind, new_id
from bot.store import Session
from bot.telemetry import log
from bot.vault import KeyProblem, Vault

_PROBLEM: Final = "notice.problem_sealed"
_MOST: Final = 100
"""Messages that are handed in at a time: the next ring does the others."""

_A_DAY: Final = timedelta(days=1)


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
        waiting = select(Flag.page_id).where(WAITS, or_(urgent, col(Flag.restricted), col(Flag.due) < now))
        unsent = select(Notice.page_id).where(col(Notice.sent).is_(None))
        tested = session.exec(select(Post.site_id).where(*_is_asked(now)).distinct()).all()
        pages = {_first_page(session, site) for site in tested}
        pages |= {*session.exec(waiting.distinct()), *session.exec(unsent.distinct())}
        return sorted(page for page in pages if page is not None)


def call(house: House, page_id: str, now: datetime) -> Called:
    """Write the calls of a page whose time has come, and hand in what is due by e-mail and was not taken yet.

    Raises:
        BadMailServer: the address of the mail server is malformed.
    """
    server, vault = mail.server_of(house.environment.variables), house.store.vault
    if server is None:
        return Called()
    with house.store.transaction() as session:
        moment = calls.moment_of(session, vault, session.get_one(Page, page_id).site_id, now)
        waiting = select(Flag).where(WAITS, Flag.page_id == page_id).order_by(col(Flag.rank), col(Flag.due))
        for flag in session.exec(waiting).all():
            try:
                _write(session, vault, flag, moment)
            except KeyProblem as error:  # one comment that does not open must not silence the others
                log().error("call_failed", page=page_id, error=error)
        session.flush()
        ready = _ready(session, vault, page_id, moment)
    with house.store.reading() as session:
        asked = _asked(session, page_id, now)
        messages = [about_flag(session, house, server, session.get_one(Notice, id)) for id in ready]
        messages += [about_test(session, house, server, session.get_one(Post, id)) for id in asked]
    if not messages:
        return Called()
    problems = mail.send(server, messages)
    with house.store.transaction() as session:
        for id, problem in zip(ready, problems[: len(ready)], strict=True):
            row = session.get_one(Notice, id)
            row.attempts += 1
            row.sent = None if problem else now
            row.problem_sealed = vault.seal(_PROBLEM, row.id, problem) if problem else None
        for id, problem in zip(asked, problems[len(ready) :], strict=True):
            post = session.get_one(Post, id)
            post.sent, post.refused = (None, now) if problem else (now, post.refused)
    return Called(problems.count(""), len(problems) - problems.count(""))


def _write(session: Session, vault: Vault, flag: Flag, moment: Moment) -> None:
    """Write a message to everybody whom the newest call reaches and who may be called now, each once.

    Whoever may not be called now has no message yet, and is found without one at the first ring after that.
    """
    rows = session.exec(select(Notice).where(Notice.flag_id == flag.id)).all()
    earlier = [(notice.reason, notice.number, notice.person_id) for notice in rows]
    if not calls.due_calls(flag, moment, moment.everybody, earlier):  # asked first: it opens no comment
        return
    for newest, person in calls.due_calls(flag, moment, rungs_for(session, vault, flag, moment.ladder), earlier):
        session.add(
            Notice(
                id=new_id(),
                flag_id=flag.id,
                page_id=flag.page_id,
                person_id=person.id,
                reason=newest.reason,
                number=newest.number,
                written=moment.ladder.now,
            )
        )


def _ready(session: Session, vault: Vault, page_id: str, moment: Moment) -> list[str]:
    """The messages to hand in now. One that is needed no more is taken back: the flag is decided, or its person may not decide it now."""
    ladder = moment.ladder
    people = {person.id: person for person in (*chain(*ladder.rungs), *ladder.away)}
    unsent = select(Notice, Flag).join(Flag, col(Flag.id) == Notice.flag_id).where(col(Notice.sent).is_(None))
    ready: list[str] = []
    for notice, flag in session.exec(unsent.where(Notice.page_id == page_id).order_by(col(Notice.id))).all():
        person, reason = people.get(notice.person_id), Reason(notice.reason)
        if person is None or not calls.still_called(flag, reason, ladder.now):
            session.delete(notice)
            continue
        since = calls.mailed_from(session, flag, reason, notice.number, person, notice.written)
        if since is None or since > ladder.now or not ladder.may_call(person, flag.severity):
            continue  # the chat has its turn, or their quiet hours began when the mail server was away
        try:
            rungs = rungs_for(session, vault, flag, ladder)
        except KeyProblem:  # nobody knows whether it is for them
            continue
        if not any(p.id == person.id for rung in rungs for p in rung):
            session.delete(notice)
            continue
        ready.append(notice.id)
        if len(ready) == _MOST:
            break
    return ready


def _is_asked(now: datetime) -> tuple[ColumnElement[bool], ...]:
    """The people of a test alarm of today who were not written to and have not answered."""
    asked = (col(Post.kind) == PostKind.TEST, col(Post.person_id).is_not(None), col(Post.sent).is_(None))
    return (*asked, col(Post.answered).is_(None), col(Post.written) > now - _A_DAY)


def _asked(session: Session, page_id: str, now: datetime) -> list[str]:
    """Whom to write to for a school's test alarm: with its first page, so that nobody else does."""
    site = session.get_one(Page, page_id).site_id
    if _first_page(session, site) != page_id:
        return []
    return list(session.exec(select(Post.id).where(*_is_asked(now), Post.site_id == site).order_by(col(Post.id))))


def _first_page(session: Session, site_id: str) -> str | None:
    return session.exec(select(func.min(Page.id)).where(Page.site_id == site_id)).one()
