"""The network as an ONNX graph over the committed weights, written out operator by operator.

Two graphs share one file of weights. `exact` multiplies in fp32 with the dequantised weights: it computes what the
detoxify package computes from the rebuilt checkpoint. `fast` multiplies int8 by int8 (dynamic quantisation). A graph reads
one text: no batch, so no padding, no mask, and no score that depends on a neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import onnx
from onnx import TensorProto, helper

from moderators.models.training.weights import Array, Tensors

OPSET: Final = 20
_TYPES: Final = {"F32": TensorProto.FLOAT, "I8": TensorProto.INT8}


@dataclass(frozen=True, slots=True)
class Shape:
    """The sizes of the encoder that the tensors themselves do not tell."""

    layers: int
    heads: int
    hidden: int
    epsilon: float


@dataclass(slots=True)
class _Graph:
    """Nodes and initializers in the making. `fast` says which form a multiplication gets."""

    fast: bool
    tensors: Tensors
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    used: dict[str, None] = field(default_factory=dict)
    constants: list[onnx.TensorProto] = field(default_factory=list)

    def add(self, operator: str, *inputs: str, outputs: int = 1) -> list[str]:
        names = [f"{operator}_{len(self.nodes)}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names))
        return names

    def one(self, operator: str, *inputs: str, **attributes: float | Sequence[int]) -> str:
        found = self.add(operator, *inputs)[0]
        said = [helper.make_attribute(name, value) for name, value in attributes.items()]
        self.nodes[-1].attribute.extend(said)
        return found

    def weight(self, name: str) -> str:
        self.used[name] = None
        return name

    def constant(self, value: Array) -> str:
        name = f"constant_{len(self.constants)}"
        self.constants.append(onnx.numpy_helper.from_array(value, name))
        return name

    def linear(self, name: str, values: str) -> str:
        quantised, scale, bias = (self.weight(f"{name}.{part}") for part in ("q", "scale", "bias"))
        if not self.fast:
            weight = self.one("DequantizeLinear", quantised, scale, axis=1)
            return self.one("Add", self.one("MatMul", values, weight), bias)
        level, step, zero = self.add("DynamicQuantizeLinear", values, outputs=3)
        product = self.one("Cast", self.one("MatMulInteger", level, quantised, zero), to=TensorProto.FLOAT)
        return self.one("Add", self.one("Mul", product, self.one("Mul", step, scale)), bias)

    def rows(self, table: str, at: str) -> str:
        found = self.one("Cast", self.one("Gather", self.weight(f"{table}.q"), at), to=TensorProto.FLOAT)
        scale = self.one("Gather", self.weight(f"{table}.scale"), at)
        return self.one("Mul", found, self.one("Unsqueeze", scale, self.constant(np.array([1]))))

    def norm(self, name: str, values: str, epsilon: float) -> str:
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.one("LayerNormalization", values, weight, bias, axis=-1, epsilon=epsilon)


def build(tensors: Tensors, shape: Shape, places: Mapping[str, tuple[int, int]], file: str, *, fast: bool) -> bytes:
    """The graph: token ids [n] of one text to calibrated scores, one a label.

    `places` gives offset and length of each tensor in `file`, which lies beside the graph.
    """
    graph = _Graph(fast, tensors)
    hidden = _embeddings(graph, shape)
    for number in range(shape.layers):
        hidden = _layer(graph, shape, number, hidden)
    first = graph.one("Gather", hidden, graph.constant(np.array([0])), axis=0)
    pooled = graph.one("Tanh", graph.linear("pooler", first))
    logits = graph.one("Gemm", pooled, graph.weight("classifier.weight"), graph.weight("classifier.bias"))
    scores = graph.one("Sigmoid", graph.one("Squeeze", logits, graph.constant(np.array([0]))))
    return _model(graph, scores, places, file)


def _embeddings(graph: _Graph, shape: Shape) -> str:
    count = graph.one("Squeeze", graph.one("Shape", "ids"), graph.constant(np.array([0])))
    zero, one = graph.constant(np.array(0)), graph.constant(np.array(1))
    positions = graph.rows("position", graph.one("Range", zero, count, one))
    kind = graph.one("Gather", graph.weight("type"), zero, axis=0)
    total = graph.one("Add", graph.one("Add", graph.rows("word", "ids"), positions), kind)
    return graph.norm("embeddings_norm", total, shape.epsilon)


def _layer(graph: _Graph, shape: Shape, number: int, hidden: str) -> str:
    width = shape.hidden // shape.heads
    split = graph.constant(np.array([-1, 3, shape.heads, width]))
    joined = graph.one("Reshape", graph.linear(f"{number}.qkv", hidden), split)
    parts = graph.one("Transpose", joined, perm=[1, 2, 0, 3])  # [3, heads, n, width]
    query, key, value = (graph.one("Gather", parts, graph.constant(np.array(i)), axis=0) for i in range(3))
    scaled = graph.one("Mul", query, graph.constant(np.array(width**-0.5, dtype=np.float32)))
    weights = graph.one("Softmax", graph.one("MatMul", scaled, graph.one("Transpose", key, perm=[0, 2, 1])), axis=-1)
    mixed = graph.one("Transpose", graph.one("MatMul", weights, value), perm=[1, 0, 2])
    flat = graph.one("Reshape", mixed, graph.constant(np.array([-1, shape.hidden])))
    attended = graph.one("Add", graph.linear(f"{number}.attention_out", flat), hidden)
    hidden = graph.norm(f"{number}.attention_norm", attended, shape.epsilon)
    wide = graph.one("Gelu", graph.linear(f"{number}.ffn_in", hidden))
    return graph.norm(
        f"{number}.ffn_norm", graph.one("Add", graph.linear(f"{number}.ffn_out", wide), hidden), shape.epsilon
    )


def _model(graph: _Graph, scores: str, places: Mapping[str, tuple[int, int]], file: str) -> bytes:
    labels = graph.tensors["classifier.bias"].shape[0]
    outside = [_outside(name, graph.tensors[name], places[name], file) for name in graph.used]
    body = helper.make_graph(
        [*graph.nodes, helper.make_node("Identity", [scores], ["scores"])],
        "classroom",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["n"])],
        [helper.make_tensor_value_info("scores", TensorProto.FLOAT, [labels])],
        [*graph.constants, *outside],
    )
    model = helper.make_model(body, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="hallmonitor")
    model.ir_version = 9  # what onnxruntime 1.20, our oldest, reads
    found: bytes = model.SerializeToString(deterministic=True)
    return found


def _outside(name: str, value: Array, place: tuple[int, int], file: str) -> onnx.TensorProto:
    kind = _TYPES["I8" if value.dtype == np.int8 else "F32"]
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=value.shape, data_location=TensorProto.EXTERNAL)
    for key, said in (("location", file), ("offset", str(place[0])), ("length", str(place[1]))):
        tensor.external_data.add(key=key, value=said)
    return tensor
