from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification

from moderators.models.training.data import LABELS, Row
from moderators.models.training.encoder import encode, logits
from moderators.models.training.probe import best_head, start_head
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model


def test_the_head_of_least_loss_parts_what_can_be_parted_and_leaves_the_unknown() -> None:
    found = torch.tensor([[1.0], [0.9], [-1.0], [-1.1]])
    wanted = torch.tensor([[1.0, float("nan")], [1.0, float("nan")], [0.0, float("nan")], [0.0, float("nan")]])
    head = best_head(found, wanted, torch.ones(4))
    scores = head(found).sigmoid()
    assert (scores[:2, 0] > 0.95).all()
    assert (scores[2:, 0] < 0.05).all()
    assert float(head.weight[1].detach().abs().max()) < 1


def test_a_fresh_model_knows_its_rows_before_it_is_trained(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    model = tiny.network()
    assert isinstance(model, BertForSequenceClassification)
    before = {name: values.clone() for name, values in model.bert.encoder.state_dict().items()}
    rows = tiny.rows()
    start_head(model, tokens, rows, bf16=False)
    found = logits(model, encode(tokens, ["i will hurt you today", "see the bus friday today"], 16))
    threat = LABELS.index("threat")
    assert found[0, threat] > 0 > found[1, threat]
    assert all(torch.equal(values, before[name]) for name, values in model.bert.encoder.state_dict().items())


def test_a_channel_that_never_changes_breaks_nothing(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    model = tiny.network()
    assert isinstance(model, BertForSequenceClassification)
    start_head(model, tokens, [Row("see the bus", (0.0,) * len(LABELS), "tiny")] * 4, bf16=False)
    assert torch.isfinite(logits(model, encode(tokens, ["kill"], 16))).all()
