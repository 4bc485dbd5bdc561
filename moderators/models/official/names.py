"""The official models by name: what is known of them before they are fetched. Nothing here imports torch."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

_ORIGINAL: Final = ("toxicity", "severe_toxicity", "obscene", "threat", "insult", "identity_attack")
_LATER: Final = ("toxicity", "severe_toxicity", "obscene", "identity_attack", "insult", "threat", "sexual_explicit")


@dataclass(frozen=True, slots=True)
class Official:
    """One official model. `encoder` is the hub's name of the network that it was made from; `megabytes` is what is fetched, roughly."""

    encoder: str
    megabytes: int
    licence: str
    labels: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)


OFFICIAL: Final[Mapping[str, Official]] = MappingProxyType(
    {
        "original": Official(
            "bert-base-uncased",
            440,
            "Apache-2.0 (encoder Apache-2.0); learned from Wikipedia talk pages (CC-BY-SA-3.0)",
            _ORIGINAL,
        ),
        "unbiased": Official(
            "roberta-base",
            500,
            "Apache-2.0 (encoder MIT); learned from Civil Comments (CC0-1.0) and Wikipedia talk pages (CC-BY-SA-3.0)",
            _LATER,
        ),
        "multilingual": Official(
            "xlm-roberta-base",
            1110,
            "Apache-2.0 (encoder MIT); learned from Civil Comments (CC0-1.0) and Wikipedia talk pages (CC-BY-SA-3.0), translated",
            _LATER,
            ("en", "es", "fr", "it", "pt", "ru", "tr"),
        ),
    }
)
"""Labels and languages as the README of the detoxify project says them; sizes are four bytes a weight."""


class NoModel(Exception):
    """A model cannot be had. The message says what to do."""


class NotReached(NoModel):
    """Something has to be fetched, and cannot be."""


class BadCheckpoint(NoModel):
    """The checkpoint is damaged or another one: it is of no use, and has to be fetched or copied again."""


def shown(address: str) -> str:
    """An address as it may be kept and told: without name and password, and without what stands behind `?`, which may be a key."""
    with suppress(ValueError):
        parts = urlsplit(address)
        host = parts.netloc.rpartition("@")[2]
        if host and (parts.port is None or parts.port >= 0):  # raises where it is no number
            return parts._replace(netloc=host, query="", fragment="").geturl()
    return (
        address.rpartition("@")[2].partition("?")[0].partition("#")[0]
    )  # no address; a password with a / in it looks so, too
