"""Webhooks: what a district's own system is told, where, and how often it is tried (standardwebhooks.com, specification 1.0)."""

from __future__ import annotations

import base64
import binascii
import ipaddress
from datetime import timedelta
from enum import StrEnum
from typing import Annotated, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from bot.domain.fields import Slug, Strict, check_variable


class EventName(StrEnum):
    """What a receiver may be told of."""

    FLAG_OPENED = "flag.opened"
    FLAG_DECIDED = "flag.decided"
    ACTION_DONE = "action.done"
    ACTION_FAILED = "action.failed"  # the platform cannot: a person has to do it there
    CASE_OPENED = "case.opened"
    CASE_CLOSED = "case.closed"


_WAITS: Final = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
"""How long it is waited after the first failed attempt, the second, and so on: as the specification proposes, three days in all."""

LONGEST_WAIT: Final = max(_WAITS)

KEEPS_ORDER: Final = 3
"""So many failed attempts hold up what comes behind them, half an hour or so; then they are overtaken."""

_FEWEST, _MOST = 24, 64
_NO_ADDRESS = "is no web address; write one such as https://tickets.district.example/hook"
_FORM = "write whsec_ and 24 to 64 random bytes in base64: echo whsec_$(openssl rand -base64 32)"


def wait_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed attempts; None: it is given up."""
    return _WAITS[attempts - 1] if attempts <= len(_WAITS) else None


def check_secret(written: str) -> str:
    """A secret in the form of Standard Webhooks, as it was given.

    Raises:
        ValueError: it has another form; the message quotes none of it.
    """
    try:
        key = base64.b64decode(written.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError):
        raise ValueError(f"is no secret of a webhook: {_FORM}") from None
    if not written.startswith("whsec_") or not _FEWEST <= len(key) <= _MOST:
        raise ValueError(f"is no secret of a webhook: {_FORM}")
    return written


def _address(written: str, *, internal: bool) -> str:
    """Only what is seen without asking anybody: an address that cannot be meant."""
    try:
        parts = urlsplit(written)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise ValueError(_NO_ADDRESS) from None
    if parts.scheme not in ("https", "http") or not host or not written.isprintable() or " " in written:
        raise ValueError(_NO_ADDRESS)
    if "@" in parts.netloc:
        raise ValueError("must not hold a name or password: the signature shows that it is us")
    number = _number(host)
    if number is None and host.rstrip(".").rpartition(".")[2].isdecimal():
        raise ValueError("holds half of a number: write a name, or all four parts")
    is_here = host == "localhost" or (number is not None and number.is_loopback)
    if parts.scheme == "http" and not is_here:
        raise ValueError("must begin with https://; http:// is for a receiver on this machine alone")
    if number is not None and not (number.is_global or is_here or internal):
        raise ValueError(f"{host} is a private address: say `internal: true` if it is the district's own")
    return written


class Webhook(Strict):
    """An address of the district that is told of a school's flags. `internal`: it lies in the district's own network.

    `secret` names the environment variable that holds what both sides sign by.
    """

    name: Slug
    internal: bool = False  # stands before `url`, which is read by it
    url: str
    secret: Annotated[str, AfterValidator(check_variable)]
    events: tuple[EventName, ...] = Field(min_length=1)

    @field_validator("url")
    @classmethod
    def _can_be_meant(cls, written: str, others: ValidationInfo) -> str:
        return _address(written, internal=bool(others.data.get("internal", True)))

    @property
    def host(self) -> str:
        """The name of the receiver's machine: what may be shown of an address, whose path may hold a token."""
        return urlsplit(self.url).hostname or ""

    @property
    def variable(self) -> str:
        """The environment variable that holds the secret."""
        return self.secret.removeprefix("env:")


def check_names(hooks: tuple[Webhook, ...]) -> tuple[Webhook, ...]:
    """See that each hook of a site has a name of its own.

    Raises:
        ValueError: one stands twice.
    """
    names = [hook.name for hook in hooks]
    if doubled := [name for name in names if names.count(name) > 1]:
        raise ValueError(f"two hooks are called {doubled[0]}; give each a name of its own")
    return hooks


Webhooks = Annotated[tuple[Webhook, ...], AfterValidator(check_names)]
"""The hooks of one site."""


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
