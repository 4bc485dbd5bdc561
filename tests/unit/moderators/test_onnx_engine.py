from __future__ import annotations

import json
import random
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest

from moderators import onnx_engine
from moderators.base import CouldNotAssess
from moderators.bundle import CLASSROOM, DESCRIPTION, WEIGHTS, BadBundle, read_bundle
from moderators.onnx_engine import OnnxEngine, Scores
from moderators.windows import CLOSE, CLOSE_OVERLAP, TOO_LONG, cut, discounted, wants_close_reading

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


ODD = (
    " see you ",
    "\n",
    "[SEP] hello [MASK]",
    "mañana 日本 \ufffd",
    "unbelievabl" * 20,
    "hate " * 94,
    "stop it " * 48,
    "x",
)


def alone(engine: OnnxEngine, text: str) -> Scores:
    """What a text's score is, written out: every window is read and scored by itself."""
    tokenizer = onnx_engine._tokenizer(read_bundle(CLASSROOM))
    tokens = tokenizer.encode(text, add_special_tokens=False)
    if not tokens.ids:
        return dict.fromkeys(engine.labels, 0.0)
    close = cut(text, tokens.offsets, CLOSE, CLOSE_OVERLAP) if len(tokens.ids) > CLOSE else []

    def highest(parts: Sequence[str], is_close: bool) -> list[float]:
        rows = [engine._score_batch([(tokenizer.encode(part).ids, is_close)])[0] for part in parts]
        return np.max(rows, axis=0).tolist() if rows else [0.0] * len(engine.labels)

    whole = highest(cut(text, tokens.offsets, 94, 24), False)
    near = highest(close if wants_close_reading(whole) else [], True)
    return {n: max(w, discounted(c)) for n, w, c in zip(engine.labels, whole, near, strict=True)}


def test_a_batch_of_every_length_with_duplicates_has_the_bits_of_texts_that_are_read_alone(engine: OnnxEngine) -> None:
    texts = [*invented(12, seed=3), *ODD, " ".join(invented(8, seed=4)), *invented(4, seed=3)]
    random.Random(5).shuffle(texts)
    assert engine.score(texts) == [alone(engine, text) for text in texts]


def test_a_long_text_that_is_plainly_harmless_is_read_once() -> None:
    engine = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    plain = "the worksheet for chapter four is in the folder, please bring it with a pencil on monday " * 2
    rude = plain + "you are a stupid ugly idiot and everybody hates you"
    read: list[bool] = []
    score = engine._score_batch

    def counted(windows: Sequence[tuple[Sequence[int], bool]]) -> list[onnx_engine._Row]:
        read.extend(is_close for _, is_close in windows)
        return score(windows)

    engine._score_batch = counted  # type: ignore[method-assign]
    engine.score([plain])
    assert read == [False]
    engine.score([rude])
    assert True in read


def test_a_window_is_read_exactly_where_what_it_counts_is_uncertain() -> None:
    engine = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    ids = engine._tokenizer.encode("bring a helmet tomorrow, you will need it").ids
    exact = engine._exactly(np.array(ids, dtype=np.int64)).tolist()
    engine._band, engine._close_band = (
        (2.0, -1.0),
        (-1.0, 2.0),
    )  # no score of a whole window is uncertain, every one of a close one
    whole, close = (engine._score_batch([(ids, is_close)])[0].tolist() for is_close in (False, True))
    assert close == exact
    assert whole != exact
    assert whole == pytest.approx(exact, abs=0.1)


def test_texts_are_read_in_groups_with_the_same_bits(engine: OnnxEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = invented(10, seed=6)
    together = engine.score(texts)
    monkeypatch.setattr(onnx_engine, "_TOGETHER", 100)
    assert engine.score(texts) == together


def test_a_group_is_short_or_a_single_text() -> None:
    sizes = [30_000, 60_000, 20_000, 250_000, 1, 2]
    groups = [[len(text) for text in group] for group in onnx_engine._groups("x" * size for size in sizes)]
    assert groups == [[30_000, 60_000], [20_000], [250_000], [1, 2]]


def test_one_thread_gives_the_same_bits_and_works_in_the_callers(engine: OnnxEngine) -> None:
    texts = invented(10, seed=7)
    single = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    expected = engine.score(texts)
    before = threading.active_count()
    assert single.score(texts) == expected
    assert threading.active_count() == before


def sizes_of_runs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """A list that tells, from now on, how many windows of how many tokens each run has."""
    sizes: list[tuple[int, int]] = []
    real = OnnxEngine._score_batch

    def batch(self: OnnxEngine, windows: Sequence[tuple[Sequence[int], bool]]) -> object:
        sizes.append((len(windows), len(windows[0][0])))
        return real(self, windows)

    monkeypatch.setattr(OnnxEngine, "_score_batch", batch)
    return sizes


def test_a_text_that_stands_there_often_is_scored_once(engine: OnnxEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = sizes_of_runs(monkeypatch)
    assert engine.score(["see you on friday"] * 50) == [engine.score(["see you on friday"])[0]] * 50
    assert len(sizes) == 2  # one a batch
    engine.score([" see you ", "see you"])
    assert len(sizes) == 3  # one window of both


def test_the_longest_windows_are_handed_out_first(monkeypatch: pytest.MonkeyPatch) -> None:
    single = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    sizes = sizes_of_runs(monkeypatch)
    single.score(["see", "see you on friday at the bus", "see you"])
    assert len(set(sizes)) == 3
    assert sizes == sorted(sizes, key=lambda size: size[1], reverse=True)


def test_windows_of_one_length_are_scored_together_eight_at_most(monkeypatch: pytest.MonkeyPatch) -> None:
    engine = OnnxEngine(read_bundle(CLASSROOM), threads=1)
    sizes = sizes_of_runs(monkeypatch)
    engine.score([f"{word} you on friday" for word in WORDS if word not in ("mañana", "escuela")])
    assert max(many for many, _ in sizes) == 8
    assert sum(many for many, _ in sizes) == len(WORDS) - 2


def test_an_uncertain_critical_score_is_the_exact_graphs(engine: OnnxEngine) -> None:
    """To the last bit, and in the middle of a batch; elsewhere the fast graph's own score stands."""
    exact = OnnxEngine(read_bundle(CLASSROOM))
    exact._fast = None
    texts = [" ".join(text.split()[:20]) for text in invented(300, seed=8)]  # one window each
    pairs = list(zip(engine.score(texts), exact.score(texts), strict=True))
    critical = [engine.labels[at] for at in engine._critical]
    assert set(critical) == {"threat", "self_harm", "sexualized_minor", "child_abuse"}
    unsure = 0
    for one, other in pairs:
        assert not isinstance(one, CouldNotAssess)
        assert not isinstance(other, CouldNotAssess)
        if any(0.3 < other[label] < 0.65 for label in critical):  # inside the band, whichever graph drew its edge
            unsure += 1
            assert one == other
    assert 10 < unsure < 290
    assert any(one != other for one, other in pairs)


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
    assert scores(engine, letter * 3 + threat + letter * 3)["threat"] > 0.38  # where the policy asks a person to look


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
    started = time.process_time()
    assert engine.score([text])[0] == CouldNotAssess(TOO_LONG)
    assert time.process_time() - started < 10


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


@pytest.mark.parametrize(
    ("key", "value"), [("window", 50), ("certain", [0.4, 0.6]), ("critical", []), ("labels", ["toxicity"])]
)
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
began = time.process_time()
from moderators.base import ModeratorSettings
from moderators.toxicity import Toxicity
detector = Toxicity(ModeratorSettings())
light = not {"onnxruntime", "tokenizers"} & set(sys.modules)
detector.canary()
took = time.process_time() - began
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
    assert float(took) < 5  # seconds of a processor; 0.5 where nothing else runs
