"""Listening to the bells: what is said in the channel and directly, at a given time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot import mail
from bot.discord_ui.ringing import ring
from tests.houses import NOW, Town
from tests.unit.bot.discord_ui.test_press import Chat

MINUTE = timedelta(minutes=1)


async def look(chat: Chat, now: datetime = NOW) -> int:
    """Cards, and then what rings, as at this time; how many messages were sent or edited beside the cards."""
    chat.bot.house = replace(chat.bot.house, clock=lambda: now)
    while await chat.bot.sync_due():
        pass
    return await ring(chat.bot)


def said(chat: Chat, word: str) -> list[Any]:
    """The messages of the channel with this word, cards aside; the oldest first."""
    return [message for message in chat.channel.history() if word in message.content]


def direct(who: Any) -> list[str]:
    """What the bot has written to a person."""
    return [str(message.content) for message in who.user.dm_channel.history()]


def called(chat: Chat) -> list[list[int]]:
    """Whom each message that was sent was allowed to mention, cards aside."""
    sent = [
        entry.json for entry in chat.env.http_requests if entry.method == "POST" and entry.path.endswith("/messages")
    ]
    texts = [body for body in sent if body and body.get("content")]
    assert all(not body["allowed_mentions"].get("parse") for body in texts)
    return [sorted(int(id) for id in body["allowed_mentions"].get("users", ())) for body in texts]


def with_mail(town: Town, address: str) -> None:
    """The same school with a mail server in its environment."""
    variables = {**town.environment.variables, mail.URL: address, mail.FROM: "hallmonitor@school.example"}
    town.house = replace(town.house, environment=replace(town.house.environment, variables=variables))


def post_many(town: Town, first: int, last: int, words: str = "!threat to Tobias") -> None:
    """Somebody posts so many comments, and a scan flags them."""
    for number in range(first, last + 1):
        town.platform.post(str(number), words, minutes_ago=60 - number)
    town.scan()
