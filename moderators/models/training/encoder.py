"""The encoder as the training needs it: a plain BERT with an English and Spanish vocabulary, and how it is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from moderators.models.training.e5 import fetch_encoder, read_encoder, state_of
from moderators.models.training.vocabulary import compact, cut_tokenizer, cut_vocabulary

POSITIONS: Final = 128
"""Tokens that the model can read at once; a window of the engine is shorter."""

_TOKENIZER: Final = "tokenizer.json"
_STATE: Final = "state.pt"


@dataclass(frozen=True, slots=True)
class Base:
    """The cut encoder: its sizes, weights (of a `BertModel`), and the tokenizer's file."""

    config: BertConfig
    state: dict[str, torch.Tensor]
    tokenizer: Path


def make_base(cache: Path, texts: Iterable[str]) -> Base:
    """Unpack the encoder and cut its vocabulary for `texts`; kept in `cache` for the next time.

    Raises:
        subprocess.CalledProcessError: the encoder could not be fetched.
        ValueError: it is not the one that this code was written for.
    """
    texts = sorted(texts)
    digest = hashlib.sha256("\n".join(texts).encode("utf-8", "replace")).hexdigest()[:10]
    folder = cache / f"e5-cut-{digest}"
    if not (folder / _STATE).is_file():
        encoder = read_encoder(fetch_encoder(cache))
        kept = cut_vocabulary(encoder, texts)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / _TOKENIZER).write_text(compact(cut_tokenizer(encoder, kept)), encoding="utf-8")
        BertConfig(
            vocab_size=len(kept),
            hidden_size=encoder.hidden,
            num_hidden_layers=encoder.layers,
            num_attention_heads=encoder.heads,
            intermediate_size=encoder.intermediate,
            max_position_embeddings=POSITIONS,
            layer_norm_eps=encoder.epsilon,
        ).save_pretrained(folder)
        torch.save(state_of(encoder, kept, POSITIONS), folder / _STATE)
    config = BertConfig.from_pretrained(folder)
    return Base(config, torch.load(folder / _STATE, weights_only=True), folder / _TOKENIZER)


def new_model(base: Base, labels: int) -> BertForSequenceClassification:
    """The whole encoder with a fresh head. The embeddings are frozen: too few rows to move 25,000 word pieces."""
    names = {str(number): f"label {number}" for number in range(labels)}
    config = BertConfig.from_dict({**base.config.to_dict(), "id2label": names})
    config.problem_type = "multi_label_classification"
    config.attention_probs_dropout_prob = 0.0
    model = network(config)
    model.bert.load_state_dict(base.state, strict=False)
    return frozen(model)


def halved(teacher: BertForSequenceClassification, layers: int) -> BertForSequenceClassification:
    """A model of `layers` layers that begins as every second (third, ...) layer of `teacher`."""
    config = BertConfig.from_dict({**teacher.config.to_dict(), "num_hidden_layers": layers})
    config.hidden_dropout_prob = 0.0  # the teacher's own scores keep it from learning by heart
    small = network(config)
    step = teacher.config.num_hidden_layers // layers
    state = teacher.state_dict()
    names = {
        name: name.replace(f"layer.{number}.", f"layer.{(number + 1) * step - 1}.", 1)
        for number in range(layers)
        for name in small.state_dict()
        if f".layer.{number}." in name
    }
    small.load_state_dict({name: state[names.get(name, name)] for name in small.state_dict()})
    return frozen(small)


def network(config: BertConfig) -> BertForSequenceClassification:
    """Plain attention: the fused one of torch is half as fast on a CPU in training (measured: 40 to 88 rows/s)."""
    config._attn_implementation = "eager"
    return BertForSequenceClassification(config)


def frozen(model: BertForSequenceClassification) -> BertForSequenceClassification:
    """The model, its embeddings out of the optimizer's reach."""
    model.get_submodule("bert.embeddings").requires_grad_(False)
    return model


def load_tokenizer(path: Path) -> Tokenizer:
    """The tokenizer as it is: no padding and no cut of its own."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def encode(tokenizer: Tokenizer, texts: Sequence[str], longest: int) -> list[list[int]]:
    """Token ids, each text cut to `longest` with its last token ([SEP]) kept."""
    found = [e.ids for e in tokenizer.encode_batch_fast(list(texts))]
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
def logits(model: nn.Module, ids: Sequence[Sequence[int]], size: int = 32, *, bf16: bool = False) -> torch.Tensor:
    """The model's logits, in the order of `ids`; batches sorted by length."""
    model.eval()
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    parts = []
    for start in range(0, len(order), size):
        filled, mask = pad([ids[i] for i in order[start : start + size]])
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            parts.append(model(input_ids=filled, attention_mask=mask).logits.float())
    found = torch.cat(parts)
    return found[torch.argsort(torch.tensor(order))]
