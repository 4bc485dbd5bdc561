"""`make train`: the bundled model from its data. Read `main` from top to bottom.

python -m moderators.models.training.train --data ../shared/data --out moderators/models/classroom
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import torch
from tokenizers import Tokenizer
from torch import nn
from transformers import BertConfig

from moderators.models.training import card
from moderators.models.training.calibrate import calibrate, expected_error
from moderators.models.training.compile import Calibration, compile_bundle, fold
from moderators.models.training.data import (
    LABELS,
    Row,
    classroom_rows,
    hold_back,
    public_rows,
    refuse_development_texts,
)
from moderators.models.training.encoder import encode, fetch_encoder, load_tokenizer, logits, new_model
from moderators.models.training.fit import Recipe, fit

ROOT: Final = Path(__file__).parents[3]
KEPT_PUBLIC: Final = 0.08
KEPT_CLASSROOM: Final = 0.15
SHOWN = 400
"""Texts that show the compiler how large the values become."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Fetch the encoder, train, calibrate, compile, measure, write the card."""
    chosen = _arguments(arguments)
    torch.set_num_threads(chosen.threads)
    encoder = fetch_encoder(chosen.cache)
    tokenizer = load_tokenizer(encoder)
    refuse_development_texts(chosen.data / "classroom-dev")
    public, kept_public = hold_back(public_rows(chosen.data / "toxicity"), KEPT_PUBLIC)
    classroom, kept_classroom = hold_back(classroom_rows(), KEPT_CLASSROOM)
    recipe = Recipe(epochs=chosen.epochs, seed=chosen.seed, bf16=_has_bf16())
    model = new_model(encoder, len(LABELS))
    fit(model, tokenizer, (public, classroom), recipe, chosen.cache / "checkpoints")
    calibrations, errors = calibrated(model, tokenizer, kept_public, kept_classroom)
    version = compile_bundle(
        fold(model.state_dict(), calibrations),
        BertConfig.from_pretrained(encoder, num_labels=len(LABELS)),
        encoder / "tokenizer.json",
        chosen.out,
        LABELS,
        _notes(recipe, calibrations, errors, [*public, *classroom]),
        [row.text for row in classroom[:: max(1, len(classroom) // SHOWN)]],
    )
    card.write(chosen.out, chosen.data / "classroom-dev", ROOT / "config" / "lexicons")
    print(f"{version} is in {chosen.out}")


def calibrated(
    model: nn.Module, tokenizer: Tokenizer, public: Sequence[Row], classroom: Sequence[Row]
) -> tuple[list[Calibration], Mapping[str, float]]:
    """Calibrations from the kept rows, and each label's expected calibration error on the kept classroom rows."""
    rows = [*public, *classroom]
    found = logits(model, encode(tokenizer, [row.text for row in rows], 128))
    ours = [False] * len(public) + [True] * len(classroom)
    calibrations = calibrate(found, rows, ours)
    errors = {}
    for number, label in enumerate(LABELS):
        score = torch.sigmoid(found[:, number] * calibrations[number].slope + calibrations[number].shift)
        wanted = torch.tensor([row.labels[number] for row in rows])
        errors[label] = round(expected_error(score[len(public) :], wanted[len(public) :]), 4) if classroom else 0.0
    return calibrations, errors


def _notes(
    recipe: Recipe, calibrations: Sequence[Calibration], errors: Mapping[str, float], rows: Sequence[Row]
) -> dict[str, object]:
    sources: dict[str, int] = {}
    for row in rows:
        sources[row.source] = sources.get(row.source, 0) + 1
    return {
        "calibration": {label: asdict(c) for label, c in zip(LABELS, calibrations, strict=True)},
        "calibration_error": dict(errors),
        "recipe": asdict(recipe),
        "sources": sources,
        "made_with": {"torch": torch.__version__, "python": platform.python_version()},
    }


def _has_bf16() -> bool:
    """Whether this processor multiplies bf16 in hardware: twice as fast, and the result is as good."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Make the bundled toxicity model anew.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with toxicity/ and classroom-dev/")
    parser.add_argument("--out", type=Path, required=True, help="where the bundle is written")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "training", help="encoder and checkpoints")
    parser.add_argument("--epochs", type=int, default=Recipe().epochs)
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--threads", type=int, default=2)
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
