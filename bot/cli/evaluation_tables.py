"""The figures of `evaluate` as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.frame import cell, console

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bot.domain.measuring import Recall, Share
    from bot.evaluation.by_people import DecisionFigures, Drift
    from bot.evaluation.choosing import Chosen
    from bot.evaluation.figures import Figures, Tally
    from bot.evaluation.labelled_set import Evaluation
    from bot.evaluation.proposing import Threshold


def print_evaluation(came: Evaluation) -> None:
    """What came of a labelled set."""
    out = console()
    failed = f", {came.failed} could not be checked by every detector" if came.failed else ""
    out.print(f"{came.comments} comments judged: {came.flagged} flagged{failed}.")
    if came.without_roster:
        out.print(f"Without a roster, so that no student's name is recognised: {cell(', '.join(came.without_roster))}")
    if not came.figures:
        out.print("No comment has labels: nothing to measure.")
    for name, figures in came.figures.items():
        if name != "all":
            out.rule(f"{name}: {figures.whole.comments} comments")
        _print_figures(figures)
    if came.chosen:
        show_table(
            "Thresholds that these comments choose; recall and precision on parts that did not choose them",
            ("Rule", "signals", "look", "Recall", "Precision"),
            [(cell(c.rule), *_levels(c), percent(c.recall), percent(c.precision)) for c in came.chosen],
        )


def _levels(chosen: Chosen) -> tuple[str, str]:
    """What would stand in the policy: a `look` only for a critical rule, and only below its other threshold."""
    if chosen.critical and chosen.threshold < chosen.sure:
        return f"{chosen.sure:.2f}", f"{chosen.threshold:.2f}"
    return f"{chosen.threshold:.2f}", "-"


def print_decisions(found: DecisionFigures) -> None:
    """What the decisions of people tell."""
    out, sample = console(), found.sample
    when = f" since {found.since:%Y-%m-%d}" if found.since else ""
    out.print(f"{found.decided} flags decided by people{when}.")
    show_table(
        "Upheld (precision), by rule",
        ("Rule", "Of all its flags", "Where it stood alone"),
        [(cell(id), percent(a.precision), percent(a.alone)) for id, a in found.rules.items()],
    )
    show_table(
        "Upheld, by page (restricted flags are not counted)",
        ("Page", "Upheld"),
        [(cell(page), percent(share)) for page, share in found.pages.items()],
    )
    out.print()
    out.print(
        f"Weekly sample: {sample.draws} draws of {sample.population} clean comments; {sample.read} comments read, "
        f"{sample.waiting} wait in the queue."
    )
    show_table(
        "Found, of all that was there (recall), on the comments of which the sample was drawn",
        ("Rule", "Upheld", "Missed in the sample", "Missed, estimated", "Recall"),
        [
            (cell(id), str(r.found), str(sample.missed.get(id, "")), f"{r.missed:.1f}", _recall(r))
            for id, r in found.recall.items()
        ],
    )
    show_table(
        "The last 30 days against the 30 before",
        ("Rule", "Upheld", "Before", "Flagged", "Before", ""),
        [(cell(id), *_drift(drift)) for id, drift in found.drift.items()],
    )
    _print_thresholds(found.thresholds)


def _print_thresholds(proposed: Sequence[Threshold]) -> None:
    show_table(
        "Thresholds (a proposal: nothing is changed, a person edits policy.yaml)",
        ("Rule and signal", "Upheld (95 %)", "Now", "Proposed", "In vain", "Missed", ""),
        [_threshold(each) for each in proposed],
    )
    if any(each.has_look for each in proposed):
        console().print(
            "[dim]look: the score from which a person is asked to look. In the row above each of them, Missed counts violations that were "
            "only looked at.[/]"
        )


def _recall(recall: Recall) -> str:
    return "-" if recall.value is None else f"{recall.value:.0%} ({recall.low:.0%} to {recall.high:.0%})"


def _drift(drift: Drift) -> tuple[str, ...]:
    shares = (drift.precision, drift.precision_before, drift.flagged, drift.flagged_before)
    return (*map(percent, shares), "[yellow]changed[/]" if drift.changed else "")


def _threshold(each: Threshold) -> tuple[str, ...]:
    p = each.proposal
    proposed = f"[bold]{p.threshold:.2f}[/]" if p.threshold is not None else "-"
    in_vain = f"{p.cost_now.in_vain:.0f} -> {p.cost_then.in_vain:.0f}"
    missed = f"{p.cost_now.missed:.0f} -> {p.cost_then.missed:.0f}"
    name = f"{each.rule}: {each.signal}{', look' if each.at == 'look' else ''}"
    return (cell(name), percent(p.upheld), f"{p.now:.2f}", proposed, in_vain, missed, p.why)


def show_table(title: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """One table with its title; nothing where it has no row."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(headings):
        table.add_column(heading, overflow="fold", justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*row)
    if table.row_count:
        console().print()
        console().print(f"[bold]{title}[/]")
        console().print(table)


def percent(share: Share) -> str:
    """A share with its 95 % interval and its parts."""
    if share.value is None:
        return "-"
    low, high = share.interval
    return f"{share.value:.0%} ({low:.0%} to {high:.0%})  {share.part:.0f}/{share.whole:.0f}"


def _print_figures(figures: Figures) -> None:
    whole = figures.whole
    show_table(
        "Rules (95 % intervals)",
        ("Rule", "n", "Recall", "Precision"),
        [
            *(
                (cell(id), str(rule.n), percent(rule.recall), percent(rule.precision))
                for id, rule in whole.rules.items()
            ),
            ("[bold]all labels[/]", "", percent(whole.recall), percent(whole.precision)),
        ],
    )
    console().print()
    console().print(f"Comments that break a rule and are flagged at all: {percent(whole.caught)}")
    console().print(f"Clean comments flagged: [bold]{percent(whole.clean)}[/]")
    show_table("Slices", _PARTS, _tallies(figures.slices))
    show_table("Languages", _PARTS, _tallies(figures.languages))
    show_table(
        "Clean comments that name a group of people",
        ("Group", "Flagged"),
        [(cell(name), percent(share)) for name, share in figures.groups.items()],
    )
    show_table(
        "Places in the words",
        ("Rule", "Exact, student: recall", "Precision", "Overlap: recall", "Precision"),
        [
            (cell(id), *map(percent, (s.exact_recall, s.exact_precision, s.overlap_recall, s.overlap_precision)))
            for id, s in figures.spans.items()
        ],
    )
    show_table(
        "Calibration of the model",
        ("Label", "Mean score", "True", "Expected error"),
        [(cell(id), f"{c.score:.3f}", f"{c.true:.3f}", f"{c.error:.3f}") for id, c in figures.calibration.items()],
    )


_PARTS = ("", "Comments", "Violations flagged", "Their labels found", "Clean flagged")


def _tallies(parts: Mapping[str, Tally]) -> list[tuple[str, ...]]:
    return [
        (cell(name), str(t.comments), percent(t.caught), percent(t.recall), percent(t.clean))
        for name, t in parts.items()
    ]
