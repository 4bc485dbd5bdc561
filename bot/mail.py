"""E-mail by SMTP. The server's address comes from the environment: `HALLMONITOR_SMTP_URL`, and `HALLMONITOR_MAIL_FROM`."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import aiosmtplib

from bot.domain.errors import Advice

URL: Final = "HALLMONITOR_SMTP_URL"
FROM: Final = "HALLMONITOR_MAIL_FROM"
_PORTS: Final = {"smtp": 587, "smtps": 465}
_LOOPBACK: Final = ("localhost", "127.0.0.1", "::1")
_PATIENCE: Final = 20.0


class BadMailServer(Advice):
    """The address of the mail server is malformed; the message says how one reads, and quotes no password."""


class MailFailed(Advice):
    """The mail server did not take a message; the message says why."""


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in, and who signs it."""

    host: str
    port: int
    sender: str
    tls: bool
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def server_of(variables: Mapping[str, str]) -> MailServer | None:
    """The mail server of the environment; None: there is none, and nobody is written to.

    Raises:
        BadMailServer: one of the two variables is missing or malformed.
    """
    written, sender = variables.get(URL, ""), variables.get(FROM, "")
    if not written:
        return None
    if "@" not in sender:
        raise BadMailServer(f"{FROM}: write the address that signs, such as hallmonitor@school.example")
    parts = urlsplit(written)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise BadMailServer(f"{URL}: reads smtp://user:password@mail.school.example:587 or smtps://...:465")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return MailServer(parts.hostname, _port(parts), sender, parts.scheme == "smtps", user, password)


def send(server: MailServer, messages: list[EmailMessage]) -> list[str]:
    """Hand in the messages over one connection; what went wrong with each, empty where it was taken.

    The connection is encrypted, but to a server on the same machine.
    """
    return asyncio.run(_send(server, messages))


def reach(server: MailServer) -> None:
    """See that the server answers and knows the user.

    Raises:
        MailFailed: it does not.
    """
    try:
        asyncio.run(_reach(server))
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise MailFailed(f"the mail server {server.host}:{server.port} does not take our mail: {_why(error)}") from None


async def _reach(server: MailServer) -> None:
    async with _client(server) as client:
        await client.noop()


async def _send(server: MailServer, messages: list[EmailMessage]) -> list[str]:
    try:
        async with _client(server) as client:
            return [await _one(client, message) for message in messages]
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return [_why(error)] * len(messages)


async def _one(client: aiosmtplib.SMTP, message: EmailMessage) -> str:
    try:
        await client.send_message(message)
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        return _why(error)
    return ""


def _client(server: MailServer) -> aiosmtplib.SMTP:
    return aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.tls,
        start_tls=False if server.tls else (None if server.host in _LOOPBACK else True),
        username=server.user,
        password=server.password,
        timeout=_PATIENCE,
    )


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or _PORTS[parts.scheme]
    except ValueError:
        raise BadMailServer(f"{URL}: the port is no number") from None


def _why(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[:300]
