"""What is put before somebody who decides: a line of the queue, and one flag opened."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.domain.own_rules import is_only_drawn
from bot.domain.review import Choice
from bot.domain.strikes import Strike
from bot.store.comments import StoredComment


@dataclass(frozen=True, slots=True)
class BrokenRule:
    """One rule of a flag, in words. `start` and `end` point into the comment's text (0, 0: the whole of it)."""

    rule: str
    title: str
    clause: str
    severity: str
    recommend: str
    why: str
    score: float
    moderator: str
    version: str
    start: int
    end: int
    sealed: str = ""
    """What is the matter with the key of `why`, which is empty then."""


@dataclass(frozen=True, slots=True)
class QueuedFlag:
    """One line of the queue: everything but the words themselves."""

    flag: str
    page: str
    comment: str
    rules: tuple[BrokenRule, ...]
    severity: str
    deadline: datetime
    time_zone: str
    overdue: bool
    state: str
    held: bool
    """Hidden on the platform until somebody has looked."""
    deleted: bool
    edited: bool
    """Other words stand there now: those that the flag is about are kept, and wait for a decision all the same."""
    restricted: bool
    acknowledged: bool
    not_serious: bool
    assigned: str
    """The address of the person whose turn it is; empty: nobody's more than the others'."""
    bundle: str | None
    """The flags with which it is shown and decided together (`bot/bundles`); None: it stands by itself."""
    version: int
    """To be handed back with the decision: it says which state of the flag was shown."""
    place: tuple[int, datetime, str]
    """Where it stands in the queue: what `queue` goes on behind."""
    strike: Strike | None = None
    """What several upheld flags of this author call for; only for somebody who may decide it."""
    sealed: str = ""
    """What is the matter with the key of a part that is empty for it; empty: all of the line opened."""

    @property
    def why(self) -> str:
        """One sentence or two that quote nothing of the comment."""
        return " ".join(dict.fromkeys(rule.why for rule in self.rules))

    @property
    def only_drawn(self) -> bool:
        """Drawn at random: whoever says that it breaks the policy has to say which rule."""
        return is_only_drawn(rule.rule for rule in self.rules)


@dataclass(frozen=True, slots=True)
class LastDecision:
    """The newest decision on a flag. `by` is an address, or `policy` for the machine; `name` is what others call whoever decided."""

    kind: str
    by: str
    at: datetime
    name: str


@dataclass(frozen=True, slots=True)
class OpenFlag:
    """A flag opened for somebody with the right to decide it: the words, and the thread around them."""

    queued: QueuedFlag
    comment: StoredComment
    thread: tuple[StoredComment, ...]
    policy_version: str
    reason_not: str | None
    """Why this person may look but not decide, or None."""
    offered: tuple[Choice, ...]
    """What this person may press, in this order."""
    decided: LastDecision | None


@dataclass(frozen=True, slots=True)
class Waiting:
    """What else waits, as counts."""

    unscored: int
    failed: int
    cases: int
    actions: int
    manual: int
