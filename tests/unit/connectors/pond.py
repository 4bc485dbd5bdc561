"""What several tests of the Reddit connector do: connect to the fake subreddit and read it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from connectors.base import Checkpoint, Comment, PageAddress
from connectors.http import Patience
from connectors.reddit import Reddit
from tests.servers.fake import Asked, Reply
from tests.servers.reddit import SCRIPT, FakeReddit

QUICK = Patience(pauses=(0.01,))


def connect(server: FakeReddit, secret: str = SCRIPT, *, patience: Patience = QUICK, **options: object) -> Reddit:
    return Reddit(PageAddress("pond", server.address, secret=secret, options=options), patience=patience)


def fetched(server: FakeReddit, since: Checkpoint | datetime | None = None) -> list[Comment]:
    comments = [comment for batch in connect(server).fetch(since) for comment in batch.comments]
    assert len({comment.id for comment in comments}) == len(comments), "a comment came twice"
    return comments


def texts(server: FakeReddit, since: Checkpoint | datetime | None = None) -> list[str]:
    return [comment.text for comment in fetched(server, since)]


def place(server: FakeReddit) -> Checkpoint:
    """The checkpoint behind all that is there."""
    (*_, last) = connect(server).fetch(None)
    assert last.checkpoint
    return last.checkpoint


def one(server: FakeReddit, id: str) -> Comment:
    (comment,) = connect(server).get([id])
    return comment


def at(path: str, reply: Reply, times: int = 10_000) -> Callable[[Asked], Reply | None]:
    """Answer so wherever a path ends in this way, and so often."""
    left = [times]

    def answer(asked: Asked) -> Reply | None:
        if left[0] <= 0 or not urlsplit(asked.path).path.rstrip("/").endswith(path):
            return None
        left[0] -= 1
        return reply

    return answer


def writes(server: FakeReddit) -> list[tuple[str, bytes]]:
    """What was changed, or tried to: path and form."""
    changes = ("/api/remove/", "/api/approve/", "/api/lock/", "/api/unlock/")
    found = [(urlsplit(asked.path).path, asked.body) for asked in server.asked]
    return [(path, body) for path, body in found if path in changes]
