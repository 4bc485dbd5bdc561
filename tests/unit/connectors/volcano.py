"""What several tests of the Mastodon connector do: connect to the fake server and read the class account."""

from __future__ import annotations

from datetime import datetime

from connectors.base import Checkpoint, Comment, PageAddress
from connectors.http import Patience
from connectors.mastodon import Mastodon
from tests.servers.mastodon import CLASS, TOKEN, FakeMastodon

QUICK = Patience(pauses=(0.01,))


def connect(server: FakeMastodon, token: str = TOKEN, path: str = f"/@{CLASS}", **options: object) -> Mastodon:
    return Mastodon(PageAddress("p", server.url + path, secret=token, options=options), patience=QUICK)


def fetched(page: Mastodon, since: Checkpoint | datetime | None = None) -> list[Comment]:
    return [comment for batch in page.fetch(since) for comment in batch.comments]


def behind(page: Mastodon) -> Checkpoint:
    (*_, last) = page.fetch(None)
    assert last.checkpoint
    return last.checkpoint


def one(page: Mastodon, id: str) -> Comment:
    (comment,) = page.get([id])
    return comment
