from __future__ import annotations

import math

import pytest
import torch

from moderators.models.training.calibrate import calibrate, expected_error, fit_platt
from moderators.models.training.compile import Calibration
from moderators.models.training.data import LABELS, Row

pytestmark = pytest.mark.model


def drawn(count: int, slope: float, shift: float) -> tuple[torch.Tensor, torch.Tensor]:
    torch.manual_seed(1)
    found = torch.randn(count, dtype=torch.float64) * 3
    return found, (torch.rand(count, dtype=torch.float64) < torch.sigmoid(slope * found + shift)).double()


@pytest.mark.parametrize(("slope", "shift"), [(1.0, 0.0), (0.4, 0.0), (2.0, -1.0), (0.7, 1.5)])
def test_the_true_scale_and_shift_are_found(slope: float, shift: float) -> None:
    found = fit_platt(*drawn(20_000, slope, shift))
    assert found.slope == pytest.approx(slope, rel=0.1)
    assert found.shift == pytest.approx(shift, abs=0.15)


def test_calibration_never_turns_the_order_round() -> None:
    found, wanted = drawn(500, 1.0, 0.0)
    assert fit_platt(found, 1 - wanted).slope > 0


def test_a_few_rows_hardly_move_a_score() -> None:
    found = fit_platt(torch.tensor([1.0], dtype=torch.float64), torch.tensor([0.0], dtype=torch.float64))
    assert abs(math.log(found.slope)) < 0.5
    assert abs(found.shift) < 0.5


def test_a_label_without_violations_is_left_as_it_is() -> None:
    rows = [Row("a", (0.0,) * len(LABELS), "t")] * 20
    assert calibrate(torch.zeros(20, len(LABELS)), rows, [True] * 20) == [Calibration(1.0, 0.0)] * len(LABELS)


def test_classroom_rows_decide_where_there_are_enough() -> None:
    ours = [Row("a", (float(i % 2),) * len(LABELS), "t") for i in range(60)]
    public = [Row("a", (0.0,) * len(LABELS), "p") for _ in range(600)]
    found = torch.cat([torch.ones(60, len(LABELS)), torch.ones(600, len(LABELS))])
    mixed = calibrate(found, [*ours, *public], [True] * 60 + [False] * 600)[0]
    assert 1 / (1 + math.exp(-(mixed.slope + mixed.shift))) == pytest.approx(0.5, abs=0.1)


def test_the_calibration_error_is_the_gap_between_score_and_share() -> None:
    scores, wanted = torch.full((100,), 0.8), torch.cat([torch.ones(60), torch.zeros(40)])
    assert expected_error(scores, wanted) == pytest.approx(0.2, abs=1e-6)
    assert expected_error(torch.full((100,), 0.6), wanted) == pytest.approx(0.0, abs=1e-6)
