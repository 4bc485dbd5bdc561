"""What an explanation says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a text that a model read, and by how much the score falls when it is left out (below 0: it rises)."""

    start: int
    end: int
    drop: float


@dataclass(frozen=True, slots=True)
class Carried:
    """Which words carry a model's score: each is left out once, and the rest is scored again. An approximation.

    `start` and `end` are the part of the text in which words were left out: all of it, or of a long text the sentence that has the
    highest score by itself, which is then `score`.
    """

    start: int
    end: int
    score: float
    words: tuple[Word, ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What one detector found, against the threshold of one rule. `spans` are places in the text; none: the whole comment."""

    rule: str
    title: str
    signal: str
    score: float
    threshold: float
    look: float | None
    """The lower threshold from which a person is asked to look, where the rule has one, and the page is not stricter still."""
    moderator: str
    version: str
    spans: tuple[Span, ...]
    carried: Carried | None = None

    @property
    def margin(self) -> float:
        """By how much the score is over the threshold; below 0: by how much it falls short."""
        return self.score - self.threshold

    @property
    def lowest(self) -> float:
        """The score from which the rule is broken, if only so that a person looks."""
        return self.threshold if self.look is None else self.look

    @property
    def counts(self) -> bool:
        """Whether the rule is broken by it, if only so that a person looks."""
        return self.score >= self.lowest


@dataclass(frozen=True, slots=True)
class Raised:
    """A rule that is broken. `level` holds the facts that made it milder or sterner; none: the rule's own reading."""

    rule: str
    title: str
    clause: str
    severity: str
    within: timedelta
    level: tuple[str, ...]
    restricted: bool
    recommend: str
    why: str
    by: tuple[Weighed, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why these words would be flagged, or not. `text` is what was written, `read` what a model reads of it: names are masked.

    `short` is what was found and breaks no rule, the nearest to doing so first; `unused` are signals that count for no rule;
    `failed` are the detectors that could not process the text, so that a person would have to read it.
    """

    page: str
    text: str
    read: str
    facts: tuple[str, ...]
    raised: tuple[Raised, ...]
    short: tuple[Weighed, ...]
    unused: Sequence[tuple[str, float]]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """A rule as a flag has it: raised then, by that version of a detector, or by a person or the comment's surroundings."""

    rule: str
    title: str
    severity: str
    score: float
    moderator: str
    version: str
    why: str
