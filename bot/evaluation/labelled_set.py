"""The story of a labelled set, from top to bottom: read it, judge it as the pipeline would, write what was found, and measure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.evaluation.choosing import Chosen, choose
from bot.evaluation.figures import Figures, Judged, measure, pair, part_of
from bot.evaluation.judging import check_target, judge, watched_rules, write_predictions
from bot.evaluation.labelled import Refused, read_labelled
from bot.evaluation.school import Panel, open_pages
from bot.evaluation.words import load_groups

ALL = "all"


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came of a labelled set. `figures` are those of each part, and empty where no comment has labels."""

    comments: int
    refused: Sequence[Refused]
    failed: int
    flagged: int
    labelled: int
    without_roster: Sequence[str]
    """Pages of the set for which the folder has no roster: no student's name is recognised there."""
    figures: Mapping[str, Figures]
    chosen: Sequence[Chosen] = ()
    """The thresholds of the model that this set would choose: of its part `tune`, where it is divided."""


def evaluate(
    panel: Panel,
    config: Path,
    files: Sequence[Path],
    *,
    rosters: Path | None = None,
    predictions: Path | None = None,
    parts: bool = False,
    thresholds: bool = False,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> Evaluation:
    """Judge the comments of these files; `told` hears how many of how many are done.

    `parts` measures the comments whose number divides by three (`check`) and the others (`tune`) apart. `thresholds` chooses some too.

    Raises:
        NoCases, BadRoster, BadConfiguration: the files, the rosters or the lexicon of groups are wrong.
        Advice: the predictions cannot be written, or a detector does not know its canaries.
    """
    groups = load_groups(config)
    if predictions is not None:
        check_target(predictions, files)
    read = read_labelled(files, [rule.id for rule in watched_rules(panel.policy)])
    pages = open_pages(panel, rosters, (comment.page for comment in read.comments))
    done = 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        told(done, len(read.comments))

    found = judge(panel, pages, read.comments, count)
    if predictions is not None:
        write_predictions(predictions, found)
    judged = pair(read.comments, found)
    divided = _divide(judged, parts=parts)
    labels = frozenset(label for m in panel.moderators if m.reads == "masked" for label in m.signals)
    choosing = next(iter(divided.values())) if thresholds else []
    return Evaluation(
        comments=len(found),
        refused=read.refused,
        failed=sum(prediction.failed for prediction in found),
        flagged=sum(prediction.flagged for prediction in found),
        labelled=len(judged),
        without_roster=[id for id, page in pages.items() if not page.context.students],
        figures={name: measure(part, groups, panel.moderators) for name, part in divided.items() if part},
        chosen=choose(choosing, panel.policy, labels) if choosing else (),
    )


def _divide(judged: Sequence[Judged], *, parts: bool) -> dict[str, list[Judged]]:
    if not parts:
        return {ALL: list(judged)}
    return {name: [j for j in judged if part_of(j.comment.id) == name] for name in ("tune", "check")}
