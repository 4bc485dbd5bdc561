"""Alarms, reminders and tests as messages: plain text, which a phone shows before it is unlocked, and so no word of any comment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import discord
from discord import ui

from bot.channel import Alarm, Asked, Deadlines, Direct, Line, Reminder, Report, TestAlarm
from bot.discord_ui.deciding import Pressed
from bot.discord_ui.escaping import safe
from bot.domain.review import Choice
from bot.settings import Messages

Told = Alarm | Direct | Reminder | Report | TestAlarm

MOST: Final = 2000
"""Characters of a message."""

_ROOM_FOR_THE_REST: Final = 40
_MOST_CALLED: Final = 40  # names are a third of a message then


def text_of(told: Told, guild: int, messages: Messages) -> str:
    """The message, which ends with the id by which it is found again. `guild`: the server in which the cards are."""
    parts = list(_parts(told, guild, messages))
    danger = f"{messages.say('card.danger')} " if isinstance(told, Alarm) else ""
    footer = f"-# {danger}{mark(told.id)}"
    said: list[str] = []
    for part in parts:
        if len("\n".join([*said, part, footer])) > MOST - _ROOM_FOR_THE_REST:
            break
        said.append(part)
    rest = len(parts) - len(said) + (told.count - len(told.lines) if isinstance(told, Alarm) else 0)
    return "\n".join([*said, *([messages.count("alarm.rest", rest)] if rest else []), footer])


def mark(id: str) -> str:
    """What a message ends with: enough of the post's id, and no flag's."""
    return f"`{id[-12:]}`"


def called(told: Told) -> list[int]:
    """The accounts that a message calls: only these pass `allowed_mentions`."""
    if not isinstance(told, Alarm | TestAlarm):
        return []
    return [int(account) for account in told.accounts if account.isdigit()][:_MOST_CALLED]


def view_of(told: Told, messages: Messages) -> ui.View | None:
    """The button. It is marked as finished: presses are answered by `answers` and `buttons`, which remember nothing."""
    primary = discord.ButtonStyle.primary
    button: ui.Button[Any]
    if isinstance(told, TestAlarm):
        button = ui.Button(label=messages.say("test.here"), style=primary, custom_id=f"ta1:{told.id}")
    elif isinstance(told, Alarm) and (free := [line for line in told.lines if line.waits and not line.acknowledged]):
        alone = told.waiting == 1
        id = f"rv1:{Pressed(Choice.ACKNOWLEDGE, free[0].flag, free[0].version)}" if alone else f"al1:{told.id}"
        label = messages.say("alarm.have_it" if alone else "alarm.have_all")
        button = ui.Button(label=label, style=primary, custom_id=id)
    else:
        return None
    view = ui.View(timeout=None)
    view.add_item(button)
    view.stop()
    return view


def _parts(told: Told, guild: int, messages: Messages) -> Iterator[str]:
    match told:
        case Alarm():
            yield from _alarm(told, guild, messages)
        case Direct():
            yield messages.count("alarm.direct", told.count)
        case Reminder():
            yield messages.say("reminder.heading")
            yield from (_deadline(told, line, messages) for line in told.lines)
        case TestAlarm():
            yield f"{_mentions(told)}{messages.say('test.call')}"
            yield messages.say("test.explain")
        case Report():
            yield from _report(told.test, messages)


def _alarm(alarm: Alarm, guild: int, messages: Messages) -> Iterator[str]:
    waiting = [line for line in alarm.lines if line.waits]
    if waiting:
        late = all(line.late for line in waiting)
        said = messages.count("alarm.late" if late else "alarm.untaken", alarm.waiting)
        yield f"{_mentions(alarm)}{said}"
    else:
        yield messages.say("alarm.repeated" if any(line.again for line in alarm.lines) else "alarm.over")
    for line in alarm.lines:
        titles = safe(", ".join(messages.plain(title) for title in line.titles), 80)
        said = messages.say("alarm.line", page=safe(line.page, 60), titles=titles, state=_state(alarm, line, messages))
        link = f" https://discord.com/channels/{guild}/{alarm.channel}/{line.card}" if line.card else ""
        yield f"{said}{link}"


def _state(alarm: Alarm, line: Line, messages: Messages) -> str:
    zone = alarm.time_zone
    if line.waits:
        return messages.say("alarm.was_due" if line.late else "alarm.answer_by", when=messages.moment(line.due, zone))
    if line.again:
        return messages.say("alarm.not_taken")
    if not line.decision or line.at is None:
        return messages.say("alarm.over_line")
    by, when = safe(line.by, 80), messages.moment(line.at, zone)
    if line.decision == "acknowledge":
        return messages.say("alarm.has_it", by=by, when=when)
    return messages.say("alarm.decided", decision=messages.say(f"decided.{line.decision}"), by=by, when=when)


def _deadline(reminder: Reminder, line: Deadlines, messages: Messages) -> str:
    return messages.count(
        "reminder.late" if line.late else "reminder.soon",
        line.count,
        page=safe(line.page, 60),
        severity=messages.say(f"severity.{line.severity}").lower(),
        when=messages.moment(line.first, reminder.time_zone),
    )


def _report(test: TestAlarm, messages: Messages) -> Iterator[str]:
    yield messages.say("test.report", when=messages.moment(test.written, test.time_zone))
    yield from (answer_of(test, asked, messages) for asked in test.people)
    if not test.people:
        yield messages.say("test.nobody_on_duty")
    elif test.unanswered:
        yield messages.say("test.nobody_answered")


def answer_of(test: TestAlarm, asked: Asked, messages: Messages) -> str:
    """How one person answered a test."""
    person = safe(asked.email, 80)
    if asked.answered is None:
        return messages.say("test.no_answer", person=person)
    return messages.say("test.answered", person=person, when=messages.moment(asked.answered, test.time_zone))


def _mentions(told: Told) -> str:
    return "".join(f"<@{account}> " for account in called(told))
