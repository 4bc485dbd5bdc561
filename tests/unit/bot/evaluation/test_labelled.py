from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bot.evaluation.labelled import Labelled, LabelledSet, NoCases, Span, read_labelled
from connectors.base import Media

RULES = ("threat", "student_name", "school_record")


def row(**more: Any) -> dict[str, Any]:
    return {"id": "x-0001", "page": "p", "author": "someone", "text": "Ada Lovelace"} | more


def read(tmp_path: Path, *lines: object, content: bytes | None = None) -> LabelledSet:
    file = tmp_path / "set.jsonl"
    written = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    file.write_bytes(written.encode() if content is None else content)
    return read_labelled([file], RULES)


def test_a_comment_is_read_with_all_that_the_set_says(tmp_path: Path) -> None:
    full = row(
        author_role="student", media=[{"kind": "image", "url": "u"}], labels=["student_name"], slice="full_name", lang="es",
        spans=[{"start": 0, "end": 12, "label": "student_name", "student": "1"}],
    )  # fmt: skip
    (found,) = read(tmp_path, full).comments
    assert found == Labelled(
        "x-0001", "p", "someone", "Ada Lovelace", (Media("image", "u"),), frozenset({"student_name"}),
        (Span(0, 12, "student_name", "1"),), "full_name", "es",
    )  # fmt: skip


def test_what_the_set_does_not_say_is_not_known(tmp_path: Path) -> None:
    (found,) = read(tmp_path, row()).comments
    assert (found.labels, found.spans, found.slice) == (None, None, "")
    (clean,) = read(tmp_path, row(labels=[], spans=[])).comments
    assert (clean.labels, clean.spans) == (frozenset(), ())


@pytest.mark.parametrize(
    ("line", "field", "words"),
    [
        ('{"id": "x",', "the line", "no JSON"),
        ("[1]", "the line", "one object"),
        ("[" * 100_000, "the line", "no JSON"),
        (row(id=5), "id", "must be text"),
        (row(id=""), "id", "is empty"),
        ({"id": "x", "page": "p", "text": "t"}, "author", "is missing"),
        (row(text=None), "text", "must be text"),
        (row(page="../p"), "page", "one word"),
        (row(page=".."), "page", "one word"),
        (row(page="p\0"), "page", "one word"),
        (row(page="ñ" * 126), "page", "one word"),
        (row(labels="threat"), "labels", "must be a list"),
        (row(labels=["threat", "thraet"]), "labels[1]", "did you mean threat"),
        (row(labels=[None]), "labels[0]", "id of a rule"),
        (row(media=[{"kind": "gif"}]), "media[0]", "must have a kind"),
        (row(media=[{"kind": "image", "url": 1}]), "media[0].url", "must be text"),
        (row(spans=[1]), "spans[0]", "an object"),
        (row(spans=[{"start": 0, "end": 13, "label": "student_name"}]), "spans[0].start", "12 code points"),
        (row(spans=[{"start": True, "end": 3, "label": "student_name"}]), "spans[0].start", "places in the text"),
        (row(spans=[{"start": 0, "end": 3, "label": "x"}]), "spans[0]", "no such rule"),
        (row(spans=[{"start": 0, "end": 3, "label": "threat", "student": 4}]), "spans[0].student", "id of the roster"),
    ],
)
def test_a_wrong_line_is_told_with_file_line_and_field_and_the_others_go_on(
    tmp_path: Path, line: object, field: str, words: str
) -> None:
    found = read(tmp_path, row(id="a"), line, row(id="b"))
    assert [c.id for c in found.comments] == ["a", "b"]
    (wrong,) = found.refused
    assert (wrong.file, wrong.line, wrong.field) == (str(tmp_path / "set.jsonl"), 2, field)
    assert words in wrong.message


def test_no_word_of_a_comment_is_in_what_is_told(tmp_path: Path) -> None:
    secret = "quokkabranch"
    lines = [f'{{"text": "{secret}"', row(text=secret, id=1), row(text=secret, spans=[{"start": 9, "end": 99}])]
    assert secret not in "".join(map(str, read(tmp_path, *lines).refused))


def test_an_id_that_stood_before_is_refused_with_the_place_of_the_first(tmp_path: Path) -> None:
    found = read(tmp_path, row(), row(text="again"))
    assert len(found.comments) == 1
    assert (found.refused[0].line, found.refused[0].field) == (2, "id")
    assert "set.jsonl:1 too" in found.refused[0].message


def test_an_id_counts_over_all_files(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(json.dumps(row()))
    found = read_labelled([tmp_path / "a", tmp_path / "b"], RULES)
    assert (len(found.comments), found.refused[0].file) == (1, str(tmp_path / "b"))


def test_marks_of_windows_odd_line_ends_emoji_and_lone_surrogates_do_no_harm(tmp_path: Path) -> None:
    texts = ["one", "two\u2028lines\u0085", "😀", "lone \ud83d"]
    lines = [json.dumps(row(id=str(n), text=text), ensure_ascii=n == 3) for n, text in enumerate(texts)]
    content = b"\xef\xbb\xbf" + "\r\n\r\n".join(lines).encode() + b"\r\n"
    found = read(tmp_path, content=content)
    assert [c.text for c in found.comments] == texts
    assert found.refused == []


def test_a_line_in_another_encoding_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    found = read(tmp_path, content=b'{"id": "caf\xe9"}\n' + json.dumps(row()).encode())
    assert len(found.comments) == 1
    assert "not in UTF-8 at byte 12" in str(found.refused[0])


@pytest.mark.parametrize(
    ("content", "words"), [(b"", "no comment"), (b"\n \n", "no comment"), ("{}".encode("utf-16"), "in UTF-16")]
)
def test_a_file_without_a_comment_says_so(tmp_path: Path, content: bytes, words: str) -> None:
    with pytest.raises(NoCases, match=words):
        read(tmp_path, content=content)


def test_a_file_that_is_not_there_or_is_a_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(NoCases, match="no such file"):
        read_labelled([tmp_path / "none"], RULES)
    with pytest.raises(NoCases, match="cannot be read"):
        read_labelled([tmp_path], RULES)
