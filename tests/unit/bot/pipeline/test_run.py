from __future__ import annotations

from datetime import timedelta

import pytest

from bot import jobs, pages
from bot.domain.schedule import Depth
from bot.house import page_lock
from bot.records import Run, RunStatus
from connectors.base import AuthFailed, Capabilities, CommentState, Media, Unavailable
from tests.houses import NOW, PAGE, Town, ring, rows


def test_an_edit_is_a_new_revision_and_supersedes_the_old_flag(town: Town) -> None:
    town.platform.post("1", "!disparagement")
    town.scan()
    town.platform.post("1", "!hate instead")
    result = town.scan()
    assert (result.fetched, result.flagged) == (1, 1)
    assert [r.rule for r in town.queue()["1"].rules] == ["hate"]
    assert rows(town, "SELECT state, outcome FROM flag ORDER BY id") == [("closed", "superseded"), ("open", None)]


def test_a_text_that_comes_back_is_judged_again(town: Town) -> None:
    for words in ("!threat", "sorry", "!threat"):
        town.platform.post("1", words)
        town.scan()
    assert list(town.queue()) == ["1"]
    assert rows(town, "SELECT count(*) FROM revision") == [(3,)]


def test_state_author_and_parent_make_no_new_revision(town: Town) -> None:
    comment = town.platform.post("1", "hello")
    town.scan()
    town.platform.post("1", "hello", author="renamed", parent="9", state=CommentState.HELD)
    assert town.scan().fetched == 0
    assert rows(town, "SELECT state FROM comment") == [("held",)]
    assert comment.revision == town.platform.comments["1"].revision


def test_a_signed_media_address_makes_no_new_revision_and_another_picture_does(town: Town) -> None:
    town.platform.post("1", "look", media=(Media("image", "https://x.example/a.jpg?sig=1"),))
    town.scan()
    town.platform.post("1", "look", media=(Media("image", "https://x.example/a.jpg?sig=2"),))
    assert town.scan().fetched == 0
    town.platform.post("1", "look", media=(Media("image", "https://x.example/b.jpg"),))
    assert town.scan().fetched == 1


def test_a_deleted_comment_keeps_its_row_and_its_flag(town: Town) -> None:
    town.platform.post("1", "!threat")
    town.scan()
    del town.platform.comments["1"]
    assert town.scan().deleted == 1
    assert town.scan().deleted == 0
    assert list(town.queue()) == ["1"]


def test_where_a_platform_does_not_tell_what_was_deleted_nothing_is_called_deleted(town: Town) -> None:
    town.platform.capabilities = Capabilities(frozenset(), tells_deletions=False)
    town.platform.post("1", "!threat")
    town.scan()
    del town.platform.comments["1"]  # a feed shows its newest entries alone
    assert [town.scan(depth=depth).deleted for depth in (Depth.RECENT, Depth.ALL)] == [0, 0]
    assert rows(town, "SELECT state, deleted FROM comment") == [("visible", None)]


def test_a_comment_that_left_the_listing_is_asked_for_by_name_and_not_called_deleted(town: Town) -> None:
    town.platform.post("1", "!threat")
    town.scan()
    town.platform.post("1", "!threat", state=CommentState.SPAM)
    assert town.scan().deleted == 0
    assert rows(town, "SELECT state, deleted FROM comment") == [("spam", None)]


def test_a_late_approved_comment_below_the_checkpoint_is_found_by_the_rereading(town: Town) -> None:
    town.platform.post("2", "hello", minutes_ago=10)
    town.scan()
    town.platform.post("1", "!threat", minutes_ago=500)
    assert town.scan(depth=Depth.NEW).fetched == 0
    assert town.scan(depth=Depth.RECENT).fetched == 1


def test_batches_before_a_failure_are_kept_and_the_next_run_goes_on_behind_them(town: Town) -> None:
    for number in range(6):
        town.platform.post(str(number), "!disparagement", minutes_ago=60 - number)
    town.platform.fault, town.platform.fault_after_batches = Unavailable("it is down: try later", 30), 2
    failed = town.scan()
    assert (failed.status, failed.fetched, failed.flagged, failed.error) == (
        RunStatus.FAILED,
        4,
        4,
        "it is down: try later (it asks to wait 30 seconds)",
    )
    town.platform.fault = town.platform.fault_after_batches = None
    done = town.scan(depth=Depth.NEW)
    assert (done.status, done.fetched, done.flagged) == (RunStatus.DONE, 2, 2)


def test_a_page_that_fails_is_on_the_ledger_and_the_others_go_on(town: Town) -> None:
    town.write_page(PAGE.replace("id: p", "id: q"), "q")
    pages.apply_pages(town.house, sorted((town.config / "classes").glob("*.yaml")), NOW)
    broken = town.house.connect

    def connect(page: object) -> object:
        if getattr(page, "id", "") == "p":
            raise AuthFailed("the password was revoked: make a new one")
        return broken(page)  # type: ignore[arg-type]  # as it came

    object.__setattr__(town.house, "connect", connect)
    results = [jobs.scan(town.house, ready, NOW) for ready in jobs.now_all(town.house, [])]
    assert [(r.page, r.status) for r in results] == [("p", RunStatus.FAILED), ("q", RunStatus.DONE)]
    ((_, why), *_) = pages.last_runs(town.house, "p", 1)
    assert why == "the password was revoked: make a new one"


def test_a_run_that_a_crash_left_behind_is_called_interrupted(town: Town) -> None:
    with town.house.store.transaction() as session:
        session.add(Run(page_id="p", depth=Depth.NEW, started=NOW))
    town.scan()
    assert [(run.status, why) for run, why in pages.last_runs(town.house, "p", 9)] == [
        ("done", ""),
        ("failed", pages.INTERRUPTED),
    ]


def test_two_scans_of_one_page_at_once_are_one(town: Town) -> None:
    town.platform.post("1", "!threat")
    with page_lock(town.open(), "p") as alone:
        assert alone
        assert town.scan().status == RunStatus.SKIPPED
    assert town.scan().flagged == 1


@pytest.mark.parametrize(
    "strange",
    [
        "",
        "\0",
        "\ud800\udfff",
        "\u202e evil",
        "a" + "\u0301" * 10_000,
        "🌋" * 5000,
        "x" * 1_000_000,
        "\u0000\x1b[2J\r\n",
    ],
    ids=["empty", "nul", "surrogates", "override", "marks", "emoji", "megabyte", "controls"],
)
def test_any_text_is_stored_and_comes_back_as_it_was(town: Town, strange: str) -> None:
    town.platform.post("1", strange, author=strange[:50])
    assert town.scan().fetched == 1
    assert town.scan().fetched == 0
    assert strange in town.detector.seen


def test_due_pages_are_scanned_by_the_clock_once(town: Town) -> None:
    later = NOW + timedelta(days=3)
    ring(town, "scan", NOW)
    ring(town, "scan", NOW + timedelta(minutes=1))
    assert rows(town, "SELECT count(*) FROM run") == [(1,)]
    ring(town, "scan", later)
    ring(town, "scan", later + timedelta(minutes=1))
    assert rows(town, "SELECT count(*) FROM run") == [(2,)]


def test_a_clock_that_jumps_back_does_not_stop_the_moderation(town: Town) -> None:
    ring(town, "scan", NOW + timedelta(days=365))
    ring(town, "scan", NOW)
    assert rows(town, "SELECT count(*) FROM run WHERE status = 'done'") == [(2,)]


def test_a_connector_that_breaks_its_promise_fails_its_page_and_is_not_quoted(town: Town) -> None:
    def connect(_: object) -> object:
        raise RuntimeError("Adriana Quintero")

    object.__setattr__(town.house, "connect", connect)
    result = town.scan()
    assert (result.status, result.error) == (
        RunStatus.FAILED,
        "the connector broke (RuntimeError): tell whoever wrote it",
    )
