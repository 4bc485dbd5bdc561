"""What several tests of the MediaWiki connector do: sign like `~~~~`, connect to the real one and read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx

from connectors.base import Checkpoint, Comment, PageAddress
from connectors.http import Patience
from connectors.mediawiki import MediaWiki
from connectors.mediawiki_text import Names
from tests.servers.fake import Recording
from tests.servers.mediawiki import MediaWikiServer

QUICK = Patience(pauses=(0.01,))
Before = Callable[[httpx.Request], httpx.Response | None]
NAMES = Names(
    files=frozenset({"file", "image"}),
    users=frozenset({"user", "user talk"}),
    special=frozenset({"special"}),
    page_address="http://wiki.example/wiki/$1",
)


def signed(text: str, name: str, time: str = "16:05, 3 March 2025 (UTC)") -> str:
    return f"{text} [[User:{name}|{name}]] ([[User talk:{name}|talk]]) {time}"


def connect(
    server: MediaWikiServer, app: str = "Lifeguard@hallmonitor", before: Before | None = None, **options: object
) -> MediaWiki:
    address = PageAddress("pools", server.page(), secret=server.secret(app), options=options)
    return MediaWiki(address, transport=Recording(before), patience=QUICK)


def fetched(page: MediaWiki, since: Checkpoint | datetime | None = None) -> dict[str, Comment]:
    comments = [comment for batch in page.fetch(since) for comment in batch.comments]
    found = {comment.id: comment for comment in comments}
    assert len(found) == len(comments), "a comment came twice"
    return found


def one(page: MediaWiki, id: object) -> Comment:
    (comment,) = page.get([str(id)])
    return comment


def as_read(server: MediaWikiServer) -> str:
    """The page as a stranger's browser gets it, without its marks."""
    return httpx.get(f"{server.page()}?action=raw", timeout=60, trust_env=False).text
