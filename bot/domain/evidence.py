"""The evidence chain: any change of a sealed copy, or of their order, shows (DESIGN.md 10 and 11).

A link hashes the link before it and a salted commitment to the plaintext. It does not hash the ciphertext: so a
rotation of keys leaves the chain whole, and so does the lawful destruction of a payload.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass

FIRST_LINK = "0" * 64
SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """One piece of evidence in the chain. `payload` and `salt` are None once it was lawfully destroyed."""

    id: str
    commitment: str
    link: str
    payload: bytes | None
    salt: bytes | None


def commit_to(payload: bytes, salt: bytes) -> str:
    """The salted commitment (HMAC-SHA-256, hex): a short comment cannot be guessed from it without the salt."""
    return hmac.new(salt, payload, hashlib.sha256).hexdigest()


def next_link(previous: str, id: str, commitment: str) -> str:
    """The chain's next link (SHA-256, hex) over the link before, the evidence's id and its commitment."""
    return hashlib.sha256(f"{previous}\n{id}\n{commitment}".encode("ascii")).hexdigest()


def first_break(chain: Iterable[Link], head: str) -> str | None:
    """The id of the first piece that does not fit, "head" if pieces are missing at the end, None if all is whole."""
    previous = FIRST_LINK
    for piece in chain:
        if piece.link != next_link(previous, piece.id, piece.commitment):
            return piece.id
        if piece.payload is not None and piece.salt is not None:
            if not hmac.compare_digest(commit_to(piece.payload, piece.salt), piece.commitment):
                return piece.id
        elif piece.payload is not None or piece.salt is not None:
            return piece.id
        previous = piece.link
    return None if previous == head else "head"
