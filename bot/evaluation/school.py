"""The pages of a labelled set: their rosters and staff from a folder, their rules from the policy. No database is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bot.domain.accounts import register
from bot.domain.class_pages import ClassPage
from bot.domain.policy import Policy
from bot.domain.roster import BadRoster, read_staff
from bot.rosters import read_roster
from moderators.base import Moderator, PageContext, StaffMember

STAFF = "staff"

_PLAIN = ClassPage(
    id="evaluation", title="Evaluation", site="evaluation", teacher="nobody@hallmonitor.example", connector="none", url="none"
)  # fmt: skip
"""A page that nobody has described: it has the school's policy."""


@dataclass(frozen=True, slots=True)
class Panel:
    """The detectors and the policy without a database: what a labelled set is judged by. `bot.serve` builds it."""

    moderators: Sequence[Moderator]
    policy: Policy
    pages: Mapping[str, ClassPage]
    """The class pages of the configuration folder, by id: a page of the set that is among them has its own stricter rules."""


@dataclass(frozen=True, slots=True)
class SetPage:
    """One page of the set: its rules, and what the detectors may know of it."""

    document: ClassPage
    context: PageContext

    def roster_id(self, student: str | None) -> str | None:
        """The id that the roster itself has for a student; None where it has none, or where nobody is meant."""
        known = next((s for s in self.context.students if s.id == student), None)
        if known is None or (not known.student_number and known.id.startswith("line-")):  # an id of our reader's own
            return None
        return known.student_number or known.id


def open_pages(panel: Panel, rosters: Path | None, ids: Iterable[str]) -> dict[str, SetPage]:
    """The pages of these ids. One without a roster in the folder has an empty one.

    Raises:
        BadRoster: the folder is not there, or a roster in it cannot be read.
    """
    if rosters is not None and not rosters.is_dir():
        raise BadRoster(f"{rosters}: no such folder; it holds PAGE.csv, or a OneRoster folder PAGE, for each page")
    staff = _staff(rosters / f"{STAFF}.csv") if rosters else ()
    return {id: _page(panel, rosters, staff, id) for id in dict.fromkeys(ids)}


def _page(panel: Panel, rosters: Path | None, staff: Sequence[tuple[StaffMember, str]], id: str) -> SetPage:
    document = panel.pages.get(id, _PLAIN)
    source = _roster(rosters, id) if rosters else None
    here = tuple(member for member, page in staff if page in ("", id))
    people = register(document.accounts, read_roster(source, id) if source else (), here)
    return SetPage(document, PageContext(id, people.students, people.staff, frozenset(document.vocabulary)))


def _roster(rosters: Path, id: str) -> Path | None:
    folder, file = rosters / id, rosters / f"{id}.csv"
    if folder.is_dir():
        return folder
    return file if file.is_file() and id != STAFF else None


def _staff(file: Path) -> tuple[tuple[StaffMember, str], ...]:
    try:
        return read_staff(file.read_bytes(), str(file))
    except FileNotFoundError:
        return ()
    except OSError as error:
        raise BadRoster(f"{file}: cannot be read: {error.strerror}") from None
