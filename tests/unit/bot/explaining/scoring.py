"""A model in miniature, whose arithmetic a test can do in its head: each bad word adds its weight, up to one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from moderators.base import Assessment, BrokenModerator, CommentView, CouldNotAssess, PageContext, Signal

WEIGHTS = {"disparagement": {"stupid": 0.5, "ugly": 0.3, "loser": 0.9}, "threat": {"kill": 0.9, "you": 0.05}}


@dataclass
class Weights:
    """Reads masked text; what it was shown is kept."""

    name: str = "weights"
    version: str = "1"
    reads: Literal["text", "masked"] = "masked"
    signals: frozenset[str] = frozenset({*WEIGHTS, "severe_toxicity"})
    weights: Mapping[str, Mapping[str, float]] = field(default_factory=lambda: WEIGHTS)
    seen: list[str] = field(default_factory=list)
    broken: bool = False

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        self.seen += [comment.text for comment in comments]
        return [self._one(comment.text) for comment in comments]

    def canary(self) -> None:
        if self.broken:
            raise BrokenModerator("weights: does not know its canary")

    def score(self, text: str, signal: str) -> float:
        words = text.lower().replace(".", "").replace(",", "").split()
        return min(1.0, sum(self.weights[signal].get(word, 0.0) for word in words))

    def _one(self, text: str) -> Assessment:
        if "!unreadable" in text:
            return CouldNotAssess("too strange")
        return [Signal(name, self.score(text, name), why=f"It is {name}.") for name in self.weights]
