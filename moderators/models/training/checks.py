"""What may not stand among the classroom texts: two that say nearly the same, and one of the development set."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from moderators.model_text import model_text
from moderators.models.training.data import TEXTS, Row

_RUN: Final = 4  # words of a run
_ALIKE: Final = 0.6  # share of the runs of the shorter text that stand in the other
_LEAST: Final = 3  # runs: shorter texts are alike by chance


def near_duplicates(rows: Sequence[Row]) -> list[tuple[Row, Row]]:
    """Pairs of rows that share most of their runs of four words: they would be counted twice, and stand on both sides of a split.

    A violation and its twin, one group, may be alike.
    """
    runs = [_runs(row.written or row.text) for row in rows]  # an emoji is one word here, not three
    where: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for at, found in enumerate(runs):
        for run in found:
            where[run].append(at)
    shared: Counter[tuple[int, int]] = Counter()
    for places in where.values():
        shared.update((a, b) for i, a in enumerate(places) for b in places[i + 1 :])
    return [
        (rows[a], rows[b])
        for (a, b), count in shared.items()
        if rows[a].group != rows[b].group
        and _same(rows[a], rows[b])
        and count >= _ALIKE * min(len(runs[a]), len(runs[b]))
        and count >= _LEAST
    ]


def same_text(text: str) -> str:
    """A key that is equal for texts that differ only in case, accents, punctuation and spaces."""
    plain = unicodedata.normalize("NFKD", model_text(text)).casefold()
    return "".join(char for char in plain if char.isalnum())


def refuse_development_texts(development: Path, folder: Path = TEXTS) -> None:
    """Make sure that no classroom text is one of the development set: what is published is measured on it.

    Raises:
        ValueError: one is; the message names its file and line.
    """
    theirs = {
        same_text(json.loads(line)["text"])
        for file in development.glob("*.jsonl")
        for line in file.read_text(encoding="utf-8").splitlines()
    }
    for file in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if same_text(json.loads(line)["text"]) in theirs:
                raise ValueError(f"{file}:{number}: this text stands in the development set; remove it here")


def _runs(text: str) -> set[tuple[str, ...]]:
    words = text.casefold().split()
    return {tuple(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1)}


def _same(one: Row, other: Row) -> bool:
    """Whether they teach the same. A text and one that breaks another rule in nearly the same words teach most."""
    return str(one.labels) == str(other.labels)
