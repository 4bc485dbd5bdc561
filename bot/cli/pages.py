"""`pages apply|list|check|export|leave` and `roster import`; `pages add` has files of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.adding import add
from bot.cli.frame import Json, at, cell, complain, console, environment, house, now, print_json, print_words
from bot.cli.page_findings import findings_as_json, show_findings

if TYPE_CHECKING:
    from bot.pages import Checked

Files = Annotated[
    list[Path] | None, typer.Argument(help="Class page files; by default classes/*.yaml of the configuration folder.")
]
PageIds = Annotated[list[str] | None, typer.Argument(help="Ids of class pages; by default all.")]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    pages = typer.Typer(no_args_is_help=True, help="Class pages: add one, apply their files, list, check, export.")
    pages.command("add")(add)
    pages.command("apply")(apply)
    pages.command("list")(list_pages)
    pages.command("check")(check)
    pages.command("export")(export)
    pages.command("leave")(leave)
    app.add_typer(pages, name="pages")
    roster = typer.Typer(no_args_is_help=True, help="Rosters: the names that must not be posted.")
    roster.command("import")(import_roster)
    app.add_typer(roster, name="roster")


def apply(context: typer.Context, files: Files = None, json: Json = False) -> None:
    """Apply class page files, and the people and sites of the folder with them. Twice is as once."""
    from bot import pages as story

    opened = house(context)
    chosen = files or sorted((environment(context).config / "classes").glob("*.yaml"))
    if not chosen:
        complain(
            f"no class page in {environment(context).config / 'classes'}: write one there, its README.md shows how"
        )
        raise typer.Exit(2)
    applied = story.apply_pages(opened, chosen, now())
    if json:
        names = ("added", "changed", "unchanged", "left", "without_file", "rosters", "gone")
        print_json({name: getattr(applied, name) for name in names})
        return
    for word, ids in (("added", applied.added), ("changed", applied.changed), ("unchanged", applied.unchanged)):
        for id in ids:
            roster = f", roster of {applied.rosters[id]} students imported and sealed" if id in applied.rosters else ""
            console().print(f"{id}: {word}{roster}")
    for line in applied.gone:
        console().print(cell(line), soft_wrap=True)
    for id in applied.left:
        console().print(f"{id}: a sample page, which has left: this configuration folder does not hold it")
    for id in () if files else applied.without_file:
        console().print(
            f"{id}: still read, though none of these files describes it; `hallmonitor pages leave {id}` ends it"
        )


def list_pages(context: typer.Context, json: Json = False) -> None:
    """List the class pages with their last run."""
    from rich.table import Table

    from bot import pages as story

    rows = story.list_pages(house(context), now())
    if json:
        print_json(
            [
                {
                    "page": page.id, "title": page.title, "site": page.site, "teacher": page.teacher, "connector": page.connector,
                    "url": page.url, "schedule": page.schedule, "roster": bool(row.roster_digest),
                    "last_run": run.started if run else None, "last_status": run.status if run else None,
                }
                for page, row, run in rows
            ]
        )  # fmt: skip
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Page", "Title", "Site", "Platform", "Schedule", "Roster", "Last scan"):
        table.add_column(heading)
    for page, row, run in rows:
        last = "left" if row.left else f"{at(run.started)} {run.status}" if run else "never"
        roster = "yes" if row.roster_digest else "[yellow]none[/]"
        table.add_row(page.id, cell(page.title), page.site, page.connector, page.schedule, roster, last)
    console().print(table)


def check(context: typer.Context, pages: PageIds = None, json: Json = False) -> None:
    """Sign in to each page, and say how it is set, by clause. Exit 1 when one cannot be read, or something serious is found."""
    from bot import pages as story

    opened = house(context)
    answers: list[dict[str, object]] = []
    for id in story.chosen_pages(opened, pages or []):
        try:
            checked = story.check_page(opened, id)
        except story.CheckFailed as error:
            answers.append({"page": id, "ok": False, "error": str(error)})
            if not json:
                print_words(f"[red]!![/] [bold]{id}[/] cannot be read: {cell(error)}")
                console().print()
            continue
        answers.append(_answer(id, checked))
        if not json:
            _print_check(id, checked)
    if json:
        print_json(answers)
    if not all(answer["ok"] for answer in answers):
        raise typer.Exit(1)


def export(context: typer.Context, pages: PageIds = None) -> None:
    """Print class pages as the YAML that `pages apply` reads back."""
    from bot import pages as story

    opened = house(context)
    print("---\n".join(story.export_page(opened, id) for id in story.chosen_pages(opened, pages or [])), end="")


def leave(context: typer.Context, page: Annotated[str, typer.Argument(help="The class page's id.")]) -> None:
    """Stop reading a page. Comments, flags and evidence stay; applying its file again brings it back."""
    from bot import pages as story

    story.leave_page(house(context), page, now())
    console().print(f"{page}: has left; it is not read any more")


def import_roster(
    context: typer.Context,
    page: Annotated[str, typer.Argument(help="The class page's id.")],
    source: Annotated[
        Path | None, typer.Argument(help="CSV, OneRoster folder or zip; by default what the page names.")
    ] = None,
    json: Json = False,
) -> None:
    """Import a page's roster, sealed; the file may be deleted afterwards."""
    from bot import pages as story

    count = story.import_roster(house(context), page, source, now())
    if json:
        print_json({"page": page, "students": count})
    else:
        console().print(f"{page}: {count} students imported and sealed. The file is not needed any more: delete it.")


def _answer(id: str, checked: Checked) -> dict[str, object]:
    told = checked.settings
    return {
        "page": id, "ok": checked.well, "title": told.title, "account": told.account, "may_moderate": told.may_moderate,
        "comments_open": told.comments_open, "waits_for_approval": told.waits_for_approval, "public": told.public,
        "administrators": told.administrators, "findings": findings_as_json(checked.findings),
    }  # fmt: skip


def _print_check(id: str, checked: Checked) -> None:
    mark = "[green]ok[/]" if checked.well else "[red]!![/]"
    account = f", signed in as {cell(checked.settings.account)}" if checked.settings.account else ""
    console().print(f"{mark} [bold]{id}[/]: {cell(checked.settings.title)}{account}")
    show_findings(checked.findings)
    console().print()
