"""A class page in a file, with a folder in which it remembers what was done."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example

ACTIONS = frozenset(ActionKind)
SERVER = False


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
    (folder / "pond.json").write_text(json.dumps({**page, "comments": comments}))
    options = {"state_dir": str(folder / "state")}
    return Example("sample", PageAddress("pond", "pond.json", options=options, base=folder), "n2")
