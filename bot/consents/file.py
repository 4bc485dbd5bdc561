"""Consents from a CSV file: all of its lines are recorded, or none."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

from bot.consents.recording import BadConsent, Keeper, Paper, lasting
from bot.domain.consent import ConsentKind, Half
from bot.domain.errors import Advice
from bot.house import House

_COLUMNS = ("page", "student", "kind", "from", "given_by", "paper", "since", "until", "all_pages")
_REQUIRED = _COLUMNS[:6]
_LARGEST = 5 * 1024 * 1024
_YES, _NO = frozenset({"yes", "true", "1", "x"}), frozenset({"", "no", "false", "0"})


def import_file(house: House, file: Path, email: str, now: datetime) -> int:
    """Record every line, in one step of the database; how many.

    Raises:
        BadConsent: the file or some of its lines are wrong, each named by its number; nothing was recorded.
        NoSuchPerson: nobody has this address.
    """
    lines, problems = _rows(file), []
    with house.store.transaction() as session:
        keeper = Keeper(session, house.store.vault, email, now)
        for number, row in lines:
            try:
                _record(keeper, row, now)
            except Advice as wrong:
                problems.append(f"{file}:{number}: {wrong}")
        if problems:  # raised in here, so that nothing of the file stays
            raise BadConsent("\n".join([*problems[:20], f"{len(problems)} lines are wrong; nothing was recorded"]))
    return len(lines)


def add_line(house: House, said: Mapping[str, str], email: str, now: datetime) -> str:
    """Record one consent, said as a line of such a file: a text for each of its columns, empty where nothing is said. Its id.

    Raises:
        BadConsent, NoSuchPage, NoSuchPerson, NoSuchStudent, NotYours: as their names say.
    """
    with house.store.transaction() as session:
        return _record(Keeper(session, house.store.vault, email, now), said, now)


def _record(keeper: Keeper, said: Mapping[str, str], now: datetime) -> str:
    page = said["page"].strip()
    since, until = (_day(said.get(name) or "", name) for name in ("since", "until"))
    begins, ends = lasting(since, until, keeper.page(page)[1], now)
    return keeper.record(page, said["student"], _paper(said, begins, ends))


def _paper(said: Mapping[str, str], begins: datetime, ends: datetime | None) -> Paper:
    kind, half = said["kind"].strip().lower(), said["from"].strip().lower()
    if kind not in set(ConsentKind):
        raise BadConsent(f"no kind {kind!r}: say {', '.join(ConsentKind)}")
    if half not in set(Half):
        raise BadConsent(f"no half {half!r}: it comes from the {' or the '.join(Half)}")
    giver, paper, all_pages = said["given_by"].strip(), said["paper"].strip(), _flag(said.get("all_pages") or "")
    return Paper(Half(half), ConsentKind(kind), giver, paper, begins, ends, all_pages)


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
