"""`pages add`: a class page is connected step by step, or by options in a script. The questions are here, the answers in `bot.adding`."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.adding_dialogue import Dialogue
from bot.cli.adding_given import Given, Stopped
from bot.cli.frame import GlobalOptions, Json, cell, complain, console, house, print_json
from bot.cli.page_findings import findings_as_json

if TYPE_CHECKING:
    from bot.cli.adding_dialogue import Added

_HAND_OVER = (
    "Whoever runs Hallmonitor puts this line into its environment (.env), with the real words in place of those in < >. They stand in"
    " no file so far: hand them over in person or by a password manager, never by e-mail or chat."
)
_ROSTER = (
    "By a list of your students (CSV: first,last,nickname) Hallmonitor knows their names. Put it into the folder rosters, and write"
    " into the page's file:"
)
_UNTIL_STUDENTS_WRITE = (
    "Before the first student writes there: tell the site administrator and the parents of the page (III), teach how to behave"
    " online (IV), and say on the page that comments are reviewed (II.5)."
)


def add(
    context: typer.Context,
    url: Annotated[str | None, typer.Option("--url", help="The page's address, as the browser shows it.")] = None,
    connector: Annotated[str | None, typer.Option("--connector", help="The platform, where the address does not tell.")] = None,
    site: Annotated[str | None, typer.Option("--site", help="The school, by its id in people.yaml.")] = None,
    teacher: Annotated[str | None, typer.Option("--teacher", help="Whose page it is: a work e-mail address.")] = None,
    title: Annotated[str | None, typer.Option("--title", help="By default what the platform calls the page.")] = None,
    id: Annotated[str | None, typer.Option("--id", help="For commands and files; by default made of the title.")] = None,
    schedule: Annotated[str | None, typer.Option("--schedule", help="`daily at 06:00` or `every 2 hours`.")] = None,
    secret_env: Annotated[str | None, typer.Option("--secret-env", help="The environment variable that holds the credential.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing: for scripts.")] = False,
    json: Json = False,
) -> None:  # fmt: skip
    """Connect a class page, step by step: recognise it, sign in, look at its settings, write its file. Ctrl-C leaves nothing behind."""
    if json and not yes:
        complain("--json goes with --yes: the questions would stand in the JSON")
        raise typer.Exit(2)
    given = Given(url, connector, site, teacher, title, id, schedule, secret_env, yes=yes, quiet=json)
    dialogue = Dialogue(house(context), given)
    try:
        added = dialogue.lead()
    except Stopped as stopped:
        complain(str(stopped))
        raise typer.Exit(1) from None
    except (KeyboardInterrupt, typer.Abort):
        print()
        there = dialogue.file is not None and dialogue.file.exists()
        complain(f"ended: {dialogue.file} is written" if there else "ended: nothing was written")
        raise typer.Exit(1) from None
    options: GlobalOptions = context.find_root().obj
    if json:
        print_json(_as_json(added))
    else:
        _say_what_is_next(added, options.config)


def _as_json(added: Added) -> dict[str, object]:
    page = added.page
    return {
        "page": page.id, "file": str(added.file), "connector": page.connector, "url": page.url, "title": page.title, "site": page.site,
        "teacher": page.teacher, "schedule": page.schedule, "credentials": page.credentials, "findings": findings_as_json(added.findings),
    }  # fmt: skip


def _say_what_is_next(added: Added, config: Path) -> None:
    from rich.table import Table

    from bot.pages import BY_HAND

    out, page = console(), added.page
    out.print(f"\n[green]Written:[/] {cell(added.file)}", soft_wrap=True)
    folder = "" if config == Path("config") else f"--config {quote(str(config))} "
    read, by = (
        (f"import FILE --page {page.id}", ", by a file of its comments")
        if page.connector == BY_HAND
        else (f"scan {page.id}", "")
    )
    steps = [
        (f"Apply it, and read the page for the first time{by}:", f"hallmonitor {folder}pages apply\nhallmonitor {folder}{read}"),
        (_ROSTER, f"roster: rosters/{page.id}.csv"),
        (_UNTIL_STUDENTS_WRITE, ""),
    ]  # fmt: skip
    if added.is_secret_new:
        form = ":".join(f"<{part}>" for part in added.form.split(":"))
        steps.insert(0, (_HAND_OVER, f"{page.credential_variable}='{form}'"))
    for number, (say, lines) in enumerate(steps, start=1):
        table = Table.grid(padding=(0, 1))
        table.add_row(f"{number}.", cell(say))
        out.print(table)
        for line in lines.splitlines():
            out.print(f"     [bold]{cell(line)}[/]", soft_wrap=True)
