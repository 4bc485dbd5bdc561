"""What setting up a class account on Mastodon takes (`pages add`)."""

from __future__ import annotations

import json
import re

from connectors.base import BadConfig
from connectors.mastodon_site import WHAT_TO_WRITE
from connectors.seen import Ask, Seen
from connectors.setup import Match, Part, Setup

ACCOUNT = re.compile(r"/(?:web/)?(@|users/)?([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)(@[^/]+)?(?:/.*)?")
SPEAKS = re.compile(r"snac|mastodon|pleroma|akkoma|gotosocial|pixelfed|friendica", re.IGNORECASE)


def by_answer(page: Seen, ask: Ask) -> Match | None:
    """By the interface of its server: asked where the address looks like an account, or the page says what it is made with.

    Raises `BadConfig` where it is no account, or shows an account of another server.
    """
    account = ACCOUNT.fullmatch(page.url.path)
    speaks = SPEAKS.search(page.generator) or any(link.type == "application/activity+json" for link in page.links)
    if not (speaks or (account and account[1])) or not _is_one(ask("/api/v1/instance")):
        return None
    if not account:
        raise BadConfig("url", f"is no account; {WHAT_TO_WRITE}")
    if account[3]:
        raise BadConfig("url", f"is how this server shows an account of {account[3][1:]}; write its address there")
    return Match(str(page.url.copy_with(path=f"/{account[1] or ''}{account[2]}", query=None)))


def _is_one(told: Seen | None) -> bool:
    if told is None or told.is_closed:
        return False
    try:
        server = json.loads(told.text)
    except (ValueError, RecursionError):
        return False
    return isinstance(server, dict) and isinstance(server.get("uri"), str) and isinstance(server.get("version"), str)


SETUP = Setup(
    platform="a class account on Mastodon, or on a server that speaks its language",
    secret=(
        Part(
            "access token",
            "Signed in as the class account: Preferences > Development > New application, with the scopes read and write:reports;"
            " open it, and copy Your access token.",
        ),
    ),
    by_answer=by_answer,
)
