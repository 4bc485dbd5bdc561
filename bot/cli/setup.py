"""`init` and `doctor`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.frame import Json, cell, console, environment, house, now, print_json


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(init)
    app.command()(doctor)


def init(
    context: typer.Context,
    folder: Annotated[Path | None, typer.Argument(help="Write a school's own configuration folder here.")] = None,
) -> None:
    """Set up: database and keys; with a folder, also a school's own configuration (asks three questions)."""
    from bot import serve as building

    out = console()
    if folder is not None:
        _write_folder(folder)
        out.print(
            f"Wrote [bold]{cell(folder)}[/]: people.yaml, classes/, rosters/. Use it with: hallmonitor --config {cell(folder)} ..."
        )
    env = environment(context)
    made_keys, made_database = building.set_up(env)
    if made_keys:
        out.print(
            f"Made the key ring [bold]{cell(env.key_file)}[/] (mode 0600). [bold]Back it up somewhere else[/]: without it nothing opens."
        )
    out.print(f"The database is {'made' if made_database else 'up to date'}.")
    if folder is not None:
        out.print(
            f"Next: `hallmonitor --config {cell(folder)} pages add` connects a class page, step by step.",
            soft_wrap=True,
        )


def doctor(context: typer.Context, json: Json = False) -> None:
    """Look at everything that must hold, and say how to mend what does not. Exit 1 when something serious is wrong."""
    from rich.table import Table

    from bot import upkeep

    findings = upkeep.examine(house(context), now())
    if json:
        print_json([{"subject": f.subject, "fact": f.fact, "mend": f.mend, "well": f.well} for f in findings])
    else:
        table = Table(box=None, pad_edge=False)
        for heading in ("", "What", "How it is", "What to do"):
            table.add_column(heading)
        for f in findings:
            mark = "[green]ok[/]" if f.well else "[red]!![/]" if f.serious else "[yellow]![/]"
            table.add_row(mark, cell(f.subject), cell(f.fact), cell(f.mend))
        console().print(table)
    if any(not f.well and f.serious for f in findings):
        raise typer.Exit(1)


def _write_folder(folder: Path) -> None:
    from bot.domain.fields import slug_of
    from bot.settings import write_configuration

    school = typer.prompt("School")
    time_zone = typer.prompt("Time zone", default="America/Los_Angeles")
    email = typer.prompt("Administrator's work e-mail")
    name = typer.prompt("Administrator's name", default=email.partition("@")[0].replace(".", " ").title())
    write_configuration(
        folder, school=school, site=slug_of(school, "school"), time_zone=time_zone, name=name, email=email
    )
