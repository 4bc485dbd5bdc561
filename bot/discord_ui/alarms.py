"""Alarms, reminders and tests as messages: plain text, which a phone shows before it is unlocked, and so no word of any comment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.channel import Alarm, Asked, Deadlines, Direct, Line, Reminder, Report, TestAlarm
from bot.discord_ui.buttons import Press
from bot.discord_ui.escaping import safe
from bot.domain.review import Choice

Told = Alarm | Direct | Reminder | Report | TestAlarm

MOST: Final = 2000
"""Characters of a message."""

_ROOM_FOR_THE_REST: Final = 40
_MOST_CALLED: Final = 40  # names are a third of a message then
_DANGER: Final = "In immediate danger call 911. Hallmonitor calls nobody."


def text_of(told: Told, guild: int) -> str:
    """The message, which ends with the id by which it is found again. `guild`: the server in which the cards are."""
    parts = list(_parts(told, guild))
    footer = f"-# {_DANGER} {mark(told.id)}" if isinstance(told, Alarm) else f"-# {mark(told.id)}"
    said: list[str] = []
    for part in parts:
        if len("\n".join([*said, part, footer])) > MOST - _ROOM_FOR_THE_REST:
            break
        said.append(part)
    rest = len(parts) - len(said) + (told.count - len(told.lines) if isinstance(told, Alarm) else 0)
    return "\n".join([*said, *([f"and {rest} more: `/queue`"] if rest else []), footer])


def mark(id: str) -> str:
    """What a message ends with: enough of the post's id, and no flag's."""
    return f"`{id[-12:]}`"


def called(told: Told) -> list[int]:
    """The accounts that a message calls: only these pass `allowed_mentions`."""
    if not isinstance(told, Alarm | TestAlarm):
        return []
    return [int(account) for account in told.accounts if account.isdigit()][:_MOST_CALLED]


def view_of(told: Told) -> ui.View | None:
    """The button. It is marked as finished: presses are answered by `answers` and `buttons`, which remember nothing."""
    button: ui.Button[Any]
    if isinstance(told, TestAlarm):
        button = ui.Button(label="I am here", style=discord.ButtonStyle.primary, custom_id=f"ta1:{told.id}")
    elif isinstance(told, Alarm) and (free := [line for line in told.lines if line.waits and not line.acknowledged]):
        alone = told.waiting == 1
        id = Press(Choice.ACKNOWLEDGE, free[0].flag, free[0].version).custom_id if alone else f"al1:{told.id}"
        label = "I have it" if alone else "I have them all"
        button = ui.Button(label=label, style=discord.ButtonStyle.primary, custom_id=id)
    else:
        return None
    view = ui.View(timeout=None)
    view.add_item(button)
    view.stop()
    return view


def _parts(told: Told, guild: int) -> Iterator[str]:
    match told:
        case Alarm():
            yield from _alarm(told, guild)
        case Direct(count=1):
            yield "A restricted flag waits for you: /queue"
        case Direct():
            yield f"{told.count} restricted flags wait for you: /queue"
        case Reminder():
            yield "**Deadlines.** `/queue` shows what waits."
            yield from (_deadline(told, line) for line in told.lines)
        case TestAlarm():
            yield f"{_mentions(told)}**This is a test: press I am here.**"
            yield "Nothing has happened. Once a month Hallmonitor asks whether an alarm would reach you."
        case Report():
            yield from _report(told.test)


def _alarm(alarm: Alarm, guild: int) -> Iterator[str]:
    waiting = [line for line in alarm.lines if line.waits]
    if not waiting:
        repeated = any(line.again for line in alarm.lines)
        yield "**Earlier alarm: it is repeated below.**" if repeated else "**Alarm, over.**"
    elif alarm.waiting == 1:
        yield f"{_mentions(alarm)}**ALARM: a critical flag {_lack(waiting)}**"
    else:
        yield f"{_mentions(alarm)}**ALARM: {alarm.waiting} critical flags {_lack(waiting)}**"
    for line in alarm.lines:
        what = f"{safe(line.page, 60)}: {safe(', '.join(line.titles), 80)}"
        link = f" https://discord.com/channels/{guild}/{alarm.channel}/{line.card}" if line.card else ""
        yield f"\u00b7 {what}. {_state(alarm, line)}{link}"


def _lack(lines: Sequence[Line]) -> str:
    wait, their = ("waits", "its") if len(lines) == 1 else ("wait", "their")
    if all(line.late for line in lines):
        return f"{wait}, and {their} time is over."
    return f'{wait}, and nobody has said "I have it".'


def _state(alarm: Alarm, line: Line) -> str:
    if line.waits:
        return f"{'Was due' if line.late else 'Answer by'} **{_at(alarm.time_zone, line.due)}**."
    if line.again:
        return "Nobody took it in time."
    when = f", {_at(alarm.time_zone, line.at)}" if line.at else ""
    if line.decision == "acknowledge":
        return f"**{safe(line.by, 80)}** has it{when}."
    if line.decision:
        return f"Decided ({line.decision.replace('_', ' ')}) by **{safe(line.by, 80)}**{when}."
    return "It waits no more."


def _deadline(reminder: Reminder, line: Deadlines) -> str:
    flags = f"{line.count} {line.severity} flag{'s' if line.count > 1 else ''}"
    first = f"{'the first ' if line.count > 1 else ''}{'since' if line.late else 'to be answered by'}"
    when = _at(reminder.time_zone, line.first)
    return f"\u00b7 {safe(line.page, 60)}: {flags}, {'**overdue** ' if line.late else ''}{first} {when}"


def _report(test: TestAlarm) -> Iterator[str]:
    yield f"**Test alarm of {_at(test.time_zone, test.written)}**"
    yield from (f"\u00b7 {answer_of(test, asked)}" for asked in test.people)
    if not test.people:
        yield "Nobody was on duty."
    elif test.unanswered:
        yield "**Nobody answered:** an alarm would have reached nobody. Look at your notifications, and try again:"
        yield "`hallmonitor discord test-alarm`"


def answer_of(test: TestAlarm, asked: Asked) -> str:
    """How one person answered a test."""
    when = f"answered {_at(test.time_zone, asked.answered)}" if asked.answered else "**no answer**"
    return f"{safe(asked.email, 80)}: {when}"


def _mentions(told: Told) -> str:
    return "".join(f"<@{account}> " for account in called(told))


def _at(time_zone: str, when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo(time_zone)):%a %-d %b %H:%M}"
