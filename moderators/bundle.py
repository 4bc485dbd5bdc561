"""A compiled toxicity model on disk: what it says about itself, and its weights.

A bundle is a folder with `model.json`, `weights.safetensors`, `fast.onnx`, `exact.onnx` and `tokenizer.json`
(`moderators/models/training/compile.py` writes it). Its version is the hash of the files that make a score.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from moderators.base import BrokenModerator
from moderators.model_text import FORM

CLASSROOM: Final = Path(__file__).parent / "models" / "classroom"
"""The bundled model."""

FAST: Final = "fast.onnx"
EXACT: Final = "exact.onnx"
TOKENIZER: Final = "tokenizer.json"
WEIGHTS: Final = "weights.safetensors"
DESCRIPTION: Final = "model.json"
SCORING: Final = (EXACT, FAST, TOKENIZER, WEIGHTS)
"""The files that make a score: they are hashed into the version."""

_SETTINGS: Final = ("labels", "window", "overlap", "certain", "critical", "text_form")
"""What makes a score besides the files."""

_MEND: Final = "reinstall Hallmonitor; if it was fetched, fetch it again (`hallmonitor models get`)"
_MAKE: Final = "make it anew (`make train`); if it was fetched, fetch it again (`hallmonitor models get`)"

_DTYPES: Final[dict[str, str]] = {"F32": "<f4", "I8": "i1"}


class BadBundle(BrokenModerator):
    """The folder is no usable model. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """What `model.json` says. `window` and `overlap` are tokens; `encoder` holds the sizes of the network.

    `certain` is the band of scores in which the fast graph may not decide about a `critical` label: such a text is scored exactly.
    """

    folder: Path
    version: str
    labels: tuple[str, ...]
    window: int
    overlap: int
    certain: tuple[float, float]
    critical: frozenset[str]
    encoder: Mapping[str, float]


def read_bundle(folder: Path) -> Bundle:
    """Read and verify a bundle.

    Raises:
        BadBundle: a file is missing, changed since it was compiled, or made for another form of text.
    """
    try:
        said = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
        bundle = Bundle(
            folder=folder,
            version=said["version"],
            labels=tuple(said["labels"]),
            window=said["window"],
            overlap=said["overlap"],
            certain=(said["certain"][0], said["certain"][1]),
            critical=frozenset(said["critical"]),
            encoder=said["encoder"],
        )
        found = content_hash(folder, said)
    except (OSError, ValueError, KeyError, IndexError, TypeError) as problem:
        raise BadBundle(f"no usable model in {folder} ({type(problem).__name__}); {_MEND}") from problem
    if said["content"] != found:
        raise BadBundle(f"the model in {folder} was changed after it was compiled; {_MEND}")
    if said["text_form"] != FORM:
        raise BadBundle(f"the model in {folder} is for text form {said['text_form']}, not {FORM}; {_MAKE}")
    return bundle


def content_hash(folder: Path, said: Mapping[str, object]) -> str:
    """SHA-256 (hex) over the scoring files and the settings in `model.json` that make a score."""
    digest = hashlib.sha256(json.dumps([said[name] for name in _SETTINGS]).encode("utf-8"))
    for name in SCORING:
        digest.update(name.encode("ascii"))
        with (folder / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()


def read_weights(path: Path) -> dict[str, npt.NDArray[np.generic]]:
    """The tensors of a safetensors file with fp32 and int8 in it; read-only views on a memory map.

    Raises:
        KeyError: a tensor has another type.
    """
    raw = np.memmap(path, dtype=np.uint8, mode="r")
    length = int(raw[:8].view("<u8")[0])
    header = json.loads(raw[8 : 8 + length].tobytes())
    body = raw[8 + length :]
    return {
        name: body[slice(*entry["data_offsets"])].view(_DTYPES[entry["dtype"]]).reshape(entry["shape"])
        for name, entry in header.items()
        if name != "__metadata__"
    }
