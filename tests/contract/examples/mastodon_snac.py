"""The same connector with a real server that speaks half of Mastodon's language: snac, which takes no reports."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from connectors.registry import OURS
from tests.contract.example import Example
from tests.servers.snac import SnacServer

ACTIONS: frozenset[ActionKind] = frozenset()
SERVER = True


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    server: SnacServer = request.getfixturevalue("snac")
    token = server.tokens["teacher"]
    address = PageAddress("volcano", f"{server.url}/teacher", secret=token, options={"reports": False})
    return Example(
        "mastodon_snac",
        address,
        f"0000000000{server.posts['nerd'][10:]}",
        (token,),
        {"mastodon_snac": OURS["mastodon"]},
    )
