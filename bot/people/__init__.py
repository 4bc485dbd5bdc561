"""People and sites: who works where and what they may do, who is on duty, who stands in for whom, who has left."""

from bot.people.applying import apply_people, put_teacher
from bot.people.covering import Arranged, CannotCover, Ended, Gone, NotAway, back, cover, leave
from bot.people.known import (
    KnownPerson,
    NoSuchPerson,
    email_of,
    find_person,
    language_of,
    list_people,
    name_of,
    owners_of,
    people_of_site,
    sites_of,
    staff_of_site,
)
from bot.people.on_duty import Ladder, ladder_of, on_call_of, on_duty, rungs_for
from bot.people.overview import CoverLine, Gap, PersonLine, SiteLine, gaps, overview
from bot.people.standing import sees, sees_page, situation

__all__ = [
    "Arranged", "CannotCover", "CoverLine", "Ended", "Gap", "Gone", "KnownPerson", "Ladder", "NoSuchPerson", "NotAway", "PersonLine",
    "SiteLine", "apply_people", "back", "cover", "email_of", "find_person", "gaps", "ladder_of", "language_of", "leave", "list_people",
    "name_of", "on_call_of", "on_duty", "overview", "owners_of", "people_of_site", "put_teacher", "rungs_for", "sees",
    "sees_page", "sites_of", "situation", "staff_of_site",
]  # fmt: skip
