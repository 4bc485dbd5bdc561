"""What setting up a blog on Blogger takes (`pages add`)."""

from __future__ import annotations

import re

import httpx

from connectors.base import BadConfig
from connectors.blogger_blog import DASHBOARD
from connectors.google_setup import sign_in
from connectors.seen import Ask, Seen
from connectors.setup import Match, Setup

BLOGSPOT = re.compile(r"[a-z0-9-]+\.blogspot\.[a-z]{2,3}(?:\.[a-z]{2})?")


def by_address(url: httpx.URL) -> Match | None:
    """Blogs on blogspot, and Blogger's own dashboard. Raises `BadConfig` for whatever else is on blogger.com."""
    if BLOGSPOT.fullmatch(url.host):
        return _front(url)
    if url.host != "blogger.com" and not url.host.endswith(".blogger.com"):
        return None
    number = DASHBOARD.match(url.path)
    if not number:
        raise BadConfig("url", "write the address of the blog's front page, like https://room12.blogspot.com/")
    return Match(f"https://www.blogger.com/blog/posts/{number[1]}")


def by_answer(page: Seen, _ask: Ask) -> Match | None:
    """A blog under an address of its own says who made it."""
    return _front(page.url) if page.generator.strip().lower() == "blogger" else None


def _front(url: httpx.URL) -> Match:
    return Match(str(url.copy_with(scheme="https", path="/", query=None, fragment=None)))


SETUP = Setup(
    platform="a blog on Blogger",
    first="The district makes an OAuth client once, with the Blogger API v3 switched on (connectors/README.md, A sign-in with Google).",
    secret=sign_in("an administrator of the blog", "https://www.googleapis.com/auth/blogger"),
    by_address=by_address,
    by_answer=by_answer,
)
