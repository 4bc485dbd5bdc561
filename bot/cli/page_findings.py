"""What was found on a class page's platform, by the clause that asks for it: for `pages add` and `pages check`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.frame import cell, console

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.domain.findings import Finding


def show_findings(findings: Iterable[Finding]) -> None:
    """A line each, with what to do below it; it wraps at the terminal's edge."""
    from rich.table import Table

    table = Table.grid(padding=(0, 1))
    table.add_column(width=3, justify="right")
    table.add_column(width=7)
    table.add_column(ratio=1)
    for finding in findings:
        mark = _mark(finding)
        fact = _sentence(finding.fact[:1].upper() + finding.fact[1:])
        mend = f"\n[bold]-> {_sentence(finding.mend)}[/]" if finding.mend else ""
        table.add_row(mark, finding.clause or "-", f"{fact}{mend}")
    console().print(table)


def _sentence(words: str) -> str:
    return cell(words) if words.endswith(("?", "!")) else f"{cell(words)}."


def _mark(finding: Finding) -> str:
    """What the platform tells besides is a fact, and no praise: it has no mark."""
    if finding.well:
        return "[green]ok[/]" if finding.serious else ""
    return "[red]!![/]" if finding.serious else "[yellow]![/]"


def findings_as_json(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """For scripts."""
    return [
        {"subject": f.subject, "clause": f.clause, "fact": f.fact, "mend": f.mend, "well": f.well, "serious": not f.well and f.serious}
        for f in findings
    ]  # fmt: skip
