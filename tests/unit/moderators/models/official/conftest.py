"""The three published kinds as tiny checkpoints in Detoxify's format, and what `install` makes of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from moderators.models.official.install import Installed, install
from moderators.models.official.names import OFFICIAL
from tests.unit.moderators.checkpoints import published

KINDS = {"original": ("bert", 6), "unbiased": ("roberta", 16), "multilingual": ("xlm-roberta", 16)}


@dataclass(frozen=True)
class Made:
    """One official model in miniature: its checkpoint, where it was put, and what was said of it."""

    name: str
    checkpoint: Path
    models: Path
    installed: Installed

    @property
    def folder(self) -> Path:
        return self.models / self.name


@pytest.fixture(scope="session")
def make(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Made]:
    """Each of them, made once."""

    @cache
    def once(name: str) -> Made:
        kind, outputs = KINDS[name]
        folder = tmp_path_factory.mktemp(name)
        older = {"toxicity": "toxic", "severe_toxicity": "severe_toxic", "identity_attack": "identity_hate"}
        checkpoint = published(kind, folder, [older.get(label, label) for label in OFFICIAL[name].labels], outputs)
        installed = install(name, checkpoint, folder / "models" / name, source="a test")
        return Made(name, checkpoint, folder / "models", installed)

    return once


@pytest.fixture(params=KINDS)
def made(request: pytest.FixtureRequest, make: Callable[[str], Made]) -> Made:
    """Each kind in turn."""
    return make(request.param)


@pytest.fixture
def original(make: Callable[[str], Made]) -> Made:
    """One of them, where the kind does not matter."""
    return make("original")
