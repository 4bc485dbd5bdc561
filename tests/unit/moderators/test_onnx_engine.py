from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path
from shutil import copytree

import pytest

from moderators.base import CouldNotAssess
from moderators.bundle import CLASSROOM, DESCRIPTION, WEIGHTS, BadBundle, read_bundle
from moderators.onnx_engine import OnnxEngine, Scores
from moderators.windows import TOO_LONG

_TEXT = "the a you i we test lab friday hate kill stupid help please bring lunch bus never dead friend mañana escuela"
WORDS = _TEXT.split()


def invented(count: int, seed: int) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(rng.choices(WORDS, k=rng.randint(1, 60))) for _ in range(count)]


@pytest.fixture(scope="module")
def engine() -> OnnxEngine:
    return OnnxEngine(read_bundle(CLASSROOM))


def scores(engine: OnnxEngine, text: str) -> Scores:
    found = engine.score([text])[0]
    assert not isinstance(found, CouldNotAssess)
    return found


def test_a_text_has_the_same_bits_alone_in_any_batch_and_in_another_engine(engine: OnnxEngine) -> None:
    texts = invented(80, seed=1)
    together = engine.score(texts)
    order = random.Random(2).sample(range(80), k=80)
    shuffled = engine.score([texts[i] for i in order])
    assert [shuffled[order.index(i)] for i in range(80)] == together
    assert [engine.score([text])[0] for text in texts] == together
    assert OnnxEngine(read_bundle(CLASSROOM)).score(texts[:20]) == together[:20]


def test_scores_are_probabilities_of_every_label(engine: OnnxEngine) -> None:
    found = scores(engine, "see you on friday")
    assert set(found) == set(engine.labels)
    assert all(0 <= score <= 1 for score in found.values())


def test_a_threat_in_the_middle_of_a_long_harmless_letter_is_still_found(engine: OnnxEngine) -> None:
    threat = "I am going to kill you after school tomorrow, you are dead. "
    letter = (
        "Thanks for coming to the meeting, the slides are online. The next field trip is on Monday and we need two more parents. "
        "Please bring water and a lunch for your child, and sign the form before Friday at noon. "
        "The science fair was a great day for all of us, and the posters are still in the library. "
    )
    assert scores(engine, letter * 3)["threat"] < 0.25
    assert scores(engine, letter * 3 + threat + letter * 3)["threat"] > 0.5


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "\ufffd", "." * 1000, "a", "\u202eabc", "ñ" * 500, "\u0301" * 10_000, "\u4f60\u597d" * 50],
)
def test_an_odd_text_gets_an_answer(engine: OnnxEngine, text: str) -> None:
    found = engine.score([text])[0]
    assert isinstance(found, CouldNotAssess) or set(found) == set(engine.labels)


def test_a_text_of_unknown_signs_is_not_called_clean(engine: OnnxEngine) -> None:
    assert isinstance(
        engine.score(["\U00012000\U00012001 \U00012002\U00012003 \U00012004 \U00012005"])[0], CouldNotAssess
    )


def test_a_million_different_characters_are_refused_within_seconds_and_not_read_in_part(engine: OnnxEngine) -> None:
    text = " ".join(str(number) for number in range(150_000))
    started = time.perf_counter()
    assert engine.score([text])[0] == CouldNotAssess(TOO_LONG)
    assert time.perf_counter() - started < 10


def test_a_million_equal_characters_are_read_whole(engine: OnnxEngine) -> None:
    assert scores(engine, "I will kill you. " * 60_000)["threat"] > 0.5


def test_a_changed_model_is_refused(tmp_path: Path) -> None:
    copy = copytree(CLASSROOM, tmp_path / "model")
    weights = copy / WEIGHTS
    raw = bytearray(weights.read_bytes())
    raw[-1] ^= 1
    weights.write_bytes(raw)
    with pytest.raises(BadBundle, match="changed"):
        read_bundle(copy)


@pytest.mark.parametrize(("key", "value"), [("window", 50), ("certain", [0.4, 0.6]), ("labels", ["toxicity"])])
def test_a_changed_setting_is_refused(tmp_path: Path, key: str, value: object) -> None:
    copy = copytree(CLASSROOM, tmp_path / "model")
    said = json.loads((copy / DESCRIPTION).read_text(encoding="utf-8"))
    (copy / DESCRIPTION).write_text(json.dumps({**said, key: value}), encoding="utf-8")
    with pytest.raises(BadBundle, match="changed"):
        read_bundle(copy)


def test_a_missing_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadBundle, match="reinstall"):
        read_bundle(tmp_path)


_ALONE = """
import sys, time
import psutil
began = time.perf_counter()
from moderators.base import ModeratorSettings
from moderators.toxicity import Toxicity
detector = Toxicity(ModeratorSettings())
light = not {"onnxruntime", "tokenizers"} & set(sys.modules)
detector.canary()
took = time.perf_counter() - began
detector._engine.score(["you are so stupid, never come back here " * 40] * 50)
memory = psutil.Process().memory_info().rss / 2**20
heavy = {"torch", "transformers", "detoxify", "onnx", "safetensors"} & set(sys.modules)
print(light, sorted(heavy), memory, took)
"""


def test_the_process_that_scores_is_small_starts_quickly_and_holds_no_torch() -> None:
    found = subprocess.run([sys.executable, "-c", _ALONE], check=True, capture_output=True, text=True, cwd=Path.cwd())
    light, heavy, memory, took = found.stdout.rsplit(maxsplit=3)
    assert (light, heavy) == ("True", "[]")
    assert float(memory) < 250
    assert float(took) < 5  # 0.5 s where nothing else runs
