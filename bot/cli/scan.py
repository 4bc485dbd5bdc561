"""`scan`, `import` and `runs`."""

from __future__ import annotations

import sys
from pathlib import Path  # typer reads the annotation
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, at, cell, complain, console, house, now, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.pipeline import RunResult


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(scan)
    app.command("import")(import_file)
    app.command()(runs)


def scan(
    context: typer.Context,
    pages: Annotated[list[str] | None, typer.Argument(help="Ids of class pages; by default all.")] = None,
    due: Annotated[bool, typer.Option("--due", help="Only the pages that are due by their schedule.")] = False,
    json: Json = False,
) -> None:
    """Fetch, score and flag the comments of class pages now. Exit 1 when a page failed."""
    from rich.progress import track

    from bot import jobs

    if due and pages:
        complain("--due chooses the pages itself: leave out the page ids")
        raise typer.Exit(2)
    opened = house(context)
    planned = jobs.due(opened, now()) if due else jobs.now_all(opened, pages or [], now())
    steps = track(
        jobs.scan_all(opened, planned, impatient=not due), "Scanning", total=len(planned), transient=True,
        console=console(to_stderr=True), disable=not sys.stderr.isatty(),
    )  # fmt: skip
    results = sorted(steps, key=lambda result: result.page)
    _print(results, json=json)
    if any(result.status == "failed" for result in results):
        raise typer.Exit(1)


def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV or JSON, as the platform exports it.", exists=True, dir_okay=False)],
    page: Annotated[str, typer.Option("--page", help="The class page that these comments stand on.")],
    column: Annotated[
        list[str] | None, typer.Option("--column", help="What a field is called in this file, as text=Kommentar.")
    ] = None,
    json: Json = False,
) -> None:
    """Bring the comments of a page that no program can read (its connector is `by_hand`). Exit 1 when they were not taken."""
    from bot.importing import import_comments

    if wrong := next((each for each in column or [] if not all(each.partition("="))), None):
        complain(f"--column {wrong} names no column: write it like text=Kommentar")
        raise typer.Exit(2)
    named = dict(each.partition("=")[::2] for each in column or [])
    result = import_comments(house(context), page, file, now(), named)
    _print([result], json=json)
    if result.status != "done":  # nobody brings it again who is told that all is well
        raise typer.Exit(1)


def runs(
    context: typer.Context,
    page: Annotated[str | None, typer.Argument(help="One class page; by default all.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=10_000, help="How many of the newest runs.")] = 30,
    json: Json = False,
) -> None:
    """Show the run ledger: the proof that each page was moderated."""
    from rich.table import Table

    from bot import pages as story

    found = story.last_runs(house(context), page, limit)
    if json:
        names = (
            "depth",
            "started",
            "ended",
            "status",
            "fetched",
            "scored",
            "flagged",
            "failed",
            "deleted",
            "not_watched",
        )
        print_json(
            [{"page": r.page_id} | {name: getattr(r, name) for name in names} | {"error": why} for r, why in found]
        )
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Page", "Started", "Read", "Status", "Fetched", "Scored", "Flagged", "Failed", "Deleted", "Reason"):
        table.add_column(heading)
    for run, why in found:
        counts = [str(n) for n in (run.fetched, run.scored, run.flagged, run.failed, run.deleted)]
        table.add_row(run.page_id, at(run.started), run.depth, _coloured(run.status), *counts, cell(why))
    console().print(table)


def _print(results: Sequence[RunResult], *, json: bool) -> None:
    """What became of each page, and which rules no healthy detector watched."""
    _print_json(results) if json else _print_table(results)
    if not_watched := sorted({rule for result in results for rule in result.not_watched}):
        print(f"not watched: {', '.join(not_watched)}", file=sys.stderr if json else sys.stdout)


def _print_json(results: Sequence[RunResult]) -> None:
    names = ("page", "status", "fetched", "scored", "flagged", "failed", "error")
    print_json({"pages": [{name: getattr(result, name) for name in names} for result in results]})


def _print_table(results: Sequence[RunResult]) -> None:
    from rich.table import Table

    if not results:
        console().print("No page was scanned: none is due, or none is there yet (`hallmonitor pages apply`).")
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Page", "Status", "Fetched", "Scored", "Flagged", "Could not be checked", "Reason"):
        table.add_column(heading, justify="left" if heading in ("Page", "Status", "Reason") else "right")
    for r in results:
        counts = [str(n) for n in (r.fetched, r.scored, r.flagged, r.failed)]
        table.add_row(r.page, _coloured(r.status), *counts, cell(r.error))
    console().print(table)


def _coloured(status: str) -> str:
    colour = {"done": "green", "failed": "red", "skipped": "yellow"}.get(status, "default")
    return f"[{colour}]{status}[/]"
