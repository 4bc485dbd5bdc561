"""The school of `tests.houses` with a second one beside it, from which a substitute may come."""

from __future__ import annotations

from datetime import UTC, date, datetime

from bot import pages, people
from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER, Town

COLE, CONTACT = "cole@other.example", "ito@district.example"

_PEOPLE = f"""
sites:
  - {{id: s, title: School, time_zone: America/Los_Angeles, supervisor: {SUPERVISOR}SITE}}
  - {{id: t, title: Another, time_zone: America/Los_Angeles}}
people:
  - {{email: {ADMIN}, name: Dana Reyes, roles: [administrator], sites: [s]ADMIN}}
  - {{email: {SECOND}, name: Maja Lind, roles: [administrator], sites: [s]}}
  - {{email: {SUPERVISOR}, name: Ngozi Okafor, roles: [supervisor], sites: [s]}}
  - {{email: {TEACHER}, name: Inez Alva, roles: [teacher, administrator], sites: [s]}}
  - {{email: {COLE}, name: Nia Cole, roles: [administrator], sites: [t]}}
  - {{email: {CONTACT}, name: Ken Ito, roles: [supervisor], sites: [s]}}
"""


def found_two(town: Town, site: str = "", admin: str = "", *, without: str = "") -> pages.Applied:
    """Apply `people.yaml` with these further keys of the school and of its first administrator, and without one person's line.

    The district's contact works there where `site` names them.
    """
    text = _PEOPLE.replace("SITE", site and f", {site}").replace("ADMIN", admin and f", {admin}")
    gone = [email for email in (without, CONTACT if CONTACT not in site else "") if email]
    kept = [line for line in text.splitlines() if not any(f"email: {email}" in line for email in gone)]
    (town.config / "people.yaml").write_text("\n".join(kept))
    return pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def at(local: str) -> datetime:
    """A time of the school's clock in November 2026, such as `27 08:30`, in UTC."""
    return datetime.fromisoformat(f"2026-11-{local}:00-08:00").astimezone(UTC)


def covered(town: Town, absent: str, substitute: str, last: int = 27, *, first: int | None = None) -> people.Arranged:
    """Somebody stands in for a person up to and with a day of November 2026."""
    since = date(2026, 11, first) if first else None
    return people.cover(town.house, absent, substitute, date(2026, 11, last), NOW, since=since)
