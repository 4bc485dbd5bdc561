"""What setting up a talk page of a wiki takes (`pages add`)."""

from __future__ import annotations

import re

import httpx

from connectors.base import BadConfig
from connectors.mediawiki_site import WHAT_TO_WRITE
from connectors.seen import Ask, Seen
from connectors.setup import Match, Part, Setup

INTERFACE = re.compile(r"/(?:api|rest|load)\.php(?:/|$)")
SPACE = re.compile(r'"wgNamespaceNumber":\s*(-?[0-9]{1,4})')
"""A page's own script says in which namespace it is: talk pages are in those with an odd number."""

NO_TALK_PAGE = "This is no talk page. Where people write on the page behind the tab Discussion, paste the address of that one instead."


def by_address(url: httpx.URL) -> Match | None:
    """A wiki's interface for programs is known as such. Raises `BadConfig`: it is no page that people write on."""
    if INTERFACE.search(url.path):
        raise BadConfig("url", f"is the interface of a wiki, and no page of it; {WHAT_TO_WRITE}")
    return None


def by_answer(page: Seen, _ask: Ask) -> Match | None:
    """By its name, or by the link to its api.php. Raises `BadConfig` for the wiki's own lists and forms."""
    link = page.link("EditURI")
    if not page.generator.startswith("MediaWiki") and not (link and link.url.path.endswith("/api.php")):
        return None
    space = SPACE.search(page.text)
    number = int(space[1]) if space else 1
    if number < 0:
        raise BadConfig("url", f"is one of the wiki's own lists or forms; {WHAT_TO_WRITE}")
    title = page.url.params.get("title")
    url = page.url.copy_with(query=None) if title is None else page.url.copy_with(params={"title": title})
    return Match(str(url), "" if number % 2 else NO_TALK_PAGE)


_WHERE = "On the wiki, open Special:BotPasswords"
SETUP = Setup(
    platform="a talk page of a wiki (MediaWiki)",
    first=(
        "Hallmonitor needs an account on the wiki that is an administrator, and in the group Suppressors too: Special:UserRights"
        " gives it both."
    ),
    secret=(
        Part(
            "account@name",
            f"{_WHERE} as that account, and make one called hallmonitor; the name looks like Teacher@hallmonitor.",
            shown=True,
        ),
        Part(
            "password",
            "Special:BotPasswords shows it once; tick the grants High-volume access, Edit existing pages, Edit protected pages, View"
            " deleted files and pages, and Delete pages, revisions, and log entries.",
        ),
    ),
    by_answer=by_answer,
    by_address=by_address,
)
