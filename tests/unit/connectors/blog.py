"""What several tests of the WordPress connector do: connect to the real one and read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import httpx

from connectors.base import Checkpoint, Comment, PageAddress
from connectors.http import Patience
from connectors.wordpress import WordPress
from tests.servers.fake import Recording
from tests.servers.wordpress import WordPressServer

QUICK = Patience(pauses=(0.01,))
Before = Callable[[httpx.Request], httpx.Response | None]


def connect(server: WordPressServer, user: str = "gardener", before: Before | None = None) -> WordPress:
    return WordPress(
        PageAddress("garden", server.url, server.secret(user)), transport=Recording(before), patience=QUICK
    )


def fetched(page: WordPress, since: Checkpoint | datetime | None = None) -> dict[str, Comment]:
    comments = [comment for batch in page.fetch(since) for comment in batch.comments]
    found = {comment.id: comment for comment in comments}
    assert len(found) == len(comments), "a comment came twice"
    return found


def one(page: WordPress, id: str) -> Comment:
    (comment,) = page.get([id])
    return comment


def login_of(server: WordPressServer) -> tuple[str, str]:
    name, _, password = server.secret().partition(":")
    return name, password
