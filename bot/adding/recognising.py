"""Which platform an address belongs to: by the address alone where it says so, else by one polite look at its server."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

import httpx

from bot.domain.errors import Advice
from bot.house import House
from bot.settings import load_plugins
from connectors import registry
from connectors.base import BadConfig, ConnectorError, Gone
from connectors.http import Redirected
from connectors.http_addresses import checked_url
from connectors.seen import Ask, Seen, look
from connectors.setup import Match, Part, Setup

_SAYS_OF_IT = ("is ", "must ", "names ", "holds ")
"""How a connector's sentence begins where the address is its subject."""

_AROUND = " \t\r\n\xa0<>\"'“”‘’«»\u200b\u200e\u200f\u2060\ufeff"
"""What letters and chats put around an address, and nobody sees: spaces, quotation marks, signs without a width."""

_ANY = Part("credential", "What its connector wants, if it wants one; else press Enter.", optional=True)


@dataclass(frozen=True, slots=True)
class Recognised:
    """A connector that knows the address. `url` is what goes into the page's file, `note` what the teacher should know of it."""

    kind: str
    setup: Setup
    url: str
    note: str = ""


class BadAddress(Advice):
    """No class page can be at this address; the message says what to write instead, or why it cannot be looked at."""


class LeadsElsewhere(Advice):
    """The address leads to another host: only who pasted it knows whether `target` is the page."""

    def __init__(self, host: str, target: str) -> None:
        super().__init__(f"{host} leads to {target}: if that is the page, write that address")
        self.target = target


class NotRecognised(Advice):
    """No connector knows the address; `url` is how it was read."""

    def __init__(self, url: str) -> None:
        super().__init__(f"{url} does not say which platform it is on: name it by --connector")
        self.url = url


def platforms(house: House) -> dict[str, Setup]:
    """What can be set up, by the connector's name; a connector that says nothing of itself is named as it is called."""
    known = registry.setups(load_plugins(house.environment.config).connectors)
    silent = sorted(house.connectors - known.keys() - {"sample"})
    return known | {kind: Setup(platform=f"a page of the connector {kind}", secret=(_ANY,)) for kind in silent}


def recognise(house: House, written: str) -> tuple[Recognised, ...]:
    """The connectors that know an address as somebody pasted it: mostly one.

    Raises:
        BadAddress, LeadsElsewhere, NotRecognised: as their names say.
    """
    setups = platforms(house)
    url = _read(house, written)
    try:
        likely = _known({kind: setup.by_address(url) for kind, setup in setups.items()})
        if found := _sure(likely):
            return _all(setups, found)
        answer = _looked_at(house, url, is_likely=bool(likely))
        known = _known({kind: setup.by_answer(*answer) for kind, setup in setups.items()} if answer else {})
    except Redirected as error:
        if error.target.host and error.target.scheme in ("http", "https"):
            raise LeadsElsewhere(url.host, str(error.target)) from None
        raise BadAddress(str(error).removeprefix("url: ")) from None
    except ConnectorError as error:
        raise _trouble(url, error) from None
    if found := _sure(known) or likely or known:
        return _all(setups, found)
    raise NotRecognised(str(answer[0].url if answer else url))


def as_chosen(house: House, kind: str, written: str) -> Recognised:
    """Somebody says which connector it is. Where that one knows the address, it says how to write it.

    Raises:
        Advice: there is no such connector.
        BadAddress: it is no address, or not one of that platform.
    """
    setups = platforms(house)
    if kind not in setups:
        raise Advice(f"no connector {kind}; there are: {', '.join(sorted(setups))}")
    url, setup = _read(house, written), setups[kind]
    try:
        match = setup.by_address(url)
        if match is None and setup.knows_answers:
            with suppress(Redirected, Gone):
                match = setup.by_answer(*look(str(url), allow_private=_allows_private(house)))
    except ConnectorError as error:
        raise _trouble(url, error) from None
    return Recognised(kind, setup, match.url if match else str(url), match.note if match else "")


def _looked_at(house: House, url: httpx.URL, *, is_likely: bool) -> tuple[Seen, Ask] | None:
    """What its server shows a stranger. None: it leads them to a sign-in elsewhere, and the address itself says enough."""
    try:
        return look(str(url), allow_private=_allows_private(house))
    except Redirected:
        if is_likely:
            return None
        raise


def _known(found: Mapping[str, Match | None]) -> dict[str, Match]:
    return {kind: match for kind, match in found.items() if match}


def _sure(found: Mapping[str, Match]) -> dict[str, Match]:
    return {kind: match for kind, match in found.items() if match.sure}


def _all(setups: Mapping[str, Setup], found: Mapping[str, Match]) -> tuple[Recognised, ...]:
    return tuple(Recognised(kind, setups[kind], match.url, match.note) for kind, match in found.items())


def _read(house: House, written: str) -> httpx.URL:
    """An address as people copy it: with quotation marks around it, or without https://."""
    plain = written.strip(_AROUND)
    address = plain if "://" in plain else f"https://{plain}"
    try:
        return checked_url(address, allow_private=_allows_private(house))
    except BadConfig as error:
        with suppress(BadConfig):
            host = checked_url(address, allow_private=True).host
            raise BadAddress(
                f"{host} is a private address. If it is the district's own server, whoever runs Hallmonitor writes"
                f" `allow_private: true` at the `options` of its connector in {house.environment.config / 'plugins.yaml'}"
            ) from None
        raise _trouble(httpx.URL(""), error) from None


def _allows_private(house: House) -> bool:
    """Whether the district has such a server at all; which connector may speak to it is asked again when the page is tried."""
    options = load_plugins(house.environment.config).options.values()
    return any(each.get("allow_private") is True for each in options)


def _trouble(url: httpx.URL, error: ConnectorError) -> BadAddress:
    if isinstance(error, Gone):
        return BadAddress(f"there is no page at this address, says {url.host}: copy it from the browser's address bar")
    said = str(error).removeprefix("url: ")
    return BadAddress(f"the address {said}" if said.startswith(_SAYS_OF_IT) else said)
