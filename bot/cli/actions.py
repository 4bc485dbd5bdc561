"""`actions list|done`: what a person does on the platform itself."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.frame import Json, at, cell, console, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE

By = Annotated[str, typer.Option("--by", help="Who you are: a work e-mail address.", envvar=PERSON_VARIABLE)]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    actions = typer.Typer(no_args_is_help=True, help="Steps that a platform cannot do for us, and a person does there.")
    actions.command("list")(list_steps)
    actions.command("done")(done)
    app.add_typer(actions, name="actions")


def list_steps(context: typer.Context, by: By, json: Json = False) -> None:
    """List what waits to be done by hand, the oldest first."""
    from rich.table import Table

    from bot import actions as story

    found = story.manual_steps(house(context), by, now())
    if json:
        print_json(
            [
                {
                    "action": s.action,
                    "flag": s.flag,
                    "page": s.page,
                    "what": s.what,
                    "address": s.address,
                    "why": s.cause,
                    "since": s.since,
                }
                for s in found
            ]
        )
        return
    if not found:
        console().print("Nothing waits to be done by hand.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Do", "Page", "Where", "Why", "Since", "Step"):
        table.add_column(heading)
    for step in found:
        table.add_row(step.what, step.page, cell(step.address), cell(step.cause), at(step.since), step.action[-8:])
    console().print(table)


def done(
    context: typer.Context,
    step: Annotated[str, typer.Argument(help="The step's id, or its last 6 characters or more.")],
    by: By,
    note: Annotated[str, typer.Option("--note", help="How; sealed.")] = "",
) -> None:
    """Note that a step was done, by whom and when."""
    from bot import actions as story

    story.tick(house(context), step, by, now(), note=note)
    console().print("Noted. The next scan looks what stands there now.")
