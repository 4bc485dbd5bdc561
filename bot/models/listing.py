"""Which models there are: the bundled one, those that were fetched, the official ones that were not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from bot.settings import Environment, load_plugins
from moderators.base import BrokenModerator
from moderators.bundle import CLASSROOM, DESCRIPTION, read_bundle
from moderators.models.official.names import OFFICIAL

BUNDLED: Final = "classroom"
DETECTOR: Final = "toxicity"
_OURS: Final = "Apache-2.0; encoder and data: moderators/models/classroom/CARD.md"
_MEGABYTE: Final = 1_000_000


class ModelState(StrEnum):
    """Whether a model can be used."""

    BUNDLED = "bundled"
    FETCHED = "fetched"
    OFFICIAL = "not fetched"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class KnownModel:
    """One model. `engine` is set on the one in use; `problem` says why one cannot be used; an official one has `megabytes` roughly."""

    name: str
    state: ModelState
    version: str
    megabytes: float
    licence: str
    labels: tuple[str, ...]
    engine: str = ""
    problem: str = ""


def list_models(environment: Environment) -> list[KnownModel]:
    """Every model, the bundled one first. A model of the school's own that is in use, by its path, comes last.

    Raises:
        BadConfiguration: `plugins.yaml` is wrong.
    """
    chosen, engine = in_use(environment)
    found = {BUNDLED: _local(BUNDLED, CLASSROOM, ModelState.BUNDLED, _OURS)}
    found |= {name: _local(name, folder, ModelState.FETCHED) for name, folder in fetched(environment).items()}
    found |= {name: _official(name) for name in OFFICIAL if name not in found}
    if chosen not in found:
        found[chosen] = _local(chosen, Path(chosen), ModelState.FETCHED)
    return [_with_engine(model, engine) if model.name == chosen else model for model in found.values()]


def in_use(environment: Environment) -> tuple[str, str]:
    """Name or path of the model that the configuration chooses, and its engine."""
    options: Mapping[str, object] = {}
    if environment.config.is_dir():
        options = load_plugins(environment.config).options.get(DETECTOR, {})
    return str(options.get("model", BUNDLED)), str(options.get("engine", "onnx"))


def fetched(environment: Environment) -> dict[str, Path]:
    """The folders of the models that were fetched, by name."""
    return {file.parent.name: file.parent for file in sorted(environment.models.glob(f"[!.]*/{DESCRIPTION}"))}


def _local(name: str, folder: Path, state: ModelState, licence: str = "") -> KnownModel:
    files = [file for file in folder.rglob("*") if file.is_file()] if folder.is_dir() else [folder]
    size = sum(file.stat().st_size for file in files if file.exists()) / _MEGABYTE
    if folder.suffix == ".ckpt":
        return KnownModel(name, state, f"detoxify-{folder.stem}", size, "", ())
    try:
        bundle = read_bundle(folder)
        said = json.loads((folder / DESCRIPTION).read_text(encoding="utf-8"))
    except BrokenModerator as broken:
        return KnownModel(name, ModelState.UNUSABLE, "", size, licence, (), problem=str(broken))
    return KnownModel(name, state, bundle.version, size, licence or str(said.get("licence", "")), bundle.labels)


def _official(name: str) -> KnownModel:
    known = OFFICIAL[name]
    return KnownModel(name, ModelState.OFFICIAL, "", known.megabytes, known.licence, known.labels)


def _with_engine(model: KnownModel, engine: str) -> KnownModel:
    problem = model.problem
    if model.state is ModelState.OFFICIAL:
        problem = f"in use, and not on this computer: run `hallmonitor models get {model.name}` here"
    return KnownModel(
        model.name, model.state, model.version, model.megabytes, model.licence, model.labels, engine, problem
    )
