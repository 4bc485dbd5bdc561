"""What setting up a WordPress blog takes (`pages add`)."""

from __future__ import annotations

import re

import httpx

from connectors.seen import Ask, Seen
from connectors.setup import Match, Part, Setup

REST = "https://api.w.org/"
"""How WordPress calls the link to its REST interface, in a header and in its pages."""

INTERFACE = re.compile(r"/(?:index\.php/)?wp-json/?$|/index\.php$")
OF_WORDPRESS = re.compile(r"/(?:wp-login\.php|wp-admin|wp-json|wp-content)(?:/|$)")


def by_answer(page: Seen, ask: Ask) -> Match | None:
    """By the link to its REST interface, by its name, or where a closed page has that interface all the same."""
    if (link := page.link(REST)) and link.url.host == page.url.host:
        is_safe = link.url.scheme == "https"  # many name themselves with http://, and are served by https://
        return _home(link.url if is_safe else page.url.copy_with(path=link.url.path))
    signed_in = OF_WORDPRESS.search(page.url.path)  # people copy what the browser shows while they are signed in
    if link or signed_in or page.generator.startswith("WordPress"):
        return _home(page.url.copy_with(path=page.url.path[: signed_in.start()] if signed_in else "/"))
    if page.is_closed and (root := ask("/wp-json/")) and '"wp/v2"' in root.text:
        return _home(root.url)
    return None


def _home(interface: httpx.URL) -> Match:
    """The blog's front page, of the address of its interface (`/wp-json/`, or `/?rest_route=/`)."""
    path = INTERFACE.sub("", interface.path).rstrip("/") + "/"
    return Match(str(interface.copy_with(path=path, query=None, fragment=None)))


SETUP = Setup(
    platform="a WordPress blog",
    first="Hallmonitor needs an account there with the role Editor or Administrator.",
    secret=(
        Part("name", "The name with which that account signs in.", shown=True),
        Part(
            "application password",
            "Not the password of the account: in WordPress under Users > Profile > Application Passwords write hallmonitor, press"
            " Add, and copy the 24 letters and digits that it shows.",
        ),
    ),
    by_answer=by_answer,
)
