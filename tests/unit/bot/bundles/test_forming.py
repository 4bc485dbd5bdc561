"""Which flags are drawn together, which never are, and which leave again: on both databases."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import event

from bot import bundles, consents, decisions, pages
from bot.consents import Paper
from bot.domain.bundle_presses import BundleChoice
from bot.domain.consent import ConsentKind, Half
from bot.domain.policy import Level
from bot.domain.review import Choice
from bot.domain.schedule import Depth
from bot.records import Flag
from moderators.student_names import StudentNames
from tests.houses import ADMIN, NOW, PAGE, SECOND, Town, ring, rows, settle
from tests.unit.bot.bundles.raids import alone, press, raided, shown, together
from tests.unit.moderators.reading import SETTINGS

HOUR = timedelta(hours=1)


def test_what_is_critical_restricted_or_read_one_by_one_is_never_drawn(town: Town) -> None:
    rules = town.house.policy.rules
    unsure = [r.model_copy(update={"signals": {"self_harm": 0.95}}) if r.id == "self_harm" else r for r in rules]
    town.house = replace(town.house, policy=town.house.policy.model_copy(update={"rules": tuple(unsure)}))
    for words in ("!threat", "!child_abuse", "!self_harm", "!unreadable"):
        for number in range(9):
            town.platform.post(f"{words}{number}", f"!disparagement {words}", minutes_ago=60)
    raided(town, 12)
    assert together(town) == {f"r{number:03}" for number in range(12)}
    assert rows(town, "SELECT kind, joined FROM bundle") == [("raid", 12)]
    assert rows(town, "SELECT DISTINCT severity FROM flag WHERE bundle_id IS NULL ORDER BY severity") == [
        ("critical",), ("medium",),
    ]  # fmt: skip


def test_what_somebody_has_decided_or_has_is_not_drawn(town: Town) -> None:
    town.house = replace(town.house, clock=lambda: NOW)
    for number in range(3):
        town.platform.post(f"m{number}", "!disparagement", minutes_ago=60)
    town.scan()
    first, second, third = (town.queue()[f"m{number}"].flag for number in range(3))
    decisions.assign(town.house, first, ADMIN, SECOND, NOW)
    decisions.decide(town.house, second, ADMIN, Choice.ACKNOWLEDGE, NOW)
    settle(town, third, ADMIN, Choice.HIDE)
    settle(town, third, ADMIN, Choice.UNDO)
    raided(town, 12)
    assert alone(town) == {"m0", "m1", "m2"}
    assert len(together(town)) == 12


@pytest.mark.parametrize(
    "how", ["edited", "escalated", "assigned", "acknowledged", "cleared and reopened", "restricted"]
)
def test_a_flag_with_a_story_of_its_own_leaves(town: Town, how: str) -> None:
    bundle, flag = raided(town, 12), town.queue()["r003"].flag
    if how == "edited":
        town.platform.post("r003", "!hate instead", minutes_ago=60)
        town.scan()
    elif how == "assigned":
        decisions.assign(town.house, flag, ADMIN, SECOND, NOW)
    elif how == "restricted":
        with town.house.store.transaction() as session:  # as a newer detector makes it
            row = session.get_one(Flag, flag)
            row.restricted, row.version = True, row.version + 1
    else:
        pressed = {"escalated": Choice.ESCALATE, "acknowledged": Choice.ACKNOWLEDGE}.get(how, Choice.CLEAR)
        settle(town, flag, SECOND, pressed)
        if how == "cleared and reopened":
            settle(town, flag, SECOND, Choice.UNDO)
    view = shown(town, bundle)
    assert (view.waits, [title for title, _ in view.rules]) == (11, ["Insult or put-down"])
    assert bundles.pages_to_form(town.house, NOW) == ["p"]
    bundles.form(town.house, "p", NOW)
    assert bundles.pages_to_form(town.house, NOW) == []
    assert shown(town, bundle).apart == (0 if how == "restricted" else 1)  # of what is restricted nothing is said
    assert rows(town, f"SELECT bundle_id FROM flag WHERE id = '{flag}'") == [(None,)]
    assert len(together(town)) == (12 if how == "edited" else 11)  # what the new words say is part of the raid
    press(town, bundle, "hide")
    assert rows(town, f"SELECT count(*) FROM decision WHERE flag_id = '{flag}' AND kind = 'hide'") == [(0,)]


def test_a_death_while_they_are_drawn_leaves_all_as_it_was(town: Town) -> None:
    town.house = replace(town.house, clock=lambda: NOW)
    for number in range(12):
        town.platform.post(f"r{number:03}", "!disparagement", minutes_ago=60)
    town.scan()

    def dies(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("UPDATE bundle SET joined"):
            raise KeyboardInterrupt

    event.listen(town.house.store.engine, "before_cursor_execute", dies)
    with pytest.raises(KeyboardInterrupt):
        bundles.form(town.house, "p", NOW)
    event.remove(town.house.store.engine, "before_cursor_execute", dies)
    assert rows(town, "SELECT count(*) FROM bundle") == [(0,)]
    assert len(alone(town)) == 12
    ring(town, "bundle", NOW)
    ring(town, "bundle", NOW)
    assert rows(town, "SELECT kind, joined FROM bundle") == [("raid", 12)]
    assert len(together(town)) == 12


def test_a_hidden_flag_of_a_bundle_that_is_public_again_waits_by_itself(town: Town) -> None:
    bundle = raided(town, 12)
    press(town, bundle, "hide")
    town.platform.post("r003", town.platform.comments["r003"].text, minutes_ago=60 - 3 / 12)  # somebody published it
    town.scan()
    bundles.form(town.house, "p", NOW)
    assert alone(town) == {"r003"}
    assert shown(town, bundle).done == 11


@pytest.fixture
def school(town: Town) -> Town:
    """A student whose name both consents cover, and the real detector of names."""
    (town.config / "r.csv").write_text("first,last,student_id\nTobias,Wrenfield,701\nMirela,Okonjo,702\n")
    town.write_page(PAGE + "roster: r.csv\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.house = replace(town.house, moderators=lambda: [StudentNames(SETTINGS)], clock=lambda: NOW)
    return town


def give(town: Town, half: Half, until: timedelta | None = None) -> str:
    ends = NOW + until if until else None
    paper = Paper(half, ConsentKind.NAME, "Ana Wrenfield", "folder 3", NOW - 24 * HOUR, ends)
    return consents.add(town.house, "p", "Tobias Wrenfield", paper, ADMIN, NOW)


def test_first_names_alone_are_one_card_a_day(school: Town) -> None:
    rule = school.house.policy.rule("student_name")
    alone_at_low = {"when": ["first_name_only"], "severity": "low", "answer_within": "72h", "recommend": "Hide."}
    rules = (rule.model_copy(update={"levels": (Level.model_validate(alone_at_low),)}),)
    school.house = replace(school.house, policy=school.house.policy.model_copy(update={"rules": rules}))
    for number, at in enumerate((NOW, NOW + HOUR, NOW + 11 * HOUR, NOW + 13 * HOUR)):  # midnight there: NOW + 12 hours
        school.platform.post(f"n{number}", f"Tobias ran {number} miles", minutes_ago=-60 * number)
        school.platform.post(f"w{number}", f"Mirela Okonjo ran {number} miles", minutes_ago=-60 * number)
        school.scan(now=at)
        bundles.form(school.house, "p", at)
    assert rows(school, "SELECT kind, joined FROM bundle ORDER BY id") == [("names", 3), ("names", 1)]
    assert alone(school) == {"w0", "w1", "w2", "w3"}


@pytest.mark.parametrize("how", ["revoked", "over"])
def test_what_a_consent_covered_until_it_ended_is_one_bundle(school: Town, how: str) -> None:
    paper = give(school, Half.PARENT, 5 * HOUR if how == "over" else None)
    give(school, Half.PRINCIPAL)
    for number in range(4):
        school.platform.post(f"c{number}", f"Tobias Wrenfield won race {number}", minutes_ago=600 - number * 100)
    school.platform.post("other", "Mirela Okonjo won", minutes_ago=60)
    assert school.scan().flagged == 1
    later = NOW + 6 * HOUR
    if how == "revoked":
        assert consents.revoke(school.house, paper, SECOND, later) == 4
    else:
        ring(school, "reopen_uncovered", later)
    school.platform.post("late", "Tobias Wrenfield won again", minutes_ago=-400)
    school.scan(now=later + HOUR)
    bundles.form(school.house, "p", later + HOUR)
    assert together(school) == {f"c{number}" for number in range(4)}
    assert alone(school) == {"other", "late"}
    ((bundle, kind),) = rows(school, "SELECT id, kind FROM bundle")
    view = shown(school, str(bundle))
    assert (kind, view.waits, view.may_consent) == ("consent", 4, True)
    assert not any("Tobias" in sample.words or "Wrenfield" in sample.words for sample in view.samples)
    assert bundles.decide_bundle(school.house, str(bundle), ADMIN, BundleChoice.HIDE, later, within=None).done == 4


@pytest.mark.parametrize("how", ["revoked", "over", "over, from a bundle"])
def test_what_was_closed_as_covered_waits_again_on_one_card_when_the_consent_ends(school: Town, how: str) -> None:
    """Flags that were raised before the papers came, and one that was never covered by any: that one stays closed."""
    for number in range(12 if "bundle" in how else 3):
        school.platform.post(f"c{number:02}", f"Tobias Wrenfield won race {number}", minutes_ago=60 - number / 12)
    school.platform.post("other", "Mirela Okonjo won", minutes_ago=900)
    school.scan()
    bundles.form(school.house, "p", NOW)
    covered = together(school) or alone(school) - {"other"}
    principal = give(school, Half.PRINCIPAL)
    give(school, Half.PARENT, 5 * HOUR if "over" in how else None)
    if "bundle" in how:
        ((bundle,),) = rows(school, "SELECT id FROM bundle")
        press(school, str(bundle), "consent")
    for flag in school.queue().values():
        settle(school, flag.flag, ADMIN, Choice.CONSENT)
    assert school.queue() == {}
    school.platform.post("new", "Tobias Wrenfield won again", minutes_ago=50)
    assert school.scan(now=NOW + HOUR).flagged == 0

    later = NOW + 40 * 24 * HOUR
    if how == "revoked":
        assert consents.revoke(school.house, principal, SECOND, later) == len(covered) + 1
    else:
        ring(school, "reopen_uncovered", later)
    ring(school, "reopen_uncovered", later + HOUR)
    assert consents.pages_with_ended(school.house, later + 2 * HOUR) == []
    bundles.form(school.house, "p", later + HOUR)
    assert together(school) == covered | {"new"}
    assert alone(school) == set()
    assert rows(school, "SELECT kind, joined FROM bundle WHERE kind = 'consent'") == [("consent", len(covered) + 1)]
    assert rows(school, "SELECT kind, count(*) FROM decision WHERE person_id IS NULL GROUP BY kind") == [
        ("uncover", len(covered))
    ]
    ((found,),) = rows(school, "SELECT id FROM bundle WHERE kind = 'consent'")
    decided = bundles.decide_bundle(school.house, str(found), SECOND, BundleChoice.HIDE, later + HOUR, within=None)
    assert (decided.done, decided.apart) == (len(covered) + 1, 0)


def questions(town: Town, ask: Callable[[], object]) -> int:
    """How many statements something takes."""
    asked: list[object] = []
    note: Callable[..., None] = lambda *_: asked.append(1)  # noqa: E731
    event.listen(town.house.store.engine, "before_cursor_execute", note)
    ask()
    event.remove(town.house.store.engine, "before_cursor_execute", note)
    return len(asked)


def test_a_bundle_is_read_by_a_dozen_questions_however_large_it_is(town: Town) -> None:
    bundle = raided(town, 12)
    few = questions(town, lambda: shown(town, bundle))
    raided(town, 60, start=12)
    assert shown(town, bundle).waits == 72
    assert questions(town, lambda: shown(town, bundle)) == few <= 12
    assert bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.CLEAR, NOW, within=0).left == 72


def test_a_bundle_that_was_taken_apart_is_looked_after_until_its_card_says_so_and_no_longer(town: Town) -> None:
    people = town.config / "people.yaml"
    people.write_text(people.read_text().replace("{id: s,", "{id: s, discord_channel: 123456789012345678,"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.scan()
    idle = questions(town, lambda: bundles.form(town.house, "p", NOW))
    for number in range(3):
        bundle = raided(town, 12, start=12 * number)
        assert bundles.due(town.house, NOW) == [bundle]
        bundles.note_shown(town.house, shown(town, bundle), "1")
        assert bundles.due(town.house, NOW) == []
        press(town, bundle, "apart")
        assert bundles.due(town.house, NOW) == [bundle]
        bundles.note_shown(town.house, shown(town, bundle), "1")
        assert bundles.due(town.house, NOW) == []
        for flag in town.queue().values():
            settle(town, flag.flag, ADMIN, Choice.CLEAR)
    assert questions(town, lambda: bundles.form(town.house, "p", NOW)) == idle


def test_a_flag_that_is_public_again_after_the_bundles_time_waits_by_itself(town: Town) -> None:
    press(town, raided(town, 12), "hide")
    town.platform.post("r003", town.platform.comments["r003"].text, minutes_ago=60 - 3 / 12)
    later = NOW + 40 * 24 * HOUR
    town.scan(depth=Depth.ALL, now=later)
    bundles.form(town.house, "p", later)
    assert alone(town) == {"r003"}
    assert bundles.pages_to_form(town.house, later) == []
