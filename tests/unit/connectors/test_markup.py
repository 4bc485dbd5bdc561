from __future__ import annotations

import time

import pytest

from connectors.base import Media
from connectors.markup import media_in


@pytest.mark.parametrize(
    "text",
    [
        "",
        "No picture here.",
        "see nest.jpg in my folder",
        "img src=nest.jpg",
        "3 < 4 and 5 > 4",
        "<b>bold</b> <em>words</em>",
        "<imgs src='x.jpg'>",
        "<a name='here'>here</a>",
        "<a href='#top'>top</a>",
        "<a href=''>nothing</a>",
        "http:// is how addresses begin",
        "ftp://old.example.test/p.jpg",
        "mail me: wren@example.test",
    ],
)
def test_a_text_without_address_has_no_media(text: str) -> None:
    assert media_in(text) == ()


@pytest.mark.parametrize(
    ("text", "media"),
    [
        ("<img src='http://a.test/nest'>", Media("image", "http://a.test/nest")),
        ("<IMG alt=x SRC=/nest.php?id=4>", Media("image", "/nest.php?id=4")),
        ('<img src="//a.test/n.webp" />', Media("image", "//a.test/n.webp")),
        ("<video><source src='f.mp4'></video>", Media("video", "f.mp4")),
        ("<video src='http://a.test/1'>", Media("video", "http://a.test/1")),
        ("<audio src='http://a.test/1'>", Media("audio", "http://a.test/1")),
        ("<a href='http://a.test/n.JPG?x=1&amp;y=2'>nest</a>", Media("image", "http://a.test/n.JPG?x=1&y=2")),
        ("<a href='http://a.test/page'>page</a>", Media("link", "http://a.test/page")),
        ("<iframe src='https://tube.example.test/embed/1'>", Media("link", "https://tube.example.test/embed/1")),
        ("look: https://a.test/nest.png.", Media("image", "https://a.test/nest.png")),
        ("(https://a.test/film.mov)", Media("video", "https://a.test/film.mov")),
        ("HTTPS://A.test/song.mp3!", Media("audio", "HTTPS://A.test/song.mp3")),
        ("https://a.test/list.pdf", Media("file", "https://a.test/list.pdf")),
        ("https://a.test/jpg", Media("link", "https://a.test/jpg")),
        ("https://a.test/?file=nest.jpg", Media("link", "https://a.test/?file=nest.jpg")),
        ("https://[broken/nest.jpg", Media("link", "https://[broken/nest.jpg")),
        ("https://a.test/x https://a.test/x", Media("link", "https://a.test/x", 2)),
        ("<a href='http://a.test/n.jpg'><img src='http://a.test/n.jpg'></a>", Media("image", "http://a.test/n.jpg", 2)),
        ("<a href='http://a.test/n'><img src='http://a.test/n'></a>", Media("image", "http://a.test/n", 2)),
    ],
)
def test_each_way_to_show_something_is_noticed(text: str, media: Media) -> None:
    assert media_in(text) == (media,)


def test_the_picture_inside_a_data_address_is_not_kept() -> None:
    (media,) = media_in(f"<img src='data:image/png;base64,{'A' * 100_000}'>")
    assert media.kind == "image"
    assert len(media.url) <= 2000


@pytest.mark.parametrize(
    "text",
    [
        "<img " * 200_000,
        "<img src=" * 110_000,
        "<a href='" * 110_000,
        "<img" + " src" * 250_000,
        "<img src" + " " * 1_000_000,
        "http://" * 140_000,
        "https://a.test/" + "a" * 1_000_000,
        "<" * 1_000_000,
        "src=" * 250_000,
        "\x00\ud83d" * 300_000,
        "e" + "\u0301" * 10_000,
        "\u202e🌱" * 100_000,
    ],
)
def test_a_megabyte_of_anything_is_read_in_linear_time(text: str) -> None:
    began = time.process_time()
    media_in(text)
    assert time.process_time() - began < 5
