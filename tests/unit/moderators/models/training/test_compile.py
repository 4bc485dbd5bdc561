from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from moderators.base import CouldNotAssess
from moderators.bundle import EXACT, FAST, WEIGHTS, Bundle, read_bundle, read_weights
from moderators.detoxify_checkpoint import state_of
from moderators.models.training.compile import Calibration, compile_bundle, fold
from moderators.models.training.data import LABELS
from moderators.models.training.encoder import encode, logits
from moderators.models.training.weights import ease_of, quantise
from moderators.onnx_engine import OnnxEngine
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

TEXTS = ["i will hurt you", "see the bus friday", "hello", "please bring lunch class today kill " * 12]


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    tiny.tokenizer(tmp_path)
    out = tmp_path / "out"
    model = tiny.network()
    compile_bundle(model.state_dict(), tiny.config(), tmp_path / "tokenizer.json", out, LABELS, {"sources": {}}, TEXTS)
    return read_bundle(out)


def expected(bundle: Bundle, texts: list[str], folder: Path) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    model = tiny.network()
    model.load_state_dict(state_of(bundle))
    return torch.sigmoid(logits(model, encode(tiny.tokenizer(folder), texts, 128))).numpy()


def test_the_exact_graph_computes_what_the_rebuilt_network_does(bundle: Bundle, tmp_path: Path) -> None:
    engine = OnnxEngine(bundle)
    engine._fast = None
    for text, wanted in zip(TEXTS, expected(bundle, TEXTS, tmp_path), strict=True):
        found = engine.score([text])[0]
        assert not isinstance(found, CouldNotAssess)
        assert list(found.values()) == pytest.approx(wanted.tolist(), abs=1e-5)


def test_the_fast_graph_is_near_and_decides_only_where_it_is_sure(bundle: Bundle, tmp_path: Path) -> None:
    engine = OnnxEngine(bundle)
    engine._band = engine._close_band = (2.0, -1.0)  # no score is uncertain
    for text, wanted in zip(TEXTS, expected(bundle, TEXTS, tmp_path), strict=True):
        found = engine.score([text])[0]
        assert not isinstance(found, CouldNotAssess)
        assert list(found.values()) == pytest.approx(wanted.tolist(), abs=0.1)
        assert list(found.values()) != pytest.approx(wanted.tolist(), abs=1e-7)


def test_quantised_weights_are_near_the_network(bundle: Bundle) -> None:
    """Eased channel by channel: the steps of a weight are those of its own channel, and what is multiplied is nearly the same."""
    rebuilt, original = state_of(bundle), tiny.network().state_dict()
    assert set(rebuilt) >= {name for name in original if "position_ids" not in name}
    for name, value in rebuilt.items():
        assert (value - original[name]).abs().max() <= original[name].abs().max() * 0.12, name


def test_eased_channels_fill_the_steps_of_int8_and_none_goes_beyond() -> None:
    rng = np.random.default_rng(1)
    weight = rng.normal(size=(8, 5)).astype(np.float32)
    weight[3] = 0
    peaks = np.array([0.5, 90.0, 1.0, 2.0, 0.0, 0.7, 3.0, 1.1], dtype=np.float32)
    eased = peaks * ease_of(peaks, weight)
    assert eased.max() == pytest.approx(127, rel=1e-4)
    assert eased[1] / eased[0] < 90 / 0.5
    assert np.isfinite(ease_of(np.zeros(8, dtype=np.float32), weight)).all()


def test_both_graphs_hold_no_weights_of_their_own(bundle: Bundle) -> None:
    weights = (bundle.folder / WEIGHTS).stat().st_size
    assert all((bundle.folder / name).stat().st_size < weights for name in (FAST, EXACT))
    assert {value.dtype.str for value in read_weights(bundle.folder / WEIGHTS).values()} == {"<f4", "|i1"}


def test_compiling_twice_gives_the_same_version(bundle: Bundle, tmp_path: Path) -> None:
    state = tiny.network().state_dict()
    again = compile_bundle(state, tiny.config(), tmp_path / "tokenizer.json", tmp_path / "again", LABELS, {}, TEXTS)
    other = compile_bundle(
        tiny.network(1).state_dict(), tiny.config(), tmp_path / "tokenizer.json", tmp_path / "other", LABELS, {}, TEXTS
    )
    assert again == bundle.version != other


def test_folded_calibration_gives_calibrated_scores_by_sigmoid_alone(tmp_path: Path) -> None:
    model, ids = tiny.network(), encode(tiny.tokenizer(tmp_path), TEXTS, 32)
    before = logits(model, ids)
    model.load_state_dict(fold(model.state_dict(), [Calibration(2.0, -1.0)] * len(LABELS)))
    assert torch.allclose(logits(model, ids), before * 2 - 1, atol=1e-4)


def test_a_column_of_zeros_stays_zero() -> None:
    weight = np.array([[0.0, 1.0], [0.0, -2.0]], dtype=np.float32)
    quantised, scale = quantise(weight, axis=1)
    assert (quantised * scale).tolist() == pytest.approx(weight, abs=0.01)
    assert quantised[:, 0].tolist() == [0, 0]
