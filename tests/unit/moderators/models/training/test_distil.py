from __future__ import annotations

from pathlib import Path

import pytest
import torch
from transformers import BertForSequenceClassification

from moderators.models.training.data import LABELS, Row
from moderators.models.training.distil import Lesson
from moderators.models.training.encoder import encode, halved, logits
from moderators.models.training.fit import Course, Recipe, fit
from moderators.models.training.train import mistaken
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

RECIPE = Recipe(batch=8, head_rate=3e-3, hard=3)


def teacher() -> BertForSequenceClassification:
    model = tiny.network()
    assert isinstance(model, BertForSequenceClassification)
    return model


def test_a_student_begins_as_every_second_layer_of_its_teacher() -> None:
    big = teacher()
    small = halved(big, 1)
    ours, theirs = small.state_dict(), big.state_dict()
    name = "bert.encoder.layer.{}.output.dense.weight"
    assert torch.equal(ours[name.format(0)], theirs[name.format(1)])
    assert torch.equal(ours["classifier.weight"], theirs["classifier.weight"])
    assert not any(values.requires_grad for values in small.bert.embeddings.parameters())


def test_a_student_comes_to_say_what_its_teacher_says_where_no_person_did(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    big = teacher()
    small = halved(big, 1)
    unknown = (float("nan"),) * len(LABELS)
    rows = [Row(row.text, unknown, "tiny") for row in tiny.rows()] * 4
    ids = encode(tokens, [row.text for row in rows[:40]], 16)
    wanted = logits(big, ids).sigmoid()
    before = float((logits(small, ids).sigmoid() - wanted).abs().mean())
    lesson = Course("student", [len(rows)] * 3, lambda _: rows, Lesson([big]), 3e-3, lambda _: 1.0, tmp_path)
    fit(small, tokens, lesson, RECIPE, lambda _: None)
    after = float((logits(small, ids).sigmoid() - wanted).abs().mean())
    assert after < before / 2


def test_the_harmless_rows_that_are_thought_worst_of_are_found(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    rows = [Row(row.text, (0.0,) * len(LABELS), "everyday") for row in tiny.rows()]
    model = teacher()
    found = mistaken(model, tokens, rows, RECIPE)
    judged = [LABELS.index(label) for label in ("threat", *LABELS[7:17])]
    worst = logits(model, encode(tokens, [row.text for row in rows], 16))[:, judged].max(dim=1).values
    assert {row.text for row in found} == {rows[at].text for at in worst.argsort(descending=True)[:3].tolist()}
