"""The fake of Discord is as strict as Discord: else what passes on it proves nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.servers.discord import Channel, Discord, Message, Trouble, User
from tests.servers.discord.room import READS_WORDS

V2 = 1 << 15
BUTTON = {"type": 1, "components": [{"type": 2, "style": 1, "label": "Hide", "custom_id": "x"}]}


class Client:
    """Requests without a library that would wait, repeat or check."""

    def __init__(self, discord: Discord, room: Channel, dana: User) -> None:
        self.discord, self.room, self.dana = discord, room, dana
        self._http = httpx.Client(headers={"Authorization": f"Bot {discord.token}"})

    def send(self, **sent: Any) -> httpx.Response:
        return self.ask("POST", f"/channels/{self.room.id}/messages", json=sent)

    def ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        return self._http.request(method, self.discord.url + path, **more)


@pytest.fixture
def client() -> Iterator[Client]:
    with Discord() as discord:
        guild = discord.add_guild()
        yield Client(discord, discord.add_channel(guild), discord.add_person(guild, "dana"))


def text(content: str) -> dict[str, Any]:
    return {"type": 10, "content": content}


@pytest.mark.parametrize(
    ("sent", "why"),
    [
        ({"content": "x" * 2001}, "content"),
        ({"content": "x", "nonce": "x" * 26}, "nonce"),
        ({"flags": V2, "components": [text("x" * 4000), text("y")]}, "4000 characters"),
        ({"flags": V2, "components": [text("x")] * 41}, "at most 40"),
        ({"flags": V2, "content": "x", "components": [text("x")]}, "content and embeds"),
        ({"components": [text("x")]}, "IS_COMPONENTS_V2"),
        ({"components": [BUTTON, BUTTON]}, "used twice"),
        ({"components": [{"type": 1, "components": [{"type": 2, "label": "a", "custom_id": "x" * 101}]}]}, "custom_id"),
        ({"content": ""}, "empty message"),
    ],
)
def test_a_message_that_breaks_a_limit_is_refused(client: Client, sent: dict[str, Any], why: str) -> None:
    answer = client.send(**sent)
    assert answer.status_code == 400
    assert why in answer.json()["message"]
    assert client.discord.messages(client.room) == []


def test_the_sixth_message_in_five_seconds_is_refused_as_discord_does_it(client: Client) -> None:
    answers = [client.send(content=str(number)) for number in range(6)]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["4", "3", "2", "1", "0", "0"]
    refused = answers[-1]
    assert (refused.status_code, refused.headers["Via"], refused.headers["X-RateLimit-Scope"]) == (
        429,
        "1.1 google",
        "user",
    )
    assert 4 < refused.json()["retry_after"] <= 5
    assert {answer.headers["Content-Type"] for answer in answers} == {"application/json"}
    assert (len(client.discord.messages(client.room)), client.discord.count(status=429)) == (5, 1)


def test_a_nonce_is_taken_once_also_after_a_lost_answer(client: Client) -> None:
    client.discord.disturb("POST", Trouble(lost=True))
    with pytest.raises(httpx.TransportError):
        client.send(content="x", nonce="n", enforce_nonce=True)
    (first,) = client.discord.messages(client.room)
    assert client.send(content="x", nonce="n", enforce_nonce=True).json()["id"] == str(first.id)
    assert client.send(content="x", nonce="n").json()["id"] != str(first.id)


def test_history_goes_back_and_forth_and_shows_nobody_elses_secrets(client: Client) -> None:
    first, second, third = (client.discord.write(client.dana, client.room, word) for word in ("a", "b", "c"))
    client.room.messages[7] = Message(client.room.id, client.dana, {"content": "secret"}, id=7, only_for=client.dana.id)

    def told(query: str) -> list[str]:
        return [each["content"] for each in client.ask("GET", f"/channels/{client.room.id}/messages?{query}").json()]

    assert told("limit=2") == ["", ""], "without the intent for it nobody's words are told"
    client.discord.world.flags = READS_WORDS
    assert told("limit=2") == ["c", "b"]
    assert told("after=0&limit=2") == ["b", "a"]
    assert told(f"after={first.id}&limit=1") == ["b"]
    assert told(f"before={third.id}") == ["b", "a"]
    assert client.ask("GET", f"/channels/{client.room.id}/messages/{second.id}").json()["content"] == "b"


def test_an_answer_after_three_seconds_is_none(client: Client) -> None:
    client.send(components=[BUTTON])
    press = client.discord.begin_press(client.dana, client.discord.messages(client.room)[0], "Hide")
    press.asked -= 3.1
    answer = client.ask("POST", f"/interactions/{press.id}/{press.token}/callback", json={"type": 5})
    assert (answer.status_code, answer.json()["code"]) == (404, 10062)
    assert (press.failed, press.late) == (True, True)


def test_rights_a_closed_conversation_and_a_wrong_token(client: Client) -> None:
    client.discord.deny(client.room, send_messages=True)
    assert client.send(content="x").json()["code"] == 50013
    talk = client.ask("POST", "/users/@me/channels", json={"recipient_id": str(client.dana.id)}).json()
    client.dana.open = False
    assert client.ask("POST", f"/channels/{talk['id']}/messages", json={"content": "x"}).json()["code"] == 50007
    client.dana.open = True
    client.ask("POST", f"/channels/{talk['id']}/messages", json={"content": "x"})
    assert [message.text for message in client.discord.told_in_private(client.dana)] == ["x"]
    assert client.ask("GET", "/users/@me", headers={"Authorization": "Bot another"}).status_code == 401
