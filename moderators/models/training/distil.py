"""The student: half of the teacher's layers, taught by the teacher's own scores (Hinton et al. 2015) and its layers.

The student begins as every second layer of the teacher. It learns the teacher's probability of every label, also where no person said
one, beside the labels that people gave; and each of its layers but the last learns to say what the teacher's says there (Sun et al.
2019, "patient" distillation), so that what the encoder knew of the language before is not lost with the other six layers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn

from moderators.models.training.fit import masked_loss

_PEOPLE: Final = 0.4  # what the labels that people gave count
_LAYERS: Final = 0.5  # what the likeness of the layers counts


@dataclass(frozen=True, slots=True)
class Lesson:
    """A student's loss, given its teachers. The layers are learned from the first of them."""

    teachers: Sequence[nn.Module]

    def __call__(
        self, model: nn.Module, ids: torch.Tensor, mask: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor
    ) -> torch.Tensor:
        """The loss of one batch."""
        with torch.no_grad():
            said = [teacher(input_ids=ids, attention_mask=mask, output_hidden_states=True) for teacher in self.teachers]
        ours = model(input_ids=ids, attention_mask=mask, output_hidden_states=True)
        target = torch.stack([answer.logits.float() for answer in said]).mean(0).sigmoid()
        found = ours.logits.float()
        taught = nn.functional.binary_cross_entropy_with_logits(found, target, reduction="none").mean(1)
        loss = (taught * weight).mean() + _PEOPLE * masked_loss(found, wanted, weight)
        return loss + _LAYERS * _unlikeness(ours.hidden_states, said[0].hidden_states, mask)


def _unlikeness(ours: Sequence[torch.Tensor], theirs: Sequence[torch.Tensor], mask: torch.Tensor) -> torch.Tensor:
    """One minus the cosine between what the two say at each token, over all layers of the student but the last."""
    step = (len(theirs) - 1) // (len(ours) - 1)
    parts = [
        1 - nn.functional.cosine_similarity(ours[number].float(), theirs[number * step].float(), dim=-1)
        for number in range(1, len(ours) - 1)
    ]
    return sum(((part * mask).sum() / mask.sum() for part in parts), torch.zeros(())) / len(parts)
