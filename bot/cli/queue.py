"""`queue`: the flags that wait."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, at, complain, console, house, now, print_json
from bot.cli.together import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.bundles import Line
    from bot.domain.strikes import Strike
    from bot.queue import QueuedFlag, Waiting

PERSON_VARIABLE = "HALLMONITOR_PERSON"
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
SEVERITY_STYLE = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": "cyan"}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(queue)


def queue(
    context: typer.Context,
    by: Annotated[
        str | None,
        typer.Option(
            "--by",
            help="What this person may see; without it, what everybody of the review may.",
            envvar=PERSON_VARIABLE,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many of the most urgent.")] = 100,
    every: Annotated[bool, typer.Option("--all", help="Each flag by itself, also those decided together.")] = False,
    json: Json = False,
) -> None:
    """Show the flags that wait for a decision, the most urgent first. No words of any comment are shown here."""
    from bot import bundles
    from bot import queue as story

    opened = house(context)
    found: Sequence[Line] = (
        story.queue(opened, by, now=now(), limit=limit + 1)
        if every or json
        else bundles.lines(opened, by, now=now(), limit=limit + 1)
    )
    lines, more = found[:limit], len(found) > limit
    if json:
        if more:
            complain(f"only the {limit} most urgent are shown; more wait: say --limit {limit * 10}")
        print_json([_row(line) for line in lines if isinstance(line, story.QueuedFlag)])
    else:
        _print_table(lines)
    _tell_sealed([line for line in lines if isinstance(line, story.QueuedFlag)])
    if json:
        return
    if more:
        console().print(f"These are the {limit} most urgent; more wait: `hallmonitor queue --limit {limit * 10}`")
    if by is None:
        console().print(
            "Listed is what everybody of the review may know of. Say `--by YOUR ADDRESS` to see what is yours to decide."
        )
    _tell_what_waits(story.waiting(opened))


def _row(flag: QueuedFlag) -> dict[str, object]:
    """A flag for another program."""
    return {
        "flag": flag.flag, "page": flag.page, "comment": flag.comment, "rules": [rule.rule for rule in flag.rules],
        "severity": flag.severity, "deadline": flag.deadline, "state": flag.state, "why": flag.why, "edited": flag.edited,
        "assigned": flag.assigned or None, "bundle": flag.bundle,
        "strike": strike_words(flag.strike) if flag.strike else None,
    }  # fmt: skip


def _tell_what_waits(counts: Waiting) -> None:
    for number, words in (
        (counts.unscored, "comments are not classified yet: run `hallmonitor scan`"),
        (counts.failed, "comments could not be checked by every detector: they are in the queue, and tried again"),
        (counts.cases, "cases are open: `hallmonitor case list`"),
        (counts.actions, "actions wait for their platform: `hallmonitor scan` tries again"),
        (counts.manual, "actions are for a person to do on the platform itself"),
    ):
        if number:
            console().print(f"{number} {words}")


def strike_words(strike: Strike) -> str:
    """What several upheld flags of one author call for, in a sentence for those who may decide."""
    from bot.domain.durations import write_duration

    named = _ORDINALS[strike.number - 1] if strike.number <= len(_ORDINALS) else f"{strike.number}th"
    said = f"{named} upheld flag of this author in {write_duration(strike.within)}"
    return f"{said if strike.decided else f'if it is upheld, the {said}'}: recommended: {strike.recommend}"


def _print_table(lines: Sequence[Line]) -> None:
    from rich.table import Table

    from bot.queue import QueuedFlag

    if not lines:
        console().print("The queue is empty. `hallmonitor runs` shows which pages were scanned, and when.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for heading in ("Severity", "What, and the clause", "Page", "Why", "Answer by", "Flag"):
        table.add_column(heading, no_wrap=heading in ("Severity", "Page", "Flag"))
    for line in lines:
        style = SEVERITY_STYLE[line.severity]
        if isinstance(line, QueuedFlag):
            marks = "".join(f"\n[dim]{words}[/]" for words in _marks(line))
            table.add_row(f"[{style}]{line.severity}[/]{marks}", *_cells(line))
        else:
            table.add_row(f"[{style}]{line.severity}[/]\n[bold]{line.waits} flags[/]", *cells(line))
    console().print(table)


def _tell_sealed(flags: Sequence[QueuedFlag]) -> None:
    """Say which key is needed where a line has gaps. Where each of them has some, the key ring is not the right one.

    Raises:
        Exit: it is not; 2.
    """
    problems = [flag.sealed for flag in flags if flag.sealed]
    for problem in dict.fromkeys(problems):
        complain(problem)
    if problems and len(problems) == len(flags):
        raise typer.Exit(2)


def _cells(flag: QueuedFlag) -> tuple[str, str, str, str, str]:
    from rich.markup import escape

    rules = "\n".join(f"{escape(r.title)} [dim]({escape(r.clause)})[/]" for r in flag.rules)
    deadline = at(flag.deadline, flag.time_zone)
    return (
        rules,
        flag.page,
        escape(flag.why),
        f"[bold red]overdue[/] {deadline}" if flag.overdue else deadline,
        flag.flag[-8:],
    )


def _marks(flag: QueuedFlag) -> list[str]:
    from rich.markup import escape

    return [
        words
        for on, words in (
            (flag.held, "held"),
            (flag.acknowledged, "acknowledged"),
            (flag.not_serious, "confirm: not serious"),
            (flag.deleted, "deleted there"),
            (flag.edited, "edited since"),
            (flag.state == "appealed", "appeal"),
            (flag.assigned, f"for {escape(flag.assigned)}"),
        )
        if on
    ]
