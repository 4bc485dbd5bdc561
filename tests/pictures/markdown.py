"""The part of Discord's markdown that our messages use, as HTML: enough to see what a reader sees."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

PEOPLE: Final = {"456": "Dana Reyes", "457": "Maja Lindqvist", "458": "Ngozi Okafor"}
"""Whom a mention in a picture means."""

_INLINE: Final = re.compile(
    r"\\(?P<plain>[^\w\s])"
    r"|`(?P<code>[^`]+)`"
    r"|\|\|(?P<spoiler>(?:\\.|[^\\])+?)\|\|"
    r"|\*\*(?P<bold>(?:\\.|[^\\])+?)\*\*"
    r"|\*(?P<italic>(?:\\.|[^\\*])+?)\*"
    r"|<@!?(?P<mention>\d+)>"
    r"|<t:(?P<time>\d+)(?::(?P<style>\w))?>"
    r"|(?P<jump>https://discord\.com/channels/[0-9/]+)"
    r"|\[(?P<label>[^\]]+)\]\((?P<url>[^)\s]+)\)",
    re.DOTALL,
)
_BLOCKS: Final[Mapping[str, str]] = {"### ": "h3", "## ": "h2", "# ": "h1", "-# ": "small", "> ": "blockquote"}


def to_html(text: str) -> str:
    """A text display or a message's content."""
    before, quotes, quoted = text.partition(">>> ")
    if quotes and (not before or before.endswith("\n")):
        return to_html(before.rstrip("\n")) + f"<blockquote>{to_html(quoted)}</blockquote>"
    return "".join(_block(line) for line in _lines(text))


def _lines(text: str) -> list[str]:
    """The lines, those of one spoiler together: it may hold a comment of several lines."""
    lines: list[str] = []
    inside = False
    for line in text.split("\n"):
        if inside:
            lines[-1] += "\n" + line
        else:
            lines.append(line)
        inside ^= line.replace("\\|", "").count("||") % 2 == 1
    return lines


def _block(line: str) -> str:
    for sign, tag in _BLOCKS.items():
        if line.startswith(sign):
            return f"<{tag}>{_inline(line.removeprefix(sign))}</{tag}>"
    if line.startswith(("- ", "* ")):
        return f'<p class="item">{_inline(line[2:])}</p>'
    return f"<p>{_inline(line) or '&nbsp;'}</p>"


def _inline(text: str) -> str:
    parts, behind = [], 0
    for match in _INLINE.finditer(text):
        parts += [_plain(text[behind : match.start()]), _MADE[str(match.lastgroup)](match)]
        behind = match.end()
    return "".join([*parts, _plain(text[behind:])])


def _plain(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")


def _time(match: re.Match[str]) -> str:
    when = datetime.fromtimestamp(int(match["time"]), UTC).astimezone(ZoneInfo("America/Los_Angeles"))
    return f"<time>{when:%a %-d %b %H:%M}</time>"


_MADE: Final[Mapping[str, Callable[[re.Match[str]], str]]] = {
    "plain": lambda m: _plain(m["plain"]),
    "code": lambda m: f"<code>{_plain(m['code'])}</code>",
    "spoiler": lambda m: f'<span class="spoiler"><span>{_inline(m["spoiler"])}</span></span>',
    "bold": lambda m: f"<strong>{_inline(m['bold'])}</strong>",
    "italic": lambda m: f"<em>{_inline(m['italic'])}</em>",
    "mention": lambda m: f'<span class="mention">@{_plain(PEOPLE.get(m["mention"], m["mention"]))}</span>',
    "jump": lambda _: (
        '<span class="mention">#review \u203a card</span>'
    ),  # a chat draws the address of a message like this
    "time": _time,
    "style": _time,
    "url": lambda m: f'<a href="{html.escape(m["url"])}">{_inline(m["label"])}</a>',
}
