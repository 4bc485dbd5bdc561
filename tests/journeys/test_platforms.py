"""`make journey` as a test: on three real platforms what breaks the policy goes away, and nothing else; a receipt that lies is found."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.journeys.__main__ import tell
from tests.journeys.blog import Blog
from tests.journeys.places import Account, BlogPage, Place, Posted, Standing, TalkPage
from tests.journeys.platforms import BY_HAND, HELD, STEP, Journey, Receipt, problems
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer

GONE = {"garden": "status hold", "pools": "revision texthidden", "volcano": "HTTP 404"}


@pytest.mark.server
def test_each_platform_shows_what_its_receipt_says(
    tmp_path: Path, wordpress: WordPressServer, mediawiki: MediaWikiServer, snac: SnacServer
) -> None:
    said: list[str] = []
    places: list[Place] = [BlogPage(wordpress), TalkPage(mediawiki), Account(snac)]
    journey = Journey(tmp_path, places, said.append)
    journey.live_through()
    found = [(r.place.id, r.action, r.standing.state, r.standing.is_shown) for r in journey.receipts]
    assert found == [
        ("garden", HELD, "status hold", False),
        ("pools", HELD, "revision texthidden", False),
        ("volcano", STEP, "HTTP 200", True),
        ("volcano", BY_HAND, "HTTP 404", False),
    ]
    assert problems(places, journey.receipts) == []
    runs = journey.desk.must("runs", "--json").json
    assert {run["status"] for run in runs} == {"done"}
    assert [(run["fetched"], run["flagged"]) for run in runs[:3]] == [(0, 0)] * 3
    assert {run["page"]: run["deleted"] for run in runs[:3]} == {"garden": 0, "pools": 0, "volcano": 1}

    assert Blog(wordpress).status(str(wordpress.comments["tall"])) == "approved"
    unsigned = Posted(str(mediawiki.revisions["unsigned"]), mediawiki.page())  # flagged as well, and nobody has decided
    assert TalkPage(mediawiki).standing(unsigned).state == "revision public"
    assert snac.is_told("teacher", snac.posts["nerd"])
    printed = "\n".join(said)
    assert all(secret not in printed for place in places for secret in (place.secret, place.secret.rpartition(":")[2]))
    assert all(r.comment.permalink in printed for r in journey.receipts)


class Unmoved(Place):
    """Shows everybody everything, whatever was done."""

    platform, words, can_hide = "Memory", "", True

    def __init__(self, id: str) -> None:
        super().__init__("", "")
        self.id, self.hidden = id, GONE[id]  # type: ignore[misc]

    def post(self) -> Posted:
        raise AssertionError("nobody can write here")

    def standing(self, comment: Posted) -> Standing:
        return Standing("public", is_shown=True)


def test_a_receipt_that_is_missing_or_that_the_platform_does_not_bear_out_is_a_problem() -> None:
    garden, pools = Unmoved("garden"), Unmoved("pools")
    comment = Posted("1", "http://memory.example/1")
    receipt = Receipt(garden, comment, HELD, datetime.now(UTC), Standing("status hold", is_shown=False))
    assert problems([garden], [receipt]) == []
    assert problems([garden, pools], [receipt]) == ["pools: no receipt `hide: held`"]
    for standing in (Standing("status hold", is_shown=True), Standing("status approved", is_shown=False)):
        (problem,) = problems([garden], [replace(receipt, standing=standing)])
        assert (standing.state in problem, problem.startswith("garden: `hide: held`, but Memory says")) == (True, True)


def test_a_journey_that_ends_early_is_told_with_what_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not tell(tmp_path / "school", [Unmoved("garden")])
    out = capsys.readouterr().out
    assert "NOT ended early: nobody can write here\nNOT garden: no receipt `hide: held`" in out
    assert "Traceback" not in out
