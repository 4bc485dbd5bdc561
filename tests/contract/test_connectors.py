"""One suite over every connector: what `connectors/base.py` and connectors/README.md promise."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    BadConfig,
    Changed,
    Checkpoint,
    Comment,
    CommentState,
    Connector,
    Gone,
    NotAllowed,
    PageAddress,
    Revision,
)
from connectors.registry import make
from tests.servers.wordpress import WordPressServer

README = Path(__file__).parents[2] / "connectors" / "README.md"
SHOWN = {CommentState.VISIBLE, CommentState.HELD}
WANTED = {
    ActionKind.HIDE: CommentState.HELD,
    ActionKind.RESTORE: CommentState.VISIBLE,
    ActionKind.REMOVE: CommentState.REMOVED,
    ActionKind.SPAM: CommentState.SPAM,
}


@dataclass
class Example:
    """One connector with a page of at least six comments. `target` is visible and may be acted on."""

    kind: str
    address: PageAddress
    target: str
    secrets: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

    def connect(self) -> Connector:
        """Make it anew: nothing may hang on the object."""
        return make(self.kind, self.address, self.extra)


def sample_example(folder: Path) -> Example:
    states = ["visible", "held", "visible", "removed", "spam", "visible", "visible", "visible"]
    comments = [
        {
            "id": f"n{n}",
            "author": "Newt",
            "text": f"Note {n}",
            "created": f"2025-04-0{1 + n // 3}T10:00:00Z",
            "state": state,
        }
        for n, state in enumerate(states)
    ]
    page = {"title": "Pond", "comments_open": True, "public": False, "administrators": ["Mr. Reed"]}
    (folder / "pond.json").write_text(json.dumps({**page, "comments": comments}))
    options = {"state_dir": str(folder / "state")}
    return Example("sample", PageAddress("pond", "pond.json", options=options, base=folder), "n2")


def guestbook_example(folder: Path) -> Example:
    """The connector that the README tells people to copy: exactly what is printed there."""
    code = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert code
    (folder / "readme_guestbook.py").write_text(code[1])
    lines = [f"{n}\t2025-04-0{n}T09:00:00Z\tNewt\tGuest {n}\n" for n in range(1, 8)]
    (folder / "book.txt").write_text("".join(lines))
    extra = {"guestbook": "readme_guestbook:GuestBook"}
    return Example("guestbook", PageAddress("book", "book.txt", base=folder), "3", extra=extra)


def wordpress_example(server: WordPressServer) -> Example:
    secret = server.secret()
    hidden = (secret, secret.partition(":")[2])
    return Example("wordpress", PageAddress("garden", server.url, secret=secret), str(server.comments["tall"]), hidden)


REAL = pytest.param("wordpress", marks=pytest.mark.server)


@pytest.fixture
def build(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[str], Example]]:
    def of(kind: str) -> Example:
        if kind == "wordpress":
            return wordpress_example(request.getfixturevalue("wordpress"))
        return sample_example(tmp_path) if kind == "sample" else guestbook_example(tmp_path)

    monkeypatch.syspath_prepend(str(tmp_path))
    yield of
    sys.modules.pop("readme_guestbook", None)


@pytest.fixture(params=["sample", "guestbook", REAL])
def example(request: pytest.FixtureRequest, build: Callable[[str], Example]) -> Example:
    """Every connector."""
    return build(request.param)


@pytest.fixture(params=["sample", REAL])
def acting(request: pytest.FixtureRequest, build: Callable[[str], Example]) -> Example:
    """Every connector that can do all four actions."""
    return build(request.param)


@pytest.fixture(params=["guestbook"])
def reading(request: pytest.FixtureRequest, build: Callable[[str], Example]) -> Example:
    """Every connector that can only read."""
    return build(request.param)


def everything(connector: Connector, since: Checkpoint | datetime | None = None) -> list[Comment]:
    return [comment for batch in connector.fetch(since) for comment in batch.comments]


def one(connector: Connector, id: str) -> Comment:
    (comment,) = connector.get([id])
    return comment


def test_check_tells_of_the_page_and_changes_nothing(example: Example) -> None:
    before = everything(example.connect())
    settings = example.connect().check()
    assert settings == example.connect().check()
    assert settings.title
    assert everything(example.connect()) == before


def test_everything_comes_once_oldest_first_in_utc_and_in_bounded_batches(example: Example) -> None:
    batches = list(example.connect().fetch(None))
    comments = [comment for batch in batches for comment in batch.comments]
    assert len(comments) >= 6
    assert all(0 < len(batch.comments) <= MAX_BATCH for batch in batches)
    assert len({comment.id for comment in comments}) == len(comments)
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    assert all(c.created.utcoffset() == timedelta(0) for c in comments)
    assert {c.state for c in comments} <= SHOWN


def test_a_checkpoint_survives_json_and_behind_it_nothing_is_missing(example: Example) -> None:
    (*_, last) = example.connect().fetch(None)
    assert last.checkpoint
    stored = Checkpoint(json.loads(json.dumps(dict(last.checkpoint.value))))
    again = list(example.connect().fetch(stored))
    assert all(batch.checkpoint == stored for batch in again), "a checkpoint moved back or on without a new comment"
    assert len([c for batch in again for c in batch.comments]) < len(everything(example.connect()))


def test_reading_since_a_time_gives_all_from_then_on_and_moves_no_checkpoint(example: Example) -> None:
    comments = everything(example.connect())
    for since in (comments[0].created, comments[len(comments) // 2].created, comments[-1].created):
        batches = list(example.connect().fetch(since))
        assert [c for b in batches for c in b.comments] == [c for c in comments if c.created >= since]
        assert all(batch.checkpoint is None for batch in batches)


@pytest.mark.parametrize("since", [datetime(1, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC)])
def test_reading_since_long_ago_gives_everything(example: Example, since: datetime) -> None:
    assert everything(example.connect(), since) == everything(example.connect())


@pytest.mark.parametrize("since", [datetime(9000, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, 23, 59, tzinfo=UTC)])
def test_reading_since_the_far_future_gives_nothing(example: Example, since: datetime) -> None:
    assert everything(example.connect(), since) == []


def test_a_checkpoint_of_another_platform_is_refused(example: Example) -> None:
    with pytest.raises(BadConfig) as caught:
        everything(example.connect(), Checkpoint({"somewhere": "else"}))
    assert caught.value.field == "checkpoint"


def test_what_was_fetched_is_what_get_gives(example: Example) -> None:
    comments = everything(example.connect())
    found = list(example.connect().get([comment.id for comment in comments]))
    assert sorted(found, key=lambda c: c.id) == sorted(comments, key=lambda c: c.id)


def test_a_comment_asked_for_twice_or_among_hundreds_comes_once(example: Example) -> None:
    ids = [example.target, *(f"9{n:05}" for n in range(250)), example.target]
    assert [comment.id for comment in example.connect().get(ids)] == [example.target]


@pytest.mark.parametrize(
    "id", ["", "0", "-1", "999999", "1e1", "../1", "1/../2", "1?force=true", "١", "1,2", " 1", "x" * 5000, "\ud83d"]
)
def test_an_id_that_nobody_has_is_left_out_and_cannot_be_acted_on(example: Example, id: str) -> None:
    connector = example.connect()
    assert list(connector.get([id])) == []
    with pytest.raises((Gone, NotAllowed)):
        connector.act(id, ActionKind.HIDE, seen=Revision("0" * 64))


def test_nothing_asked_for_is_nothing_given(example: Example) -> None:
    assert list(example.connect().get([])) == []


@pytest.mark.parametrize("action", [ActionKind.HIDE, ActionKind.REMOVE, ActionKind.SPAM])
def test_an_action_is_carried_out_once_and_can_be_taken_back(acting: Example, action: ActionKind) -> None:
    before = one(acting.connect(), acting.target)
    receipt = acting.connect().act(acting.target, action, seen=before.revision)
    after = one(acting.connect(), acting.target)
    assert (receipt.action, receipt.already) == (action, False)
    assert receipt.state == after.state == WANTED[action]
    assert receipt.revision == after.revision
    twice = acting.connect().act(acting.target, action, seen=before.revision)
    assert (twice.already, twice.state, twice.revision) == (True, after.state, after.revision)
    back = acting.connect().act(acting.target, ActionKind.RESTORE, seen=receipt.revision)
    assert (back.already, back.state) == (False, CommentState.VISIBLE)
    assert one(acting.connect(), acting.target).state == CommentState.VISIBLE


@pytest.mark.parametrize("action", list(ActionKind))
def test_a_comment_that_was_not_the_one_judged_is_left_alone(acting: Example, action: ActionKind) -> None:
    connector = acting.connect()
    before = one(connector, acting.target)
    if action is ActionKind.RESTORE:
        connector.act(acting.target, ActionKind.HIDE, seen=before.revision)
        before = one(connector, acting.target)
    with pytest.raises(Changed) as caught:
        connector.act(acting.target, action, seen=Revision("0" * 64))
    assert caught.value.revision == before.revision
    assert one(acting.connect(), acting.target) == before


@pytest.mark.parametrize("action", list(ActionKind))
def test_what_is_already_as_wanted_needs_no_second_judgement(acting: Example, action: ActionKind) -> None:
    connector = acting.connect()
    if action is not ActionKind.RESTORE:
        connector.act(acting.target, action, seen=one(connector, acting.target).revision)
    receipt = connector.act(acting.target, action, seen=Revision("0" * 64))
    assert receipt.already
    assert receipt.revision == one(connector, acting.target).revision


def test_a_hidden_comment_is_still_fetched_and_a_removed_one_only_when_asked_for(acting: Example) -> None:
    connector = acting.connect()
    seen = one(connector, acting.target).revision
    connector.act(acting.target, ActionKind.HIDE, seen=seen)
    assert acting.target in {comment.id for comment in everything(connector)}
    connector.act(acting.target, ActionKind.REMOVE, seen=seen)
    assert acting.target not in {comment.id for comment in everything(connector)}
    assert one(connector, acting.target).state == CommentState.REMOVED


@pytest.mark.parametrize("action", list(ActionKind))
def test_a_platform_that_can_only_be_read_says_so_and_does_nothing(reading: Example, action: ActionKind) -> None:
    before = one(reading.connect(), reading.target)
    assert action not in reading.connect().capabilities.actions
    with pytest.raises(NotAllowed):
        reading.connect().act(reading.target, action, seen=before.revision)
    assert one(reading.connect(), reading.target) == before


def test_nothing_is_logged_and_no_secret_is_shown(example: Example, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO):
        connector = example.connect()
        connector.check()
        everything(connector)
    assert caplog.records == []
    shown = repr(example.address) + repr(connector) + repr(vars(connector))
    assert not [secret for secret in example.secrets if secret in shown]


def test_an_empty_address_is_named(example: Example) -> None:
    with pytest.raises(BadConfig) as caught:
        make(example.kind, PageAddress("p", "", secret="a:b"), example.extra)
    assert caught.value.field == "url"
