"""A class page in a file, with a folder in which it remembers what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said

ACTIONS = frozenset({ActionKind.HIDE, ActionKind.RESTORE, ActionKind.REMOVE, ActionKind.SPAM})
SERVER = False
OFFERS = frozenset({"plant", "edit", "delete"})


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    states = ["visible", "held", "visible", "removed", "spam", "visible", "visible", "visible"]
    comments = [
        {
            "id": f"n{n}",
            "author": "Newt",
            "text": f"Note {n}",
            "created": f"2025-04-0{1 + n // 3}T10:00:00Z",
            "state": state,
        }
        for n, state in enumerate(states)
    ]
    page = {"title": "Pond", "comments_open": True, "public": False, "administrators": ["Mr. Reed"]}
    file = folder / "pond.json"
    file.write_text(json.dumps({**page, "comments": comments}))
    return Example(
        "sample",
        PageAddress("pond", file.name, options={"state_dir": str(folder / "state")}, base=folder),
        "n2",
        plant=partial(plant, file),
        edit=partial(edit, file),
        delete=partial(delete, file),
    )


def plant(file: Path, said: Sequence[Said]) -> Sequence[str]:
    page = json.loads(file.read_text())
    first = len(page["comments"])
    rows: list[dict[str, Any]] = [
        {"id": f"p{n}", "author": "Newt", "text": s.text, "created": s.created.isoformat(), "parent": s.parent}
        for n, s in enumerate(said, first)
    ]
    file.write_text(json.dumps({**page, "comments": page["comments"] + rows}))
    return [row["id"] for row in rows]


def edit(file: Path, id: str, text: str) -> None:
    page = json.loads(file.read_text())
    rows = [{**row, "text": text} if row["id"] == id else row for row in page["comments"]]
    file.write_text(json.dumps({**page, "comments": rows}))


def delete(file: Path, id: str) -> None:
    page = json.loads(file.read_text())
    file.write_text(json.dumps({**page, "comments": [row for row in page["comments"] if row["id"] != id]}))
