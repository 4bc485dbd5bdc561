"""`make train`: the bundled model from its data. Read `main` from top to bottom.

python -m moderators.models.training.train --data ../shared/data --out moderators/models/classroom
"""

from __future__ import annotations

import argparse
import platform
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import torch
from sklearn.metrics import average_precision_score
from tokenizers import Tokenizer
from torch import nn
from transformers import BertForSequenceClassification

from moderators.models.training import card
from moderators.models.training.calibrate import calibrate, expected_error
from moderators.models.training.checks import refuse_development_texts
from moderators.models.training.compile import Calibration, compile_bundle, fold
from moderators.models.training.data import (
    CLASSROOM_LABELS,
    LABELS,
    Row,
    classroom_rows,
    everyday_rows,
    hold_back,
    public_rows,
)
from moderators.models.training.distil import Lesson
from moderators.models.training.encoder import encode, halved, load_tokenizer, logits, make_base, new_model
from moderators.models.training.fit import Course, Recipe, fit, label_loss, mixed_rows, mixed_size
from moderators.models.training.probe import start_head

ROOT: Final = Path(__file__).parents[3]
KEPT_PUBLIC: Final = 0.06
KEPT_CLASSROOM: Final = 0.12
SHOWN: Final = 4000
"""Texts that show the compiler how large the values become."""

_JUDGED: Final = ("threat", *CLASSROOM_LABELS)
"""The labels whose mean average precision on the kept rows says how good a model is."""


@dataclass(frozen=True, slots=True)
class Rows:
    """What is learned from, and what is kept for judging and calibration."""

    public: Sequence[Row]
    classroom: Sequence[Row]
    everyday: Sequence[Row]
    kept_public: Sequence[Row]
    kept_classroom: Sequence[Row]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fetch the encoder, train the teacher, teach the student, calibrate, compile, measure, write the card."""
    chosen = arguments_of("Make the bundled toxicity model anew.").parse_args(arguments)
    torch.set_num_threads(chosen.threads)
    refuse_development_texts(chosen.data / "classroom-dev")
    rows = read_rows(chosen.data / "toxicity", chosen.share)
    base = make_base(chosen.cache, [row.text for row in rows.public])
    tokenizer = load_tokenizer(base.tokenizer)
    recipe = Recipe(seed=chosen.seed, bf16=has_bf16())
    checkpoints = chosen.cache / "checkpoints"
    teacher = taught_teacher(new_model(base, len(LABELS)), tokenizer, rows, recipe, checkpoints)
    frozen = frozen_teacher(new_model(base, len(LABELS)), tokenizer, rows, recipe)
    student = taught_student(teacher, frozen, tokenizer, rows, recipe, checkpoints)
    version = bundled(student, tokenizer, base.tokenizer, rows, recipe, chosen.out)
    card.write(chosen.out, chosen.data / "classroom-dev", ROOT / "config")
    print(f"{version} is in {chosen.out}")


def bundled(
    student: BertForSequenceClassification,
    tokenizer: Tokenizer,
    file: Path,
    rows: Rows,
    recipe: Recipe,
    out: Path,
    more: Mapping[str, object] | None = None,
) -> str:
    """Calibrate the student and write its bundle to `out`, with `more` notes; answers its version. `file`: the tokenizer's."""
    calibrations, errors = calibrated(student, tokenizer, rows.kept_public, rows.kept_classroom)
    return compile_bundle(
        fold(student.state_dict(), calibrations),
        student.config,
        file,
        out,
        LABELS,
        {**_notes(recipe, calibrations, errors, [*rows.public, *rows.classroom]), **(more or {})},
        [row.text for row in rows.classroom[:: max(1, len(rows.classroom) // SHOWN)]],
    )


def read_rows(public: Path, share: float = 1.0) -> Rows:
    """All rows; of the classroom texts that are learned from a `share`, drawn by text (for the learning curve)."""
    learned, kept_public = hold_back(public_rows(public), KEPT_PUBLIC)
    classroom, kept = hold_back(classroom_rows(), KEPT_CLASSROOM)
    _, part = hold_back(classroom, KEPT_CLASSROOM + (1 - KEPT_CLASSROOM) * share)
    return Rows(learned, part, everyday_rows(public), kept_public, kept)


def taught_teacher(
    model: BertForSequenceClassification, tokenizer: Tokenizer, rows: Rows, recipe: Recipe, checkpoints: Path
) -> BertForSequenceClassification:
    """The whole encoder, trained on what people labelled, from its best linear head on.

    After its first epoch it reads the everyday texts, and those that it mistakes most are mixed in from there on.
    """
    hard: list[Row] = []

    def rows_of(epoch: int) -> Sequence[Row]:
        if epoch and not hard:
            hard.extend(mistaken(model, tokenizer, rows.everyday, recipe))
        return mixed_rows(recipe, "teacher", epoch, rows.public, rows.classroom, hard)

    mixed = mixed_size(recipe, rows.public, rows.classroom)
    sizes = [mixed + min(recipe.hard, len(rows.everyday)) * (epoch > 0) for epoch in range(recipe.teacher_epochs)]
    judge = judge_of(tokenizer, rows.kept_classroom, recipe)

    def begin() -> None:
        start_head(model, tokenizer, [*rows.classroom, *rows.public], bf16=recipe.bf16)

    course = Course("teacher", sizes, rows_of, label_loss, recipe.encoder_rate, judge, checkpoints, begin)
    fit(model, tokenizer, course, recipe)
    model.train(mode=False)
    return model


def frozen_teacher(
    model: BertForSequenceClassification, tokenizer: Tokenizer, rows: Rows, recipe: Recipe
) -> BertForSequenceClassification:
    """The encoder as it came, with its best linear head: it errs elsewhere than the trained teacher, and the two together err less."""
    start_head(model, tokenizer, [*rows.classroom, *rows.public], bf16=recipe.bf16)
    model.train(mode=False)
    return model


def taught_student(
    teacher: BertForSequenceClassification,
    frozen: BertForSequenceClassification,
    tokenizer: Tokenizer,
    rows: Rows,
    recipe: Recipe,
    checkpoints: Path,
) -> BertForSequenceClassification:
    """Half of the teacher, taught by both on new variants of the same texts."""
    hard = mistaken(teacher, tokenizer, rows.everyday, recipe)

    def rows_of(epoch: int) -> Sequence[Row]:
        return mixed_rows(recipe, "student", epoch, rows.public, rows.classroom, hard)

    sizes = [mixed_size(recipe, rows.public, rows.classroom) + len(hard)] * recipe.student_epochs
    judge = judge_of(tokenizer, rows.kept_classroom, recipe)
    student = halved(teacher, recipe.layers)
    course = Course("student", sizes, rows_of, Lesson([teacher, frozen]), recipe.student_rate, judge, checkpoints)
    fit(student, tokenizer, course, recipe)
    student.train(mode=False)
    return student


def mistaken(model: nn.Module, tokenizer: Tokenizer, everyday: Sequence[Row], recipe: Recipe) -> list[Row]:
    """The harmless rows that the model thinks worst of, by the highest of their scores."""
    found = logits(model, encode(tokenizer, [row.text for row in everyday], recipe.longest), bf16=recipe.bf16)
    worst = found[:, [LABELS.index(label) for label in _JUDGED]].max(dim=1).values.argsort(descending=True)
    return [everyday[at] for at in worst[: recipe.hard].tolist()]


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


def judge_of(tokenizer: Tokenizer, kept: Sequence[Row], recipe: Recipe) -> Callable[[nn.Module], float]:
    """Answers how good a model is: its mean average precision over the rules, on the kept classroom rows."""
    ids = encode(tokenizer, [row.text for row in kept], recipe.longest)
    wanted = torch.tensor([row.labels for row in kept]) >= 0.5
    places = [at for at in map(LABELS.index, _JUDGED) if wanted[:, at].any()]

    def judge(model: nn.Module) -> float:
        found = logits(model, ids, bf16=recipe.bf16)
        figures = [float(average_precision_score(wanted[:, at], found[:, at])) for at in places]
        return sum(figures) / max(1, len(figures))

    return judge


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


def has_bf16() -> bool:
    """Whether this processor multiplies bf16 in hardware: twice as fast, and the result is as good."""
    return bool(torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported())


def arguments_of(description: str) -> argparse.ArgumentParser:
    """What the command line may say, of a whole training and of one that goes on."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--data", type=Path, required=True, help="the folder with toxicity/ and classroom-dev/")
    parser.add_argument("--out", type=Path, required=True, help="where the bundle is written")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "training", help="encoder and checkpoints")
    parser.add_argument("--share", type=float, default=1.0, help="of the classroom texts, for the learning curve")
    parser.add_argument("--seed", type=int, default=Recipe().seed)
    parser.add_argument("--threads", type=int, default=2)
    return parser


if __name__ == "__main__":
    main()
