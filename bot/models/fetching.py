"""Fetching an official model: the checkpoint is brought here, compiled, compared with the package, and put into the home folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.errors import Advice
from bot.settings import Environment, did_you_mean
from moderators.models.official.names import OFFICIAL, BadCheckpoint, NoModel, NotReached, shown

_FETCHING: Final = ".fetching"
_ENCODER_FILES: Final = ("config.json", "tokenizer.json")

Told = Callable[[str, int, int | None], None]
"""Hears what is being done and, while bytes are fetched, how many of how many are there."""


class NotFetched(Advice):
    """The model could not be had, or is not to be used. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A model that can be chosen now. `difference` is the largest between the two engines on the compared sentences."""

    name: str
    version: str
    folder: Path
    labels: tuple[str, ...]
    difference: float
    exact_only: bool
    """Every text is scored in fp32: int8 does not suit this network."""


def get_model(
    environment: Environment,
    name: str,
    *,
    file: Path | None = None,
    address: str | None = None,
    told: Told = lambda _step, _done, _total: None,
) -> Fetched:
    """Fetch an official model, or take its checkpoint from a file that was copied here. An earlier one of that name is replaced.

    `address` takes the place of the one that the detoxify package knows: a district's own copy. A name and password in
    it are used and not kept.

    Raises:
        NotFetched: the name is unknown, there is no network, the file is damaged or another one, or the engines disagree.
    """
    if name not in OFFICIAL:
        raise NotFetched(f"there is no official model {name}{did_you_mean(name, OFFICIAL)}")
    try:
        from moderators.models.official.checkpoint import address_of
        from moderators.models.official.download import download
        from moderators.models.official.install import install
    except ImportError as missing:
        raise NotFetched(
            f"{missing.name} is missing: run `pip install hallmonitor[detoxify]`, then try again"
        ) from None
    environment.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder, fetching = environment.models / name, environment.models / _FETCHING
    checkpoint = file or fetching / f"{name}.ckpt"
    source = address or address_of(name)
    try:
        if not file and not checkpoint.exists():
            download(source, checkpoint, lambda done, total: told("fetching", done, total))
        done = install(
            name,
            checkpoint,
            folder,
            source=f"a file: {file.name}" if file else shown(source),
            encoder=_beside(file),
            told=lambda step: told(step, 0, None),
        )
    except NoModel as problem:
        if isinstance(problem, BadCheckpoint) and not file:
            checkpoint.unlink(missing_ok=True)  # the next try begins anew; anything else is gone on with
        other_way = f"\n{_other_way(name, shown(source))}" if isinstance(problem, NotReached) else ""
        raise NotFetched(f"{problem}{other_way}") from None
    if not file:
        shutil.rmtree(fetching, ignore_errors=True)
    return Fetched(name, done.version, folder, done.labels, done.difference, exact_only=done.exact_only)


def _beside(file: Path | None) -> str | None:
    """The folder of a copied checkpoint, where its encoder's files were copied too."""
    if file is not None and all((file.parent / name).is_file() for name in _ENCODER_FILES):
        return str(file.parent)
    return None


def _other_way(name: str, source: str) -> str:
    encoder = OFFICIAL[name].encoder
    return (
        f"without network: fetch {source} on another computer, and {' and '.join(_ENCODER_FILES)} of "
        f"https://huggingface.co/{encoder}; copy all three into one folder here, and run `hallmonitor models get {name} --from FILE`"
    )
