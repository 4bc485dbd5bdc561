from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import decisions, evaluation, pages, queue
from bot.decisions import FlagChanged, NoSuchFlag, RuleNeeded
from bot.domain.measuring import draw
from bot.domain.review import Choice
from bot.domain.rights import NotYours
from bot.domain.schedule import Depth
from bot.evaluation import NoSuchRule, NotDrawn, sampling
from connectors.base import Author, CommentState, Unavailable
from moderators.base import Signal
from tests.houses import ADMIN, NOW, PAGE, SECOND, TEACHER, Town, lived_through, only_teaches, ring, rows, settle

DAY = timedelta(days=1)
WEEK = 7 * DAY
LATER = NOW + WEEK


def week(town: Town, *texts: str, now: datetime = LATER) -> None:
    """A first run, and a week later these comments are found and the clock rings for the sample."""
    if not rows(town, "SELECT 1 FROM run"):
        town.scan(now=now - WEEK)
    for text in texts:
        town.platform.post(text, text, minutes_ago=-7 * 24 * 60)
    town.scan(depth=Depth.ALL, now=now - timedelta(hours=1))
    ring(town, "draw_sample", now)


def drawn(town: Town, now: datetime = LATER) -> dict[str, queue.QueuedFlag]:
    return {id: flag for id, flag in town.queue(now=now).items() if flag.only_drawn}


@pytest.fixture
def one(town: Town) -> tuple[Town, str]:
    """A school with one drawn comment in its queue; and the flag's id."""
    week(town, "the beans are up")
    (flag,) = drawn(town).values()
    return town, flag.flag


def test_once_a_week_some_clean_comments_are_put_into_the_queue_as_the_least_urgent(town: Town) -> None:
    week(town, *(f"bean {n}" for n in range(12)), "!threat", "!disparagement", "!unreadable")
    found = drawn(town)
    assert len(found) == sampling.SIZE
    assert set(found) <= {f"bean {n}" for n in range(12)}
    flag = next(iter(found.values()))
    assert (flag.severity, flag.deadline, flag.held, flag.restricted) == ("low", LATER + WEEK, False, False)
    assert [(r.rule, r.moderator) for r in flag.rules] == [("sample", "sample")]
    assert "bean" not in flag.why
    assert list(town.queue(now=LATER))[-5:] == list(found)


def test_whoever_knows_the_seed_draws_the_same_comments_again(town: Town) -> None:
    week(town, *(f"bean {n}" for n in range(12)), "!threat")
    ((seed, population, since, until),) = rows(town, "SELECT seed, population, since, drawn FROM draw")
    clean = [str(id) for (id,) in rows(town, "SELECT r.id FROM revision r JOIN signal s ON s.revision_id = r.id")]
    ids = [str(id) for (id,) in rows(town, "SELECT id FROM revision") if str(id) not in clean]
    assert (population, len(ids)) == (12, 12)
    flags = {str(id) for (id,) in rows(town, "SELECT f.revision_id FROM flag f JOIN drawn d ON d.flag_id = f.id")}
    assert flags == set(draw(ids, int(str(seed)), sampling.SIZE))
    assert str(since) < str(until)


def test_a_second_ring_draws_nothing_and_the_next_week_draws_from_what_is_new(town: Town) -> None:
    week(town, "one")
    ring(town, "draw_sample", LATER + timedelta(hours=1))
    assert list(drawn(town)) == ["one"]
    town.platform.post("two", "two", minutes_ago=-8 * 24 * 60)
    town.scan(depth=Depth.ALL, now=LATER + DAY)
    ring(town, "draw_sample", LATER + 6 * DAY)
    assert list(drawn(town)) == ["one"]
    ring(town, "draw_sample", LATER + WEEK)
    assert set(drawn(town)) == {"one", "two"}
    assert rows(town, "SELECT population FROM draw ORDER BY id") == [(1,), (1,)]


def test_nothing_is_drawn_in_the_first_week_and_of_a_page_that_was_never_read(town: Town) -> None:
    assert sampling.pages_to_sample(town.house, LATER) == []
    town.platform.post("1", "one")
    town.scan()
    assert sampling.pages_to_sample(town.house, LATER - timedelta(minutes=1)) == []
    assert sampling.pages_to_sample(town.house, LATER) == ["p"]


def test_the_first_draw_begins_with_what_the_first_run_found(town: Town) -> None:
    town.platform.post("there before", "words")
    town.scan(now=NOW)
    week(town, "new")
    assert set(drawn(town)) == {"there before", "new"}
    town.platform.post("later", "words", minutes_ago=-8 * 24 * 60)
    town.scan(depth=Depth.ALL, now=LATER + DAY)
    ring(town, "draw_sample", LATER + WEEK)
    assert rows(town, "SELECT population FROM draw ORDER BY id") == [(2,), (1,)]


def test_what_a_first_run_found_before_it_failed_is_drawn_from_too(town: Town) -> None:
    for number in range(4):
        town.platform.post(str(number), f"words {number}")
    town.platform.fault, town.platform.fault_after_batches = Unavailable("it sleeps"), 1
    town.scan(now=NOW)
    town.platform.fault = None
    town.scan(now=NOW + DAY)
    ring(town, "draw_sample", LATER + DAY)
    assert set(drawn(town, LATER + DAY)) == {"0", "1", "2", "3"}


def test_a_page_that_has_left_is_not_drawn_from(town: Town) -> None:
    town.scan()
    pages.leave_page(town.house, "p", NOW)
    assert sampling.pages_to_sample(town.house, LATER) == []


def test_a_draw_of_a_clock_that_was_ahead_stops_none(town: Town) -> None:
    town.scan()
    ring(town, "draw_sample", NOW + 60 * DAY)
    week(town, "one")
    assert list(drawn(town)) == ["one"]


def test_a_quiet_week_is_a_draw_of_nothing(town: Town) -> None:
    week(town)
    assert rows(town, "SELECT population FROM draw") == [(0,)]
    assert sampling.pages_to_sample(town.house, LATER + DAY) == []


def test_gone_edited_and_once_flagged_comments_are_not_drawn(town: Town) -> None:
    town.scan(now=NOW)
    for id, text in {"gone": "x", "edited": "!threat", "again": "first"}.items():
        town.platform.post(id, text, minutes_ago=-DAY.total_seconds() / 60)
    town.scan(depth=Depth.ALL, now=NOW + 2 * DAY)
    del town.platform.comments["gone"]
    for id in ("edited", "again"):
        town.platform.post(id, "harmless now", minutes_ago=-DAY.total_seconds() / 60)
    town.scan(depth=Depth.ALL, now=NOW + 3 * DAY)
    ring(town, "draw_sample", LATER)
    assert list(drawn(town)) == ["again"]
    assert rows(town, "SELECT population FROM draw") == [(1,)]


def test_a_district_without_the_rule_has_no_sample(town: Town) -> None:
    shipped = (Path(__file__).parents[4] / "config" / "policy.yaml").read_text()
    (town.config / "policy.yaml").write_text(shipped[: shipped.index("  - id: sample")])
    town.house = town.open()
    town.scan()
    assert sampling.pages_to_sample(town.house, LATER) == []
    assert sampling.draw_sample(town.house, "p", LATER) == 0


def test_nothing_is_held_for_it_also_where_everything_is_held(town: Town) -> None:
    town.write_page(PAGE + "hold_until_reviewed: [critical, high, medium, low]\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    week(town, "one")
    assert drawn(town)["one"].held is False
    assert town.state("one") is CommentState.VISIBLE


def test_cleared_means_really_clean(one: tuple[Town, str]) -> None:
    town, flag = one
    assert settle(town, flag, ADMIN, Choice.CLEAR).won
    assert town.queue() == {}
    assert rows(town, "SELECT state, outcome FROM flag") == [("closed", "cleared")]


@pytest.mark.parametrize("choice", [Choice.HIDE, Choice.ESCALATE, Choice.ESCALATE_AND_HIDE])
def test_whoever_says_that_it_breaks_the_policy_says_which_rule(one: tuple[Town, str], choice: Choice) -> None:
    town, flag = one
    with pytest.raises(RuleNeeded, match="which rule"):
        settle(town, flag, ADMIN, choice)
    assert rows(town, "SELECT count(*) FROM decision") == [(0,)]


def test_a_named_rule_is_a_miss_and_the_comment_is_hidden(one: tuple[Town, str]) -> None:
    town, flag = one
    evaluation.name_rule(town.house, flag, ADMIN, "disparagement", NOW)
    assert settle(town, flag, ADMIN, Choice.HIDE).decision == "hide"
    assert town.state("the beans are up") is CommentState.HELD
    assert rows(town, "SELECT rule, moderator, severity FROM flag_rule ORDER BY rule") == [
        ("disparagement", "person", "medium"),
        ("sample", "sample", "low"),
    ]


def test_a_critical_miss_is_as_serious_as_if_a_detector_had_found_it(one: tuple[Town, str]) -> None:
    town, flag = one
    only_teaches(town)
    version = evaluation.name_rule(town.house, flag, ADMIN, "child_abuse", LATER)
    queued = town.queue(now=LATER)["the beans are up"]
    assert (queued.severity, queued.deadline, queued.restricted) == ("critical", LATER + timedelta(hours=1), True)
    assert (queued.version, queued.only_drawn) == (version, False)
    decided = decisions.decide(town.house, flag, ADMIN, Choice.ESCALATE, LATER, seen_version=version)
    assert decided.case is not None
    assert ("Question neither the child nor the accused",) in [
        (str(what).partition(",")[0],) for (what,) in rows(town, "SELECT what FROM step")
    ]
    assert town.queue(TEACHER) == {}


def test_a_rule_has_the_level_that_holds_for_its_author(town: Town) -> None:
    town.scan(now=NOW)
    town.platform.post("1", "words", minutes_ago=-60)
    staff = Author("a-1", "Ms. Alva", is_staff=True)
    town.platform.comments["1"] = replace(town.platform.comments["1"], author=staff)
    town.scan(depth=Depth.ALL, now=NOW + DAY)
    ring(town, "draw_sample", LATER)
    evaluation.name_rule(town.house, drawn(town)["1"].flag, ADMIN, "sexual_content", LATER)
    assert town.queue(now=LATER)["1"].severity == "critical"


def test_naming_a_rule_needs_the_right_to_decide_and_a_rule_that_there_is(one: tuple[Town, str]) -> None:
    town, flag = one
    with pytest.raises(NotYours):
        evaluation.name_rule(town.house, flag, TEACHER, "threat", NOW)
    with pytest.raises(NoSuchFlag):
        evaluation.name_rule(town.house, "x" * 36, ADMIN, "threat", NOW)
    with pytest.raises(NoSuchRule, match="did you mean threat"):
        evaluation.name_rule(town.house, flag, ADMIN, "thraet", NOW)
    for own in ("sample", "unchecked"):
        with pytest.raises(NoSuchRule):
            evaluation.name_rule(town.house, flag, ADMIN, own, NOW)
    with pytest.raises(FlagChanged):
        evaluation.name_rule(town.house, flag, ADMIN, "threat", NOW, seen_version=7)
    assert drawn(town)["the beans are up"].version == 1


def test_no_rule_is_named_for_what_a_detector_has_flagged(town: Town) -> None:
    town.platform.post("1", "!hate")
    town.scan()
    with pytest.raises(NotDrawn):
        evaluation.name_rule(town.house, town.queue()["1"].flag, ADMIN, "threat", NOW)


def test_who_names_a_rule_too_late_is_told_who_decided(one: tuple[Town, str]) -> None:
    town, flag = one
    settle(town, flag, SECOND, Choice.CLEAR)
    assert evaluation.name_rule(town.house, flag, ADMIN, "threat", NOW) is None
    late = settle(town, flag, ADMIN, Choice.HIDE)
    assert (late.won, late.by) == (False, SECOND)


def test_what_a_new_detector_finds_joins_the_open_flag(one: tuple[Town, str]) -> None:
    town, flag = one
    town.detector.version = "2"
    town.detector.assess = lambda comments, page: [[Signal("hate", 0.9, why="It says so.")] for _ in comments]  # type: ignore[method-assign]
    town.scan(now=LATER + DAY)
    queued = town.queue(now=LATER)["the beans are up"]
    assert (queued.flag, queued.only_drawn, queued.severity) == (flag, False, "high")
    assert settle(town, flag, ADMIN, Choice.HIDE).won


def test_the_words_of_a_comment_that_was_only_read_are_erased_like_any_clean_ones(town: Town) -> None:
    week(town, "cleared", "missed", "waiting")
    flags = drawn(town)
    settle(town, flags["cleared"].flag, ADMIN, Choice.CLEAR)
    evaluation.name_rule(town.house, flags["missed"].flag, ADMIN, "hate", LATER)
    settle(town, flags["missed"].flag, ADMIN, Choice.HIDE)
    much_later = LATER + 40 * DAY
    lived_through(town, much_later)
    ring(town, "erase_clean_texts", much_later)
    with_words = rows(
        town, "SELECT f.outcome FROM revision r JOIN flag f ON f.revision_id = r.id WHERE text_sealed IS NOT NULL"
    )
    assert set(with_words) == {("upheld",), (None,)}
