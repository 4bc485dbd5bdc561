"""The daily digest as a message, once a day and school."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

import discord

from bot.digest import Digest, due_digests, note_told
from bot.discord_ui.answering import MOST
from bot.discord_ui.escaping import safe
from bot.discord_ui.sending import NO_ANSWER, is_refused, say_once
from bot.pages import PageDay
from bot.settings import Messages
from bot.telemetry import log

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

_MOST_PAGES: Final = 40
_ROOM: Final = 100
"""Characters that are left for the line that says how many pages are not named."""


async def tell_digests(bot: ReviewBot) -> int:
    """Tell the schools of their day whose hour has come; how many. Where nobody can write now it is tried again in a while."""
    told, resting = 0, bot.patience.resting()
    for each in await asyncio.to_thread(due_digests, bot.house, bot.house.clock(), bot.left_alone()):
        what = f"digest:{each.site}"
        if what not in resting and each.channel not in bot.left_alone():
            told += await bot.kept_up(what, partial(_told, bot, each))
    return told


async def _told(bot: ReviewBot, digest: Digest) -> bool:
    place = bot.place_of(digest.channel, site=digest.site)
    if place is None:
        return False
    said = digest_text(digest, bot.house.messages(digest.language))
    try:
        await say_once(place, said, "digest", digest.site, digest.day)
    except (discord.Forbidden, discord.NotFound):
        bot.leave_alone(digest.channel, site=digest.site)
        return False
    except NO_ANSWER as error:
        if is_refused(error):
            raise
        log().error("digest_failed", site=digest.site, error=error)
        return False
    await asyncio.to_thread(note_told, bot.house, digest, bot.house.clock())
    return True


def digest_text(digest: Digest, messages: Messages) -> str:
    """What was moderated, and first what was not. Pages that have no room are counted, the unread ones last of all."""
    head, tail = [_heading(digest, messages)], list(_sums(digest, messages))
    lines = [*_unread(digest, messages), *_read(digest, messages)][:_MOST_PAGES]
    fixed = sum(len(line) + 1 for line in [*head, *tail]) + _ROOM
    named = len(lines)
    while named and fixed + sum(len(line) + 1 for line in lines[:named]) > MOST:
        named -= 1
    shown, unread = lines[:named], len(digest.unread)
    left = len(digest.pages) - named
    more = [messages.count("digest.more", left)] if left else []
    return "\n".join([*head, *shown[:unread], *tail[:-1], *shown[unread:], *more, tail[-1]])


def _heading(digest: Digest, messages: Messages) -> str:
    return messages.say("digest.heading", site=safe(digest.title, 80), day=messages.day(digest.day))


def _unread(digest: Digest, messages: Messages) -> Iterator[str]:
    for page in digest.unread:
        yield messages.say("digest.not_moderated", page=safe(page.page, 60), why=_why(digest, page, messages))


def _why(digest: Digest, page: PageDay, messages: Messages) -> str:
    if page.problem:
        return safe(page.problem, 200)
    if page.new:
        return messages.say("digest.new", when=messages.moment(page.new, digest.time_zone))
    return messages.say("digest.unread")


def _read(digest: Digest, messages: Messages) -> Iterator[str]:
    for page in _moderated(digest):
        when = _at(digest, page.last, messages)
        yield messages.count("digest.page", page.reads, page=safe(page.page, 60), when=when)


def _sums(digest: Digest, messages: Messages) -> Iterator[str]:
    """The day in figures, and last of all what waits."""
    yield messages.say(
        "digest.summary",
        read=len(_moderated(digest)),
        all=len(digest.pages),
        comments=messages.count("digest.comments", sum(page.comments for page in digest.pages)),
        flags=messages.count("digest.flags", digest.flags),
    )
    if unchecked := sum(page.unchecked for page in digest.pages):
        yield messages.count("digest.unchecked", unchecked)
    overdue = f" {messages.count('digest.overdue', digest.overdue)}" if digest.overdue else ""
    yield messages.count("digest.waiting", digest.waiting) + overdue


def _moderated(digest: Digest) -> list[PageDay]:
    unread = digest.unread
    return [page for page in digest.pages if page not in unread]


def _at(digest: Digest, when: datetime | None, messages: Messages) -> str:
    return f"{when.astimezone(ZoneInfo(digest.time_zone)):%H:%M}" if when else messages.say("time.never")
