"""`serve`, `clock` and `worker`: Hallmonitor as a service, in one process or in several."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import console, house

if TYPE_CHECKING:
    from bot.house import House


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(serve)
    app.command()(clock)
    app.command()(worker)


def serve(context: typer.Context) -> None:
    """Run as a service in one process: scan each page when it is due, carry out what was decided. Ends on SIGTERM or Ctrl-C."""
    from bot import serve as building

    opened = house(context)
    _make_ready(opened)
    _say("Hallmonitor is on duty: pages are scanned when they are due. Stop it with Ctrl-C.")
    building.run_until_stopped(opened)


def clock(context: typer.Context) -> None:
    """Ring the workers for whatever is due (PostgreSQL). One is enough; two do no harm. Ends on SIGTERM or Ctrl-C."""
    from bot import serve as building
    from bot import worker as engine

    opened = house(context)
    engine.prepare(opened.store)
    building.stop_on_signals(opened)
    _say("The clock is on duty: it rings the workers when a page is due. Stop it with Ctrl-C.")
    building.run_clock(opened)


def worker(
    context: typer.Context,
    pages: Annotated[int, typer.Option("--pages", min=1, max=32, help="How many pages it works on side by side.")] = 4,
) -> None:
    """Scan pages and carry out decisions when the clock rings (PostgreSQL). Start as many as you like. Ends on SIGTERM or Ctrl-C."""
    from bot import serve as building
    from bot import worker as engine

    opened = house(context)
    engine.prepare(opened.store)  # before anything is said: on SQLite nobody is on duty
    _make_ready(opened)
    _say("A worker is on duty. Stop it with Ctrl-C: it finishes the batch that it is at.")
    building.run_worker(opened, pages_at_once=pages)


def _make_ready(opened: House) -> None:
    """Hear signals, make the detectors and read the messages: a service that could not score, or could write to nobody, does not start."""
    from bot import serve as building

    building.stop_on_signals(opened)
    opened.moderators()
    building.read_messages(opened)


def _say(words: str) -> None:
    console(to_stderr=True).print(words)
