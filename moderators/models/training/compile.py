"""Turns a fine-tuned network into the committed bundle: weights, two graphs, tokenizer, description."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime
from safetensors.numpy import save
from tokenizers import Tokenizer
from transformers import BertConfig

from moderators.bundle import DESCRIPTION, EXACT, FAST, TOKENIZER, WEIGHTS, content_hash
from moderators.model_text import FORM
from moderators.models.training.graph import Shape, build, build_probe
from moderators.models.training.weights import Peaks, State, Tensors, committed

WINDOW: Final = (
    94  # tokens of text; longer windows dilute a threat among harmless words, shorter ones flag more of them
)
OVERLAP: Final = 24
CERTAIN: Final = (0.22, 0.72)
"""Where the fast graph may not decide about a critical label: from its lowest threshold in the policy to its highest, and as far
beyond either as the fast graph was ever seen from fp32 there (.06 in 4,000 classroom texts, .035 in 999 of 1,000 scores)."""

NOWHERE_CERTAIN: Final = (-2.0, 3.0)
"""No score lies outside, nor what a close window's score counts: every one is uncertain."""

CRITICAL: Final = frozenset({"threat", "self_harm", "sexualized_minor", "child_abuse"})
"""The labels of the policy's critical rules: where one of them is uncertain, the text is scored in fp32."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """One label's scale and shift of the logit: score = sigmoid(slope * logit + shift), slope above 0."""

    slope: float
    shift: float


def fold(state: State, calibrations: Sequence[Calibration]) -> State:
    """The same network with calibration inside its last layer: sigmoid alone gives calibrated scores."""
    slope = state["classifier.bias"].new_tensor([c.slope for c in calibrations])
    shift = state["classifier.bias"].new_tensor([c.shift for c in calibrations])
    return {
        **state,
        "classifier.weight": state["classifier.weight"] * slope[:, None],
        "classifier.bias": state["classifier.bias"] * slope + shift,
    }


def compile_bundle(
    state: State,
    config: BertConfig,
    tokenizer: Path,
    out: Path,
    labels: Sequence[str],
    notes: Mapping[str, object],
    texts: Sequence[str],
    *,
    name: str = "classroom",
    exact_only: bool = False,
) -> str:
    """Write the bundle to `out` and answer its version. `state` has its calibration folded in already.

    `texts` show how large the network's values become: some hundred ordinary ones, in the form of `model_text`. With `exact_only`
    every text is scored in fp32: slower, for a network that int8 does not suit.
    """
    out.mkdir(parents=True, exist_ok=True)
    shape = Shape(config.num_hidden_layers, config.num_attention_heads, config.hidden_size, config.layer_norm_eps)
    (out / TOKENIZER).write_text(plain_tokenizer(tokenizer), encoding="utf-8")
    peaks = _peaks(committed(state, config.num_hidden_layers), shape, out, texts)
    tensors = committed(state, config.num_hidden_layers, peaks)
    places = write_weights(tensors, out / WEIGHTS)
    for file, fast in ((FAST, True), (EXACT, False)):
        (out / file).write_bytes(build(tensors, shape, places, WEIGHTS, fast=fast))
    settings: dict[str, object] = {
        "labels": list(labels),
        "text_form": FORM,
        "window": WINDOW,
        "overlap": OVERLAP,
        "certain": list(NOWHERE_CERTAIN if exact_only else CERTAIN),
        "critical": sorted(labels if exact_only else CRITICAL.intersection(labels)),
    }
    content = content_hash(out, settings)
    description = {
        "name": name,
        "version": f"{name}-{content[:12]}",
        "content": content,
        **settings,
        "encoder": {
            "layers": shape.layers,
            "heads": shape.heads,
            "hidden": shape.hidden,
            "intermediate": config.intermediate_size,
            "positions": config.max_position_embeddings,
            "vocabulary": config.vocab_size,
            "epsilon": shape.epsilon,
        },
        **notes,
    }
    (out / DESCRIPTION).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")
    return f"{name}-{content[:12]}"


def _peaks(tensors: Tensors, shape: Shape, folder: Path, texts: Sequence[str]) -> Peaks:
    """The largest size that each channel before each multiplication takes on the texts."""
    places = write_weights(tensors, folder / WEIGHTS)
    probe = folder / "probe.onnx"
    probe.write_bytes(build_probe(tensors, shape, places, WEIGHTS))
    session = onnxruntime.InferenceSession(str(probe), providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    reader = Tokenizer.from_file(str(folder / TOKENIZER))
    found: dict[str, npt.NDArray[np.float32]] = {}
    for tokens in reader.encode_batch(list(texts)):
        ids = np.array([tokens.ids[: WINDOW + 2]], dtype=np.int64)
        for name, peak in zip(names, session.run(names, {"ids": ids}), strict=True):
            found[name] = np.maximum(found.get(name, peak), peak)
    probe.unlink()
    return found


def write_weights(tensors: Tensors, path: Path) -> dict[str, tuple[int, int]]:
    """Write a safetensors file; answers offset and length of each tensor in it, counted from the file's start."""
    path.write_bytes(save({name: np.ascontiguousarray(value) for name, value in tensors.items()}))
    with path.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        header = json.loads(file.read(length))
    spans = {name: entry["data_offsets"] for name, entry in header.items() if name != "__metadata__"}
    return {name: (8 + length + start, end - start) for name, (start, end) in spans.items()}


def plain_tokenizer(path: Path) -> str:
    """The tokenizer's file without the padding and the cut at 128 tokens that it comes with (long tails unread)."""
    said = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps({**said, "padding": None, "truncation": None}, ensure_ascii=False, separators=(",", ":"))
