"""Which signs of a wikitext the wiki takes for tags, and which it shows as they were written. Pure.

A browser takes `<kim>` for a tag and shows nothing of it; a wiki shows what is no tag of its own. And within `<nowiki>` it
shows everything.
"""

from __future__ import annotations

import re

from connectors.markup import ANY_TAG

HTML = (
    "abbr b bdi bdo big blockquote br caption center cite code data dd del dfn div dl dt em font h1 h2 h3 h4 h5 h6 hr i ins kbd li"
    " mark ol p q rb rp rt rtc ruby s samp small span strike strong sub sup table td th time tr tt u ul var wbr"
)
"""What MediaWiki lets through as HTML (Sanitizer.php of 1.43); `meta` and `link` it shows as they are written, unless they are whole."""

OF_WIKIS = "gallery includeonly indicator langconvert noinclude nowiki onlyinclude pre"
"""What wikis add themselves; which of their extensions add more they tell (`siprop=extensiontags`)."""

TAGS = frozenset(f"{HTML} {OF_WIKIS}".split())
AS_WRITTEN = re.compile(r"(<!--|-->|</?(?:nowiki|pre)\b[^<>]*>)", re.IGNORECASE)
"""Where a comment begins or ends, or what is shown as it was written; linear, as ANY_TAG is."""

ENDS = ("</", "-->")
NAME = re.compile(r"</?([a-z][^\s/<>]*)", re.IGNORECASE)
SIGNS = re.compile(r"[\[\]'<>=]|^[:*#;]", re.MULTILINE)
"""What would be a mark, elsewhere; entities are decoded there too."""


def shown(text: str, tags: frozenset[str]) -> str:
    """Give wikitext in which all that looks like a mark or a tag is one; what is none is written by its number."""
    return ANY_TAG.sub(lambda tag: tag[0] if _is_tag(tag[0], tags) else _by_number(tag[0]), _as_written(text))


def _as_written(text: str) -> str:
    pieces = AS_WRITTEN.split(text)
    last = {_end(piece): place for place, piece in enumerate(pieces) if place % 2 and piece.startswith(ENDS)}
    found: list[str] = []
    until = ""
    for place, piece in enumerate(pieces):
        if until:
            if place % 2 and piece.startswith(ENDS) and _end(piece) == until:
                found.append("" if until == "-->" else piece)
                until = ""
            elif until != "-->":  # of a comment nobody sees anything
                found.append(_by_number(piece))
            continue
        begins = place % 2 and not piece.startswith(ENDS) and not piece.endswith("/>")
        if begins and last.get(_end(piece), 0) > place:  # what has no end begins nothing
            until = _end(piece)
        found.append("" if until == "-->" else piece)
    return "".join(found)


def _end(piece: str) -> str:
    """By what ends that which this piece begins or ends."""
    name = NAME.match(piece)
    return f"</{name[1].lower()}>" if name else "-->"


def _is_tag(tag: str, tags: frozenset[str]) -> bool:
    name = NAME.match(tag)
    return name is None or name[1].lower() in tags


def _by_number(piece: str) -> str:
    return SIGNS.sub(lambda sign: f"&#{ord(sign[0])};", piece)
