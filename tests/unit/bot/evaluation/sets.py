"""A small set, judged by the detector of marked words: `!threat` in a text is a signal of that name."""

from __future__ import annotations

from pathlib import Path

from bot.evaluation.figures import Judged, pair
from bot.evaluation.judging import Prediction, judge
from bot.evaluation.labelled import Labelled
from bot.evaluation.school import Panel, open_pages
from bot.settings import load_policy
from moderators.base import Moderator
from tests.houses import MarkedWords

ROOT = Path(__file__).parents[4]


def panel(*moderators: Moderator) -> Panel:
    """The policy that ships, and these detectors."""
    return Panel(list(moderators) or [MarkedWords()], load_policy(ROOT / "config"), {})


def comment(id: str, text: str, *labels: str, page: str = "p", clean: bool = False, **more: object) -> Labelled:
    """A comment with these labels; without any it has none, or is `clean`."""
    known = frozenset(labels) if labels or clean else None
    return Labelled(id, page, "someone", text, labels=known, **more)  # type: ignore[arg-type]  # the fields that are left


def judged(*comments: Labelled, by: Panel | None = None, rosters: Path | None = None) -> list[Prediction]:
    """What is found in these comments."""
    by = by or panel()
    return judge(by, open_pages(by, rosters, (c.page for c in comments)), comments, lambda _: None)


def paired(*comments: Labelled) -> list[Judged]:
    """These comments beside what is found in them."""
    return pair(comments, judged(*comments))
