"""The process that holds the connection to Discord: it keeps every card as its flag is, and answers presses (DESIGN.md 8)."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from typing import Any, Final
from weakref import WeakValueDictionary

import discord
from discord import app_commands, ui

from bot import bundles, channel
from bot.discord_ui.adopting import adopt
from bot.discord_ui.answers import Answer
from bot.discord_ui.bundle_buttons import BundlePress
from bot.discord_ui.bundle_outbox import BundleCards
from bot.discord_ui.buttons import Press, handed_in
from bot.discord_ui.cards import open_id, view_of
from bot.discord_ui.commands import Translator, add_commands
from bot.discord_ui.deleted import look_back
from bot.discord_ui.digests import tell_digests
from bot.discord_ui.naming import Named
from bot.discord_ui.opening import Open, Thread
from bot.discord_ui.paging import Turn
from bot.discord_ui.patience import Patience
from bot.discord_ui.rights import intents
from bot.discord_ui.ringing import keep_ringing
from bot.discord_ui.sending import NO_ANSWER, Outbox, is_refused
from bot.discord_ui.trial import TrialPress
from bot.discord_ui.withdrawing import take_away
from bot.domain.class_pages import Language
from bot.house import House
from bot.telemetry import log

LOOK_EVERY: Final = 2.0
"""Seconds between two looks for cards that are due: a flag appears in seconds."""

LOOK_BACK_EVERY: Final = 60.0
"""Seconds between two looks for cards that somebody deleted."""

AT_ONCE: Final = 10
"""Cards of one look: what becomes urgent meanwhile waits for no more than these."""

LEFT_ALONE: Final = 60.0
"""Seconds until a channel that cannot be written to is tried again, unless Discord tells of a change."""

_THREADS: Final = 32  # a press waits for no other one's platform


class ReviewBot(discord.Client):
    """Shows each flag in its school's channel, once, and up to date."""

    def __init__(self, house: House, *, keeps_up: bool = True, **options: Any) -> None:
        """`keeps_up`: whether it looks for cards that are due, and leaves servers that are not a school's."""
        super().__init__(intents=intents(), allowed_mentions=discord.AllowedMentions.none(), **options)
        self.house, self._keeps_up = house, keeps_up
        self.tree: app_commands.CommandTree[ReviewBot] = app_commands.CommandTree(self)
        add_commands(self.tree, house.messages(Language.ENGLISH))
        self.bundles, self.outbox, self.patience = BundleCards(self), Outbox(), Patience()
        self._one_at_a_time = WeakValueDictionary[str, asyncio.Lock]()
        self._left_alone: dict[str, float] = {}
        self._look_back_at = 0.0
        self._is_unsure = True  # whether there may be cards of which nobody knows
        self._awake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    async def setup_hook(self) -> None:
        """Know the buttons of every card, alarm and answer there ever was, and begin to look for those that are due."""
        self.add_dynamic_items(Press, Named, BundlePress, Answer, Open, Thread, Turn, TrialPress)
        await self.tree.set_translator(Translator(self.house))
        asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(_THREADS, "discord"))
        if self._keeps_up:
            self._tasks = [asyncio.create_task(self._keep_up()), asyncio.create_task(keep_ringing(self))]

    async def close(self) -> None:
        """Stop looking, and go."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await super().close()

    async def on_ready(self) -> None:
        """Be where the schools are, and nowhere else."""
        if self._keeps_up:
            await self.offer_commands()
            self.look_again()

    async def on_resumed(self) -> None:
        """After a gap in the connection: look at once for what became due."""
        self.look_again()

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """A form of any age is handed in. All else that people do is answered by the buttons and commands."""
        await handed_in(interaction)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The same where somebody invites us."""
        if self._keeps_up:
            await self.offer_commands([guild])
            self.look_again()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """The same where Discord could not reach a server for a while."""
        if self.is_ready():
            await self.on_guild_join(guild)

    async def on_guild_channel_update(self, *_: discord.abc.GuildChannel) -> None:
        """Somebody may have given us the rights that we lacked."""
        self.look_again()

    def look_again(self) -> None:
        """Look now, also at channels that were left alone, and for cards that were deleted."""
        self._left_alone.clear()
        self._look_back_at = 0.0
        self._awake.set()

    async def offer_commands(self, guilds: Sequence[discord.Guild] | None = None) -> None:
        """Offer the commands in the schools' servers, and leave every other; of these, or of all where we are.

        A server that Discord cannot reach shows no channel: nobody knows whose it is.
        """
        ours = {int(id) for id in await asyncio.to_thread(channel.channels, self.house)}
        for guild in [guild for guild in guilds or self.guilds if not guild.unavailable]:
            try:
                if any(guild.get_channel(id) for id in ours):
                    self.tree.copy_global_to(guild=guild)
                    await self.tree.sync(guild=guild)
                else:
                    await guild.leave()
            except NO_ANSWER as error:  # the next server has its commands all the same
                log().error("commands_failed", error=error)

    async def sync_due(self) -> int:
        """Bring the most urgent cards that are due up to date; how many. What is decided together is put together before it has cards."""
        await self._tried(self._form)
        done = await take_away(self)
        alone, resting = self.left_alone(), self.patience.resting()
        for flag in await asyncio.to_thread(channel.due_cards, self.house, AT_ONCE, alone, resting):
            done += await self.kept_up(flag, partial(self.sync_card, flag))
            if self.left_alone() - alone:
                break  # the next look asks without that channel
        return done + await self.bundles.sync_due()  # behind those cards: no bundle is critical

    async def sync_card(self, flag: str) -> bool:
        """Send or edit the card of a flag until it says what the flag says. A message that somebody deleted is sent again.

        Raises:
            discord.HTTPException: Discord does not take this card; whatever else makes that there is none.
        """
        async with self._one_at_a_time.setdefault(flag, asyncio.Lock()):  # a press and the clock may come for one card
            shown = await asyncio.to_thread(channel.card_of, self.house, flag)
            if shown is None or shown.current:
                return False
            view, state = view_of(shown, self.house.messages(shown.language)), (shown.version, shown.actions)
            message = await self.show(shown.channel, shown.page, shown.message, open_id(shown.flag), view, *state)
            if message is None:
                return False
            await self.note(partial(channel.note_shown, self.house, shown, str(message)))
            self.outbox.noted(open_id(flag))
            return True

    async def kept_up(self, what: str, work: Callable[[], Awaitable[bool]]) -> bool:
        """Show one thing; whether that was done. What cannot be made, or is refused, rests, and keeps nothing else from being shown."""
        try:
            done = await work()
        except Exception as error:  # noqa: BLE001  # its message may quote a comment
            log().error("not_shown", what=what, error=error)
            self.patience.failed(what)
            return False
        self.patience.worked(what)
        return done

    async def note(self, work: Callable[[], None]) -> None:
        """Note what was sent. Where that fails, nobody knows of a message: it is looked for."""
        try:
            await asyncio.to_thread(work)
        except Exception:
            self._is_unsure = True
            raise

    async def show(
        self, channel: str, page: str, message: str | None, id: str, view: ui.LayoutView, *state: object
    ) -> int | None:
        """The message that shows this now, as `Outbox.put`; None: it could not be shown, and the log says why, and of which page.

        Raises:
            discord.HTTPException: Discord does not take what is to be shown.
        """
        place = self.place_of(channel, page=page)
        if place is None:
            return None
        try:
            return await self.outbox.put(place, message, id, view, *state)
        except (discord.Forbidden, discord.NotFound):
            self.leave_alone(channel, page=page)
        except NO_ANSWER as error:
            if is_refused(error):
                raise
            log().error("card_failed", page=page, error=error)
            self._is_unsure = True
        return None

    def place_of(self, channel: str, **whose: str) -> discord.TextChannel | None:
        """A channel; None: it is not there, or nobody knows yet. `whose`: the page or the site, for the log."""
        place = self.get_channel(int(channel))
        if isinstance(place, discord.TextChannel):
            return place
        if place is not None or not any(guild.unavailable for guild in self.guilds):
            self.leave_alone(channel, **whose)  # else Discord has not told us of all servers yet
        return None

    def leave_alone(self, channel: str, **whose: str) -> None:
        """Try a channel that cannot be written to again in a while; the log says of which page or site something waits."""
        log().error("no_channel", **whose)
        self._left_alone[channel] = asyncio.get_running_loop().time() + LEFT_ALONE

    def left_alone(self) -> set[str]:
        """The channels that could not be written to a moment ago."""
        now = asyncio.get_running_loop().time()
        self._left_alone = {id: until for id, until in self._left_alone.items() if until > now}
        return set(self._left_alone)

    async def _keep_up(self) -> None:
        await self.wait_until_ready()
        while not self.is_closed():
            self._awake.clear()
            done = [await self._tried(part) for part in (self._look_back, self.sync_due, partial(tell_digests, self))]
            if not any(done):
                with suppress(
                    TimeoutError
                ):  # wait_for would now and then swallow the cancellation that ends this (gh-86296)
                    async with asyncio.timeout(LOOK_EVERY):
                        await self._awake.wait()

    async def _tried(self, part: Callable[[], Awaitable[int | None]]) -> int:
        """Do one part of a look; what came of it. A part that fails keeps no other from being done, and is tried again by the next look."""
        try:
            return await part() or 0
        except Exception as error:  # noqa: BLE001  # its message may quote a comment
            log().error("channel_failed", error=error)
            return 0

    async def _form(self) -> None:
        await asyncio.to_thread(bundles.form_all, self.house, self.house.clock())

    async def _look_back(self) -> None:
        if self._is_unsure:
            self._is_unsure, whole = False, False
            try:
                whole = await adopt(self)
            finally:
                self._is_unsure |= not whole  # or a press has become unsure meanwhile
        now = asyncio.get_running_loop().time()
        if now >= self._look_back_at:
            self._look_back_at = now + LOOK_BACK_EVERY
            await look_back(self)
