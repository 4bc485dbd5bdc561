"""`hallmonitor evaluate` at the terminal: what it says of a labelled set is what the pipeline would do."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.journeys.desk import ROOT, Desk
from tests.patience import until

SAMPLE = ROOT / "config" / "sample"
ADMIN = "reyes@roosevelt.example"


def sample_set(folder: Path) -> Path:
    """The comments of the sample pages as a labelled set, with their rosters and the school's people as staff."""
    file = folder / "cases.jsonl"
    lines = [
        {
            "id": comment["id"], "page": page.stem, "author": comment["author"], "author_role": "unknown",
            "text": comment["text"], "media": comment.get("media", []), "labels": comment["expect"], "slice": page.stem,
        }
        for page in sorted(SAMPLE.glob("*.json"))
        for comment in json.loads(page.read_text())["comments"]
    ]  # fmt: skip
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    rosters = folder / "rosters"
    rosters.mkdir()
    for page in (ROOT / "config" / "classes").glob("*.yaml"):
        said = yaml.safe_load(page.read_text())
        (rosters / f"{said['id']}.csv").write_bytes((ROOT / "config" / said["roster"]).read_bytes())
    people = yaml.safe_load((ROOT / "config" / "people.yaml").read_text())["people"]
    names = [person["name"].rpartition(" ") for person in people]
    (rosters / "staff.csv").write_text(
        "title,first,last,role,email,page\n" + "".join(f",{f},{last},,,\n" for f, _, last in names)
    )
    return file


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_bytes().decode("ascii").splitlines()]


@pytest.fixture
def nowhere(tmp_path: Path) -> Desk:
    """A terminal at which no school was ever set up: `evaluate` needs no database."""
    (tmp_path / "desk").mkdir()
    return Desk(tmp_path / "desk" / "home")


def test_a_labelled_set_is_judged_exactly_as_the_pipeline_judges_the_pages(desk: Desk, tmp_path: Path) -> None:
    cases, out = sample_set(tmp_path), tmp_path / "out.jsonl"
    answer = desk.must(
        "evaluate", str(cases), "--rosters", str(tmp_path / "rosters"), "--predictions", str(out), "--json"
    )
    found = lines(out)
    assert [line["id"] for line in found] == [line["id"] for line in lines(cases)]
    queue = desk.queue()
    assert {line["id"]: set(line["labels"]) for line in found if line["labels"]} == {
        id: set(flag["rules"]) for id, flag in queue.items()
    }
    stored = desk.ask("SELECT max(score) FROM signal WHERE name IN ('threat', 'phrase_threat') GROUP BY revision_id")
    told = [line["scores"]["threat"] for line in found if line["scores"]["threat"]]
    assert sorted(told) == sorted(score for (score,) in stored)
    figures = answer.json["figures"]["all"]
    wanted = {line["id"]: set(line["labels"]) for line in lines(cases)}
    right = sum(len(wanted[line["id"]] & set(line["labels"])) for line in found)
    assert (figures["whole"]["recall"]["part"], figures["whole"]["recall"]["whole"]) == (
        right,
        sum(map(len, wanted.values())),
    )
    assert figures["whole"]["clean"]["whole"] == sum(not labels for labels in wanted.values())
    assert set(figures["slices"]) == {"sample-biology", "sample-garden", "sample-history"}


def test_it_runs_without_a_school_and_prints_tables(nowhere: Desk, tmp_path: Path) -> None:
    cases = sample_set(tmp_path)
    numbered = [line | {"id": f"s-{n:04}"} for n, line in enumerate(lines(cases))]
    cases.write_text("".join(json.dumps(line) + "\n" for line in numbered))
    answer = nowhere.must("evaluate", str(cases), "--rosters", str(tmp_path / "rosters"), "--parts")
    assert f"tune: {len(numbered) * 2 // 3} comments" in answer.out
    assert f"check: {len(numbered) // 3} comments" in answer.out
    assert answer.out.count("Clean comments flagged:") == 2
    assert not nowhere.home.exists()


def test_wrong_lines_are_told_the_others_are_judged_and_the_exit_code_is_2(nowhere: Desk, tmp_path: Path) -> None:
    good = {"page": "unknown", "author": "a", "text": "I am going to shoot up the school on friday, you will all see"}
    huge = {"id": "huge", "page": "unknown", "author": "a", "text": "we planted beans today " * 60_000}
    odd = json.dumps({"id": "odd", "page": "unknown", "author": "\ud83d", "text": "😀 \ud83d \0"})
    cases, out = tmp_path / "cases.jsonl", tmp_path / "out.jsonl"
    written = [json.dumps(good | {"id": "a"}), "{", json.dumps(good | {"id": "a"}), json.dumps(huge), odd]
    cases.write_bytes(b"\xef\xbb\xbf" + "\r\n".join(written).encode())
    answer = nowhere.run("evaluate", str(cases), "--predictions", str(out), "--json")
    assert answer.code == 2
    assert f"{cases}:2: the line: no JSON" in answer.err
    assert f"{cases}:3: id: is the id of {cases}:1 too" in answer.err
    found = {line["id"]: line for line in lines(out)}
    assert list(found) == ["a", "huge", "odd"]
    assert "threat" in found["a"]["labels"]
    assert found["huge"]["failed"] is True
    assert "failed" not in found["odd"]
    assert (answer.json["comments"], answer.json["failed"], answer.json["figures"]) == (3, 1, {})
    assert answer.json["without_roster"] == ["unknown"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.jsonl"], "no such file"),
        (["cases.jsonl", "--rosters", "none"], "no such folder"),
        (["cases.jsonl", "--predictions", "none/out.jsonl"], "name a file in a folder that is there"),
        (["cases.jsonl", "--predictions", "cases.jsonl"], "holds the comments themselves"),
    ],
)
def test_wrong_use_is_one_clear_message(nowhere: Desk, tmp_path: Path, arguments: list[str], words: str) -> None:
    cases = nowhere.home.parent / "cases.jsonl"
    cases.write_text(json.dumps({"id": "1", "page": "p", "author": "a", "text": "t"}))
    answer = nowhere.run("evaluate", *arguments)
    assert (answer.code, answer.out) == (2, "")
    assert words in answer.err
    assert "Traceback" not in answer.err
    assert cases.read_text().startswith('{"id"')


def drawn(desk: Desk) -> dict[str, dict[str, Any]]:
    return {id: flag for id, flag in desk.queue().items() if flag["rules"] == ["sample"]}


def test_the_weekly_sample_is_drawn_read_and_counted(desk: Desk) -> None:
    """From the clock's ring to the figures: two clean comments, one miss found in `decide`, one in `review`."""
    desk.ask("UPDATE run SET started = datetime(started, '-8 days')")
    with desk.on_duty("serve"):
        until(lambda: len(desk.ask("SELECT * FROM draw")) == 3, 60)
    waiting = drawn(desk)
    assert len(waiting) == len(desk.ask("SELECT * FROM drawn")) == 15
    assert "Drawn at random" in desk.must("queue", "--by", ADMIN).out
    first, second, third, fourth = [flag["flag"] for flag in waiting.values()][:4]
    for flag in (first, second):
        desk.must("decide", flag, "--clear", "--by", ADMIN)
    refused = desk.run("decide", third, "--hide", "--by", ADMIN)
    assert (refused.code, "say which rule it breaks" in refused.err) == (2, True)
    refused = desk.run("decide", third, "--clear", "--rule", "hate", "--by", ADMIN)
    assert (refused.code, "--hide or --escalate alone" in refused.err) == (2, True)
    assert desk.must("decide", third, "--hide", "--rule", "disparagement", "--by", ADMIN, "--json").json["won"]
    others = "s\n" * (len(desk.queue()) - len(drawn(desk)))
    reviewed = desk.must("review", "--by", ADMIN, answers=f"{others}h\n\nh\nthreta\nh\ndisparagement\nq\n")
    assert "say which rule it breaks" in reviewed.err
    assert "did you mean threat" in reviewed.err
    assert "Decided: it breaks the policy." in reviewed.out
    assert fourth not in {flag["flag"] for flag in drawn(desk).values()}

    found = desk.must("evaluate", "--decisions", "--json").json
    assert (found["sample"]["read"], found["sample"]["waiting"]) == (4, 11)
    assert found["sample"]["missed"] == {"disparagement": 2}
    assert found["recall"]["disparagement"]["value"] == 0.0
    assert found["rules"] == {}
    table = desk.must("evaluate", "--decisions", "--since", "2020-01-01").out
    assert "4 comments read, 11 wait in the queue" in table


def test_precision_by_rule_and_page_as_people_decided(anywhere: Desk) -> None:
    names = [flag for flag in anywhere.queue().values() if flag["rules"] == ["student_name"]]
    anywhere.must("decide", names[0]["flag"], "--hide", "--by", ADMIN)
    anywhere.must("decide", names[1]["flag"], "--clear", "--by", ADMIN)
    found = anywhere.must("evaluate", "--decisions", "--json").json
    assert found["decided"] == 2
    share = found["rules"]["student_name"]["precision"]
    assert (share["part"], share["whole"], share["share"]) == (1, 2, 0.5)
    assert set(found["pages"]) == {flag["page"] for flag in names[:2]}
    assert found["drift"]["student_name"]["changed"] is False
    assert anywhere.must("evaluate", "--decisions", "--since", "2999-01-01", "--json").json["decided"] == 0
    out = anywhere.must("evaluate", "--decisions").out
    assert "student_name" in out
    assert "50% (9% to 91%)  1/2" in out


@pytest.mark.parametrize(
    "arguments",
    [[], ["--decisions", "cases.jsonl"], ["cases.jsonl", "--since", "2026-01-01"], ["--decisions", "--parts"]],
)
def test_a_file_or_the_decisions_and_not_both(nowhere: Desk, arguments: list[str]) -> None:
    answer = nowhere.run("evaluate", *arguments)
    assert (answer.code, "or say --decisions" in answer.err) == (2, True)
