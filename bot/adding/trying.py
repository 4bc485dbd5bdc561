"""A page that is being added is tried before anything is written: the real platform is asked, with the secret as it was typed."""

from __future__ import annotations

from enum import StrEnum

from bot.adding.proposing import checked, schedule_for
from bot.domain.class_pages import ClassPage
from bot.domain.errors import Advice
from bot.house import House
from bot.pages import Checked, CheckFailed, asked, failed, judged
from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone


class Again(StrEnum):
    """What has to be typed anew before another try."""

    ADDRESS = "address"
    SECRET = "secret"  # noqa: S105  # the word, and none
    NOTHING = "nothing"  # something has to be mended over there first


class Trouble(Advice):
    """The page cannot be read like this; the message says why, `again` what to type anew."""

    def __init__(self, text: str, again: Again) -> None:
        super().__init__(text)
        self.again = again


def try_out(house: House, page: ClassPage, secret: str, schedule: str | None = None) -> tuple[ClassPage, Checked]:
    """Sign in, and look how the page is set. Gives the page with a `schedule`, by default one that fits what was found.

    Raises:
        Trouble: it cannot be read.
        BadConfiguration: people.yaml is wrong.
    """
    try:
        connector = house.connect_with(page, secret)
        settings = asked(connector)
    except CheckFailed as error:
        raise _trouble(error) from None
    except ConnectorError as error:
        raise _trouble(failed(error)) from None
    page = page.model_copy(update={"schedule": checked("schedule", schedule or schedule_for(page, settings))})
    return page, judged(house, page, connector, settings)


def _trouble(told: CheckFailed) -> Trouble:
    match told.cause:
        case BadConfig(field="secret" | "credentials") as error:
            return Trouble(f"the credential {str(error).removeprefix(f'{error.field}: ')}", Again.SECRET)
        case BadConfig(field="url") as error:
            return Trouble(f"the address: {str(error).removeprefix('url: ')}", Again.ADDRESS)
        case AuthFailed():
            return Trouble(str(told), Again.SECRET)
        case Gone():
            return Trouble(str(told), Again.ADDRESS)
    return Trouble(str(told), Again.NOTHING)
