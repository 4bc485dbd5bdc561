"""What a connector says of itself to whoever adds a page: which addresses are its own, and what it needs (`pages add`).

It stands beside its `capabilities`, as `setup = Setup(...)`. A connector without one is used as before: it is named in the page's
file, or by `pages add --connector`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

from connectors.seen import Ask, Seen


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a secret. `how` is one sentence: where a teacher gets it. What is `shown` is no secret by itself: a name.

    An `optional` one may be left empty.
    """

    name: str
    how: str
    shown: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Match:
    """An address is the connector's: `url` goes into the page's file, `note` is what the teacher should know of it.

    One that is not `sure` counts only where no other connector knows the address.
    """

    url: str
    note: str = ""
    sure: bool = True


def _no_address(_: httpx.URL) -> Match | None:
    return None


def _no_answer(_page: Seen, _ask: Ask) -> Match | None:
    return None


@dataclass(frozen=True, slots=True)
class Setup:
    """What setting up a page of a platform takes.

    `by_address` knows addresses that can be nobody else's, without asking anybody; `by_answer` knows the platform by what its
    server shows a stranger, and may ask it a question or two. Both raise `BadConfig("url", ...)` for an address that is theirs
    and no class page, and say what to write instead.
    """

    platform: str
    """With its article, in the middle of a sentence: "a WordPress blog"."""

    secret: tuple[Part, ...] = ()
    """In their order; the secret is the parts with `:` between."""

    first: str = ""
    """What has to be there before the secret is made: an account with certain rights."""

    by_address: Callable[[httpx.URL], Match | None] = _no_address
    by_answer: Callable[[Seen, Ask], Match | None] = _no_answer

    def joined(self, parts: tuple[str, ...]) -> str:
        """The secret of these parts."""
        return ":".join(part.strip() for part in parts)

    @property
    def knows_answers(self) -> bool:
        """Whether it is worth asking the server: a page that no program can read may be where no program gets an answer."""
        return self.by_answer is not _no_answer

    @property
    def form(self) -> str:
        """What the secret looks like: `name:application password`."""
        return ":".join(part.name for part in self.secret)
