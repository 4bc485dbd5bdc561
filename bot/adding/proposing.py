"""What `pages add` proposes, so that a teacher has to type little: an id, a variable, a schedule, and whose page it may be."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, TypeAdapter, ValidationError
from sqlmodel import select

from bot.domain.class_pages import ClassPage, Person, RoleName, Site
from bot.domain.errors import Advice
from bot.domain.fields import Email, Line, Slug, slug_of
from bot.domain.schedule import Schedule
from bot.house import House
from bot.pages import BY_HAND, list_pages
from bot.records import Page
from bot.settings import BadConfiguration, did_you_mean, load_class_pages, load_people
from connectors.base import PageSettings

Written = Annotated[str, AfterValidator(lambda written: Schedule.parse(written).written)]
_FIELDS: Final[dict[str, TypeAdapter[str]]] = {
    "title": TypeAdapter(Line), "id": TypeAdapter(Slug), "teacher": TypeAdapter(Email), "schedule": TypeAdapter(Written),
}  # fmt: skip
OPEN, DAILY = "every 15 minutes", "daily at 06:00"


@dataclass(frozen=True, slots=True)
class School:
    """A site, and who works there: its teachers first."""

    site: Site
    people: tuple[Person, ...]


def schools(house: House) -> list[School]:
    """The schools of people.yaml.

    Raises:
        BadConfiguration: the file is missing or wrong.
    """
    people, _ = load_people(house.environment.config)

    def of(site: Site) -> tuple[Person, ...]:
        theirs = [person for person in people.people if site.id in person.sites]
        return tuple(sorted(theirs, key=lambda person: RoleName.TEACHER not in person.roles))

    return [School(site, of(site)) for site in people.sites]


def school_named(known: list[School], id: str) -> School:
    """The school of that id.

    Raises:
        Advice: there is none.
    """
    found = next((school for school in known if school.site.id == id), None)
    if found is None:
        raise Advice(f"people.yaml has no site {id}{did_you_mean(id, [school.site.id for school in known])}")
    return found


def checked(field: str, written: str) -> str:
    """What somebody typed for a field of the page's file, as it goes there.

    Raises:
        Advice: it cannot stand there; the message says what to write.
    """
    try:
        return _FIELDS[field].validate_python(written.strip())
    except ValidationError as error:
        raise Advice(str(error.errors()[0]["msg"]).removeprefix("Value error, ")) from None


def free_id(house: House, title: str) -> str:
    """An id for a page of that title, which no page has, and no file of the folder."""
    taken, plain = set(_taken(house)), slug_of(title, "class-page")
    return next(
        id for number in range(1, len(taken) + 2) if (id := plain if number == 1 else f"{plain}-{number}") not in taken
    )


def is_taken(house: House, id: str) -> bool:
    """Whether a page has that id, or a file of the folder that name."""
    return id in set(_taken(house))


def page_at(house: House, kind: str, url: str) -> str:
    """The page that is at this address already, or empty. One of a folder that is not applied counts, one that has left does not."""
    wanted = (kind, _place_of(url))
    return next((page.id for page in _pages(house) if (page.connector, _place_of(page.url)) == wanted), "")


def variable_for(id: str, kind: str) -> str:
    """The environment variable for a page's secret: MS_BIOLOGY_WORDPRESS."""
    name = re.sub(r"[^A-Z0-9]+", "_", f"{id}_{kind}".upper())
    return name if not name[0].isdigit() else f"PAGE_{name}"


def known_variables(house: House, kind: str, url: str) -> list[tuple[str, str]]:
    """Variables that hold a secret for the same platform at the same host already, each with the page that uses it."""
    found: dict[str, str] = {}
    for page in _pages(house):
        variable = page.credential_variable
        same = page.connector == kind and urlsplit(page.url).netloc == urlsplit(url).netloc
        if same and variable and house.environment.variables.get(variable):
            found.setdefault(variable, page.id)
    return list(found.items())


def schedule_for(page: ClassPage, settings: PageSettings) -> str:
    """How often a page is read: often where its comments are open, or may be, and a program reads it; daily in any case (III)."""
    return DAILY if settings.comments_open is False or page.connector == BY_HAND else OPEN


def _place_of(url: str) -> str:
    return url.partition("://")[2].rstrip("/").casefold()


def _pages(house: House) -> Iterator[ClassPage]:
    """The pages of the folder, but for files that somebody else has to mend, and those of the database."""
    for file in sorted((house.environment.config / "classes").glob("*.yaml")):
        try:
            yield from (located.page for located in load_class_pages([file], house.policy, house.connectors))
        except BadConfiguration:
            continue
    yield from (page for page, row, _ in list_pages(house, house.clock()) if row.left is None)


def _taken(house: House) -> Iterator[str]:
    yield from (page.id for page in _pages(house))
    yield from (file.stem for file in (house.environment.config / "classes").glob("*.yaml"))
    with house.store.reading() as session:
        yield from session.exec(select(Page.id)).all()
