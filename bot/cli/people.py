"""`people list`."""

from __future__ import annotations

import typer

from bot.cli.frame import Json, console, house, print_json


def register(app: typer.Typer) -> None:
    """Add these commands."""
    people = typer.Typer(no_args_is_help=True, help="Who works with Hallmonitor, and where.")
    people.command("list")(list_people)
    app.add_typer(people, name="people")


def list_people(context: typer.Context, json: Json = False) -> None:
    """List everybody with their roles and sites."""
    from rich.table import Table

    from bot import people as story

    found = story.everybody(house(context))
    rows = [
        {
            "person": p.email,
            "roles": sorted({r for roles in p.duties.values() for r in roles}),
            "sites": sorted(p.duties),
        }
        for p in found
    ]
    if json:
        print_json(rows)
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Person", "Roles", "Sites"):
        table.add_column(heading)
    for row in rows:
        table.add_row(str(row["person"]), ", ".join(row["roles"]), ", ".join(row["sites"]))
    console().print(table)
