"""Choosing the model of the `toxicity` detector: it must know its canaries first, and only then stands in the configuration."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.errors import Advice
from bot.models.listing import BUNDLED, DETECTOR, fetched, in_use
from bot.settings import Environment, did_you_mean, load_plugins
from bot.settings.plugin_options import set_options
from moderators import registry
from moderators.base import BrokenModerator, ModeratorSettings
from moderators.models.official.names import OFFICIAL

ENGINES: Final = ("onnx", "detoxify")


class NotChosen(Advice):
    """The model cannot be used. The configuration is as it was."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """What stands in the configuration now. `changed` is False where it stood there before."""

    model: str
    engine: str
    version: str
    file: Path
    changed: bool


def use_model(environment: Environment, name: str, engine: str = ENGINES[0]) -> Chosen:
    """Write the choice into `plugins.yaml`; nothing else of the file changes.

    Raises:
        NotChosen: there is no such model here, or it does not know its canaries.
        BadConfiguration: the file is wrong, or cannot be changed safely.
    """
    here = fetched(environment)
    if engine not in ENGINES:
        raise NotChosen(f"there is no engine {engine}: say {' or '.join(ENGINES)}")
    if name not in here and name in OFFICIAL:
        raise NotChosen(f"{name} is not on this computer: run `hallmonitor models get {name}` first")
    if name != BUNDLED and name not in here:
        raise NotChosen(f"there is no model {name}{did_you_mean(name, [BUNDLED, *here, *OFFICIAL])}")
    version = _tried(environment, name, engine)
    file = environment.config / "plugins.yaml"
    written = load_plugins(environment.config).options.get(DETECTOR, {})
    changed = in_use(environment) != (name, engine)
    if changed:
        # the engine is written only where it says something: a file that never named it says onnx
        names_engine = "engine" in written or engine != ENGINES[0]
        set_options(file, DETECTOR, {"model": name} | ({"engine": engine} if names_engine else {}))
    return Chosen(name, engine, version, file, changed)


def _tried(environment: Environment, name: str, engine: str) -> str:
    """The version of the detector with this model, after it has known its canaries."""
    plugins = load_plugins(environment.config)
    options = {**plugins.options.get(DETECTOR, {}), "model": name, "engine": engine}
    settings = ModeratorSettings(options=options, models=environment.models)
    try:
        detector = registry.make(DETECTOR, settings, plugins.moderators)
        detector.canary()
    except (BrokenModerator, LookupError, ValueError, OSError) as problem:
        raise NotChosen(f"{problem}\nthe model is not chosen, and the configuration is as it was") from None
    return detector.version
