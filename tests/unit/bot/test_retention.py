from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot import pages, queue, retention
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.evidence import first_break
from bot.house import Stopped
from bot.store.comments import ERASED
from connectors.base import Media
from tests.houses import ADMIN, NOW, PAGE, SECOND, Town, lived_through, only_teaches, ring, rows, settle

DAY = timedelta(days=1)
LATER = NOW + 31 * DAY
RESULT = "id, number, hash, scoring, scored_with, failure, attempts, flagged"
CSV = "first,last,nickname,student_id\nAdriana,Quintero,Adri,052213F017\n"


def erase(town: Town, now: datetime = LATER) -> None:
    lived_through(town, now)
    ring(town, "erase_clean_texts", now)


def kept(town: Town) -> list[str]:
    """The words that still stand in the database, opened."""
    with town.house.store.engine.connect() as connection:
        found = connection.exec_driver_sql(
            "SELECT id, text_sealed FROM revision WHERE text_sealed IS NOT NULL ORDER BY id"
        ).all()
    return [town.house.store.vault.open("revision.text_sealed", id, sealed) for id, sealed in found]


def scan(town: Town, now: datetime, depth: Depth = Depth.ALL) -> Any:
    return town.scan(now=now, depth=depth)


def test_the_words_of_a_clean_comment_are_erased_after_thirty_days_and_its_result_stays(town: Town) -> None:
    town.platform.post("1", "the beans are up", media=(Media("image", "https://x.example/a.jpg"),))
    town.scan()
    before = rows(town, f"SELECT {RESULT} FROM revision")
    erase(town, NOW + 30 * DAY)
    assert kept(town) == ["the beans are up"]
    erase(town)
    assert rows(town, "SELECT text_sealed, media_sealed FROM revision") == [(None, None)]
    assert rows(town, f"SELECT {RESULT} FROM revision") == before
    assert rows(town, "SELECT count(*) FROM comment") == [(1,)]


def test_what_is_flagged_failed_unscored_or_young_is_kept(town: Town) -> None:
    for id, words in {"1": "!threat", "2": "!disparagement", "3": "!unreadable", "4": "clean"}.items():
        town.platform.post(id, words)
    town.scan()
    settle(town, town.queue()["2"].flag, ADMIN, Choice.CLEAR)
    town.detector.broken = True
    town.platform.post("5", "never judged")
    town.scan()
    town.detector.broken = False
    erase(town)
    assert kept(town) == ["!threat", "!disparagement", "!unreadable", "never judged"]
    town.platform.post("6", "young", minutes_ago=0)
    scan(town, NOW + 20 * DAY, Depth.NEW)
    erase(town)
    assert "young" in kept(town)


def test_earlier_words_of_a_comment_that_has_a_flag_are_kept_too(town: Town) -> None:
    town.platform.post("1", "harmless at first")
    town.scan()
    town.platform.post("1", "!threat")
    town.scan()
    erase(town)
    assert kept(town) == ["harmless at first", "!threat"]


def test_a_re_reading_of_an_erased_comment_makes_no_new_revision(town: Town) -> None:
    town.platform.post("1", "the beans are up")
    town.scan()
    erase(town)
    for depth in (Depth.ALL, Depth.RECENT):
        result = scan(town, LATER, depth)
        assert (result.status, result.fetched, result.scored, result.flagged) == ("done", 0, 0, 0)
    assert kept(town) == []


def test_an_erased_comment_that_is_edited_is_a_new_revision_and_judged(town: Town) -> None:
    town.platform.post("1", "the beans are up")
    town.scan()
    erase(town)
    town.platform.post("1", "!disparagement of beans")
    result = scan(town, LATER)
    assert (result.fetched, result.scored, result.flagged) == (1, 1, 1)
    assert kept(town) == ["!disparagement of beans"]
    town.platform.post("1", "the beans are up")
    assert scan(town, LATER).fetched == 1
    assert town.queue() == {}


def test_a_new_roster_does_not_ask_for_words_that_are_erased(town: Town) -> None:
    town.platform.post("1", "the beans are up", minutes_ago=0)
    town.scan()
    erase(town)
    (town.config / "r.csv").write_text(CSV)
    pages.apply_pages(town.house, [town.write_page(PAGE + "roster: r.csv\n")], LATER)
    result = scan(town, NOW + 29 * DAY)
    assert (result.status, result.scored, result.failed) == ("done", 0, 0)
    assert rows(town, "SELECT scoring FROM revision") == [("scored",)]


def test_an_erased_neighbour_hides_nothing_in_review_and_in_a_decision(town: Town) -> None:
    town.platform.post("0", "erased before", minutes_ago=60)
    town.platform.post("2", "erased behind", minutes_ago=50)
    town.scan()
    erase(town)
    town.platform.post("1", "!disparagement", minutes_ago=55)
    scan(town, LATER)
    flag = town.queue()["1"].flag
    opened = queue.open_flag(town.house, flag, ADMIN, now=LATER)
    assert opened
    assert opened.comment.text == "!disparagement"
    assert [(c.id, c.text) for c in opened.thread] == [("0", ERASED), ("2", ERASED)]
    assert settle(town, flag, ADMIN, Choice.HIDE).won
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) is None


def test_evidence_is_untouched(town: Town) -> None:
    town.platform.post("0", "a neighbour", minutes_ago=61)
    town.platform.post("1", "!disparagement")
    town.scan()
    settle(town, town.queue()["1"].flag, SECOND, Choice.HIDE)
    before = rows(town, "SELECT * FROM evidence ORDER BY id")
    assert before
    erase(town)
    assert kept(town) == ["!disparagement"]
    assert rows(town, "SELECT * FROM evidence ORDER BY id") == before
    with town.house.store.reading() as session:
        assert first_break(session, town.house.store.vault) is None


def test_a_long_page_is_erased_in_batches_and_a_second_ring_finds_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 2)
    for n in range(7):
        town.platform.post(str(n), f"bean {n}")
    town.scan()
    lived_through(town, LATER)
    assert retention.pages_with_old_texts(town.house, LATER) == ["p"]
    assert retention.erase_clean_texts(town.house, "p", LATER) == 7
    assert retention.pages_with_old_texts(town.house, LATER) == []
    assert retention.erase_clean_texts(town.house, "p", LATER) == 0


def test_a_process_that_is_to_end_stops_between_two_batches_and_the_next_ring_goes_on(town: Town) -> None:
    town.platform.post("1", "the beans are up")
    town.scan()
    stopped = replace(town.house)
    stopped.stopping.set()
    with pytest.raises(Stopped):
        retention.erase_clean_texts(stopped, "p", LATER)
    stopped.stopping.clear()
    erase(town)
    assert kept(town) == []


@pytest.mark.parametrize("days", [0, 9])
def test_a_clock_that_was_set_ahead_erases_nothing(town: Town, days: int) -> None:
    """The ledger must show that time has passed: what is erased does not come back."""
    town.platform.post("1", "words")
    town.scan()
    lived_through(town, LATER, days)
    ring(town, "erase_clean_texts", LATER)
    assert kept(town) == ["words"]


def test_a_clock_that_was_behind_when_a_comment_was_found_erases_nothing(town: Town) -> None:
    town.platform.post("1", "words", minutes_ago=60 * 24 * 500)
    town.scan(now=NOW - 400 * DAY)
    ring(town, "erase_clean_texts", NOW)
    assert kept(town) == ["words"]


def test_whom_a_restricted_flag_may_mean_is_still_known_when_what_it_answers_is_old(town: Town) -> None:
    only_teaches(town)
    town.platform.post("0", "Ms. Reyes was there", minutes_ago=90)
    town.platform.post("1", "who else?", parent="0", minutes_ago=80)
    town.platform.post("2", "!child_abuse by her", parent="1")
    town.platform.post("3", "good morning")
    town.scan()
    assert not town.queue(ADMIN)
    erase(town)
    assert not town.queue(ADMIN, LATER)
    assert sorted(kept(town)) == ["!child_abuse by her", "Ms. Reyes was there", "who else?"]
    assert retention.pages_with_old_texts(town.house, LATER) == []
