from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from bot import actions, decisions, evaluation
from bot.domain.measuring import Share
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.evaluation.by_people import DecisionFigures, measure_decisions
from bot.evaluation.decided import ANY
from moderators.base import Assessment, CommentView, PageContext, Signal
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, Town, ring, rows

DAY = timedelta(days=1)
MINUTES = 24 * 60


def post(town: Town, *texts: str, day: float = 0) -> None:
    """These comments are posted and judged on a day."""
    for text in texts:
        town.platform.post(text, text, minutes_ago=-day * MINUTES)
    town.scan(depth=Depth.ALL, now=NOW + day * DAY)


def decide(town: Town, id: str, choice: Choice, day: float = 0, *, by: str = ADMIN, note: str = "") -> None:
    flag = town.queue()[id].flag
    decisions.decide(town.house, flag, by, choice, NOW + day * DAY, note=note)
    actions.carry_out(town.house, "p", NOW + day * DAY)


def measured(town: Town, since: datetime | None = None, day: float = 0) -> DecisionFigures:
    return measure_decisions(town.house, since, NOW + day * DAY)


def scores(town: Town, name: str, found: dict[str, float], **more: float) -> None:
    """From now on the detector finds this signal, at these scores, in these texts; and there `more`, too."""

    def assess(comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        every = [more | {name: found[c.text]} if found.get(c.text) else {} for c in comments]
        return [[Signal(each, score, why="So.") for each, score in one.items()] for one in every]

    town.detector.assess = assess  # type: ignore[method-assign]


def test_precision_of_each_rule_is_what_people_upheld(town: Town) -> None:
    post(town, "!hate 1", "!hate 2", "!hate !disparagement", "!threat", "!hate open")
    decide(town, "!hate 1", Choice.HIDE)
    decide(town, "!hate 2", Choice.CLEAR)
    decide(town, "!hate !disparagement", Choice.HIDE)
    decide(town, "!threat", Choice.ESCALATE)
    found = measured(town)
    assert found.decided == 4
    assert {rule: a.precision for rule, a in found.rules.items()} == {
        "hate": Share(2, 3),
        "disparagement": Share(1, 1),
        "threat": Share(1, 1),
    }
    assert (found.rules["hate"].alone, found.rules["disparagement"].alone) == (Share(1, 2), Share(0, 0))


def test_a_critical_flag_called_not_serious_counts_when_a_second_person_has_confirmed_it(town: Town) -> None:
    post(town, "!threat")
    decide(town, "!threat", Choice.CLEAR, note="a play")
    assert measured(town).rules == {}
    decide(town, "!threat", Choice.CLEAR, by=SECOND)
    assert measured(town).rules["threat"].precision == Share(0, 1)


def test_what_an_edit_closed_and_what_could_not_be_checked_is_nobodys_verdict(town: Town) -> None:
    post(town, "!unreadable")
    decide(town, "!unreadable", Choice.HIDE)
    post(town, "!disparagement")
    town.platform.post("!disparagement", "harmless")
    town.scan()
    assert rows(town, "SELECT count(*) FROM flag WHERE state = 'closed'") == [(2,)]
    assert (measured(town).decided, measured(town).rules) == (0, {})


def test_since_leaves_out_what_was_decided_before(town: Town) -> None:
    post(town, "!hate 1", "!hate 2")
    decide(town, "!hate 1", Choice.HIDE, day=1)
    decide(town, "!hate 2", Choice.CLEAR, day=3)
    assert measured(town, NOW + 2 * DAY).rules["hate"].precision == Share(0, 1)


def test_pages_are_counted_without_a_trace_of_restricted_flags(town: Town) -> None:
    post(town, "!hate", "!child_abuse")
    decide(town, "!hate", Choice.HIDE)
    decide(town, "!child_abuse", Choice.ESCALATE, by=SUPERVISOR)
    found = measured(town)
    assert found.pages == {"p": Share(1, 1)}
    assert found.rules["child_abuse"].precision == Share(1, 1)


def sampled(town: Town, *clean: str) -> dict[str, str]:
    """A week of comments, and the flags of those that were drawn at its end."""
    town.scan(now=NOW)
    post(town, *clean, day=1)
    ring(town, "draw_sample", NOW + 7 * DAY)
    return {id: flag.flag for id, flag in town.queue().items() if flag.only_drawn}


def test_recall_counts_what_the_sample_says_was_missed(town: Town) -> None:
    town.scan(now=NOW)
    post(town, "!hate 1", "!hate 2", day=1)
    flags = sampled(town, *(f"clean {n}" for n in range(20)))
    ids = list(flags)
    decide(town, "!hate 1", Choice.HIDE, day=8)
    decide(town, "!hate 2", Choice.HIDE, day=8)
    evaluation.name_rule(town.house, flags[ids[0]], ADMIN, "hate", NOW + 8 * DAY)
    decide(town, ids[0], Choice.HIDE, day=8)
    for id in ids[1:4]:
        decide(town, id, Choice.CLEAR, day=8)
    found = measured(town)
    sample = found.sample
    assert (sample.draws, sample.population, sample.read, sample.waiting) == (1, 20, 4, 1)
    assert dict(sample.missed) == {"hate": 1}
    assert (found.recall["hate"].found, found.recall["hate"].missed) == (2, 5.0)
    assert found.recall["hate"].value == pytest.approx(2 / 7)
    assert found.recall[ANY].value == pytest.approx(2 / 7)
    assert found.rules["hate"].precision == Share(2, 2)  # what a person named is no detector's


def test_recall_counts_only_what_was_found_where_the_sample_was_drawn(town: Town) -> None:
    post(town, "!hate long ago")
    assert sampled(town) == {}
    decide(town, "!hate long ago", Choice.HIDE)
    post(town, "clean", day=8)
    ring(town, "draw_sample", NOW + 14 * DAY)
    decide(town, "clean", Choice.CLEAR, day=15)
    found = measured(town)
    assert (found.sample.draws, found.sample.read) == (2, 1)
    assert found.recall[ANY].found == 0
    assert found.recall[ANY].value is None


def test_without_a_sample_there_is_no_recall(town: Town) -> None:
    post(town, "!hate")
    decide(town, "!hate", Choice.HIDE)
    assert measured(town).recall == {}


def test_recall_speaks_of_what_stood_there_before_the_first_run_too(town: Town) -> None:
    post(town, "!hate old", *(f"old {n}" for n in range(10)))
    flags = sampled(town)
    decide(town, "!hate old", Choice.HIDE)
    for id in flags:
        decide(town, id, Choice.CLEAR, day=8)
    found = measured(town)
    assert (found.sample.population, found.sample.read, found.recall["hate"].found) == (10, 5, 1)


def test_what_a_new_detector_found_since_says_nothing_of_what_is_missed(town: Town) -> None:
    (id,) = sampled(town, "clean")
    scores(town, "hate", {"clean": 0.9})
    town.detector.version = "2"
    town.scan(now=NOW + 8 * DAY)
    decide(town, id, Choice.HIDE, day=8)
    found = measured(town)
    assert (found.sample.read, found.recall) == (0, {})
    assert found.rules["hate"].precision == Share(1, 1)


def test_drift_compares_the_last_month_with_the_one_before(town: Town) -> None:
    post(town, *(f"!hate before {n}" for n in range(12)), *(f"fine {n}" for n in range(8)))
    post(town, *(f"!hate now {n}" for n in range(12)), *(f"fine again {n}" for n in range(28)), day=31)
    for n in range(12):
        decide(town, f"!hate before {n}", Choice.HIDE, day=1)
        decide(town, f"!hate now {n}", Choice.CLEAR if n else Choice.HIDE, day=32)
    found = measured(town, day=32).drift["hate"]
    assert (found.precision, found.precision_before) == (Share(1, 12), Share(12, 12))
    assert (found.flagged, found.flagged_before) == (Share(12, 40), Share(12, 20))
    assert found.precision_change is not None
    assert found.precision_change[1] < 0
    assert found.changed


def test_what_could_not_be_checked_is_not_counted_as_clean(town: Town) -> None:
    post(town, "!hate", "fine", "!unreadable")
    assert measured(town).drift["hate"].flagged == Share(1, 2)


def test_a_month_like_the_one_before_has_not_changed(town: Town) -> None:
    post(town, "!hate before", "fine")
    post(town, "!hate now", "fine again", day=31)
    decide(town, "!hate before", Choice.HIDE, day=1)
    decide(town, "!hate now", Choice.HIDE, day=32)
    assert not measured(town, day=32).drift["hate"].changed


def test_a_threshold_is_proposed_from_decisions_and_nothing_is_written(town: Town) -> None:
    low = {f"low {n}": 0.62 for n in range(12)}
    high = {f"high {n}": 0.9 for n in range(12)}
    scores(town, "hate", low | high)
    policy = town.house.policy_version
    post(town, *low, *high)
    for id in low:
        decide(town, id, Choice.CLEAR)
    for id in high:
        decide(town, id, Choice.HIDE)
    before = rows(town, "SELECT count(*) FROM decision")
    (found,) = measured(town).thresholds
    assert (found.rule, found.signal, found.proposal.now, found.proposal.threshold) == ("hate", "hate", 0.55, 0.63)
    assert (found.proposal.cost_now.in_vain, found.proposal.cost_then.in_vain) == (12, 0)
    assert (town.open().policy_version, rows(town, "SELECT count(*) FROM decision")) == (policy, before)


def test_a_threshold_for_looks_is_proposed_from_looks_and_from_what_the_sample_missed(town: Town) -> None:
    rule = town.house.policy.rule("threat")
    sure, look = rule.signals["threat"], rule.look["threat"]
    upheld = {f"upheld {n}": look + 0.05 for n in range(12)}
    vain = {f"vain {n}": look + 0.01 for n in range(12)}
    missed = {f"missed {n}": look - 0.099 for n in range(2)}
    scores(town, "threat", upheld | vain | missed | {"urgent": sure + 0.2})
    flags = sampled(town, *missed)
    assert set(flags) == set(missed)
    for id in flags:
        evaluation.name_rule(town.house, flags[id], ADMIN, "threat", NOW + 8 * DAY)
        decide(town, id, Choice.ESCALATE, day=8)
    post(town, *upheld, *vain, "urgent", day=9)
    for id in (*upheld, "urgent"):
        decide(town, id, Choice.ESCALATE, day=9)
    for id in vain:
        decide(town, id, Choice.CLEAR, day=9)
    upper, lower = measured(town).thresholds
    assert [(each.rule, each.signal, each.at, each.has_look) for each in (upper, lower)] == [
        ("threat", "threat", "signals", True), ("threat", "threat", "look", True),
    ]  # fmt: skip
    assert (lower.proposal.now, lower.proposal.upheld) == (look, Share(12, 24))
    assert lower.proposal.threshold == pytest.approx(look - 0.1)
    assert (lower.proposal.cost_now.missed, lower.proposal.cost_then.missed) == (2, 0)
    assert (upper.proposal.now, upper.proposal.upheld, upper.proposal.threshold) == (sure, Share(1, 1), None)
    assert upper.proposal.cost_now.missed == 12  # only looked at


def test_a_flag_of_two_signals_or_two_rules_tells_nothing_of_one_threshold(town: Town) -> None:
    def assess(comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        model = {"both": 0.7, "a look beside": 0.4}
        return [[Signal("threat", model[c.text]), Signal("phrase_threat", 0.9)] for c in comments]

    post(town, "!hate !disparagement")
    decide(town, "!hate !disparagement", Choice.HIDE)
    town.detector.assess = assess  # type: ignore[method-assign]
    post(town, "both", "a look beside", day=1)
    for id in ("both", "a look beside"):
        decide(town, id, Choice.ESCALATE, day=1)
    assert measured(town).thresholds == []


def test_a_signal_that_stands_alone_has_no_part_in_a_flag_whose_threshold_is_proposed(town: Town) -> None:
    low = {f"low {n}": 0.62 for n in range(12)}
    high = {f"high {n}": 0.9 for n in range(12)}
    scores(town, "school_record", low | high, record_told=0.95)  # no `record_words` beside it
    post(town, *low, *high)
    for id in (*low, *high):
        decide(town, id, Choice.CLEAR if id in low else Choice.HIDE)
    (found,) = measured(town).thresholds
    assert (found.rule, found.signal, found.proposal.threshold) == ("school_record", "school_record", 0.63)


def test_what_stands_alone_in_the_sample_was_missed_whatever_its_score(town: Town) -> None:
    scores(town, "record_told", {"alone": 0.95})
    (id,) = sampled(town, "alone")
    evaluation.name_rule(town.house, town.queue()[id].flag, ADMIN, "school_record", NOW + 8 * DAY)
    decide(town, id, Choice.HIDE, day=8)
    scores(town, "record_told", {"beside": 0.95}, record_words=0.5)
    post(town, "beside", day=8)
    decide(town, "beside", Choice.HIDE, day=8)
    (found,) = measured(town).thresholds
    assert (found.signal, found.proposal.cost_now.missed) == ("record_told", 1)
