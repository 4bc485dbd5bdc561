"""What Reddit's short lists leave out is found by walking the posts, and what cannot be found is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from connectors import reddit_reading
from connectors.base import Checkpoint, Unavailable
from tests.servers.fake import Asked, Reply, reply_json
from tests.servers.reddit import FakeReddit
from tests.unit.connectors.pond import connect, fetched, place, texts


@pytest.fixture
def raided(reddit: FakeReddit) -> tuple[FakeReddit, Checkpoint]:
    """A list that holds a hundred, a place behind two comments, and 330 that came since: some deep, many under one."""
    reddit.cap = 100
    reddit.page.post("p2")
    reddit.page.say("before")
    reddit.page.say("last")
    behind = place(reddit)
    reddit.page.now += 3600
    above = None
    for n in range(330):
        answers = above if 0 < n < 200 else None
        said = reddit.page.say(
            f"raid {n}", parent=answers, post="p2" if n >= 250 else "p1", created=reddit.page.now + n // 4
        )
        above = said.id if n < 20 else above  # twenty levels, then many below the last
    reddit.asked.clear()
    return reddit, behind


def test_more_than_a_list_holds_since_the_last_run_is_made_up_for(raided: tuple[FakeReddit, Checkpoint]) -> None:
    reddit, behind = raided
    found = fetched(reddit, behind)
    assert {comment.text for comment in found} == {"last", "before", *(f"raid {n}" for n in range(330))}
    assert [comment.created for comment in found] == sorted(comment.created for comment in found)
    asked = Counter(reddit.questions())
    assert asked["/r/Pond/new"] == 1
    assert asked["/comments/p2"] == 0, "every comment below it stood in the list"
    assert asked["/api/info"] == 3


def test_a_run_that_dies_in_the_middle_of_it_loses_nothing(
    raided: tuple[FakeReddit, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    from connectors import reddit as module

    monkeypatch.setattr(module, "MAX_BATCH", 100)
    reddit, behind = raided
    first = next(connect(reddit).fetch(behind))
    assert first.checkpoint
    stored = {comment.text for comment in first.comments}
    assert stored | set(texts(reddit, first.checkpoint)) >= {f"raid {n}" for n in range(330)}


def test_a_raid_that_the_filter_holds_is_found_too(reddit: FakeReddit) -> None:
    reddit.cap = 100
    reddit.page.say("before")
    behind = place(reddit)
    reddit.page.now += 3600
    for n in range(150):
        reddit.page.say(f"raid {n}", state="spam", by=True)
    for n in range(5):
        reddit.page.say(f"taken away {n}", state="removed", by="ms_heron")
    assert {text for text in texts(reddit, behind) if text != "before"} == {f"raid {n}" for n in range(150)}


def test_posts_that_were_removed_are_walked_and_those_that_vanish_are_left(reddit: FakeReddit) -> None:
    reddit.cap = 100
    reddit.page.post("p2", state="removed")
    reddit.page.post("p3")
    reddit.page.say("below a removed post", post="p2")
    reddit.page.say("below one that vanishes", post="p3")
    for n in range(100):
        reddit.page.say(f"note {n}")

    def vanish(asked: Asked) -> None:
        if asked.path.startswith("/comments/p3"):
            reddit.page.posts.pop("p3", None)

    reddit.before = vanish
    assert set(texts(reddit)) == {"below a removed post", *(f"note {n}" for n in range(100))}


def test_what_stands_below_a_post_that_its_author_deleted_is_found_too(reddit: FakeReddit) -> None:
    reddit.cap = 100
    reddit.page.post("p2", state="deleted")
    for n in range(130):
        reddit.page.say(f"note {n}", post="p2")
    assert set(texts(reddit)) == {f"note {n}" for n in range(130)}


def test_a_gap_that_cannot_be_made_up_wholly_is_told_once(
    raided: tuple[FakeReddit, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reddit_reading, "MANY", 2)
    reddit, behind = raided
    with pytest.raises(Unavailable, match="older posts it lists no more"):
        list(connect(reddit).fetch(behind))
    first = next(connect(reddit).fetch(behind))
    assert len(first.comments) == 332, "what can be read is given first"
    assert first.checkpoint
    assert fetched(reddit, first.checkpoint), "the next run begins behind it"


def test_reading_all_or_from_a_date_tells_of_no_gap(
    raided: tuple[FakeReddit, Checkpoint], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reddit_reading, "MANY", 2)
    reddit, _ = raided
    assert len(fetched(reddit)) == 332
    assert len(fetched(reddit, datetime(2024, 1, 1, tzinfo=UTC))) == 332


def test_where_the_last_run_s_comments_were_all_removed_nothing_is_told(reddit: FakeReddit) -> None:
    said = [reddit.page.say(f"note {n}") for n in range(3)]
    behind = place(reddit)
    for one in said:
        one.state = "deleted"
    reddit.page.say("new")
    assert texts(reddit, behind) == ["new"]
    assert not [path for path in reddit.questions() if path.startswith("/comments")]


def test_a_thread_that_changes_while_it_is_unfolded_is_read_once_more(reddit: FakeReddit) -> None:
    reddit.cap = 100
    reddit.page.post("p2")
    above = None
    for n in range(14):
        above = reddit.page.say(f"level {n}", parent=above).id
    for n in range(100):
        reddit.page.say(f"note {n}", post="p2")
    nothing = {"kind": "Listing", "data": {"after": None, "children": []}}
    reddit.before = at_part("/_/", reply_json([nothing, nothing]))  # as where the comment above has just been deleted
    assert len(texts(reddit)) == 114
    reddit.before = at_part("/_/", reply_json([nothing, nothing]), times=10)
    with pytest.raises(Unavailable):
        texts(reddit)


def at_part(part: str, reply: Reply, times: int = 1) -> Callable[[Asked], Reply | None]:
    left = [reply] * times
    return lambda asked: left.pop() if part in asked.path and left else None
