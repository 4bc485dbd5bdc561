"""`consent add|revoke|list|import`: what parents and principals have signed."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.frame import Json, cell, console, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE

if TYPE_CHECKING:
    from bot.consents import KnownConsent

_MOMENT = timedelta(seconds=1)
"""A consent ends at the moment behind its last day."""

By = Annotated[str, typer.Option("--by", help="Who records it: a work e-mail address.", envvar=PERSON_VARIABLE)]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    consent = typer.Typer(
        no_args_is_help=True, help="Written consents: a student may be named with the parent's AND the principal's."
    )
    consent.command("add")(add)
    consent.command("revoke")(revoke)
    consent.command("list")(list_consents)
    consent.command("import")(import_consents)
    app.add_typer(consent, name="consent")


def add(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="A class page on whose roster the student is.")],
    student: Annotated[str, typer.Argument(help="First and last name as the roster has them, or the student number.")],
    kind: Annotated[str, typer.Option("--kind", help="name, photo, video or work.")],
    half: Annotated[str, typer.Option("--from", help="parent or principal; it takes both.")],
    giver: Annotated[str, typer.Option("--given-by", help="Who has signed; sealed.")],
    paper: Annotated[str, typer.Option("--paper", help="Where the paper lies; sealed.")],
    by: By,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="From this day on; by default from now on.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until",
            formats=["%Y-%m-%d"],
            help="The last day, by the school's clock; without it, until it is revoked.",
        ),
    ] = None,
    all_pages: Annotated[
        bool, typer.Option("--all-pages", help="On every page of the school, not on this one alone.")
    ] = False,
) -> None:
    """Record one half of a consent. The student is covered once the other half is recorded too."""
    from bot import consents as story

    said = {"page": page, "student": student, "kind": kind, "from": half, "given_by": giver, "paper": paper}
    days = {name: day.date().isoformat() for name, day in (("since", since), ("until", until)) if day}
    id = story.add_line(house(context), said | days | {"all_pages": "yes" if all_pages else ""}, by, now())
    console().print(f"Recorded as {id[-8:]}: {half}, {kind}. `hallmonitor consent list` shows which halves are there.")


def revoke(
    context: typer.Context,
    consent: Annotated[str, typer.Argument(help="The consent's id, or its last 6 characters or more.")],
    by: By,
) -> None:
    """End a consent now. What it covered is looked at again, and flagged where the policy says so."""
    from bot import consents as story

    flagged = story.revoke(house(context), consent, by, now())
    console().print(f"Revoked. {flagged} comments that it covered are in the queue now.")


def list_consents(context: typer.Context, by: By, json: Json = False) -> None:
    """List the recorded consents of your schools, the newest first."""
    from rich.table import Table

    from bot import consents as story

    found = story.list_consents(house(context), by, now())
    if json:
        print_json([_as_json(each) for each in found])
        return
    if not found:
        console().print("No consent is recorded.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Student", "For", "Signed by", "Paper", "Page", "Holds", "Id"):
        table.add_column(heading)
    for each in found:
        said = each.consent
        ends = f"until {_day(each, said.until - _MOMENT)}" if said.until else "until revoked"
        if said.revoked:
            ends = f"[red]revoked[/] {_day(each, said.revoked)}"
        signer = f"{said.half}: {cell(each.giver)}"
        table.add_row(
            cell(each.student),
            said.kind,
            signer,
            cell(each.paper),
            said.page or "all",
            f"{_day(each, said.since)}, {ends}",
            each.id[-8:],
        )
    console().print(table)


def import_consents(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV: page,student,kind,from,given_by,paper,since,until,all_pages.")],
    by: By,
) -> None:
    """Record every consent of a CSV file, or none: each wrong line is named."""
    from bot import consents as story

    count = story.import_file(house(context), file, by, now())
    console().print(f"{count} consents recorded and sealed. The file is not needed any more: delete it.")


def _day(each: KnownConsent, when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo(each.time_zone)):%-d %b %Y}"


def _as_json(each: KnownConsent) -> dict[str, object]:
    said = each.consent
    return {
        "id": each.id, "student": each.student, "kind": said.kind, "from": said.half, "given_by": each.giver, "paper": each.paper,
        "page": said.page, "since": said.since, "until": said.until, "revoked": said.revoked,
        "recorded": each.recorded, "recorded_by": each.recorded_by,
    }  # fmt: skip
