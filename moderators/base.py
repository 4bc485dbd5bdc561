"""The contract between Hallmonitor and a detector (DESIGN.md 5).

A moderator reads comments and gives signals. It decides nothing: which signal breaks which rule is the policy's.
What it cannot process it says so (`CouldNotAssess`): silence would be read as "clean".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

MIN_SCORE = 0.05
"""Signals below this are not stored (DESIGN.md 5)."""


class AuthorView(Protocol):
    """What a detector may know of an author."""

    @property
    def id(self) -> str:
        """The platform's account id."""
        ...

    @property
    def name(self) -> str:
        """The display name."""
        ...

    @property
    def is_staff(self) -> bool | None:
        """Whether the platform says that this is staff; None where it does not say."""
        ...


class MediaView(Protocol):
    """What a detector may know of an attachment: never its content."""

    @property
    def kind(self) -> str:
        """One of "image", "video", "audio", "link", "file"."""
        ...

    @property
    def url(self) -> str:
        """The address, to be read as text and never requested."""
        ...

    @property
    def count(self) -> int:
        """How many."""
        ...


class CommentView(Protocol):
    """The fields of a comment that a detector may see; `connectors.base.Comment` fits without an import."""

    @property
    def id(self) -> str:
        """The comment's id."""
        ...

    @property
    def text(self) -> str:
        """The text as posted."""
        ...

    @property
    def author(self) -> AuthorView:
        """Who wrote it."""
        ...

    @property
    def media(self) -> Sequence[MediaView]:
        """What hangs on it."""
        ...


@dataclass(frozen=True, slots=True)
class Student:
    """One student of a page's roster. `nicknames` are those that the roster knows; `id` is ours or the district's.

    `accounts` are the platform's ids of the accounts that are registered as this student's.
    """

    id: str
    first: str
    last: str
    nicknames: tuple[str, ...] = ()
    student_number: str = ""
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StaffMember:
    """One employee who may be named on a page without it being a student's name. `accounts` as of a student."""

    first: str
    last: str
    title: str = ""
    email: str = ""
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageContext:
    """What a detector may know of the class page: its roster, staff, vocabulary and country."""

    page: str
    students: tuple[Student, ...] = ()
    staff: tuple[StaffMember, ...] = ()
    vocabulary: frozenset[str] = frozenset()
    region: str = "US"


@dataclass(frozen=True, slots=True)
class Signal:
    """One detector's finding.

    `score` is calibrated, 0 to 1. `start` and `end` are code points of the original text (0, 0: the whole comment).
    `why` is a sentence that a principal understands and that quotes nothing: no name, number or word of the comment.
    `student` is the roster's id where the finding is about one student. `traits` refine it for the policy ("first_name_only").
    """

    name: str
    score: float
    start: int = 0
    end: int = 0
    why: str = ""
    student: str | None = None
    traits: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CouldNotAssess:
    """A comment that this detector could not process. `reason` quotes nothing of the comment."""

    reason: str


Assessment = list[Signal] | CouldNotAssess


class BrokenModerator(Exception):
    """The detector does not know its canaries any more: nothing may be scored until it is mended."""


@dataclass(frozen=True, slots=True)
class ModeratorSettings:
    """What a moderator is made from: its options of the configuration and where the lexicons and models lie."""

    lexicons: tuple[Path, ...] = ()  # folders, the school's own first
    options: Mapping[str, object] = field(default_factory=dict)
    models: Path | None = None  # where models lie that were fetched, each in a folder of its name


class Moderator(Protocol):
    """What every detector offers. Made as `Class(settings: ModeratorSettings)`."""

    name: str
    version: str
    signals: frozenset[str]
    reads: Literal["text", "masked"]
    """"masked": the pipeline hands on the text with the roster's names replaced (DESIGN.md 5)."""

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        """Look at each comment; the answer has the same length and order. Scores do not depend on the neighbours."""
        ...

    def canary(self) -> None:
        """Try known-bad and known-good texts. Raises `BrokenModerator`."""
        ...


def lexicon(settings: ModeratorSettings, name: str) -> Path:
    """The first file of that name in the lexicon folders.

    Raises:
        FileNotFoundError: none of the folders holds it; the message names them.
    """
    for folder in settings.lexicons:
        if (folder / name).is_file():
            return folder / name
    searched = ", ".join(str(folder) for folder in settings.lexicons) or "no folder at all"
    raise FileNotFoundError(f"lexicon {name} is in none of: {searched}; put it there or reinstall Hallmonitor")


MASK = "Alex"
"""Stands for every student's name in the text that the toxicity model reads: a name never raises or lowers a score."""


def mask_names(text: str, signals: Sequence[Signal]) -> str:
    """The text with the spans of `student_name` signals replaced by `MASK`; overlapping spans count as one."""
    spans = sorted((s.start, s.end) for s in signals if s.name == "student_name" and s.start < s.end)
    parts: list[str] = []
    written = 0
    for start, end in spans:
        if end <= written:
            continue
        if start >= written:
            parts += (text[written:start], MASK)
        written = end
    parts.append(text[written:])
    return "".join(parts)
