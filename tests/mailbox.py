"""A real mail server on loopback that keeps what it is given."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers.fixtures import free_port


@dataclass
class Mailbox:
    """What was handed in. `refuses`: what the server answers instead of taking a message."""

    messages: list[EmailMessage] = field(default_factory=list)
    refuses: str = ""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's
        if self.refuses:
            return self.refuses
        self.messages.append(message_from_bytes(envelope.content, policy=policy.default))
        return "250 taken"

    def to(self) -> list[str]:
        """To whom, in their order, sorted by address."""
        return sorted(str(message["To"]) for message in self.messages)


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, str]]:
    """A server with its mailbox and address."""
    box = Mailbox()
    port = free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()
