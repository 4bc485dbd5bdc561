"""A school with webhooks, and what its receivers on loopback got."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot import pages, webhooks
from tests.houses import NOW, PEOPLE, Town
from tests.servers.fake import FakePlatform

SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes....").decode()
EVENTS = "[flag.opened, flag.decided, action.done, action.failed, case.opened, case.closed]"


@dataclass(frozen=True)
class Got:
    """One message as it arrived."""

    id: str
    body: dict[str, Any]

    @property
    def type(self) -> str:
        return str(self.body["type"])

    @property
    def data(self) -> dict[str, Any]:
        data: dict[str, Any] = self.body["data"]
        return data


def hook(url: str, name: str = "tickets", events: str = EVENTS, more: str = "") -> str:
    """One entry of `webhooks`."""
    return f'{{name: {name}, url: "{url}", secret: env:TICKETS, events: {events}{more}}}'


def connect(town: Town, *hooks: str, since: datetime = NOW, secret: str = SECRET) -> None:
    """Write these hooks into people.yaml and apply it; they stand there from `since` on."""
    listed = PEOPLE.replace("{id: s,", f"{{id: s, webhooks: [{', '.join(hooks)}],")
    (town.config / "people.yaml").write_text(listed)
    environment = replace(town.environment, variables={**town.environment.variables, "TICKETS": secret})
    town.environment = environment
    town.house = replace(town.house, environment=environment)
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], since)


def deliver(town: Town, now: datetime | None = None, patience: float = 15) -> int:
    """The clock rings for the page; how many messages were taken. By the real clock, which a verifier looks at, unless a time is given."""
    moment = now or datetime.now(UTC)
    if "p" not in webhooks.pages_to_deliver(town.house, moment):
        return 0
    return webhooks.deliver(town.house, "p", moment, patience=patience)


def got(receiver: FakePlatform) -> list[Got]:
    """What a receiver was sent, in its order, taken or not."""
    return [Got(asked.headers["webhook-id"], json.loads(asked.body)) for asked in receiver.asked]


def state(town: Town, name: str = "tickets") -> webhooks.HookState:
    """How a hook does."""
    (found,) = [each for each in webhooks.states(town.house, NOW) if each.name == name]
    return found
