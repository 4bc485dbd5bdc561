"""Measures a compiled bundle alone, without the detectors beside it, on the classroom development set.

The set is never trained on. The comments' names are masked first, as the pipeline does.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml
from sklearn.metrics import average_precision_score

from moderators.base import BrokenModerator, CouldNotAssess, ModeratorSettings, PageContext, Student, mask_names
from moderators.bundle import read_bundle
from moderators.model_text import model_text
from moderators.models.training.data import CLASSROOM_LABELS
from moderators.onnx_engine import OnnxEngine
from moderators.student_names import StudentNames

RULES: Final = ("threat", *CLASSROOM_LABELS)
CRITICAL: Final = RULES[:4]


@dataclass(frozen=True, slots=True)
class Scored:
    """One comment of the set with its scores."""

    labels: frozenset[str]
    slice: str
    text: str
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
    rows = _safety(data)
    texts, _ = masked_texts(data, lexicons)
    found = []
    for row, scores in zip(rows, OnnxEngine(read_bundle(bundle)).score(texts), strict=True):
        if isinstance(scores, CouldNotAssess):
            raise BrokenModerator(f"{row['id']}: {scores.reason}")
        found.append(Scored(frozenset(row["labels"]), row["slice"], row["text"], scores))
    return found


def masked_texts(data: Path, lexicons: Path) -> tuple[list[str], list[frozenset[str]]]:
    """The comments of `safety.jsonl` as the model reads them, their roster's names masked, and the labels of each."""
    rows = _safety(data)
    names = StudentNames(ModeratorSettings(lexicons=(lexicons,)))
    pages = {row["page"]: _page(data / "rosters", row["page"]) for row in rows}
    masked = [mask_names(row["text"], names.find(row["text"], pages[row["page"]])) for row in rows]
    return list(map(model_text, masked)), [frozenset(row["labels"]) for row in rows]


def thresholds_of(policy: Path) -> dict[str, float]:
    """The lowest score of the model at which each rule asks a person to look, as `policy.yaml` says."""
    rules = {rule["id"]: rule for rule in yaml.safe_load(policy.read_text(encoding="utf-8"))["rules"]}
    return {
        id: float((rules[id].get("look") or rules[id]["signals"]).get(id, rules[id]["signals"][id])) for id in RULES
    }


def figure(rows: Sequence[Scored], rule: str, threshold: float) -> Figure:
    """Count one rule at one threshold. A critical rule's flag on a comment that breaks another critical rule is wrong too."""
    flagged = [row for row in rows if row.scores[rule] >= threshold]
    return Figure(
        threshold,
        right=sum(rule in row.labels for row in flagged),
        flagged=len(flagged),
        wanted=sum(rule in row.labels for row in rows),
    )


def clean_share(rows: Sequence[Scored], thresholds: Mapping[str, float], only: str = "") -> float:
    """Share of the clean comments (of one slice, if given) that any rule flags."""
    clean = [row for row in rows if not row.labels & set(RULES) and only in ("", row.slice)]
    return sum(is_flagged(row, thresholds) for row in clean) / max(1, len(clean))


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


def is_flagged(row: Scored, thresholds: Mapping[str, float]) -> bool:
    """Whether any rule is raised."""
    return any(row.scores[rule] >= threshold for rule, threshold in thresholds.items())


def _safety(data: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (data / "safety.jsonl").read_text(encoding="utf-8").splitlines()]


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
