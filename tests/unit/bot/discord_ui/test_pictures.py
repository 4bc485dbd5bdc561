"""The pictures of the documentation: each kind of message is drawn with all its words and buttons, and has its pictures. No browser."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.pictures.kinds import KINDS, message_of, name_of
from tests.pictures.markdown import to_html
from tests.pictures.page import WIDTHS, Message, to_page
from tests.pictures.taking import FOLDER, MOST, README, with_gallery

_DRAWN = re.compile(r"`[0-9a-f]{8,12}`|<@?[t:]*[0-9]+[:\w]*>|https://discord\.com/\S+")
"""Ids, mentions, times and addresses of messages: a chat draws something else in their place."""


def parts(components: Any) -> Iterator[Mapping[str, Any]]:
    for part in components:
        yield part
        yield from parts(part.get("components", ()))
        yield from parts([part["accessory"]] if "accessory" in part else ())


def words(text: str) -> list[str]:
    """The words of a text, without anything between them."""
    return re.findall(r"[\w\u2588]+", text)


def read(page: str) -> str:
    """What a reader sees of a page."""
    return html.unescape(re.sub(r"<[^>]+>", " ", page.partition("</style>")[2]))


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
@pytest.mark.parametrize("width", WIDTHS)
def test_each_kind_is_drawn_with_every_word_and_button(kind: Callable[[], Message], width: str) -> None:
    message = message_of(kind)
    page = to_page(message, width)
    said = words(read(page))
    texts = [message.content, *(str(part.get("content", "")) for part in parts(message.components))]
    wanted = [word for text in texts for word in words(_DRAWN.sub("", text))]
    assert [word for word in wanted if word not in said] == []
    labels = [part["label"] for part in parts(message.components) if part["type"] == 2]
    assert [html.unescape(each) for each in re.findall(r"<button[^>]*>([^<]*)</button>", page)] == labels
    assert "||" not in read(page)
    assert "**" not in read(page)


@pytest.mark.parametrize("kind", KINDS, ids=name_of)
@pytest.mark.parametrize("width", WIDTHS)
def test_each_kind_has_its_pictures(kind: Callable[[], Message], width: str) -> None:
    picture = FOLDER / f"{name_of(kind)}-{width}.png"
    assert picture.exists(), "run `make cards`"
    assert picture.stat().st_size < MOST


def test_the_documentation_shows_every_kind() -> None:
    assert with_gallery(README.read_text()) == README.read_text(), "run `make cards`"
    assert README.read_text().count("<img") == 2 * len(KINDS)


def test_no_picture_is_of_a_kind_that_is_no_more() -> None:
    known = {f"{name_of(kind)}-{width}.png" for kind in KINDS for width in WIDTHS}
    assert {file.name for file in FOLDER.iterdir()} == known


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("||a **b**\nc||", '<p><span class="spoiler"><span>a <strong>b</strong><br>c</span></span></p>'),
        ("\\*no\\* <b>", "<p>*no* &lt;b&gt;</p>"),
        ("### A `b`\n-# c", "<h3>A <code>b</code></h3><small>c</small>"),
        ("<@456>", '<p><span class="mention">@Dana Reyes</span></p>'),
        ("<t:1764100800:f>", "<p><time>Tue 25 Nov 12:00</time></p>"),
    ],
)
def test_markdown_is_drawn_as_the_chat_draws_it(text: str, drawn: str) -> None:
    assert to_html(text) == drawn
