"""`decide`: one decision, without the terminal's review."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.frame import Json, at, cell, complain, console, environment, house, now, print_json
from bot.cli.queue import PERSON_VARIABLE
from bot.cli.together import choice_together, is_together, settle_together, tell_together

if TYPE_CHECKING:
    from bot.decisions import Decided
    from bot.domain.review import Choice
    from bot.house import House

_SAID = {
    "hide": "Decided: it breaks the policy.",
    "clear": "Cleared: not a violation.",
    "consent": "Closed: consents cover it.",
    "escalate": "Escalated.",
    "acknowledge": "Noted: you have it.",
    "not_serious": "Noted as not serious. It stays open until a second person confirms it within the hour.",
    "appeal": "The appeal is in the queue. Somebody else than the first decider has to decide it within three days.",
    "uphold": "The appeal is refused: the decision stands.",
    "undo": "Taken back: the flag is open again.",
    "assign": "Noted whose turn it is.",
}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(decide)


def decide(
    context: typer.Context,
    flag: Annotated[
        str, typer.Argument(help="The id of a flag, or of flags that are decided together; its last 6 characters do.")
    ],
    by: Annotated[str, typer.Option("--by", help="Who decides: a work e-mail address.", envvar=PERSON_VARIABLE)],
    hide: Annotated[
        bool, typer.Option("--hide", help="It breaks the policy: hide it on the platform. Of an appeal: it is refused.")
    ] = False,
    clear: Annotated[
        bool, typer.Option("--clear", help="It does not break the policy. Of an appeal: it is granted.")
    ] = False,
    consent: Annotated[
        bool, typer.Option("--consent", help="Written consents of parent and principal cover it (MATRIX.md).")
    ] = False,
    escalate: Annotated[bool, typer.Option("--escalate", help="Open a case; with --hide, hide it too.")] = False,
    undo: Annotated[
        bool,
        typer.Option("--undo", help="Take the decision back (30 days): the flag is open again, the comment shown."),
    ] = False,
    appeal: Annotated[
        bool, typer.Option("--appeal", help="Hand in the author's appeal, with --note; a second person decides it.")
    ] = False,
    assign: Annotated[str, typer.Option("--assign", metavar="PERSON", help="Say whose turn it is.")] = "",
    note: Annotated[str, typer.Option("--note", help="A reason or remark; sealed.")] = "",
    rule: Annotated[
        str, typer.Option("--rule", help="Of a comment that was drawn at random: which rule it breaks, such as threat.")
    ] = "",
    json: Json = False,
) -> None:
    """Decide a flag without the terminal's review. Exit 0: this decision counts. 1: somebody was first. 2: wrong use."""
    pressed = {"hide": hide, "clear": clear, "consent": consent, "escalate": escalate, "undo": undo, "appeal": appeal}
    choice = (
        None if assign and not any(pressed.values()) else _choice({name for name, on in pressed.items() if on}, assign)
    )
    if rule and not (hide or escalate):
        complain("--rule says what is broken: it goes with --hide or --escalate alone")
        raise typer.Exit(2)
    opened, user = house(context), environment(context).user
    if is_together(opened, flag):
        together = settle_together(opened, flag, by, choice_together(choice, note or rule), user)
        tell_together(opened, together, json=json)
        raise typer.Exit(0 if together.won else 1)
    if choice is None:
        from bot import decisions

        decided = decisions.assign(opened, flag, by, assign, now(), note=note, os_user=user)
    else:
        decided = settle(opened, flag, by, choice, note, user, rule=rule)
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
    out.print(f"[green]{_SAID.get(decided.decision, decided.decision)}[/]")
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


def _choice(pressed: set[str], assign: str) -> Choice:
    from bot.domain.review import Choice

    if pressed == {"hide", "escalate"} and not assign:
        return Choice.ESCALATE_AND_HIDE
    if len(pressed) != 1 or assign:
        complain(
            "say one of --hide, --clear, --consent, --escalate, --undo, --appeal, --assign PERSON, or --escalate --hide"
        )
        raise typer.Exit(2)
    return Choice(pressed.pop())
