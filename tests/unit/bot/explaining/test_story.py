from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot import pages
from bot.decisions import NoSuchFlag
from bot.domain.class_pages import Severity
from bot.domain.errors import Advice
from bot.domain.policy import Fact, Level, Policy
from bot.domain.rights import NotYours
from bot.evaluation.school import Panel
from bot.explaining import Explanation, Weighed, explain_flag, explain_on_page, explain_text
from bot.people import NoSuchPerson
from bot.pipeline.scene import Scene
from bot.records import Page
from bot.settings import load_policy
from bot.store.pages import page_document
from bot.store.signals import looked_at
from moderators.base import Moderator
from moderators.student_names import StudentNames
from tests.houses import ADMIN, NOW, PAGE, SUPERVISOR, TEACHER, MarkedWords, Town, flagged, only_teaches, rows
from tests.unit.bot.explaining.scoring import Weights
from tests.unit.moderators.reading import SETTINGS

POLICY = load_policy(Path(__file__).parents[4] / "config")


def panel(*moderators: Moderator) -> Panel:
    return Panel(list(moderators) or [Weights()], POLICY, {})


def one(found: tuple[Weighed, ...], rule: str) -> Weighed:
    (wanted,) = (w for w in found if w.rule == rule)
    return wanted


def thresholds(signal: str) -> dict[str, float]:
    return {rule.id: rule.signals[signal] for rule in POLICY.rules if signal in rule.signals}


def test_a_broken_rule_says_score_threshold_detector_and_the_words_that_carry_it() -> None:
    found = explain_text(panel(), "you stupid loser")
    (rule,) = found.raised
    assert (rule.rule, rule.severity, rule.level, rule.why) == ("disparagement", "medium", (), "It is disparagement.")
    (by,) = rule.by
    assert (by.signal, by.score, by.moderator, by.version) == ("disparagement", 1.0, "weights", "1")
    assert by.margin == pytest.approx(1.0 - thresholds("disparagement")["disparagement"])
    assert by.carried is not None
    best = max(by.carried.words, key=lambda w: w.drop)
    assert found.read[best.start : best.end] == "loser"


def test_what_fell_short_says_by_how_much_the_nearest_first() -> None:
    weights = {"disparagement": {"stupid": 0.6}, "threat": {"you": 0.05}}
    found = explain_text(panel(Weights(weights=weights)), "you stupid")
    assert found.raised == ()
    assert [w.rule for w in found.short] == ["disparagement", "threat"]
    nearest = found.short[0]
    assert nearest.margin == pytest.approx(0.6 - thresholds("disparagement")["disparagement"])
    assert nearest.carried is not None
    assert found.short[1].carried is None  # so far below that nobody asks which words it is


def test_a_signal_that_no_rule_asks_for_is_listed_apart() -> None:
    model = Weights(weights={"severe_toxicity": {"stupid": 0.9}})
    assert explain_text(panel(model), "stupid").unused == [("severe_toxicity", 0.9)]


def test_a_signal_that_counts_only_beside_another_and_stands_alone_is_listed_apart() -> None:
    model = Weights(weights={"record_told": {"absent": 0.95}, "record_words": {"quiz": 0.5}})
    alone, beside = explain_text(panel(model), "absent"), explain_text(panel(model), "absent quiz")
    assert (alone.raised, alone.unused) == ((), [("record_told", 0.95)])
    assert [rule.rule for rule in beside.raised] == ["school_record"]
    assert beside.unused == [("record_words", 0.5)]


def test_a_detector_that_cannot_process_it_makes_a_person_read_it() -> None:
    found = explain_text(panel(MarkedWords()), "!unreadable")
    assert found.failed == ("marked",)
    assert [rule.rule for rule in found.raised] == ["unchecked"]


def test_a_broken_detector_explains_nothing() -> None:
    with pytest.raises(Advice, match="does not know its canary"):
        explain_text(panel(Weights(broken=True)), "stupid")


def test_places_are_those_that_reach_the_threshold() -> None:
    found = explain_text(panel(MarkedWords()), "well !threat and !hate")
    places = {w.rule: [found.text[a:b] for a, b in w.spans] for rule in found.raised for w in rule.by}
    assert places["threat"] == ["!threat"]
    assert places["hate"] == ["!hate"]


def test_a_score_from_which_a_person_looks_is_no_score_that_fell_short() -> None:
    rule = POLICY.rule("disparagement")
    level = Level(when=(Fact.NOT_SURE,), severity=Severity.LOW, answer_within=timedelta(hours=72), recommend="Look.")
    changed = rule.model_copy(
        update={"look": {"disparagement": 0.3}, "levels": (level,), "signals": {"disparagement": 0.6}}
    )
    looking = Policy(source="test", rules=(changed,))
    found = explain_text(Panel([Weights()], looking, {}), "stupid")
    (raised,) = found.raised
    assert (raised.level, raised.severity) == (("not_sure",), "low")
    assert raised.by[0].look == 0.3
    assert raised.by[0].margin == pytest.approx(-0.1)
    assert found.short == ()


def test_what_fell_short_is_measured_from_the_look_where_the_rule_has_one() -> None:
    rule = POLICY.rule("sexualized_minor")
    look = rule.look["sexualized_minor"]
    assert rule.signals["sexualized_minor"] - look > 0.25
    weights = {
        "sexualized_minor": {"gone": look - 0.02},
        "disparagement": {"gone": thresholds("disparagement")["disparagement"] - 0.1},
    }
    found = explain_text(panel(Weights(weights=weights)), "gone")
    assert [w.rule for w in found.short] == ["sexualized_minor", "disparagement"]
    nearest = found.short[0]
    assert (nearest.lowest, nearest.counts) == (look, False)
    assert nearest.carried is not None  # its words are looked for, though the other threshold is far away


def test_a_page_that_is_stricter_than_the_look_of_a_rule_counts_by_its_own_threshold(town: Town) -> None:
    assert POLICY.rule("threat").look["threat"] > 0.2
    town.write_page(PAGE + "rules: {threat: {threshold: 0.2}}\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    house = replace(town.house, moderators=lambda: [Weights(weights={"threat": {"soon": 0.25}})])
    found = explain_on_page(house, "p", "soon", ADMIN, NOW)
    (rule,) = found.raised
    (by,) = rule.by
    assert (by.threshold, by.look, by.counts, found.short) == (0.2, None, True, ())


def words(found: Explanation) -> str:
    return found.text + found.read


def give_roster(town: Town) -> None:
    roster = town.config / "rosters" / "p.csv"
    roster.parent.mkdir(exist_ok=True)
    roster.write_text("first,last,nickname,student_id\nTobias,Wrenfield,Toby,1\n")
    town.write_page(PAGE + "roster: rosters/p.csv\nrules: {disparagement: {threshold: 0.4, severity: high}}\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def test_on_its_page_a_text_has_the_roster_and_the_stricter_rules(town: Town) -> None:
    give_roster(town)
    house = replace(town.house, moderators=lambda: [StudentNames(SETTINGS), Weights()])
    found = explain_on_page(house, "p", "Tobias Wrenfield is stupid", ADMIN, NOW)
    assert found.read == "Alex is stupid"
    raised = {rule.rule: rule for rule in found.raised}
    assert (raised["disparagement"].severity, raised["disparagement"].by[0].threshold) == ("high", 0.4)
    assert [found.text[a:b] for a, b in raised["student_name"].by[0].spans] == ["Tobias Wrenfield"]
    carried = raised["disparagement"].by[0].carried
    assert carried is not None
    assert [found.read[w.start : w.end] for w in carried.words if w.drop] == ["stupid"]


def test_a_page_that_is_not_there_is_named(town: Town) -> None:
    with pytest.raises(Advice, match="q"):
        explain_on_page(town.house, "q", "hello", ADMIN, NOW)


@pytest.mark.parametrize("by", [ADMIN, SUPERVISOR, TEACHER])
def test_whoever_sees_the_flags_of_a_page_learns_whom_its_roster_names(town: Town, by: str) -> None:
    only_teaches(town)
    give_roster(town)
    house = replace(town.house, moderators=lambda: [StudentNames(SETTINGS)])
    found = explain_on_page(house, "p", "Tobias Wrenfield", by, NOW)
    assert [rule.rule for rule in found.raised] == ["student_name"]


def test_operators_and_people_of_other_schools_learn_of_no_student(town: Town) -> None:
    give_roster(town)
    people = (town.config / "people.yaml").read_text()
    more = f"sites: [{{id: t, title: Other, time_zone: America/Los_Angeles, supervisor: {SUPERVISOR}, telephone: (213) 555-0101}}, "
    (town.config / "people.yaml").write_text(
        people.replace("sites: [{id: s,", more + "{id: s,")
        + "  - {email: op@school.example, name: Olga Perez, roles: [operator], sites: [s]}\n"
        + "  - {email: far@school.example, name: Finn Arden, roles: [administrator], sites: [t]}\n"
    )
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    for by in ("op@school.example", "far@school.example"):
        with pytest.raises(NotYours, match="learns whom its roster names") as told:
            explain_on_page(town.house, "p", "Tobias Wrenfield", by, NOW)
        assert "Wrenfield" not in str(told.value)
    with pytest.raises(NoSuchPerson):
        explain_on_page(town.house, "p", "Tobias Wrenfield", "nobody@school.example", NOW)


def opened(town: Town) -> list[tuple[object, ...]]:
    return rows(town, "SELECT flag_id, reason FROM access")


def test_a_flag_is_explained_by_its_ending_and_the_showing_is_recorded(town: Town) -> None:
    flag = flagged(town, "well !disparagement then")
    found = explain_flag(town.house, flag[-8:], ADMIN, NOW)
    assert found.explanation.text == "well !disparagement then"
    assert (
        [rule.rule for rule in found.recorded] == [rule.rule for rule in found.explanation.raised] == ["disparagement"]
    )
    assert (found.same_policy, found.withheld, found.not_by_words) == (True, False, ())
    assert opened(town) == [(flag, "explained")]


def test_a_rule_that_the_words_do_not_break_today_is_told(town: Town) -> None:
    flag = flagged(town, "!disparagement")
    town.detector.signals = frozenset()
    found = explain_flag(town.house, flag, ADMIN, NOW)
    assert [rule.rule for rule in found.not_by_words] == ["disparagement"]
    assert found.explanation.raised == ()


def test_a_flag_of_a_page_that_has_left_is_explained_too(town: Town) -> None:
    flag = flagged(town, "!disparagement")
    pages.leave_page(town.house, "p", NOW)
    assert [rule.rule for rule in explain_flag(town.house, flag, ADMIN, NOW).explanation.raised] == ["disparagement"]


def test_the_facts_of_its_author_are_those_of_the_pipeline(town: Town) -> None:
    flag = flagged(town, "!disparagement", author="Dana Reyes")
    staff = explain_flag(town.house, flag, SUPERVISOR, NOW).explanation
    with town.house.store.reading() as session:
        ((comment,),) = rows(town, "SELECT comment_id FROM flag")
        page = session.get_one(Page, "p")
        scene = Scene(session, town.house, page, page_document(session, town.house.store.vault, "p"), NOW, NOW)
        (row,) = looked_at(session, [str(comment)])
        assert set(staff.facts) == set(scene.facts(row))


@pytest.mark.parametrize("by", [TEACHER, "nobody@school.example"])
def test_whoever_may_not_see_a_flag_learns_nothing_and_nothing_is_recorded(town: Town, by: str) -> None:
    flag = flagged(town, "!child_abuse")
    with pytest.raises((NoSuchFlag, NoSuchPerson)) as told:
        explain_flag(town.house, flag[-8:], by, NOW)
    assert flag not in str(told.value)
    assert opened(town) == []


def test_words_that_nobody_reads_without_need_are_in_no_part_of_the_explanation(town: Town) -> None:
    flag = flagged(town, "secretword !sexualized_minor")
    model = Weights(weights={"sexualized_minor": {"secretword": 0.9}}, signals=frozenset({"sexualized_minor"}))
    house = replace(town.house, moderators=lambda: [town.detector, model])
    found = explain_flag(house, flag, SUPERVISOR, NOW)
    assert found.withheld
    assert words(found.explanation) == ""
    assert "secretword" not in repr(found)
    assert not any(w.spans or w.carried for rule in found.explanation.raised for w in rule.by)
    assert one(found.explanation.raised[0].by[:1], "sexualized_minor").score == pytest.approx(0.9)
    assert opened(town) == []
    asked = explain_flag(house, flag, SUPERVISOR, NOW, with_words=True)
    assert "secretword" in words(asked.explanation)
    assert opened(town) == [(flag, "explained")]


def test_what_could_not_be_explained_was_not_shown(town: Town) -> None:
    flag = flagged(town)
    town.detector.broken = True
    with pytest.raises(Advice, match="does not know its canary"):
        explain_flag(town.house, flag, ADMIN, NOW)
    assert opened(town) == []


def test_nothing_is_flagged_scored_or_decided_by_an_explanation(town: Town) -> None:
    flag = flagged(town)
    before = rows(town, "SELECT * FROM flag"), rows(town, "SELECT * FROM signal"), rows(town, "SELECT * FROM flag_rule")
    explain_flag(town.house, flag, ADMIN, NOW)
    assert before == (
        rows(town, "SELECT * FROM flag"),
        rows(town, "SELECT * FROM signal"),
        rows(town, "SELECT * FROM flag_rule"),
    )
