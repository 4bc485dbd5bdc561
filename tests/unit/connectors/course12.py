"""What the tests of Canvas do: connect to a fake course, and read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from connectors.base import Checkpoint, Comment, PageAddress, PageSettings
from connectors.canvas import Canvas
from connectors.http import Patience
from tests.servers.canvas import TOKEN, FakeCanvas

QUICK = Patience(pauses=(0.01,))


def canvas(fake: FakeCanvas, url: str = "", secret: str = TOKEN, **options: Any) -> Canvas:
    return Canvas(PageAddress("room12", url or fake.address, secret, options), patience=QUICK)


def fetched(fake: FakeCanvas, since: Checkpoint | datetime | None = None, **options: Any) -> dict[str, Comment]:
    comments = [comment for batch in canvas(fake, **options).fetch(since) for comment in batch.comments]
    found = {comment.id: comment for comment in comments}
    assert len(found) == len(comments), "a comment came twice"
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    return found


def one(fake: FakeCanvas, id: str) -> Comment:
    (comment,) = canvas(fake).get([id])
    return comment


def place_behind(fake: FakeCanvas) -> Checkpoint:
    (*_, last) = canvas(fake).fetch(None)
    assert last.checkpoint
    return last.checkpoint


def told(settings: PageSettings) -> dict[str, bool]:
    """The fields of the findings, and which of them are problems."""
    return {finding.field: finding.problem for finding in settings.findings}
