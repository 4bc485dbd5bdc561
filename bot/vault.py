"""Keys and seals (DESIGN.md 11): AES-256-GCM for what people wrote, an HMAC index where equality must be searched.

The key ring comes from `HALLMONITOR_KEYS` or from a key file (mode 0600), as lines or commas of `name:base64 key`. The
first sealing key seals; all of them open. The key named `index` makes the blind index and is never rotated.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bot.domain.errors import Advice

INDEX_KEY = "index"
_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyProblem(Advice):
    """A key is missing, malformed or wrong. The message says which key, where it is looked for, and never the key."""

    key = "sealed"


@dataclass(frozen=True, slots=True)
class Vault:
    """Seals and opens. Every seal is bound to its table, column and row, so that no value can be moved elsewhere."""

    _seals: Mapping[str, AESGCM] = field(repr=False)
    _current: str
    _index: bytes = field(repr=False)

    @classmethod
    def from_ring(cls, ring: Mapping[str, bytes]) -> Vault:
        """Make a vault of a key ring.

        Raises:
            KeyProblem: the index key or every sealing key is missing.
        """
        sealing = [name for name in ring if name != INDEX_KEY]
        if INDEX_KEY not in ring or not sealing:
            raise KeyProblem(
                f"the key ring needs a key named `{INDEX_KEY}` and one more; run `hallmonitor init` for a new one"
            )
        return cls({name: AESGCM(ring[name]) for name in sealing}, sealing[0], ring[INDEX_KEY])

    def seal(self, place: str, row: str, text: str) -> bytes:
        """Seal a text for one place (`table.column`) and row. Lone surrogates survive."""
        return self.seal_bytes(place, row, text.encode("utf-8", "surrogatepass"))

    def seal_bytes(self, place: str, row: str, plain: bytes) -> bytes:
        """Seal bytes: the key's name, a nonce, the ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        name = self._current.encode("ascii")
        return b"%c%b%b%b" % (
            len(name),
            name,
            nonce,
            self._seals[self._current].encrypt(nonce, plain, _bound(place, row)),
        )

    def open(self, place: str, row: str, sealed: bytes) -> str:
        """Open what `seal` sealed for the same place and row.

        Raises:
            KeyProblem: the ring lacks the key, or the value was changed or moved.
        """
        return self.open_bytes(place, row, sealed).decode("utf-8", "surrogatepass")

    def open_bytes(self, place: str, row: str, sealed: bytes) -> bytes:
        """As `open`, for bytes."""
        end = 1 + (sealed[0] if sealed else 0)
        name = sealed[1:end].decode("ascii", "replace")
        key = self._seals.get(name)
        if key is None:
            raise KeyProblem(
                f"a row of {place} needs the key `{name}`, which the key ring lacks: add it to HALLMONITOR_KEYS or restore the key file"
            )
        try:
            return key.decrypt(sealed[end : end + _NONCE_BYTES], sealed[end + _NONCE_BYTES :], _bound(place, row))
        except (InvalidTag, ValueError):  # too short to be one of ours
            raise KeyProblem(
                f"a row of {place} does not open with the key `{name}`: it is another key of that name, or the row was changed"
            ) from None

    def index(self, place: str, text: str) -> bytes:
        """The blind index of a text in one place (HMAC-SHA-256): equal texts are found, none is guessed without the key."""
        return hmac.digest(self._index, _bound(place, "") + text.encode("utf-8", "surrogatepass"), "sha256")


def parse_ring(written: str, origin: str) -> dict[str, bytes]:
    """Read a key ring.

    Raises:
        KeyProblem: a line is malformed; the message counts it and does not quote it.
    """
    ring: dict[str, bytes] = {}
    for number, entry in enumerate(_entries(written), start=1):
        name, _, encoded = entry.partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except binascii.Error:
            key = b""
        if not name.isidentifier() or not name.isascii() or len(key) != _KEY_BYTES:
            raise KeyProblem(
                f"{origin}: key {number} is not `name:` and {_KEY_BYTES} bytes in base64; restore it from your backup"
            )
        ring[name] = key
    if not ring:
        raise KeyProblem(f"{origin}: no key in it; restore it from your backup")
    return ring


def read_ring(written: str | None, file: Path) -> dict[str, bytes]:
    """The key ring of the environment, else of the key file.

    Raises:
        KeyProblem: there is none; the message says how to get one.
    """
    if written is not None:
        return parse_ring(written, "HALLMONITOR_KEYS")
    try:
        return parse_ring(file.read_text(encoding="ascii"), str(file))
    except FileNotFoundError:
        raise KeyProblem(
            f"no keys: set HALLMONITOR_KEYS, or restore {file}, or run `hallmonitor init` for a new school"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise KeyProblem(f"{file} cannot be read ({type(error).__name__}); restore it from your backup") from None


def make_key_file(file: Path) -> None:
    """Write a new key ring, readable by its owner alone (mode 0600); an existing file is never overwritten.

    Raises:
        FileExistsError: the file is there already.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write(write_ring({name: secrets.token_bytes(_KEY_BYTES) for name in ("k1", INDEX_KEY)}))


def write_ring(ring: Mapping[str, bytes]) -> str:
    """A key ring as `parse_ring` reads it, a key on each line."""
    return "".join(f"{name}:{base64.b64encode(key).decode('ascii')}\n" for name, key in ring.items())


def _entries(written: str) -> Iterable[str]:
    return (entry.strip() for entry in written.replace(",", "\n").splitlines() if entry.strip())


def _bound(place: str, row: str) -> bytes:
    return f"{place}\0{row}\0".encode()
