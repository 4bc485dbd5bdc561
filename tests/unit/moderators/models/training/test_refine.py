from __future__ import annotations

from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest
import torch

from moderators.bundle import Bundle, read_bundle
from moderators.models.training.compile import compile_bundle
from moderators.models.training.data import LABELS, Row, classroom_labels
from moderators.models.training.encoder import encode, load_tokenizer, logits
from moderators.models.training.fit import Course, Recipe, fit
from moderators.models.training.refine import Refining, unpacked
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

RECIPE = Recipe(batch=8, head_rate=3e-3)
NEW = "lunch friday notes"
OLD = ["see the bus today", "i will hurt you please"]
THREAT = LABELS.index("threat")


@pytest.fixture
def bundle(tmp_path: Path) -> Bundle:
    tiny.tokenizer(tmp_path)
    out, model = tmp_path / "out", tiny.network()
    compile_bundle(model.state_dict(), tiny.config(), tmp_path / "tokenizer.json", out, LABELS, {"sources": {}}, OLD)
    return read_bundle(out)


def test_a_bundle_goes_on_from_what_it_was_and_its_embeddings_stay(bundle: Bundle) -> None:
    tokens = load_tokenizer(bundle.folder / "tokenizer.json")
    model = unpacked(bundle, dropout=0.1)
    ids = encode(tokens, OLD, 16)
    assert torch.allclose(logits(model, ids), logits(tiny.network(), ids), atol=0.15)  # it was int8 meanwhile
    assert not any(values.requires_grad for values in model.bert.embeddings.parameters())


def test_what_is_new_is_learned_and_what_nobody_labelled_stays_as_it_was(bundle: Bundle, tmp_path: Path) -> None:
    tokens = load_tokenizer(bundle.folder / "tokenizer.json")
    before, model = unpacked(bundle, dropout=0.0), unpacked(bundle, dropout=0.0)
    unknown = (float("nan"),) * len(LABELS)
    rows = [Row(NEW, classroom_labels(["threat"]), "new")] * 20 + [Row(text, unknown, "old") for text in OLD] * 20
    rising = count()
    course = Course(
        "refine", [len(rows)] * 8, lambda _: rows, Refining(before), 3e-3, lambda _: next(rising), tmp_path / "c"
    )
    fit(model, tokens, course, RECIPE, lambda _: None)
    new, old = encode(tokens, [NEW], 16), encode(tokens, OLD, 16)
    rise = (logits(model, new) - logits(before, new))[0, THREAT]
    assert rise > 0.5
    assert (logits(model, old) - logits(before, old)).abs()[:, THREAT].max() < rise / 2


def test_a_bundle_of_other_labels_is_refused_with_what_to_do(bundle: Bundle) -> None:
    with pytest.raises(ValueError, match="make train"):
        unpacked(replace(bundle, labels=("toxicity",)), dropout=0.0)
