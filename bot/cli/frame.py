"""What every command shares: the global options, the house, the two consoles, JSON."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.domain.errors import Advice

if TYPE_CHECKING:
    from rich.console import Console

    from bot.house import House
    from bot.settings import Environment

Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that stand before the subcommand."""

    config: Path

    @staticmethod
    def read(
        context: typer.Context,
        config: Annotated[Path, typer.Option("--config", help="The configuration folder.")] = Path("config"),
        verbose: Annotated[bool, typer.Option("--verbose", help="Log events to standard error.")] = False,
    ) -> None:
        """Moderates the comments of classroom pages by the school district's own policy."""
        from bot.telemetry import start_logging

        start_logging(verbose=verbose)
        context.obj = GlobalOptions(config)


def environment(context: typer.Context) -> Environment:
    """What the environment says, for the folder of `--config`."""
    from bot.settings import Environment

    options: GlobalOptions = context.find_root().obj
    return Environment.read(options.config)


def configured(context: typer.Context) -> Environment:
    """The environment of a command that needs the configuration folder.

    Raises:
        Advice: there is no such folder.
    """
    env = environment(context)
    if not env.config.is_dir():
        raise Advice(
            f"no configuration folder {env.config}: say --config DIR before the command, or run it where config/ lies"
        )
    return env


def house(context: typer.Context) -> House:
    """The house of this command."""
    from bot import serve

    return serve.open_house(configured(context), now())


def now() -> datetime:
    """The time, in UTC: a face may look at the clock."""
    return datetime.now(UTC)


def console(*, to_stderr: bool = False) -> Console:
    """Where tables go. Piped output is as wide as it needs to be read by a person."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 140
    return Console(stderr=to_stderr, highlight=False, emoji=False, soft_wrap=False, width=width)


def print_words(marked: str, *, indent: int = 0) -> None:
    """Words wrapped at the terminal's edge. An address longer than a line stays whole: one that is cut cannot be followed."""
    from rich.padding import Padding
    from rich.text import Text

    out = console()
    if max(map(len, Text.from_markup(marked).plain.split()), default=0) > out.width - indent:
        out.print(" " * indent + marked, soft_wrap=True)
    else:
        out.print(Padding(marked, (0, 0, 0, indent), expand=False))


def cell(text: object) -> str:
    """A text for a table: no markup of ours in it, and no control character."""
    from rich.markup import escape

    from bot.domain.display import on_one_line

    return escape(on_one_line(str(text), 400))


def complain(message: str) -> None:
    """One clear message on standard error."""
    from bot.domain.display import for_display

    for line in message.splitlines() or [""]:
        print(f"error: {for_display(line)}", file=sys.stderr)


def print_json(value: object) -> None:
    """One JSON document on standard output; ASCII-escaped, so that no text can break a terminal or an encoding."""
    print(json.dumps(value, indent=2, default=_plain))


def at(moment: datetime | None, time_zone: str | None = None) -> str:
    """A time for people: in the school's zone where it is known, else in this machine's."""
    zone = ZoneInfo(time_zone) if time_zone else None
    return moment.astimezone(zone).strftime("%a %d %b %H:%M") if moment else "-"


def _plain(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(type(value).__name__)
