"""What a comment says and what hangs on it, read from its raw text. Addresses are read as text and never requested (MATRIX.md)."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

from connectors.base import Media

# All four are linear: each repetition ends where the next match could begin.
TAG = re.compile(r"<(img|picture|source|video|audio|iframe|embed|object|a)\b([^<>]*)", re.IGNORECASE)
ATTRIBUTE = re.compile(r"""\b(?:src|href|data|poster)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
ADDRESS = re.compile(r"""https?://[^\s<>"'\]]+""", re.IGNORECASE)
SENTENCE_END = ".,;:!?)"

KIND_OF_TAG = {"img": "image", "picture": "image", "video": "video", "audio": "audio"}
KIND_OF_ENDING = {
    **dict.fromkeys(
        ("jpg", "jpeg", "png", "gif", "webp", "avif", "heic", "heif", "bmp", "tif", "tiff", "svg"), "image"
    ),
    **dict.fromkeys(("mp4", "m4v", "mov", "webm", "avi", "mkv", "3gp", "mpg", "mpeg", "ogv"), "video"),
    **dict.fromkeys(("mp3", "m4a", "wav", "ogg", "oga", "opus", "aac", "flac"), "audio"),
    **dict.fromkeys(("pdf", "doc", "docx", "ppt", "pptx", "xls", "xlsx", "csv", "zip", "odt", "odp", "ods"), "file"),
}
ANY_TAG = re.compile(r"</?[a-z][^<>]*>|<!--[^<>]*-->", re.IGNORECASE)
"""What browsers take for a tag. `3 < 4` is none."""

BREAKING = re.compile(r"</?(?:br|p|div|li|ul|ol|blockquote|tr|h[1-6])\b", re.IGNORECASE)
MAX_ADDRESS = 2000
"""Characters of an address that are kept: no browser needs more, and `data:` pictures hold the picture itself."""


def words_in(text: str) -> str:
    """The text as a visitor reads it: tags gone, entities decoded. `id<b></b>iot` is one word, and `&#105;diot` too."""
    shown = ANY_TAG.sub(lambda tag: "\n" if BREAKING.match(tag[0]) else "", text)
    return html.unescape(shown)


def media_in(text: str) -> tuple[Media, ...]:
    """Pictures, films, sounds, files and other links of a text that may hold HTML, in the order of their kinds."""
    kinds: dict[str, str] = {}
    count: Counter[str] = Counter()
    tagged = list(_tagged(text))
    inside_tags = Counter(url for url, _ in tagged)
    for url, kind in tagged:
        count[url] += 1
        # the same address may stand in a link and in the picture inside it: the picture says more
        if kinds.get(url, "link") == "link":
            kinds[url] = kind
    for url in _bare(text):
        if inside_tags[url]:  # seen already, as an attribute
            inside_tags[url] -= 1
            continue
        count[url] += 1
        kinds.setdefault(url, kind_of(url))
    found = [Media(kind, url, count[url]) for url, kind in kinds.items()]
    return tuple(sorted(found, key=lambda media: (media.kind, media.url)))


def _tagged(text: str) -> Iterator[tuple[str, str]]:
    for tag in TAG.finditer(text):
        for attribute in ATTRIBUTE.finditer(tag[2]):
            written = next(filter(None, attribute.groups()), "")
            url = html.unescape(written).strip()[:MAX_ADDRESS]
            if url and not url.startswith("#"):
                yield url, KIND_OF_TAG.get(tag[1].lower()) or kind_of(url)


def _bare(text: str) -> Iterator[str]:
    for match in ADDRESS.finditer(text):
        yield html.unescape(match[0].rstrip(SENTENCE_END))[:MAX_ADDRESS]


def kind_of(url: str) -> str:
    """What lies at an address, by its ending; "link": nobody knows."""
    try:
        path = urlsplit(url).path
    except ValueError:  # "http://[broken"
        return "link"
    ending = path.rpartition(".")[2].lower()
    return KIND_OF_ENDING.get(ending, "link")
