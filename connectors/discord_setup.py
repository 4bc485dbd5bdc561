"""What setting up a class's channel on Discord takes (`pages add`)."""

from __future__ import annotations

import re

import httpx

from connectors.base import BadConfig
from connectors.discord_site import HOSTS, WHAT_TO_WRITE
from connectors.setup import Match, Part, Setup

CHANNEL = re.compile(r"/channels/([0-9]{15,20})/([0-9]{15,20})(?:/.*)?")
"""A message or a thread of a channel leads to it as well."""

APPLICATIONS = "https://discord.com/developers/applications"


def by_address(url: httpx.URL) -> Match | None:
    """Discord's own hosts. Raises `BadConfig` for an invitation, a private conversation, and whatever else is no channel."""
    if url.host == "discord.gg" or (url.host in HOSTS and url.path.startswith("/invite/")):
        raise BadConfig("url", f"is an invitation; open the channel, and {WHAT_TO_WRITE}")
    if url.host not in HOSTS:
        return None
    channel = CHANNEL.fullmatch(url.path)
    if not channel:
        raise BadConfig("url", f"is no channel of a server; {WHAT_TO_WRITE}")
    return Match(f"https://discord.com/channels/{channel[1]}/{channel[2]}")


SETUP = Setup(
    platform="a class's channel on Discord",
    first=(
        f"Hallmonitor needs a bot: open {APPLICATIONS}, press New Application, and under Bot switch on Message Content Intent. It has to"
        " be on the server, with the rights View Channels, Read Message History and Manage Messages; how it is invited is said once the"
        " token is there."
    ),
    secret=(Part("token", "In the same place, under Bot, press Reset Token and Copy."),),
    by_address=by_address,
)
