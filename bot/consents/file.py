"""Consents from a CSV file: all of its lines are recorded, or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

from bot.consents import story
from bot.consents.story import BadConsent, Paper
from bot.domain.consent import ConsentKind, Half
from bot.domain.errors import Advice
from bot.house import House

_COLUMNS = ("page", "student", "kind", "from", "given_by", "paper", "since", "until", "all_pages")
_REQUIRED = _COLUMNS[:6]
_LARGEST = 5 * 1024 * 1024
_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})


def import_file(house: House, file: Path, email: str, now: datetime) -> int:
    """Record every line; how many.

    Raises:
        BadConsent: the file or some of its lines are wrong, each named by its number; nothing was recorded.
        NotYours, NoSuchPerson: see `consents.add`.
    """
    read: list[tuple[str, str, Paper]] = []
    problems: list[str] = []
    for number, row in _rows(file):
        try:
            page = row["page"].strip()
            zone = story.zone_of(house, page)
            ends = [_day(row.get(name) or "", name) for name in ("since", "until")]
            all_pages = _flag(row.get("all_pages") or "")
            paper = one(row, ends[0], ends[1], zone, now, all_pages=all_pages)
            story.check(house, page, row["student"], paper, email, now)
            read.append((page, row["student"], paper))
        except Advice as wrong:
            problems.append(f"{file}:{number}: {wrong}")
    if problems:
        raise BadConsent("\n".join([*problems[:20], f"{len(problems)} lines are wrong; nothing was recorded"]))
    for page, student, paper in read:
        story.add(house, page, student, paper, email, now)
    return len(read)


def one(
    said: Mapping[str, str],
    since: date | None,
    until: date | None,
    zone: ZoneInfo,
    now: datetime,
    *,
    all_pages: bool,
) -> Paper:
    """One paper from its words. Days are those of the school's time zone.

    Raises:
        BadConsent: kind or half is none that there is.
    """
    kind, half = said["kind"].strip().lower(), said["from"].strip().lower()
    if kind not in set(ConsentKind):
        raise BadConsent(f"no kind {kind!r}: say {', '.join(ConsentKind)}")
    if half not in set(Half):
        raise BadConsent(f"no half {half!r}: it comes from the {' or the '.join(Half)}")
    begins = datetime.combine(since, time.min, zone).astimezone(UTC) if since else now
    ends = datetime.combine(until, time.min, zone).astimezone(UTC) if until else None
    return Paper(
        Half(half), ConsentKind(kind), said["given_by"].strip(), said["paper"].strip(), begins, ends, all_pages
    )


def _rows(file: Path) -> list[tuple[int, dict[str, str]]]:
    try:
        if file.stat().st_size > _LARGEST:
            raise BadConsent(f"{file}: larger than {_LARGEST // 2**20} MB; that is no list of consents")
        text = file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise BadConsent(f"{file}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise BadConsent(f"{file}: is not UTF-8; save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text), restval="")
    header = [name.strip().lower() for name in reader.fieldnames or ()]
    if missing := [name for name in _REQUIRED if name not in header]:
        raise BadConsent(f"{file}: the column {missing[0]} is missing; the first line reads {','.join(_COLUMNS)}")
    reader.fieldnames = header
    return [(reader.line_num, row) for row in reader if any(str(value or "").strip() for value in row.values())]


def _day(written: str, name: str) -> date | None:
    if not written.strip():
        return None
    try:
        return date.fromisoformat(written.strip())
    except ValueError:
        raise BadConsent(f"{name}: write the day as 2026-11-25") from None


def _flag(written: str) -> bool:
    word = written.strip().lower()
    if word not in _YES | _NO:
        raise BadConsent("all_pages: write yes or no")
    return word in _YES
