from __future__ import annotations

import re
import sys
from pathlib import Path
from types import ModuleType

import pytest

from moderators import registry
from moderators.base import ModeratorSettings, PageContext
from tests.unit.moderators.reading import Said

README = Path(__file__).parents[3] / "moderators" / "README.md"


def test_the_example_of_the_readme_works(monkeypatch: pytest.MonkeyPatch) -> None:
    text = README.read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (path,) = re.findall(r"chess_spam: (\S+)", text)
    assert len(code.strip().splitlines()) <= 42
    module = ModuleType("district.chess")
    exec(compile(code, str(README), "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "district", ModuleType("district"))
    monkeypatch.setitem(sys.modules, "district.chess", module)
    made = registry.make("chess_spam", ModeratorSettings(options={"score": 0.7}), {"chess_spam": path})
    made.canary()
    answers = made.assess([Said("Chéap chess lessons here"), Said("chess is fun")], PageContext("p"))
    assert [[(s.score, s.start, s.end) for s in answer] for answer in answers if isinstance(answer, list)] == [
        [(0.7, 0, 19)],
        [],
    ]


def test_the_readme_names_every_moderator() -> None:
    text = README.read_text(encoding="utf-8")
    assert [name for name in registry.DEFAULTS if f"`{name}`" not in text] == []
