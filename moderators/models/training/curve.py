"""`make curve`: what more classroom texts still bring. A linear head on the frozen encoder, learned from 25, 50 and 100 % of them.

The frozen encoder shows the texts' own worth, in minutes; the whole training at each share would take an evening. The figures are mean
average precisions over the eleven rules: on kept texts of the same writers, and on the development set, which somebody else wrote.

python -m moderators.models.training.curve --data ../shared/data --out moderators/models/classroom
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final

import torch
from sklearn.metrics import average_precision_score

from moderators.models.training.card import CURVE
from moderators.models.training.data import LABELS, Row, classroom_rows, hold_back, public_rows
from moderators.models.training.encoder import load_tokenizer, make_base, new_model
from moderators.models.training.measure import RULES, masked_texts
from moderators.models.training.probe import best_head, labels_of, vectors
from moderators.models.training.train import KEPT_CLASSROOM, KEPT_PUBLIC, ROOT, has_bf16

SHARES: Final = (0.25, 0.5, 1.0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Read, embed each text once, learn a head for each share, write `curve.json`."""
    chosen = _arguments(arguments)
    public, _ = hold_back(public_rows(chosen.data / "toxicity"), KEPT_PUBLIC)
    classroom, kept = hold_back(classroom_rows(), KEPT_CLASSROOM)
    base = make_base(chosen.cache, [row.text for row in public])
    encoder, tokenizer = new_model(base, len(LABELS)), load_tokenizer(base.tokenizer)
    texts, wanted = masked_texts(chosen.data / "classroom-dev", ROOT / "config" / "lexicons")
    read = partial(vectors, encoder, tokenizer, bf16=has_bf16())
    known = read([row.text for row in classroom])
    middle, spread = known.mean(0), known.std(0)
    judged = {
        "kept": ((read([row.text for row in kept]) - middle) / spread, labels_of(kept) >= 0.5),
        "development": (
            (read(texts) - middle) / spread,
            torch.tensor([[label in has for label in LABELS] for has in wanted]),
        ),
    }
    known = (known - middle) / spread
    found = []
    for share in SHARES:
        part = [at for at, row in enumerate(classroom) if _is_in(row, share)]
        head = best_head(known[part], labels_of([classroom[at] for at in part]), torch.ones(len(part)))
        figures = {name: round(_precision(head(x), y), 3) for name, (x, y) in judged.items()}
        found.append({"share": share, "texts": len(part), **figures})
        print(found[-1])
    (chosen.out / CURVE).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def _is_in(row: Row, share: float) -> bool:
    """Whether a row is of that share. Rows of a pair stay together."""
    return bool(hold_back([row], KEPT_CLASSROOM + (1 - KEPT_CLASSROOM) * share)[1])


def _precision(found: torch.Tensor, wanted: torch.Tensor) -> float:
    places = [LABELS.index(rule) for rule in RULES]
    return sum(float(average_precision_score(wanted[:, at], found[:, at].detach())) for at in places) / len(places)


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The learning curve of the classroom texts.")
    parser.add_argument("--data", type=Path, required=True, help="the folder with toxicity/ and classroom-dev/")
    parser.add_argument("--out", type=Path, required=True, help="where curve.json is written")
    parser.add_argument("--cache", type=Path, default=ROOT / ".cache" / "training", help="the encoder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
