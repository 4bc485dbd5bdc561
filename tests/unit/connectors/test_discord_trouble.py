"""Whatever Discord refuses: what it means to whoever reads it, and that nothing is taken for deleted, empty or done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

import pytest

from connectors.base import (
    ActionKind,
    AuthFailed,
    BadConfig,
    ConnectorError,
    Gone,
    NotAllowed,
    PageAddress,
    Unavailable,
)
from connectors.discord_channel import DiscordChannel
from tests.servers.discord import Discord, Trouble
from tests.servers.discord.room import BEGIN, TOKEN, Room, id_at, planted
from tests.servers.fake import Asked, FakePlatform, Reply, reply_html, reply_json
from tests.servers.faults import Fault, FaultProxy, instead
from tests.unit.connectors.classroom import QUICK, connect, key, one

Call = Callable[[DiscordChannel, str], object]
READS: dict[str, Call] = {
    "fetch": lambda page, key: list(page.fetch(None)),
    "get": lambda page, key: list(page.get([key])),
    "act": lambda page, key: page.act(key, ActionKind.REMOVE, seen=next(iter(page.get([key]))).revision),
}
CHANNEL = "https://discord.com/channels/111111111111111111/222222222222222222"


@pytest.fixture
def room() -> Iterator[Room]:
    with Discord(speed=500, token=TOKEN) as discord:
        yield Room(discord)


def test_without_the_intent_nothing_is_taken_for_empty(room: Room) -> None:
    message = planted(room)["rude"]
    before = one(room, message)
    room.discord.world.flags = 0
    calls = READS | {"act": lambda page, key: page.act(key, ActionKind.REMOVE, seen=before.revision)}
    for call in calls.values():
        with pytest.raises(NotAllowed, match="Message Content Intent"):
            call(connect(room), key(message))
    settings = connect(room).check()
    assert (settings.may_moderate, [f.field for f in settings.findings if f.problem]) == (False, ["message_content"])
    room.discord.world.flags = 1 << 18  # a bot on a hundred servers
    assert one(room, message) == before


def test_without_the_history_nothing_is_taken_for_deleted(room: Room) -> None:
    message = planted(room)["rude"]
    room.discord.deny(room.channel, read_message_history=True)
    for name in ("fetch", "get"):
        with pytest.raises(NotAllowed, match="Read Message History"):
            READS[name](connect(room), key(message))


def test_a_thread_that_the_bot_cannot_see_any_more_is_not_taken_for_deleted(room: Room) -> None:
    message = planted(room)["first"]
    with FaultProxy(room.discord.url.removesuffix("/api/v10")) as proxy:
        refused = reply_json({"code": 50001, "message": "Missing Access"}, 403)
        proxy.plan(lambda number, asked: (lambda ask: refused) if asked.path.endswith(f"/{message.channel}") else None)
        with pytest.raises(NotAllowed, match="Manage Threads"):
            list(connect(room, api=f"{proxy.url}/api/v10").get([key(message)]))


def test_whom_nobody_invited_is_told_how(room: Room) -> None:
    message = planted(room)["rude"]
    room.discord.deny(room.channel, view_channel=True)
    with pytest.raises(NotAllowed, match="View Channel"):
        READS["fetch"](connect(room), key(message))
    link = f"https://discord.com/oauth2/authorize?client_id={room.bot.id}&scope=bot&permissions=74752&guild_id={room.guild.id}"
    with pytest.raises(NotAllowed) as caught:
        connect(room).check()
    assert link in str(caught.value)


def test_a_token_that_was_reset_is_told(room: Room) -> None:
    message = planted(room)["rude"]
    old = connect(room, token="another-token.than-the.right-one")
    calls: list[Call] = [*READS.values(), lambda page, _: page.check()]
    for call in calls:
        with pytest.raises(AuthFailed, match="Reset Token"):
            call(old, key(message))


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (reply_json({"code": 50013, "message": "Missing Permissions"}, 403), NotAllowed, "Manage Messages"),
        (reply_json({"code": 60003, "message": "Two factor is required"}, 403), NotAllowed, "two-factor"),
        (reply_json({"code": 50083, "message": "Thread is archived"}, 400), NotAllowed, "Manage Threads"),
        (reply_json({"code": 10008, "message": "Unknown Message"}, 404), Gone, "10008"),
        (reply_json({"code": 50035, "message": "Invalid Form Body"}, 400), Unavailable, "400"),
        (reply_html(403), Unavailable, "keeps us away"),
        (reply_html(503), Unavailable, "503"),
    ],
)
def test_a_deletion_that_is_refused_says_why_and_is_not_repeated(
    room: Room, reply: Reply, kind: type[ConnectorError], words: str
) -> None:
    message = planted(room)["rude"]
    before = one(room, message)
    with FaultProxy(room.discord.url.removesuffix("/api/v10")) as proxy:
        proxy.plan(lambda number, asked: (lambda ask: reply) if asked.method == "DELETE" else None)
        with pytest.raises(kind, match=words):
            connect(room, api=f"{proxy.url}/api/v10").act(before.id, ActionKind.REMOVE, seen=before.revision)
        assert [asked.method for asked in proxy.asked].count("DELETE") == 1
        (deletion,) = (asked for asked in proxy.asked if asked.method == "DELETE")
    assert deletion.headers["X-Audit-Log-Reason"] == "Decided in Hallmonitor"
    assert one(room, message) == before


def not_found(end: str, _: int, asked: Asked) -> Fault | None:
    return instead(reply_html(404)) if asked.path.endswith(end) else None


def test_a_404_that_is_not_discords_is_no_deletion(room: Room) -> None:
    message = planted(room)["first"]
    thread, nobodys = message.channel, message.id + 1
    with FaultProxy(room.discord.url.removesuffix("/api/v10")) as proxy:
        for end in (f"/channels/{thread}", f"/messages/{nobodys}"):
            proxy.plan(partial(not_found, end))
            with pytest.raises(Unavailable, match="does not explain"):
                list(connect(room, api=f"{proxy.url}/api/v10").get([f"{thread}.{nobodys}"]))


def test_a_short_limit_is_waited_for_and_a_long_one_is_told(room: Room) -> None:
    planted(room)
    room.discord.disturb(
        "GET /channels/{channel}/messages", Trouble(status=429, retry_after=0.05, scope="shared"), times=3
    )
    assert len(list(connect(room).fetch(None))) == 1
    room.discord.disturb("GET /channels/{channel}/messages", Trouble(status=429, retry_after=1336.57))
    with pytest.raises(Unavailable) as caught:
        list(connect(room).fetch(None))
    assert caught.value.retry_after == 1336.57


def test_a_deletion_over_the_limit_is_not_repeated(room: Room) -> None:
    message = planted(room)["rude"]
    before = one(room, message)
    room.discord.disturb("DELETE", Trouble(status=429, retry_after=0.01))
    with pytest.raises(Unavailable) as caught:
        connect(room).act(before.id, ActionKind.REMOVE, seen=before.revision)
    assert (caught.value.retry_after, room.discord.count("DELETE")) == (0.01, 1)


def test_limits_are_kept_before_they_are_broken() -> None:
    with Discord(speed=20, token=TOKEN) as discord:
        room = Room(discord)
        for n in range(1_100):
            room.say(f"{n}", BEGIN)
        assert sum(len(batch.comments) for batch in connect(room).fetch(None)) == 1_100
        assert (discord.count("/messages"), discord.count(status=429)) == (12, 0)


def test_who_asks_says_so_as_discord_wants_it(room: Room) -> None:
    planted(room)
    with FaultProxy(room.discord.url.removesuffix("/api/v10")) as proxy:
        connect(room, api=f"{proxy.url}/api/v10", contact="it@lincoln.example").check()
        agents = {asked.headers["User-Agent"] for asked in proxy.asked}
    assert agents == {"DiscordBot (it@lincoln.example, 0.1) Hallmonitor/0.1 (+it@lincoln.example)"}


def test_an_endless_archive_ends(platform: FakePlatform) -> None:
    answers = {
        "/applications/@me": {"flags": 1 << 19},
        "/channels/222222222222222222": {
            "id": "222222222222222222",
            "type": 0,
            "guild_id": "111111111111111111",
            "name": "a",
        },
        "/guilds/111111111111111111/threads/active": {"threads": []},
    }
    empty = {"threads": [], "has_more": True}
    platform.script = lambda asked: reply_json(answers.get(asked.path.partition("?")[0], empty))
    page = DiscordChannel(PageAddress("p", CHANNEL, TOKEN, {"api": platform.url}), patience=QUICK)
    with pytest.raises(Unavailable, match="archived threads"):
        list(page.fetch(None))


def test_only_text_channels_and_forums_of_the_named_server_are_pages(room: Room) -> None:
    thread = room.open_thread("Homework", BEGIN)
    voice = room.discord.add_channel(room.guild, "talk", 2, id=id_at(BEGIN))
    for place in (thread, voice):
        with pytest.raises(BadConfig, match="no text channel and no forum") as caught:
            connect(room, f"https://discord.com/channels/{room.guild.id}/{place.id}").check()
        assert caught.value.field == "url"
    with pytest.raises(BadConfig, match="another server"):
        connect(room, f"https://discord.com/channels/{room.guild.id + 1}/{room.channel.id}").check()


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("url", {"url": "https://discord.com/channels/@me/222222222222222222"}),
        ("url", {"url": f"{CHANNEL}/333333333333333333"}),
        ("url", {"url": "https://discord.com/channels/111111111111111111"}),
        ("url", {"url": CHANNEL.replace("discord.com", "discord.example")}),
        ("secret", {"secret": ""}),
        ("secret", {"secret": "two words of it"}),
        ("options.api", {"options": {"api": "http://chat.example/api/v10"}}),
        ("options.api", {"options": {"api": 10}}),
        ("options.contact", {"options": {"contact": "my name"}}),
    ],
)
def test_what_is_malformed_is_named_before_anything_is_asked(field: str, change: dict[str, object]) -> None:
    address = replace(PageAddress("p", CHANNEL, TOKEN), **change)  # type: ignore[arg-type]  # fields by name
    with pytest.raises(BadConfig) as caught:
        DiscordChannel(address)
    assert caught.value.field == field
    assert str(change.get("secret") or "nothing") not in str(caught.value)


@pytest.mark.parametrize(
    "url", [CHANNEL, f"{CHANNEL}/", CHANNEL.replace("discord.com", "canary.discord.com"), f" {CHANNEL} "]
)
def test_addresses_are_taken_as_browsers_show_them(url: str) -> None:
    assert DiscordChannel(PageAddress("p", url, f"Bot {TOKEN}")).capabilities.actions == {ActionKind.REMOVE}


def test_an_error_quotes_no_word_of_an_answer(platform: FakePlatform) -> None:
    platform.always(reply_json({"code": "Kim is ugly", "message": "Kim is ugly"}, 403))
    page = DiscordChannel(PageAddress("p", CHANNEL, TOKEN, {"api": platform.url}), patience=QUICK)
    with pytest.raises(NotAllowed) as caught:
        page.check()
    assert "Kim" not in json.dumps(str(caught.value))
