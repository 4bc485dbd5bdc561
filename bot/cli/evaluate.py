"""`evaluate`: how well it judges, on comments whose labels are known, or by what people have decided."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.bar import Bar
from bot.cli.frame import Json, complain, configured, house, now, print_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.evaluation.labelled import Refused
    from bot.evaluation.labelled_set import Evaluation

_PATIENCE = 2.0
_MOST_TOLD = 20


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(evaluate)


def evaluate(
    context: typer.Context,
    cases: Annotated[
        list[Path] | None, typer.Argument(help="Labelled comments: JSON Lines, one object a line.")
    ] = None,
    rosters: Annotated[
        Path | None,
        typer.Option(
            "--rosters", help="Folder with PAGE.csv, or a OneRoster folder PAGE, for each page; and staff.csv."
        ),
    ] = None,
    predictions: Annotated[
        Path | None,
        typer.Option("--predictions", help="Write to this file, one line a comment: id, labels, spans, scores."),
    ] = None,
    parts: Annotated[
        bool, typer.Option("--parts", help="Measure apart: `check` (the id's last four digits divide by 3) and `tune`.")
    ] = False,
    choose: Annotated[
        bool, typer.Option("--choose", help="Choose the model's thresholds on them, for policy.yaml. Takes a minute.")
    ] = False,
    decisions: Annotated[
        bool, typer.Option("--decisions", help="Measure what people have decided, and not a file.")
    ] = False,
    since: Annotated[
        datetime | None, typer.Option("--since", formats=["%Y-%m-%d"], help="With --decisions: decided since (UTC).")
    ] = None,
    json: Json = False,
) -> None:
    """Measure how well it judges: on labelled comments, or with --decisions by what people have decided. Nothing is changed.

    Labelled comments are judged as the pipeline would judge them; no database is needed. A comment has id, page, author and text, and
    may have media, labels, spans, slice and lang; author_role is not looked at. Without labels there are predictions only. A page
    without a roster in the folder has an empty one; a page of the configuration folder has its own stricter rules. Each comment stands
    alone: what only the thread around it would show is not looked at.

    A line that is wrong (no JSON, a field missing or of the wrong kind, a label that is no rule, an id that stood before) is told with
    file, line and field. It gets no prediction, the others go on, and the exit code is 2. A comment that a detector could not process
    has its line, with `"failed": true`, and counts as flagged: a person would have to read it. Exit 0: every line was judged.

    --choose chooses the model's thresholds on the comments (on those of `tune` with --parts) and says what they find on comments that did
    not choose them. Nothing is written: a person edits policy.yaml.

    --decisions tells how often people upheld a flag (precision), what the weekly sample of clean comments says was missed (recall), what
    has changed in a month, and which thresholds would have cost less, those of `look` too: of each level with twenty decided flags. It
    only proposes. Operators see these counts, never words.
    """
    if (
        decisions == bool(cases)
        or (decisions and (rosters or predictions or parts or choose))
        or (since and not decisions)
    ):
        complain("name a file of labelled comments, or say --decisions, alone or with --since")
        raise typer.Exit(2)
    if decisions:
        _by_people(context, since.replace(tzinfo=UTC) if since else None, json=json)
    else:
        _labelled(context, cases or [], rosters, predictions, parts=parts, choose=choose, json=json)


def _by_people(context: typer.Context, since: datetime | None, *, json: bool) -> None:
    from bot.cli.evaluation_tables import print_decisions
    from bot.domain.measuring import plain
    from bot.evaluation.by_people import measure_decisions

    found = measure_decisions(house(context), since, now())
    if json:
        print_json(plain(found))
    else:
        print_decisions(found)


def _labelled(
    context: typer.Context,
    cases: list[Path],
    rosters: Path | None,
    predictions: Path | None,
    *,
    parts: bool,
    choose: bool,
    json: bool,
) -> None:
    from bot import serve
    from bot.cli.evaluation_tables import print_evaluation
    from bot.evaluation.labelled_set import evaluate as judge_and_measure

    env = configured(context)
    panel = serve.open_panel(env)
    with Bar("pieces", patience=_PATIENCE) as bar:
        came = judge_and_measure(
            panel,
            env.config,
            cases,
            rosters=rosters,
            predictions=predictions,
            parts=parts,
            thresholds=choose,
            told=partial(bar.told, "Judging"),
        )
    _complain(came.refused)
    if json:
        print_json(_document(came, predictions))
    else:
        print_evaluation(came)
    if came.refused:
        raise typer.Exit(2)


def _complain(refused: Sequence[Refused]) -> None:
    for wrong in refused[:_MOST_TOLD]:
        complain(str(wrong))
    if len(refused) > _MOST_TOLD:
        complain(f"and {len(refused) - _MOST_TOLD} lines more")


def _document(came: Evaluation, predictions: Path | None) -> dict[str, object]:
    from bot.domain.measuring import plain

    return {
        "comments": came.comments,
        "refused": plain(came.refused),
        "failed": came.failed,
        "flagged": came.flagged,
        "labelled": came.labelled,
        "without_roster": list(came.without_roster),
        "predictions": str(predictions) if predictions else None,
        "figures": plain(dict(came.figures)),
        "chosen": plain(list(came.chosen)),
    }
