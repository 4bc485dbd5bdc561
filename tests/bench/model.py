"""The bundled model's fast engine against the detoxify package itself with its `original` architecture.

Here the best rounds are compared: torch's threads wait for each other by spinning, and as soon as any other process takes a core, the
package falls from 25 texts a second to between 1 and 4 (measured), which would make us look many times as fast as we are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import fmean
from typing import Any

import onnxruntime

from bot.store.comments import StoredComment
from connectors.base import Author, CommentState
from moderators.base import ModeratorSettings, PageContext
from moderators.bundle import CLASSROOM, read_bundle
from moderators.model_text import model_text
from moderators.onnx_engine import OnnxEngine
from moderators.toxicity import Toxicity
from tests.bench import texts
from tests.bench.original import load_original
from tests.bench.rates import Path, Row, Size, Spread, interleave, rate, ratio
from tests.bench.school import scratch
from tests.houses import NOW

_BATCH = 32
_GOALS = {"one text at a time": 30.0, "32 as given": 80.0, "32 sorted by length": 22.0}


def measure(size: Size) -> Iterator[Row]:
    """Three rows of speed, and how many windows the exact graph had to score again."""
    ours = Toxicity(ModeratorSettings())
    ours.canary()
    with scratch() as folder:
        package = load_original(folder / "original", size.encoder_layers)
    package.predict("warm")
    rates = interleave(size.rounds, _paths(size, ours, package))
    mine = [fmean(parts) for parts in zip(*(found for name, found in rates.items() if name not in _GOALS), strict=True)]
    for name, goal in _GOALS.items():
        best = max(mine) / max(rates[name])
        figure = f"bundled model to detoxify `original`, {name}, best round to best"
        yield Row(figure, f"{best:.3g}x (round by round {ratio(mine, rates[name])})", f">= {goal:g}x", best >= goal)
    speeds = {"bundled": mine} | {name: rates[name] for name in _GOALS}
    yield Row("texts/s", ", ".join(f"{name} {Spread.of(found)}" for name, found in speeds.items()))
    kinds = {
        "of all": texts.some(size.bits_texts, 1),
        "generated": texts.generated(size.bits_texts, 2),
        "hard": texts.hard(size.bits_texts, 3),
    }
    shares = ", ".join(f"{kind} {_redone(chosen):.0%}" for kind, chosen in kinds.items() if chosen)
    yield Row("windows that the exact graph scores again", shares)


def _paths(size: Size, ours: Toxicity, package: Any) -> dict[str, Path]:
    """Ours is so fast that it runs three times a round, spread over it."""

    def given(number: int) -> list[str]:
        return texts.some(size.model_texts, 1000 + number)

    def one(number: int) -> float:
        chosen = sorted(given(number), key=len)[
            1::3
        ]  # a third of them, as long as all of them on average: this is the slow one
        return rate(len(chosen), lambda: [package.predict(text) for text in chosen])

    def batches(chosen: Sequence[str]) -> float:
        parts = [list(chosen[start : start + _BATCH]) for start in range(0, len(chosen), _BATCH)]
        return rate(len(chosen), lambda: [package.predict(part) for part in parts])

    def mine(number: int) -> float:
        comments = [view(text) for text in given(number)]
        return rate(len(comments), lambda: ours.assess(comments, PageContext("bench")))

    return {
        "bundled": mine,
        "one text at a time": one,
        "bundled again": mine,
        "32 as given": lambda number: batches(given(number)),
        "bundled once more": mine,
        "32 sorted by length": lambda number: batches(sorted(given(number), key=len)),
    }


def view(text: str) -> StoredComment:
    """A comment as the pipeline hands it to a detector."""
    return StoredComment("r", "c", "1", Author("a", "reader"), text, (), NOW, NOW, CommentState.VISIBLE, "")


class _Counted:
    """One of the engine's graphs, and how many windows it was given."""

    def __init__(self, session: onnxruntime.InferenceSession) -> None:
        self.session, self.windows = session, 0

    def run(self, names: Any, given: Any, *more: Any) -> Any:
        self.windows += len(given["ids"]) if given["ids"].ndim == 2 else 1
        return self.session.run(names, given, *more)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.session, name)


def _redone(chosen: Sequence[str]) -> float:
    """The share of windows of which the fast graph was not sure. Counted on one thread, and not while anything is timed."""
    engine: Any = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    if engine._fast is None:
        return 1.0
    engine._fast, engine._exact = _Counted(engine._fast), _Counted(engine._exact)
    engine.score([model_text(text) for text in chosen])
    return float(engine._exact.windows / engine._fast.windows)
