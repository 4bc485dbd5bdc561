"""One channel of a Discord server, our bot, and what can be asked: Discord's REST interface v10, without its gateway.

Our own client asks, and discord.py lends what it knows of Discord (permissions, flags, snowflakes). Its own client repeats a DELETE
up to five times, sleeps through every limit, writes addresses into the log, and has one address of Discord for the whole process,
which the review channel shares (2.7.1, read).
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final

import discord

from connectors.base import BadConfig, NotAllowed, PageAddress, Unavailable
from connectors.deadline import current
from connectors.discord_errors import FIELDS, UNKNOWN_CHANNEL, UNKNOWN_MESSAGE, Limited, Unknown, error_of
from connectors.http import Params, Patience, RestClient
from connectors.http_addresses import allows_private, checked_for_secret, checked_url
from connectors.http_again import asked_again
from connectors.http_agent import agent_of, contact_of
from connectors.http_answers import Answer, Row, answer_of
from connectors.http_budget import Pace, pace_of

API: Final = "https://discord.com/api/v10"
HOSTS: Final = frozenset({"discord.com", "www.discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"})
PLACE: Final = re.compile(r"/channels/([0-9]{15,20})/([0-9]{15,20})/?")
TOKEN: Final = re.compile(r"(?:Bot\s+)?([A-Za-z0-9_.~+/=-]{10,200})")
WHAT_TO_WRITE: Final = (
    "write the channel's own address, as the browser shows it: https://discord.com/channels/SERVER/CHANNEL, two numbers"
)
TEXT: Final = frozenset({discord.ChannelType.text.value, discord.ChannelType.news.value})
FORUM: Final = frozenset({discord.ChannelType.forum.value, discord.ChannelType.media.value})
SHOWS_WORDS: Final = discord.ApplicationFlags(
    gateway_message_content=True, gateway_message_content_limited=True
).value  # either is set while the switch is on; which one depends on how many servers the bot is on
NO_WORDS: Final = (
    "without Message Content Intent Discord gives this bot messages without their words; switch it on:"
    " https://discord.com/developers/applications, Bot, Privileged Gateway Intents"
)
REASON: Final = "Decided in Hallmonitor"
"""What the server's audit log says beside a deleted message."""

PACE: Final = Pace(25, at_once=25)
"""Discord gives a bot 50 questions a second over all its routes; the review channel may be the same bot."""

LONGEST_PAUSE_S: Final = 10.0
"""A limit that ends within this is waited for; whoever calls us does the longer waits."""

PAUSES: Final = (0.0,) * 5
LAST_ID: Final = 2**63 - 1


class Site:
    """A channel and the bot that reads it. Raises `BadConfig`; the network is not touched before the first question."""

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        private = allows_private(address)
        self.home, self.guild, self.channel = _place(address, private=private)
        self._api = _api(address, private=private)
        token = TOKEN.fullmatch(address.secret.strip())
        if token is None:
            raise BadConfig(
                "secret", "must be a bot's token: https://discord.com/developers/applications, Bot, Reset Token"
            )
        self._headers = {"Authorization": f"Bot {token[1]}"}
        self._ready: dict[str, float] = {}
        self._http = RestClient(
            self._api,
            allow_private=private,
            patience=patience,
            agent=f"DiscordBot ({contact_of(address)}, 0.1) {agent_of(address)}",  # the form that Discord wants
            meaning=error_of,
            pace=pace_of(address, PACE),
        )

    def ask(self, path: str, params: Params | None = None) -> Answer:
        """One question. Limits are kept as Discord's headers tell them. Raises the errors of `connectors.base`."""
        return asked_again(lambda: self._ask(path, params), PAUSES, longest=LONGEST_PAUSE_S)

    def ask_if_there(self, path: str) -> Row | None:
        """A channel or a message; None: Discord says that there is none. Another 404 may be anybody's on the way."""
        try:
            return self.ask(path).row()
        except Unknown as error:
            if error.code in (UNKNOWN_CHANNEL, UNKNOWN_MESSAGE):
                return None
            raise Unavailable("Discord answers with a 404 that it does not explain; try again later") from None

    def delete(self, channel: int, message: int) -> None:
        """Delete one message, once. After `Unavailable` nobody knows whether it was done: look."""
        path = message_path(channel, message)
        self._wait_for("DELETE", path)
        headers = {**self._headers, "X-Audit-Log-Reason": REASON}
        response = self._http.hand_in("DELETE", self._api + path, headers, b"")
        self._note_limit("DELETE", path, response.headers)

    def must_show_words(self) -> None:
        """Raise `NotAllowed` where Discord would give us every message empty, and say nothing."""
        if not shows_words(self.ask("/applications/@me").row()):
            raise NotAllowed(NO_WORDS)

    def read_channel(self) -> Row:
        """The channel. Raises `BadConfig` where it is another server's, or none that holds messages or posts."""
        row = self.ask(f"/channels/{self.channel}").row()
        if FIELDS.number(row, "type") not in TEXT | FORUM:
            raise BadConfig("url", f"is no text channel and no forum (a thread, perhaps); {WHAT_TO_WRITE}")
        if FIELDS.text(row, "guild_id") != self.guild:
            raise BadConfig("url", f"names another server than the channel's; {WHAT_TO_WRITE}")
        return row

    def link(self, channel: int, message: int | None = None) -> str:
        """Where a person finds it, and can delete it."""
        return f"{self.home}/channels/{self.guild}/{channel}" + (f"/{message}" if message else "")

    def _ask(self, path: str, params: Params | None) -> Answer:
        self._wait_for("GET", path)
        response = self._http.look(self._api + path, params, headers=self._headers)
        self._note_limit("GET", path, response.headers)
        return answer_of(response)

    def _wait_for(self, method: str, path: str) -> None:
        left = self._ready.pop(_bucket(method, path), 0.0) - time.monotonic()
        if left > LONGEST_PAUSE_S:
            raise Limited("the limit that Discord sets the bot is used up; try again later", left)
        if left > 0:
            current().rest(left)

    def _note_limit(self, method: str, path: str, headers: Mapping[str, str]) -> None:
        """Where nothing is left, the next question of this kind waits: requests that are refused get a bot banned."""
        try:
            left, seconds = int(headers["x-ratelimit-remaining"]), float(headers["x-ratelimit-reset-after"])
        except (KeyError, ValueError):
            return
        if left <= 0 and 0 < seconds < float("inf"):
            self._ready[_bucket(method, path)] = time.monotonic() + seconds


def message_path(channel: int, message: int) -> str:
    """The path of one message."""
    return f"/channels/{channel}/messages/{message}"


def shows_words(application: Row) -> bool:
    """Whether Discord gives this bot the words of messages."""
    return bool(FIELDS.number(application, "flags") & SHOWS_WORDS)


def id_in(row: Row, path: str) -> int:
    """A snowflake: a number written as text, which grows with time and holds it."""
    written = FIELDS.text(row, path)
    if not re.fullmatch(r"[0-9]{1,20}", written):
        raise FIELDS.changed(path)
    return int(written)


def first_id_at(when: datetime) -> int:
    """The smallest snowflake of a moment."""
    return max(0, min(discord.utils.time_snowflake(when), LAST_ID))


def _bucket(method: str, path: str) -> str:
    """What Discord counts together: the method and the way, for each channel or server on its own."""
    return f"{method} {'/'.join(path.split('/')[:4])}"


def _place(address: PageAddress, *, private: bool) -> tuple[str, str, str]:
    """Where permalinks begin, the server's number, and the channel's."""
    url = checked_url(address.url, allow_private=private)
    found = PLACE.fullmatch(url.path)
    if found is None or url.query or url.fragment:
        raise BadConfig("url", f"names no channel of a server; {WHAT_TO_WRITE}")
    if url.host not in HOSTS and "api" not in address.options:
        raise BadConfig("url", f"is not on discord.com; {WHAT_TO_WRITE}")
    return f"{url.scheme}://{url.netloc.decode('ascii')}", found[1], found[2]


def _api(address: PageAddress, *, private: bool) -> str:
    """The interface's address: Discord's, or that of another server that speaks its language."""
    api = address.options.get("api", API)
    if not isinstance(api, str):
        raise BadConfig("options.api", f"must be an address, like {API}")
    return str(checked_for_secret(api, allow_private=private, field="options.api", what="token")).rstrip("/")
