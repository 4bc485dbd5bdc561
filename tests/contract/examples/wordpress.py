"""A real WordPress on loopback."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.wordpress import WordPressServer

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE, ActionKind.SPAM})
SERVER = True
OFFERS = frozenset({"through", "plant", "edit", "delete"})

LOCAL = ZoneInfo("America/Los_Angeles")
COLUMNS = "comment_ID, comment_post_ID, comment_author, comment_content, comment_date_gmt, comment_date, comment_parent"
ROWS = 25
"""An argument of a command holds 128 KiB at most."""


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    server: WordPressServer = request.getfixturevalue("wordpress")
    secret = server.secret()
    return Example(
        "wordpress",
        PageAddress("garden", server.url, secret=secret),
        str(server.comments["tall"]),
        (secret, secret.partition(":")[2]),
        upstream=server.url,
        through=partial(PageAddress, "garden", secret=secret),
        plant=partial(plant, server),
        edit=partial(edit, server),
        delete=partial(delete, server),
    )


def plant(server: WordPressServer, said: Sequence[Said]) -> Sequence[str]:
    first = int(server.sql("select max(comment_ID) + 1 from wp_comments"))
    rows = [f"({id}, {server.posts['beans']}, 'Moss', {_row(each)})" for id, each in enumerate(said, first)]
    for part in _parts(rows):
        server.sql(f"insert into wp_comments ({COLUMNS}) values {', '.join(part)}")
    return [str(first + n) for n in range(len(said))]


def edit(server: WordPressServer, id: str, text: str) -> None:
    server.sql(f"update wp_comments set comment_content = {_stored(text)} where comment_ID = {id}")


def delete(server: WordPressServer, id: str) -> None:
    server.sql(f"delete from wp_comments where comment_ID = {id}")


def _parts(rows: Sequence[str]) -> Iterable[Sequence[str]]:
    return (rows[start : start + ROWS] for start in range(0, len(rows), ROWS))


def _row(said: Said) -> str:
    return f"{_stored(said.text)}, '{said.created:%F %T}', '{said.created.astimezone(LOCAL):%F %T}', {said.parent or 0}"


def _stored(text: str) -> str:
    """As WordPress stores what a visitor writes, in SQL: in hexadecimal no sign has to be masked."""
    return f"x'{html.escape(text, quote=False).encode().hex()}'"
