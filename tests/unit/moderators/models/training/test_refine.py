from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from moderators.bundle import Bundle, read_bundle
from moderators.models.training.compile import compile_bundle
from moderators.models.training.data import LABELS
from moderators.models.training.encoder import encode, load_tokenizer, logits, pad
from moderators.models.training.refine import Refining, unpacked
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

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


def test_a_label_that_people_gave_is_followed_and_without_one_all_stays_as_it_was(bundle: Bundle) -> None:
    before, model = unpacked(bundle, dropout=0.0), unpacked(bundle, dropout=0.0)
    ids, mask = pad(encode(load_tokenizer(bundle.folder / "tokenizer.json"), OLD[:1], 16))

    def push(wanted: torch.Tensor) -> torch.Tensor:
        """Where the loss wants each label's score: above 0 is up."""
        model.zero_grad()
        Refining(before)(model, ids, mask, wanted[None], torch.ones(1)).backward()  # type: ignore[no-untyped-call]  # torch does not type it
        assert model.classifier.bias.grad is not None
        return -model.classifier.bias.grad.clone()

    unknown = torch.full((len(LABELS),), float("nan"))
    labelled = unknown.clone()
    labelled[THREAT] = 1.0
    assert push(unknown).abs().max() < 1e-6
    assert push(labelled)[THREAT] > 1e-3
    assert push(labelled).abs().argmax() == THREAT
    with torch.no_grad():
        model.classifier.bias.add_(1.0)
    assert push(unknown).max() < 0  # what has moved without a reason is drawn back


def test_a_bundle_of_other_labels_is_refused_with_what_to_do(bundle: Bundle) -> None:
    with pytest.raises(ValueError, match="make train"):
        unpacked(replace(bundle, labels=("toxicity",)), dropout=0.0)
