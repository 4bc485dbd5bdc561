"""The rows the bundled model learns from: public sets (`shared/data/toxicity`) and the classroom texts beside this file.

A label is a number from 0 to 1, or NaN where the source does not say: NaN is masked in the loss and never means "no".
The classroom development set (`shared/data/classroom-dev`) is no source: what is published is measured on it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
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
TOLD_LABELS: Final = {
    "school_record": "record_told",
    "personnel_record": "personnel_told",
    "student_private": "private_told",
}
"""Rules whose wording the model knows, and the label that says so: it breaks the rule only where somebody known is meant."""

LABELS: Final = DETOXIFY_LABELS + CLASSROOM_LABELS + tuple(TOLD_LABELS.values())
TEXTS: Final = Path(__file__).parent / "texts"
UNKNOWN: Final = float("nan")

# Rows taken from each source, and the weight of one row in the loss. Sources whose labels are mostly their sampling
# (davidson, hatexplain, mlma, edos) and templates (madlibs) are kept small: see that folder's README, "Known problems".
SAMPLE: Final[dict[str, tuple[int, float]]] = {
    "jigsaw_sample": (2000, 1.0),
    "jigsaw_binary": (1200, 1.0),
    "civil_spans": (2000, 1.0),
    "convabuse": (700, 1.0),
    "wiki_toxicity": (300, 1.0),
    "wiki_context": (500, 1.0),
    "hatemoji_build": (2000, 1.0),
    "edos": (900, 0.7),
    "misogyny_reddit": (400, 0.7),
    "gab": (1600, 1.0),
    "protests_es": (900, 0.7),
    "davidson": (700, 0.5),
    "stormfront": (900, 1.0),
    "fox_news": (400, 0.7),
    "mlma": (500, 0.5),
    "hatexplain": (700, 0.5),
    "madlibs_en": (200, 0.2),
    "madlibs_es": (300, 0.2),
    "goemotions_weak": (1800, 1.0),
    "ud_ewt_weak": (600, 1.0),
    "ud_gsd_es_weak": (1000, 1.0),
}
EVERYDAY: Final = ("goemotions_weak", "ud_ewt_weak", "ud_gsd_es_weak")
"""Sources of harmless everyday text: what a half-trained teacher mistakes in them is read again."""

_BEFORE_TOLD: Final = frozenset(
    "bullying bullying_two clean clean_two danger danger_two language spanish threat".split()  # noqa: SIM905
)
"""Files that were written before a record told in words was a label: they do not say whether they tell one."""

_RARE: Final = ("threat", "severe_toxicity", "obscene", "sexual_explicit")
_PAIR: Final = 2  # lines: a violation and the near miss written below it must not fall on both sides of a split
_LONG: Final = 400  # characters: longer rows are taken last, they cost the most and are the least like a comment
_RUDE: Final = frozenset({"threat", "harassment", "hate", "disparagement"})
_NOT_RUDE: Final = frozenset({"self_harm", "child_abuse", "personal_contact", "off_topic_promotion", *TOLD_LABELS})


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
    return [row for source, (count, _) in SAMPLE.items() for row in _drawn(folder, source, seed)[:count]]


def everyday_rows(folder: Path, seed: int = 0) -> list[Row]:
    """The harmless everyday rows that `public_rows` leaves over."""
    return [
        row
        for source in EVERYDAY
        for row in _drawn(folder, source, seed)[SAMPLE[source][0] :]
        if len(row.text) <= _LONG
    ]


def _drawn(folder: Path, source: str, seed: int) -> list[Row]:
    with gzip.open(folder / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
        found = [json.loads(line) for line in lines]
    random.Random(f"{seed} {source}").shuffle(found)
    found.sort(key=lambda row: (not _is_rare(row["labels"]), len(row["text"]) > _LONG))
    weight = SAMPLE[source][1]
    return [Row(model_text(row["text"]), public_labels(row["labels"], source), source, weight) for row in found]


def public_labels(given: Mapping[str, float | None], source: str) -> tuple[float, ...]:
    """All labels of a public row. Only what follows safely is said of the classroom's labels, the rest is unknown."""
    known = {name: UNKNOWN if value is None else float(value) for name, value in given.items()}
    labels = {name: known.get(name, UNKNOWN) for name in LABELS}
    if source.endswith("_weak"):  # everyday text: none of the classroom's labels either
        labels |= dict.fromkeys((*CLASSROOM_LABELS, *TOLD_LABELS.values(), "sexual_explicit"), 0.0)
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
            strange = set(found["labels"]) - {*CLASSROOM_LABELS, *TOLD_LABELS, "threat"}
            if strange:
                raise ValueError(f"{path.name}:{number}: unknown labels {sorted(strange)}")
            text = model_text(found["text"])
            group = f"{path.stem} {(number - 1) // _PAIR}"
            labels = classroom_labels(found["labels"], told=path.stem not in _BEFORE_TOLD)
            rows[text] = Row(text, labels, path.stem, written=found["text"], group=group)
    return list(rows.values())


def classroom_labels(given: Iterable[str], *, told: bool = True) -> tuple[float, ...]:
    """All labels of a classroom text. Its own are known, absent means no; Detoxify's follow where they are safe.

    `told`: whether the text's writer was asked for records told in words; else these are unknown.
    """
    has = set(given)
    rude = 1.0 if has & _RUDE else 0.0 if has <= _NOT_RUDE else UNKNOWN
    labels = {name: float(name in has) for name in LABELS}
    labels |= {label: float(rule in has) if told else UNKNOWN for rule, label in TOLD_LABELS.items()}
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


def _is_rare(labels: Mapping[str, float | None]) -> bool:
    return any((labels.get(name) or 0) >= 0.5 for name in _RARE)


def _position(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8")).digest()[:6], "big") / 2**48
