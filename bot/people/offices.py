"""Who is in office at a school, and who of them may know of a restricted flag (MATRIX.md, "Restricted from birth")."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import col, select

from bot.domain.authors import is_by
from bot.domain.class_pages import ClassPage, RoleName
from bot.domain.meaning import may_be_meant, offices_in
from bot.domain.offices import Office, Officer
from bot.domain.offices import who_may_know as those_above
from bot.people.known import KnownPerson, people_by_id, people_of_site
from bot.people.moment import Moment
from bot.records import Comment, Cover, Flag, Page, SiteRecord
from bot.store import Session
from bot.store.comments import said_up_to
from connectors.base import Author


def who_may_know(session: Session, moment: Moment, flag: Flag) -> frozenset[str]:
    """Those in office who may know of a restricted flag, by their ids.

    It may mean whoever had the class since the comment was posted, and whoever has written, or is named in, any wording of it or of
    those that it answers: "me too" accuses whom they accuse. Words that do not open may mean anybody.
    """
    if flag.id not in moment.may_know:
        said, whole = said_up_to(session, moment.vault, flag.comment_id)
        mentioned = frozenset(office for _, words in said for office in offices_in(words))
        if not whole:
            mentioned |= {Office.SUPERVISOR}
        moment.may_know[flag.id] = those_above(_officers(session, moment, flag, said), mentioned)
    return moment.may_know[flag.id]


def offices_of(person: KnownPerson, site: SiteRecord) -> frozenset[Office]:
    """The offices that somebody holds at a school by their own duties. The district's contact is above whoever else supervises."""
    roles, found = person.own_duties.get(site.id, frozenset()), set[Office]()
    if RoleName.ADMINISTRATOR in roles:
        found.add(Office.ADMINISTRATOR)
    if RoleName.SUPERVISOR in roles or site.id in person.supervises:
        found.add(Office.CONTACT if person.id == site.contact_id else Office.SUPERVISOR)
    return frozenset(found)


def _officers(session: Session, moment: Moment, flag: Flag, said: Sequence[tuple[Author, str]]) -> list[Officer]:
    site, people = session.get_one(SiteRecord, flag.site_id), _people(session, moment, flag.site_id)
    page, teacher = moment.document(session, flag.page_id), session.get_one(Page, flag.page_id).teacher_id
    posted = session.get_one(Comment, flag.comment_id).created
    own = {each.id: offices_of(each, site) for each in people}
    officers = [each for each in people if own[each.id] or each.stood_in_until]
    stood_in = {each.id: {id for id, until in each.stood_in_until.items() if until > posted} for each in officers}
    meant = {
        each.id for each in officers if teacher in {each.id, *stood_in[each.id]} or _may_be_meant(each, page, said)
    }
    found = []
    for each in officers:
        now = {absent.id for absent in each.stands_in_for} - meant  # no substitute knows for those what they may not
        found.append(
            Officer(
                person=each.id,
                holds=own[each.id].union(*(own.get(id, ()) for id in now)),
                held=own[each.id].union(*(own.get(id, ()) for id in stood_in[each.id])),
                is_meant=each.id in meant,
            )
        )
    return found


def _may_be_meant(person: KnownPerson, page: ClassPage, said: Sequence[tuple[Author, str]]) -> bool:
    return any(
        is_by(author, page, person.email, person.name, person.accounts) or may_be_meant(words, person.name)
        for author, words in said
    )


def _people(session: Session, moment: Moment, site_id: str) -> list[KnownPerson]:
    """Everybody who has a duty at a school, and whoever has stood in for one of them."""
    if site_id not in moment.officers:
        here = {each.id: each for each in people_of_site(session, moment.vault, site_id, moment.now)}
        begun = (col(Cover.person_id).in_(here), col(Cover.starts) <= moment.now)
        once = set(session.exec(select(Cover.substitute_id).where(*begun))) - here.keys()
        moment.officers[site_id] = [*here.values(), *people_by_id(session, moment.vault, once, moment.now)]
    return moment.officers[site_id]
