"""An explanation for people: the words with their places marked, the rules, and what fell short."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.frame import cell, console
from bot.cli.queue import SEVERITY_STYLE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.text import Text

    from bot.explaining import Carried, Explanation, FlagExplained, Raised, Weighed
    from bot.explaining.explanation import Span

_MOST_SHORT = 12
_MOST_CARRYING = 5
_MOST_SHOWN = 1200
_LITTLE = 0.01
_HONEST = (
    "Which words carry a score is an approximation: each is left out once and the rest is scored again. Words that say the same hide "
    "each other, and the figures need not add up."
)


def print_flag(found: FlagExplained) -> None:
    """A flag: what it says, and what its words say today."""
    out = console()
    out.print(
        f"Flag {found.flag}, raised by policy {found.policy_version}{'' if found.same_policy else ', which has changed since'}"
    )
    for rule in found.recorded:
        style = SEVERITY_STYLE[rule.severity]
        out.print(
            f"  [{style}] {rule.severity} [/] {cell(rule.title)}  [dim]{rule.moderator} {rule.version}, {rule.score:.2f}[/]"
        )
    out.print()
    out.print("[bold]The same words today[/]")
    if found.withheld:
        out.print(
            "[yellow]The words are withheld: nobody reads them without need. Say --words to see them; that is recorded.[/]"
        )
    print_explanation(found.explanation)
    if found.not_by_words:
        names = ", ".join(rule.rule for rule in found.not_by_words)
        out.print()
        out.print(
            f"Not by these words alone, today: {names}. What stood around them, a person, or an earlier detector said so."
        )


def print_explanation(found: Explanation) -> None:
    """The words with their places, the broken rules, and what fell short."""
    out = console()
    known = f"   known of its author and page: {', '.join(found.facts)}" if found.facts else ""
    out.print(f"[dim]Page {cell(found.page)}{known}[/]")
    _print_words(found)
    for name in found.failed:
        out.print(f"[yellow]{cell(name)} could not process it: a person would be asked to read it.[/]")
    if not found.raised:
        out.print("[green]No rule is broken.[/]")
    for rule in found.raised:
        _print_rule(rule, found.read)
    _print_short(found.short, found.read)
    if found.unused:
        listed = ", ".join(f"{cell(name)} {score:.2f}" for name, score in found.unused)
        out.print(f"[dim]Found, and counts for no rule here: {listed}[/]")
    if any(w.carried for w in (*found.short, *(by for rule in found.raised for by in rule.by))):
        out.print(f"[dim]{_HONEST}[/]")


def _print_words(found: Explanation) -> None:
    from rich.text import Text

    out = console()
    places = {span for rule in found.raised for w in rule.by for span in w.spans}
    for line in _marked(found.text, places).split("\n"):
        out.print(Text("> ").append_text(line))
    if found.read != found.text:
        out.print("[dim]The model reads, with the roster's names masked:[/]")
        for line in _marked(found.read, ()).split("\n"):
            out.print(Text("  ").append_text(line))


def _print_rule(rule: Raised, read: str) -> None:
    out = console()
    hours = rule.within.total_seconds() / 3600
    out.print()
    out.print(
        f"[{SEVERITY_STYLE[rule.severity]}] {rule.severity} [/] [bold]{cell(rule.title)}[/] [dim]({rule.rule}; {cell(rule.clause)})[/]"
        f"   answer within {hours:g} h" + ("   restricted" if rule.restricted else "")
    )
    if rule.level:
        out.print(f"  A level of the rule holds, since: {', '.join(rule.level)}")
    out.print(f"  {cell(rule.why)}")
    for w in rule.by:
        over = (
            f"over by {w.margin:.2f}"
            if w.margin >= 0
            else f"short by {-w.margin:.2f}, and from {w.look:.2f} a person is asked to look"
        )
        out.print(
            f"  {w.signal} {w.score:.2f}, threshold {w.threshold:.2f}: {over}   [dim]{w.moderator} {w.version}[/]"
        )
        if w.carried:
            out.print(f"    {_carrying(w.carried, read)}")


def _carrying(carried: Carried, read: str) -> str:
    strong = sorted((w for w in carried.words if w.drop >= _LITTLE), key=lambda w: -w.drop)[:_MOST_CARRYING]
    where = (
        ""
        if (carried.start, carried.end) == (0, len(read))
        else f" in the sentence that scores {carried.score:.2f} by itself"
    )
    if not strong:
        return f"no single word carries it{where}: without any one of them the score stays"
    return f"carried{where} by " + ", ".join(f"[bold]{cell(read[w.start : w.end])}[/] (-{w.drop:.2f})" for w in strong)


def _print_short(short: tuple[Weighed, ...], read: str) -> None:
    from rich.table import Table

    if not short:
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("Fell short", "Signal", "Score", "Flagged from", "Short by", "Detector"):
        table.add_column(
            heading, justify="right" if heading in ("Score", "Flagged from", "Short by") else "left", no_wrap=True
        )
    for w in short[:_MOST_SHORT]:
        table.add_row(
            w.rule, cell(w.signal), f"{w.score:.2f}", f"{w.lowest:.2f}", f"{w.lowest - w.score:.2f}", cell(w.moderator)
        )
    console().print()
    console().print(table)
    for w in short[:_MOST_SHORT]:
        if w.carried:
            console().print(f"  {w.signal}: {_carrying(w.carried, read)}")
    if len(short) > _MOST_SHORT:
        console().print(f"[dim]and {len(short) - _MOST_SHORT} more, further from it (--json lists them)[/]")


def _marked(text: str, places: Iterable[Span]) -> Text:
    """The text, safe to show, with these places reversed."""
    from rich.text import Text

    from bot.domain.display import for_display

    marked, written = Text(), 0
    for start, end in sorted(places):
        if start >= written:
            marked.append(for_display(text[written:start], _MOST_SHOWN))
            marked.append(for_display(text[start:end], _MOST_SHOWN), style="reverse")
            written = end
    marked.append(for_display(text[written:], _MOST_SHOWN))
    return marked
