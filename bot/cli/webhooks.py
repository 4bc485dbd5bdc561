"""`webhooks list|test|replay`: the district's own systems that are told of flags."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from bot.cli.frame import Json, at, cell, complain, console, house, now, print_json

Name = Annotated[str, typer.Argument(help="The hook's name in people.yaml.")]
Site = Annotated[str, typer.Option("--site", help="Of this school alone; by default of every school that has it.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    webhooks = typer.Typer(no_args_is_help=True, help="Webhooks out: a ticket system of the district's own.")
    webhooks.command("list")(list_hooks)
    webhooks.command("test")(send_test)
    webhooks.command("replay")(replay)
    app.add_typer(webhooks, name="webhooks")


def list_hooks(context: typer.Context, json: Json = False) -> None:
    """List the hooks: when each last took a message, how many wait or were given up, and why."""
    from rich.table import Table

    from bot import webhooks as story

    found = story.states(house(context), now())
    if json:
        print_json([asdict(hook) for hook in found])
        return
    if not found:
        console().print("No webhook: write one under `webhooks:` of a site in people.yaml; config/README.md shows how.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Hook", "School", "To", "Last taken", "Waiting", "Given up", "How it is", "What to do"):
        table.add_column(heading)
    for hook in found:
        counts = (str(hook.waiting), str(hook.given_up))
        table.add_row(
            hook.name, hook.site, cell(hook.host), at(hook.success), *counts, cell(hook.fact), cell(hook.mend)
        )
    console().print(table)


def send_test(context: typer.Context, name: Name, site: Site = "") -> None:
    """Send a signed test event. A receiver that had wanted no more, and takes it, is told again. Exit 1 when it is not taken."""
    from bot import webhooks as story

    came = story.send_test(house(context), name, now(), site=site)
    for each in came:
        if each.problem:
            complain(f"{each.name} of {each.site}: the test was not taken: {each.problem}")
        else:
            console().print(f"{each.name} of {each.site}: the test was taken.")
    if any(each.problem for each in came):
        raise typer.Exit(1)


def replay(
    context: typer.Context,
    name: Name,
    since: Annotated[
        datetime,
        typer.Option(
            "--since", formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M"], help="What happened from then on, in the school's time."
        ),
    ],
    site: Site = "",
) -> None:
    """Send once more what was given up, with the same ids: a receiver that had it already can tell."""
    from bot import webhooks as story

    count = story.replay(house(context), name, since, now(), site=site)
    console().print(f"{count} messages wait again: they are sent within a minute while the service runs.")
