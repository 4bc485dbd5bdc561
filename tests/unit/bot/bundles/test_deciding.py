"""A bundle is decided by one press and taken back by one, flag by flag: the platform's state is the witness, on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event

from bot import bundles, decisions
from bot.bundles import NoSuchBundle
from bot.domain.bundle_presses import BundleChoice
from bot.domain.review import CannotBe, Choice
from bot.domain.rights import NotYours
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town, ring, rows, settle
from tests.unit.bot.bundles.raids import alone, hidden, press, raided, shown, together

ALL = {f"r{number:03}" for number in range(40)}


def test_one_press_hides_all_and_one_brings_all_back(town: Town) -> None:
    bundle = raided(town)
    decided = press(town, bundle, "hide")
    assert (decided.won, decided.done, decided.left, decided.apart, decided.before) == (True, 40, 0, 0, 0)
    assert hidden(town) == ALL
    assert rows(town, "SELECT kind, count(*), count(DISTINCT flag_id) FROM decision GROUP BY kind") == [
        ("hide", 40, 40)
    ]
    assert rows(town, "SELECT count(*) FROM action WHERE evidence_id IS NOT NULL AND state = 'done'") == [(40,)]
    view = shown(town, bundle)
    assert (view.waits, view.done, view.by, view.platform) == (0, 40, "Dana Reyes", (("hidden", 40),))
    undone = press(town, bundle, "undo", SECOND)
    assert (undone.won, undone.done) == (True, 40)
    assert hidden(town) == set()
    assert together(town) == ALL
    assert press(town, bundle, "clear").done == 40
    assert rows(town, "SELECT outcome, count(*) FROM flag GROUP BY outcome") == [("cleared", 40)]


def test_whoever_presses_second_is_told(town: Town) -> None:
    bundle = raided(town, 12)
    press(town, bundle, "hide")
    second = press(town, bundle, "clear", SECOND)
    assert (second.won, second.choice, second.by) == (False, BundleChoice.HIDE, ADMIN)
    assert len(hidden(town)) == 12
    press(town, bundle, "undo", SECOND)
    again = press(town, bundle, "undo")
    assert (again.won, again.choice, again.by) == (False, BundleChoice.UNDO, SECOND)
    assert rows(town, "SELECT count(*) FROM decision WHERE kind = 'undo'") == [(12,)]


def test_what_somebody_else_has_decided_meanwhile_is_left_counted_and_told(town: Town) -> None:
    bundle = raided(town)
    for comment in ("r003", "r004", "r005"):
        settle(town, town.queue()[comment].flag, SECOND, Choice.CLEAR)
    decided = press(town, bundle, "hide", seen=40)
    assert (decided.done, decided.before) == (37, 3)
    assert hidden(town) == ALL - {"r003", "r004", "r005"}
    settle(town, _flag(town, "r006"), SECOND, Choice.UNDO)
    assert press(town, bundle, "undo").done == 36
    assert hidden(town) == set()
    assert rows(town, "SELECT count(*) FROM flag WHERE outcome = 'cleared'") == [(3,)]
    assert alone(town) == {"r006"}


def test_a_flag_about_the_presser_stays_out_and_waits_by_itself(town: Town) -> None:
    town.platform.post("r1", "!disparagement Dana Reyes is nasty", minutes_ago=60)
    bundle = raided(town, 12)
    decided = press(town, bundle, "hide")
    assert (decided.done, decided.apart) == (12, 1)
    assert town.platform.comments["r1"].state == "visible"
    assert alone(town) == {"r1"}
    bundles.form(town.house, "p", NOW)
    assert alone(town) == {"r1"}
    assert settle(town, town.queue()["r1"].flag, SECOND, Choice.HIDE).won


def test_whoever_may_decide_none_of_them_takes_nothing_to_pieces(town: Town) -> None:
    bundle = raided(town, 12, "!disparagement Dana Reyes")
    for who in (ADMIN, TEACHER):  # about the one, on the other's page
        with pytest.raises(NotYours):
            press(town, bundle, "hide", who)
    assert len(together(town)) == 12
    assert press(town, bundle, "hide", SUPERVISOR).done == 12


def test_what_joined_after_it_was_shown_is_not_decided_by_the_press(town: Town) -> None:
    bundle = raided(town, 12)
    raided(town, 3, start=12)
    assert shown(town, bundle).joined == 15
    decided = press(town, bundle, "hide", seen=12)
    assert (decided.done, decided.before) == (12, 0)
    bundles.form(town.house, "p", NOW)
    assert together(town) == {"r012", "r013", "r014"}
    assert rows(town, f"SELECT count(*) FROM flag WHERE bundle_id = '{bundle}' AND state = 'open'") == [(0,)]
    assert hidden(town) == {f"r{number:03}" for number in range(12)}


@pytest.mark.parametrize("again", ["press", "ring"])
def test_a_death_between_two_decisions_loses_none_and_doubles_none(town: Town, again: str) -> None:
    bundle, decided = raided(town), []

    def dies(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT INTO decision"):
            decided.append(statement)
            if len(decided) == 18:
                raise KeyboardInterrupt

    event.listen(town.house.store.engine, "before_cursor_execute", dies)
    with pytest.raises(KeyboardInterrupt):
        press(town, bundle, "hide")
    event.remove(town.house.store.engine, "before_cursor_execute", dies)
    assert rows(town, "SELECT count(*) FROM decision") == [(17,)]
    if again == "press":
        finished = press(town, bundle, "hide", SECOND)
        assert (finished.won, finished.by, finished.done) == (False, ADMIN, 40)
    else:
        ring(town, "bundle", NOW + timedelta(minutes=1))
        ring(town, "carry_out", NOW + timedelta(minutes=1))
    assert hidden(town) == ALL
    assert rows(town, "SELECT count(*), count(DISTINCT flag_id), count(DISTINCT person_id) FROM decision") == [
        (40, 40, 1)
    ]
    assert rows(town, "SELECT count(*), count(DISTINCT flag_id) FROM action") == [(40, 40)]


def test_a_press_is_answered_before_all_is_decided_and_the_ring_does_the_rest(town: Town) -> None:
    bundle = raided(town)
    decided = bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.HIDE, NOW, within=0)
    assert (decided.won, decided.done, decided.left) == (True, 0, 40)
    ring(town, "bundle", NOW)
    ring(town, "carry_out", NOW)
    assert hidden(town) == ALL


def test_undo_in_the_middle_of_it_takes_back_what_was_done_and_stops_the_rest(town: Town) -> None:
    bundle = raided(town, 12)
    bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.HIDE, NOW, within=0)
    flag = decisions.decide(town.house, _flag(town, "r003"), ADMIN, Choice.HIDE, NOW)
    assert flag.won
    press(town, bundle, "undo", SECOND)
    assert hidden(town) == set()
    assert len(together(town)) == 12


def test_one_by_one_each_has_a_card_of_its_own_and_none_is_drawn_again(town: Town) -> None:
    bundle = raided(town, 12)
    assert press(town, bundle, "apart").won
    bundles.form(town.house, "p", NOW)
    assert len(alone(town)) == 12
    with pytest.raises(NotYours, match="one by one"):
        press(town, bundle, "hide")


def test_consent_covers_all_where_every_rule_allows_it(town: Town) -> None:
    insults = raided(town, 12)
    with pytest.raises(CannotBe):
        press(town, insults, "consent")
    press(town, insults, "hide")
    for number in range(10):
        town.platform.post(f"n{number}", f"!student_name {number}", minutes_ago=5)
    town.scan()
    bundles.form(town.house, "p", NOW)
    ((names,),) = rows(town, f"SELECT id FROM bundle WHERE id <> '{insults}'")
    assert shown(town, str(names)).may_consent
    assert press(town, str(names), "consent").done == 10
    assert rows(town, "SELECT count(*) FROM flag WHERE outcome = 'consented'") == [(10,)]


def test_after_thirty_days_nothing_is_taken_back(town: Town) -> None:
    bundle = raided(town, 12)
    press(town, bundle, "hide")
    with pytest.raises(CannotBe, match="30 days"):
        bundles.decide_bundle(town.house, bundle, ADMIN, BundleChoice.UNDO, NOW + timedelta(days=31))
    assert (shown(town, bundle).done, len(hidden(town))) == (12, 12)


def test_nothing_is_taken_back_where_nothing_was_decided(town: Town) -> None:
    with pytest.raises(CannotBe):
        press(town, raided(town, 12), "undo")
    with pytest.raises(NoSuchBundle):
        press(town, "ffffffff", "hide")


def _flag(town: Town, comment: str) -> str:
    """The flag of a comment, also where it is closed."""
    number = int(comment[1:])
    return str(
        rows(town, "SELECT f.id FROM flag f JOIN comment c ON c.id = f.comment_id ORDER BY c.created, c.id")[number][0]
    )
