"""`queue` and `decide`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, at, cell, complain, console, environment, house, now, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.decisions import Decided
    from bot.domain.review import Choice
    from bot.house import House
    from bot.queue import QueuedFlag

PERSON_VARIABLE = "HALLMONITOR_PERSON"
SEVERITY_STYLE = {"critical": "bold white on red", "high": "bold red", "medium": "yellow", "low": "cyan"}


def register(app: typer.Typer) -> None:
    """Add these commands."""
    app.command()(queue)
    app.command()(decide)


def queue(
    context: typer.Context,
    by: Annotated[
        str | None, typer.Option("--by", help="Only what this person may see.", envvar=PERSON_VARIABLE)
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="How many of the most urgent.")] = 100,
    json: Json = False,
) -> None:
    """Show the flags that wait for a decision, the most urgent first. No words of any comment are shown here."""
    from bot import queue as story

    opened = house(context)
    found = story.queue(opened, by, now=now(), limit=limit + 1)
    flags, more = found[:limit], len(found) > limit
    if more and json:
        complain(f"only the {limit} most urgent are shown; more wait: say --limit {limit * 10}")
    if json:
        print_json(
            [
                {
                    "flag": f.flag, "page": f.page, "comment": f.comment, "rules": [r.rule for r in f.rules],
                    "severity": f.severity, "deadline": f.deadline, "state": f.state, "why": f.why, "edited": f.edited,
                }
                for f in flags
            ]
        )  # fmt: skip
        return
    _print_table(flags)
    if more:
        console().print(f"These are the {limit} most urgent; more wait: `hallmonitor queue --limit {limit * 10}`")
    counts = story.waiting(opened)
    for number, words in (
        (counts.unscored, "comments are not classified yet: run `hallmonitor scan`"),
        (counts.failed, "comments could not be checked by every detector: they are in the queue, and tried again"),
        (counts.cases, "cases are open: `hallmonitor case list`"),
        (counts.actions, "actions wait for their platform: `hallmonitor scan` tries again"),
        (counts.manual, "actions are for a person to do on the platform itself"),
    ):
        if number:
            console().print(f"{number} {words}")


def decide(
    context: typer.Context,
    flag: Annotated[str, typer.Argument(help="The flag's id, or its last 6 characters or more.")],
    by: Annotated[str, typer.Option("--by", help="Who decides: a work e-mail address.", envvar=PERSON_VARIABLE)],
    hide: Annotated[bool, typer.Option("--hide", help="It breaks the policy: hide it on the platform.")] = False,
    clear: Annotated[bool, typer.Option("--clear", help="It does not break the policy.")] = False,
    escalate: Annotated[bool, typer.Option("--escalate", help="Open a case; with --hide, hide it too.")] = False,
    note: Annotated[str, typer.Option("--note", help="A reason or remark; sealed.")] = "",
    rule: Annotated[
        str, typer.Option("--rule", help="Of a comment that was drawn at random: which rule it breaks, such as threat.")
    ] = "",
    json: Json = False,
) -> None:
    """Decide a flag without the terminal's review. Exit 0: this decision counts. 1: somebody was first. 2: wrong use."""
    choice = _choice(hide=hide, clear=clear, escalate=escalate)
    if rule and clear:
        complain("--rule says what is broken: it goes with --hide or --escalate, not with --clear")
        raise typer.Exit(2)
    opened = house(context)
    decided = settle(opened, flag, by, choice, note, environment(context).user, rule=rule)
    if json:
        names = ("flag", "won", "decision", "by", "at", "action", "action_state", "receipt")
        print_json({name: getattr(decided, name) for name in names})
    else:
        tell(decided)
        if decided.won and decided.case:
            from bot.cli.cases import print_case

            print_case(opened, decided.case, by)
    if not decided.won:
        raise typer.Exit(1)


def settle(
    opened: House,
    flag: str,
    by: str,
    choice: Choice,
    note: str,
    os_user: str,
    seen_version: int | None = None,
    rule: str = "",
) -> Decided:
    """Decide, and ring for the action, so that it happens at once where the platform answers.

    `rule` is what a comment breaks in which nothing was found: it was drawn at random.
    """
    from bot import decisions, evaluation, jobs

    if rule:
        seen_version = evaluation.name_rule(opened, flag, by, rule, now(), seen_version=seen_version)
    decided = decisions.decide(opened, flag, by, choice, now(), note=note, os_user=os_user, seen_version=seen_version)
    if decided.won and decided.action is not None:
        jobs.carry_out_for_flag(opened, decided.flag, now())
    return decisions.outcome_of(opened, decided)


def tell(decided: Decided) -> None:
    """Say in one or two sentences what was decided and what became of it."""
    out = console()
    if not decided.won:
        out.print(
            f"[yellow]Already decided:[/] {decided.decision} by {decided.by}, {at(decided.at)}. Nothing was changed."
        )
        return
    said = {
        "hide": "Decided: it breaks the policy.",
        "clear": "Cleared: not a violation.",
        "escalate": "Escalated.",
        "acknowledge": "Noted: you have it.",
        "not_serious": "Noted as not serious. It stays open until a second person confirms it within the hour.",
    }
    out.print(f"[green]{said.get(decided.decision, decided.decision)}[/]")
    if decided.action_state == "done" and decided.receipt:
        already = " (it was so already)" if decided.receipt["already"] else ""
        out.print(
            f"On the platform the comment is now {decided.receipt['state']}{already}: {decided.receipt['detail']}"
        )
    elif decided.action_state == "pending":
        out.print(
            f"It waits: {cell(decided.problem or 'the page is being scanned')}. The clock and `hallmonitor scan` try again."
        )
    elif decided.action_state == "manual":
        out.print("[yellow]This platform cannot do it for us: do it there by hand.[/]")
    elif decided.action_state == "cancelled":
        out.print(
            f"[yellow]Nothing was done on the platform: {cell(decided.problem)}. New words were checked at once.[/]"
        )


def _choice(*, hide: bool, clear: bool, escalate: bool) -> Choice:
    from bot.domain.review import Choice

    known = {
        (True, False, False): Choice.HIDE,
        (False, True, False): Choice.CLEAR,
        (False, False, True): Choice.ESCALATE,
        (True, False, True): Choice.ESCALATE_AND_HIDE,
    }
    choice = known.get((hide, clear, escalate))
    if choice is None:
        complain("say one of --hide, --clear, --escalate, or --escalate --hide")
        raise typer.Exit(2)
    return choice


def _print_table(flags: Sequence[QueuedFlag]) -> None:
    from rich.markup import escape
    from rich.table import Table

    if not flags:
        console().print("The queue is empty. `hallmonitor runs` shows which pages were scanned, and when.")
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 1, 0))
    for heading in ("Severity", "What, and the clause", "Page", "Why", "Answer by", "Flag"):
        table.add_column(heading, no_wrap=heading in ("Severity", "Page", "Flag"))
    for f in flags:
        style = SEVERITY_STYLE[f.severity]
        marks = "".join(
            f"\n[dim]{w}[/]"
            for on, w in (
                (f.held, "held"),
                (f.acknowledged, "acknowledged"),
                (f.not_serious, "confirm: not serious"),
                (f.deleted, "deleted there"),
                (f.edited, "edited since"),
            )
            if on
        )
        rules = "\n".join(f"{escape(r.title)} [dim]({escape(r.clause)})[/]" for r in f.rules)
        deadline = f"[bold red]overdue[/] {at(f.deadline, f.time_zone)}" if f.overdue else at(f.deadline, f.time_zone)
        table.add_row(f"[{style}]{f.severity}[/]{marks}", rules, f.page, escape(f.why), deadline, f.flag[-8:])
    console().print(table)
