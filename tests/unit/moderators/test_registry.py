from __future__ import annotations

import pytest

from moderators import registry
from moderators.media import MediaPresent
from tests.unit.moderators.reading import SETTINGS


def test_names_are_found_in_the_order_of_work() -> None:
    assert next(iter(registry.DEFAULTS)) == "student_names"
    assert list(registry.DEFAULTS)[-1] == "toxicity"


def test_a_moderator_is_made_by_name() -> None:
    assert isinstance(registry.make("media", SETTINGS), MediaPresent)


def test_a_district_adds_its_own_by_import_path() -> None:
    made = registry.make("ours", SETTINGS, {"ours": "moderators.media:MediaPresent"})
    assert made.name == "media"


def test_the_configuration_wins_over_our_table() -> None:
    assert registry.known({"media": "a.b:C"})["media"] == "a.b:C"


@pytest.mark.parametrize(("wrong", "meant"), [("student_name", "student_names"), ("phrase", "phrases")])
def test_an_unknown_name_gets_a_suggestion(wrong: str, meant: str) -> None:
    with pytest.raises(registry.UnknownModerator, match=f"did you mean {meant}"):
        registry.make(wrong, SETTINGS)


def test_a_name_that_is_like_none_lists_them_all() -> None:
    with pytest.raises(registry.UnknownModerator, match=r"known are .*contact_details"):
        registry.make("zzz", SETTINGS)


@pytest.mark.parametrize(
    ("path", "problem"),
    [
        ("moderators.media", "package.module:Class"),
        (":MediaPresent", "package.module:Class"),
        ("moderators.media:Media-Present", "package.module:Class"),
        ("moderators.nowhere:X", "no module moderators.nowhere"),
        ("moderators.media:MediaPresnt", "did you mean MediaPresent"),
        ("moderators.media:_look", "no class _look"),
    ],
)
def test_a_wrong_import_path_says_what_is_wrong(path: str, problem: str) -> None:
    with pytest.raises(registry.BadModerator, match=problem):
        registry.make("x", SETTINGS, {"x": path})


def test_a_class_that_is_no_moderator_is_refused() -> None:
    with pytest.raises(registry.BadModerator, match="it lacks name"):
        registry.make("x", SETTINGS, {"x": "tests.unit.moderators.reading:Said"})
