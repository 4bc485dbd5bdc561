from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
import torch

from moderators.models.training.data import LABELS, Row
from moderators.models.training.encoder import encode, logits
from moderators.models.training.fit import Course, Recipe, batches, fit, label_loss, masked_loss, mixed_rows, mixed_size
from tests.unit.moderators.models.training import tiny

pytestmark = pytest.mark.model

RECIPE = Recipe(batch=8, lengthened=0.0, public_again=10, head_rate=3e-3)
EPOCHS = 4


def course(folder: Path, figures: Iterator[float]) -> Course:
    rows = tiny.rows() * 4
    return Course("tiny", [len(rows)] * EPOCHS, lambda _: rows, label_loss, 3e-3, lambda _: next(figures), folder)


def rising() -> Iterator[float]:
    return (number / 10 for number in count())


def quiet(text: str) -> None:
    assert "epoch" in text


def test_an_unknown_label_weighs_nothing_and_teaches_nothing() -> None:
    found = torch.zeros(2, 3, requires_grad=True)
    wanted = torch.tensor([[1.0, float("nan"), 0.0], [float("nan")] * 3])
    masked_loss(found, wanted, torch.tensor([1.0, 1.0])).backward()  # type: ignore[no-untyped-call]  # torch does not type it
    assert found.grad is not None
    assert (found.grad != 0).tolist() == [[True, False, True], [False] * 3]


def test_a_row_of_half_weight_costs_half() -> None:
    wanted = torch.ones(1, 3)
    whole, half = (float(masked_loss(torch.zeros(1, 3), wanted, torch.tensor([w]))) for w in (1.0, 0.5))
    assert half == pytest.approx(whole / 2)


def test_training_learns_and_a_stopped_run_ends_where_an_unbroken_one_does(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    whole = tiny.network()
    fit(whole, tokens, course(tmp_path / "whole", rising()), RECIPE, quiet)
    stopped = tiny.network()
    fit(stopped, tokens, course(tmp_path / "stopped", rising()), RECIPE, quiet)
    (tmp_path / "stopped" / f"{RECIPE.key}-tiny-4.pt").unlink()
    resumed = tiny.network(seed=5)
    later = rising()
    assert [next(later) for _ in range(3)] == [0.0, 0.1, 0.2]
    fit(resumed, tokens, course(tmp_path / "stopped", later), RECIPE, quiet)
    ids = encode(tokens, ["i will hurt you today", "see the bus friday today"], 16)
    first, second = logits(whole, ids), logits(resumed, ids)
    assert torch.allclose(first, second, atol=1e-5)
    threat = LABELS.index("threat")
    assert first[0, threat] > first[1, threat] + 1


def test_the_best_epoch_is_taken_and_a_run_that_grows_no_better_ends(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    model = tiny.network()
    figures = iter([0.5, 0.4, 0.3])  # a fourth would raise StopIteration
    fit(model, tokens, course(tmp_path, figures), RECIPE, quiet)
    best = torch.load(tmp_path / f"{RECIPE.key}-tiny-1.pt", weights_only=True)["state"][0]
    assert all(torch.equal(values, best[name]) for name, values in model.state_dict().items())
    assert not (tmp_path / f"{RECIPE.key}-tiny-4.pt").exists()


def test_rows_of_an_epoch_are_fixed_by_the_seed(tmp_path: Path) -> None:
    public = [Row(f"p {n}", (0.0,) * len(LABELS), "p") for n in range(30)]
    hard = [Row("looks bad and is not", (0.0,) * len(LABELS), "p")]
    second = mixed_rows(RECIPE, "tiny", 1, public, tiny.rows(), hard)
    assert second == mixed_rows(RECIPE, "tiny", 1, public, tiny.rows(), hard)
    assert second != mixed_rows(RECIPE, "tiny", 2, public, tiny.rows(), hard)
    assert second != mixed_rows(RECIPE, "other", 1, public, tiny.rows(), hard)
    assert len(second) == mixed_size(RECIPE, public, tiny.rows()) + 1 == 10 + 1 + len(tiny.rows())
    assert hard[0] in second
    made = batches(second, tiny.tokenizer(tmp_path), RECIPE, 1)
    assert sorted(row.text for batch in made for _, row in batch) == sorted(row.text for row in second)


def test_everyday_words_in_no_order_are_mixed_in() -> None:
    everyday = [Row(f"p {n} and so on", (0.0,) * len(LABELS), "ud_ewt_weak") for n in range(30)]
    mixed = mixed_rows(RECIPE, "tiny", 1, everyday, tiny.rows())
    assert len(mixed) == mixed_size(RECIPE, everyday, tiny.rows()) == 10 + len(tiny.rows()) + RECIPE.jumbled


def test_a_long_text_is_cut_with_its_end_mark_and_order_is_kept(tmp_path: Path) -> None:
    tokens = tiny.tokenizer(tmp_path)
    ids = encode(tokens, ["kill " * 50, "hello"], 10)
    assert [len(row) for row in ids] == [10, 3]
    assert all(row[-1] == 3 for row in ids)
    model = tiny.network()
    together = logits(model, ids, size=1)
    assert torch.allclose(together[1], logits(model, ids[1:])[0], atol=1e-6)
