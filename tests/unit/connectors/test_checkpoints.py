"""The checkpoint of a platform that is read by time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import Author, BadConfig, Checkpoint, Comment
from connectors.checkpoints import EPOCH, moved_on, time_in

NOON = datetime(2026, 10, 5, 12, tzinfo=UTC)


def said(at: datetime) -> Comment:
    return Comment("1", Author("", "Fern"), "words", at)


@pytest.mark.parametrize("time", [None, 5, "noon", "0001-01-01T00:00:00+00:00", "9999-12-31T23:00:00-23:00"])
def test_a_time_that_no_run_has_left_is_refused(time: object) -> None:
    with pytest.raises(BadConfig, match="not one of Pond"):
        time_in(Checkpoint({"time": time}), "Pond")


def test_the_place_moves_on_and_never_back_nor_into_the_future() -> None:
    assert time_in(Checkpoint({"time": NOON.isoformat()}), "Pond") == NOON
    assert moved_on(None, said(NOON)) == NOON
    assert moved_on(NOON, said(NOON - timedelta(days=1))) == NOON
    assert moved_on(None, said(datetime(1901, 1, 1, tzinfo=UTC))) == EPOCH
    assert NOON < moved_on(NOON, said(datetime(2097, 1, 1, tzinfo=UTC))) <= datetime.now(UTC)
