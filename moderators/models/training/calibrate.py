"""Makes a score a probability: one scale and one shift a label, fitted on rows that were kept out of training.

Platt's method (Platt 1999) with a prior that keeps a label with few rows near "no change"; the scale stays positive, so
the order of texts never changes. What .8 means is the mixture of the kept rows: about one text in fourteen breaks a given
rule there, far more than on a real page.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import torch
from torch import nn

from moderators.models.training.compile import Calibration
from moderators.models.training.data import LABELS, Row

_ENOUGH: Final = 10
_PRIOR: Final = 1.0  # strength of "no change", in rows
_STEPS: Final = 60


def calibrate(found: torch.Tensor, rows: Sequence[Row], classroom: Sequence[bool]) -> list[Calibration]:
    """One calibration a label from logits [rows, labels]. Classroom rows decide where they hold enough violations."""
    wanted = torch.tensor([row.labels for row in rows])
    ours = torch.tensor(list(classroom))
    return [_calibrate_one(found[:, i], wanted[:, i], ours) for i in range(len(LABELS))]


def _calibrate_one(found: torch.Tensor, wanted: torch.Tensor, ours: torch.Tensor) -> Calibration:
    known = ~wanted.isnan()
    if ((wanted >= 0.5) & ours).sum() >= _ENOUGH:
        known &= ours
    if ((wanted >= 0.5) & known).sum() < _ENOUGH:
        return Calibration(1.0, 0.0)
    return fit_platt(found[known].double(), wanted[known].double())


def fit_platt(found: torch.Tensor, wanted: torch.Tensor) -> Calibration:
    """Scale and shift with the highest likelihood under the prior."""
    free = torch.zeros(2, dtype=torch.float64, requires_grad=True)  # log of the scale, shift
    search = torch.optim.LBFGS([free], lr=0.5, max_iter=_STEPS, line_search_fn="strong_wolfe")

    def cost() -> torch.Tensor:
        search.zero_grad()
        score = found * free[0].exp() + free[1]
        loss = nn.functional.binary_cross_entropy_with_logits(score, wanted, reduction="sum")
        loss = loss + _PRIOR * (free**2).sum()
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        return loss

    search.step(cost)  # type: ignore[no-untyped-call]  # torch does not type it
    scale, shift = free.detach().tolist()
    return Calibration(math.exp(scale), shift)


def expected_error(scores: torch.Tensor, wanted: torch.Tensor, bins: int = 10) -> float:
    """Expected calibration error: the mean gap between score and share of violations, over bins of score."""
    known = ~wanted.isnan()
    scores, wanted = scores[known], wanted[known]
    place = (scores * bins).long().clamp(max=bins - 1)
    gaps = [
        float((place == b).float().mean()) * abs(float(scores[place == b].mean() - wanted[place == b].mean()))
        for b in range(bins)
        if (place == b).any()
    ]
    return sum(gaps)
