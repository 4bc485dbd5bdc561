"""A fake Mastodon, asked by the real Mastodon.py: with reports, whole threads and lists that page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.mastodon import CLASS, TOKEN, FakeMastodon, planted

ACTIONS = frozenset({ActionKind.REPORT})
SERVER = False
OFFERS = frozenset({"through", "plant", "edit", "delete"})
IN_A_THREAD = 100
"""So often the class is asked something new where many answer."""


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeMastodon()
    fake.__enter__()
    request.addfinalizer(partial(fake.__exit__, None, None, None))
    ids = planted(fake)
    address = PageAddress("volcano", f"{fake.url}/@{CLASS}", secret=TOKEN)
    return Example(
        "mastodon",
        address,
        ids["nerd"],
        (TOKEN,),
        upstream=fake.url,
        through=lambda url: replace(address, url=f"{url}/@{CLASS}"),
        plant=partial(plant, fake),
        edit=fake.edit,
        delete=fake.delete,
    )


def plant(fake: FakeMastodon, said: Sequence[Said]) -> Sequence[str]:
    ids = []
    for start in range(0, len(said), IN_A_THREAD):
        part = said[start : start + IN_A_THREAD]
        post = fake.post(CLASS, "And what else?", part[0].created)
        ids += [fake.post("newt", each.text, each.created, each.parent or post) for each in part]
    return ids
