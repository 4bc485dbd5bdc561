"""What the bot may do in Discord: the least that it needs, by the names that Discord's client shows."""

from __future__ import annotations

from typing import Final

import discord

RIGHTS: Final = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True, embed_links=True)
"""All that the bot needs, in its channel alone."""

_NAMES: Final = {
    "read_messages": "View Channel",
    "send_messages": "Send Messages",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}


def intents() -> discord.Intents:
    """What Discord tells the bot of: servers and their channels, and no message that somebody writes."""
    wanted = discord.Intents.none()
    wanted.guilds = True
    return wanted


def invitation(application: int) -> str:
    """The address with which somebody who manages the server invites the bot, with the least rights."""
    return discord.utils.oauth_url(application, permissions=RIGHTS, scopes=("bot", "applications.commands"))


def missing_rights(place: discord.TextChannel) -> list[str]:
    """The rights that the bot lacks in a channel, by their names in Discord's client."""
    has = place.permissions_for(place.guild.me)
    return [right_name(name) for name, wanted in RIGHTS if wanted and not getattr(has, name)]


def right_name(name: str) -> str:
    """A right as Discord's client calls it."""
    return _NAMES.get(name) or name.replace("_", " ").title()


def everybody_reads(place: discord.TextChannel) -> bool:
    """Whether each member of the server can read the channel."""
    return place.permissions_for(place.guild.default_role).read_messages
