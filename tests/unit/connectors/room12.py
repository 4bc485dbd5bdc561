"""What the tests of both of Google's platforms do: connect to a fake through Google's own client, and read it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Checkpoint, Comment, Connector, PageAddress
from connectors.blogger import Blogger
from connectors.http import Patience
from connectors.youtube import YouTube
from tests.servers.blogger import FRONT, FakeBlogger
from tests.servers.google import SECRET
from tests.servers.youtube import BEGIN, CHANNEL, FakeYouTube, Spoken

QUICK = Patience(pauses=(0.01,))
CHANNEL_PAGE = f"https://www.youtube.com/channel/{CHANNEL}"
VIDEO_PAGE = "https://www.youtube.com/watch?v=volcano_wk1"


def youtube(fake: FakeYouTube, url: str = CHANNEL_PAGE, patience: Patience = QUICK) -> YouTube:
    return YouTube(PageAddress("room12", url, SECRET, fake.options), patience=patience)


def blogger(fake: FakeBlogger, url: str = FRONT) -> Blogger:
    return Blogger(PageAddress("room12", url, SECRET, fake.options), patience=QUICK)


def fetched(page: Connector, since: Checkpoint | datetime | None = None) -> dict[str, Comment]:
    comments = [comment for batch in page.fetch(since) for comment in batch.comments]
    found = {comment.id: comment for comment in comments}
    assert len(found) == len(comments), "a comment came twice"
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    return found


def last_checkpoint(page: Connector, since: Checkpoint | None = None) -> Checkpoint:
    (*_, last) = page.fetch(since)
    assert last.checkpoint
    return last.checkpoint


def one(page: Connector, id: str) -> Comment:
    (comment,) = page.get([id])
    return comment


def many(count: int, start: datetime = BEGIN, **more: Any) -> list[Spoken]:
    return [Spoken(f"UgxM{n:05}", f"Counting {n}", start + timedelta(seconds=n // 3), **more) for n in range(count)]


def stored(checkpoint: Checkpoint) -> Checkpoint:
    return Checkpoint(json.loads(json.dumps(dict(checkpoint.value))))
