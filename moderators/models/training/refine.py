"""`make refine`: the bundled model goes on learning where the texts have grown, in a third of the time of a whole training.

It begins as the bundled student (`moderators.detoxify_checkpoint.state_of`) and learns what people labelled, old texts and new ones
mixed. What it said before counts beside that, so that what its teacher knew of the language is not lost to the newest texts. The rows
that are kept back are the same as in a whole training. Weights averaged with those from before were tried, and are worse (DECISIONS).

python -m moderators.models.training.refine --data ../shared/data --out moderators/models/classroom
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import torch
from torch import nn
from transformers import BertConfig, BertForSequenceClassification

from moderators.bundle import TOKENIZER, Bundle, read_bundle
from moderators.detoxify_checkpoint import configuration, state_of
from moderators.models.training import card
from moderators.models.training.checks import refuse_development_texts
from moderators.models.training.data import LABELS, Row
from moderators.models.training.encoder import frozen, load_tokenizer, network
from moderators.models.training.fit import Course, Recipe, fit, masked_loss, mixed_rows, mixed_size
from moderators.models.training.train import ROOT, arguments_of, bundled, has_bf16, judge_of, mistaken, read_rows

RATE: Final = 8e-5
_BEFORE: Final = 0.25  # what the model's own earlier scores count beside the labels that people gave


@dataclass(frozen=True, slots=True)
class Refining:
    """The loss of a model that goes on learning, given itself as it was."""

    before: nn.Module

    def __call__(
        self, model: nn.Module, ids: torch.Tensor, mask: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor
    ) -> torch.Tensor:
        """The loss of one batch."""
        with torch.no_grad():
            said = self.before(input_ids=ids, attention_mask=mask).logits.float().sigmoid()
        found = model(input_ids=ids, attention_mask=mask).logits.float()
        same = nn.functional.binary_cross_entropy_with_logits(found, said, reduction="none").mean(1)
        return masked_loss(found, wanted, weight) + _BEFORE * (same * weight).mean()


def main(arguments: Sequence[str] | None = None) -> None:
    """Go on learning, calibrate, compile, measure, write the card."""
    parser = arguments_of("Let the bundled toxicity model go on learning.")
    parser.add_argument("--epochs", type=int, default=3)
    chosen = parser.parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    refuse_development_texts(chosen.data / "classroom-dev")
    bundle = read_bundle(chosen.out)
    rows = read_rows(chosen.data / "toxicity", chosen.share)
    tokenizer = load_tokenizer(bundle.folder / TOKENIZER)
    recipe = Recipe(seed=chosen.seed, bf16=has_bf16(), student_epochs=chosen.epochs, student_rate=RATE)
    before, model = unpacked(bundle, dropout=0.0), unpacked(bundle, dropout=0.1)
    hard = mistaken(before, tokenizer, rows.everyday, recipe)

    def rows_of(epoch: int) -> Sequence[Row]:
        return mixed_rows(recipe, f"refine {bundle.version}", epoch, rows.public, rows.classroom, hard)

    sizes = [mixed_size(recipe, rows.public, rows.classroom) + len(hard)] * recipe.student_epochs
    judge = judge_of(tokenizer, rows.kept_classroom, recipe)
    name = f"refine-{bundle.version}-{len(rows.classroom)}"
    course = Course(name, sizes, rows_of, Refining(before), recipe.student_rate, judge, chosen.cache / "checkpoints")
    print(f"{bundle.version} as it was: figure {judge(before):.4f}")
    fit(model, tokenizer, course, recipe)
    version = bundled(
        model, tokenizer, bundle.folder / TOKENIZER, rows, recipe, chosen.out, {"goes_on_from": bundle.version}
    )
    card.write(chosen.out, chosen.data / "classroom-dev", ROOT / "config")
    print(f"{version} is in {chosen.out}")


def unpacked(bundle: Bundle, dropout: float) -> BertForSequenceClassification:
    """The bundle's network in fp32, as the training needs it.

    Raises:
        ValueError: the bundle has other labels than the texts.
    """
    if tuple(bundle.labels) != LABELS:
        raise ValueError(f"{bundle.folder} has other labels than the texts: make it anew by `make train`")
    config = BertConfig.from_dict(configuration(bundle))
    config.hidden_dropout_prob, config.attention_probs_dropout_prob = dropout, 0.0
    model = network(config)
    model.load_state_dict(state_of(bundle))
    model.train(mode=False)
    return frozen(model)


if __name__ == "__main__":
    main()
