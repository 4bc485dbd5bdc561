"""Sending: signed as Standard Webhooks asks, several receivers side by side, to each one message after the other."""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Final

import httpx
from standardwebhooks import Webhook as Signer

PATIENCE: Final = 15.0
"""Seconds for one message, from the name's look-up to the answer's status: the least that the specification proposes."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message; `id` is the same in every attempt, by which a receiver knows what it had already."""

    id: str
    body: str


@dataclass(frozen=True, slots=True)
class Batch:
    """What one receiver is sent, in this order until one fails."""

    url: str
    secret: str = field(repr=False)
    messages: Sequence[Message]


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one attempt. `problem` is empty where it was taken."""

    id: str
    problem: str = ""
    gone: bool = False
    """The receiver wants no more of any message (410)."""


def send_all(batches: Sequence[Batch], now: datetime, *, patience: float, until: float) -> list[list[Answer]]:
    """The answers of each receiver, up to the first that failed; after `until` (monotonic) no further message is begun."""
    return asyncio.run(_send_all(batches, now, patience, until))


async def _send_all(batches: Sequence[Batch], now: datetime, patience: float, until: float) -> list[list[Answer]]:
    async with httpx.AsyncClient(
        timeout=patience, follow_redirects=False, verify=_trusted(), headers={"User-Agent": "Hallmonitor/0.1"}
    ) as client:
        return await asyncio.gather(*(_in_order(client, batch, now, patience, until) for batch in batches))


@cache
def _trusted() -> ssl.SSLContext:
    """The authorities that vouch for a receiver: to read them takes longer than to send a message."""
    return httpx.create_ssl_context()


async def _in_order(
    client: httpx.AsyncClient, batch: Batch, now: datetime, patience: float, until: float
) -> list[Answer]:
    answers: list[Answer] = []
    for message in batch.messages:
        answers.append(await _send(client, batch, message, now, patience))
        if answers[-1].problem or time.monotonic() > until:
            break
    return answers


async def _send(client: httpx.AsyncClient, batch: Batch, message: Message, now: datetime, patience: float) -> Answer:
    headers = {
        "content-type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Signer(batch.secret).sign(message.id, now, message.body),
    }
    try:
        # around it all: a receiver that sends a byte now and then never lets httpx's own time run out
        async with asyncio.timeout(patience):
            request = client.build_request("POST", batch.url, content=message.body.encode(), headers=headers)
            response = await client.send(request, stream=True)
            await response.aclose()  # what it says beyond the status is not read
    except (TimeoutError, httpx.TimeoutException):
        return Answer(message.id, "it does not answer in time")
    except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
        return Answer(message.id, f"it is not reached: {type(error).__name__}: {error}"[:200])
    if response.is_success:
        return Answer(message.id)
    return Answer(message.id, f"it answers {response.status_code}", response.status_code == HTTPStatus.GONE)
