"""Comments to measure with: generated, all different, seeded; and a share of hard ones that people wrote.

Generated: English words of a frequency list by Zipf's law, lengths lognormal with
3 / 14 / 22 / 68 / 300 words (5 %, median, mean, 95 %, longest), as in the shared research/PERFORMANCE.md. Hard: classroom threats,
names and insults, and rude comments of newspapers, chats and encyclopedias, from the shared data where it is there.
"""

from __future__ import annotations

import gzip
import itertools
import json
import math
import random
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from spellchecker import SpellChecker

DATA = Path(__file__).parents[3] / "shared" / "data"
PAGES = Path(__file__).parents[1] / "quality" / "pages.jsonl"
HARD_SHARE = 0.1
"""One comment in ten: more than on a classroom page, as on a page on the day on which it matters."""

_HARD_FILES = (
    "classroom-dev/safety.jsonl", "classroom-dev/student_info.jsonl", "toxicity/jigsaw_sample.jsonl.gz",
    "toxicity/civil_spans.jsonl.gz", "toxicity/goemotions_weak.jsonl.gz",
)  # fmt: skip
_WORDS = 25_000
_LONGEST = 300


def some(count: int, seed: int) -> list[str]:
    """So many comments, no two alike, with their share of hard ones."""
    rng = random.Random(seed)
    hard = rng.sample(_hard(), min(round(count * HARD_SHARE), len(_hard())))
    made = dict.fromkeys(hard)
    while len(made) < count:
        made[_generated(rng)] = None
    found = list(made)
    rng.shuffle(found)
    return found


def generated(count: int, seed: int) -> list[str]:
    """Generated ones alone."""
    rng = random.Random(seed)
    return list(dict.fromkeys(_generated(rng) for _ in range(count)))


def hard(count: int, seed: int) -> list[str]:
    """Hard ones alone; none where the shared data is not there."""
    return random.Random(seed).sample(_hard(), min(count, len(_hard())))


def of_pages(count: int, seed: int) -> list[str]:
    """Some of the invented comments of class pages; a third of them break a rule."""
    lines = PAGES.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["text"] for line in random.Random(seed).sample(lines, min(count, len(lines)))]


def mix() -> str:
    """What the comments are made of, in words."""
    if not _hard():
        return f"generated only, since {DATA} is not there"
    return f"{1 - HARD_SHARE:.0%} generated, {HARD_SHARE:.0%} of {len(_hard()):,} hard ones that people wrote"


def _generated(rng: random.Random) -> str:
    words, weights = _vocabulary()
    length = max(1, min(_LONGEST, round(rng.lognormvariate(math.log(14), 0.95))))
    return " ".join(rng.choices(words, cum_weights=weights, k=length))


@cache
def _vocabulary() -> tuple[Sequence[str], Sequence[float]]:
    counts = SpellChecker(language="en", distance=1).word_frequency.dictionary
    words = sorted(
        (word for word in counts if word.isascii() and word.isalpha()), key=lambda word: (-counts[word], word)
    )
    words = words[:_WORDS]
    return words, list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))


@cache
def _hard() -> Sequence[str]:
    found: dict[str, None] = {}
    for path in (DATA / name for name in _HARD_FILES):
        if path.exists():
            content = path.read_bytes()
            lines = (gzip.decompress(content) if path.suffix == ".gz" else content).decode().splitlines()
            found |= dict.fromkeys(json.loads(line)["text"] for line in lines)
    return [text for text in found if text.strip()]
