"""The network as an ONNX graph over the committed weights, written out operator by operator.

Two graphs share one file of weights. `exact` multiplies in fp32 with the dequantised weights: it computes what the
detoxify package computes from the rebuilt checkpoint. `fast` multiplies int8 by int8, with steps that are fixed for each channel, or found
for each token by itself: sums of integers are exact, so a score never depends on what stands beside its text. A graph reads texts of one
length: no padding, no mask. The last layer is computed for the first token alone, since nothing else of it is read.
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
_ONNXRUNTIME: Final = "com.microsoft"
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
    probes: dict[str, str] | None = None
    """Where given: for each multiplication the output that tells how large each channel of its input becomes."""
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

    def linear(self, name: str, values: str, columns: tuple[int, int] | None = None) -> str:
        """The layer `name`, or some of its columns: first, and behind the last."""
        quantised, scale, bias = (self.weight(f"{name}.{part}") for part in ("q", "scale", "bias"))
        height = len(self.tensors[quantised])
        if columns is not None:  # slices of weights: onnxruntime makes them once, when it loads
            quantised, scale, bias = (self.slice(part, columns) for part in (quantised, scale, bias))
        eased = self.one("Mul", values, self.weight(f"{name}.ease"))
        if self.probes is not None and name not in self.probes:
            rows = self.one("Reshape", self.one("Abs", values), self.constant(np.array([-1, height])))
            self.probes[name] = self.one("ReduceMax", rows, self.constant(np.array([0])), keepdims=0)
        if not self.fast:
            weight = self.one("DequantizeLinear", quantised, scale, axis=1)
            return self.one("Add", self.one("MatMul", eased, weight), bias)
        if name.endswith("ffn_out"):  # a few tokens are far out here: a step for each keeps the others fine
            peak = self.one("Max", self.peak(eased), self.constant(np.array(1e-9, dtype=np.float32)))
            product = self.integer(self.one("Div", eased, peak), quantised, scale, step=1 / 127)
            return self.one("Add", self.one("Mul", product, peak), bias)
        return self.integer(eased, quantised, scale, bias, step=1.0)

    def slice(self, name: str, columns: tuple[int, int]) -> str:
        start, end, axis = (self.constant(np.array([at])) for at in (*columns, -1))
        return self.one("Slice", name, start, end, axis)

    def peak(self, values: str) -> str:
        return self.one("ReduceMax", self.one("Abs", values), self.constant(np.array([-1])), keepdims=1)

    def integer(self, values: str, quantised: str, scale: str, bias: str = "", *, step: float) -> str:
        """int8 by int8, summed as integers, and back to fp32 in the same operator of onnxruntime."""
        unit = self.constant(np.array(step, dtype=np.float32))
        zero = self.constant(np.array(128, dtype=np.uint8))
        levels = self.one("QuantizeLinear", values, unit, zero)
        found = self.one("MatMulIntegerToFloat", levels, quantised, unit, scale, zero, "", *([bias] if bias else []))
        self.nodes[-1].domain = _ONNXRUNTIME
        return found

    def rows(self, table: str, at: str) -> str:
        found = self.one("Cast", self.one("Gather", self.weight(f"{table}.q"), at), to=TensorProto.FLOAT)
        scale = self.one("Gather", self.weight(f"{table}.scale"), at)
        return self.one("Mul", found, self.one("Unsqueeze", scale, self.constant(np.array([-1]))))

    def norm(self, name: str, values: str, epsilon: float) -> str:
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        return self.one("LayerNormalization", values, weight, bias, axis=-1, epsilon=epsilon)


def build(tensors: Tensors, shape: Shape, places: Mapping[str, tuple[int, int]], file: str, *, fast: bool) -> bytes:
    """The graph: token ids [b, n] of b texts of one length to calibrated scores [b, labels].

    `places` gives offset and length of each tensor in `file`, which lies beside the graph.
    """
    graph = _Graph(fast, tensors)
    pooled = graph.one("Tanh", graph.linear("pooler", _first(graph, shape)))
    # products and their sum, not a matrix: how a matrix is multiplied may depend on how many rows it has
    weight = graph.constant(np.ascontiguousarray(tensors["classifier.weight"].T)[None])
    product = graph.one("Mul", graph.one("Unsqueeze", pooled, graph.constant(np.array([1]))), weight)
    logits = graph.one("ReduceSum", product, graph.constant(np.array([-1])), keepdims=0)
    scores = graph.one("Sigmoid", graph.one("Add", logits, graph.weight("classifier.bias")))
    labels = tensors["classifier.bias"].shape[0]
    return _model(graph, {"scores": (scores, ["b", labels])}, places, file)


def build_probe(tensors: Tensors, shape: Shape, places: Mapping[str, tuple[int, int]], file: str) -> bytes:
    """The exact graph with other outputs: for each multiplication, by its name, the largest size of each channel of its input."""
    graph = _Graph(False, tensors, {})
    graph.linear("pooler", _first(graph, shape))
    found = {name: (output, [tensors[f"{name}.q"].shape[0]]) for name, output in (graph.probes or {}).items()}
    return _model(graph, found, places, file)


def _first(graph: _Graph, shape: Shape) -> str:
    """The last layer's vector of each text's first token, [b, hidden]."""
    hidden = _embeddings(graph, shape)
    for number in range(shape.layers):
        hidden = _layer(graph, shape, number, hidden, is_last=number == shape.layers - 1)
    return graph.one("Squeeze", hidden, graph.constant(np.array([1])))


def _embeddings(graph: _Graph, shape: Shape) -> str:
    count = graph.one("Gather", graph.one("Shape", "ids"), graph.constant(np.array(1)), axis=0)
    zero, one = graph.constant(np.array(0)), graph.constant(np.array(1))
    positions = graph.rows("position", graph.one("Range", zero, count, one))
    kind = graph.one("Gather", graph.weight("type"), zero, axis=0)
    total = graph.one("Add", graph.one("Add", graph.rows("word", "ids"), positions), kind)
    return graph.norm("embeddings_norm", total, shape.epsilon)


def _layer(graph: _Graph, shape: Shape, number: int, hidden: str, *, is_last: bool) -> str:
    """What a layer makes of [b, n, hidden]: as many vectors, of the last layer the first one alone, [b, 1, hidden]."""
    name, wide = f"{number}.qkv", shape.hidden
    if is_last:
        key, value = _parts(graph, shape, graph.linear(name, hidden, (wide, 3 * wide)), 2)
        hidden = graph.one("Gather", hidden, graph.constant(np.array([0])), axis=1)
        (query,) = _parts(graph, shape, graph.linear(name, hidden, (0, wide)), 1)
    else:
        query, key, value = _parts(graph, shape, graph.linear(name, hidden), 3)
    flat = _attention(graph, shape, query, key, value)
    attended = graph.one("Add", graph.linear(f"{number}.attention_out", flat), hidden)
    hidden = graph.norm(f"{number}.attention_norm", attended, shape.epsilon)
    inner = graph.linear(f"{number}.ffn_out", graph.one("Gelu", graph.linear(f"{number}.ffn_in", hidden)))
    return graph.norm(f"{number}.ffn_norm", graph.one("Add", inner, hidden), shape.epsilon)


def _parts(graph: _Graph, shape: Shape, joined: str, count: int) -> list[str]:
    """Query, key or value of each head, [b, heads, n, width], which stand side by side in `joined`."""
    split = graph.constant(np.array([0, 0, count, shape.heads, shape.hidden // shape.heads]))
    parts = graph.one("Transpose", graph.one("Reshape", joined, split), perm=[2, 0, 3, 1, 4])
    return [graph.one("Gather", parts, graph.constant(np.array(at)), axis=0) for at in range(count)]


def _attention(graph: _Graph, shape: Shape, query: str, key: str, value: str) -> str:
    """What each token of `query` takes from all tokens, its heads side by side."""
    unit = graph.constant(np.array((shape.hidden // shape.heads) ** -0.5, dtype=np.float32))
    likeness = graph.one("MatMul", graph.one("Mul", query, unit), graph.one("Transpose", key, perm=[0, 1, 3, 2]))
    mixed = graph.one("MatMul", graph.one("Softmax", likeness, axis=-1), value)
    return graph.one(
        "Reshape", graph.one("Transpose", mixed, perm=[0, 2, 1, 3]), graph.constant(np.array([0, 0, shape.hidden]))
    )


def _model(
    graph: _Graph,
    outputs: Mapping[str, tuple[str, Sequence[str | int]]],
    places: Mapping[str, tuple[int, int]],
    file: str,
) -> bytes:
    outside = [_outside(name, graph.tensors[name], places[name], file) for name in graph.used]
    named = [helper.make_node("Identity", [found], [name]) for name, (found, _) in outputs.items()]
    body = helper.make_graph(
        [*graph.nodes, *named],
        "classroom",
        [helper.make_tensor_value_info("ids", TensorProto.INT64, ["b", "n"])],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, (_, shape) in outputs.items()],
        [*graph.constants, *outside],
    )
    opsets = [helper.make_opsetid("", OPSET), helper.make_opsetid(_ONNXRUNTIME, 1)]
    model = helper.make_model(body, opset_imports=opsets, producer_name="hallmonitor")
    model.ir_version = 9  # what onnxruntime 1.20, our oldest, reads
    found: bytes = model.SerializeToString(deterministic=True)
    return found


def _outside(name: str, value: Array, place: tuple[int, int], file: str) -> onnx.TensorProto:
    kind = _TYPES["I8" if value.dtype == np.int8 else "F32"]
    tensor = onnx.TensorProto(name=name, data_type=kind, dims=value.shape, data_location=TensorProto.EXTERNAL)
    for key, said in (("location", file), ("offset", str(place[0])), ("length", str(place[1]))):
        tensor.external_data.add(key=key, value=said)
    return tensor
