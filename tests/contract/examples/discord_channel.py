"""A class's text channel with threads on the fake of Discord."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from connectors.base import ActionKind, PageAddress
from tests.contract.example import Example, Said
from tests.servers.discord import Discord
from tests.servers.discord.room import TOKEN, Room, planted

ACTIONS = frozenset({ActionKind.REMOVE})
SERVER = False
OFFERS = frozenset({"through", "plant", "edit", "delete"})


def example(request: pytest.FixtureRequest, folder: Path) -> Example:
    discord = Discord(speed=500, token=TOKEN)
    discord.__enter__()
    request.addfinalizer(partial(discord.__exit__, None, None, None))
    room = Room(discord)
    rude = planted(room)["rude"]
    address = PageAddress("room12", room.address, TOKEN, {"api": discord.url})
    upstream = discord.url.removesuffix("/api/v10")
    return Example(
        "discord_channel",
        address,
        f"{room.channel.id}.{rude.id}",
        (TOKEN,),
        upstream=upstream,
        through=lambda url: replace(address, options={"api": discord.url.replace(upstream, url)}),
        plant=partial(plant, room),
        edit=partial(edit, room),
        delete=partial(delete, room),
    )


def plant(room: Room, said: Sequence[Said]) -> Sequence[str]:
    ids = []
    for each in said:
        parent = room.find(each.parent) if each.parent else None
        message = room.answer(parent, each.text, each.created) if parent else room.say(each.text, each.created)
        ids.append(f"{message.channel}.{message.id}")
    return ids


def edit(room: Room, id: str, text: str) -> None:
    room.edit(room.find(id), text)


def delete(room: Room, id: str) -> None:
    channel, message = map(int, id.split("."))
    if channel == message:  # a title goes away with its thread, and with all that stands in it
        room.delete_thread(channel)
    elif channel in room.discord.world.channels:
        room.delete(room.find(id))
