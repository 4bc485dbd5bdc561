"""A real MediaWiki on loopback. Nothing is edited or deleted there: a revision never changes, and stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, NotAllowed, PageAddress, Unavailable
from tests.contract.example import Example, Said
from tests.servers.fake import reply_json
from tests.servers.mediawiki import MediaWikiServer

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE})
SERVER = True
OFFERS = frozenset({"through", "plant"})
MANY = 30
"""Each is an edit of the whole page, which takes a real wiki a tenth of a second."""


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    server: MediaWikiServer = request.getfixturevalue("mediawiki")
    secret = server.secret()
    path = server.page().removeprefix(server.url)
    return Example(
        "mediawiki",
        PageAddress("pools", server.page(), secret=secret),
        str(server.revisions["rude"]),
        (secret, secret.partition(":")[2]),
        upstream=server.url,
        through=lambda url: PageAddress("pools", url + path, secret=secret),
        troubles={
            "quota": (reply_json({"error": {"code": "ratelimited"}}), Unavailable),
            "private": (reply_json({"error": {"code": "readapidenied"}}), NotAllowed),
        },
        plant=partial(plant, server),
    )


def plant(server: MediaWikiServer, said: Sequence[Said]) -> Sequence[str]:
    add = [
        {"do": "add", "user": "Barnacle", "at": f"{each.created:%FT%TZ}", "text": _wikitext(each.text)} for each in said
    ]
    return [str(id) for id in server.play(*add)]


def _wikitext(text: str) -> str:
    """So that a visitor reads exactly this: no sign means anything else."""
    return ":" + re.sub(r"[^\w\s]", lambda sign: f"&#{ord(sign[0])};", text)
