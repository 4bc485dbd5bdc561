"""A raid on the page of the small school, and the moves that a test makes with it."""

from __future__ import annotations

from dataclasses import replace

from bot import bundles, jobs
from bot.bundles import BundleDecided, BundleView
from bot.domain.bundle_presses import BundleChoice
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, Town, rows


def raided(town: Town, many: int = 40, words: str = "!disparagement", *, start: int = 0) -> str:
    """So many nasty comments within a minute, found by one scan; the bundle's id."""
    town.house = replace(town.house, clock=lambda: NOW)
    town.platform.batch = 100
    for number in range(start, start + many):
        town.platform.post(f"r{number:03}", f"{words} number {number}", minutes_ago=60 - number / many)
    town.scan()
    bundles.form(town.house, "p", NOW)
    (newest, *_) = (str(id) for (id,) in rows(town, "SELECT id FROM bundle ORDER BY id DESC"))
    return newest


def press(town: Town, bundle: str, choice: str, by: str = ADMIN, *, seen: int | None = None) -> BundleDecided:
    """A person presses, and the face rings for what is left."""
    decided = bundles.decide_bundle(
        town.house, bundle, by, BundleChoice(choice), NOW, seen=seen, os_user="tester", within=None
    )
    jobs.finish_bundle(town.house, bundle, decided.page)
    return decided


def shown(town: Town, bundle: str) -> BundleView:
    view = bundles.bundle_of(town.house, bundle)
    assert view is not None
    return view


def hidden(town: Town) -> set[str]:
    """Which comments are hidden on the platform."""
    return {id for id, comment in town.platform.comments.items() if comment.state is CommentState.HELD}


def together(town: Town) -> set[str]:
    """The comments whose flags wait in a bundle."""
    return {flag.comment for flag in town.queue().values() if flag.bundle is not None}


def alone(town: Town) -> set[str]:
    """The comments whose flags wait by themselves."""
    return {flag.comment for flag in town.queue().values() if flag.bundle is None}
