"""A channel on a fake of YouTube's interface, read by Google's own client."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.google import PARTS, SECRET, TROUBLES, options_of
from tests.servers.youtube import CHANNEL, FakeYouTube, Spoken

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE})
FINAL = frozenset({ActionKind.REMOVE})
OFFERS = frozenset({"through", "plant", "edit", "delete"})
ORPHANS = False
SERVER = False


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeYouTube(request.getfixturevalue("platform"))
    address = PageAddress("room12", f"https://www.youtube.com/channel/{CHANNEL}", SECRET, options_of(fake.url))
    return Example(
        "youtube",
        address,
        "UgxF",
        (SECRET, *PARTS[1:], "hush-access"),
        upstream=fake.url,
        through=lambda url: replace(address, options=options_of(url)),
        troubles=TROUBLES,
        plant=partial(plant, fake),
        edit=partial(edit, fake),
        delete=fake.delete,
    )


def plant(fake: FakeYouTube, said: Sequence[Said]) -> Sequence[str]:
    first = len(fake.spoken)
    ids = [f"UgxP{first + n:06}" for n in range(len(said))]
    fake.add(*(Spoken(id, s.text, s.created, parent=s.parent or "") for id, s in zip(ids, said, strict=True)))
    return ids


def edit(fake: FakeYouTube, id: str, text: str) -> None:
    fake.spoken[id].text = text
