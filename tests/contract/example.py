"""One connector with a page to try it on. What stands in `tests/contract/examples/` is tried by every case of the suite."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, cast

import pytest
from _pytest.mark import ParameterSet

from connectors.base import ActionKind, Comment, Connector, PageAddress
from connectors.registry import make
from tests.contract import examples


@dataclass
class Example:
    """One connector with a page of at least six comments. `target` is visible and may be acted on."""

    kind: str
    address: PageAddress
    target: str
    secrets: tuple[str, ...] = ()
    extra: dict[str, str] = field(default_factory=dict)

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
    """What a file of `tests/contract/examples/` holds. `FINAL`, if it is there: what cannot be taken back though others can."""

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


def every() -> list[ParameterSet]:
    """Parameters: the name of each connector."""
    return [pytest.param(kind, id=kind, marks=_marks(module)) for kind, module in MODULES.items()]


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
