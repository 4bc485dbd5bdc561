"""The connector that the README tells people to copy: exactly what is printed there."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

import connectors
from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example

ACTIONS: frozenset[ActionKind] = frozenset()
SERVER = False
README = Path(connectors.__file__).parent / "README.md"


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    code = re.search(r"```python\n(.*?)```", README.read_text(), re.DOTALL)
    assert code
    (folder / "readme_guestbook.py").write_text(code[1])
    lines = [f"{n}\t2025-04-0{n}T09:00:00Z\tNewt\tGuest {n}\n" for n in range(1, 8)]
    (folder / "book.txt").write_text("".join(lines))
    request.getfixturevalue("monkeypatch").syspath_prepend(str(folder))
    request.addfinalizer(lambda: sys.modules.pop("readme_guestbook", None))
    extra = {"guestbook": "readme_guestbook:GuestBook"}
    return Example("guestbook", PageAddress("book", "book.txt", base=folder), "3", extra=extra)
