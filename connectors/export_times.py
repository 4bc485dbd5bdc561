"""When a comment of an exported file was written: what people and platforms write, and nothing made up that is not there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import Final

from dateutil import parser as dates

_EPOCH: Final = re.compile(r"[0-9]{10}(?:[0-9]{3})?(?:\.[0-9]+)?")
"""Seconds or thousandths since 1970, from 2001 on: twelve digits are a day and a time of it, 202610051600."""

_SIGNED: Final = re.compile(r"\b(?:GMT|UTC)\s*(?=[+-]\d)")
"""`GMT-0700` is seven hours behind, as browsers write it; dateutil reads it as ahead."""

_DAY_FIRST: Final = re.compile(r"(?<![0-9./-])(?:1[3-9]|[23][0-9])([./-])[0-9]{1,2}\1(?:[0-9]{4}|[0-9]{2})(?![0-9])")
"""13/10/2026. dateutil takes this for October and 12/10/2026 for December, so that a file of such dates would be read in two ways."""

_HOURS: Final[Mapping[str, int]] = {
    "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7, "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
"""The zones that files of this country name, in hours from UTC."""

_HINT: Final = "write it like 2026-10-05 16:00 or 10/05/2026 4:00 PM"
_DEFAULTS: Final = (datetime(2000, 1, 1), datetime(2004, 2, 2))  # noqa: DTZ001  # what is not written is seen by their difference


def time_of(written: str, zone: tzinfo) -> datetime:
    """The time that is written; without a zone it is of this one.

    Raises:
        ValueError: it is none, or says too little; the message says what to write and quotes nothing.
    """
    written = written.strip()
    if _DAY_FIRST.search(written):
        raise ValueError(f"the time has its day before its month; {_HINT}")
    try:
        if _EPOCH.fullmatch(written):
            seconds = float(written)
            return datetime.fromtimestamp(seconds / 1000 if seconds > 1e11 else seconds, UTC)
        if not any(character.isdigit() for character in written):
            raise ValueError
        when, other = (dates.parse(_SIGNED.sub("", written), default=default, tzinfos=_offset) for default in _DEFAULTS)
        if when != other or when.year < 1990:  # a year, a month or a day is not written, or is none of a class page
            raise ValueError
        return (when if when.tzinfo else when.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        raise ValueError(f"the time is {'missing' if not written else 'not understood'}; {_HINT}") from None


def _offset(name: str | None, seconds: int | None) -> int | None:
    """Seconds from UTC; None: no zone is written. One that nobody knows here is not taken for the school's."""
    if seconds is None and name is not None and name not in _HOURS:
        raise ValueError
    return _HOURS[name] * 3600 if seconds is None and name is not None else seconds
