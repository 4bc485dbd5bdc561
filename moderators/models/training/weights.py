"""The committed weights: int8 by output column, one file that both graphs and the rebuilt checkpoint read.

A weight is stored as `q * scale`: `NAME.q` is int8, `NAME.scale` fp32. Linear layers are stored [in, out] with one scale
a column, tables of embeddings with one scale a row. Query, key and value of a layer are one matrix, side by side.

What a linear layer reads is multiplied by `NAME.ease` first, channel by channel, and its weights are stored for that: the few
channels that are far larger than the rest would otherwise cost the others their precision in int8 (SmoothQuant, arXiv 2211.10438).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import torch

Array: TypeAlias = npt.NDArray[np.generic]
Tensors: TypeAlias = dict[str, Array]
State: TypeAlias = Mapping[str, torch.Tensor]
Peaks: TypeAlias = Mapping[str, npt.NDArray[np.float32]]

LINEAR = {
    "attention_out": "attention.output.dense",
    "ffn_in": "intermediate.dense",
    "ffn_out": "output.dense",
}
NORMS = {"attention_norm": "attention.output.LayerNorm", "ffn_norm": "output.LayerNorm"}


def quantise(weight: npt.NDArray[np.float32], axis: int) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.float32]]:
    """Symmetric int8 with one scale for each index of `axis`; a column of zeros gets scale 1."""
    peak = np.abs(weight).max(axis=1 - axis, keepdims=True)
    scale = np.where(peak > 0, peak / 127, 1.0).astype(np.float32)
    return np.clip(np.rint(weight / scale), -127, 127).astype(np.int8), scale.reshape(-1)


SHARE = 0.7
"""How much of a channel's size goes over to the weights: measured best of .5 to 1."""

_TINY = 1e-4


def ease_of(peaks: npt.NDArray[np.float32], weight: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The factor of each channel, given the largest size that it was seen with: eased values fill -127 to 127."""
    seen, rows = np.maximum(peaks, _TINY), np.maximum(np.abs(weight).max(axis=1), _TINY)
    size = seen**SHARE / rows ** (1 - SHARE)
    ease: npt.NDArray[np.float32] = (127 / (size * (seen / size).max())).astype(np.float32)
    return ease


def committed(state: State, layers: int, peaks: Peaks | None = None) -> Tensors:
    """All tensors of a fine-tuned `BertForSequenceClassification`, in the committed form.

    `peaks`: how large each channel of each linear layer's input becomes; without it nothing is eased.
    """
    found: Tensors = {}
    for table in ("word", "position"):
        weight = state[f"bert.embeddings.{table}_embeddings.weight"].float().numpy()
        found[f"{table}.q"], found[f"{table}.scale"] = quantise(weight, axis=0)
    found["type"] = state["bert.embeddings.token_type_embeddings.weight"].float().numpy()
    _add_norm(found, "embeddings_norm", state, "bert.embeddings.LayerNorm")
    for number in range(layers):
        source, name = f"bert.encoder.layer.{number}.", f"{number}."
        parts = [f"{source}attention.self.{part}" for part in ("query", "key", "value")]
        weights, biases = [state[p + ".weight"] for p in parts], [state[p + ".bias"] for p in parts]
        _add_linear(found, f"{name}qkv", weights, biases, peaks)
        for ours, theirs in LINEAR.items():
            linear = [[state[f"{source}{theirs}.{part}"]] for part in ("weight", "bias")]
            _add_linear(found, name + ours, linear[0], linear[1], peaks)
        for ours, theirs in NORMS.items():
            _add_norm(found, name + ours, state, source + theirs)
    _add_linear(found, "pooler", [state["bert.pooler.dense.weight"]], [state["bert.pooler.dense.bias"]], peaks)
    found["classifier.weight"] = np.ascontiguousarray(state["classifier.weight"].float().numpy().T)
    found["classifier.bias"] = state["classifier.bias"].float().numpy()
    return found


def _add_linear(
    found: Tensors, name: str, weights: list[torch.Tensor], biases: list[torch.Tensor], peaks: Peaks | None
) -> None:
    joined = np.ascontiguousarray(torch.cat(weights).float().numpy().T)
    ease = np.ones(len(joined), dtype=np.float32) if peaks is None else ease_of(peaks[name], joined)
    found[f"{name}.q"], found[f"{name}.scale"] = quantise((joined / ease[:, None]).astype(np.float32), axis=1)
    found[f"{name}.ease"] = ease
    found[f"{name}.bias"] = torch.cat(biases).float().numpy()


def _add_norm(found: Tensors, name: str, state: State, source: str) -> None:
    found[f"{name}.weight"] = state[f"{source}.weight"].float().numpy()
    found[f"{name}.bias"] = state[f"{source}.bias"].float().numpy()
