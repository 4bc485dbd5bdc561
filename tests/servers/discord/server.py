"""The fake of Discord as a test holds it: the place, the people, the trouble (see the package's own words)."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, Self, TypeVar

import discord as library
from aiohttp import web

from tests.servers.discord.classrooms import Classrooms
from tests.servers.discord.door import Door
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.limits import Trouble
from tests.servers.discord.presses import COMMAND, FORM, PRESS, Interaction, filled, pressed, typed
from tests.servers.discord.rest import PREFIX, Rest
from tests.servers.discord.state import TEXT, Channel, Guild, Message, User, World, new_id

T = TypeVar("T")


class Discord:
    """The server, the people on it, and the trouble with it."""

    def __init__(self, *, speed: float = 1.0, token: str = "a-token-of-a-test") -> None:
        self.token, self.world = token, World()
        self._door = Door(token, speed)
        self.log = self._door.log
        self.gateway = Gateway(self.world, token)
        self.presses: dict[str, Interaction] = {}
        self._rest = Rest(self.world, self.gateway, self.presses)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="discord", daemon=True)
        self.url = ""

    @property
    def variables(self) -> dict[str, str]:
        """What the environment of Hallmonitor needs, to come here instead of to Discord."""
        return {"HALLMONITOR_DISCORD_API": self.url, "HALLMONITOR_DISCORD_TOKEN": self.token}

    def __enter__(self) -> Self:
        self._thread.start()
        self._runner = self._do(self._start())
        return self

    def __exit__(self, *_: object) -> None:
        self._do(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    # the place

    def add_guild(self, name: str = "School") -> Guild:
        """A server to which somebody invites the bot."""
        owner = User("owner")
        guild = Guild(name, owner, members={owner.id: owner})
        return self._now(self._joined, guild)

    def add_channel(self, guild: Guild, name: str = "review", kind: int = TEXT, *, id: int = 0) -> Channel:
        """A new channel of a server. `id`: the one by which a school knows it from an earlier fake."""
        channel = Channel(name, guild.id, kind, id or new_id())
        return self._now(self._opened, guild, channel)

    def add_person(self, guild: Guild, name: str, *, id: int = 0) -> User:
        """A new account in a server. `id`: as for a channel."""
        user = User(name, id or new_id())
        self.world.users[user.id] = guild.members[user.id] = user
        return user

    def messages(self, channel: Channel, user: User | None = None) -> list[Message]:
        """What stands in a channel, oldest first; with `user` also what this person alone sees."""
        return channel.shown_to(user.id if user else None)

    def ever_told(self, user: User) -> list[Message]:
        """All that the bot has ever told somebody alone: ephemeral answers and direct messages, deleted ones too."""
        channels = list(self.world.channels.values())
        return [m for c in channels for m in list(c.ever) if m.only_for == user.id or c.recipient is user]

    def told_in_private(self, user: User) -> list[Message]:
        """The direct messages that the bot has sent to somebody."""
        return [m for c in list(self.world.channels.values()) if c.recipient is user for m in c.shown_to()]

    def write(self, user: User, channel: Channel, text: str) -> Message:
        """Somebody else writes into a channel."""
        return self._now(channel.say, Message(channel.id, user, {"content": text}))

    def delete(self, message: Message) -> None:
        """Somebody deletes a message."""
        self._now(self.world.channels[message.channel].messages.pop, message.id, None)

    def delete_channel(self, channel: Channel) -> None:
        """Somebody deletes a channel with all that stands in it."""
        self._now(self._closed, channel)

    def deny(self, channel: Channel, **rights: bool) -> None:
        """Take rights in a channel away from the bot (`send_messages=True`); without any: give all back."""
        channel.denied = library.Permissions(**rights).value
        self._now(self.gateway.tell, "CHANNEL_UPDATE", channel.told(self.world.bot))

    def take_away(self, guild: Guild) -> None:
        """Discord cannot reach a server for a while: it is unavailable until `bring_back`."""
        guild.away = True
        self._now(self.gateway.tell, "GUILD_DELETE", {"id": str(guild.id), "unavailable": True})

    def bring_back(self, guild: Guild) -> None:
        """Discord reaches the server again."""
        guild.away = False
        self._now(self.gateway.tell, "GUILD_CREATE", guild.told(self.world.bot))

    # the people

    def begin_press(
        self, user: User, message: Message, label: str = "", *, custom_id: str = "", values: tuple[str, ...] = ()
    ) -> Interaction:
        """Press a button, or choose in a select, found by its label (placeholder) or custom id; do not wait.

        Raises:
            LookupError: there is none. Discord, too, looks whether it is there still, and asks the bot only then.
        """

        def pressing() -> Interaction:
            data = pressed(message, label, custom_id, values)
            return Interaction(PRESS, user, self.world.channels[message.channel], data, message)

        return self._ask(pressing)

    def begin_submit(self, form: Interaction, written: Mapping[str, Any]) -> Interaction:
        """Hand in the form that a press has opened; do not wait. Fields are named by their label or custom id."""
        if form.modal is None:
            raise LookupError(f"no form was opened: {form.text!r}")
        data = filled(form.modal, written)
        return self._ask(lambda: Interaction(FORM, form.user, form.channel, data, form.message))

    def begin_slash(self, user: User, channel: Channel, command: str, **options: Any) -> Interaction:
        """Use a slash command ("queue", "report daily"); do not wait."""
        commands = self.world.guilds[channel.guild].commands if channel.guild else []
        data = typed(command, commands, options)
        return self._ask(lambda: Interaction(COMMAND, user, channel, data))

    def press(
        self, user: User, message: Message, label: str = "", *, custom_id: str = "", values: tuple[str, ...] = ()
    ) -> Interaction:
        """As `begin_press`, and wait for what comes."""
        return self.begin_press(user, message, label, custom_id=custom_id, values=values).wait()

    def submit(self, form: Interaction, written: Mapping[str, Any]) -> Interaction:
        """As `begin_submit`, and wait for what comes."""
        return self.begin_submit(form, written).wait()

    def slash(self, user: User, channel: Channel, command: str, **options: Any) -> Interaction:
        """As `begin_slash`, and wait for what comes."""
        return self.begin_slash(user, channel, command, **options).wait()

    # the trouble

    def disturb(self, route: str, trouble: Trouble, times: int = 1) -> None:
        """Let the next requests whose "METHOD /route" contains these words meet this trouble."""
        self._door.troubles += [(route, trouble)] * times

    @property
    def is_troubled(self) -> bool:
        """Whether trouble was ordered that has not come yet."""
        return bool(self._door.troubles)

    def calm(self) -> None:
        """All trouble that was ordered and has not come is over."""
        self._door.troubles.clear()

    def cut(self, *, resumable: bool = True, then: Literal["open", "slow", "closed"] = "open") -> None:
        """Cut the gateway. `resumable`: whether the client may RESUME; `then`: how it is until `gateway.state` is set anew."""
        self.gateway.state = then
        self._now(lambda: self.gateway.cut(resumable=resumable))

    def forget(self) -> None:
        """Minutes pass: Discord knows no nonce any more."""
        self._now(self.world.nonces.clear)

    def count(self, route: str = "", status: int | None = None) -> int:
        """How many requests had these words in their "METHOD /route", and this status."""
        return sum(route in asked.route and status in (None, asked.status) for asked in list(self.log))

    # inside

    def _joined(self, guild: Guild) -> Guild:
        self.world.guilds[guild.id] = guild
        told = guild.told(self.world.bot)
        del told["unavailable"]  # that is how a client knows a new server from one that is back
        self.gateway.tell("GUILD_CREATE", told)
        return guild

    def _opened(self, guild: Guild, channel: Channel) -> Channel:
        self.world.channels[channel.id] = guild.channels[channel.id] = channel
        self.gateway.tell("CHANNEL_CREATE", channel.told(self.world.bot))
        return channel

    def _closed(self, channel: Channel) -> None:
        self.world.channels.pop(channel.id)
        self.world.guilds[channel.guild or 0].channels.pop(channel.id)
        self.gateway.tell("CHANNEL_DELETE", channel.told(self.world.bot))

    def _ask(self, what: Callable[[], Interaction]) -> Interaction:
        def asking() -> Interaction:
            interaction = what()
            self.presses[interaction.token] = interaction
            self.gateway.tell("INTERACTION_CREATE", interaction.told(self.world))
            return interaction

        return self._now(asking)

    def _now(self, what: Callable[..., T], *given: Any) -> T:
        """Do it in the server's loop, where all state is changed."""

        async def done() -> T:
            return what(*given)

        return self._do(done())

    def _do(self, what: Awaitable[T]) -> T:
        async def done() -> T:
            return await what

        return asyncio.run_coroutine_threadsafe(done(), self._loop).result()

    async def _start(self) -> web.AppRunner:
        app = web.Application(middlewares=[self._door.pass_through])
        for method, route, handler in [*self._rest.routes(), *Classrooms(self.world).routes()]:
            app.router.add_route(method, PREFIX + route, handler)
        app.router.add_get("/gateway", self.gateway.answer)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}{PREFIX}"
        return runner
