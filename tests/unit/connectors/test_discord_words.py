"""What a message of Discord says and shows: all that a person can write words into, and nothing that Discord adds by itself."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.base import Media, Unavailable
from tests.servers.discord import Discord
from tests.servers.discord.room import BEGIN, TOKEN, Room, picture
from tests.unit.connectors.classroom import connect, one, said

CDN = "https://cdn.discordapp.com"


@pytest.fixture
def room() -> Iterator[Room]:
    with Discord(speed=500, token=TOKEN) as discord:
        yield Room(discord)


def test_marks_are_read_as_people_see_them(room: Room) -> None:
    teachers = room.add_role("Teachers")["id"]
    written = (
        f"<@{room.lee.id}> and <@!{room.lee.id}> ask <@&{teachers}> in <#{room.channel.id}> <:smirk:123> <a:dance_2:45> at"
        " <t:1618953630> or <t:1618953630:R>, </report daily:67>"
    )
    mentions = [room.lee.told() | {"global_name": "Lee the Great"}]
    assert said(room, written, mentions=mentions).text == (
        "@Lee the Great and @Lee the Great ask @Teachers in #room-12 :smirk: :dance_2: at"
        " 2021-04-20 21:20 UTC or 2021-04-20 21:20 UTC, /report daily"
    )


def test_what_is_no_mark_stays_as_it_was_written(room: Room) -> None:
    written = "<@1> <@&2> <#3> <t:999999999999> <3 <b>not bold</b> &amp; `code` ||spoiler|| [masked](https://x.example.test/a)"
    comment = said(room, written)
    assert comment.text == written
    assert comment.media == (Media("link", "https://x.example.test/a"),)


def test_roles_and_channels_are_asked_for_where_one_is_mentioned(room: Room) -> None:
    said(room, "Nobody is mentioned")
    assert room.discord.count("/roles") == 0
    said(room, "<@&1> and <@&2>")
    assert (room.discord.count("/roles"), room.discord.count("GET /guilds/{guild}/channels")) == (1, 0)


def test_files_are_kept_by_kind_and_never_by_their_signature(room: Room) -> None:
    files = [
        picture("kim.gif", description="Kim with a pig's nose"),
        picture("list of names.pdf", "application/pdf"),
        picture("voice-message.ogg", "audio/ogg"),
        picture("old.mp4", ""),
    ]
    message = room.say("", BEGIN, attachments=files, sticker_items=[{"id": "77", "name": "Wave", "format_type": 1}])
    comment = one(room, message)
    assert comment.text == "Kim with a pig's nose\nlist of names.pdf\nvoice-message.ogg"
    assert sorted(media.kind for media in comment.media) == ["audio", "file", "image", "image", "video"]
    assert Media("image", f"{CDN}/stickers/77") in comment.media
    assert not [media.url for media in comment.media if "?" in media.url]
    for file in files:
        file["url"] = file["url"].partition("?")[0] + "?ex=other&is=2&hm=3"
    assert one(room, message).revision == comment.revision


def test_a_poll_and_a_forwarded_message_are_words(room: Room) -> None:
    answers = [
        {"answer_id": 1, "poll_media": {"text": "Kim"}},
        {"answer_id": 2, "poll_media": {"emoji": {"name": "🐷"}}},
    ]
    assert said(room, poll={"question": {"text": "Who is ugly?"}, "answers": answers}).text == "Who is ugly?\nKim"
    forwarded = {
        "type": 0, "content": f"<@{room.lee.id}> stinks", "mentions": [room.lee.told()], "embeds": [], "flags": 0,
        "attachments": [picture("a.png", "image/png", description="a drawing")], "timestamp": BEGIN.isoformat(), "components": [],
    }  # fmt: skip
    reference = {"type": 1, "message_id": "1", "channel_id": "2"}
    comment = said(room, message_snapshots=[{"message": forwarded}], message_reference=reference)
    assert comment.text == "@lee stinks\na drawing"
    assert [media.kind for media in comment.media] == ["image"]
    assert comment.parent is None, "it was forwarded, not answered"
    box = {
        **forwarded,
        "content": "",
        "attachments": [],
        "embeds": [{"type": "rich", "description": "Written by a bot"}],
    }
    del box["mentions"]
    assert said(room, message_snapshots=[{"message": box}]).text == "Written by a bot"


def test_the_boxes_of_a_forwarded_message_are_read_beside_its_words(room: Room) -> None:
    page = {"type": "article", "title": "Lava", "url": "https://news.example.test/lava"}
    box = {"type": "rich", "description": "Lee is a liar", "image": {"url": f"{CDN}/x/lee.png?ex=1"}}
    button = {"type": 2, "style": 5, "label": "Click", "url": "https://x.example.test/y"}
    message = {
        "type": 0, "content": "look", "embeds": [page, box], "flags": 0, "attachments": [], "timestamp": BEGIN.isoformat(),
        "components": [{"type": 1, "components": [button]}],
    }  # fmt: skip
    comment = said(room, message_snapshots=[{"message": message}])
    assert comment.text == "look\nLee is a liar\nClick"
    assert comment.media == (Media("image", f"{CDN}/x/lee.png"), Media("link", "https://x.example.test/y"))


def test_what_discord_shows_of_a_link_is_nobodys_words_here(room: Room) -> None:
    message = room.say("look https://news.example.test/lava", BEGIN)
    before = one(room, message)
    message.more["embeds"] = [
        {
            "type": "article",
            "title": "Lava",
            "url": "https://news.example.test/lava",
            "thumbnail": {"url": "https://a.example.test/b.png"},
        }
    ]
    after = one(room, message)
    assert after == before
    assert after.media == (Media("link", "https://news.example.test/lava"),)


def test_the_boxes_of_webhooks_and_bots_are_their_words(room: Room) -> None:
    box = {
        "type": "rich", "title": "Kim", "description": "is ugly", "author": {"name": "A friend"}, "footer": {"text": "haha"},
        "fields": [{"name": "Who", "value": "everybody"}], "image": {"url": f"{CDN}/x/kim.png?ex=1"}, "url": "https://x.example.test/",
    }  # fmt: skip
    author = {"id": "4455", "username": "Ms. Rivera", "avatar": None, "bot": True}
    comment = said(room, webhook_id="4455", author=author, embeds=[box])
    assert comment.text == "A friend\nKim\nis ugly\nWho\neverybody\nhaha"
    assert comment.media == (Media("image", f"{CDN}/x/kim.png"), Media("link", "https://x.example.test/"))
    assert (comment.author.id, comment.author.name) == ("webhook:4455", "Ms. Rivera"), (
        "anybody's name, and nobody's account"
    )
    answer = said(room, webhook_id="4455", application_id="4455", author=author, embeds=[box], type=20)
    assert (answer.author.id, answer.text) == ("4455", comment.text), "a bot's answer to a command is the bot's"


def test_components_are_read_however_deep(room: Room) -> None:
    gallery = {
        "type": 12,
        "items": [{"media": {"url": f"{CDN}/a.png?ex=1", "content_type": "image/png"}, "description": "A pig"}],
    }
    section = {
        "type": 9,
        "components": [{"type": 10, "content": "Kim is"}],
        "accessory": {"type": 2, "style": 5, "label": "Click", "url": "https://x.example.test/y"},
    }
    select = {
        "type": 1,
        "components": [
            {
                "type": 3,
                "custom_id": "a",
                "placeholder": "Who?",
                "options": [{"label": "Lee", "value": "1", "description": "also"}],
            }
        ],
    }
    author = {"id": "4455", "username": "Quiz", "bot": True}
    comment = said(
        room, author=author, components=[{"type": 17, "components": [section, gallery]}, select], flags=1 << 15
    )
    assert comment.text == "Kim is\nClick\nA pig\nWho?\nLee\nalso"
    assert comment.media == (Media("image", f"{CDN}/a.png"), Media("link", "https://x.example.test/y"))


def test_notices_are_read_where_they_hold_words(room: Room) -> None:
    for kind in (1, 6, 7, 21, 46):
        message = room.say("", BEGIN, type=kind)
        assert list(connect(room).get([f"{message.channel}.{message.id}"])) == []
    assert said(room, "Lee is a liar", type=4).text == "Lee is a liar"
    blocked = [{"type": "auto_moderation_message", "description": "a word that was blocked"}]
    assert said(room, type=24, embeds=blocked).text == "a word that was blocked"
    assert said(room, type=99).text == "", "a kind that nobody knows yet is not skipped"


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("content", 7, "content"), ("type", "seven", "type"), ("author", None, "author.id"), ("attachments", [7], "attachments"),
        ("mentions", None, "mentions"), ("attachments", [{"id": "1", "filename": "a.png"}], "url"), ("message_snapshots", [{}], "message"),
        ("poll", {"question": {"text": "Who?"}}, "poll.answers"), ("edited_timestamp", "yesterday", "edited_timestamp"),
        ("sticker_items", [{}], "id"), ("webhook_id", 7, "webhook_id"),
    ],
)  # fmt: skip
def test_a_field_that_is_not_as_it_was_is_named(room: Room, field: str, value: Any, named: str) -> None:
    room.say("The words of somebody", BEGIN, **{field: value})
    with pytest.raises(Unavailable, match=f"`{named}`") as caught:
        list(connect(room).fetch(None))
    assert "words of somebody" not in str(caught.value)
