"""The rows the bundled model learns from: public sets (`shared/data/toxicity`) and the classroom texts beside this file.

A label is a number from 0 to 1, or NaN where the source does not say: NaN is masked in the loss and never means "no".
The classroom development set (`shared/data/classroom-dev`) is no source: what is published is measured on it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from moderators.model_text import model_text

DETOXIFY_LABELS: Final = (
    "toxicity",
    "severe_toxicity",
    "obscene",
    "threat",
    "insult",
    "identity_attack",
    "sexual_explicit",
)
CLASSROOM_LABELS: Final = (
    "self_harm",
    "sexualized_minor",
    "child_abuse",
    "harassment",
    "hate",
    "disparagement",
    "inappropriate_language",
    "sexual_content",
    "personal_contact",
    "off_topic_promotion",
)
LABELS: Final = DETOXIFY_LABELS + CLASSROOM_LABELS
TEXTS: Final = Path(__file__).parent / "texts"
UNKNOWN: Final = float("nan")

# Rows taken from each source, and the weight of one row in the loss. Sources whose labels are mostly their sampling
# (davidson, hatexplain, mlma, edos) and templates (madlibs) are kept small: see that folder's README, "Known problems".
SAMPLE: Final[dict[str, tuple[int, float]]] = {
    "jigsaw_sample": (2500, 1.0),
    "jigsaw_binary": (1500, 1.0),
    "civil_spans": (2500, 1.0),
    "convabuse": (900, 1.0),
    "wiki_toxicity": (300, 1.0),
    "wiki_context": (500, 1.0),
    "hatemoji_build": (2500, 1.0),
    "edos": (900, 0.7),
    "misogyny_reddit": (400, 0.7),
    "gab": (2000, 1.0),
    "protests_es": (1200, 0.7),
    "davidson": (700, 0.5),
    "stormfront": (1000, 1.0),
    "fox_news": (400, 0.7),
    "mlma": (500, 0.5),
    "hatexplain": (700, 0.5),
    "madlibs_en": (200, 0.2),
    "madlibs_es": (300, 0.2),
    "goemotions_weak": (2000, 1.0),
    "ud_ewt_weak": (600, 1.0),
    "ud_gsd_es_weak": (1200, 1.0),
}
_RARE: Final = ("threat", "severe_toxicity", "obscene", "sexual_explicit")
_PAIR: Final = 2  # lines: a violation and the near miss written below it must not fall on both sides of a split
_LONG: Final = 400  # characters: longer rows are taken last, they cost the most and are the least like a comment
_RUDE: Final = frozenset({"threat", "harassment", "hate", "disparagement"})
_NOT_RUDE: Final = frozenset({"self_harm", "child_abuse", "personal_contact", "off_topic_promotion"})


@dataclass(frozen=True, slots=True)
class Row:
    """One text in the model's form with its labels (in the order of `LABELS`) and its weight in the loss."""

    text: str
    labels: tuple[float, ...]
    source: str
    weight: float = 1.0
    written: str = ""  # the text as its author wrote it: what variants are made from
    group: str = ""  # rows of one group are kept back together


def public_rows(folder: Path, seed: int = 0) -> list[Row]:
    """Draw the sample of every public source; the same seed draws the same rows.

    Raises:
        FileNotFoundError: a source is missing in `folder`.
    """
    rows: list[Row] = []
    for source, (count, weight) in SAMPLE.items():
        with gzip.open(folder / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            found = [json.loads(line) for line in lines]
        random.Random(f"{seed} {source}").shuffle(found)
        found.sort(key=lambda row: (not _is_rare(row["labels"]), len(row["text"]) > _LONG))
        rows += [Row(model_text(r["text"]), public_labels(r["labels"], source), source, weight) for r in found[:count]]
    return rows


def public_labels(given: Mapping[str, float | None], source: str) -> tuple[float, ...]:
    """All labels of a public row. Only what follows safely is said of the classroom's labels, the rest is unknown."""
    known = {name: UNKNOWN if value is None else float(value) for name, value in given.items()}
    labels = {name: known.get(name, UNKNOWN) for name in LABELS}
    if source.endswith("_weak"):  # everyday text: none of the classroom's labels either
        labels |= dict.fromkeys((*CLASSROOM_LABELS, "sexual_explicit"), 0.0)
    attack, obscene = known["identity_attack"], known["obscene"]
    if attack >= 0.5 or attack <= 0.1:
        labels["hate"] = float(attack >= 0.5)
    if obscene >= 0.5:
        labels["inappropriate_language"] = 1.0
    return tuple(labels[name] for name in LABELS)


def classroom_rows(folder: Path = TEXTS) -> list[Row]:
    """Read the classroom texts, each once, in the order of their files.

    Raises:
        ValueError: a line names a label that is not ours; the message gives file and line.
    """
    rows: dict[str, Row] = {}
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            found = json.loads(line)
            strange = set(found["labels"]) - {*CLASSROOM_LABELS, "threat"}
            if strange:
                raise ValueError(f"{path.name}:{number}: unknown labels {sorted(strange)}")
            text = model_text(found["text"])
            group = f"{path.stem} {(number - 1) // _PAIR}"
            rows[text] = Row(text, classroom_labels(found["labels"]), path.stem, written=found["text"], group=group)
    return list(rows.values())


def classroom_labels(given: Iterable[str]) -> tuple[float, ...]:
    """All labels of a classroom text. Its own are known, absent means no; Detoxify's follow where they are safe."""
    has = set(given)
    rude = 1.0 if has & _RUDE else 0.0 if has <= _NOT_RUDE else UNKNOWN
    labels = {name: float(name in has) for name in LABELS}
    labels["toxicity"] = rude
    labels["severe_toxicity"] = 0.0 if rude == 0 else UNKNOWN
    labels["obscene"] = labels["inappropriate_language"]
    labels["identity_attack"] = labels["hate"]
    labels["insult"] = 1.0 if "disparagement" in has else 0.0 if rude == 0 else UNKNOWN
    labels["sexual_explicit"] = UNKNOWN if has & {"sexual_content", "sexualized_minor"} else 0.0
    return tuple(labels[name] for name in LABELS)


def hold_back(rows: Sequence[Row], share: float) -> tuple[list[Row], list[Row]]:
    """Split into rows to learn from and rows kept for calibration, by a hash of group or text: the split does not move."""
    kept = [row for row in rows if _position(row.group or row.text) < share]
    return [row for row in rows if _position(row.group or row.text) >= share], kept


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


def _is_rare(labels: Mapping[str, float | None]) -> bool:
    return any((labels.get(name) or 0) >= 0.5 for name in _RARE)


def _position(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:6], "big") / 2**48
