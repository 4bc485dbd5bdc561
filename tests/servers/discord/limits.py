"""What the fake of Discord refuses: forms that break its limits, too many requests, and whatever trouble a test orders.

Limits as documented at https://discord.com/developers/docs, "Rate Limits", "Create Message", "Component Reference"; those of the
single routes as they are seen in its headers.
"""

from __future__ import annotations

import math
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Final
from zlib import crc32

from tests.servers.discord.state import COMPONENTS_V2, Json, Message, parts_of

MOST_CONTENT: Final = 2000
MOST_SHOWN: Final = 4000
MOST_COMPONENTS: Final = 40
MOST_ID: Final = 100
MOST_LABEL: Final = 80
MOST_NONCE: Final = 25
FIRST_ANSWER: Final = 3.0
"""Seconds in which a press has to be answered."""
TOKEN_LIFE: Final = 15 * 60.0
NONCE_LIFE: Final = 180.0
"""Seconds in which a nonce is known again ("a few minutes")."""

_ROUTES: Final = {
    "POST /channels/{channel}/messages": (5, 5.0),
    "PATCH /channels/{channel}/messages/{message}": (5, 5.0),
    "DELETE /channels/{channel}/messages/{message}": (5, 1.0),
    "GET /channels/{channel}/messages": (5, 1.0),
}
_GLOBAL: Final = (50, 1.0)
_COMMAND: Final = re.compile(r"[-_\w]{1,32}")


class Refused(Exception):
    """An answer of 4xx, with Discord's own code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.body = status, {"code": code, "message": message}


@dataclass(frozen=True)
class Trouble:
    """What happens to a request instead of its answer.

    `pause`: seconds before anything. `lost`: it is carried out, and the connection is cut. `cut`: it is cut before that.
    `status` of 5xx: a page of HTML, with `done` after the request was carried out. 429: not carried out, `retry_after` seconds,
    `scope` is "user", "shared" or "global".
    """

    pause: float = 0.0
    lost: bool = False
    cut: bool = False
    status: int = 0
    done: bool = False
    retry_after: float = 0.2
    scope: str = "user"


class Limits:
    """Requests that are left in each window. `speed`: how many times faster its clock is than Discord's."""

    def __init__(self, speed: float) -> None:
        self._speed = speed
        self._windows: dict[str, tuple[float, int]] = {}

    def take(self, route: str, place: str) -> tuple[dict[str, str], Trouble | None]:
        """Count a request: the headers of its answer, and the 429 that it gets instead, if any."""
        is_bound = not route.startswith(("POST /interactions", "POST /webhooks", "PATCH /webhooks"))
        if is_bound and (wait := self._counted("global", *_GLOBAL)[1]):
            return {}, Trouble(status=429, retry_after=wait, scope="global")
        if route not in _ROUTES:
            return {}, None
        limit, seconds = _ROUTES[route]
        left, wait = self._counted(f"{route} {place}", limit, seconds)
        begun, _ = self._windows[f"{route} {place}"]
        reset = begun + seconds / self._speed - time.monotonic()
        headers = {
            "X-RateLimit-Limit": str(limit), "X-RateLimit-Remaining": str(left), "X-RateLimit-Reset-After": f"{reset:.3f}",
            "X-RateLimit-Reset": f"{time.time() + reset:.3f}", "X-RateLimit-Bucket": f"{crc32(route.encode()):08x}",
        }  # fmt: skip
        return headers, Trouble(status=429, retry_after=wait) if wait else None

    def _counted(self, key: str, limit: int, seconds: float) -> tuple[int, float]:
        """How many are left in the window, and how long to wait where none was."""
        now, length = time.monotonic(), seconds / self._speed
        begun, used = self._windows.get(key, (now, 0))
        if now - begun >= length:
            begun, used = now, 0
        if used >= limit:
            return 0, begun + length - now
        self._windows[key] = (begun, used + 1)
        return limit - used - 1, 0.0


def too_many(trouble: Trouble) -> tuple[Json, dict[str, str]]:
    """Body and headers of a 429. Without `Via` discord.py takes it for a ban by Cloudflare."""
    is_global = trouble.scope == "global"
    headers = {
        "Via": "1.1 google",
        "X-RateLimit-Scope": trouble.scope,
        "Retry-After": str(math.ceil(trouble.retry_after)),
    }
    body = {"message": "You are being rate limited.", "retry_after": round(trouble.retry_after, 3), "global": is_global}
    return body, headers | ({"X-RateLimit-Global": "true"} if is_global else {})


def check_message(sent: Json) -> None:
    """Refuse what Discord would refuse in a message.

    Raises:
        Refused: a limit is broken; the message says which.
    """
    content, components = str(sent.get("content") or ""), list(sent.get("components") or ())
    if len(content) > MOST_CONTENT:
        raise _bad(f"content: Must be {MOST_CONTENT} or fewer in length.")
    if len(str(sent.get("nonce") or "")) > MOST_NONCE:
        raise _bad(f"nonce: Must be {MOST_NONCE} or fewer in length.")
    if int(sent.get("flags") or 0) & COMPONENTS_V2:
        if content or sent.get("embeds"):
            raise _bad("The content and embeds fields cannot be used with MessageFlags.IS_COMPONENTS_V2")
    elif any(part["type"] not in (1, 2, 3, 5, 6, 7, 8) for part in components):
        raise _bad("components: this kind needs MessageFlags.IS_COMPONENTS_V2")
    if not content and not components and not sent.get("embeds"):
        raise Refused(400, 50006, "Cannot send an empty message")
    check_components(components)


def check_components(components: list[Json]) -> None:
    """Refuse components that break a limit.

    Raises:
        Refused: as its name says.
    """
    parts = list(parts_of(components))
    if len(parts) > MOST_COMPONENTS:
        raise _bad(f"components: at most {MOST_COMPONENTS}, and there are {len(parts)}")
    shown = [str(part.get("content", "")) for part in parts if part["type"] == 10]
    if sum(map(len, shown)) > MOST_SHOWN:
        raise _bad(f"components: at most {MOST_SHOWN} characters are shown, and there are {sum(map(len, shown))}")
    if not all(shown):
        raise _bad("components: a text of no characters")
    twice = [
        id for id, count in Counter(part["custom_id"] for part in parts if "custom_id" in part).items() if count > 1
    ]
    if twice:
        raise _bad(f"components: custom id {twice[0]} is used twice")
    for part in parts:
        _check_part(part)


def _check_part(part: Json) -> None:
    if not 0 <= len(str(part.get("custom_id") or "")) <= MOST_ID:
        raise _bad(f"custom_id: Must be between 1 and {MOST_ID} in length.")
    if len(str(part.get("label") or "")) > (MOST_LABEL if part["type"] == 2 else 45):
        raise _bad("label: too long")
    if part["type"] == 1 and not 1 <= len(part.get("components", ())) <= 5:
        raise _bad("components: a row has one to five")
    if part["type"] == 3 and not 1 <= len(part.get("options", ())) <= 25:
        raise _bad("options: a select has one to 25")


def check_modal(data: Json) -> None:
    """Refuse a form that breaks a limit.

    Raises:
        Refused: as its name says.
    """
    if not 1 <= len(str(data.get("title") or "")) <= 45:
        raise _bad("title: Must be between 1 and 45 in length.")
    if not 1 <= len(str(data.get("custom_id") or "")) <= MOST_ID or not 1 <= len(data.get("components") or ()) <= 5:
        raise _bad("a form has a custom id and one to five components")
    check_components(data["components"])


def check_commands(commands: list[Json]) -> None:
    """Refuse slash commands that Discord would not take.

    Raises:
        Refused: as its name says.
    """
    for command in commands:
        described = 1 <= len(str(command.get("description") or "")) <= 100 or command.get("type", 1) != 1
        if not _COMMAND.fullmatch(str(command["name"])) or not described or len(command.get("options") or ()) > 25:
            raise _bad(f"command {command['name']}: name, description or options")
        check_commands([option for option in command.get("options") or () if option["type"] in (1, 2)])


def same_nonce(known: tuple[float, Message] | None, sent: Json) -> Message | None:
    """The message that was sent with this nonce before, within a few minutes; as Discord does it, also one that was deleted since."""
    is_known = known is not None and sent.get("enforce_nonce") and time.monotonic() - known[0] < NONCE_LIFE
    return known[1] if is_known and known else None


def _bad(why: str) -> Refused:
    return Refused(400, 50035, f"Invalid Form Body: {why}")
