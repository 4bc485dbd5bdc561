"""Writes the model card (CARD.md) of a compiled bundle from what is measured, so that no figure is typed by hand."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from moderators.bundle import DESCRIPTION
from moderators.models.training.measure import (
    RULES,
    Scored,
    average_precision,
    choose_thresholds,
    clean_share,
    figure,
    interval,
    score_set,
)

SHARE_ALIKE: Final = {
    "jigsaw_sample": "Wikipedia talk pages, Jigsaw Toxic Comment Classification Challenge 2018 (labels CC0, text CC-BY-SA-3.0)",
    "jigsaw_binary": "the same challenge, test set (labels CC0, text CC-BY-SA-3.0)",
    "wiki_toxicity": "Wikipedia talk pages, conversationai/unintended-ml-bias-analysis (text CC-BY-SA-3.0)",
    "wiki_context": "Wikipedia talk pages, ipavlopoulos/context_toxicity (text CC-BY-SA-3.0)",
    "stormfront": "de Gibert et al. 2018, Vicomtech/hate-speech-dataset (CC-BY-SA-3.0-ES)",
    "ud_ewt_weak": "Universal Dependencies English EWT (CC-BY-SA-4.0)",
    "ud_gsd_es_weak": "Universal Dependencies Spanish GSD (CC-BY-SA-4.0)",
}
OTHER: Final = {
    "civil_spans": "Civil Comments toxic spans, ipavlopoulos/toxic_spans (CC0-1.0)",
    "convabuse": "ConvAbuse, amandacurry/convabuse (CC-BY-4.0)",
    "hatemoji_build": "HatemojiBuild, HannahKirk/Hatemoji (CC-BY-4.0)",
    "edos": "Explainable Detection of Online Sexism, rewire-online/edos (CC0-1.0)",
    "misogyny_reddit": "ellamguest/online-misogyny-eacl2021 (MIT)",
    "gab": "Gab Hate Corpus, by way of BrendanKennedy/contextualizing-hate-speech-models-with-explanations (MIT)",
    "protests_es": "training-datalab/gold-standard-toxicity (CC-BY-4.0)",
    "davidson": "Davidson et al. 2017, t-davidson/hate-speech-and-offensive-language (MIT)",
    "fox_news": "sjtuprog/fox-news-comments (MIT)",
    "mlma": "HKUST-KnowComp/MLMA_hate_speech (MIT)",
    "hatexplain": "HateXplain, hate-alert/HateXplain (MIT)",
    "madlibs_en": "conversationai/unintended-ml-bias-analysis (Apache-2.0)",
    "madlibs_es": "the same (Apache-2.0)",
    "goemotions_weak": "GoEmotions, monologg/GoEmotions-pytorch (Apache-2.0)",
}

_HEAD: Final = """# Model card: {version}

Written by `moderators/models/training/card.py`; no figure is typed by hand.

**What it is.** all-MiniLM-L6-v2 (22.7 M weights, Apache-2.0) with a linear head of 17 labels, fine-tuned, calibrated and
compiled to int8. Scores are probabilities on our kept rows; each label has one.
**What for.** To put comments of class pages before a person. It decides nothing, and nothing may be hidden, reported or
counted against anybody on its word alone.
**Languages.** English; Spanish and mixed text in part (see the figures). Text in other languages is not assessed well, and a
text of signs that it cannot read says so.
**Names.** A roster's names are masked before it reads a comment.
"""

_LIMITS: Final = """
## Limits

- The figures come from one writer's invented comments, and thresholds were chosen on the other two thirds of the same set:
  expect less on a real page. Several labels have fewer than ten comments in `check`: read the intervals, not the figures.
- **Veiled threats, goodbye messages without the words, abuse told in passing, exclusion without a bad word are missed often.**
  The phrase lexicons beside it find some of them; people find the rest. A page without a flag is not a safe page.
- It reads one comment at a time: no thread, no picture, no voice.
- Spanish is weaker than English: the encoder was made for English.
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


def write(bundle: Path, dev: Path, lexicons: Path) -> Mapping[str, float]:
    """Measure the bundle and write CARD.md into its folder; answers the thresholds that the `tune` part suggests."""
    said = json.loads((bundle / DESCRIPTION).read_text(encoding="utf-8"))
    rows = score_set(bundle, dev, lexicons)
    tune, check = [row for row in rows if row.tune], [row for row in rows if not row.tune]
    thresholds = choose_thresholds(tune)
    parts = [
        _HEAD.format(version=said["version"]),
        *_figures(check, thresholds),
        *_slices(check, thresholds),
        _LIMITS,
        _licences(said["sources"]),
    ]
    (bundle / "CARD.md").write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")
    return thresholds


def _figures(check: Sequence[Scored], thresholds: Mapping[str, float]) -> list[str]:
    clean = [row for row in check if not row.labels & set(RULES)]
    share = clean_share(check, thresholds)
    lines = [
        f"\n## Figures: `check` part of classroom-dev/safety.jsonl, {len(check)} comments, thresholds chosen on `tune`\n",
        "In brackets: 95 % interval (Wilson). AP: average precision, needs no threshold.\n",
        "| rule | threshold | violations | recall | flags | precision | AP |",
        "|---|---|---|---|---|---|---|",
    ]
    for rule in RULES:
        found = figure(check, rule, thresholds[rule])
        lines.append(
            f"| {rule} | {found.threshold:.2f} | {found.wanted} | {_share(found.right, found.wanted)} "
            f"| {found.flagged} | {_share(found.right, found.flagged)} | {average_precision(check, rule):.2f} |"
        )
    mean = sum(average_precision(check, rule) for rule in RULES) / len(RULES)
    lines += [
        f"\nMean average precision over the rules: **{mean:.2f}**.",
        (
            f"Clean comments flagged by any rule: **{_share(round(share * len(clean)), len(clean))}** of {len(clean)} (near misses "
            f"and other hard cases among them); plain class talk: {clean_share(check, thresholds, 'clean_chat'):.0%}."
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
        found, wrong = (
            sum(any(r.scores[k] >= t for k, t in thresholds.items()) for r in part) for part in (bad, clean)
        )
        lines.append(f"| {name} | {found} of {len(bad)} | {wrong} of {len(clean)} |")
    return lines


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
