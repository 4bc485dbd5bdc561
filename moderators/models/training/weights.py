"""The committed weights: int8 by output column, one file that both graphs and the rebuilt checkpoint read.

A weight is stored as `q * scale`: `NAME.q` is int8, `NAME.scale` fp32. Linear layers are stored [in, out] with one scale
a column, tables of embeddings with one scale a row. Query, key and value of a layer are one matrix, side by side.
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


def committed(state: State, layers: int) -> Tensors:
    """All tensors of a fine-tuned `BertForSequenceClassification`, in the committed form."""
    found: Tensors = {}
    for table in ("word", "position"):
        weight = state[f"bert.embeddings.{table}_embeddings.weight"].float().numpy()
        found[f"{table}.q"], found[f"{table}.scale"] = quantise(weight, axis=0)
    found["type"] = state["bert.embeddings.token_type_embeddings.weight"].float().numpy()
    _add_norm(found, "embeddings_norm", state, "bert.embeddings.LayerNorm")
    for number in range(layers):
        source, name = f"bert.encoder.layer.{number}.", f"{number}."
        parts = [f"{source}attention.self.{part}" for part in ("query", "key", "value")]
        _add_linear(found, f"{name}qkv", [state[p + ".weight"] for p in parts], [state[p + ".bias"] for p in parts])
        for ours, theirs in LINEAR.items():
            _add_linear(found, name + ours, [state[source + theirs + ".weight"]], [state[source + theirs + ".bias"]])
        for ours, theirs in NORMS.items():
            _add_norm(found, name + ours, state, source + theirs)
    _add_linear(found, "pooler", [state["bert.pooler.dense.weight"]], [state["bert.pooler.dense.bias"]])
    found["classifier.weight"] = np.ascontiguousarray(state["classifier.weight"].float().numpy().T)
    found["classifier.bias"] = state["classifier.bias"].float().numpy()
    return found


def _add_linear(found: Tensors, name: str, weights: list[torch.Tensor], biases: list[torch.Tensor]) -> None:
    joined = np.ascontiguousarray(torch.cat(weights).float().numpy().T)
    found[f"{name}.q"], found[f"{name}.scale"] = quantise(joined, axis=1)
    found[f"{name}.bias"] = torch.cat(biases).float().numpy()


def _add_norm(found: Tensors, name: str, state: State, source: str) -> None:
    found[f"{name}.weight"] = state[f"{source}.weight"].float().numpy()
    found[f"{name}.bias"] = state[f"{source}.bias"].float().numpy()
