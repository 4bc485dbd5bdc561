"""Discord's refusals in the words of `connectors.base`. Each has a number of its own, and the number says what to do."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Final

import httpx

from connectors.base import AuthFailed, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.fields import Fields
from connectors.http_answers import Row, status_error
from connectors.http_limits import MAX_WAIT_S, retry_after

FIELDS = Fields("Discord's answer has no usable `{}`; tell whoever runs Hallmonitor")

UNKNOWN_CHANNEL: Final = 10003
UNKNOWN_GUILD: Final = 10004
UNKNOWN_MESSAGE: Final = 10008
UNKNOWN_USER: Final = 10013
NO_ACCESS: Final = 50001
LACKS_RIGHT: Final = 50013

_REFUSED: Final = (
    "Discord does not accept the bot's token; reset it (https://discord.com/developers/applications, Bot, Reset Token) and"
    " give the page the new one"
)
_DENIED: Final = {
    NO_ACCESS: "the bot cannot see this; invite it to the server and let it View Channel (connectors/README.md)",
    LACKS_RIGHT: "the bot lacks a right here: it needs View Channel, Read Message History and Manage Messages",
    50021: "this is a notice of Discord's own, which cannot be deleted",
    50083: "the thread is archived and locked; give the bot Manage Threads, or delete the message there yourself",
    60003: "the server asks moderators for two-factor sign-in; the bot's owner has to switch it on for their own account",
}
"""By Discord's number for it (its reference, JSON Error Codes)."""


class Denied(NotAllowed):
    """Discord knows the bot and does not let it. `code` is Discord's number, 0 where it gave none."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Unknown(Gone):
    """Discord has no such channel, message or whatever was asked for. `code` says which."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code


class Limited(Unavailable):
    """So many requests are not allowed; after `retry_after` seconds they are again."""


def error_of(response: httpx.Response) -> ConnectorError | None:
    """What an answer means to us; None: it is a good one."""
    status, told = response.status_code, _told(response)
    code = told.get("code") if told else None
    code = code if isinstance(code, int) else 0
    what = f"Discord answered {status}" + (f" ({code})" if code else "")
    if status == 401:
        return AuthFailed(_REFUSED)
    if status in (400, 403) and code in _DENIED:
        return Denied(f"{what}: {_DENIED[code]}", code)
    if status == 403 and told is not None:  # a web page would be of Cloudflare, which says nothing of our rights
        return Denied(f"{what}: the bot may not do this; look at its rights in this channel", code)
    if status == 403:
        return Unavailable(f"{what} with a web page: what stands before it keeps us away; try again later")
    if status == 404:
        return Unknown(f"{what}: it is not there any more", code)
    if status == 429:
        return Limited(f"{what}: too many requests; try again later", _wait(response, told))
    return status_error(response)


def _wait(response: httpx.Response, told: Row | None) -> float | None:
    """Seconds: the body has them to the millisecond, the header rounds them up."""
    seconds = told.get("retry_after") if told else None
    if isinstance(seconds, int | float) and seconds >= 0:
        return min(float(seconds), MAX_WAIT_S)
    return retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))


def _told(response: httpx.Response) -> Row | None:
    try:
        told = json.loads(response.content)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None
