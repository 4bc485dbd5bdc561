"""What YouTube answers otherwise than its reference says: named, and no comment is skipped."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from connectors.base import Batch, Unavailable
from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import Question, refusal
from tests.servers.youtube import FakeYouTube
from tests.unit.connectors.room12 import fetched, many, stored, youtube

THREADS = "/youtube/v3/commentThreads"


@pytest.fixture
def fake(platform: FakePlatform) -> FakeYouTube:
    return FakeYouTube(platform)


def changing(path: str, value: object) -> Callable[[Any], None]:
    def change(row: Any) -> None:
        *way, last = path.split(".")
        for name in way:
            row = row[int(name)] if isinstance(row, list) else row[name]
        row[last] = value

    return change


TOP = "items.0.snippet.topLevelComment"


@pytest.mark.parametrize(
    ("path", "value", "named"),
    [
        ("items", None, "items"),
        ("items", {}, "items"),
        ("items.0.snippet.topLevelComment", None, "snippet.topLevelComment"),
        ("items.0.snippet.totalReplyCount", "2", "snippet.totalReplyCount"),
        (f"{TOP}.id", 5, "id"),
        (f"{TOP}.snippet.textDisplay", None, "snippet.textDisplay"),
        (f"{TOP}.snippet.textDisplay", 5, "snippet.textDisplay"),
        (f"{TOP}.snippet.publishedAt", "yesterday", "snippet.publishedAt"),
        (f"{TOP}.snippet.updatedAt", None, "snippet.updatedAt"),
        (f"{TOP}.snippet.moderationStatus", "shadowed", "snippet.moderationStatus"),
        (f"{TOP}.snippet.authorChannelId", "UC", "snippet.authorChannelId.value"),
        (f"{TOP}.snippet.parentId", 7, "snippet.parentId"),
        ("nextPageToken", 7, "nextPageToken"),
    ],
)
def test_a_changed_answer_names_its_field_and_skips_no_comment(
    fake: FakeYouTube, path: str, value: object, named: str
) -> None:
    def change(question: Question) -> Reply | None:
        body = json.loads(fake.reply(question).body)
        changing(path, value)(body)
        return reply_json(body)

    fetched(youtube(fake))  # signs in
    fake.instead = lambda question: change(question) if question.path == THREADS else None
    with pytest.raises(Unavailable, match=f"`{named}`"):
        fetched(youtube(fake))


def test_a_list_that_goes_round_in_a_circle_is_given_up(fake: FakeYouTube) -> None:
    body = {"kind": "youtube#commentThreadListResponse", "items": [], "nextPageToken": "again"}
    fake.instead = lambda question: reply_json(body)
    with pytest.raises(Unavailable, match="circle"):
        fetched(youtube(fake))


def test_a_quota_that_runs_out_on_the_way_loses_nothing(fake: FakeYouTube) -> None:
    fake.spoken = {}
    fake.add(*many(2_600))
    fake.instead = lambda question: refusal(403, "quotaExceeded") if len(fake.asked) > 40 else None
    batches: list[Batch] = []
    with pytest.raises(Unavailable) as caught:
        batches.extend(youtube(fake).fetch(None))  # keeps what came before
    assert caught.value.retry_after
    fake.instead = lambda question: None
    assert batches
    assert batches[-1].checkpoint
    before = {comment.id for batch in batches for comment in batch.comments}
    assert before | fetched(youtube(fake), stored(batches[-1].checkpoint)).keys() == fake.spoken.keys()
