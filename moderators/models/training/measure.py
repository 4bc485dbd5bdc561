"""Measures a compiled bundle on the classroom development set: thresholds on its `tune` part, figures on its `check` part.

The set is never trained on. The comments' names are masked first, as the pipeline does.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sklearn.metrics import average_precision_score

from moderators.base import BrokenModerator, CouldNotAssess, ModeratorSettings, PageContext, Student, mask_names
from moderators.bundle import read_bundle
from moderators.model_text import model_text
from moderators.models.training.data import CLASSROOM_LABELS
from moderators.onnx_engine import OnnxEngine
from moderators.student_names import StudentNames

RULES: Final = ("threat", *CLASSROOM_LABELS)
CRITICAL: Final = RULES[:4]
_STEPS: Final = [i / 100 for i in range(15, 96)]  # far enough above the band in which the fast graph decides


@dataclass(frozen=True, slots=True)
class Scored:
    """One comment of the set with its scores."""

    labels: frozenset[str]
    slice: str
    tune: bool
    scores: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Figure:
    """How one rule does at one threshold."""

    threshold: float
    right: int
    flagged: int
    wanted: int

    @property
    def recall(self) -> float:
        """Share of the violations that were found."""
        return self.right / max(1, self.wanted)

    @property
    def precision(self) -> float:
        """Share of the flags that were right."""
        return self.right / max(1, self.flagged)


def score_set(bundle: Path, data: Path, lexicons: Path) -> list[Scored]:
    """Score every comment of `safety.jsonl` in the folder `data`, its roster's names masked.

    Raises:
        BrokenModerator: a comment of the set could not be scored.
    """
    rows = [json.loads(line) for line in (data / "safety.jsonl").read_text(encoding="utf-8").splitlines()]
    names = StudentNames(ModeratorSettings(lexicons=(lexicons,)))
    pages = {row["page"]: _page(data / "rosters", row["page"]) for row in rows}
    masked = [mask_names(row["text"], names.find(row["text"], pages[row["page"]])) for row in rows]
    found = []
    for row, scores in zip(rows, OnnxEngine(read_bundle(bundle)).score(list(map(model_text, masked))), strict=True):
        if isinstance(scores, CouldNotAssess):
            raise BrokenModerator(f"{row['id']}: {scores.reason}")
        found.append(Scored(frozenset(row["labels"]), row["slice"], int(row["id"][-4:]) % 3 != 0, scores))
    return found


def figure(rows: Sequence[Scored], rule: str, threshold: float) -> Figure:
    """Count one rule at one threshold. A critical rule's flag on a comment that breaks another critical rule is wrong too."""
    flagged = [row for row in rows if row.scores[rule] >= threshold]
    return Figure(
        threshold,
        right=sum(rule in row.labels for row in flagged),
        flagged=len(flagged),
        wanted=sum(rule in row.labels for row in rows),
    )


def choose_thresholds(tune: Sequence[Scored], most: float = 0.08, most_chat: float = 0.015) -> dict[str, float]:
    """Thresholds that find the most within a share of clean comments (and of plain chat) flagged by any rule.

    Starts from 0.95 everywhere and lowers, step by step, the threshold that finds the most more per clean comment newly flagged;
    a violation of a critical rule counts three times.
    """
    chosen = dict.fromkeys(RULES, 0.95)
    while True:
        best = max((_gain(tune, chosen, rule, t), rule, t) for rule in RULES for t in _STEPS if t < chosen[rule])
        gain, rule, threshold = best
        if gain <= 0:
            return chosen
        lowered = {**chosen, rule: threshold}
        if clean_share(tune, lowered) > most or clean_share(tune, lowered, "clean_chat") > most_chat:
            return _fill(tune, chosen, most, most_chat)
        chosen = lowered


def clean_share(rows: Sequence[Scored], thresholds: Mapping[str, float], only: str = "") -> float:
    """Share of the clean comments (of one slice, if given) that any rule flags."""
    clean = [row for row in rows if not row.labels & set(RULES) and only in ("", row.slice)]
    return sum(_is_flagged(row, thresholds) for row in clean) / max(1, len(clean))


def average_precision(rows: Sequence[Scored], rule: str) -> float:
    """Area under the curve of precision and recall, for one rule."""
    return float(average_precision_score([rule in r.labels for r in rows], [r.scores[rule] for r in rows]))


def interval(right: int, count: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if count == 0:
        return (0.0, 1.0)
    z, share = 1.96, right / count
    centre = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return (max(0.0, centre - half), min(1.0, centre + half))


def _gain(rows: Sequence[Scored], chosen: Mapping[str, float], rule: str, threshold: float) -> float:
    newly = [row for row in rows if threshold <= row.scores[rule] < chosen[rule]]
    right = sum(rule in row.labels for row in newly)
    clean = sum(not row.labels and not _is_flagged(row, chosen) for row in newly)
    return right * (3 if rule in CRITICAL else 1) / (clean + 0.5) if right else 0.0


def _fill(rows: Sequence[Scored], chosen: dict[str, float], most: float, most_chat: float) -> dict[str, float]:
    """Lower each threshold, critical rules first, as far as it costs no share that is not left."""
    for rule in RULES:
        for step in sorted((t for t in _STEPS if t < chosen[rule]), reverse=True):
            lowered = {**chosen, rule: step}
            useful = figure(rows, rule, step).right > figure(rows, rule, chosen[rule]).right
            fits = clean_share(rows, lowered) <= most and clean_share(rows, lowered, "clean_chat") <= most_chat
            if useful and fits and _gain(rows, chosen, rule, step) > 1:
                chosen = lowered
    return chosen


def _is_flagged(row: Scored, thresholds: Mapping[str, float]) -> bool:
    return any(row.scores[rule] >= threshold for rule, threshold in thresholds.items())


def _page(rosters: Path, page: str) -> PageContext:
    path = rosters / f"{page}.csv"
    if not path.is_file():
        return PageContext(page)
    with path.open(encoding="utf-8", newline="") as file:
        students = tuple(
            Student(r["student_id"], r["first"], r["last"], (r["nickname"],) if r["nickname"] else ())
            for r in csv.DictReader(file)
        )
    return PageContext(page, students)
