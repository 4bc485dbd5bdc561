"""What the tests of the Discord connector do: connect to a class's channel on the fake, and read it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from connectors.base import Checkpoint, Comment, PageAddress
from connectors.discord_channel import DiscordChannel
from connectors.http import Patience
from tests.servers.discord.room import BEGIN, TOKEN, Room
from tests.servers.discord.state import Message
from tests.servers.fake import Asked
from tests.servers.faults import FaultProxy

QUICK = Patience(pauses=(0.01,))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


def connect(room: Room, url: str = "", token: str = TOKEN, **options: Any) -> DiscordChannel:
    options = {"api": room.discord.url, **options}
    return DiscordChannel(PageAddress("room12", url or room.address, token, options), patience=QUICK)


def fetched(room: Room, since: Checkpoint | datetime | None = None) -> dict[str, Comment]:
    comments = [comment for batch in connect(room).fetch(since) for comment in batch.comments]
    found = {comment.id: comment for comment in comments}
    assert len(found) == len(comments), "a comment came twice"
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    assert found == {comment.id: comment for comment in connect(room).get(list(found))}, "one by one they are others"
    return found


def texts(room: Room, since: Checkpoint | datetime | None = None) -> list[str]:
    return [comment.text for comment in fetched(room, since).values()]


def behind(room: Room) -> Checkpoint:
    (*_, last) = connect(room).fetch(None)
    assert last.checkpoint
    return last.checkpoint


def key(message: Message) -> str:
    return f"{message.channel}.{message.id}"


def one(room: Room, message: Message) -> Comment:
    (comment,) = connect(room).get([key(message)])
    return comment


def said(room: Room, text: str = "", **more: Any) -> Comment:
    """A message with further fields, as it is read."""
    return one(room, room.say(text, BEGIN, **more))


@contextmanager
def meanwhile(room: Room, words: str, happens: Callable[[], object]) -> Iterator[DiscordChannel]:
    """A connector; just before its first question that has these words in its path, something happens."""
    left = [happens]

    def plan(number: int, asked: Asked) -> None:
        if words in asked.path and left:
            left.pop()()

    upstream = room.discord.url.removesuffix("/api/v10")
    with FaultProxy(upstream) as proxy:
        proxy.plan(plan)
        yield connect(room, api=f"{proxy.url}/api/v10")
    assert left == [], f"nobody asked for {words}"
