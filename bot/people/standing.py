"""Who somebody is before a flag: their roles, and whether they are its teacher or meant by it (MATRIX.md, conflict of interest)."""

from __future__ import annotations

from dataclasses import replace

from bot.domain.class_pages import RoleName
from bot.domain.rights import Situation, is_meant, may_see, why_no_appeal, why_not
from bot.people.known import KnownPerson
from bot.records import Comment, Flag, Page, SiteRecord
from bot.store import Session


def situation(session: Session, person: KnownPerson, flag: Flag, author: str, words: str) -> Situation:
    """Who this person is before this flag (rights, conflict of interest), given its author's name and its words.

    A substitute has what the absent person has, and no more: what those may not decide, since it is about them, no substitute
    decides for them. Whatever binds the substitute (their own page, words about themselves) binds them in both.
    """
    own = _alone(session, person, flag, author, words, person.duties.get(flag.site_id, frozenset()))
    if flag.restricted and _was_at_the_page(session, person, flag):
        own = replace(own, is_teacher_of_page=True)
    found = [own]
    for absent in person.stands_in_for:
        theirs = _alone(session, absent, flag, author, words, absent.own_duties.get(flag.site_id, frozenset()))
        found.append(
            replace(
                theirs,
                person=person.id,
                is_teacher_of_page=theirs.is_teacher_of_page or own.is_teacher_of_page,
                is_meant=theirs.is_meant or own.is_meant,
            )
        )
    return max(found, key=lambda s: (why_not(s) is None, why_no_appeal(s) is None, may_see(s)))  # the first of equals


def _was_at_the_page(session: Session, person: KnownPerson, flag: Flag) -> bool:
    """Whether somebody has stood in for the page's teacher since the comment was posted: then it may be them who is accused."""
    teacher = session.get_one(Page, flag.page_id).teacher_id
    until = person.stood_in_until.get(teacher)
    is_there = any(absent.id == teacher for absent in person.stands_in_for)
    return is_there or (until is not None and until > session.get_one(Comment, flag.comment_id).created)


def _alone(
    session: Session, person: KnownPerson, flag: Flag, author: str, words: str, roles_here: frozenset[RoleName]
) -> Situation:
    """By their own duties alone. `roles_here`: all roles in which others may see them at the site, those of a substitute too."""
    page = session.get_one(Page, flag.page_id)
    supervisor = session.get_one(SiteRecord, flag.site_id).supervisor_id
    roles = set(person.own_duties.get(flag.site_id, frozenset()))
    if flag.site_id in person.supervises:
        roles.add(RoleName.SUPERVISOR)
    signs = author.strip().casefold() in (person.email, person.name.casefold() or person.email)
    in_office = RoleName.ADMINISTRATOR in roles_here and supervisor not in (None, person.id)
    return Situation(
        person=person.id,
        roles=frozenset(roles),
        is_teacher_of_page=page.teacher_id == person.id and person.left is None,
        is_meant=signs or is_meant(words, person.name, restricted=flag.restricted, is_administrator=in_office),
        restricted=flag.restricted,
    )
