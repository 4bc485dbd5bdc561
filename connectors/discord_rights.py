"""Who may do what in a channel of Discord, worked out as its reference says (Permissions, Permission Overwrites)."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from discord import Permissions

from connectors.discord_errors import FIELDS
from connectors.http_answers import Row

ROLE: Final = 0
"""The type of an overwrite that is for a role; the others are for single accounts."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role of the server. `bot` is the account of the bot that it was made for, empty for a role of people."""

    id: str
    name: str
    rights: int
    bot: str


class Rights:
    """The rights of roles and accounts in one channel."""

    def __init__(self, guild: Row, channel: Row) -> None:
        self._everyone = FIELDS.text(guild, "id")
        self._owner = FIELDS.text(guild, "owner_id")
        self._roles = {role.id: role for role in map(_role, FIELDS.rows(guild, "roles"))}
        self._overwrites = {FIELDS.text(row, "id"): row for row in FIELDS.rows(channel, "permission_overwrites")}

    @property
    def everyone(self) -> Permissions:
        """What whoever is on the server may do here."""
        return self.of(())

    @property
    def invited(self) -> list[str]:
        """The accounts that the channel gives or takes rights by themselves."""
        return [id for id, row in self._overwrites.items() if FIELDS.number(row, "type") != ROLE]

    def roles_with(self, right: str) -> Iterator[Role]:
        """The roles that may do something here, other than @everyone."""
        for role in self._roles.values():
            if role.id != self._everyone and getattr(self.of((role.id,)), right):
                yield role

    def of(self, roles: Collection[str], account: str = "") -> Permissions:
        """What an account with these roles may do here; without an account, what these roles alone give."""
        held = [self._roles[id] for id in (self._everyone, *roles) if id in self._roles]
        rights = Permissions(_together(role.rights for role in held))
        if account == self._owner or rights.administrator:
            return Permissions.all()
        layers = [[self._everyone], [role.id for role in held if role.id != self._everyone], [account]]
        value = rights.value
        for layer in layers:
            rows = [self._overwrites[id] for id in layer if id in self._overwrites]
            value &= ~_together(_bits(row, "deny") for row in rows)
            value |= _together(_bits(row, "allow") for row in rows)
        # without the right to see it, all others are worth nothing
        return Permissions(value) if Permissions(value).view_channel else Permissions.none()


def _role(row: Row) -> Role:
    bot = FIELDS.text_if_any(row, "tags.bot_id")
    return Role(FIELDS.text(row, "id"), FIELDS.text(row, "name"), _bits(row, "permissions"), bot)


def _together(bits: Iterator[int]) -> int:
    value = 0
    for each in bits:
        value |= each
    return value


def _bits(row: Row, path: str) -> int:
    """Rights come as a number written as text, since they are more than JavaScript can count."""
    written = FIELDS.text(row, path)
    if not (written.isascii() and written.isdecimal()) or len(written) > 30:
        raise FIELDS.changed(path)
    return int(written)
