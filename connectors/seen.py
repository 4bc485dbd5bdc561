"""A page as a stranger sees it: one polite look at an address that somebody pasted, to tell which platform it is.

No credential, no cookie, no other host: a redirect within the site is followed, one that leads elsewhere is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx

from connectors.base import AuthFailed, BadConfig, ConnectorError, NotAllowed, Unavailable
from connectors.http import Patience, Redirected, RestClient
from connectors.http_addresses import checked_url

MAX_HEAD = 200_000
"""Characters of a page that are read: what names its platform stands at its beginning."""

MAX_LINKS = 4_000
"""Characters of a Link header."""

MAX_HOPS = 4
LINK = re.compile(r'<([^<>]*)>\s*;[^,]*?\brel="?([^",;]+)"?')


@dataclass(frozen=True, slots=True)
class Link:
    """A `<link>` of a page, or a Link header: its address whole."""

    rel: str
    url: httpx.URL
    type: str = ""
    title: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a server answered a stranger. `is_closed`: it shows strangers nothing, so all else is empty."""

    url: httpx.URL
    type: str = ""
    text: str = ""
    title: str = ""
    generator: str = ""
    links: tuple[Link, ...] = ()
    is_closed: bool = False

    def link(self, rel: str) -> Link | None:
        """The first link of that kind."""
        return next((link for link in self.links if link.rel == rel), None)


Ask = Callable[[str], Seen | None]
"""Asks the page's own host for another address; None where nothing is there, or nothing that a stranger may see."""


def look(url: str, *, allow_private: bool = False, patience: Patience | None = None) -> tuple[Seen, Ask]:
    """Look at an address, and give what is there, with a way to ask the same host more.

    Raises:
        Redirected: the site leads to another host: nothing was asked there.
        BadConfig: it is no address that may be spoken to.
        Gone: there is no such page.
        Unavailable: the server cannot be reached, or does not answer as it should.
    """
    patience = patience or Patience(connect=10, read=20, whole=30, pauses=(0.5,))
    at = checked_url(url, allow_private=allow_private).copy_with(fragment=None)
    for _ in range(MAX_HOPS):
        client = RestClient(str(at), allow_private=allow_private, patience=patience)
        try:
            return _seen(client, at), _asking(client, at)
        except Redirected as error:
            if not is_same_site(at, error.target):
                raise
            at = error.target.copy_with(fragment=None)
    raise BadConfig("url", f"{at.host} redirects in a circle; write the address that the browser shows")


def is_same_site(asked: httpx.URL, target: httpx.URL) -> bool:
    """Whether a redirect stays where the person wanted to go; from http to https it does."""
    if (asked.scheme, target.scheme) == ("http", "https"):
        return asked.host == target.host and asked.port is target.port is None
    return (asked.scheme, asked.host, asked.port) == (target.scheme, target.host, target.port)


def _asking(client: RestClient, at: httpx.URL) -> Ask:
    def ask(address: str) -> Seen | None:
        try:
            return _seen(client, at.join(address))
        except Unavailable:
            raise
        except (ConnectorError, httpx.InvalidURL, ValueError):
            return None

    return ask


def _seen(client: RestClient, at: httpx.URL) -> Seen:
    try:
        response = client.look(str(at))
    except (AuthFailed, NotAllowed):
        return Seen(at, is_closed=True)
    text = response.text[:MAX_HEAD]
    head = _Head()
    if "html" in response.headers.get("content-type", "html"):
        with suppress(
            AssertionError
        ):  # how Python's parser ends at a declaration that is none; what came before it counts
            head.feed(text)
    where = response.request.url
    named = [
        {"href": address, "rel": rel} for address, rel in LINK.findall(response.headers.get("link", "")[:MAX_LINKS])
    ]
    found = [link for each in [*named, *head.links] if (link := _link(where, each))]
    type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    return Seen(where, type, text, " ".join(head.title.split()), head.generator, tuple(found))


def _link(where: httpx.URL, said: Mapping[str, str]) -> Link | None:
    try:
        address = where.join(said.get("href", "").strip())
        return Link(said.get("rel", "").strip(), address, said.get("type", "").lower(), said.get("title", ""))
    except (httpx.InvalidURL, ValueError):
        return None


class _Head(HTMLParser):
    """What a web page says of itself in its head."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title, self.generator = "", ""
        self.links: list[dict[str, str]] = []
        self._in_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title" and not self.title
        if tag == "link":
            self.links.append(found)
        elif tag == "meta" and found.get("name", "").lower() == "generator":
            self.generator = self.generator or found.get("content", "")

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""
