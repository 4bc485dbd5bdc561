"""What the slash commands answer: blocks of text for one person, which `paging` puts into pages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from types import MappingProxyType
from typing import Final

from bot import bundles, channel, reports
from bot.discord_ui.answering import Asker
from bot.discord_ui.bundle_cards import together
from bot.discord_ui.cards import call_words
from bot.discord_ui.escaping import safe
from bot.domain.reporting import Figures
from bot.domain.schedule import Schedule
from bot.house import House
from bot.queue import QueuedFlag
from bot.reports import PageStands, School, SiteReport
from bot.settings import Messages

MOST_WAITING: Final = 500
"""Flags that `/queue` goes through: nobody turns fifty pages on a phone."""


def titles(flag: QueuedFlag, messages: Messages) -> str:
    """The broken rules of a flag in the asker's language."""
    return ", ".join(messages.title(rule.rule, rule.title) for rule in flag.rules)


def _queue(house: House, asker: Asker, _: str) -> Iterator[str]:
    found = bundles.lines(house, asker.email, now=house.clock(), limit=MOST_WAITING + 1)
    if not found:
        yield asker.messages.say("queue.none")
    for line in found[:MOST_WAITING]:
        yield _flag(line, asker.messages) if isinstance(line, QueuedFlag) else together(line, asker.messages)
    if len(found) > MOST_WAITING:
        yield asker.messages.say("queue.more")


def _flag(flag: QueuedFlag, messages: Messages) -> str:
    return messages.say(
        "queue.overdue" if flag.overdue else "queue.line",
        flag=flag.flag[-8:],
        severity=messages.say(f"severity.{flag.severity}"),
        titles=safe(titles(flag, messages), 150),
        page=safe(flag.page, 70),
        when=messages.moment(flag.deadline, flag.time_zone),
    )


def _page(house: House, asker: Asker, page: str) -> Iterator[str]:
    found = reports.page_stands(house, asker.email, page or None, house.clock())
    if not found:
        yield asker.messages.say("page.none")
    yield from ("\n".join(_page_lines(stands, asker.messages)) for stands in found)


def _page_lines(stands: PageStands, messages: Messages) -> Iterator[str]:
    day, zone = stands.day, stands.time_zone
    page = safe(day.page, 70)
    yield messages.say("page.line", page=page, title=safe(stands.title, 120))
    if stands.left is not None:
        yield messages.say("page.left", when=messages.moment(stands.left, zone))
    elif day.new is not None and not day.problem:
        yield messages.say("page.new", when=messages.moment(day.new, zone))
    elif day.last is None:
        yield messages.say("page.unread")
    else:
        comments = messages.count("page.comments", day.comments)
        yield messages.say("page.read", when=messages.moment(day.last, zone), comments=comments)
    if day.problem and stands.left is None:
        yield messages.say("page.problem", problem=safe(day.problem, 400))
        yield messages.say("page.mend", page=page)
    overdue = f" {messages.count('page.overdue', stands.overdue)}" if stands.overdue else ""
    yield messages.count("page.waiting", stands.waiting) + overdue
    if stands.left is None:
        yield _schedule(Schedule.parse(stands.schedule), messages)


def _schedule(schedule: Schedule, messages: Messages) -> str:
    if schedule.every is not None:
        return messages.say("page.every", span=messages.span(schedule.every))
    return messages.say("page.daily", clock=f"{schedule.at:%H:%M}")


def _report(house: House, asker: Asker, _: str) -> Iterator[str]:
    found = reports.site_reports(house, asker.email, house.clock())
    if not found:
        yield asker.messages.say("page.none")
    for report in found:
        for days in reports.SPANS:
            yield from _span(
                house, report, days, asker.messages
            )  # a block each: many pages may not have been moderated
        yield asker.messages.count("report.overdue", report.overdue)


def _span(house: House, report: SiteReport, days: int, messages: Messages) -> Iterator[str]:
    figures = report.figures[days]
    policy = {rule.id: rule.title for rule in house.policy.rules}
    yield messages.say("report.heading", site=safe(report.title, 120), days=days)
    yield messages.say("report.read", number=report.read[days])
    yield messages.count("report.flags", figures.flags)
    for rule, number in figures.by_rule.items():
        yield messages.say("report.rule", title=safe(messages.title(rule, policy.get(rule, rule)), 80), number=number)
    yield from _decided(figures, messages)
    if not figures.unread:
        yield messages.say("report.moderated")
    for page, number in figures.unread:
        yield messages.count("report.not_moderated", number, page=safe(page, 70))


def _decided(figures: Figures, messages: Messages) -> Iterator[str]:
    if figures.median is None:
        yield messages.say("report.nothing_decided")
        return
    parts = [
        messages.say("report.part", decision=messages.say(f"report.kinds.{kind}"), number=number)
        for kind, number in figures.decided.items()
    ]
    if parts:
        yield messages.say("report.decided", parts=", ".join(parts))
    yield messages.say("report.median", span=messages.span(max(figures.median, timedelta(minutes=1))))


def _oncall(house: House, asker: Asker, _: str) -> Iterator[str]:
    for school in reports.schools_of(house, asker.email, house.clock()):
        yield "\n".join(_duty(school, asker.messages))


def _duty(school: School, messages: Messages) -> Iterator[str]:
    yield messages.say("oncall.heading", site=safe(school.title, 120))
    yield (
        messages.say("oncall.now", people=_people(school.on_duty)) if school.on_duty else messages.say("oncall.nobody")
    )
    if not school.has_hours:
        yield messages.say("oncall.always")
    if school.next and school.next_from:
        when = messages.moment(school.next_from, school.time_zone)
        yield messages.say("oncall.next", people=_people(school.next), when=when)
    if school.supervisor:
        yield messages.say("oncall.supervisor", person=safe(school.supervisor, 100))


def _people(people: Sequence[str]) -> str:
    return ", ".join(safe(person, 100) for person in people)


def _settings(house: House, asker: Asker, _: str) -> Iterator[str]:
    hours = channel.quiet_hours_of(house, asker.email, house.clock())
    yield asker.messages.say("settings.language")
    yield asker.messages.say("settings.quiet", hours=hours) if hours else asker.messages.say("settings.no_quiet")
    yield asker.messages.say("settings.where")


def _help(house: House, asker: Asker, _: str) -> Iterator[str]:
    keys = ("cards", "undo", "open", "critical", "commands", "appeal", "danger", "telephones")
    yield from (asker.messages.say(f"help.{key}") for key in keys)
    every = [rule.id for rule in house.policy.rules]
    for what, numbers in channel.calls_of(house, asker.messages, every):
        yield call_words(what, numbers, asker.messages)
    schools = reports.schools_of(house, asker.email, house.clock())
    for telephone in dict.fromkeys(school.telephone for school in schools if school.telephone):
        yield asker.messages.say("help.district", telephone=safe(telephone, 60))


Answer = Callable[[House, Asker, str], Iterator[str]]

ANSWERS: Final[Mapping[str, Answer]] = MappingProxyType(
    {
        "queue": _queue,
        "page": _page,
        "report": _report,
        "oncall": _oncall,
        "settings": _settings,
        "help": _help,
    }
)
"""Every command whose answer is blocks of text, with what makes it: the house, who asks, and the command's argument."""
