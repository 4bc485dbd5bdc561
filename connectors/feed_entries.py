"""What feedparser makes of an RSS or Atom feed, as comments.

feedparser reads on where XML is broken, and then leaves out what it cannot place: so its entries are counted. It would also clean the
HTML and complete relative links, which are the author's words: both are switched off.
"""

from __future__ import annotations

import calendar
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urljoin

import feedparser
import httpx

from connectors.base import Author, Comment, Media, Unavailable
from connectors.markup import media_in, words_in

ENTRY = re.compile(rb"<(?:[a-z0-9]+:)?(?:item|entry)[\s>]", re.IGNORECASE)
END = re.compile(rb"</(?:[a-z0-9]+:)?(?:rss|feed|rdf)\s*>\s*(?:<!--(?:[^-]|-(?!-))*-->\s*)*\Z", re.IGNORECASE)
SENDABLE = re.compile(r"[\x20-\x7e]{0,300}")
"""A mark that can be sent back."""

BROKEN = (ArithmeticError, AssertionError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What feedparser lets out where a document is stranger than it knows."""

BROKEN_SIGN = "\ufffd"
KINDS = ("image", "video", "audio")
HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
"""What feedparser remarks about a document that it has read wholly."""

Entry = Mapping[str, Any]
"""feedparser's own kind of dictionary: text, lists and times."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as it was sent: its title, its comments, oldest first, and its two marks for asking again."""

    title: str
    comments: tuple[Comment, ...]
    etag: str
    modified: str


def read_feed(response: httpx.Response) -> Feed:
    """Raises `Unavailable` for what is no feed, is cut off, or has an entry without what a comment needs."""
    host, content = response.request.url.host, _whole_signs(response.content)
    headers = {"content-type": response.headers.get("content-type", "")}
    try:
        found = feedparser.parse(
            io.BytesIO(content), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
        )
    except BROKEN:  # the error would quote the document: not chained
        raise Unavailable(f"{host} sends a feed that cannot be read; tell whoever runs the site") from None
    if not found.get("version"):  # an empty answer has no such field
        raise Unavailable(f"{host} answers with something that is no feed; open the address in a browser")
    if found.bozo and not isinstance(found.bozo_exception, HARMLESS):
        whole = END.search(content[-2000:]) and len(ENTRY.findall(content)) == len(found.entries)
        if not whole:
            raise Unavailable(f"{host} sends a broken feed (half of one?); try again later")
    comments = _by_id(comment_of(entry, str(response.request.url)) for entry in found.entries)
    return Feed(
        title=words_in(_text(found.feed, "title")).strip(),
        comments=tuple(sorted(comments.values(), key=lambda comment: (comment.created, comment.id))),
        etag=_mark(response, "etag"),
        modified=_mark(response, "last-modified"),
    )


def _whole_signs(content: bytes) -> bytes:
    """The document, with a sign for what is broken where it is UTF-8 but for some bytes: half an emoji, say.

    feedparser would take the whole of it for another encoding, and every word with an accent for another word.
    """
    try:
        content.decode()
    except UnicodeDecodeError:
        read = content.decode(errors="replace")
        broken = read.count(BROKEN_SIGN)
        # what is written in another encoding hardly ever looks like UTF-8
        is_utf_8 = sum(not sign.isascii() for sign in read) > 2 * broken
        return read.encode() if is_utf_8 and b"\0" not in content else content
    return content


def _by_id(comments: Iterable[Comment]) -> dict[str, Comment]:
    """The last version of each comment. Raises `Unavailable` where two comments have one id: one of them would go unread."""
    found: dict[str, Comment] = {}
    for comment in comments:
        other = found.get(comment.id, comment)
        if other.created != comment.created or (other.edited == comment.edited and other.revision != comment.revision):
            raise Unavailable(
                "two entries of the feed have one `guid` (in Atom: `id`), and one would go unread; tell whoever runs the site"
            )
        found[comment.id] = max(other, comment, key=lambda each: each.edited or each.created)
    return found


def _mark(response: httpx.Response, name: str) -> str:
    value = str(response.headers.get(name, ""))
    return value if SENDABLE.fullmatch(value) else ""


def comment_of(entry: Entry, address: str) -> Comment:
    """One entry of the feed at that address. Raises `Unavailable` naming what is missing."""
    link = _text(entry, "link")
    id = _text(entry, "id") or link
    if not id:
        raise _missing("guid", "id")
    parts = _parts(entry)
    words = dict.fromkeys((words_in(part) if is_html else part).strip() for part, is_html in parts)
    created, edited = _times(entry)
    return Comment(
        id=id,
        author=Author("", words_in(_author(entry)).strip()),
        text="\n".join(filter(None, words)),
        created=created,
        parent=_parent(entry),
        edited=edited,
        media=_media(entry, "\n".join(part for part, _ in parts)),
        # an id is no address by itself: feedparser calls it a link where there is none
        permalink=_permalink(link, "" if link == id else address),
    )


def _permalink(link: str, address: str) -> str:
    """Where a person finds it. A link may be relative: then it is so to the feed."""
    try:
        whole = urljoin(address, link) if link else ""
    except ValueError:  # "http://[broken"
        return ""
    return whole if re.match(r"https?://", whole) else ""


def _parts(entry: Entry) -> list[tuple[str, bool]]:
    """What was said, and whether it is HTML: the whole of it where there is an excerpt too, else the title.

    Where pictures are described (Media RSS), feedparser takes what is described for the whole, and the comment for an excerpt.
    """
    whole, excerpt = list(entry.get("content") or []), entry.get("summary_detail")
    told = [detail for detail in whole if _has_words(detail)]
    if excerpt is not None and (not told or any(field.startswith("media_") for field in entry)):
        told = [detail for detail in (excerpt, *told) if _has_words(detail)]
    title = entry.get("title_detail")
    if not told and title is not None:
        told = [title]
    if not told and not whole and excerpt is None:
        raise _missing("description", "content")
    return [(str(detail.get("value", "")), detail.get("type") != "text/plain") for detail in told]


def _has_words(detail: Mapping[str, Any]) -> bool:
    return bool(str(detail.get("value", "")).strip())


def _author(entry: Entry) -> str:
    detail = entry.get("author_detail") or {}
    return _text(detail, "name") or _text(entry, "author")


def _times(entry: Entry) -> tuple[datetime, datetime | None]:
    """When it was posted, and when it was changed; some feeds have one time alone, under either name."""
    # asked with `in`: `get` gives the one for the other, and warns
    told = [entry[field] for field in ("published_parsed", "updated_parsed") if field in entry]
    try:
        times = [datetime.fromtimestamp(calendar.timegm(written), UTC) for written in told if written]
    except (ValueError, OverflowError, OSError):
        times = []
    if not times:
        raise _missing("pubDate", "published")
    return times[0], times[-1] if times[-1] > times[0] else None


def _parent(entry: Entry) -> str | None:
    answered = entry.get("thr_in-reply-to")  # RFC 4685: the id of what is replied to, which may be the post itself
    return (_text(answered, "ref") or None) if isinstance(answered, Mapping) else None


def _media(entry: Entry, html: str) -> tuple[Media, ...]:
    files = []
    for enclosure in entry.get("enclosures") or []:
        kind = _text(enclosure, "type").partition("/")[0].lower()
        files.append(Media(kind if kind in KINDS else "file", _text(enclosure, "href")))
    return tuple(sorted([*media_in(html), *files], key=lambda media: (media.kind, media.url)))


def _text(row: Mapping[str, Any], field: str) -> str:
    value = row.get(field)
    return value.strip() if isinstance(value, str) else ""


def _missing(rss: str, atom: str) -> Unavailable:
    return Unavailable(
        f"an entry of the feed has no `{rss}` (in Atom: `{atom}`), and cannot be read without; tell whoever runs the site"
    )
