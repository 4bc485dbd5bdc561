"""Who is on duty at a school, whom it calls in which order, and who may be called now (DESIGN.md 7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from bot.domain.class_pages import RoleName, Severity
from bot.domain.duty import OnCall
from bot.domain.ladder import Rung
from bot.domain.rights import why_not
from bot.people.known import KnownPerson, people_of_site
from bot.people.standing import situation
from bot.records import Flag, SiteRecord
from bot.store import Session
from bot.store.comments import stored_comment
from bot.vault import Vault

ON_CALL: Final = "site.on_call_sealed"


@dataclass(frozen=True, slots=True)
class Ladder:
    """Whom a school calls at one moment, in which order, before any flag is looked at."""

    rungs: tuple[tuple[KnownPerson, ...], ...]
    """By `Rung`; one may be empty."""
    away: tuple[KnownPerson, ...]
    """Who is called only where nobody else may decide."""
    on_call: OnCall | None
    zone: ZoneInfo
    now: datetime

    @property
    def is_working(self) -> bool:
        """Whether the school works now; one without `on_call` always does."""
        return self.on_call is None or self.on_call.is_working(self.now, self.zone)

    def late(self, flag: Flag) -> datetime | None:
        """`ladder.Waiting.late` of a flag. None: no working time is known before the next school year is written down."""
        if self.on_call is None or flag.severity == Severity.CRITICAL:
            return flag.due
        return self.on_call.next_working(flag.due, self.zone)

    def may_call(self, person: KnownPerson, severity: str) -> bool:
        """Whether a person may be called now: about what is critical always, else in working hours that are not their quiet ones."""
        if severity == Severity.CRITICAL:
            return True
        return self.is_working and not (person.quiet is not None and person.quiet.hold(self.now))


def on_duty(session: Session, vault: Vault, site_id: str, now: datetime) -> list[KnownPerson]:
    """Who is on duty at a site now, substitutes in the place of those who are away. Outside of working hours nobody is.

    Without `on_call` in `people.yaml`, and on days without a shift, all administrators are; and where all of a shift have left.
    """
    site = session.get_one(SiteRecord, site_id)
    return _on_duty(site, on_call_of(vault, site), people_of_site(session, vault, site_id, now), now)


def ladder_of(session: Session, vault: Vault, site_id: str, now: datetime) -> Ladder:
    """Whom a school calls now: those on duty (all administrators, where nobody is), the others, the supervisor, the district's contact."""
    site = session.get_one(SiteRecord, site_id)
    on_call, people = on_call_of(vault, site), people_of_site(session, vault, site_id, now)
    present = [person for person in people if not person.is_away]
    contact = [p for p in present if site.contact_id is not None and p.acts_for([site.contact_id])]
    above = [p for p in present if p.is_supervisor_of(site_id) or RoleName.SUPERVISOR in p.duties.get(site_id, ())]
    administrators = _administrators(site, present)
    of = {
        Rung.ON_DUTY: _on_duty(site, on_call, people, now) or administrators,
        Rung.ADMINISTRATORS: administrators,
        Rung.SUPERVISOR: [person for person in above if person not in contact],
        Rung.CONTACT: contact,
    }
    rungs: list[tuple[KnownPerson, ...]] = []
    for rung in Rung:
        lower = {person.id for each in rungs for person in each}
        rungs.append(tuple(person for person in of[rung] if person.id not in lower))
    return Ladder(
        rungs=tuple(rungs),
        away=tuple(person for person in people if person.is_away),
        on_call=on_call,
        zone=ZoneInfo(site.time_zone),
        now=now,
    )


def rungs_for(session: Session, vault: Vault, flag: Flag, ladder: Ladder) -> list[list[KnownPerson]]:
    """Those of a ladder who may decide this flag, by rung; a rung on which nobody may is none.

    Where nobody at all may, those who are away are called: they keep their rights, and a flag must not be nobody's.
    """
    comment = stored_comment(session, vault, flag.revision_id)

    def those_who_may(people: tuple[KnownPerson, ...]) -> list[KnownPerson]:
        return [p for p in people if why_not(situation(session, p, flag, comment.author, comment.text)) is None]

    rungs = [found for rung in ladder.rungs if (found := those_who_may(rung))]
    return rungs or [found for found in [those_who_may(ladder.away)] if found]


def on_call_of(vault: Vault, site: SiteRecord) -> OnCall | None:
    """What `people.yaml` says of a site's duty; None: nothing, so that it always works and all administrators are on duty."""
    if site.on_call_sealed is None:
        return None
    return OnCall.model_validate_json(vault.open(ON_CALL, site.id, site.on_call_sealed))


def _on_duty(site: SiteRecord, on_call: OnCall | None, people: list[KnownPerson], now: datetime) -> list[KnownPerson]:
    present, zone = [person for person in people if not person.is_away], ZoneInfo(site.time_zone)
    if on_call is None:
        return _administrators(site, present)
    if not on_call.is_working(now, zone):
        return []
    turn = on_call.people_at(now, zone)
    if turn is None:
        return _administrators(site, present)
    named = [p for p in present if any(each.email in turn for each in (p, *p.stands_in_for))]
    return named or _administrators(site, present)  # whose shift it is may have left


def _administrators(site: SiteRecord, people: list[KnownPerson]) -> list[KnownPerson]:
    """The administrators; one who is the supervisor too is called later."""
    here = [person for person in people if RoleName.ADMINISTRATOR in person.duties.get(site.id, ())]
    return [person for person in here if site.id not in person.supervises]
