"""Upkeep: `doctor` looks at everything that must hold, and says how to mend what does not (DESIGN.md 12)."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from bot import bundles, channel, mail, pages, people, webhooks
from bot.domain.class_pages import ClassPage, Language
from bot.domain.errors import Advice
from bot.domain.findings import Finding
from bot.domain.own_rules import OWN_RULES
from bot.domain.policy import unwatched
from bot.evidence import first_break
from bot.house import House
from bot.queue import waiting
from bot.records import Page, Run, RunStatus
from bot.settings import MissingSecret
from bot.store import StoreProblem
from connectors.base import BadConfig, ConnectorError
from moderators.base import BrokenModerator

_LITTLE_SPACE = 500 * 1024 * 1024
_TOO_LONG_AGO = timedelta(hours=26)
_LONG_RUN = timedelta(hours=2)
_LATE = timedelta(minutes=15)


def examine(house: House, now: datetime) -> list[Finding]:
    """Look at everything, each check in its turn: what is well, and what is not and how to mend it."""
    checks: tuple[Callable[[House, datetime], Iterator[Finding]], ...] = (
        _database, _keys, _evidence, _detectors, _people, _pages, _ledger, _clock, _rosters, _signing, _queue, _messages, _channel, _mail,
        _test_alarm, _webhooks, _disk,
    )  # fmt: skip
    return [finding for check in checks for finding in _look(check, house, now)]


def _look(check: Callable[[House, datetime], Iterator[Finding]], house: House, now: datetime) -> Iterator[Finding]:
    """One check; what breaks it is a finding too: doctor has to survive what it looks for."""
    try:
        yield from check(house, now)
    except StoreProblem:
        raise
    except (Advice, BrokenModerator) as error:
        yield Finding(check.__name__.strip("_"), "does not work", str(error))
    except Exception as error:  # noqa: BLE001  # its message may quote a comment
        yield Finding(check.__name__.strip("_"), f"breaks with {type(error).__name__}", "please report it")


def _present(house: House, now: datetime) -> list[tuple[ClassPage, Page, Run | None]]:
    return [entry for entry in pages.list_pages(house, now) if entry[1].left is None]


def _database(house: House, _: datetime) -> Iterator[Finding]:
    dialect = house.store.engine.dialect.name
    yield Finding("database", f"{dialect}, up to date")


def _keys(house: House, _: datetime) -> Iterator[Finding]:
    file = house.environment.key_file
    if house.environment.keys is not None:
        yield Finding("keys", "from HALLMONITOR_KEYS")
        return
    mode = stat.S_IMODE(file.stat().st_mode)
    if mode & 0o077:
        yield Finding("keys", f"{file} can be read by others (mode {mode:04o})", f"chmod 600 {file}")
    else:
        yield Finding(
            "keys", f"{file}, mode {mode:04o}; keep a backup of it elsewhere: without it nothing can be opened"
        )


def _evidence(house: House, _: datetime) -> Iterator[Finding]:
    with house.store.reading() as session:
        broken = first_break(session, house.store.vault)
    if broken is None:
        yield Finding("evidence", "the chain is whole")
    else:
        yield Finding(
            "evidence",
            f"the chain does not fit at {broken}",
            "somebody changed it: restore the backup and tell the supervisor",
        )


def _detectors(house: House, _: datetime) -> Iterator[Finding]:
    healthy = set(OWN_RULES)
    for moderator in house.moderators():
        try:
            moderator.canary()
        except BrokenModerator as error:
            yield Finding(
                f"detector {moderator.name}", str(error), "nothing is scored until it is mended: reinstall Hallmonitor"
            )
        else:
            healthy |= moderator.signals
            yield Finding(f"detector {moderator.name}", f"version {moderator.version}, knows its canaries")
    missing = unwatched(house.policy, healthy)
    if missing:
        advice = "read the pages for these by eye: no detector watches them yet"
        yield Finding("policy", f"not watched: {', '.join(missing)}", advice, serious=False)
    else:
        yield Finding("policy", "every rule is watched")


def _people(house: House, now: datetime) -> Iterator[Finding]:
    for gap in people.gaps(house, now):
        yield Finding(f"site {gap.site}", gap.fact, gap.mend, gap.serious)


def _pages(house: House, now: datetime) -> Iterator[Finding]:
    for page, _row, _run in _present(house, now):
        try:
            house.connect(page)
        except (MissingSecret, BadConfig) as error:
            yield Finding(f"page {page.id}", "cannot be reached", str(error))
        except ConnectorError as error:
            yield Finding(f"page {page.id}", "cannot be reached", f"{error}; see `hallmonitor pages check {page.id}`")


def _ledger(house: House, now: datetime) -> Iterator[Finding]:
    for page, _, run in _present(house, now):
        subject = f"page {page.id}"
        if run is None:
            yield Finding(subject, "was never scanned", "run `hallmonitor scan`, or start `hallmonitor serve`")
        elif run.status == RunStatus.RUNNING:
            yield _under_way(subject, run, now)
        elif run.status == RunStatus.FAILED:
            yield Finding(subject, "its last run failed", pages.reason_of(house, run))
        elif now - run.started > _TOO_LONG_AGO:
            yield Finding(
                subject,
                "was not scanned for more than a day",
                "start `hallmonitor serve`: comments are moderated daily (III)",
            )
        else:
            yield Finding(subject, f"scanned {run.started:%Y-%m-%d %H:%M} UTC")


def _under_way(subject: str, run: Run, now: datetime) -> Finding:
    since = f"{run.started:%Y-%m-%d %H:%M} UTC"
    if now - run.started < _LONG_RUN:
        return Finding(subject, f"is being scanned since {since}")
    advice = "whoever began it may be dead: see that `hallmonitor serve`, or a clock and a worker, are running"
    return Finding(subject, f"a run began {since} and has not ended", advice)


def _clock(house: House, now: datetime) -> Iterator[Finding]:
    """Whether anybody rings: a page whose time came a while ago and that nobody has tried to read."""
    busy = {page.id for page, _, run in _present(house, now) if run is not None and run.status == RunStatus.RUNNING}
    if late := [id for id in pages.late_pages(house, now, _LATE) if id not in busy]:
        advice = "start `hallmonitor serve`, or a clock and a worker: nobody reads what is due"
        yield Finding("clock", f"due for more than {_LATE.seconds // 60} minutes: {', '.join(late)}", advice)


def _rosters(house: House, now: datetime) -> Iterator[Finding]:
    for page, row, _run in _present(house, now):
        if not row.roster_digest:
            advice = "name a roster in its file: without one no student's name is recognised"
            yield Finding(f"roster {page.id}", "none imported", advice, serious=False)
            continue
        file = pages.roster_file(house.environment.config, page)
        if page.roster and file.exists() and page.connector != "sample":
            advice = f"it is imported and sealed: delete {file}, so that it lies nowhere in the clear"
            yield Finding(f"roster {page.id}", "its file still lies there", advice, serious=False)


def _signing(house: House, now: datetime) -> Iterator[Finding]:
    """A full name as display name is told once for the page: it is the account that has to change, and not a comment (II.3)."""
    for page, _row, _run in _present(house, now):
        if number := pages.signed_with_full_names(house, page.id, now):
            advice = (
                "ask them for another display name, unless the parent's and the principal's written consent covers it"
            )
            yield Finding(f"page {page.id}", f"{number} authors sign with a student's full name", advice, serious=False)


def _queue(house: House, now: datetime) -> Iterator[Finding]:
    counts = waiting(house)
    if counts.unscored:
        busy = any(run is not None and run.status == RunStatus.RUNNING for _, _, run in _present(house, now))
        advice = "a scan is under way: look again" if busy else "run `hallmonitor scan`"
        yield Finding("queue", f"{counts.unscored} comments are not classified yet", advice, serious=not busy)
    if counts.failed:
        yield Finding(
            "queue",
            f"{counts.failed} comments could not be classified",
            "they wait in the queue: read them",
            serious=False,
        )
    if counts.manual:
        yield Finding(
            "actions", f"{counts.manual} actions are for a person", "do them on the platform itself", serious=False
        )


def _messages(house: House, _: datetime) -> Iterator[Finding]:
    for language in Language:
        house.messages(language)
    yield Finding("messages", f"read, in {len(Language)} languages")


def _channel(house: House, now: datetime) -> Iterator[Finding]:
    yield from channel.findings(house, now, bundles.late(house, now, now - channel.LATE))


def _mail(house: House, _: datetime) -> Iterator[Finding]:
    server = mail.server_of(house.environment.variables)
    if server is None:
        advice = f"set {mail.URL} and {mail.FROM}: then administrators are written to about critical and overdue flags"
        yield Finding("mail", "no mail server: nobody is called about a flag", advice, serious=False)
        return
    mail.reach(server)
    yield Finding("mail", f"{server.host} takes our mail")


def _webhooks(house: House, now: datetime) -> Iterator[Finding]:
    for hook in webhooks.states(house, now):
        yield Finding(f"webhook {hook.name} of {hook.site}", hook.fact, hook.mend, hook.serious)


def _test_alarm(house: House, now: datetime) -> Iterator[Finding]:
    """Whether the last test alarm of each school reached anybody."""
    for test in channel.newest_tests(house, now):
        subject, day = f"test alarm {test.site}", f"{test.written:%Y-%m-%d}"
        if test.sent is None and now - test.written > _LATE:
            yield Finding(
                subject,
                f"the one of {day} was not sent",
                "see `hallmonitor discord check`, and keep `discord run` running",
            )
        elif test.unanswered and now - test.written > channel.TOLD_AFTER:
            advice = "look at their notifications and accounts, and send another: `hallmonitor discord test-alarm`"
            yield Finding(subject, f"nobody answered the one of {day}: an alarm would reach nobody", advice)
        elif not test.unanswered:
            yield Finding(
                subject, f"answered by {sum(1 for p in test.people if p.answered)} of {len(test.people)} on {day}"
            )


def _disk(house: House, _: datetime) -> Iterator[Finding]:
    free = shutil.disk_usage(house.environment.home).free
    if free < _LITTLE_SPACE:
        yield Finding("disk", f"{free // 2**20} MB free", "free some space: a full disk stops the moderation")
    else:
        yield Finding("disk", f"{free // 2**30} GB free")
