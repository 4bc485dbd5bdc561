"""A bad day: of twenty pages eight fail, each in another way; the others are read, and nothing is lost or doubled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.journeys.twenty import TROUBLES, Twenty


@pytest.fixture
def twenty(tmp_path: Path) -> Iterator[Twenty]:
    with ExitStack() as running:
        yield Twenty(tmp_path, running)


def stored(twenty: Twenty) -> dict[str, tuple[int, int]]:
    """How many comments of each page are in the database, and how many wordings of them."""
    rows = twenty.desk.ask(
        "SELECT comment.page_id, count(DISTINCT comment.external_index), count(*) FROM comment"
        " JOIN revision ON revision.comment_id = comment.id GROUP BY comment.page_id"
    )
    return {page: (comments, wordings) for page, comments, wordings in rows}


def test_of_twenty_pages_eight_fail_each_in_its_way_and_the_next_run_has_every_comment_once(twenty: Twenty) -> None:
    twenty.set_up()
    assert (len(twenty.pages), len(TROUBLES)) == (20, 8)
    twenty.break_down()
    answer = twenty.desk.run("scan", "--json")
    results = {page["page"]: page for page in answer.json["pages"]}
    assert answer.code == 1
    assert {id for id, page in results.items() if page["status"] == "failed"} == TROUBLES.keys()
    assert {page["status"] for id, page in results.items() if id not in TROUBLES} == {"done"}
    assert [problem for id in TROUBLES for problem in problems(id, results[id]["error"])] == []
    ledger = {run["page"]: run for run in twenty.desk.must("runs", "--json").json}
    assert {id: ledger[id]["error"] for id in TROUBLES} == {id: results[id]["error"] for id in TROUBLES}
    whole = {id: (page.count, page.count) for id, page in twenty.pages.items()}
    before = stored(twenty)
    assert {id: counts for id, counts in before.items() if id not in TROUBLES} == {
        id: counts for id, counts in whole.items() if id not in TROUBLES
    }

    twenty.repair()
    for id in ("canvas-3", "canvas-4", "mastodon-2", "mastodon-3", "feed-2", "reddit-1"):
        twenty.pages[id].post()
        whole[id] = (whole[id][0] + 1, whole[id][1] + 1)
    answer = twenty.desk.must("scan", "--json")
    results = {page["page"]: page for page in answer.json["pages"]}
    assert {page["status"] for page in results.values()} == {"done"}
    assert stored(twenty) == whole
    assert {id: results[id]["fetched"] for id in whole} == {
        id: whole[id][1] - before.get(id, (0, 0))[1] for id in whole
    }


def problems(id: str, said: str) -> list[str]:
    """What is wrong with the reason that a teacher reads."""
    found = [f"does not say {words!r}" for words in TROUBLES[id].words if words not in said]
    if not re.fullmatch(r"(?:[^\n{}<>]| > ){15,300}", said):
        found.append("is no sentence")
    if re.search(r"Traceback|Exception|object at 0x|\bNone\b", said):
        found.append("is written for programmers")
    return [f"{id}: {said!r} {problem}" for problem in found]
