"""A linear head on the encoder as it is: what the training starts from, and what the learning curve is drawn with.

The encoder's vectors of two texts are alike to the second digit; a head that starts at random takes hours to find what differs. So the
pooler first sets each channel to mean 0 and spread 1, and the head is the best linear one on that (LP-FT, Kumar et al. 2022).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertForSequenceClassification

from moderators.models.training.data import Row
from moderators.models.training.encoder import encode, pad
from moderators.models.training.fit import masked_loss

_STEPS: Final = 150
_PULL: Final = 3e-5  # how strongly weights are drawn to zero
_TINY: Final = 1e-6


def start_head(model: BertForSequenceClassification, tokenizer: Tokenizer, rows: Sequence[Row], *, bf16: bool) -> None:
    """Set pooler and head of a fresh model to the best linear reading of its frozen encoder."""
    found = vectors(model, tokenizer, [row.text for row in rows], bf16=bf16)
    middle, spread = found.mean(0), found.std(0) + _TINY
    pooler = model.get_submodule("bert.pooler.dense")
    pooler.load_state_dict({"weight": torch.diag(1 / spread), "bias": -middle / spread})
    pooled = ((found - middle) / spread).tanh()
    head = best_head(pooled, labels_of(rows), torch.tensor([row.weight for row in rows]))
    model.get_submodule("classifier").load_state_dict(head.state_dict())


def labels_of(rows: Sequence[Row]) -> torch.Tensor:
    """The labels of the rows, [rows, labels]; NaN where one is unknown."""
    return torch.tensor([row.labels for row in rows])


@torch.no_grad()
def vectors(
    model: BertForSequenceClassification, tokenizer: Tokenizer, texts: Sequence[str], *, bf16: bool, size: int = 32
) -> torch.Tensor:
    """The encoder's vector of each text's first token, [texts, hidden], fp32."""
    model.train(mode=False)
    ids = encode(tokenizer, texts, model.config.max_position_embeddings)
    order = sorted(range(len(ids)), key=lambda i: len(ids[i]))
    parts = []
    for start in range(0, len(order), size):
        filled, mask = pad([ids[i] for i in order[start : start + size]])
        with torch.autocast("cpu", torch.bfloat16, enabled=bf16):
            found = model.bert(input_ids=filled, attention_mask=mask).last_hidden_state
        parts.append(found[:, 0].float())
    return torch.cat(parts)[torch.argsort(torch.tensor(order))]


def best_head(found: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor) -> nn.Linear:
    """The linear head of least masked loss on vectors of mean 0 and spread 1."""
    head = nn.Linear(found.shape[1], wanted.shape[1])
    search = torch.optim.LBFGS(head.parameters(), max_iter=_STEPS, line_search_fn="strong_wolfe")

    def cost() -> torch.Tensor:
        search.zero_grad()
        loss = masked_loss(head(found), wanted, weight) + _PULL * (head.weight**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        return loss

    search.step(cost)  # type: ignore[no-untyped-call]  # torch does not type it
    return head
