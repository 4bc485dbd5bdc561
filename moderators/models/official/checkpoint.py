"""An official checkpoint, read without running anything that may be in it, and made ready for a computer without network."""

from __future__ import annotations

import hashlib
import json
import pickle
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import httpx
import torch
import transformers
from detoxify import detoxify

from moderators.bundle import TOKENIZER
from moderators.models.official.names import OFFICIAL, BadCheckpoint, NotReached
from moderators.models.training.weights import State

CONFIGURATION: Final = "config.json"
_NETWORKS: Final = frozenset(
    {
        "BertForSequenceClassification",
        "RobertaForSequenceClassification",
        "XLMRobertaForSequenceClassification",
    }
)
_SPECIAL: Final = ("unk_token", "sep_token", "pad_token", "cls_token", "mask_token")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What a checkpoint in Detoxify's format holds: the network's kind, its encoder's name, its classes, its weights."""

    network: str
    encoder: str
    outputs: int
    classes: tuple[str, ...]
    state: State
    sha256: str


def address_of(name: str) -> str:
    """Where the detoxify package itself fetches this model from."""
    return str(detoxify.MODEL_URLS[name])


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint. Only tensors and plain values are taken: a file that would run code is refused.

    Raises:
        BadCheckpoint: it is damaged, holds something else, or is no checkpoint of Detoxify's.
    """
    if not path.is_file():
        raise BadCheckpoint(f"{path}: no such file")
    _check_whole(path)
    try:
        loaded = torch.load(path, map_location="cpu", weights_only=True)
        said, data = loaded["config"]["arch"]["args"], loaded["config"]["dataset"]["args"]
        found = Checkpoint(
            network=str(said["model_name"]),
            encoder=str(said["model_type"]),
            outputs=int(said["num_classes"]),
            classes=tuple(map(str, data["classes"])),
            state=dict(loaded["state_dict"]),
            sha256=_sha256(path),
        )
    except (pickle.UnpicklingError, RuntimeError, EOFError, LookupError, TypeError, ValueError) as problem:
        raise BadCheckpoint(f"{path}: is no checkpoint of Detoxify's ({type(problem).__name__})") from problem
    if found.network not in _NETWORKS:
        raise BadCheckpoint(f"{path}: holds a {found.network}, which cannot be compiled; choose {', '.join(OFFICIAL)}")
    return found


def write_offline(checkpoint: Checkpoint, encoder: str, folder: Path) -> None:
    """Write configuration and tokenizer of the encoder: with them the checkpoint loads without network.

    `encoder` is a folder, or a name of the model hub.

    Raises:
        NotReached: the encoder's files cannot be had; the message says which.
    """
    folder.mkdir(parents=True, exist_ok=True)
    network = getattr(transformers, checkpoint.network)
    try:
        config = network.config_class.from_pretrained(encoder, num_labels=checkpoint.outputs)
        tokenizer = transformers.AutoTokenizer.from_pretrained(encoder, use_fast=True)
        backend = tokenizer.backend_tokenizer
    except (OSError, ValueError, LookupError, AttributeError, ImportError, httpx.HTTPError) as problem:
        raise NotReached(
            f"configuration and tokenizer of {encoder} cannot be had ({type(problem).__name__}): config.json and tokenizer.json"
        ) from problem
    config.save_pretrained(folder)
    backend.no_padding()
    backend.no_truncation()
    backend.save(str(folder / TOKENIZER))
    special = {name: str(getattr(tokenizer, name)) for name in _SPECIAL if getattr(tokenizer, name)}
    longest = config.max_position_embeddings - (0 if config.model_type == "bert" else config.pad_token_id + 1)
    said = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": longest, **special}
    (folder / "tokenizer_config.json").write_text(json.dumps(said, indent=1), encoding="utf-8")


def write_checkpoint(checkpoint: Checkpoint, path: Path, folder: Path) -> None:
    """Write the checkpoint to `path` as one whose encoder lies in `folder`: the package then asks no hub for it."""
    arguments = {
        "model_type": str(folder),
        "model_name": checkpoint.network,
        "tokenizer_name": "PreTrainedTokenizerFast",
        "num_classes": checkpoint.outputs,
    }
    config: Mapping[str, Any] = {
        "arch": {"type": checkpoint.network, "args": arguments},
        "dataset": {"type": "official", "args": {"classes": list(checkpoint.classes)}},
    }
    torch.save({"config": config, "state_dict": checkpoint.state}, path)


def _check_whole(path: Path) -> None:
    """Each part of the file has a checksum: a download that was damaged shows here. Files before torch 1.6 have none."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        if parts.testzip() is not None:
            raise BadCheckpoint(f"{path}: is damaged; fetch or copy it again")


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
