"""The table of connectors in README.md, made of what they say of themselves: `python -m connectors.table` writes it anew.

A connector's module says in its docstring what it speaks to (first sentence), the form of its secret ("The secret is ..." or
"There is no secret"), and what may be set ("Options: ..."); its class says what a class page is there ("One blog as a class
page"). What it can do is its class's `capabilities`: where options take something away, the most that it can.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path

from connectors.base import ActionKind, Capabilities
from connectors.registry import OURS, load

README = Path(__file__).parent / "README.md"
BEGIN = "<!-- made by `python -m connectors.table` -->"
END = "<!-- until here -->"
HEAD = ("name", "platform", "a class page is", "secret", "can", "shows besides", "options")


def table(paths: Mapping[str, str] = OURS) -> str:
    """Markdown, one line a connector. Raises `ValueError` where one does not say what has to stand there."""
    rows = [HEAD, ("---",) * len(HEAD), *(_row(name, path) for name, path in paths.items())]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def written(readme: str) -> str:
    """Put the table into the README's text. Raises `ValueError` where its place is not marked."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{README.name} has no place for the table between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{table()}\n{END}{after}"


def _row(name: str, path: str) -> tuple[str, ...]:
    made = load(path)
    about = " ".join((sys.modules[made.__module__].__doc__ or "").split())
    page = re.match(r"(.+?) as a class page\b", " ".join((made.__doc__ or "").split()))
    secret = re.search(r"The secret is (.+?)(?:\. |\.$)|There is (no) secret", about)
    capabilities = getattr(made, "capabilities", None)
    if not (about and page and secret and isinstance(capabilities, Capabilities)):
        raise ValueError(f"{path} does not say what the table of connectors tells (connectors/table.py)")
    options = re.search(r"Options: (.+?)(?:\. |\.$)", about)
    platform = re.match(r"(?:\([^()]*\)|[.:](?!\s|$)|[^.:(])+", about)
    return (
        f"`{name}`",
        platform[0] if platform else about,
        page[1][0].lower() + page[1][1:],
        secret[1] or "none",
        ", ".join(kind for kind in ActionKind if kind in capabilities.actions) or "be read only",
        ", ".join(_shown(capabilities)) or "nothing",
        options[1] if options else "none",
    )


def _shown(capabilities: Capabilities) -> list[str]:
    told = {
        "edits": capabilities.reads_edits,
        "held comments": capabilities.reads_held,
        "settings": capabilities.tells_settings,
    }
    return [word for word, shown in told.items() if shown]


if __name__ == "__main__":
    README.write_text(written(README.read_text()))
