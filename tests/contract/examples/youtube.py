"""A channel on a fake of YouTube's interface, read by Google's own client."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example
from tests.servers.google import PARTS, SECRET
from tests.servers.youtube import CHANNEL, FakeYouTube

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE})
FINAL = frozenset({ActionKind.REMOVE})
SERVER = False


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeYouTube(request.getfixturevalue("platform"))
    address = PageAddress("room12", f"https://www.youtube.com/channel/{CHANNEL}", SECRET, fake.options)
    return Example("youtube", address, "UgxF", (SECRET, *PARTS[1:], "hush-access"))
