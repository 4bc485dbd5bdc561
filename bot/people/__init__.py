"""People and sites: who works where, and what they may do."""

from bot.people.applying import apply_people, put_teacher
from bot.people.known import (
    KnownPerson,
    NoSuchPerson,
    email_of,
    everybody,
    find_person,
    list_people,
    people_of_site,
    sites_of,
)
from bot.people.standing import situation

__all__ = [
    "KnownPerson", "NoSuchPerson", "apply_people", "email_of", "everybody", "find_person", "list_people", "people_of_site",
    "put_teacher", "sites_of", "situation",
]  # fmt: skip
