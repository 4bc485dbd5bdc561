"""`people list|cover|back|leave`."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from bot.cli.frame import Json, at, cell, console, house, now, print_json

if TYPE_CHECKING:
    from bot.people import CoverLine, Ended, PersonLine

Person = Annotated[str, typer.Argument(help="A work e-mail address.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    people = typer.Typer(no_args_is_help=True, help="Who works with Hallmonitor, who stands in for whom, who has left.")
    people.command("list")(list_people)
    people.command("cover")(cover)
    people.command("back")(back)
    people.command("leave")(leave)
    app.add_typer(people, name="people")


def list_people(context: typer.Context, json: Json = False) -> None:
    """List everybody with their roles and sites, who is on duty now, who stands in for whom until when, and who has left."""
    from rich.table import Table

    from bot import people as story

    lines, schools = story.overview(house(context), now())
    if json:
        print_json([_as_json(line) for line in lines])
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("Person", "Roles", "Sites", "On duty now", "In whose place"):
        table.add_column(heading)
    for line in lines:
        who, roles = line.person, _roles(line)
        duty = ", ".join(line.on_duty)
        table.add_row(cell(who.email), ", ".join(roles), ", ".join(sorted(who.duties)), duty, _notes(line))
    console().print(table)
    for school in schools:
        if not school.is_working:
            begins = (
                at(school.next_working, school.time_zone)
                if school.next_working
                else "when the next school_year is written"
            )
            console().print(
                f"{school.site}: nobody is on duty now; working time begins {begins}. Critical flags call at once."
            )


def cover(
    context: typer.Context,
    person: Person,
    substitute: Annotated[str, typer.Argument(help="Who stands in for them: a work e-mail address of people.yaml.")],
    until: Annotated[
        datetime,
        typer.Option("--until", formats=["%Y-%m-%d"], help="The last day, by the clock of the person's school."),
    ],
    since: Annotated[
        datetime | None, typer.Option("--from", formats=["%Y-%m-%d"], help="The first day; by default from now on.")
    ] = None,
) -> None:
    """Let somebody stand in for a person who is away: they have that person's duties until the end of that day, and not longer."""
    from bot import people as story

    made = story.cover(house(context), person, substitute, until.date(), now(), since=since.date() if since else None)
    begins = f"from {_day(made.starts, made.time_zone)}" if since else "from now"
    console().print(
        f"{cell(substitute)} stands in for {cell(person)} {begins} until the end of {_last_day(made.ends, made.time_zone)}."
    )
    console().print("It ends by itself. Who comes back before: `hallmonitor people back PERSON`.")
    _print_ended(made.ended)
    for site in made.blind_at:
        console().print(
            f"[yellow] ![/] {site}: what may be about its administrators calls {cell(person)} all the same, "
            f"since {cell(substitute)} is one of them: better choose somebody from outside."
        )


def back(context: typer.Context, person: Person) -> None:
    """A person works here again: whoever stands in for them does so no more; and a `leave` is taken back."""
    from bot import people as story

    ended = story.back(house(context), person, now())
    console().print(f"{cell(person)} is back.")
    _print_ended(ended)


def leave(context: typer.Context, person: Person) -> None:
    """A person does not work here any more: they have no duty from now on. What they decided keeps their name."""
    from bot import people as story

    opened = house(context)
    gone = story.leave(opened, person, now())
    console().print(f"{cell(person)} has left, and has no duty any more. Delete their line in people.yaml.")
    if gone.flags:
        console().print(f"{gone.flags} flags that were assigned to them are nobody's now.")
    _print_ended(gone.ended)
    for gap in (gap for gap in story.gaps(opened, now()) if gap.serious):
        console().print(f"[yellow] ![/] {gap.site}: {cell(gap.fact)}; {cell(gap.mend)}")


def _print_ended(ended: tuple[Ended, ...]) -> None:
    for each in ended:
        until = _last_day(each.until, each.time_zone)
        console().print(
            f"{cell(each.substitute)} stands in for {cell(each.person)} no more; it was to last until {until}."
        )


def _notes(line: PersonLine) -> str:
    if line.person.left:
        return f"has left ({line.person.left:%-d %b %Y})"
    return "\n".join(cell(_note(line, each)) for each in line.covers)


def _note(line: PersonLine, each: CoverLine) -> str:
    days = f"until {_last_day(each.ends, each.time_zone)}"
    if each.starts > now():
        days = f"from {_day(each.starts, each.time_zone)} {days}"
    if line.person.email == each.person:
        return f"away: {each.substitute} stands in {days}"
    return f"stands in for {each.person} {days}"


def _last_day(ends: datetime, time_zone: str) -> str:
    return _day(ends - timedelta(seconds=1), time_zone)


def _day(when: datetime, time_zone: str) -> str:
    return f"{when.astimezone(ZoneInfo(time_zone)):%a %-d %b %Y}"


def _roles(line: PersonLine) -> list[str]:
    return sorted({role for roles in line.person.duties.values() for role in roles})


def _as_json(line: PersonLine) -> dict[str, object]:
    covers = [{"person": c.person, "substitute": c.substitute, "from": c.starts, "until": c.ends} for c in line.covers]
    return {
        "person": line.person.email, "roles": _roles(line), "sites": sorted(line.person.duties), "on_duty": list(line.on_duty),
        "covers": covers, "left": line.person.left,
    }  # fmt: skip
