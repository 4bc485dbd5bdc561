"""A real WordPress on loopback."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example
from tests.servers.wordpress import WordPressServer

ACTIONS = frozenset(ActionKind)
SERVER = True


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    server: WordPressServer = request.getfixturevalue("wordpress")
    secret = server.secret()
    hidden = (secret, secret.partition(":")[2])
    return Example("wordpress", PageAddress("garden", server.url, secret=secret), str(server.comments["tall"]), hidden)
