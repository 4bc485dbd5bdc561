from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.domain.consent import Consent, ConsentKind, Cover, Half, covered, key_of
from moderators.base import Student

NOW = datetime(2026, 11, 25, tzinfo=UTC)
DAY = timedelta(days=1)


def half(
    half: Half, *, page: str | None = "p", until: int | None = None, since: int = -9, revoked: int | None = None
) -> Consent:
    def day(number: int | None) -> datetime | None:
        return None if number is None else NOW + number * DAY

    return Consent(half, ConsentKind.NAME, page, NOW + since * DAY, day(until), day(revoked))


PARENT, PRINCIPAL = half(Half.PARENT), half(Half.PRINCIPAL)


def test_one_half_alone_changes_nothing() -> None:
    for given in ([], [PARENT], [PARENT, PARENT], [PRINCIPAL]):
        assert covered(given, ConsentKind.NAME, "p", NOW) is None
    assert covered([PARENT, PRINCIPAL], ConsentKind.NAME, "p", NOW) == Cover(None)


@pytest.mark.parametrize(
    ("other", "holds"),
    [
        (half(Half.PRINCIPAL, page=None), True),
        (half(Half.PRINCIPAL, page="q"), False),
        (half(Half.PRINCIPAL, since=0), True),
        (half(Half.PRINCIPAL, since=1), False),
        (half(Half.PRINCIPAL, until=0), False),
        (half(Half.PRINCIPAL, until=1), True),
        (half(Half.PRINCIPAL, revoked=0), False),
    ],
)
def test_where_and_when_a_half_holds(other: Consent, holds: bool) -> None:
    assert (covered([PARENT, other], ConsentKind.NAME, "p", NOW) is not None) is holds
    assert covered([PARENT, other], ConsentKind.PHOTO, "p", NOW) is None


def test_the_cover_ends_with_the_half_that_ends_first_and_of_one_half_the_last_paper_counts() -> None:
    given = [half(Half.PARENT, until=3), half(Half.PARENT, until=8), half(Half.PRINCIPAL, until=20)]
    assert covered(given, ConsentKind.NAME, "p", NOW) == Cover(NOW + 8 * DAY)
    assert covered([*given, PARENT], ConsentKind.NAME, "p", NOW) == Cover(NOW + 20 * DAY)


def test_a_student_is_known_by_number_in_the_school_and_by_name_on_one_page() -> None:
    numbered, named = Student("7", "Noë", "Díaz", student_number="7"), Student("line-2", "Noë", "Díaz")
    assert key_of(numbered, "s", "p") == key_of(numbered, "s", "q") != key_of(numbered, "t", "p")
    assert key_of(named, "s", "p") == key_of(Student("line-9", "noe", "DIAZ"), "s", "p") != key_of(named, "s", "q")
