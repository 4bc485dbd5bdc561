"""The encoder's file and the cut of its vocabulary, on a small file written here in the same layout."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch

from moderators.models.training import e5
from moderators.models.training.vocabulary import SPECIAL, UNKNOWN, compact, cut_tokenizer, cut_vocabulary

pytestmark = pytest.mark.model

HIDDEN, WIDE = 32, 64
PIECES = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "\u2581",
    "\u2581the",
    "\u2581Kill",
    "\u2581kill",
    "ing",
    "a",
    "\u0436",
    "\u2581школа",
]


def packed(values: list[float]) -> bytes:
    """32 values between -8 and 7 times one scale, as the package writes them."""
    numbers = [int(value) + 8 for value in values]
    return struct.pack("<e", 0.5) + bytes(numbers[j] | numbers[j + 16] << 4 for j in range(16))


def write(path: Path) -> None:
    tensors: dict[str, tuple[int, bytes]] = {
        "emb.word": (1, b"".join(packed([float(at % 8)] * HIDDEN) for at in range(len(PIECES)))),
        "emb.pos": (0, np.zeros((4, HIDDEN), "<f4").tobytes()),
        "emb.type": (0, np.zeros((2, HIDDEN), "<f4").tobytes()),
        "emb.ln.w": (0, np.ones(HIDDEN, "<f4").tobytes()),
        "emb.ln.b": (0, np.zeros(HIDDEN, "<f4").tobytes()),
    }
    for part, rows, width in (
        ("q", HIDDEN, HIDDEN),
        ("k", HIDDEN, HIDDEN),
        ("v", HIDDEN, HIDDEN),
        ("ao", HIDDEN, HIDDEN),
    ):
        tensors[f"l0.{part}.w"] = (1, packed([float(n % 16 - 8) for n in range(32)]) * (rows * width // 32))
        tensors[f"l0.{part}.b"] = (0, np.full(rows, 0.25, "<f4").tobytes())
    tensors["l0.fi.w"] = (1, packed([1.0] * 32) * (WIDE * HIDDEN // 32))
    tensors["l0.fi.b"] = (0, np.zeros(WIDE, "<f4").tobytes())
    tensors["l0.fo.w"] = (1, packed([2.0] * 32) * (WIDE * HIDDEN // 32))
    tensors["l0.fo.b"] = (0, np.zeros(HIDDEN, "<f4").tobytes())
    for norm in ("aln", "oln"):
        tensors[f"l0.{norm}.w"] = (0, np.ones(HIDDEN, "<f4").tobytes())
        tensors[f"l0.{norm}.b"] = (0, np.zeros(HIDDEN, "<f4").tobytes())
    blob = [piece.encode() for piece in PIECES]
    ends = np.cumsum([0, *map(len, blob)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I7ifi", 1, HIDDEN, 1, 4, WIDE, len(PIECES), 4, 2, 1e-12, 32)
    head += struct.pack("<5i", len(PIECES), 0, 2, 1, 3) + struct.pack("<Q", ends[-1]) + ends.tobytes()
    head += np.arange(0, -len(PIECES), -1).astype("<f4").tobytes() + b"".join(blob) + struct.pack("<iI", 0, 0)
    entries = struct.pack("<i", len(tensors))
    length = len(head) + 4 + sum(2 + len(name) + 21 for name in tensors)
    body = b""
    for name, (kind, raw) in tensors.items():
        entries += struct.pack("<H", len(name)) + name.encode() + bytes([kind])
        entries += struct.pack("<IQQ", 0, length + len(body), len(raw))
        body += raw
    path.write_bytes(head + entries + body)


@pytest.fixture
def encoder(tmp_path: Path) -> e5.Encoder:
    write(tmp_path / "small.bin")
    return e5.read_encoder(tmp_path / "small.bin")


def test_the_file_is_unpacked_into_a_plain_bert(encoder: e5.Encoder) -> None:
    assert encoder.pieces == tuple(PIECES)
    assert (encoder.layers, encoder.heads) == (1, 4)
    assert encoder.epsilon == pytest.approx(1e-12)
    state = e5.state_of(encoder, np.array([5, 7]), 3)
    assert state["embeddings.word_embeddings.weight"].tolist() == [[2.5] * HIDDEN, [3.5] * HIDDEN]
    assert state["embeddings.position_embeddings.weight"].shape == (3, HIDDEN)
    query = state["encoder.layer.0.attention.self.query.weight"]
    assert query.shape == (HIDDEN, HIDDEN)
    assert query[0].tolist() == [(n % 16 - 8) * 0.5 for n in range(32)]
    assert state["encoder.layer.0.output.dense.weight"].shape == (HIDDEN, WIDE)
    assert torch.all(state["encoder.layer.0.attention.self.key.bias"] == 0.25)


def test_another_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "e5-small-q4.bin").write_bytes(b"something else")
    with pytest.raises(ValueError, match="delete the file"):
        e5.fetch_encoder(tmp_path)
    with pytest.raises(ValueError, match="no packed encoder"):
        e5.read_encoder(tmp_path / "e5-small-q4.bin")


def test_the_cut_keeps_what_lower_case_english_and_spanish_can_hold(encoder: e5.Encoder) -> None:
    kept = cut_vocabulary(encoder, ["the killing", "школа"])
    pieces = [encoder.pieces[at] for at in kept]
    assert pieces[:4] == ["<pad>", "<s>", "</s>", "<unk>"]
    assert {"\u2581the", "\u2581kill", "ing", "a"} <= set(pieces)
    assert not {"\u2581Kill", "\u0436", "\u2581школа"} & set(pieces)


def test_the_cut_tokenizer_reads_any_case_and_keeps_places(encoder: e5.Encoder) -> None:
    kept = cut_vocabulary(encoder, ["the killing"])
    tokenizer = type(cut_tokenizer(encoder, kept)).from_str(compact(cut_tokenizer(encoder, kept)))
    text = "The  KILLING школа"
    found = tokenizer.encode(text)
    assert found.tokens[:5] == [SPECIAL[1], "\u2581the", "\u2581kill", "ing", "\u2581"]
    assert [text[a:b].strip() for a, b in found.offsets[1:4]] == ["The", "KILL", "ING"]
    assert found.ids[-2] == UNKNOWN
    assert found.ids[-1] == 2
