"""The two engines are one model: the compiled graphs against the detoxify package on the rebuilt checkpoint."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
import yaml

from moderators.base import CouldNotAssess
from moderators.bundle import CLASSROOM, read_bundle
from moderators.model_text import model_text
from moderators.onnx_engine import OnnxEngine

if TYPE_CHECKING:
    from moderators.detoxify_engine import DetoxifyEngine

pytestmark = pytest.mark.model

ROOT = Path(__file__).parents[2]
TEXTS = ROOT / "moderators" / "models" / "training" / "texts"
POLICY = ROOT / "config" / "policy.yaml"
COUNTS = [60, pytest.param(1000, marks=pytest.mark.slow)]
"""Texts that are compared. The package reads some ten a second beside other tests: all of them are for `make test-slow`."""


@dataclass(frozen=True)
class Compared:
    labels: tuple[str, ...]
    onnx: np.ndarray[tuple[int, int], np.dtype[np.float64]]
    detoxify: np.ndarray[tuple[int, int], np.dtype[np.float64]]


def written() -> list[str]:
    lines = [line for path in sorted(TEXTS.glob("*.jsonl")) for line in path.read_text(encoding="utf-8").splitlines()]
    return [model_text(json.loads(line)["text"]) for line in lines]


def variations(texts: Sequence[str], count: int, seed: int) -> list[str]:
    """Halves of two texts joined: the model is unsure of many of them."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        first, second = (text.split() for text in rng.sample(texts, k=2))
        made.append(" ".join(first[: len(first) // 2 + 1] + second[len(second) // 2 :]))
    return made


def rows(engine: OnnxEngine | DetoxifyEngine, texts: Sequence[str]) -> list[list[float]]:
    found: list[list[float]] = []
    for scores in engine.score(texts):
        assert not isinstance(scores, CouldNotAssess)
        found.append(list(scores.values()))
    return found


def is_unsure(scores: Sequence[float]) -> bool:
    return any(0.1 < score < 0.9 for score in scores)


def thresholds(labels: Sequence[str]) -> list[tuple[int, float]]:
    """Label number and threshold of every signal of the policy that is a label of ours; .5 without a policy."""
    if not POLICY.is_file():
        return [(number, 0.5) for number in range(len(labels))]
    rules: list[Mapping[str, Mapping[str, float]]] = yaml.safe_load(POLICY.read_text(encoding="utf-8"))["rules"]
    found = [(name, float(value)) for rule in rules for name, value in rule.get("signals", {}).items()]
    return [(labels.index(name), value) for name, value in found if name in labels]


@pytest.fixture(scope="module", params=COUNTS)
def compared(request: pytest.FixtureRequest) -> Compared:
    count: int = request.param
    bundle = read_bundle(CLASSROOM)
    onnx = OnnxEngine(bundle)
    texts = written()
    pool = list(dict.fromkeys([*random.Random(1).sample(texts, k=count), *variations(texts, count * 9 // 4, seed=2)]))
    scored = list(zip(pool, rows(onnx, pool), strict=True))
    unsure = [pair for pair in scored if is_unsure(pair[1])][: count * 3 // 4]
    sure = [pair for pair in scored if not is_unsure(pair[1])][: count - len(unsure)]
    chosen = [*unsure, *sure]
    assert len(chosen) == count
    assert len(unsure) >= count // 2
    from moderators.detoxify_engine import DetoxifyEngine  # four seconds, for the one worker that compares

    package = rows(DetoxifyEngine.from_bundle(bundle), [text for text, _ in chosen])
    return Compared(bundle.labels, np.array([scores for _, scores in chosen]), np.array(package))


def test_scores_of_the_two_engines_hardly_differ(compared: Compared) -> None:
    gaps = np.abs(compared.onnx - compared.detoxify)
    print(f"99.9 %: {np.quantile(gaps, 0.999):.4f}, largest {gaps.max():.4f}, mean {gaps.mean():.6f}")
    assert np.quantile(gaps, 0.999) < 0.1


def test_uncertain_critical_scores_are_the_same_number(compared: Compared) -> None:
    critical = [compared.labels.index(n) for n in ("threat", "self_harm", "sexualized_minor", "child_abuse")]
    ours, theirs = compared.onnx[:, critical], compared.detoxify[:, critical]
    unsure = (ours > 0.28) & (ours < 0.66)  # well inside the band, whichever graph drew its edge
    assert unsure.sum() >= len(ours) // 20
    assert np.abs(ours - theirs)[unsure].max() < 0.001


def test_both_engines_fall_on_the_same_side_of_every_rules_threshold(compared: Compared) -> None:
    wanted = thresholds(compared.labels)
    assert len(wanted) >= 10
    same = [(compared.onnx[:, n] >= at) == (compared.detoxify[:, n] >= at) for n, at in wanted]
    assert np.mean(same) >= 0.995
