"""A feed as WordPress makes them: its newest comments, with marks that say when nothing has changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.feed import FakeFeed, planted

ACTIONS: frozenset[ActionKind] = frozenset()
SERVER = False
OFFERS = frozenset({"through", "plant", "edit", "delete"})
MANY = 100


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeFeed(shows=MANY + 20, atom=True)
    fake.__enter__()
    request.addfinalizer(partial(fake.__exit__, None, None, None))
    ids = planted(fake)
    address = PageAddress("garden", fake.url)
    return Example(
        "feed",
        address,
        ids[2],
        upstream=fake.platform.url,
        through=lambda url: replace(address, url=fake.url.replace(fake.platform.url, url)),
        plant=partial(plant, fake),
        edit=fake.edit,
        delete=fake.delete,
    )


def plant(fake: FakeFeed, said: Sequence[Said]) -> Sequence[str]:
    return [fake.post(each.text, each.created, parent=each.parent or "") for each in said]
