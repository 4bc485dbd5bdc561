"""Whom a site of `people.yaml` may name for a shift or as its contact: people who may decide its flags, and can be called."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.class_pages import People, Person, RoleName, Site
from bot.domain.hours import parse_hours

_DECIDE = frozenset({RoleName.ADMINISTRATOR, RoleName.SUPERVISOR})
_SUPERVISE = frozenset({RoleName.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Misnamed:
    """A place of `people.yaml` that names somebody who cannot do what is asked of them there."""

    path: tuple[str | int, ...]
    message: str


def misnamed(people: People) -> list[Misnamed]:
    """Every shift, contact and pair of quiet hours by which nobody could be called."""
    known = {person.email: person for person in people.people}
    sites = {site.id: site for site in people.sites}
    found = [wrong for number, site in enumerate(people.sites) for wrong in _of_site(number, site, known)]
    for number, person in enumerate(people.people):
        if any(_is_quiet_at_work(person, sites[id]) for id in person.sites):
            words = "these hours hold all working hours of the school: leave some in which this person may be called"
            found.append(Misnamed(("people", number, "quiet"), words))
    return found


def _of_site(number: int, site: Site, known: Mapping[str, Person]) -> Iterator[Misnamed]:
    for turn, shift in enumerate(site.on_call.shifts if site.on_call else ()):
        for place, email in enumerate(shift.people):
            if reason := _why_not(known.get(email), site, _DECIDE):
                yield Misnamed(("sites", number, "on_call", "shifts", turn, "people", place), f"{email} {reason}")
    if site.contact is None:
        return
    if site.contact == site.supervisor:
        yield Misnamed(("sites", number, "contact"), "this is the supervisor: the contact stands above them")
    elif reason := _why_not(known.get(site.contact), site, _SUPERVISE):
        yield Misnamed(("sites", number, "contact"), f"{site.contact} {reason}")


def _why_not(person: Person | None, site: Site, roles: frozenset[RoleName]) -> str:
    if person is None:
        return "is not among the people: add a line for them"
    if site.id not in person.sites and site.supervisor != person.email:
        return f"does not work at {site.id}: add it to their sites"
    if not roles.intersection(person.roles) and site.supervisor != person.email:
        return f"may not decide the flags of {site.id}: give them the role {' or '.join(sorted(roles))}"
    return ""


def _is_quiet_at_work(person: Person, site: Site) -> bool:
    if person.quiet is None or site.on_call is None:
        return False
    quiet, working = parse_hours(person.quiet), [parse_hours(written) for written in site.on_call.hours.values()]
    return all(quiet.hold(minute) for hours in working for minute in range(hours.start, hours.end))
