"""A message as a page: a small stand-in of a chat's dark layout, in which a card can be judged on a phone and on a desk."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from discord import ui

from tests.pictures.markdown import to_html

WIDTHS: Final = {"phone": 390, "desktop": 800}
"""CSS pixels."""

_ID: Final = re.compile("<code>([0-9a-f]{8}|[0-9a-f]{12})</code>")
_IDS: Final = ("5a3c81f20b67", "0be7d914a3c5", "c26f40a8e19d", "91d5e37b42f0", "7f08b2c6d853")
_STYLE: Final = (Path(__file__).parent / "style.css").read_text()
_BUTTONS: Final = {1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link"}
_ROW, _BUTTON, _SELECT, _SECTION, _TEXT, _RULE, _CONTAINER = 1, 2, 3, 9, 10, 14, 17


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot has sent: components, or words alone."""

    components: Sequence[Mapping[str, Any]] = ()
    content: str = ""
    only_for: str = ""
    """Who alone sees it; empty: everybody in the channel."""
    at: str = field(default="12:04")

    @classmethod
    def of(cls, view: ui.LayoutView, **more: str) -> Message:
        """The message that shows this view."""
        return cls(view.to_components(), **more)  # type: ignore[no-untyped-call]  # discord.py types it not


def to_page(message: Message, width: str) -> str:
    """The message as a whole HTML page of one of the `WIDTHS`. The words behind a spoiler are opened on a desk, and closed on a phone."""
    words = f'<div class="words">{to_html(message.content)}</div>' if message.content else ""
    parts = "".join(_part(part) for part in message.components)
    alone = '<small class="alone">Only you can see this</small>' if message.only_for else ""
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><style>{_STYLE}</style><body class="{width}"><article>'
        f'<div class="avatar">H</div><div class="body"><header><b>Hallmonitor</b><i>APP</i>'
        f"<time>{message.at}</time></header>{words}{parts}{alone}</div></article></body></html>"
    )
    return _ID.sub(_same_each_time(), page)


def _same_each_time() -> Callable[[re.Match[str]], str]:
    """An id is made by chance; in a picture it is always the same, else each `make cards` would change every picture."""
    seen: dict[str, str] = {}
    return lambda match: f"<code>{seen.setdefault(match[1], _IDS[len(seen) % len(_IDS)])[: len(match[1])]}</code>"


def _part(part: Mapping[str, Any]) -> str:
    kind = part["type"]
    if kind == _CONTAINER:
        colour = f"#{part.get('accent_color') or 0x3F4147:06x}"
        return f'<section style="border-left-color:{colour}">{_inside(part)}</section>'
    if kind == _TEXT:
        return f'<div class="text">{to_html(part["content"])}</div>'
    if kind == _ROW:
        return f'<div class="row">{_inside(part)}</div>'
    if kind == _BUTTON:
        off = " disabled" if part.get("disabled") else ""
        return f'<button class="{_BUTTONS[part["style"]]}"{off}>{html.escape(part["label"])}</button>'
    if kind == _SECTION:
        return f'<div class="section"><div>{_inside(part)}</div>{_part(part["accessory"])}</div>'
    if kind == _SELECT:
        return f'<div class="select">{html.escape(part.get("placeholder") or "")}</div>'
    if kind == _RULE:
        return "<hr>"
    raise ValueError(f"component of type {kind}: teach {__file__} how it looks")


def _inside(part: Mapping[str, Any]) -> str:
    return "".join(_part(inner) for inner in part["components"])
