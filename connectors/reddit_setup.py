"""What setting up a subreddit takes (`pages add`)."""

from __future__ import annotations

import re

import httpx

from connectors.base import BadConfig
from connectors.reddit_errors import WHAT_TO_WRITE
from connectors.reddit_site import NOT_ONE
from connectors.setup import Match, Part, Setup

WITHIN = re.compile(r"/r/([A-Za-z0-9][A-Za-z0-9_]{1,20})(?:/.*)?", re.ASCII)
"""A post of a subreddit leads to it as well."""


def by_address(url: httpx.URL) -> Match | None:
    """Reddit's own hosts. Raises `BadConfig` where no subreddit is named."""
    if url.host == "redd.it" or url.host.endswith(".redd.it"):
        raise BadConfig("url", "is a short link; open it, and copy the address that the browser shows then")
    if url.host != "reddit.com" and not url.host.endswith(".reddit.com"):
        return None
    match = WITHIN.fullmatch(url.path)
    if not match or match[1].lower() in NOT_ONE:
        raise BadConfig("url", f"names no subreddit; {WHAT_TO_WRITE}")
    return Match(f"https://www.reddit.com/r/{match[1]}/")


_APP = "https://www.reddit.com/prefs/apps"
SETUP = Setup(
    platform="a subreddit on Reddit",
    first=(
        "Make an account of its own for Hallmonitor, and make it a moderator of the subreddit with the right Manage Posts and"
        " Comments: Mod Tools > Mods and members."
    ),
    secret=(
        Part(
            "client id",
            f"Signed in as that account, open {_APP}, press create an app, choose script; the id stands below its name.",
            shown=True,
        ),
        Part("client secret", f"It stands behind the word secret, in the same place ({_APP}).", shown=False),
        Part("name", "The name of that account, without u/.", shown=True),
        Part(
            "password",
            "Its password on Reddit; with two-factor authentication a refresh token is needed instead (connectors/README.md, A subreddit).",
        ),
    ),
    by_address=by_address,
)
