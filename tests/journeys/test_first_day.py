"""The first day of a school: the commands of `make run`, the sample pages, two administrators."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil

from tests.journeys.desk import COMMAND, ROOT, Answer, Desk
from tests.patience import until

ADMIN, SECOND, TEACHER = "reyes@roosevelt.example", "lindqvist@roosevelt.example", "alvarado@roosevelt.example"


def expected() -> dict[str, set[str]]:
    """The rules that each sample comment breaks, by its id."""
    pages = [json.loads(file.read_text()) for file in sorted((ROOT / "config" / "sample").glob("*.json"))]
    return {comment["id"]: set(comment["expect"]) for page in pages for comment in page["comments"]}


def test_the_queue_holds_what_breaks_the_policy_and_nothing_clean(anywhere: Desk) -> None:
    queue = anywhere.queue()
    assert set(queue) == {id for id, rules in expected().items() if rules}
    assert {id: set(flag["rules"]) for id, flag in queue.items()} == {
        id: rules for id, rules in expected().items() if rules
    }


def test_at_least_eight_rules_by_at_least_four_detectors(desk: Desk) -> None:
    assert len({rule for flag in desk.queue().values() for rule in flag["rules"]}) >= 8
    assert len(desk.ask("SELECT DISTINCT moderator FROM flag_rule")) >= 4


def test_the_queue_is_in_the_order_of_urgency_and_shows_no_words(anywhere: Desk) -> None:
    answer = anywhere.must("queue", "--json")
    flags: list[dict[str, Any]] = answer.json
    order = ["critical", "high", "medium", "low"]
    keys = [(order.index(flag["severity"]), flag["deadline"]) for flag in flags]
    assert keys == sorted(keys)
    names = "flag page comment rules severity deadline state why edited assigned bundle strike"
    assert all(set(f) == set(names.split()) for f in flags)
    for word in ("shoot", "Castellanos", "Dashiell", "555-0147", "quietpond"):
        assert word not in answer.out
        assert word not in anywhere.must("queue").out


def test_a_second_scan_adds_nothing(anywhere: Desk) -> None:
    before = anywhere.queue()
    assert all((p["fetched"], p["scored"], p["flagged"]) == (0, 0, 0) for p in anywhere.scan().values())
    assert anywhere.queue() == before
    assert anywhere.must("pages", "apply", "--json").json["unchanged"] == [
        "sample-biology",
        "sample-garden",
        "sample-history",
    ]


def test_nothing_is_due_after_a_scan_and_a_quiet_page_is_on_the_ledger(desk: Desk) -> None:
    desk.must("scan", "--due")  # the hour at which a page is due may have come since that first day
    assert desk.must("scan", "--due", "--json").json == {"pages": []}
    runs = desk.must("runs", "--json").json
    garden = next(run for run in runs if run["page"] == "sample-garden" and run["fetched"])
    assert (garden["status"], garden["fetched"], garden["flagged"]) == ("done", 6, 0)
    assert garden["not_watched"] == ""


def test_every_run_names_what_is_not_watched(desk: Desk, tmp_path: Path) -> None:
    assert "not watched" not in desk.must("scan").out
    shutil.copytree(ROOT / "config", tmp_path / "config")
    with (tmp_path / "config" / "policy.yaml").open("a", encoding="utf-8") as policy:
        policy.write(
            "\n  - {id: gambling, title: Bets, clause: III, counts: Bets., severity: low, answer_within: 72h, recommend: Hide., "
            "signals: {bets: 0.5}}\n"
        )
    stricter = replace(desk, config=tmp_path / "config")
    assert "not watched: gambling" in stricter.must("scan").out
    assert "not watched: gambling" in stricter.must("doctor").out
    assert "not watched: gambling" in stricter.must("scan", "--json").err


def test_two_administrators_press_at_once_and_one_of_them_wins(anywhere: Desk) -> None:
    flag = next(f for f in anywhere.queue().values() if f["severity"] == "medium")["flag"]

    def press(who: tuple[str, str]) -> Answer:
        return anywhere.run("decide", flag, who[1], "--by", who[0], "--json")

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


def test_a_hidden_sample_comment_is_hidden_and_stays_so(anywhere: Desk) -> None:
    flag = anywhere.queue()["sample-biology-15"]["flag"]
    told = anywhere.must("decide", flag, "--hide", "--by", ADMIN, "--json").json
    assert (told["decision"], told["action"], told["action_state"], told["receipt"]["state"]) == (
        "hide",
        "hide",
        "done",
        "held",
    )
    assert anywhere.scan("sample-biology")["sample-biology"]["fetched"] == 0
    assert "sample-biology-15" not in anywhere.queue()


def test_people_are_listed_with_two_administrators_of_one_site(desk: Desk) -> None:
    people = desk.must("people", "list", "--json").json
    assert {p["person"] for p in people if "administrator" in p["roles"] and "roosevelt-ms" in p["sites"]} == {
        ADMIN,
        SECOND,
    }


def test_an_exported_page_is_read_back_unchanged(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "again.yaml"
    file.write_text(desk.must("pages", "export", "sample-history").out)
    assert desk.must("pages", "apply", str(file), "--json").json["unchanged"] == ["sample-history"]


def test_a_school_of_its_own_never_stands_beside_the_samples(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "home", tmp_path / "school")
    answers = "Garden School\nAmerica/Denver\nprincipal@garden.example\nP. Principal\n"
    desk.must("init", str(desk.config), answers=answers)
    assert {p["person"] for p in desk.run("people", "list", "--json").json} == set()
    assert desk.run("pages", "apply").code == 2
    again = desk.run("init", str(desk.config), answers=answers)
    assert (again.code, "nothing was overwritten" in again.err) == (2, True)


def test_the_scan_stays_small_and_without_torch(desk: Desk) -> None:
    desk.ask("UPDATE revision SET scoring = 'unscored', scored_with = ''")
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
    assert (process.wait(30), sum(scored)) == (0, len(expected()))
    assert most < 350 * 2**20
    assert any("onnxruntime" in name for name in libraries)
    assert not any("torch" in name for name in libraries)


def test_the_service_scans_what_is_due_and_stops_when_asked(tmp_path: Path, database: str | None) -> None:
    desk = Desk(tmp_path / "home", secrets={"HALLMONITOR_DATABASE_URL": database} if database else {})
    desk.must("init")
    desk.must("pages", "apply")
    with desk.on_duty("serve") as (service,):
        until(lambda: desk.ask("SELECT status FROM run") == [("done",)] * 3, 60)
        service.send_signal(signal.SIGTERM)
        assert service.wait(30) == 0
    assert set(desk.queue()) == {id for id, rules in expected().items() if rules}
    assert desk.must("scan", "--due", "--json").json == {"pages": []}


def test_a_critical_flag_is_taken_then_hidden_and_its_steps_ticked_in_one_sitting(anywhere: Desk) -> None:
    flag = anywhere.must("queue", "--by", ADMIN, "--json").json[0]
    assert flag["severity"] == "critical"
    shown = anywhere.must("review", "--by", ADMIN, answers="a\nx\nh\n2\ncalled at once\n\nq\n").out
    assert "Noted: you have it." in shown
    assert "somebody has it" in shown
    assert "That key does nothing here." in shown
    assert "On the platform the comment is now held" in shown
    assert flag["flag"] not in {f["flag"] for f in anywhere.must("queue", "--by", ADMIN, "--json").json}
    (case,) = anywhere.must("case", "list", "--by", ADMIN, "--json").json
    assert [s["number"] for s in case["steps"] if s["done_by"] == ADMIN] == [2]
