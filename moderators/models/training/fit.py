"""The training loop: batches of like length, one checkpoint an epoch from which a run goes on, the best epoch taken."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import Progress, SpinnerColumn, TextColumn
from tokenizers import Tokenizer
from torch import nn

from moderators.models.training.data import EVERYDAY, Row
from moderators.models.training.encoder import encode, pad
from moderators.models.training.variants import jumble, lengthen, vary

Loss = Callable[[nn.Module, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]
"""The loss of (model, ids, mask, wanted labels, weight of each row)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained: in each epoch it reads all classroom texts, in new variants, beside some public rows."""

    teacher_epochs: int = 3
    student_epochs: int = 4
    layers: int = 6  # of the student
    batch: int = 32
    longest: int = 128  # tokens
    lengthened: float = 0.25  # share of the classroom variants that stand in the midst of harmless texts
    public_again: int = 5000  # public rows in an epoch
    jumbled: int = 800  # texts of everyday words in no order, in an epoch
    hard: int = 2500  # everyday texts that a half-trained teacher mistakes most, read in each later epoch
    head_rate: float = 5e-4
    encoder_rate: float = 6e-5
    student_rate: float = 1.5e-4
    decay: float = 0.01
    warm_up: float = 0.06  # share of all steps
    patience: int = 2  # epochs without a better figure on the kept rows, before the run ends
    seed: int = 7
    bf16: bool = False

    @property
    def key(self) -> str:
        """Names the checkpoints: another recipe never goes on from them."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:10]


@dataclass(frozen=True, slots=True)
class Course:
    """One training: how many rows each epoch reads and which, what is minimised, how good a model is (higher is better)."""

    name: str
    sizes: Sequence[int]
    rows: Callable[[int], Sequence[Row]]
    loss: Loss
    rate: float
    judge: Callable[[nn.Module], float]
    checkpoints: Path
    begin: Callable[[], None] = lambda: None
    """What is done to the model before its first epoch, and not again where a run goes on."""


def mixed_rows(
    recipe: Recipe, name: str, epoch: int, public: Sequence[Row], classroom: Sequence[Row], hard: Sequence[Row] = ()
) -> list[Row]:
    """The rows of one epoch, drawn by seed and epoch alone, so that a resumed run reads the same ones."""
    rng = random.Random(f"{recipe.seed} {name} {epoch}")
    again = rng.sample(list(public), k=min(len(public), recipe.public_again))
    varied = [vary(row, rng) for row in classroom]
    harmless = [row for row in [*public, *classroom] if all(value == 0 or value != value for value in row.labels)]
    longer = [lengthen(row, harmless, rng) if rng.random() < recipe.lengthened else row for row in varied]
    everyday = [row for row in public if row.source in EVERYDAY]
    jumbled = [jumble(everyday, rng) for _ in range(recipe.jumbled if everyday else 0)]
    return [*again, *hard, *longer, *jumbled]


def mixed_size(recipe: Recipe, public: Sequence[Row], classroom: Sequence[Row]) -> int:
    """How many rows `mixed_rows` answers, the hard ones not counted."""
    jumbled = recipe.jumbled if any(row.source in EVERYDAY for row in public) else 0
    return min(len(public), recipe.public_again) + len(classroom) + jumbled


def batches(rows: Sequence[Row], tokenizer: Tokenizer, recipe: Recipe, epoch: int) -> list[list[tuple[list[int], Row]]]:
    """Shuffled batches whose rows have like lengths: padding costs time and teaches nothing."""
    rng = random.Random(f"{recipe.seed} {epoch} order")
    pairs = list(zip(encode(tokenizer, [row.text for row in rows], recipe.longest), rows, strict=True))
    rng.shuffle(pairs)
    window = recipe.batch * 40
    found = []
    for start in range(0, len(pairs), window):
        near = sorted(pairs[start : start + window], key=lambda pair: len(pair[0]))
        found += [near[i : i + recipe.batch] for i in range(0, len(near), recipe.batch)]
    rng.shuffle(found)
    return found


def masked_loss(found: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    """Binary cross-entropy over the labels that are known (not NaN), weighted by row."""
    known = ~wanted.isnan()
    each = nn.functional.binary_cross_entropy_with_logits(found, wanted.nan_to_num(0.0), reduction="none")
    return (each * known * weight[:, None]).sum() / found.shape[0] / found.shape[1]


def label_loss(
    model: nn.Module, ids: torch.Tensor, mask: torch.Tensor, wanted: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    """What a teacher minimises: the labels that people gave."""
    return masked_loss(model(input_ids=ids, attention_mask=mask).logits.float(), wanted, weight)


def fit(
    model: nn.Module, tokenizer: Tokenizer, course: Course, recipe: Recipe, say: Callable[[str], None] = print
) -> None:
    """Train `model` in place; it ends as its best epoch. Goes on behind the newest checkpoint of the same recipe."""
    course.checkpoints.mkdir(parents=True, exist_ok=True)
    steps = [-(-size // recipe.batch) for size in course.sizes]
    total = sum(steps)
    optimizer = _optimizer(model, recipe, course.rate)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / total, recipe.warm_up))
    figures = _resume(model, optimizer, schedule, course, recipe)
    if not figures:
        course.begin()
    with Progress(SpinnerColumn(), *Progress.get_default_columns(), TextColumn("{task.fields[loss]}")) as bar:
        task = bar.add_task(course.name, total=total, completed=sum(steps[: len(figures)]), loss="")
        for epoch in range(len(figures), len(steps)):
            if _is_over(figures, recipe.patience):
                break
            torch.manual_seed(recipe.seed * 1000 + epoch)
            plan, mean = batches(course.rows(epoch), tokenizer, recipe, epoch), 0.0
            for number, loss in enumerate(_steps(model, plan, optimizer, schedule, course.loss, recipe), start=1):
                mean += (loss - mean) / number
                bar.update(task, advance=1, loss=f"loss {mean:.4f}")
            figures.append(course.judge(model))
            say(f"{course.name}, epoch {epoch + 1} of {len(steps)}: loss {mean:.4f}, figure {figures[-1]:.4f}")
            state = [part.state_dict() for part in (model, optimizer, schedule)]
            torch.save({"figures": figures, "state": state}, _checkpoint(course, recipe, epoch))
    best = figures.index(max(figures))
    model.load_state_dict(torch.load(_checkpoint(course, recipe, best), weights_only=True)["state"][0])


def _is_over(figures: Sequence[float], patience: int) -> bool:
    return bool(figures) and len(figures) - 1 - figures.index(max(figures)) >= patience


def _steps(
    model: nn.Module,
    plan: Sequence[Sequence[tuple[list[int], Row]]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    loss_of: Loss,
    recipe: Recipe,
) -> Iterator[float]:
    model.train()
    for batch in plan:
        filled, mask = pad([ids for ids, _ in batch])
        wanted = torch.tensor([row.labels for _, row in batch])
        weight = torch.tensor([row.weight for _, row in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
            loss = loss_of(model, filled, mask, wanted, weight)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        yield float(loss.detach())


def _optimizer(model: nn.Module, recipe: Recipe, rate: float) -> torch.optim.AdamW:
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    head = [p for name, p in trained if "classifier" in name]
    body = [p for name, p in trained if "classifier" not in name]
    groups = [{"params": head, "lr": recipe.head_rate}, {"params": body, "lr": rate}]
    return torch.optim.AdamW(groups, weight_decay=recipe.decay, fused=True)


def _rate(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else max(0.02, (1 - done) / (1 - warm_up))


def _checkpoint(course: Course, recipe: Recipe, epoch: int) -> Path:
    return course.checkpoints / f"{recipe.key}-{course.name}-{epoch + 1}.pt"


def _resume(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    course: Course,
    recipe: Recipe,
) -> list[float]:
    """Load the newest checkpoint; answers the figures of the epochs before it."""
    for epoch in reversed(range(len(course.sizes))):
        path = _checkpoint(course, recipe, epoch)
        if path.is_file():
            found = torch.load(path, weights_only=True)
            model.load_state_dict(found["state"][0])
            optimizer.load_state_dict(found["state"][1])
            schedule.load_state_dict(found["state"][2])
            return list(found["figures"])
    return []
