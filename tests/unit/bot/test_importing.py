"""Comments that people bring in files: one reading of the page, with flags and a line on the ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import pages
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.importing import BadExport, import_comments
from bot.pages import NoSuchPage
from bot.pipeline import scan_page
from bot.records import RunStatus
from connectors.base import Connector, PageAddress
from connectors.by_hand import ByHand
from tests.houses import NOW, PAGE, SECOND, Town, rows, settle

TABLE = "id,author,time,text\n1,Newt,2026-11-24 16:00,!hate in the morning\n2,Maja,2026-11-24 16:05,all is well\n"


@pytest.fixture
def by_hand(town: Town) -> Town:
    """A page that no program can read."""
    town.write_page(PAGE.replace("connector: platform", "connector: by_hand").replace("url: memory", "url: classroom"))
    connect: Callable[[object], Connector] = lambda _page: ByHand(PageAddress("p", "classroom"))  # noqa: E731
    town.house = replace(town.house, connect=connect, connectors=frozenset({"by_hand"}))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    return town


def brought(town: Town, table: str = TABLE, name: str = "export.csv") -> Path:
    file = town.folder / name
    file.write_text(table)
    return file


def test_a_file_is_a_reading_of_its_page_and_twice_the_same_brings_nothing(by_hand: Town) -> None:
    result = import_comments(by_hand.house, "p", brought(by_hand), NOW)
    assert (result.status, result.fetched, result.flagged) == (RunStatus.DONE, 2, 1)
    assert not pages.due_pages(by_hand.house, NOW + timedelta(minutes=1))
    again = import_comments(by_hand.house, "p", brought(by_hand), NOW + timedelta(minutes=1))
    assert (again.status, again.fetched, again.flagged) == (RunStatus.DONE, 0, 0)
    assert len(rows(by_hand, "SELECT id FROM comment WHERE deleted IS NULL")) == 2


def test_what_a_later_file_leaves_out_is_not_deleted_and_what_is_older_in_it_is_read(by_hand: Town) -> None:
    import_comments(by_hand.house, "p", brought(by_hand), NOW)
    older = "id,author,time,text\n0,Newt,2026-09-01 09:00,!hate from the autumn\n"
    result = import_comments(by_hand.house, "p", brought(by_hand, older), NOW + timedelta(hours=1))
    assert (result.fetched, result.flagged, result.deleted) == (1, 1, 0)
    assert len(rows(by_hand, "SELECT id FROM comment WHERE deleted IS NULL")) == 3


def test_where_nobody_brings_a_file_the_page_was_not_read(by_hand: Town) -> None:
    result = scan_page(by_hand.house, "p", Depth.RECENT, NOW)
    assert result.status == RunStatus.FAILED
    assert "hallmonitor import FILE --page p" in result.error
    assert pages.due_pages(by_hand.house, NOW + timedelta(days=1))


def test_a_hide_becomes_a_step_for_a_person(by_hand: Town) -> None:
    import_comments(by_hand.house, "p", brought(by_hand), NOW)
    settle(by_hand, by_hand.queue()["1"].flag, SECOND, Choice.HIDE)
    assert rows(by_hand, "SELECT kind, state FROM action") == [("hide", "manual")]


def test_a_wrong_file_a_page_that_is_read_and_one_that_is_not_there_are_refused(by_hand: Town, town: Town) -> None:
    with pytest.raises(BadExport, match=r"export.csv, line 2: the time"):
        import_comments(by_hand.house, "p", brought(by_hand, "time,text\nnow,hi\n"), NOW)
    with pytest.raises(NoSuchPage):
        import_comments(by_hand.house, "q", brought(by_hand), NOW)
    assert not rows(by_hand, "SELECT id FROM run")


def test_a_page_that_a_program_reads_takes_no_file(town: Town) -> None:
    with pytest.raises(BadExport, match="hallmonitor scan p"):
        import_comments(town.house, "p", brought(town), NOW)
