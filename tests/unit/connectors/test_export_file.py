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


def test_a_thread_in_json_has_answers_with_authors_of_their_own(tmp_path: Path) -> None:
    thread = [{"id": "1", "author": {"name": "N"}, "time": "2026-10-05T16:00:00-07:00", "text": "a", "replies": [
        {"id": "2", "parent": "1", "author": "M", "time": "2026-10-05T16:01:00-07:00", "text": "b"}]}]  # fmt: skip
    assert [(c.id, c.author.name, c.parent) for c in read(tmp_path, json.dumps(thread))] == [
        ("1", "N", None),
        ("2", "M", "1"),
    ]


@pytest.mark.parametrize(
    ("written", "named"),
    [
        ("", "no column is the text"),
        ("time,author\n", "line 1: no column is the text of a comment; it may be called text, comment"),
        ("time,text\n", "holds no comment"),
        ("time,text\n2026-10-05 16:00,hi\nnonsense,secretword\n", "line 3: the time is not understood"),
        ("time,text\n,secretword\n", "line 2: the time is missing"),
        ("time,text\n16:00,secretword\n", "line 2: the time is not understood"),
        ("time,text\n2026-10-05 16:00,secretword,c\n", "line 2: 3 columns where the first line has 2"),
        ('time,text\n2026-10-05 16:00,"secretword\n', "a quotation mark may be missing"),
        (b"time,text\n2026-10-05 16:00,h\xff\xe9\n", "line 2: not in UTF-8"),
        ("time,text,id\n2026-10-05 16:00,a,1\n2026-10-05 16:00,b,1\n", "1 ids stand twice"),
        ('{"comments": [}', "line 1: this is no JSON"),
        ('[{"time": "2026-10-05", "author": "secretword"}]', "[0]: no field is the text"),
        ('{"a": [{"text": "secretword"}]}', "a[0]: the time is missing"),
        ("[" * 100_000, "nested too deeply"),
        ("[" * 60 + "]" * 60, "nested too deeply"),
        ("{}", "holds no comment"),
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
    with pytest.raises(BadConfig, match="cannot be read"):
        read_export(tmp_path / "nowhere", ZONE)


def test_the_guide_shows_the_table_of_headers() -> None:
    guide = README.read_text()
    for field, names in HEADERS.items():
        assert f"| `{field}` | {', '.join(names)} |" in guide
