"""A fake of Reddit's API on loopback, asked through the real PRAW."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.base import CHANGES_STATE, PageAddress
from tests.contract.example import Example
from tests.servers.reddit import APP, PASSWORD, SCRIPT, FakeReddit

ACTIONS = CHANGES_STATE
SERVER = False


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    server = request.getfixturevalue("reddit")
    assert isinstance(server, FakeReddit)
    page = server.page
    for n in range(12):
        page.now += 600
        page.say(f"Pond note {n}", created=page.now - n % 3 * 660)  # some in the same second
    page.say("The filter holds this", state="spam", by=True)
    page.say("Ms. Heron took this away", state="removed", by="ms_heron")
    page.say("Buy ponds", state="spam", by="ms_heron")
    page.say("gone", state="deleted")
    target = page.say("Somebody answers", "toad", parent=page.newest_first()[-1].id)
    hidden = (SCRIPT, PASSWORD, APP.partition(":")[2])
    return Example("reddit", PageAddress("pond", server.address, secret=SCRIPT), target.id, hidden)
