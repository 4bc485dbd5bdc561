"""Files that people export: what is taken for what, and what is said where they are wrong."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.base import BadConfig, Comment
from connectors.export_file import HEADERS, read_export

ZONE = ZoneInfo("America/Los_Angeles")
README = Path(__file__).parents[3] / "connectors" / "README.md"


def read(folder: Path, written: str | bytes, **columns: str) -> tuple[Comment, ...]:
    file = folder / "export"
    file.write_bytes(written if isinstance(written, bytes) else written.encode())
    return read_export(file, ZONE, columns)


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_a_table_is_read_by_its_headers_and_comes_oldest_first(tmp_path: Path, mark: str) -> None:
    lines = [
        ["Sent At", "Sender_Name", "MESSAGE", "unknown"],
        ["10/06/2026 4:05 PM", "Newt Amphibian", '"Two lines,\nand a ""quotation"""', "x"],
        ["2026-10-05 16:00", "Maja", "earlier", ""],
    ]
    later, first = reversed(read(tmp_path, "\n".join(mark.join(cells) for cells in lines)))
    assert (first.text, first.author.name, first.created) == ("earlier", "Maja", datetime(2026, 10, 5, 23, tzinfo=UTC))
    assert later.text == 'Two lines,\nand a "quotation"'
    assert later.created == datetime(2026, 10, 6, 23, 5, tzinfo=UTC)


def test_excels_own_form_and_a_mark_at_the_beginning_are_read(tmp_path: Path) -> None:
    table = "time\ttext\n2026-10-05T16:00:00Z\tsí\n"
    assert [c.text for c in read(tmp_path, table.encode("utf-16"))] == ["sí"]
    assert [c.text for c in read(tmp_path, b"\xef\xbb\xbf" + table.encode())] == ["sí"]


def test_without_ids_the_same_file_has_the_same_ids_and_two_alike_are_two(tmp_path: Path) -> None:
    table = "author,time,text\nN,2026-10-05 16:00,hi\nN,2026-10-05 16:00,hi\nM,2026-10-05 16:00,hi\n"
    ids = [comment.id for comment in read(tmp_path, table)]
    assert len(set(ids)) == 3
    assert ids == [comment.id for comment in read(tmp_path, table)]


def test_a_column_of_another_name_is_named(tmp_path: Path) -> None:
    (comment,) = read(tmp_path, "Kommentar,time\nhallo,1791216000\n", text="Kommentar")
    assert (comment.text, comment.created) == ("hallo", datetime(2026, 10, 5, 16, tzinfo=UTC))


def test_what_meta_exports_is_found_at_any_depth_and_its_letters_are_mended(tmp_path: Path) -> None:
    def meta(text: str) -> str:
        return text.encode().decode("latin-1")

    said = {"timestamp": 1791216000, "comment": meta("qué 🙂"), "author": "N"}
    facebook = {"comments_v2": [{"timestamp": 1791216000, "title": "x", "data": [{"comment": said}]}]}
    instagram = {"comments": [{"string_map_data": {"Comment": {"value": "hi"}, "Time": {"timestamp": 1791216000}}}]}
    assert [(c.text, c.author.name) for c in read(tmp_path, json.dumps(facebook))] == [("qué 🙂", "N")]
    assert [c.text for c in read(tmp_path, json.dumps(instagram))] == ["hi"]


def test_a_sticker_is_a_comment_without_words_and_the_rest_is_read(tmp_path: Path) -> None:
    said = [{"time": 1791216000, "author": "N"}, {"time": 1791216001, "author": "N", "text": "hi"}]
    assert [comment.text for comment in read(tmp_path, json.dumps(said))] == ["", "hi"]


def test_a_thread_in_json_has_answers_with_authors_of_their_own(tmp_path: Path) -> None:
    thread = [{"id": "1", "author": {"name": "N"}, "time": "2026-10-05T16:00:00-07:00", "text": "a", "replies": [
        {"id": "2", "parent": "1", "author": "M", "time": "2026-10-05T16:01:00-07:00", "text": "b"}]}]  # fmt: skip
    assert [(c.id, c.author.name, c.parent) for c in read(tmp_path, json.dumps(thread))] == [
        ("1", "N", None),
        ("2", "M", "1"),
    ]


def test_a_post_lends_its_comments_no_id_and_a_wrapping_does(tmp_path: Path) -> None:
    def said(text: str) -> dict[str, object]:
        return {"text": text, "time": "2026-10-05T16:00:00Z"}

    post = {"posts": [{"id": "post", "link": "https://x.example", "comments": [said("a"), said("b")]}]}
    ids = [comment.id for comment in read(tmp_path, json.dumps(post))]
    assert len({*ids, "post"}) == 3
    assert [c.permalink for c in read(tmp_path, json.dumps(post))] == ["https://x.example"] * 2
    assert [c.id for c in read(tmp_path, json.dumps([{"id": "1", "comment": said("a")}]))] == ["1"]


def test_a_picture_without_words_is_a_comment_without_words(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        '[{"author": "N", "time": "2026-10-05", "body": null}, {"time": "2026-10-06", "text": null, "body": "b"}]',
    )
    assert [c.text for c in found] == ["", "b"]


def test_what_stands_below_a_name_is_found(tmp_path: Path) -> None:
    """An account has a name and nothing below it; a post, a group, a class have both."""
    said = '{"author": {"name": "N", "id": 7}, "time": "2026-10-05", "text": "%s"}'
    feed = '{"comments": [%s], "group": {"name": "Room 12", "posts": [{"name": "Fern", "comments": [%s]}]}}'
    assert {c.text for c in read(tmp_path, feed % (said % "a", said % "b"))} == {"a", "b"}


def test_who_takes_part_is_no_comment(tmp_path: Path) -> None:
    chat = '{"participants": [{"name": "N"}, {"name": "M"}], "messages": [{"sender_name": "N", "time": 1791216000, "content": "hi"}]}'
    assert [(c.author.name, c.text) for c in read(tmp_path, chat)] == [("N", "hi")]


def test_one_comment_that_stands_twice_with_its_id_is_one(tmp_path: Path) -> None:
    """Two exports put together; under one id with other words it is no longer sure what the column is."""
    line = "7,2026-10-05 16:00,N,hi\n"
    assert [c.id for c in read(tmp_path, f"id,time,author,text\n{line}{line}")] == ["7"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_files_line_ends_are_none_of_its_comments(tmp_path: Path, end: str) -> None:
    """Whoever opens and saves a file in another program has the same comments."""
    lines = ["time;text", '2026-10-05 16:00;"one, two,', 'three, four"', ""]
    (comment,) = read(tmp_path, end.join(lines))
    (same,) = read(tmp_path, "\n".join(lines))
    assert comment == same
    assert comment.text == "one, two,\nthree, four"


@pytest.mark.parametrize(
    "time",
    [
        "Mon Oct 05 2026 16:00:00 GMT-0700",
        "10/5/2026 4:00 PM PDT",
        "2026-10-05 19:00 EDT",
        "Oct 5, 2026 23:00 UTC",
        "2026-10-06T01:00+02:00",
    ],
)
def test_a_zone_that_is_written_counts(tmp_path: Path, time: str) -> None:
    (comment,) = read(tmp_path, f'time,text\n"{time}",hi\n')
    assert comment.created == datetime(2026, 10, 5, 23, tzinfo=UTC)


def test_a_day_written_without_any_mark_is_no_number_of_seconds(tmp_path: Path) -> None:
    times = ("202610051600", "20261005160000", "1791216000000", "1791216000.5")
    found = [read(tmp_path, f"time,text\n{time},hi\n")[0].created for time in times]
    assert [f"{at.astimezone(ZONE):%Y-%m-%d}" for at in found] == ["2026-10-05"] * 4


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("", "no column is the text"),
        ("time,author\n", "line 1: no column is the text of a comment; it may be called text, comment"),
        ("time,text\n", "holds no comment"),
        ("time,text\n2026-10-05 16:00,hi\nnonsense,secretword\n", "line 3: the time is not understood"),
        ("time,text\n,secretword\n", "line 2: the time is missing"),
        ("time,text\n16:00,secretword\n", "line 2: the time is not understood"),
        ("time,text\nOctober 2026,secretword\n", "line 2: the time is not understood"),
        ("time,text\n2026,secretword\n", "line 2: the time is not understood"),
        ("time,text\n1/1/1970,secretword\n", "line 2: the time is not understood"),
        ("time,text\n12/10/2026,a\n13/10/2026 16:00,secretword\n", "line 3: the time has its day before its month"),
        ("time,text\n31.12.26,secretword\n", "line 2: the time has its day before its month"),
        ("time,text\n2026-10-05 16:00 XYZ,secretword\n", "line 2: the time is not understood"),
        ("time,text\n2026-10-05 16:00,secretword,c\n", "line 2: 3 columns where the first line has 2"),
        ('time,text\n2026-10-05 16:00,"secretword\n', "a quotation mark may be missing"),
        (b"time,text\n2026-10-05 16:00,h\xff\xe9\n", "line 2: not in UTF-8"),
        ("time,text,id\n2026-10-05 16:00,a,1\n2026-10-05 16:00,b,1\n", "1 ids stand twice"),
        ('{"comments": [}', "line 1: this is no JSON"),
        ('[{"from": "N", "date": "2026-10-05", "text": ["secretword", {"text": "b"}]}]', "[0].text: the text of a comment is in parts"),
        ('[{"from": "N", "date": "2026-10-05", "body": {"html": "secretword"}}]', "[0].body: the text of a comment is in parts"),
        ('[{"time": "2026-10-05", "author": "secretword"}]', "[0]: no field is the text"),
        ('{"a": [{"text": "secretword"}]}', "a[0]: the time is missing"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 60 + "]" * 60, "nested too deeply"),
        ("{}", "holds no comment"),
        ('[{"text": "secretword", "time": ' + "9" * 5000 + "}]", "a number in it is too long"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_its_place_and_quotes_nobody(
    tmp_path: Path, written: str | bytes, named: str
) -> None:
    with pytest.raises(BadConfig) as caught:
        read(tmp_path, written)
    assert named in str(caught.value)
    assert "secretword" not in str(caught.value)


def test_an_unknown_field_and_a_missing_file_are_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="txt is none of text, time"):
        read(tmp_path, "time,text\n", txt="x")
    with pytest.raises(BadConfig, match="export has nothing called Nummer, which is to be the id"):
        read(tmp_path, "time,text,Nr\n2026-10-05,a,7\n", id="Nummer")
    with pytest.raises(BadConfig, match="nothing called Nummer"):
        read(tmp_path, '[{"time": "2026-10-05", "text": "a", "Nr": "7"}]', id="Nummer")
    with pytest.raises(BadConfig, match="cannot be read"):
        read_export(tmp_path / "nowhere", ZONE)


def test_the_guide_shows_the_table_of_headers() -> None:
    guide = README.read_text()
    for field, names in HEADERS.items():
        assert f"| `{field}` | {', '.join(names)} |" in guide
