"""A blog on a fake of Blogger's interface, read by Google's own client."""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.blogger import FRONT, POST, FakeBlogger, Remark
from tests.servers.google import PARTS, SECRET, TROUBLES, options_of

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE})
FINAL = frozenset({ActionKind.REMOVE})
OFFERS = frozenset({"through", "plant", "edit", "delete"})
SERVER = False


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    fake = FakeBlogger(request.getfixturevalue("platform"))
    address = PageAddress("room12", FRONT, SECRET, options_of(fake.url))
    return Example(
        "blogger",
        address,
        f"{POST}.18",
        (SECRET, *PARTS[1:], "hush-access"),
        upstream=fake.url,
        through=lambda url: replace(address, options=options_of(url)),
        troubles=TROUBLES,
        plant=partial(plant, fake),
        edit=partial(edit, fake),
        delete=partial(delete, fake),
    )


def plant(fake: FakeBlogger, said: Sequence[Said]) -> Sequence[str]:
    first = 50_000 + len(fake.remarks)
    remarks = [
        Remark(str(number), stored(each.text), each.created, parent=(each.parent or "").rpartition(".")[2])
        for number, each in enumerate(said, first)
    ]
    fake.add(*remarks)
    return [f"{POST}.{remark.id}" for remark in remarks]


def edit(fake: FakeBlogger, id: str, text: str) -> None:
    fake.remarks[id.rpartition(".")[2]].content = stored(text)


def delete(fake: FakeBlogger, id: str) -> None:
    del fake.remarks[id.rpartition(".")[2]]


def stored(text: str) -> str:
    """As Blogger stores what a visitor writes."""
    return html.escape(text).replace("\n", "<br/>")
