"""`hallmonitor explain` and `hallmonitor models` at the terminal."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from moderators.models.official.names import OFFICIAL
from tests.journeys.desk import ROOT, Desk
from tests.servers.fake import FakePlatform, Reply

PAGE = "sample-biology"
ADMIN = "reyes@roosevelt.example"


@pytest.fixture
def nowhere(tmp_path: Path) -> Desk:
    """A terminal at which no school was ever set up."""
    (tmp_path / "desk").mkdir()
    return Desk(tmp_path / "desk" / "home")


def test_a_text_is_explained_without_a_school(nowhere: Desk) -> None:
    answer = nowhere.must("explain", "I am going to kill you after school tomorrow, you are dead")
    assert "Threat of violence" in answer.out
    assert "threshold 0.50: over by" in answer.out
    assert "is an approximation" in answer.out
    assert not nowhere.home.exists()
    found = nowhere.must(
        "explain", "-", "--json", answers="I am going to kill you after school tomorrow, you are dead\n"
    ).json
    threat = next(rule for rule in found["raised"] if rule["rule"] == "threat")
    assert {by["moderator"] for by in threat["by"]} == {"phrases", "toxicity"}
    model = next(by for by in threat["by"] if by["moderator"] == "toxicity")
    left_out = [found["read"][w["start"] : w["end"]] for w in model["carried"]["words"]]
    assert left_out == found["read"].split()
    assert len(left_out) == 12
    assert all(short["margin"] < 0 for short in found["short"])


def test_a_harmless_text_says_what_fell_short(nowhere: Desk) -> None:
    answer = nowhere.must("explain", "See you all on friday, bring your lab notes")
    assert "No rule is broken." in answer.out


def test_on_a_page_names_are_known_and_masked(desk: Desk) -> None:
    student = (ROOT / "config" / "sample" / "rosters" / f"{PAGE}.csv").read_text().splitlines()[1].split(",")
    name = f"{student[0]} {student[1]}"
    found = desk.must("explain", f"{name} was great today", "--page", PAGE, "--by", ADMIN, "--json").json
    assert [rule["rule"] for rule in found["raised"]] == ["student_name"]
    assert name not in found["read"]
    start, end = found["raised"][0]["by"][0]["spans"][0]
    assert found["text"][start:end] == name


def test_whom_a_roster_names_is_told_to_its_people_alone(desk: Desk) -> None:
    student = (ROOT / "config" / "sample" / "rosters" / f"{PAGE}.csv").read_text().splitlines()[1].split(",")
    name = f"{student[0]} {student[1]}"
    anybody = desk.run("explain", name, "--page", PAGE)
    assert (anybody.code, anybody.out, "--by PERSON" in anybody.err) == (2, "", True)
    stranger = desk.run("explain", name, "--page", PAGE, "--by", "nobody@roosevelt.example")
    assert (stranger.code, stranger.out) == (2, "")


def test_the_flags_of_the_first_day_are_explained_to_whoever_may_see_them(desk: Desk) -> None:
    queue = desk.must("queue", "--by", ADMIN, "--json").json
    assert queue
    for flag in queue[::6]:  # each is a process of its own
        found = desk.must("explain", flag["flag"], "--by", ADMIN, "--json").json
        assert {rule["rule"] for rule in found["recorded"]} == set(flag["rules"])
        by_words = {rule["rule"] for rule in found["recorded"] if rule["moderator"] not in ("assents", "context")}
        assert {rule["rule"] for rule in found["now"]["raised"]} >= by_words
    assert {reason for (reason,) in desk.ask("SELECT reason FROM access")} == {"explained"}
    told = desk.must("explain", queue[0]["flag"][-8:], "--by", ADMIN)
    assert "The same words today" in told.out


def test_a_flag_is_for_its_people_alone(desk: Desk) -> None:
    flag = desk.must("queue", "--json").json[0]["flag"]
    anybody = desk.run("explain", flag)
    assert (anybody.code, anybody.out) == (2, "")
    assert "--by PERSON" in anybody.err
    stranger = desk.run("explain", flag, "--by", "nobody@roosevelt.example")
    assert (stranger.code, stranger.out) == (2, "")
    assert desk.run("explain", "0" * 8, "--by", ADMIN).code == 2
    assert desk.ask("SELECT count(*) FROM access") == [(0,)]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["explain", "hello", "--page", "nope", "--by", ADMIN], "nope"),
        (["explain", "0a1b2c3d", "--page", PAGE, "--by", ADMIN], "leave out --page"),
        (["models", "use", "unbiased"], "models get unbiased"),
        (["models", "get", "orignal"], "did you mean original"),
        (["models", "get", "original", "--from", "gone.ckpt"], "no such file"),
    ],
)
def test_wrong_use_is_one_clear_message(desk: Desk, arguments: list[str], words: str) -> None:
    answer = desk.run(*arguments)
    assert answer.code == 2
    assert words in answer.err
    assert "Traceback" not in answer.err


def test_the_models_are_listed_with_the_one_in_use(nowhere: Desk) -> None:
    listed: list[dict[str, Any]] = nowhere.must("models", "list", "--json").json
    assert [(model["name"], model["in_use"]) for model in listed] == [
        ("classroom", True), ("original", False), ("unbiased", False), ("multilingual", False),
    ]  # fmt: skip
    assert listed[0]["version"] == json.loads((ROOT / "moderators/models/classroom/model.json").read_text())["version"]
    table = nowhere.must("models", "list").out
    assert "in use" in table
    assert "not fetched" in table


@pytest.mark.slow  # its stories have tests of their own; here are nine processes, each with a model
@pytest.mark.model
def test_an_official_model_is_fetched_chosen_and_looks_at_everything_again(desk: Desk, tmp_path: Path) -> None:
    from tests.unit.moderators.checkpoints import published  # torch: the other journeys do without

    checkpoint = published("bert", tmp_path / "published", OFFICIAL["original"].labels, 6)
    config = tmp_path / "config"
    shutil.copytree(desk.config, config)
    (config / "plugins.yaml").write_text("# ours\noptions: {}  # none yet\n")
    desk = Desk(desk.home, config)
    desk.scan()
    assert sum(page["scored"] for page in desk.scan().values()) == 0
    with FakePlatform() as server:
        server.always(Reply(200, checkpoint.read_bytes()))
        got = desk.must("models", "get", "original", "--url", f"{server.url}/original.ckpt")
    assert "differ by 0.0" in got.out
    assert "fetching ..." in got.err
    chosen = desk.must("models", "use", "original")
    assert "The comments of the last 30 days will be looked at again" in chosen.out
    assert (config / "plugins.yaml").read_text() == "# ours\noptions: {toxicity: {model: original}}  # none yet\n"
    assert sum(page["scored"] for page in desk.scan().values()) > 10
    versions = {version for (version,) in desk.ask("SELECT DISTINCT version FROM signal WHERE moderator = 'toxicity'")}
    assert versions
    assert all(version.startswith("original-") for version in versions)
    assert "Nothing was changed" in desk.must("models", "use", "original").out
