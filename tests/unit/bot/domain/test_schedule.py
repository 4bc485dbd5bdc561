from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import Depth, LedgerEntry, Schedule, depth_of_next_run, is_due

LA = ZoneInfo("America/Los_Angeles")
NOON = datetime(2026, 11, 25, 20, 0, tzinfo=UTC)  # noon in Los Angeles
DAILY = Schedule.parse("daily at 06:00")


def ran(started: datetime, *, done: bool = True, depth: Depth = Depth.RECENT) -> LedgerEntry:
    return LedgerEntry(started, done, depth)


@pytest.mark.parametrize(
    "written",
    ["daily at 06:00", "  Daily  at 23:59", "every 15 minutes", "every 2 hours", "every 24 hours", "every 1 day"],
)
def test_a_readable_schedule_is_read(written: str) -> None:
    assert Schedule.parse(written).written == " ".join(written.split()).lower()


@pytest.mark.parametrize(
    "written",
    [
        "",
        "daily",
        "daily at 24:00",
        "daily at 6:00",
        "daily at 06:60",
        "every hour",
        "every 0 minutes",
        "every 25 hours",
        "every 3 days",
        "weekly",
        "* * * * *",
    ],
)
def test_anything_else_is_refused_with_the_form_to_write(written: str) -> None:
    with pytest.raises(ValueError, match=r"daily"):
        Schedule.parse(written)


def test_the_daily_slot_is_in_the_schools_time() -> None:
    assert DAILY.last_slot(NOON, LA) == datetime(2026, 11, 25, 14, 0, tzinfo=UTC)
    before_six = datetime(2026, 11, 25, 13, 59, tzinfo=UTC)
    assert DAILY.last_slot(before_six, LA) == datetime(2026, 11, 24, 14, 0, tzinfo=UTC)


def test_a_day_with_the_clocks_changed_has_its_slot_once() -> None:
    spring = datetime(2026, 3, 8, 20, 0, tzinfo=UTC)
    assert DAILY.last_slot(spring, LA) == datetime(2026, 3, 8, 13, 0, tzinfo=UTC)
    autumn = datetime(2026, 11, 1, 20, 0, tzinfo=UTC)
    assert DAILY.last_slot(autumn, LA) == datetime(2026, 11, 1, 14, 0, tzinfo=UTC)


def test_a_page_that_never_ran_is_due() -> None:
    assert is_due(DAILY, LA, [], NOON)


def test_a_page_that_ran_in_its_slot_is_not_due_until_the_next() -> None:
    ledger = [ran(NOON - timedelta(hours=1))]
    assert not is_due(DAILY, LA, ledger, NOON)
    assert is_due(DAILY, LA, ledger, NOON + timedelta(days=1))


def test_after_a_long_pause_a_page_is_made_up_exactly_once() -> None:
    ledger = [ran(NOON - timedelta(days=9))]
    assert is_due(DAILY, LA, ledger, NOON)
    ledger.append(ran(NOON))
    assert not is_due(DAILY, LA, ledger, NOON + timedelta(minutes=1))


def test_a_failed_run_is_tried_again_at_growing_distances() -> None:
    slot = DAILY.last_slot(NOON, LA)
    ledger = [ran(slot, done=False)]
    assert not is_due(DAILY, LA, ledger, slot + timedelta(minutes=4))
    assert is_due(DAILY, LA, ledger, slot + timedelta(minutes=5))
    ledger.append(ran(slot + timedelta(minutes=5), done=False))
    assert not is_due(DAILY, LA, ledger, slot + timedelta(minutes=14))
    assert is_due(DAILY, LA, ledger, slot + timedelta(minutes=15))


def test_many_failures_wait_an_hour_and_not_longer() -> None:
    slot = DAILY.last_slot(NOON, LA)
    ledger = [ran(slot, done=False)] * 20
    assert not is_due(DAILY, LA, ledger, slot + timedelta(minutes=59))
    assert is_due(DAILY, LA, ledger, slot + timedelta(hours=1))


def test_a_ledger_from_a_clock_that_was_ahead_proves_nothing() -> None:
    assert is_due(DAILY, LA, [ran(NOON + timedelta(days=400))], NOON)


def test_every_two_hours_is_due_every_two_hours() -> None:
    schedule = Schedule.parse("every 2 hours")
    ledger = [ran(NOON + timedelta(minutes=1))]
    assert not is_due(schedule, LA, ledger, NOON + timedelta(minutes=119))
    assert is_due(schedule, LA, ledger, NOON + timedelta(minutes=120))


@pytest.mark.parametrize(
    ("ledger", "expected"),
    [
        ([], Depth.ALL),
        ([ran(NOON, done=False, depth=Depth.ALL)], Depth.ALL),
        ([ran(NOON - timedelta(days=8), depth=Depth.ALL), ran(NOON - timedelta(hours=1))], Depth.ALL),
        ([ran(NOON - timedelta(days=2), depth=Depth.ALL)], Depth.RECENT),
        (
            [ran(NOON - timedelta(days=2), depth=Depth.ALL), ran(NOON - timedelta(hours=1), depth=Depth.NEW)],
            Depth.RECENT,
        ),
        ([ran(NOON - timedelta(days=2), depth=Depth.ALL), ran(NOON - timedelta(hours=1))], Depth.NEW),
        ([ran(NOON - timedelta(hours=3), depth=Depth.ALL)], Depth.NEW),
        ([ran(NOON + timedelta(days=30), depth=Depth.ALL)], Depth.ALL),
    ],
)
def test_how_far_the_next_run_reads(ledger: list[LedgerEntry], expected: Depth) -> None:
    assert depth_of_next_run(ledger, NOON, "another day's") is expected


def test_pages_that_were_added_together_do_not_all_read_everything_on_the_same_day() -> None:
    pages = [f"room-{number}" for number in range(70)]
    ledgers = {page: [ran(NOON, depth=Depth.ALL)] for page in pages}
    days: list[list[str]] = []
    for day in range(1, 15):
        now = NOON + timedelta(days=day)
        days.append([page for page in pages if depth_of_next_run(ledgers[page], now, page) is Depth.ALL])
        for page in pages:
            ledgers[page].append(ran(now, depth=Depth.ALL if page in days[-1] else Depth.RECENT))
    assert max(map(len, days)) < len(pages) / 3
    assert [sum(page in each for each in week) for week in (days[:7], days[7:]) for page in pages] == [1] * 2 * len(
        pages
    )


def test_a_platform_that_asks_to_wait_is_not_asked_before() -> None:
    slot = DAILY.last_slot(NOON, LA)
    ledger = [LedgerEntry(slot, False, Depth.NEW, retry_at=slot + timedelta(hours=2))]
    assert not is_due(DAILY, LA, ledger, slot + timedelta(minutes=119))
    assert is_due(DAILY, LA, ledger, slot + timedelta(minutes=120))


def test_no_platform_can_ask_to_wait_longer_than_a_day() -> None:
    slot = DAILY.last_slot(NOON, LA)
    ledger = [LedgerEntry(slot, False, Depth.NEW, retry_at=slot + timedelta(days=9))]
    assert not is_due(DAILY, LA, ledger, slot + timedelta(hours=23, minutes=59))
    assert is_due(DAILY, LA, ledger, slot + timedelta(days=1))


def test_a_wish_to_wait_outlives_the_next_slot() -> None:
    often = Schedule.parse("every 15 minutes")
    ledger = [LedgerEntry(NOON, False, Depth.NEW, retry_at=NOON + timedelta(hours=2))]
    rings = [NOON + timedelta(minutes=m) for m in range(1, 121)]
    assert [ring for ring in rings if is_due(often, LA, ledger, ring)] == [NOON + timedelta(hours=2)]


def test_what_failed_before_the_last_success_is_forgotten() -> None:
    often = Schedule.parse("every 15 minutes")
    ledger = [ran(NOON - timedelta(minutes=30), done=False), ran(NOON - timedelta(minutes=20))]
    assert is_due(often, LA, ledger, NOON)


@pytest.mark.parametrize(
    "day", [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)]
)
@pytest.mark.parametrize("written", ["daily at 01:30", "daily at 02:30", "daily at 00:00", "daily at 23:59"])
def test_a_daily_page_is_read_once_on_every_day_also_when_the_clocks_change(day: datetime, written: str) -> None:
    schedule, ledger = Schedule.parse(written), [ran(day - timedelta(days=1, hours=-7))]
    runs = 0
    for minute in range(0, 48 * 60, 1):
        now = day + timedelta(hours=8, minutes=minute)
        assert schedule.last_slot(now, LA) <= now
        if is_due(schedule, LA, ledger[-3:], now):
            ledger.append(ran(now))
            runs += 1
    assert 2 <= runs <= 3
