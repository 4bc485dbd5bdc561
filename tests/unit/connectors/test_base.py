from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from connectors.base import (
    ActionKind,
    Author,
    BadConfig,
    Capabilities,
    Changed,
    Comment,
    CommentState,
    Media,
    PageAddress,
    Revision,
    Unavailable,
    revision_of,
)

SAID = Comment("1", Author("7", "Wren"), "Our nest has four eggs", datetime(2025, 5, 1, tzinfo=UTC))
PHOTO = Media("image", "https://pics.example.test/nest.jpg")


@pytest.mark.parametrize(
    "later",
    [
        replace(SAID, state=CommentState.HELD),
        replace(SAID, author=Author("7", "Wren the second")),
        replace(SAID, parent="3"),
        replace(SAID, edited=datetime(2025, 5, 2, tzinfo=UTC)),
        replace(SAID, permalink="https://blog.example.test/#1"),
    ],
)
def test_what_changes_without_the_author_is_no_new_revision(later: Comment) -> None:
    assert later.revision == SAID.revision


@pytest.mark.parametrize(
    "later",
    [
        replace(SAID, text="Our nest has five eggs"),
        replace(SAID, text=SAID.text + " "),
        replace(SAID, text=""),
        replace(SAID, media=(PHOTO,)),
        replace(SAID, media=(replace(PHOTO, kind="video"),)),
        replace(SAID, media=(replace(PHOTO, count=2),)),
    ],
)
def test_other_words_or_media_are_a_new_revision(later: Comment) -> None:
    assert later.revision != SAID.revision


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        ("https://a.test/p.jpg?sig=1", "https://a.test/p.jpg?sig=2", True),
        ("https://a.test/p.jpg#x", "https://a.test/p.jpg", True),
        ("https://a.test/p.jpg", "https://a.test/q.jpg", False),
        ("https://a.test/p.jpg", "https://b.test/p.jpg", False),
        ("http://a.test/p.jpg", "https://a.test/p.jpg", False),
        ("http://[broken", "http://[broken", True),
        ("http://[broken", "http://[other", False),
        ("", "https://a.test/p.jpg", False),
    ],
)
def test_a_signature_in_an_address_is_no_new_revision(first: str, second: str, same: bool) -> None:
    assert (revision_of("x", [Media("image", first)]) == revision_of("x", [Media("image", second)])) is same


def test_the_order_of_media_does_not_matter() -> None:
    film = Media("video", "https://a.test/f.mp4")
    assert revision_of("x", [PHOTO, film]) == revision_of("x", [film, PHOTO])


@pytest.mark.parametrize("text", ["", "\x00", "\ud83d", "🌱" * 1000, "e" + "\u0301" * 10_000, "\u202eabc"])
def test_any_text_has_a_revision(text: str) -> None:
    assert len(revision_of(text, [])) == 64


def test_a_revision_is_the_same_in_every_version_of_this_program() -> None:
    assert revision_of("Hi", []) == "91392e61fb8db8b95261248579f8241d2708fac44672d34f8f2cae25f80fe00a"


@pytest.mark.parametrize(
    ("actions", "can"),
    [
        (set(ActionKind), True),
        ({ActionKind.HIDE, ActionKind.RESTORE}, True),
        ({ActionKind.HIDE}, False),
        ({ActionKind.RESTORE, ActionKind.REMOVE}, False),
        (set(), False),
    ],
)
def test_only_what_can_be_hidden_and_shown_again_can_be_restored(actions: set[ActionKind], can: bool) -> None:
    assert Capabilities(frozenset(actions)).can_restore is can


def test_an_address_does_not_show_its_secret() -> None:
    assert "hunter2" not in repr(PageAddress("p", "https://a.test", secret="hunter2"))


def test_errors_carry_what_their_caller_needs() -> None:
    assert BadConfig("url", "is empty").field == "url"
    assert str(BadConfig("url", "is empty")) == "url: is empty"
    assert Unavailable("later", 30).retry_after == 30
    assert Unavailable("later").retry_after is None
    assert Changed("other words", Revision("r")).revision == "r"
