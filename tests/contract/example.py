"""One connector with a page to try it on. What stands in `tests/contract/examples/` is tried by every case of the suite.

A file there holds `ACTIONS`, `SERVER` and `example(request, folder)`. It may hold more, and then more is tried:
`FINAL`, what cannot be taken back though other actions can; `OFFERS`, the names of those fields of its `Example` below that
it fills (`through`, `plant`, `edit`, `delete`); and `MANY`, how many comments its platform can show (ten thousand, if not said).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

import pytest
from _pytest.mark import ParameterSet

from connectors.base import ActionKind, Comment, Connector, ConnectorError, PageAddress
from connectors.registry import make
from tests.contract import examples
from tests.servers.fake import Reply

OFFERS = ("through", "plant", "edit", "delete")


@dataclass(frozen=True)
class Said:
    """What a visitor posts: plain text as they see it, the time that the platform gives it, and the comment answered."""

    text: str
    created: datetime
    parent: str | None = None


@dataclass
class Example:
    """One connector with a page of at least six comments. `target` is visible and may be acted on.

    `through` gives the address of the same page by way of a proxy (http://127.0.0.1:1234, or https://) that stands before
    `upstream`, the platform's own http address. `troubles` are the platform's own answers for "quota", "revoked", "gone"
    and "private", where they differ from 429, 401, 404 and 403, with the error that each has to become.
    `plant` posts comments, visible at once, and gives their ids; `edit` changes the text of one and no time; `delete` takes
    one away, so that nobody sees it any more. They act as people on the platform do, behind the connector's back.
    """

    kind: str
    address: PageAddress
    target: str
    secrets: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)
    upstream: str = ""
    through: Callable[[str], PageAddress] | None = None
    troubles: Mapping[str, tuple[Reply, type[ConnectorError]]] = field(default_factory=dict)
    plant: Callable[[Sequence[Said]], Sequence[str]] | None = None
    edit: Callable[[str, str], None] | None = None
    delete: Callable[[str], None] | None = None

    def connect(self) -> Connector:
        """Make it anew: nothing may hang on the object."""
        return make(self.kind, self.address, self.extra)

    def found(self, id: str) -> Comment | None:
        """Ask for one comment as if for the first time."""
        return next(iter(self.connect().get([id])), None)

    def judged(self) -> Comment:
        """The comment that may be acted on, as it stands."""
        comment = self.found(self.target)
        assert comment
        return comment


class Module(Protocol):
    """What a file of `tests/contract/examples/` holds at least."""

    ACTIONS: frozenset[ActionKind]
    SERVER: bool

    def example(self, request: pytest.FixtureRequest, folder: Path) -> Example: ...


def _listed() -> dict[str, Module]:
    names = sorted(found.name for found in pkgutil.iter_modules(examples.__path__))
    return {name: cast("Module", importlib.import_module(f"{examples.__name__}.{name}")) for name in names}


MODULES = _listed()
"""Every example by its connector's name."""


def final(module: Module) -> frozenset[ActionKind]:
    """What cannot be taken back on a platform."""
    return frozenset(getattr(module, "FINAL", frozenset()))


def offers(module: Module) -> frozenset[str]:
    """What more of its `Example` it fills."""
    return frozenset(getattr(module, "OFFERS", frozenset()))


def many(module: Module) -> int:
    """How many comments its platform can show."""
    return int(getattr(module, "MANY", 10_000))


def every(*offered: str) -> list[ParameterSet]:
    """Parameters: the name of each connector whose example offers these."""
    return [
        pytest.param(kind, id=kind, marks=_marks(module))
        for kind, module in MODULES.items()
        if offers(module).issuperset(offered)
    ]


def slow_with_servers(cases: list[ParameterSet]) -> list[ParameterSet]:
    """The same, where hundreds of questions are asked: real servers take too long for each run."""
    slow = pytest.mark.slow
    return [case._replace(marks=[*case.marks, slow]) if MODULES[str(case.values[0])].SERVER else case for case in cases]


def pairs(wanted: Callable[[Module, ActionKind], bool]) -> list[ParameterSet]:
    """Parameters: each connector's name with each action for which `wanted` says yes."""
    return [
        pytest.param((kind, action), id=f"{kind}-{action}", marks=_marks(module))
        for kind, module in MODULES.items()
        for action in ActionKind
        if wanted(module, action)
    ]


def _marks(module: Module) -> list[pytest.MarkDecorator]:
    return [pytest.mark.server] if module.SERVER else []
