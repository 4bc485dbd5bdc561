"""`discord test-alarm`: whether a call would reach those on duty."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, at, cell, console, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from bot.channel import TestAlarm
    from bot.house import House

_PATIENCE = 15.0
_LOOK_EVERY = 0.5


def send_test_alarm(
    context: typer.Context,
    here: Annotated[bool, typer.Option("--here", help="Answer the last one: say that it reached you.")] = False,
    by: Annotated[str, typer.Option("--by", help="With --here: who you are.", envvar=PERSON_VARIABLE)] = "",
    json: Json = False,
) -> None:
    """Send a test alarm to those on duty, and say who has answered. Within an hour it sends no second one, and only says that.

    Exit 1 where it could not be sent.
    """
    from bot import channel

    opened = house(context)
    if here and not by:
        raise Advice("say who you are: --by you@school.example")
    tests = channel.answer_newest(opened, by, now()) if here else _sent(opened)
    if json:
        print_json([_as_json(test) for test in tests])
    else:
        _print(tests)
    if any(test.sent is None for test in tests):
        raise typer.Exit(1)


def _sent(opened: House) -> Sequence[TestAlarm]:
    """The tests, once whoever holds the connection has sent them, or our patience is at its end."""
    from bot import channel

    tests = channel.ask_now(opened, now())
    if not tests:
        raise Advice(
            "no school has a review channel: write `discord_channel: ID` to its site in people.yaml, and apply it"
        )
    until = time.monotonic() + _PATIENCE
    while any(test.sent is None for test in tests) and time.monotonic() < until:
        time.sleep(_LOOK_EVERY)
        tests = channel.newest_tests(opened, now())
    return tests


def _print(tests: Sequence[TestAlarm]) -> None:
    from rich.table import Table

    for test in tests:
        sent = f"sent {at(test.sent, test.time_zone)}" if test.sent else "[red]not sent[/]"
        console().print(f"[bold]{cell(test.title)}[/]: {sent}")
        if test.sent is None:
            console().print("Nobody holds the connection to Discord: keep `hallmonitor discord run` running.")
        table = Table(box=None, pad_edge=False)
        for heading in ("On duty", "Written to", "Answered"):
            table.add_column(heading)
        for asked in test.people:
            table.add_row(cell(asked.email), at(asked.mailed, test.time_zone), at(asked.answered, test.time_zone))
        console().print(table)
    console().print("Say it again to see who has answered; after an hour it sends another one.")


def _as_json(test: TestAlarm) -> dict[str, object]:
    people = [{"person": a.email, "mailed": a.mailed, "answered": a.answered} for a in test.people]
    return {"site": test.site, "written": test.written, "sent": test.sent, "people": people}
