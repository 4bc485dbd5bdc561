"""The first day of a school: the commands of `make run`, the sample pages, two administrators."""

from __future__ import annotations

import json
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.journeys.desk import COMMAND, ROOT, Answer, Desk

ADMIN, SECOND, TEACHER = "reyes@roosevelt.example", "lindqvist@roosevelt.example", "alvarado@roosevelt.example"


def expected() -> dict[str, set[str]]:
    """The rules that each sample comment breaks, by its id."""
    pages = [json.loads(file.read_text()) for file in sorted((ROOT / "config" / "sample").glob("*.json"))]
    return {comment["id"]: set(comment["expect"]) for page in pages for comment in page["comments"]}


@pytest.fixture(scope="module")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A home folder after `init`, `pages apply` and one `scan` of the sample pages."""
    desk = Desk(tmp_path_factory.mktemp("first") / "home")
    said = desk.must("init")
    assert "mode 0600" in said.out
    assert "Back it up" in said.out
    desk.must("pages", "apply")
    results = desk.scan()
    assert {page["status"] for page in results.values()} == {"done"}
    return desk


@pytest.fixture
def desk(first_day: Desk, tmp_path: Path) -> Desk:
    """That first day, in a copy of one's own."""
    shutil.copytree(first_day.home, tmp_path / "home")
    return Desk(tmp_path / "home")


def test_the_queue_holds_what_breaks_the_policy_and_nothing_clean(desk: Desk) -> None:
    queue = desk.queue()
    assert set(queue) == {id for id, rules in expected().items() if rules}
    assert {id: set(flag["rules"]) for id, flag in queue.items()} == {
        id: rules for id, rules in expected().items() if rules
    }


def test_at_least_eight_rules_by_at_least_four_detectors(desk: Desk) -> None:
    assert len({rule for flag in desk.queue().values() for rule in flag["rules"]}) >= 8
    with sqlite3.connect(desk.home / "hallmonitor.db") as database:
        detectors = {name for (name,) in database.execute("SELECT DISTINCT moderator FROM flag_rule")}
    assert len(detectors) >= 4


def test_the_queue_is_in_the_order_of_urgency_and_shows_no_words(desk: Desk) -> None:
    answer = desk.must("queue", "--json")
    flags: list[dict[str, Any]] = answer.json
    order = ["critical", "high", "medium", "low"]
    keys = [(order.index(flag["severity"]), flag["deadline"]) for flag in flags]
    assert keys == sorted(keys)
    assert all(set(f) == {"flag", "page", "comment", "rules", "severity", "deadline", "state", "why"} for f in flags)
    for word in ("shoot", "Castellanos", "Dashiell", "555", "quietpond"):
        assert word not in answer.out
        assert word not in desk.must("queue").out


def test_a_second_scan_adds_nothing(desk: Desk) -> None:
    before = desk.queue()
    assert all((p["fetched"], p["scored"], p["flagged"]) == (0, 0, 0) for p in desk.scan().values())
    assert desk.queue() == before
    assert desk.must("pages", "apply", "--json").json["unchanged"] == ["ms-biology", "ms-garden", "ms-history"]


def test_nothing_is_due_after_a_scan_and_a_quiet_page_is_on_the_ledger(desk: Desk) -> None:
    assert desk.must("scan", "--due", "--json").json == {"pages": []}
    runs = desk.must("runs", "--json").json
    (garden,) = [run for run in runs if run["page"] == "ms-garden"]
    assert (garden["status"], garden["fetched"], garden["flagged"]) == ("done", 6, 0)
    assert "impersonation" in garden["not_watched"]


def test_every_run_names_what_is_not_watched(desk: Desk) -> None:
    assert "not watched: " in desk.must("scan").out
    assert "not watched: " in desk.must("doctor").out
    assert "not watched: " in desk.must("scan", "--json").err


def test_two_administrators_press_at_once_and_one_of_them_wins(desk: Desk) -> None:
    flag = next(f for f in desk.queue().values() if f["severity"] == "medium")["flag"]

    def press(who: tuple[str, str]) -> Answer:
        return desk.run("decide", flag, who[1], "--by", who[0], "--json")

    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(press, [(ADMIN, "--hide"), (SECOND, "--clear")]))
    assert sorted(a.code for a in answers) == [0, 1]
    winner, loser = sorted(answers, key=lambda a: a.code)
    assert (winner.json["won"], loser.json["won"]) == (True, False)
    assert (loser.json["decision"], loser.json["by"], loser.json["at"]) == (
        winner.json["decision"],
        winner.json["by"],
        winner.json["at"],
    )
    assert set(loser.json) == {"flag", "won", "decision", "by", "at", "action", "action_state", "receipt"}


def test_a_hidden_sample_comment_is_hidden_and_stays_so(desk: Desk) -> None:
    flag = desk.queue()["ms-biology-15"]["flag"]
    told = desk.must("decide", flag, "--hide", "--by", ADMIN, "--json").json
    assert (told["decision"], told["action"], told["action_state"], told["receipt"]["state"]) == (
        "hide",
        "hide",
        "done",
        "held",
    )
    assert desk.scan("ms-biology")["ms-biology"]["fetched"] == 0
    assert "ms-biology-15" not in desk.queue()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["decide", "nosuchflag", "--clear", "--by", ADMIN], "no flag nosuchflag"),
        (["decide", "FLAG", "--clear", "--by", "nobody@x.example"], "people list"),
        (["decide", "FLAG", "--clear", "--by", TEACHER], "only an administrator"),
        (["decide", "FLAG", "--by", ADMIN], "say one of"),
        (["decide", "FLAG", "--hide", "--clear", "--by", ADMIN], "say one of"),
        (["decide", "FLAG", "--clear"], "--by"),
        (["scan", "ms-bioligy"], "did you mean ms-biology"),
        (["scan", "--due", "ms-biology"], "leave out the page ids"),
        (["pages", "apply", "nowhere.yaml"], "nowhere.yaml: no such file"),
        (["roster", "import", "ms-biology", "nowhere.csv"], "nowhere.csv: no such file"),
        (["review", "--by", "nobody@x.example"], "people list"),
        (["case", "show", "nosuchcase", "--by", ADMIN], "no case nosuchcase"),
        (["runs", "nopage"], "no class page nopage"),
        (["--config", "/nowhere", "scan"], "no configuration folder /nowhere"),
        (["nonsense"], "No such command"),
        (["runs", "--limit", "0"], "--limit"),
    ],
)
def test_wrong_use_is_one_clear_message_and_exit_2(desk: Desk, arguments: list[str], words: str) -> None:
    flag = desk.queue()["ms-biology-15"]["flag"]
    answer = desk.run(*[flag if a == "FLAG" else a for a in arguments])
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_people_are_listed_with_two_administrators_of_one_site(desk: Desk) -> None:
    people = desk.must("people", "list", "--json").json
    assert {p["person"] for p in people if "administrator" in p["roles"] and "roosevelt-ms" in p["sites"]} == {
        ADMIN,
        SECOND,
    }


def test_an_exported_page_is_read_back_unchanged(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "again.yaml"
    file.write_text(desk.must("pages", "export", "ms-history").out)
    assert desk.must("pages", "apply", str(file), "--json").json["unchanged"] == ["ms-history"]


def test_a_school_of_its_own_never_stands_beside_the_samples(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home", tmp_path / "school")
    answers = "Garden School\nAmerica/Denver\nprincipal@garden.example\nP. Principal\n"
    desk.must("init", str(desk.config), answers=answers)
    assert {p["person"] for p in desk.run("people", "list", "--json").json} == set()
    assert desk.run("pages", "apply").code == 2
    again = desk.run("init", str(desk.config), answers=answers)
    assert (again.code, "nothing was overwritten" in again.err) == (2, True)


def test_a_database_without_its_keys_is_never_given_new_ones(desk: Desk) -> None:
    (desk.home / "keys").rename(desk.home / "elsewhere")
    for command in (["init"], ["queue"], ["scan"]):
        answer = desk.run(*command)
        assert (answer.code, "no keys" in answer.err) == (2, True)
    assert not (desk.home / "keys").exists()
    (desk.home / "keys").write_text((desk.home / "elsewhere").read_text().replace("k1:", "k2:"))
    answer = desk.run("queue")
    assert (answer.code, "needs the key `k1`" in answer.err) == (2, True)
    other = Desk(desk.home.parent / "other")
    other.must("init")
    shutil.copy(other.home / "keys", desk.home / "keys")
    answer = desk.run("queue")
    assert (answer.code, "another key ring" in answer.err) == (2, True)


def test_a_locked_database_says_so_and_loses_nothing(desk: Desk) -> None:
    before = desk.queue()
    flag = before["ms-biology-15"]["flag"]
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


def test_the_scan_stays_small_and_without_torch(desk: Desk) -> None:
    with sqlite3.connect(desk.home / "hallmonitor.db") as database:
        database.execute("UPDATE revision SET scoring = 'unscored', scored_with = ''")
    process = subprocess.Popen(
        [str(COMMAND), "--config", str(desk.config), "scan", "--json"],
        env=desk.environment,
        stdout=subprocess.PIPE,
        text=True,
    )
    watched, most, libraries = psutil.Process(process.pid), 0, set()
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
            libraries |= {Path(m.path).name for m in watched.memory_maps()}
        except psutil.NoSuchProcess:
            break
        time.sleep(0.02)
    assert process.stdout is not None
    scored = [page["scored"] for page in json.loads(process.stdout.read())["pages"]]
    assert (process.returncode, sum(scored)) == (0, len(expected()))
    assert most < 350 * 2**20
    assert any("onnxruntime" in name for name in libraries)
    assert not any("torch" in name for name in libraries)


def test_the_service_scans_what_is_due_and_stops_when_asked(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home")
    desk.must("init")
    desk.must("pages", "apply")
    service = subprocess.Popen(
        [str(COMMAND), "--config", str(desk.config), "serve"], env=desk.environment, stderr=subprocess.PIPE
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and [r["status"] for r in desk.must("runs", "--json").json] != ["done"] * 3:
            time.sleep(0.5)
        service.send_signal(signal.SIGTERM)
        assert service.wait(timeout=30) == 0
    finally:
        service.kill()
    assert set(desk.queue()) == {id for id, rules in expected().items() if rules}
    assert desk.must("scan", "--due", "--json").json == {"pages": []}


def test_review_shows_a_hostile_text_safely_and_the_whole_of_a_long_one(desk: Desk, tmp_path: Path) -> None:
    config = tmp_path / "config"
    shutil.copytree(ROOT / "config", config)
    page = json.loads((config / "sample" / "ms-garden.json").read_text())
    hostile = "you fucking idiot\n" + "\n" * 60 + "\x1b[2J\u202e critical ms-garden\n> harmless [/bold] :bomb:"
    page["comments"][2]["text"] = hostile
    page["comments"][3]["text"] = "hello world " * 2000 + "you fucking idiot, the end"
    (config / "sample" / "ms-garden.json").write_text(json.dumps(page))
    mine = Desk(desk.home, config)
    mine.must("scan", "ms-garden")
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
    with sqlite3.connect(desk.home / "hallmonitor.db") as database:
        key = "CAST(X'026b39' || substr(text_sealed, 4) AS BLOB)"
        database.execute(f"UPDATE revision SET text_sealed = {key} WHERE id = (SELECT revision_id FROM flag LIMIT 1)")
    flags = len(desk.must("queue", "--json").json)
    assert len(desk.must("queue", "--by", ADMIN, "--json").json) == flags
    answer = desk.must("review", "--by", ADMIN, answers="s\n" * 30)
    assert "needs the key `k9`" in answer.err
    assert answer.out.count("answer by") == flags - 1
