"""A score is evidence: the same text has the same bits alone, in a batch, in another order and in a fresh process."""

from __future__ import annotations

import hashlib
import random
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence

from moderators.base import CouldNotAssess
from moderators.bundle import CLASSROOM, read_bundle
from moderators.model_text import model_text
from moderators.onnx_engine import OnnxEngine
from tests.bench import texts
from tests.bench.rates import Row, Size
from tests.bench.school import ROOT

_SEED = 77


def measure(size: Size) -> Iterator[Row]:
    """One row: how many texts, and whether all four ways agree to the last bit."""
    chosen = texts.some(size.bits_texts, _SEED)
    engine = _engine()
    alone = [_bits(engine, [text])[0] for text in chosen]
    ways = {
        "in a batch": _bits(engine, chosen) == alone,
        "in another order": _shuffled(engine, chosen) == alone,
        "in a fresh process": _fresh(len(chosen)) == _digest(alone),
    }
    wrong = [way for way, same in ways.items() if not same]
    measured = f"no: other {', '.join(wrong)}" if wrong else f"yes, {len(chosen):,} texts"
    yield Row("same bits alone, in a batch, in another order, in a fresh process", measured, "yes", not wrong)


def _engine() -> OnnxEngine:
    return OnnxEngine(read_bundle(CLASSROOM))


def _bits(engine: OnnxEngine, chosen: Sequence[str]) -> list[bytes]:
    found = engine.score([model_text(text) for text in chosen])
    return [
        b"could not" if isinstance(scores, CouldNotAssess) else struct.pack(f"{len(scores)}d", *scores.values())
        for scores in found
    ]


def _shuffled(engine: OnnxEngine, chosen: Sequence[str]) -> list[bytes]:
    """In another order, and in batches of many sizes."""
    rng = random.Random(_SEED)
    order = rng.sample(range(len(chosen)), len(chosen))
    found: dict[int, bytes] = {}
    while order:
        part = [order.pop() for _ in range(min(len(order), rng.randint(1, 64)))]
        found |= dict(zip(part, _bits(engine, [chosen[n] for n in part]), strict=True))
    return [found[n] for n in range(len(chosen))]


def _fresh(count: int) -> str:
    command = [sys.executable, "-m", "tests.bench.bits", str(count)]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.strip()


def _digest(found: Sequence[bytes]) -> str:
    return hashlib.sha256(b"".join(found)).hexdigest()


if __name__ == "__main__":
    print(_digest(_bits(_engine(), texts.some(int(sys.argv[1]), _SEED))))
