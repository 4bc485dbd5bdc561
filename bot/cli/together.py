"""Flags that are decided together, in the terminal: one line of the queue, one decision, one step of the review."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

import typer

from bot.cli.frame import at, cell, complain, console, now, print_json
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from bot.bundles import BundleDecided, BundleView
    from bot.domain.bundle_presses import BundleChoice
    from bot.domain.review import Choice
    from bot.house import House

Answer = Literal["next", "again", "apart", "quit"]
"""What follows a step of the review: the next one, the same once more, its flags one by one, or the end."""

_WHY = {
    "raid": "Many comments on one page in a short time.",
    "consent": "Covered by a consent until it ended.",
    "names": "A student's first name alone, of one day.",
}
_SAID = {
    "hide": "Decided: they break the policy.",
    "clear": "Cleared: no violations.",
    "consent": "Closed: consents cover them.",
    "undo": "Taken back: they are open again.",
    "apart": "Each of them stands by itself now.",
}
_KEYS = {
    "h": ("hide", "hide all"), "c": ("clear", "clear all"), "o": ("consent", "consents cover all"), "v": ("apart", "one by one"),
}  # fmt: skip


def cells(bundle: BundleView) -> tuple[str, str, str, str, str]:
    """What stands in the queue's columns behind the severity."""
    from bot.domain.deadlines import is_overdue

    rules = "\n".join(f"{cell(title)} [dim]({number})[/]" for title, number in bundle.rules[:5])
    why = f"{_WHY[bundle.kind]} They are decided together; --all shows each."
    late = "[bold red]overdue[/] " if bundle.deadline and is_overdue(bundle.deadline, now()) else ""
    return rules, bundle.page, why, f"{late}{at(bundle.deadline, bundle.time_zone)}", bundle.bundle[-8:]


def is_together(opened: House, typed: str) -> bool:
    """Whether this names flags that are decided together."""
    from bot import bundles

    return bundles.is_bundle(opened, typed)


def choice_together(choice: Choice | None, words: str) -> BundleChoice:
    """What may be pressed on all of them; `words`: the note, or the rule, that was said with it.

    Raises:
        Exit: this may not; 2.
    """
    from bot.domain.bundle_presses import DECIDES, BundleChoice
    from bot.domain.review import Choice

    known = {flags: all_of_them for all_of_them, flags in DECIDES.items()} | {Choice.UNDO: BundleChoice.UNDO}
    if choice not in known or words:
        complain(
            "flags that are decided together take --hide, --clear, --consent or --undo, without --note or --rule; `queue --all` names each"
        )
        raise typer.Exit(2)
    return known[choice]


def settle_together(
    opened: House, bundle: str, by: str, choice: BundleChoice, os_user: str, seen: int | None = None
) -> BundleDecided:
    """Decide all of them, and ring for the actions, so that they happen at once where the platform answers."""
    from bot import bundles, jobs

    with console(to_stderr=True).status("Deciding ..."):
        decided = bundles.decide_bundle(opened, bundle, by, choice, now(), seen=seen, os_user=os_user, within=None)
        jobs.finish_bundle(opened, decided.bundle, decided.page)
    return decided


def tell_together(opened: House, decided: BundleDecided, *, json: bool = False) -> None:
    """Say what was decided, of how many, and what became of it on the platform."""
    from bot import bundles

    if json:
        names = ("bundle", "won", "choice", "by", "at", "done", "left", "apart", "before")
        print_json({name: getattr(decided, name) for name in names})
        return
    out = console()
    if not decided.won:
        out.print(
            f"[yellow]Already decided:[/] {decided.choice} by {decided.by}, {at(decided.at)}. Nothing was changed."
        )
        return
    out.print(f"[green]{_SAID[decided.choice]}[/]{f' {decided.done} flags.' if decided.done else ''}")
    shown = bundles.bundle_of(opened, decided.bundle)
    if shown and shown.platform:
        out.print(f"On the platform: {', '.join(f'{number} {became}' for became, number in shown.platform)}")
    for words, number in (
        ("Not yours to decide, each by itself now", decided.apart),
        ("Decided, taken or edited one by one before", decided.before),
    ):
        if number:
            out.print(f"[yellow]{words}: {number}[/]")


def show_together(bundle: BundleView) -> None:
    """Print what they are, with samples in which student names are blackened."""
    from rich.text import Text

    from bot.cli.queue import SEVERITY_STYLE
    from bot.domain.display import for_display

    out, severity, due = console(), bundle.severity, at(bundle.deadline, bundle.time_zone)
    many = f"[bold]{bundle.waits} flags, decided together[/]"
    out.print(f"[{SEVERITY_STYLE[severity]}] {severity} [/] {cell(bundle.page)}   {many}   answer by {due}")
    out.print(
        f"{_WHY[bundle.kind]} Posted {at(bundle.first, bundle.time_zone)} to {at(bundle.last, bundle.time_zone)}."
    )
    out.print(", ".join(f"{severity} {number}" for severity, number in bundle.severities))
    for title, number in bundle.rules:
        out.print(f"[bold]{cell(title)}[/] [dim]({number})[/]")
    out.print("[dim]Some of them, with student names blackened:[/]")
    for sample in bundle.samples:
        for line in for_display(sample.words, 400).split("\n"):  # every line, so that no text can forge a card of ours
            out.print(Text(f"> {line}"))


def one_together(
    opened: House, bundle: BundleView, by: str, os_user: str, key: Callable[[], str], undo: Callable[[], None]
) -> tuple[Answer, str]:
    """One step of the review: show them as they stand now, and act on a key. What follows, and what was decided."""
    from bot.domain.bundle_presses import BundleChoice

    bundle, reason_not = _as_they_stand(opened, bundle, by)
    if not bundle.waits:
        console().print("They have been decided, or stand by themselves, in the meantime.")
        return "next", ""
    show_together(bundle)
    if reason_not:
        console().print(f"[yellow]{reason_not}[/]")
    known = {} if reason_not else {k: v for k, v in _KEYS.items() if k != "o" or bundle.may_consent}
    while True:
        offered = "   ".join(f"[bold]{k}[/] {words}" for k, (_, words) in known.items())
        console().print(f"{offered}   [bold]s[/] skip   [bold]u[/] undo the last   [bold]q[/] quit".strip())
        pressed = key()
        if pressed in ("q", "s", ""):
            return ("next" if pressed == "s" else "quit"), ""
        if pressed == "u":
            undo()
        elif pressed not in known:
            console().print("That key does nothing here.")
        else:
            return _pressed(opened, bundle, by, BundleChoice(known[pressed][0]), os_user)


def _pressed(opened: House, bundle: BundleView, by: str, choice: BundleChoice, os_user: str) -> tuple[Answer, str]:
    """Carry a key out that decides. What follows, and what was decided."""
    try:
        decided = settle_together(opened, bundle.bundle, by, choice, os_user, bundle.joined)
    except Advice as refused:
        complain(str(refused))
        return "next", ""
    tell_together(opened, decided)
    if choice == "apart":
        return "apart", ""
    return "next", bundle.bundle if decided.won else ""


def _as_they_stand(opened: House, bundle: BundleView, by: str) -> tuple[BundleView, str | None]:
    """The flags by now, and why this person may not decide them: the queue was looked up a while ago."""
    from bot import bundles

    try:
        return bundles.open_bundle(opened, bundle.bundle, by, now())
    except bundles.NoSuchBundle:  # somebody has taken it apart: the others of the queue are shown all the same
        return replace(bundle, waits=0), None
