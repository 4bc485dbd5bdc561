"""Turns a fine-tuned network into the committed bundle: weights, two graphs, tokenizer, description."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from safetensors.numpy import save
from transformers import BertConfig

from moderators.bundle import DESCRIPTION, EXACT, FAST, TOKENIZER, WEIGHTS, content_hash
from moderators.model_text import FORM
from moderators.models.training.graph import Shape, build
from moderators.models.training.weights import State, Tensors, committed

WINDOW: Final = (
    94  # tokens of text; longer windows dilute a threat among harmless words, shorter ones flag more of them
)
OVERLAP: Final = 24
CERTAIN: Final = (0.08, 0.92)
"""Where the fast graph may not decide. Measured on 840 comments: outside it no score moved by more than .1, and none across .2,
.3 or .5; one plain comment in ten was scored twice."""


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
    state: State, config: BertConfig, tokenizer: Path, out: Path, labels: Sequence[str], notes: Mapping[str, object]
) -> str:
    """Write the bundle to `out` and answer its version. `state` has its calibration folded in already."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = committed(state, config.num_hidden_layers)
    places = write_weights(tensors, out / WEIGHTS)
    shape = Shape(config.num_hidden_layers, config.num_attention_heads, config.hidden_size, config.layer_norm_eps)
    for name, fast in ((FAST, True), (EXACT, False)):
        (out / name).write_bytes(build(tensors, shape, places, WEIGHTS, fast=fast))
    (out / TOKENIZER).write_text(plain_tokenizer(tokenizer), encoding="utf-8")
    settings: dict[str, object] = {
        "labels": list(labels),
        "text_form": FORM,
        "window": WINDOW,
        "overlap": OVERLAP,
        "certain": list(CERTAIN),
    }
    content = content_hash(out, settings)
    description = {
        "name": "classroom",
        "version": f"classroom-{content[:12]}",
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
    return f"classroom-{content[:12]}"


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
