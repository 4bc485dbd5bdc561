"""From a name in the configuration to a detector: our own, a district's by import path, or an installed package's.

A district adds `moderators: {chess_spam: district.chess:ChessSpam}` to its configuration, or installs a package with an entry
point in the group `hallmonitor.moderators`; nothing is forked.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from types import MappingProxyType

from moderators.base import Moderator, ModeratorSettings

GROUP = "hallmonitor.moderators"
"""The group of entry points in which an installed package offers detectors."""

DEFAULTS: Mapping[str, str] = MappingProxyType(
    {
        "student_names": "moderators.student_names:StudentNames",
        "contact_details": "moderators.contact_details:ContactDetails",
        "school_records": "moderators.school_records:SchoolRecords",
        "personnel_records": "moderators.personnel_records:PersonnelRecords",
        "student_private": "moderators.student_private:StudentPrivate",
        "media": "moderators.media:MediaPresent",
        "phrases": "moderators.phrases:Phrases",
        "assents": "moderators.assents:Assents",
        "identity": "moderators.identity:Identity",
        "toxicity": "moderators.toxicity:Toxicity",
    }
)
"""Our detectors in their order: `student_names` first, since what it finds is masked for `toxicity`."""


class UnknownModerator(LookupError):
    """No detector of that name: mend the name, or give its import path."""


class BadModerator(ValueError):
    """The import path leads to nothing that is a detector: mend the path, or the class."""


def known(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every name with its import path: ours, then the installed packages', then `extra`, of which the later wins."""
    return {**DEFAULTS, **_installed(), **(extra or {})}


@cache
def _installed() -> Mapping[str, str]:
    """What installed packages offer. Read once a process: each of a hundred packages has a file that says so."""
    return {point.name: point.value for point in entry_points(group=GROUP)}


def make(name: str, settings: ModeratorSettings, extra: Mapping[str, str] | None = None) -> Moderator:
    """Make the detector of that name; `extra` maps the configuration's own names to import paths.

    Raises:
        UnknownModerator: no such name, with the nearest one.
        BadModerator: the import path is malformed, cannot be imported, or its class is no detector.
    """
    table = known(extra)
    if name not in table:
        raise UnknownModerator(f"no moderator is called {name!r}{_hint(name, table)}")
    make_it: Callable[[ModeratorSettings], Moderator] = load(table[name])
    made = make_it(settings)
    lacking = [part for part in ("name", "version", "signals", "reads", "assess", "canary") if not hasattr(made, part)]
    if lacking:
        raise BadModerator(f"{table[name]}: is no moderator, it lacks {', '.join(lacking)} (moderators/README.md)")
    return made


def load(path: str) -> Callable[[ModeratorSettings], Moderator]:
    """The class behind an import path such as "moderators.media:MediaPresent".

    Raises:
        BadModerator: see `make`.
    """
    module_name, _, class_name = path.partition(":")
    if not module_name or not class_name.isidentifier():
        raise BadModerator(f"{path!r}: an import path reads package.module:Class")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        raise BadModerator(f"{path}: there is no module {error.name}; is its package installed?") from error
    found = getattr(module, class_name, None)
    if not isinstance(found, type):
        classes = {key for key, value in vars(module).items() if isinstance(value, type)}
        raise BadModerator(f"{path}: {module_name} has no class {class_name}{_hint(class_name, classes)}")
    return found


def _hint(word: str, words: Mapping[str, str] | set[str]) -> str:
    close = get_close_matches(word, sorted(words), n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are {', '.join(sorted(words))}"
