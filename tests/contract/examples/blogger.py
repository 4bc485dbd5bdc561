"""A blog on a fake of Blogger's interface, read by Google's own client."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example
from tests.servers.blogger import FRONT, POST, FakeBlogger
from tests.servers.google import PARTS, SECRET

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE})
FINAL = frozenset({ActionKind.REMOVE})
SERVER = False


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeBlogger(request.getfixturevalue("platform"))
    address = PageAddress("room12", FRONT, SECRET, fake.options)
    return Example("blogger", address, f"{POST}.18", (SECRET, *PARTS[1:], "hush-access"))
