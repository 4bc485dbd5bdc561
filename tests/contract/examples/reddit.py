"""A fake of Reddit's API on loopback, asked through the real PRAW."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import CHANGES_STATE, AuthFailed, PageAddress
from tests.contract.example import Example, Said
from tests.servers.fake import reply_json
from tests.servers.reddit import APP, PASSWORD, SCRIPT, FakeReddit
from tests.servers.subreddit import Subreddit

ACTIONS = CHANGES_STATE
SERVER = False
OFFERS = frozenset({"through", "plant", "edit", "delete"})
MANY = 800
"""Reddit lists a thousand; what is beyond is walked, post by post (tests/unit/connectors/test_reddit_gap.py)."""

TROUBLES = {name: (reply_json({}, 403), AuthFailed) for name in ("403", "private")}
"""The first question of all is the sign-in: whom Reddit forbids that has a wrong credential."""


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
    address = PageAddress("pond", server.address, secret=SCRIPT)
    return Example(
        "reddit",
        address,
        target.id,
        hidden,
        upstream=server.url,
        through=lambda url: replace(address, url=f"{url}/r/{page.name}/"),
        troubles=TROUBLES,
        plant=partial(plant, page),
        edit=partial(edit, page),
        delete=partial(delete, page),
    )


def plant(page: Subreddit, said: Sequence[Said]) -> Sequence[str]:
    return [
        page.say(stored(each.text), "newt", parent=each.parent, created=each.created.timestamp()).id for each in said
    ]


def edit(page: Subreddit, id: str, text: str) -> None:
    page.comments[id].body = stored(text)


def delete(page: Subreddit, id: str) -> None:
    page.comments[id].state = "deleted"


def stored(text: str) -> str:
    """As people write it, so that it shows like this: Reddit's markdown knows HTML's entities."""
    return text.replace("&", "&amp;")
