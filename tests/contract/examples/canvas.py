"""A course on a fake of Canvas."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.canvas import TOKEN, FakeCanvas, planted
from tests.servers.course import COURSE, stored

ACTIONS = frozenset({ActionKind.REMOVE})
FINAL = ACTIONS
SERVER = False
OFFERS = frozenset({"through", "plant", "edit", "delete"})
IN_A_TOPIC = 100
"""So often the class is asked something new where many answer."""


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeCanvas()
    fake.__enter__()
    request.addfinalizer(partial(fake.__exit__, None, None, None))
    ids = planted(fake)
    address = PageAddress("room12", fake.address, secret=TOKEN)
    return Example(
        "canvas",
        address,
        ids["nerd"],
        (TOKEN,),
        upstream=fake.url,
        through=lambda url: replace(address, url=f"{url}/{COURSE}"),
        plant=partial(plant, fake),
        edit=partial(edit, fake),
        delete=partial(delete, fake),
    )


def plant(fake: FakeCanvas, said: Sequence[Said]) -> Sequence[str]:
    ids = []
    for start in range(0, len(said), IN_A_TOPIC):
        part = said[start : start + IN_A_TOPIC]
        new = fake.begin("And what else?", at=part[0].created)
        for each in part:
            topic, _, parent = (each.parent or "").rpartition(".")
            place = fake.everywhere()[int(topic)] if parent else new
            entry = fake.say(place, each.text, each.created, 23, place.entries[int(parent)] if parent else None)
            ids.append(f"{place.id}.{entry.id}")
    return ids


def edit(fake: FakeCanvas, id: str, text: str) -> None:
    _, topic, entry = f".{id}".rsplit(".", 2)
    fake.everywhere()[int(topic)].entries[int(entry)].html = stored(text)


def delete(fake: FakeCanvas, id: str) -> None:
    """As its author or a teacher does; with a discussion goes all that was said in it."""
    if id.startswith("t"):
        del fake.topics[int(id[1:])]
        return
    _, topic, entry = f".{id}".rsplit(".", 2)
    if int(topic) in fake.everywhere():
        fake.everywhere()[int(topic)].entries[int(entry)].deleted = True
