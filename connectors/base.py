"""The contract between Hallmonitor and a platform (DESIGN.md 4).

A connector reads comments and carries out actions. It holds no rule of ours, keeps no state between
calls, and lets nothing but the six errors below leave it: each is named by what its caller does next.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import NewType, Protocol
from urllib.parse import urlsplit, urlunsplit

Revision = NewType("Revision", str)
"""SHA-256 (hex) of a comment's text and media: what exactly was judged. See `revision_of`."""

MAX_BATCH = 500
"""A batch holds at most this many comments, so that one transaction stays short."""


class ActionKind(StrEnum):
    """What can be asked of a platform. A person presses "hide"; the receipt says what it became."""

    HIDE = "hide"
    RESTORE = "restore"
    REMOVE = "remove"
    SPAM = "spam"
    REPORT = "report"
    """Tell the platform's own moderators. It changes no state of the comment, and few platforms tell that it was done."""


CHANGES_STATE = frozenset(ActionKind) - {ActionKind.REPORT}
"""After these the comment stands elsewhere: doing one twice is as once, and reading it back proves it."""


class CommentState(StrEnum):
    """Where a comment stands on its platform, in the words that all platforms share."""

    VISIBLE = "visible"
    HELD = "held"
    REMOVED = "removed"
    SPAM = "spam"


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment, as the platform tells it.

    `id` is the platform's account id, or empty for a guest. `is_staff` is None where the platform does not say.
    """

    id: str
    name: str
    is_staff: bool | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """Attachments of one kind at one address. The address is kept and never requested (MATRIX.md)."""

    kind: str  # "image", "video", "audio", "link" or "file"
    url: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as it stands on the platform at the moment of reading. Times are aware and in UTC."""

    id: str
    author: Author
    text: str
    created: datetime
    parent: str | None = None
    media: tuple[Media, ...] = ()
    edited: datetime | None = None
    state: CommentState = CommentState.VISIBLE
    permalink: str = ""

    @property
    def revision(self) -> Revision:
        """The hash of what was said: text and media, and nothing that changes without the author."""
        return revision_of(self.text, self.media)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The place behind the last stored batch of a page. Only its own connector reads `value`."""

    value: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Batch:
    """Comments, oldest first, at most `MAX_BATCH`, with the checkpoint behind them.

    Comments and checkpoint are stored in one transaction; `checkpoint` is None where reading by date,
    since only a run from a checkpoint may move it.
    """

    comments: tuple[Comment, ...]
    checkpoint: Checkpoint | None = None


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a platform lets us do. An action that is not in `actions` becomes a step for a person."""

    actions: frozenset[ActionKind]
    reads_edits: bool = True
    reads_held: bool = True
    tells_settings: bool = True
    tells_deletions: bool = True
    """Whether `get` finds all that still stands there. A feed shows its newest entries alone: what left it may stand for ever."""

    @property
    def can_restore(self) -> bool:
        """Whether a hide can be taken back: without this no page may be held until reviewed (DESIGN.md 6)."""
        return {ActionKind.HIDE, ActionKind.RESTORE} <= self.actions


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing `check` noticed, with what to do about it. `problem` is False for a plain fact."""

    field: str
    message: str
    problem: bool = False


@dataclass(frozen=True, slots=True)
class PageSettings:
    """What the platform tells of a class page's settings (MATRIX.md, "Each class page").

    None means that the platform does not tell: a person has to confirm it.
    """

    title: str
    account: str
    may_moderate: bool
    comments_open: bool | None
    public: bool | None
    administrators: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    waits_for_approval: bool | None = None
    """Whether a new comment is shown to nobody before somebody has approved it."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's answer to an action: what was really done, and the text as it stands now.

    `already` says that the comment was found in the wanted state. `revision` is read back after the call,
    since some platforms rewrite the text when they hide it (WordPress, measured).
    """

    action: ActionKind
    state: CommentState
    detail: str
    revision: Revision
    at: datetime
    already: bool = False


@dataclass(frozen=True, slots=True)
class PageAddress:
    """All that a connector is made from: no file of ours, no database, no environment.

    `secret` is the resolved credential. `base` is the configuration folder, against which a relative
    path is read. `allow_private` permits loopback and private hosts (a district's own server).
    """

    page: str
    url: str
    secret: str = field(default="", repr=False)
    options: Mapping[str, object] = field(default_factory=dict)
    base: Path = field(default_factory=Path)


class ConnectorError(Exception):
    """Root of what a connector may raise. The message says what the reader should do, and quotes no comment."""


class AuthFailed(ConnectorError):
    """The credential is wrong, expired or revoked: tell the page's people to make a new one."""


class NotAllowed(ConnectorError):
    """The credential is good but lacks a right: tell the page's people which right is missing."""


class Gone(ConnectorError):
    """The comment or the page is no more: note it."""


class Changed(ConnectorError):
    """The comment is not the one that was judged: show it again."""

    def __init__(self, message: str, revision: Revision) -> None:
        super().__init__(message)
        self.revision = revision


class Unavailable(ConnectorError):
    """The platform does not answer as it should: wait `retry_after` seconds (None: as you like) and try again."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class BadConfig(ConnectorError):
    """The class page's file is wrong in `field`: mend it."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field


class Connector(Protocol):
    """What every platform offers. Made as `Class(address: PageAddress)`, raising `BadConfig`."""

    capabilities: Capabilities

    def check(self) -> PageSettings:
        """Ask the platform who we are, what we may do and how the page is set. Changes nothing."""
        ...

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Yield what was posted, oldest first: behind a checkpoint, since a time (re-reading), or everything."""
        ...

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Yield those of the comments that still exist, in any state; one that is left out is gone."""
        ...

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Carry out one action on the comment that was judged as `seen`; doing it twice is as once.

        Raises `Changed` when the text is not what was seen (nothing was done), `Gone` when it is no more.
        """
        ...


def revision_of(text: str, media: Sequence[Media]) -> Revision:
    """Hash text and media (kinds, and addresses without query and fragment: those hold signatures that change)."""
    addresses = sorted([m.kind, _unsigned(m.url), m.count] for m in media)
    return Revision(hashlib.sha256(_CANONICAL.encode([text, addresses]).encode("ascii")).hexdigest())


_CANONICAL = json.JSONEncoder(ensure_ascii=True, separators=(",", ":"))


def _unsigned(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:  # "http://[broken": keep what was written, it still identifies
        return url
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
