"""A raid at the terminal: one line of the queue, one decision, one step of the review, by the commands alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.journeys.desk import ROOT, Desk
from tests.journeys.test_first_day import ADMIN, SECOND

WORDS = ("shut up you fucking moron", "you are all stupid idiots", "what a bunch of dumb losers, idiots")


@pytest.fixture
def raided(tmp_path: Path) -> Desk:
    """A page on which fifteen nasty comments were posted within a minute, after its first scan."""
    config = tmp_path / "config"
    (config / "classes").mkdir(parents=True)
    (config / "sample").mkdir()
    shutil.copy(ROOT / "config" / "people.yaml", config)
    shutil.copytree(ROOT / "config" / "sample" / "rosters", config / "sample" / "rosters")
    shutil.copy(ROOT / "config" / "classes" / "sample-garden.yaml", config / "classes")
    page = json.loads((ROOT / "config" / "sample" / "sample-garden.json").read_text())
    page["comments"] += [
        {"id": f"raid-{number:02}", "author": f"troll{number}", "text": f"{WORDS[number % 3]} {number}",
         "created": f"2026-11-20T02:00:{number:02}Z"}
        for number in range(15)
    ]  # fmt: skip
    (config / "sample" / "sample-garden.json").write_text(json.dumps(page))
    desk = Desk(tmp_path / "home", config)
    desk.must("init")
    desk.must("pages", "apply")
    assert desk.scan()["sample-garden"]["status"] == "done"
    return desk


def test_a_raid_is_one_line_one_decision_and_one_undo(raided: Desk) -> None:
    flags = raided.queue()
    (bundle,) = {flag["bundle"] for flag in flags.values()}
    assert len(flags) == 15
    short = bundle[-8:]
    said = raided.must("queue").out
    assert "15 flags" in said
    assert short in said
    assert not any(flag["flag"][-8:] in said for flag in flags.values())
    assert all(flag["flag"][-8:] in raided.must("queue", "--all").out for flag in list(flags.values())[:1])
    for wrong in (("--escalate",), ("--hide", "--note", "raid"), ("--hide", "--rule", "threat"), ("--assign", SECOND)):
        refused = raided.run("decide", short, *wrong, "--by", ADMIN)
        assert (refused.code, "decided together" in refused.err) == (2, True)
    decided = raided.must("decide", short, "--hide", "--by", ADMIN)
    assert "15 flags" in decided.out
    assert "15 hidden" in decided.out
    assert raided.queue() == {}
    second = raided.run("decide", short, "--clear", "--by", SECOND)
    assert (second.code, ADMIN in second.out) == (1, True)
    assert raided.must("decide", short, "--undo", "--by", SECOND, "--json").json["done"] == 15
    assert len(raided.queue()) == 15


def test_review_offers_it_as_one_step_and_shows_its_flags_when_asked(raided: Desk) -> None:
    told = raided.must("review", "--by", ADMIN, answers="x\nc\n").out
    assert "1 of 1" in told
    assert "15 flags, decided together" in told
    assert "Cleared: no violations. 15 flags." in told
    assert raided.queue() == {}
    (bundle,) = {row[0] for row in raided.ask("SELECT id FROM bundle")}
    raided.must("decide", bundle, "--undo", "--by", ADMIN)
    told = raided.must("review", "--by", ADMIN, answers="v\nc\ns\nq\n").out
    assert "stands by itself now" in told
    assert told.count("Recommended:") >= 3
    assert len(raided.queue()) == 14
    assert {flag["bundle"] for flag in raided.queue().values()} == {None}
