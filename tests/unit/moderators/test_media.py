from __future__ import annotations

import socket

import pytest

from moderators.media import MediaPresent
from tests.unit.moderators.reading import PAGE, SETTINGS, Attached, Said

MEDIA = MediaPresent(SETTINGS)


def is_found(text: str, *media: Attached) -> bool:
    (answer,) = MEDIA.assess([Said(text, media=media)], PAGE)
    assert isinstance(answer, list)
    return any(signal.score >= 0.5 for signal in answer)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("gm", (Attached("image", "https://cdn.example/1.jpg"),)),
        ("look at us", (Attached("video", ""),)),
        ("party!", (Attached("link", "https://photos.example.com/a/1"),)),
        ("see https://www.flickr.com/x/1", ()),
        ("look www.flickr.com", ()),
        ("clip: tiktok.com/@x/video/1", ()),
        ("everyone is in IMG_2201.HEIC", ()),
        ("the yearbook photos https://drive.example.com/f/1", ()),
        ("our class dance https://www.youtube.com/watch?v=x", ()),
        ("x", (Attached("file", "https://cdn.example/us.mov"),)),
    ],
)
def test_pictures_that_may_show_students_are_found(text: str, media: tuple[Attached, ...]) -> None:
    assert is_found(text, *media)


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("watch https://www.youtube.com/watch?v=x first", ()),
        ("read https://www.nasa.gov/missions", ()),
        ("the worksheet https://drive.example.com/f/1", ()),
        ("this is the rubric", (Attached("image", "https://cdn.example/1.png"),)),
        ("here", (Attached("image", "https://cdn.example/cell-diagram.png"),)),
        ("for tonight", (Attached("link", "https://en.wikipedia.example/wiki/Frog"),)),
        ("song", (Attached("audio", "https://cdn.example/1.mp3"),)),
        ("did anybody take a picture of the board", ()),
        ("the video about enzymes", ()),
        ("either/or and 3/4 cups", ()),
        ("http://[broken", ()),
        ("", ()),
    ],
)
def test_lesson_links_and_things_stay_below_the_threshold(text: str, media: tuple[Attached, ...]) -> None:
    assert not is_found(text, *media)


def test_a_link_in_the_text_is_shown_where_it_stands() -> None:
    text = "héy see https://photos.example/a/1 now"
    (answer,) = MEDIA.assess([Said(text)], PAGE)
    assert isinstance(answer, list)
    assert text[answer[0].start : answer[0].end] == "https://photos.example/a/1"


def test_nothing_is_requested(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a media address was requested")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert is_found("https://photos.example/a/1", Attached("image", "https://cdn.example/1.jpg"))
