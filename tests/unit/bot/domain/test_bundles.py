"""Which flags become a bundle: a raid, what a consent's end uncovers, first names of a day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.bundle_presses import BundleChoice, Decided, Member, Pressed, Stand, stand_of
from bot.domain.bundles import BundleRules, Draw, Free, Kind, Standing, draws
from bot.domain.review import FlagState, Outcome

NOW = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)
RULES, ZONE = BundleRules(), ZoneInfo("America/Los_Angeles")
MINUTE = timedelta(minutes=1)


def posted(*minutes: float, opened: datetime = NOW) -> list[Free]:
    """Flags on comments that were posted in these minutes, all found by one scan."""
    return [Free(f"f{number:03}", NOW + minute * MINUTE, opened) for number, minute in enumerate(minutes)]


def found(free: list[Free], *standing: Standing) -> list[tuple[str, int, str | None]]:
    """What is drawn: kind, how many, into which bundle."""
    return [(draw.kind, len(draw.flags), draw.bundle) for draw in draws(free, standing, RULES, ZONE)]


def raid(last: float, *, takes_more: bool = True) -> Standing:
    return Standing("b", Kind.RAID, takes_more, NOW, NOW, NOW + last * MINUTE)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([0] * 9, []),
        ([0] * 10, [("raid", 10, None)]),
        ([n * 10 / 9 for n in range(10)], [("raid", 10, None)]),  # ten within ten minutes
        ([n * 1.2 for n in range(10)], []),  # within eleven
        ([*range(11), 40, 70, 101], [("raid", 13, None)]),  # what follows within half an hour of the last belongs to it
        ([-1, *[0] * 10], [("raid", 11, None)]),
        ([-11, *[0] * 10], [("raid", 10, None)]),  # one that came before is by itself
        ([*[0] * 10, *[100] * 10], [("raid", 10, None), ("raid", 10, None)]),
    ],
)
def test_a_raid_is_many_comments_in_a_short_time(minutes: list[float], expected: list[object]) -> None:
    assert found(posted(*minutes)) == expected


def test_a_day_of_ordinary_flags_that_one_scan_has_found_is_no_raid() -> None:
    assert found(posted(*(n * 30 for n in range(48)))) == []


def test_a_raid_that_lasts_takes_more_and_one_that_is_over_does_not() -> None:
    assert found(posted(5, 34, 60), raid(5)) == [("raid", 3, "b")]
    assert found(posted(36), raid(5)) == []
    assert found(posted(-1), raid(5)) == []


def test_a_raid_that_was_decided_goes_on_in_a_new_bundle_from_two_on() -> None:
    assert found(posted(6), raid(5, takes_more=False)) == []
    assert found(posted(6, 7), raid(5, takes_more=False)) == [("raid", 2, None)]


def test_what_a_consents_end_uncovers_is_one_bundle_a_moment_and_no_raid() -> None:
    ended = [Free(f"c{n}", NOW, NOW + (n // 6) * MINUTE, uncovered=True) for n in range(12)]
    assert found(ended) == [("consent", 6, None), ("consent", 6, None)]
    assert found(ended[:1]) == []
    known = Standing("b", Kind.CONSENT, True, NOW, NOW, NOW)
    assert found(ended[:1], known) == [("consent", 1, "b")]


def test_first_names_are_one_bundle_a_day_by_the_schools_own_calendar() -> None:
    names = [Free(f"n{hour}", NOW, NOW + timedelta(hours=hour), first_name=True) for hour in (0, 11, 12, 13)]
    assert found(names) == [("names", 2, None), ("names", 2, None)]  # midnight in Los Angeles is at 8 in UTC
    known = Standing("b", Kind.NAMES, True, NOW - timedelta(hours=11), NOW, NOW)
    assert found(names, known) == [("names", 2, "b"), ("names", 2, None)]


@given(st.lists(st.tuples(st.integers(0, 200), st.booleans(), st.booleans()), max_size=60))
def test_no_flag_is_drawn_twice_and_none_is_invented(made: list[tuple[int, bool, bool]]) -> None:
    free = [Free(f"f{n:03}", NOW + m * MINUTE, NOW, name, ended) for n, (m, name, ended) in enumerate(made)]
    drawn: list[Draw] = draws(free, [raid(30), raid(60, takes_more=False)], RULES, ZONE)
    flags = [flag for draw in drawn for flag in draw.flags]
    assert len(flags) == len(set(flags))
    assert set(flags) <= {f.flag for f in free}


HIDDEN = Pressed(BundleChoice.HIDE, "me", NOW)
UNDONE = Pressed(BundleChoice.UNDO, "me", NOW, "you", NOW + MINUTE)
OURS, BACK = Decided("hide", "me", NOW), Decided("undo", "you", NOW + MINUTE)


@pytest.mark.parametrize(
    ("state", "outcome", "last", "pressed", "expected"),
    [
        ("open", None, None, Pressed(), Stand.WAITS),
        ("open", None, None, HIDDEN, Stand.WAITS),  # the press has not come to it yet
        ("closed", "upheld", OURS, HIDDEN, Stand.DONE),
        ("closed", "upheld", OURS, UNDONE, Stand.DONE),  # it is still to be taken back
        ("open", None, BACK, UNDONE, Stand.WAITS),
        ("closed", "cleared", Decided("clear", "you", NOW), HIDDEN, Stand.LEAVES),
        ("open", None, Decided("undo", "me", NOW), HIDDEN, Stand.LEAVES),  # somebody took back this one alone
        ("open", None, OURS, HIDDEN, Stand.LEAVES),  # the platform shows it again
        ("escalated", None, Decided("escalate", "you", NOW), Pressed(), Stand.LEAVES),
        ("appealed", "upheld", Decided("appeal", "you", NOW), HIDDEN, Stand.LEAVES),
        ("closed", "superseded", None, Pressed(), Stand.LEAVES),
        ("closed", "superseded", OURS, HIDDEN, Stand.LEAVES),
    ],
)
def test_what_anybody_else_does_to_a_flag_makes_it_leave(
    state: FlagState, outcome: Outcome | None, last: Decided | None, pressed: Pressed, expected: Stand
) -> None:
    member = Member(FlagState(state), Outcome(outcome) if outcome else None, by_itself=False, last=last)
    assert stand_of(member, pressed) is expected
    assert stand_of(Member(member.state, member.outcome, by_itself=True, last=last), pressed) is Stand.LEAVES
