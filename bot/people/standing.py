"""Who somebody is before a flag: their roles, and whether they are its teacher or meant by it (MATRIX.md, conflict of interest)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.authors import is_by
from bot.domain.class_pages import RoleName
from bot.domain.meaning import is_meant
from bot.domain.rights import Situation, may_see, why_no_appeal, why_not
from bot.people.known import KnownPerson
from bot.people.offices import who_may_know
from bot.records import Flag, Page
from bot.store import Session
from bot.store.comments import NOBODY
from connectors.base import Author


def situation(session: Session, person: KnownPerson, flag: Flag, author: Author, words: str) -> Situation:
    """Who this person is before this flag (rights, conflict of interest), given its author and its words.

    A substitute has what the absent person has, and no more: what those may not decide, since it is about them, no substitute
    decides for them. Whatever binds the substitute (their own page, words about themselves) binds them in both.
    """
    may_know = not flag.restricted or person.id in who_may_know(session, person.moment, flag)
    own = _alone(session, person, flag, author, words, may_know=may_know)
    found = [own]
    for absent in person.stands_in_for:
        theirs = _alone(session, absent, flag, author, words, may_know=may_know)
        found.append(
            replace(
                theirs,
                person=person.id,
                is_teacher_of_page=theirs.is_teacher_of_page or own.is_teacher_of_page,
                is_meant=theirs.is_meant or own.is_meant,
            )
        )
    return max(found, key=lambda s: (why_not(s) is None, why_no_appeal(s) is None, may_see(s)))  # the first of equals


def sees(session: Session, person: KnownPerson, flag: Flag) -> bool:
    """Whether a flag exists for this person."""
    return may_see(situation(session, person, flag, NOBODY, ""))  # whom a restricted one may mean is looked up anyway


def sees_page(person: KnownPerson, page: Page) -> bool:
    """Whether this person may be told what a page knows, its roster too: whoever sees the page's flags. Operators see counts alone."""
    return any(
        may_see(
            Situation(
                person=each.id,
                roles=_roles(each, page.site_id),
                is_teacher_of_page=_teaches(each, page),
                is_meant=False,
                restricted=False,
                may_know=True,
            )
        )
        for each in (person, *person.stands_in_for)
    )


def _roles(person: KnownPerson, site_id: str) -> frozenset[RoleName]:
    own = person.own_duties.get(site_id, frozenset())
    return own | {RoleName.SUPERVISOR} if site_id in person.supervises else own


def _teaches(person: KnownPerson, page: Page) -> bool:
    return page.teacher_id == person.id and person.left is None


def _alone(
    session: Session, person: KnownPerson, flag: Flag, author: Author, words: str, *, may_know: bool
) -> Situation:
    """By their own duties alone."""
    page = person.moment.document(session, flag.page_id)
    wrote = is_by(author, page, person.email, person.name, person.accounts)
    return Situation(
        person=person.id,
        roles=_roles(person, flag.site_id),
        is_teacher_of_page=_teaches(person, session.get_one(Page, flag.page_id)),
        is_meant=wrote or is_meant(words, person.name),
        restricted=flag.restricted,
        may_know=may_know,
    )
