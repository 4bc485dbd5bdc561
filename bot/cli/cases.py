"""`case list|show|done|hide|close`: the checklist of what was escalated."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.decide import tell
from bot.cli.frame import Json, at, complain, console, environment, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from bot.cases import CaseView
    from bot.house import House

CaseId = Annotated[str, typer.Argument(help="The case's or the flag's id, or its last 6 characters or more.")]
By = Annotated[str, typer.Option("--by", help="Who did it: a work e-mail address.", envvar=PERSON_VARIABLE)]


def register(app: typer.Typer) -> None:
    """Add these commands."""
    case = typer.Typer(no_args_is_help=True, help="Escalated flags: their steps, telephones, and what was done.")
    for command in (list_cases, show, done, hide, close):
        case.command(command.__name__.removesuffix("_cases"))(command)
    app.add_typer(case, name="case")


def list_cases(context: typer.Context, by: By, json: Json = False) -> None:
    """List the open cases that you belong to."""
    from bot import cases as story

    found = story.list_open(house(context), by, now())
    if json:
        print_json([_as_json(case) for case in found])
        return
    if not found:
        console().print("No case is open.")
    for case in found:
        still_open = [step for step in case.steps if step.done is None]
        due = f", the next by {at(min(s.due for s in still_open), case.time_zone)}" if still_open else ""
        console().print(
            f"[bold]{case.id[-8:]}[/] {case.site_id}, opened {at(case.opened, case.time_zone)}: {len(still_open)} steps open{due}"
        )


def show(context: typer.Context, case: CaseId, by: By, json: Json = False) -> None:
    """Show a case's checklist with its telephones."""
    from bot import cases as story

    opened = house(context)
    print_json(_as_json(story.find(opened, case, by, now()))) if json else print_case(opened, case, by)


def done(
    context: typer.Context,
    case: CaseId,
    step: Annotated[int, typer.Argument(help="The step's number.")],
    by: By,
    note: Annotated[str, typer.Option("--note", help="How: with whom, which number; sealed.")] = "",
) -> None:
    """Note that a step was done, by whom and when."""
    from bot import cases as story

    opened = house(context)
    story.tick(opened, case, step, by, note, now())
    print_case(opened, case, by)


def hide(context: typer.Context, case: CaseId, by: By) -> None:
    """Hide the comment of a case that was escalated without hiding."""
    from bot import decisions, jobs

    opened = house(context)
    decided = decisions.hide_for_case(opened, case, by, now(), os_user=environment(context).user)
    if decided.won:
        jobs.carry_out_for_flag(opened, decided.flag, now())
    tell(decisions.outcome_of(opened, decided))
    if not decided.won:
        raise typer.Exit(1)


def close(context: typer.Context, case: CaseId, by: By) -> None:
    """Close a case whose steps are all done."""
    from bot import cases as story

    story.finish(house(context), case, by, now())
    console().print("The case is closed.")


def print_case(opened: House, case_id: str, by: str) -> None:
    """The checklist, with telephones, as a person works through it."""
    from rich.markup import escape
    from rich.table import Table

    from bot import cases as story

    case = story.find(opened, case_id, by, now())
    console().print(
        f"[bold]Case {case.id[-8:]}[/], opened {at(case.opened, case.time_zone)}. In immediate danger call 911. The program calls nobody."
    )
    table = Table(box=None, pad_edge=False)
    for heading in ("", "Step", "Telephone", "By", "Clause", "Done"):
        table.add_column(heading)
    for step in case.steps:
        ticked = f"[green]{at(step.done, case.time_zone)} {escape(step.done_by or '')}[/]" if step.done else ""
        what = escape(step.what) + (" [yellow](yours alone)[/]" if step.personal else "")
        table.add_row(
            str(step.number), what, "\n".join(step.telephone), at(step.due, case.time_zone), step.clause, ticked
        )
    console().print(table)


def tick_steps(opened: House, case_id: str, by: str, ask: Callable[[str], str]) -> None:
    """Ask which steps are done already, until Enter alone."""
    from bot import cases as story

    while answer := ask(
        f"Number of a step that you have done (Enter: later, with `hallmonitor case done {case_id[-8:]} N`): "
    ).strip():
        try:
            story.tick(opened, case_id, int(answer), by, ask("How, and with whom? ").strip(), now())
        except (Advice, ValueError):
            complain("no step of that number")


def _as_json(case: CaseView) -> dict[str, object]:
    steps = [
        {
            "number": s.number, "what": s.what, "telephone": s.telephone, "clause": s.clause, "due": s.due,
            "done": s.done, "done_by": s.done_by, "personal": s.personal,
        }
        for s in case.steps
    ]  # fmt: skip
    return {
        "case": case.id,
        "flag": case.flag_id,
        "site": case.site_id,
        "opened": case.opened,
        "closed": case.closed,
        "steps": steps,
    }
