from __future__ import annotations

import json
import os
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    BadConfig,
    Changed,
    Checkpoint,
    CommentState,
    Media,
    NotAllowed,
    PageAddress,
    Revision,
    Unavailable,
)
from connectors.sample import Sample

COMMENT: dict[str, object] = {"id": "1", "author": "Newt", "text": "Tadpoles!", "created": "2025-04-01T10:00:00Z"}
PAGE: dict[str, object] = {"title": "Pond", "comments_open": True, "public": False, "administrators": ["Mr. Reed"]}


def write(folder: Path, *comments: dict[str, object], **more: object) -> Path:
    file = folder / "pond.json"
    file.write_text(json.dumps({**PAGE, "comments": comments, **more}))
    return file


def connect(folder: Path, page: str = "pond", **options: object) -> Sample:
    return Sample(PageAddress(page, "pond.json", options=options, base=folder))


def test_each_field_of_a_comment_is_read(tmp_path: Path) -> None:
    full = {
        **COMMENT, "author_is_staff": True, "parent": "0", "state": "held", "edited": "2025-04-01T12:00:00+02:00",
        "media": [{"kind": "image", "url": "https://pics.example.test/1.jpg"}, {"kind": "video"}], "expect": ["student_name"],
    }  # fmt: skip
    write(tmp_path, full)
    ((comment,),) = [batch.comments for batch in connect(tmp_path).fetch(None)]
    assert (comment.author.id, comment.author.name, comment.author.is_staff) == ("Newt", "Newt", True)
    assert (comment.parent, comment.state) == ("0", CommentState.HELD)
    assert comment.edited == comment.created == datetime(2025, 4, 1, 10, tzinfo=UTC)
    assert comment.media == (Media("image", "https://pics.example.test/1.jpg"), Media("video"))


def test_the_page_is_told_as_the_file_says(tmp_path: Path) -> None:
    write(tmp_path)
    settings = connect(tmp_path).check()
    assert (settings.title, settings.comments_open, settings.public) == ("Pond", True, False)
    assert (settings.administrators, settings.may_moderate) == (("Mr. Reed",), False)
    assert connect(tmp_path, state_dir="s").check().may_moderate
    assert list(connect(tmp_path).fetch(None)) == []


@pytest.mark.parametrize(
    ("broken", "named"),
    [
        ("", "line 1"),
        ('{\n"title": "Pond",\n}', "line 3"),
        ("[]", "the file"),
        ("null", "the file"),
        (json.dumps(PAGE), "comments is missing"),
        (json.dumps({**PAGE, "comments": {}}), "comments must be a list"),
        (json.dumps({**PAGE, "comments": ["hi"]}), r"comments\[0\] must be an object"),
        (json.dumps({"comments": []}), "title is missing"),
        (json.dumps({**PAGE, "comments": [], "public": "no"}), "public must be true or false"),
        (json.dumps({**PAGE, "comments": [], "administrators": [1]}), "administrators must be a list of texts"),
        (json.dumps({**PAGE, "comments": [COMMENT, COMMENT]}), "one id twice"),
        ("[" * 100_000, "not UTF-8 text in JSON"),
    ],
)
def test_a_broken_file_is_named_with_the_place(tmp_path: Path, broken: str, named: str) -> None:
    (tmp_path / "pond.json").write_text(broken)
    with pytest.raises(BadConfig, match=named) as caught:
        connect(tmp_path).check()
    assert "pond.json" in str(caught.value)
    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"id": 1}, r"comments\[1\]\.id must be a text"),
        ({"id": None}, r"comments\[1\]\.id is missing"),
        ({"text": None}, r"comments\[1\]\.text is missing"),
        ({"author": ["Newt"]}, r"comments\[1\]\.author must be a text"),
        ({"author_is_staff": "yes"}, r"author_is_staff must be true or false"),
        ({"created": "yesterday"}, r"created must be a time with a zone"),
        ({"created": "2025-04-01T10:00:00"}, r"created must be a time with a zone"),
        ({"created": "0001-01-01T00:00:00+14:00"}, r"created must be a time with a zone"),
        ({"edited": "2025-04-01"}, r"edited must be a time with a zone"),
        ({"state": "gone"}, r"state must be one of visible, held, removed, spam"),
        ({"media": "image"}, r"media must be a list"),
        ({"media": ["image"]}, r"comments\[1\]\.media\[0\] must be an object"),
        ({"media": [{}]}, r"comments\[1\]\.media\[0\]\.kind is missing"),
        ({"media": [{"kind": "picture"}]}, r"media\[0\]\.kind must be one of image"),
    ],
)
def test_a_wrong_field_is_named_and_not_quoted(tmp_path: Path, wrong: dict[str, object], named: str) -> None:
    write(tmp_path, {**COMMENT, "id": "0"}, {**COMMENT, **wrong})
    with pytest.raises(BadConfig, match=named) as caught:
        list(connect(tmp_path).fetch(None))
    assert "Tadpoles" not in str(caught.value)


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="cannot be read"):
        connect(tmp_path).check()
    (tmp_path / "pond.json").write_bytes(b"\xff\xfe")
    with pytest.raises(BadConfig, match="not UTF-8"):
        connect(tmp_path).check()


def test_many_comments_come_in_bounded_batches_and_go_on_behind_each(tmp_path: Path) -> None:
    write(tmp_path, *({**COMMENT, "id": f"{n:05}"} for n in range(MAX_BATCH * 2 + 1)))
    page = connect(tmp_path)
    batches = list(page.fetch(None))
    assert [len(batch.comments) for batch in batches] == [MAX_BATCH, MAX_BATCH, 1]
    behind = [batch.comments for batch in page.fetch(batches[0].checkpoint)]
    assert behind == [batch.comments for batch in batches[1:]]
    assert list(page.fetch(batches[-1].checkpoint)) == []


def test_a_comment_that_is_added_later_is_the_only_one_behind_the_checkpoint(tmp_path: Path) -> None:
    write(tmp_path, COMMENT)
    (batch,) = connect(tmp_path).fetch(None)
    write(tmp_path, {**COMMENT, "id": "2"}, COMMENT)
    assert [c.id for b in connect(tmp_path).fetch(batch.checkpoint) for c in b.comments] == ["2"]


def test_actions_survive_and_leave_the_file_alone(tmp_path: Path) -> None:
    file = write(tmp_path, COMMENT)
    before = file.read_bytes()
    page = connect(tmp_path, state_dir="state")
    seen = next(page.get(["1"])).revision
    assert page.act("1", ActionKind.REMOVE, seen=seen).state == CommentState.REMOVED
    assert next(connect(tmp_path, state_dir=tmp_path / "state").get(["1"])).state == CommentState.REMOVED
    assert next(connect(tmp_path).get(["1"])).state == CommentState.VISIBLE, "another place knows nothing of it"
    assert next(connect(tmp_path, "other", state_dir="state").get(["1"])).state == CommentState.VISIBLE
    assert file.read_bytes() == before


def test_without_a_place_for_states_a_page_can_only_be_read(tmp_path: Path) -> None:
    write(tmp_path, COMMENT)
    page = connect(tmp_path)
    assert page.capabilities.actions == frozenset()
    with pytest.raises(NotAllowed, match="state_dir"):
        page.act("1", ActionKind.HIDE, seen=next(page.get(["1"])).revision)


def test_an_edited_comment_is_not_acted_on(tmp_path: Path) -> None:
    write(tmp_path, COMMENT)
    page = connect(tmp_path, state_dir="state")
    seen = next(page.get(["1"])).revision
    write(tmp_path, {**COMMENT, "text": "Frogs!"})
    with pytest.raises(Changed):
        page.act("1", ActionKind.HIDE, seen=seen)
    assert next(page.get(["1"])).state == CommentState.VISIBLE


def test_two_at_once_lose_nothing(tmp_path: Path) -> None:
    write(tmp_path, *({**COMMENT, "id": str(n)} for n in range(24)))
    seen = next(connect(tmp_path).get(["0"])).revision

    def hide(start: int) -> None:
        for n in range(start, 24, 4):
            connect(tmp_path, state_dir="state").act(str(n), ActionKind.HIDE, seen=seen)

    threads = [threading.Thread(target=hide, args=(start,)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    states = {c.state for c in connect(tmp_path, state_dir="state").get([str(n) for n in range(24)])}
    assert states == {CommentState.HELD}


@pytest.mark.parametrize("written", ["{", "[]", '{"1": "gone"}', "null"])
def test_a_broken_note_of_states_is_not_taken_for_an_empty_one(tmp_path: Path, written: str) -> None:
    write(tmp_path, COMMENT)
    page = connect(tmp_path, state_dir="state")
    page.act("1", ActionKind.HIDE, seen=next(page.get(["1"])).revision)
    (note,) = (tmp_path / "state").glob("*.json")
    note.write_text(written)
    with pytest.raises(Unavailable, match="cannot be used"):
        list(page.get(["1"]))


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    write(tmp_path, COMMENT)
    (tmp_path / "taken").write_text("a file")
    page = connect(tmp_path, state_dir="taken/state")
    with pytest.raises(Unavailable):
        page.act("1", ActionKind.HIDE, seen=Revision("x"))


def test_a_disk_that_takes_no_more_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, COMMENT)
    page = connect(tmp_path, state_dir="state")
    seen = next(page.get(["1"])).revision

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Unavailable, match="No space left"):
        page.act("1", ActionKind.HIDE, seen=seen)
    assert next(page.get(["1"])).state == CommentState.VISIBLE


@pytest.mark.parametrize("state_dir", [5, ["state"], True])
def test_a_place_for_states_must_be_a_path(tmp_path: Path, state_dir: object) -> None:
    with pytest.raises(BadConfig) as caught:
        connect(tmp_path, state_dir=state_dir)
    assert caught.value.field == "options.state_dir"


@pytest.mark.parametrize(
    "value", [{}, {"time": "2025-04-01T10:00:00+00:00"}, {"created": "soon", "id": "1"}, {"created": 5}]
)
def test_a_checkpoint_of_something_else_is_refused(tmp_path: Path, value: dict[str, object]) -> None:
    write(tmp_path, COMMENT)
    with pytest.raises(BadConfig):
        list(connect(tmp_path).fetch(Checkpoint(value)))
