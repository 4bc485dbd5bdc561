"""A class page looked at on its platform: who are we there, what may we do, how is it set, and what does the policy say of that."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.class_pages import ClassPage, Person, RoleName
from bot.domain.errors import Advice
from bot.domain.findings import Finding
from bot.domain.page_findings import judge
from bot.house import House
from bot.pages.listing import page_of
from bot.reaching import reach
from bot.settings import MissingSecret, load_people
from connectors.base import AuthFailed, BadConfig, Connector, ConnectorError, Gone, NotAllowed, PageSettings

_IN_CHARGE = frozenset({RoleName.ADMINISTRATOR, RoleName.SUPERVISOR})
_WORDS: dict[type[ConnectorError], str] = {
    AuthFailed: "it does not let us in",
    NotAllowed: "we may not look at it",
    Gone: "it is not there any more",
    BadConfig: "its file is wrong",
}


class CheckFailed(Advice):
    """The page cannot be read; the message says why and what to do. `cause` is the platform's own word, or None without an answer."""

    def __init__(self, text: str, cause: ConnectorError | None = None) -> None:
        super().__init__(text)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Checked:
    """What the platform tells of a page, and what that means, the serious first."""

    settings: PageSettings
    findings: tuple[Finding, ...]

    @property
    def well(self) -> bool:
        """Whether nothing serious was found."""
        return all(finding.well or not finding.serious for finding in self.findings)


def check_page(house: House, page_id: str) -> Checked:
    """Look at a page of the database.

    Raises:
        NoSuchPage: there is none.
        BadConfiguration: people.yaml is wrong.
        CheckFailed: the page cannot be read.
    """
    page = page_of(house, page_id)
    try:
        connector = reach(house, page, house.of_a_press)
    except MissingSecret as missing:
        raise CheckFailed(str(missing)) from None
    except ConnectorError as error:
        raise failed(error) from None
    return judged(house, page, connector, asked(connector))


def asked(connector: Connector) -> PageSettings:
    """What the platform tells.

    Raises:
        CheckFailed: the page cannot be read.
    """
    try:
        return connector.check()
    except ConnectorError as error:
        raise failed(error) from None


def judged(house: House, page: ClassPage, connector: Connector, settings: PageSettings) -> Checked:
    """What that means for this page.

    Raises:
        BadConfiguration: people.yaml is wrong.
    """
    return Checked(settings, judge(page, settings, connector.capabilities, _in_charge(house, page.site)))


def failed(error: ConnectorError) -> CheckFailed:
    """The trouble in plain words, with the platform's own behind it."""
    said = next((words for kind, words in _WORDS.items() if isinstance(error, kind)), "it does not answer as it should")
    if isinstance(error, BadConfig) and error.field in ("secret", "credentials"):  # which stands in no file
        said = "its credential is wrong"
    return CheckFailed(f"{said}: {error}", error)


def _in_charge(house: House, site: str) -> list[Person]:
    people, _ = load_people(house.environment.config)
    return [person for person in people.people if site in person.sites and _IN_CHARGE & set(person.roles)]
