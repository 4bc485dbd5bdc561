"""The training loop: masked loss, batches of like length, one checkpoint an epoch from which a run goes on."""

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

from moderators.models.training.data import Row
from moderators.models.training.encoder import encode, pad
from moderators.models.training.variants import lengthen, vary


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a model is trained. The first epoch reads public rows alone, the others mix in the classroom texts."""

    epochs: int = 6
    batch: int = 32
    longest: int = 128  # tokens
    classroom_times: int = 2  # variants of each classroom text an epoch
    lengthened: float = 0.25  # share of the classroom variants that stand in the midst of harmless texts
    public_again: int = 3500  # public rows in a mixed epoch
    head_rate: float = 1e-3
    encoder_rate: float = 1e-4
    decay: float = 0.01
    warm_up: float = 0.06  # share of all steps
    seed: int = 7
    bf16: bool = False

    @property
    def key(self) -> str:
        """Names the checkpoints: another recipe never goes on from them."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:10]


def epoch_rows(recipe: Recipe, epoch: int, public: Sequence[Row], classroom: Sequence[Row]) -> list[Row]:
    """The rows of one epoch, drawn by seed and epoch alone, so that a resumed run reads the same ones."""
    rng = random.Random(f"{recipe.seed} {epoch}")
    if epoch == 0:
        return list(public)
    again = rng.sample(list(public), k=min(len(public), recipe.public_again))
    varied = [vary(row, rng) for row in classroom for _ in range(recipe.classroom_times)]
    harmless = [row for row in [*public, *classroom] if set(row.labels) == {0.0}]
    return again + [lengthen(row, harmless, rng) if rng.random() < recipe.lengthened else row for row in varied]


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


def fit(
    model: nn.Module,
    tokenizer: Tokenizer,
    rows: tuple[Sequence[Row], Sequence[Row]],
    recipe: Recipe,
    checkpoints: Path,
    say: Callable[[str], None] = print,
) -> None:
    """Train `model` in place on (public, classroom) rows; goes on behind the newest checkpoint of the same recipe."""
    torch.manual_seed(recipe.seed)
    plan = [batches(epoch_rows(recipe, e, *rows), tokenizer, recipe, e) for e in range(recipe.epochs)]
    total = sum(map(len, plan))
    optimizer = _optimizer(model, recipe)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: _rate(step / total, recipe.warm_up))
    first = _resume(model, optimizer, schedule, checkpoints, recipe)
    checkpoints.mkdir(parents=True, exist_ok=True)
    with Progress(SpinnerColumn(), *Progress.get_default_columns(), TextColumn("{task.fields[loss]}")) as bar:
        task = bar.add_task("training", total=total, completed=sum(map(len, plan[:first])), loss="")
        for epoch in range(first, recipe.epochs):
            torch.manual_seed(recipe.seed * 1000 + epoch)
            mean = 0.0
            for number, loss in enumerate(_steps(model, plan[epoch], optimizer, schedule, recipe), start=1):
                mean += (loss - mean) / number
                bar.update(task, advance=1, loss=f"loss {mean:.4f}")
            say(f"epoch {epoch + 1} of {recipe.epochs}: mean loss {mean:.4f}")
            state = [part.state_dict() for part in (model, optimizer, schedule)]
            torch.save({"epoch": epoch + 1, "state": state}, checkpoints / f"{recipe.key}-{epoch + 1}.pt")


def _steps(
    model: nn.Module,
    plan: Sequence[Sequence[tuple[list[int], Row]]],
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    recipe: Recipe,
) -> Iterator[float]:
    model.train()
    for batch in plan:
        filled, mask = pad([ids for ids, _ in batch])
        wanted = torch.tensor([row.labels for _, row in batch])
        weight = torch.tensor([row.weight for _, row in batch])
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bf16):
            found = model(input_ids=filled, attention_mask=mask).logits
        loss = masked_loss(found.float(), wanted, weight)
        loss.backward()  # type: ignore[no-untyped-call]  # torch does not type it
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        optimizer.zero_grad()
        yield float(loss.detach())


def _optimizer(model: nn.Module, recipe: Recipe) -> torch.optim.AdamW:
    trained = [(name, p) for name, p in model.named_parameters() if p.requires_grad]
    head = [p for name, p in trained if "pooler" in name or "classifier" in name]
    body = [p for name, p in trained if "pooler" not in name and "classifier" not in name]
    groups = [{"params": head, "lr": recipe.head_rate}, {"params": body, "lr": recipe.encoder_rate}]
    return torch.optim.AdamW(groups, weight_decay=recipe.decay)


def _rate(done: float, warm_up: float) -> float:
    return done / warm_up if done < warm_up else max(0.02, (1 - done) / (1 - warm_up))


def _resume(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    schedule: torch.optim.lr_scheduler.LRScheduler,
    checkpoints: Path,
    recipe: Recipe,
) -> int:
    for epoch in range(recipe.epochs, 0, -1):
        path = checkpoints / f"{recipe.key}-{epoch}.pt"
        if path.is_file():
            found = torch.load(path, weights_only=True)
            model.load_state_dict(found["state"][0])
            optimizer.load_state_dict(found["state"][1])
            schedule.load_state_dict(found["state"][2])
            return epoch
    return 0
