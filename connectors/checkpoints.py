"""The checkpoint of a platform that is read by time: the time behind which to read on."""

from __future__ import annotations

from datetime import UTC, datetime

from connectors.base import BadConfig, Checkpoint, Comment

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def time_in(since: Checkpoint, platform: str) -> datetime:
    """The time in a checkpoint. Raises `BadConfig("checkpoint", ...)` where it has none that `moved_on` gives."""
    try:
        time = datetime.fromisoformat(str(since.value.get("time"))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise not_one_of(platform) from None
    if time < EPOCH:
        raise not_one_of(platform)
    return time


def not_one_of(platform: str) -> BadConfig:
    """The error of a checkpoint that another connector has made."""
    return BadConfig("checkpoint", f"is not one of {platform}; read the page from the beginning")


def moved_on(newest: datetime | None, last: Comment) -> datetime:
    """The time behind a batch. A comment dated in the future must not hide what is posted until then."""
    return max(newest or EPOCH, min(last.created, datetime.now(UTC)))
