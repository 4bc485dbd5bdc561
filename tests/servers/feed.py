"""A site that shows its newest comments as RSS or Atom, as WordPress does: a window, `ETag`, `Last-Modified`, 304 where nothing changed."""

from __future__ import annotations

import hashlib
import html
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Self

from tests.servers.fake import Asked, FakePlatform, Reply

START = datetime(2026, 10, 5, 15, tzinfo=UTC)
BEANS = tuple(f"Bean {n}" for n in range(1, 9))
WRAPPED = '<?xml version="1.0" encoding="UTF-8"?>\n{}\n'
SPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' xmlns:atom="http://www.w3.org/2005/Atom" xmlns:thr="http://purl.org/syndication/thread/1.0"'
)


@dataclass(frozen=True)
class Posted:
    """One comment on the site, in HTML."""

    id: str
    who: str
    html: str
    at: datetime
    parent: str = ""


class FakeFeed:
    """One site. `shows` is how many comments its feed holds, `marked` whether its answers carry marks; `more` is put into each entry."""

    def __init__(self, shows: int = 10, *, atom: bool = False) -> None:
        self.platform = FakePlatform()
        self.platform.script = self._answer
        self.url = f"{self.platform.url}/comments/feed/"
        self.shows, self.atom, self.marked, self.more = shows, atom, True, ""
        self.comments: list[Posted] = []
        self.sent: list[int] = []

    def __enter__(self) -> Self:
        self.platform.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.platform.__exit__(*error)

    def post(self, text: str, at: datetime, who: str = "Newt", *, parent: str = "", written: str = "") -> str:
        """Somebody posts; `written` is HTML of their own. Returns the id."""
        id = f"{self.platform.url}/?p=7#comment-{len(self.comments) + 1}"
        self.comments.append(Posted(id, who, written or html.escape(text, quote=False), at, parent))
        return id

    def edit(self, id: str, text: str) -> None:
        self.comments = [replace(each, html=html.escape(text)) if each.id == id else each for each in self.comments]

    def delete(self, id: str) -> None:
        self.comments = [each for each in self.comments if each.id != id]

    def document(self) -> bytes:
        """The feed as it stands, newest first."""
        newest = sorted(self.comments, key=lambda each: each.at, reverse=True)[: self.shows]
        entries = "".join(map(self._atom_entry if self.atom else self._rss_item, newest))
        if self.atom:
            inside = f"<title>Comments on our garden</title><id>garden</id>{entries}"
            return WRAPPED.format(f'<feed xmlns="http://www.w3.org/2005/Atom" {SPACES}>{inside}</feed>').encode()
        inside = f"<title>Comments on our &amp;#8217;garden</title><link>{self.platform.url}</link>{entries}"
        return WRAPPED.format(f'<rss version="2.0" {SPACES}><channel>{inside}</channel></rss>').encode()

    def _rss_item(self, each: Posted) -> str:
        return (
            f"<item><title>By: {html.escape(each.who)}</title><link>{html.escape(each.id)}</link>"
            f"<dc:creator><![CDATA[{each.who}]]></dc:creator><pubDate>{format_datetime(each.at)}</pubDate>"
            f'<guid isPermaLink="false">{html.escape(each.id)}</guid><description><![CDATA[an excerpt]]></description>'
            f"<content:encoded><![CDATA[<p>{each.html}</p>]]></content:encoded>{self.more}</item>"
        )

    def _atom_entry(self, each: Posted) -> str:
        answered = f'<thr:in-reply-to ref="{html.escape(each.parent)}"/>' if each.parent else ""
        return (
            f"<entry><title>By: {html.escape(each.who)}</title><link href='{html.escape(each.id)}'/><id>{html.escape(each.id)}</id>"
            f"<author><name>{html.escape(each.who)}</name></author><published>{each.at.isoformat()}</published>"
            f"<updated>{each.at.isoformat()}</updated>{answered}"
            f'<content type="html">{html.escape(each.html)}</content>{self.more}</entry>'
        )

    def _answer(self, asked: Asked) -> Reply:
        body = self.document()
        etag = f'"{hashlib.sha256(body).hexdigest()[:12]}"'
        modified = format_datetime(max((each.at for each in self.comments), default=START).astimezone(UTC), usegmt=True)
        marks = {"ETag": etag, "Last-Modified": modified} if self.marked else {}
        status = 304 if self.marked and asked.headers.get("If-None-Match") == etag else 200
        self.sent.append(status)
        return Reply(
            status, body if status == 200 else b"", {"Content-Type": "application/rss+xml; charset=UTF-8", **marks}
        )


def planted(feed: FakeFeed, texts: Sequence[str] = BEANS) -> list[str]:
    """Some comments, an hour apart."""
    return [feed.post(text, START + n * timedelta(hours=1)) for n, text in enumerate(texts)]
