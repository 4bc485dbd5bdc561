"""What the compliance register is told of a class's channel: who sees it, who writes, who can delete, and what a person has to look up."""

from __future__ import annotations

from collections.abc import Iterator

import discord as library
import pytest

from connectors.base import PageSettings
from tests.servers.discord import Discord
from tests.servers.discord.room import FORUM, TOKEN, Room
from tests.unit.connectors.classroom import connect

EVERYONE = library.Permissions(
    view_channel=True, send_messages=True, read_message_history=True, send_messages_in_threads=True
)


@pytest.fixture
def room() -> Iterator[Room]:
    with Discord(speed=500, token=TOKEN) as fake:
        room = Room(fake)
        room.guild.rights = EVERYONE.value
        yield room


def told(room: Room) -> PageSettings:
    return connect(room).check()


def finding(settings: PageSettings, field: str) -> str:
    return " ".join(found.message for found in settings.findings if found.field == field)


def problems(settings: PageSettings) -> list[str]:
    return [found.field for found in settings.findings if found.problem]


def rule(room: Room, role: str, allow: int = 0, deny: int = 0, kind: int = 0) -> None:
    """The channel's own rule for a role, or (1) for one account."""
    rows = room.channel.more.setdefault("permission_overwrites", [])
    rows.append({"id": role, "type": kind, "allow": str(allow), "deny": str(deny)})


def bits(**rights: bool) -> int:
    return library.Permissions(**rights).value


def make_private(room: Room, *roles: str) -> None:
    rule(room, str(room.guild.id), deny=bits(view_channel=True))
    for role in roles:
        rule(room, role, allow=bits(view_channel=True))


def test_an_open_channel_of_a_closed_server(room: Room) -> None:
    room.add_role("Teachers", room.lee, manage_messages=True)
    settings = told(room)
    assert (settings.title, settings.account, settings.may_moderate) == ("#room-12", "hallmonitor", True)
    assert (settings.public, settings.comments_open) == (False, True)
    assert settings.administrators == ("owner (owner)", "Teachers (a role)")
    assert problems(settings) == []
    assert "Every member of the server can read" in finding(settings, "who_sees")
    assert "Can write: every member" in finding(settings, "who_posts")
    assert finding(settings, "slow_mode") == "Slow mode is off."
    assert "AutoMod" in finding(settings, "auto_mod")
    assert "Manage Server alone" in finding(settings, "auto_mod")
    assert room.discord.count("auto-moderation") == 0, "who knows that it is refused does not ask"
    assert "invitation" in finding(settings, "invitations")


def test_a_private_channel_names_who_can_read_it(room: Room) -> None:
    kids = room.add_role("Room 12", room.kim)["id"]
    room.add_role("Principals", administrator=True)
    make_private(room, kids, room.guild.roles[0]["id"])
    rule(room, str(room.kim.id), allow=bits(view_channel=True), kind=1)
    settings = told(room)
    assert (settings.public, settings.comments_open, settings.may_moderate) == (False, True, True)
    assert (
        "only these roles can read it: Hallmonitor (a bot), Room 12, Principals, and the rights of 1 accounts"
        in finding(settings, "who_sees")
    )
    assert settings.administrators == ("owner (owner)", "Principals (a role)")


def test_a_channel_that_takes_no_messages_is_closed(room: Room) -> None:
    room.add_role("Teachers", manage_messages=True)
    rule(room, str(room.guild.id), deny=bits(send_messages=True, send_messages_in_threads=True))
    rule(room, room.guild.roles[1]["id"], allow=bits(send_messages=True))
    settings = told(room)
    assert settings.comments_open is False, "whoever can delete is no visitor"
    assert finding(settings, "who_posts") == "Can write: Teachers. Can answer in threads: none."
    rule(room, str(room.kim.id), allow=bits(send_messages=True), kind=1)
    assert told(room).comments_open is None, "one account may be anybody's"


@pytest.mark.parametrize(
    "door",
    [
        {"features": ["DISCOVERABLE"]},
        {"vanity_url_code": "lincoln"},
        {"widget_enabled": True, "widget_channel_id": "1"},
    ],
)
def test_a_server_that_lets_everybody_in_is_public(room: Room, door: dict[str, object]) -> None:
    room.guild.more |= door
    settings = told(room)
    assert (settings.public, problems(settings)) == (True, ["server_is_open"])
    make_private(room)
    assert told(room).public is False


def test_what_the_bot_lacks_is_named(room: Room) -> None:
    bot = room.guild.roles[0]
    bot["permissions"] = str(bits(manage_threads=True))
    settings = told(room)
    assert (settings.may_moderate, problems(settings)) == (False, ["may_moderate"])
    assert "lacks in this channel: Manage Messages." in finding(settings, "may_moderate")
    rule(room, bot["id"], allow=bits(manage_messages=True))
    assert told(room).may_moderate, "the channel's own rule is enough"
    rule(room, str(room.bot.id), deny=bits(read_message_history=True), kind=1)
    assert "lacks in this channel: Read Message History." in finding(told(room), "may_moderate")


def test_private_threads_that_the_bot_cannot_see_are_a_problem(room: Room) -> None:
    room.guild.roles[0]["permissions"] = str(bits(manage_messages=True))
    assert problems(told(room)) == []
    room.add_role("Room 12", create_private_threads=True)
    assert problems(told(room)) == ["private_threads"]
    rule(room, room.guild.roles[0]["id"], allow=bits(manage_threads=True))
    assert problems(told(room)) == []


def test_whoever_may_delete_and_a_marked_channel_are_problems(room: Room) -> None:
    room.guild.rights |= bits(manage_messages=True)
    room.channel.more |= {"nsfw": True, "rate_limit_per_user": 30}
    settings = told(room)
    assert problems(settings) == ["age_restricted", "who_deletes"]
    assert finding(settings, "slow_mode") == "Slow mode is on: one message in 30 seconds for each member."


def test_auto_mod_is_told_to_whom_discord_tells_it(room: Room) -> None:
    room.guild.roles[0]["permissions"] = str(bits(manage_messages=True, manage_threads=True, manage_guild=True))
    assert finding(told(room), "auto_mod") == "AutoMod has no rule that is on in this channel."
    here: dict[str, object] = {
        "id": "1",
        "name": "Bad words",
        "enabled": True,
        "exempt_channels": [],
        "exempt_roles": ["5"],
    }
    room.guild.rules += [
        here,
        {**here, "name": "Off", "enabled": False},
        {**here, "name": "Elsewhere", "exempt_channels": [str(room.channel.id)]},
    ]
    settings = told(room)
    assert finding(settings, "auto_mod") == "AutoMod is on here: Bad words."
    assert "rules 1 leave out" in finding(settings, "auto_mod_exempt")


def test_a_forum_is_told_in_its_words() -> None:
    with Discord(speed=500, token=TOKEN) as fake:
        room = Room(fake, FORUM, "questions")
        settings = told(room)
        assert settings.title == "#questions"
        assert "Can open a post: every member" in finding(settings, "who_posts")
        assert settings.may_moderate
