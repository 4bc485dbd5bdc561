"""Minutes of service in seconds, and the rules by which `make soak` judges."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.bench.school import scratch
from tests.soak.ledger import ZONE, Judged, slots_of
from tests.soak.moved import library
from tests.soak.scenario import Scenario, live_through, make_life
from tests.soak.watch import growth_of

START = datetime(2026, 10, 31, 20, 0, tzinfo=ZONE)


@pytest.mark.slow
def test_an_hour_of_service_misses_and_doubles_nothing() -> None:
    library()  # where there is no libfaketime the test fails: asked for by hand, it must not look as if it had passed
    scenario = Scenario("an hour", datetime(2026, 11, 1, 5, 40, tzinfo=ZONE), 1.0, 60)
    with scratch() as folder:
        found = live_through(scenario, make_life(scenario, folder / "school", None), None)
    assert [words for well, words in found.work if not well] == []


def test_the_day_of_25_hours_has_its_morning_once() -> None:
    day = slots_of("daily at 06:00", START, START.astimezone(UTC) + timedelta(hours=25.5))
    assert day == [datetime(2026, 11, 1, 14, 0, tzinfo=UTC)]
    assert len(slots_of("every 15 minutes", START, START.astimezone(UTC) + timedelta(hours=25))) == 100


def test_a_missed_slot_a_doubled_one_and_a_run_too_early_are_seen() -> None:
    slots = [datetime(2026, 11, 1, hour, tzinfo=UTC) for hour in (1, 2, 3, 4)]
    end, minute = slots[2], timedelta(minutes=1)
    on_time = [slot + minute for slot in slots]
    assert Judged.of(slots, on_time, end) == Judged(3, (), (), minute)
    assert Judged.of(slots, on_time[:2], end).missed == (slots[2],)
    assert Judged.of(slots, sorted([*on_time, slots[1] + 2 * minute]), end).too_many == (slots[1] + 2 * minute,)
    assert Judged.of(slots, [slots[0] - minute, *on_time], end).too_many == (slots[0] - minute,)


def test_memory_that_only_warms_up_is_flat_and_memory_that_leaks_is_not() -> None:
    assert growth_of([50, 80, 100, *[101.0] * 9]) == pytest.approx(0)
    assert growth_of([float(n) for n in range(100)]) == pytest.approx(49)
