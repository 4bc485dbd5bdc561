"""Trouble at the terminal: wrong use, lost keys, a database that cannot be written, hostile texts."""

from __future__ import annotations

import json
import resource
import shutil
import sqlite3
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.journeys.desk import COMMAND, ROOT, Desk
from tests.patience import until

ADMIN, SECOND, TEACHER = "reyes@roosevelt.example", "lindqvist@roosevelt.example", "alvarado@roosevelt.example"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decide", "nosuchflag", "--clear", "--by", ADMIN], "no flag nosuchflag"),
        (["decide", "FLAG", "--clear", "--by", "nobody@x.example"], "people list"),
        (["decide", "FLAG", "--clear", "--by", TEACHER], "only an administrator"),
        (["decide", "FLAG", "--by", ADMIN], "say one of"),
        (["decide", "FLAG", "--hide", "--clear", "--by", ADMIN], "say one of"),
        (["decide", "FLAG", "--clear"], "--by"),
        (["scan", "sample-bioligy"], "did you mean sample-biology"),
        (["scan", "--due", "sample-biology"], "leave out the page ids"),
        (["pages", "apply", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["roster", "import", "sample-biology", "nowhere.csv"], "nowhere.csv: no such file"),
        (["review", "--by", "nobody@x.example"], "people list"),
        (["case", "show", "nosuchcase", "--by", ADMIN], "no case nosuchcase"),
        (["runs", "nopage"], "no class page nopage"),
        (["--config", "/nowhere", "scan"], "no configuration folder /nowhere"),
        (["nonsense"], "No such command"),
        (["runs", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_use_is_one_clear_message_and_exit_2(desk: Desk, arguments: list[str], words: str) -> None:
    flag = desk.queue()["sample-biology-15"]["flag"]
    answer = desk.run(*[flag if a == "FLAG" else a for a in arguments])
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_a_database_without_its_keys_is_never_given_new_ones(desk: Desk) -> None:
    (desk.home / "keys").rename(desk.home / "elsewhere")
    for command in (["init"], ["queue"], ["scan"]):
        answer = desk.run(*command)
        assert (answer.code, "no keys" in answer.err) == (2, True)
    assert not (desk.home / "keys").exists()
    (desk.home / "keys").write_text((desk.home / "elsewhere").read_text().replace("k1:", "k2:"))
    for command in (["queue"], ["queue", "--json"], ["queue", "--by", ADMIN]):
        answer = desk.run(*command)
        assert (answer.code, "needs the key `k1`" in answer.err) == (2, True)
    other = Desk(desk.home.parent / "other")
    other.must("init")
    shutil.copy(other.home / "keys", desk.home / "keys")
    answer = desk.run("queue")
    assert (answer.code, "another key ring" in answer.err) == (2, True)


def test_a_locked_database_says_so_and_loses_nothing(desk: Desk) -> None:
    before = desk.queue()
    flag = before["sample-biology-15"]["flag"]
    desk.secrets["HALLMONITOR_DATABASE_URL"] = f"sqlite:///{desk.home}/hallmonitor.db?timeout=0.5"
    with sqlite3.connect(desk.home / "hallmonitor.db", isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        for command in (["scan", "--json"], ["decide", flag, "--clear", "--by", ADMIN]):
            answer = desk.run(*command)
            assert (answer.code, "locked by another program" in answer.err) == (2, True), answer
        other.execute("ROLLBACK")
    assert desk.queue() == before


def test_a_read_only_database_can_be_read_and_says_so_when_it_cannot_be_written(desk: Desk) -> None:
    before = desk.queue()
    desk.secrets["HALLMONITOR_DATABASE_URL"] = f"sqlite:///file:{desk.home}/hallmonitor.db?mode=ro&uri=true"
    answer = desk.run("scan", "--json")
    assert (answer.code, "read-only" in answer.err) == (2, True), answer
    desk.secrets.clear()
    assert desk.queue() == before


def test_a_full_disk_says_so_and_loses_nothing(desk: Desk) -> None:
    """No file of the process may grow: what a full disk is to it."""
    before = desk.queue()

    def no_more_space() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    answer = desk.run("scan", "--json", before=no_more_space)
    assert (answer.code, "full or failing" in answer.err) == (2, True), answer
    assert desk.queue() == before
    assert {page["status"] for page in desk.scan().values()} == {"done"}


def test_review_shows_a_hostile_text_safely_and_the_whole_of_a_long_one(desk: Desk, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    page = json.loads((config / "sample" / "sample-garden.json").read_text())
    hostile = "you fucking idiot\n" + "\n" * 60 + "\x1b[2J\u202e critical sample-garden\n> harmless [/bold] :bomb:"
    page["comments"][2]["text"] = hostile
    page["comments"][3]["text"] = "hello world " * 2000 + "you fucking idiot, the end"
    (config / "sample" / "sample-garden.json").write_text(json.dumps(page))
    mine = Desk(desk.home, config)
    mine.must("scan", "sample-garden")
    shown = mine.must("review", "--by", ADMIN, answers="s\n" * 30).out
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert "\n\n\n\n" not in shown
    assert "> > harmless [/bold] :bomb:" in shown
    assert "the end" in shown
    assert "more characters" in shown
    assert shown.count("hello world") < 500
    assert mine.must("review", "--by", ADMIN, answers="t\n" + "s\nt\n" * 30).out.count("hello world") > 2000


def test_a_row_that_does_not_open_does_not_hide_the_others(desk: Desk) -> None:
    key = "CAST(X'026b39' || substr(text_sealed, 4) AS BLOB)"
    desk.ask(f"UPDATE revision SET text_sealed = {key} WHERE id = (SELECT revision_id FROM flag LIMIT 1)")
    ((flags,),) = desk.ask("SELECT count(*) FROM flag WHERE state = 'open'")
    assert len(desk.must("queue", "--by", ADMIN, "--json").json) == flags
    answer = desk.must("review", "--by", ADMIN, answers="s\n" * 30)
    assert "needs the key `k9`" in answer.err
    assert answer.out.count("answer by") == flags - 1
    desk.ask(
        "UPDATE flag_rule SET why_sealed = X'026b38' WHERE flag_id = (SELECT id FROM flag WHERE state = 'open' LIMIT 1)"
    )
    answer = desk.must("queue", "--json")
    assert "needs the key `k8`" in answer.err
    assert [flag["why"] for flag in json.loads(answer.out)].count("") == 1


def how_many(desk: Desk, rows: str) -> int:
    ((count,),) = desk.ask(f"SELECT count(*) FROM {rows}")
    return int(count)


def has_scored_more(desk: Desk, than: int) -> bool:
    return how_many(desk, "revision WHERE scoring = 'scored'") > than


def test_a_scan_that_is_killed_loses_nothing_and_doubles_nothing(tmp_path: Path, database: str | None) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    page = json.loads((config / "sample" / "sample-garden.json").read_text())
    words = ("the beans are up", "you fucking idiot", "Adriana Quintero has the key")
    number = [str(n).replace("69", "x") for n in range(900)]  # a joke that the model knows
    page["comments"] = [
        {"id": f"c{n}", "author": "sprout", "text": f"{words[n % 3]} {number[n]}",
         "created": f"2026-11-{n // 50 + 1:02}T10:{n % 50:02}:00Z"}
        for n in range(900)
    ]  # fmt: skip
    (config / "sample" / "sample-garden.json").write_text(json.dumps(page))
    desk = Desk(tmp_path / "home", config, {"HALLMONITOR_DATABASE_URL": database} if database else {})
    desk.must("init")
    desk.must("pages", "apply")
    for scored in (0, 200, 500):  # it dies in one of its first batches, in a later one, and in one of the last
        scan = subprocess.Popen([str(COMMAND), "--config", str(config), "scan", "sample-garden"], env=desk.environment)
        until(partial(has_scored_more, desk, scored), 60)
        scan.kill()
        scan.wait()
    assert desk.scan("sample-garden")["sample-garden"]["status"] == "done"
    queue = desk.queue()
    assert {id for id in queue if id[0] == "c"} == {f"c{n}" for n in range(900) if n % 3}
    assert [how_many(desk, table) for table in ("comment", "revision", "flag")] == [900, 900, 600]
    assert {run["error"][:11] for run in desk.must("runs", "--json").json if run["status"] == "failed"} <= {
        "interrupted"
    }
