"""Where messages stand in a class's channel: in itself and in its threads, or in the posts of a forum, archived ones too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import discord

from connectors.base import Unavailable
from connectors.discord_errors import FIELDS, LACKS_RIGHT, NO_ACCESS, Denied
from connectors.discord_site import FORUM, LAST_ID, Site, first_id_at, id_in
from connectors.http import Params
from connectors.http_answers import Row

AT_ONCE: Final = 100
PRIVATE: Final = discord.ChannelType.private_thread.value
PUBLIC: Final = frozenset({discord.ChannelType.public_thread.value, discord.ChannelType.news_thread.value})
TICK: Final = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, a thread of it, or a post of a forum, which is a thread, too.

    `made` is the id that a message of the moment would have in which the thread was opened: a thread has the id of the message
    that it was opened on, and that may be years older. `last` is the newest message's id, None: there was none.
    """

    id: int
    title: str
    owner: str
    made: int
    last: int | None
    parent: int | None = None
    is_post: bool = False
    is_public: bool = True

    @property
    def is_thread(self) -> bool:
        """Whether it stands in the class's channel, and is not that channel itself."""
        return self.parent is not None


def channel_of(row: Row) -> Place:
    """The class's channel itself."""
    return Place(id_in(row, "id"), FIELDS.text(row, "name"), "", 0, _last(row))


def thread_of(row: Row, *, in_forum: bool) -> Place:
    """A thread, as lists and single answers tell it."""
    id, made = id_in(row, "id"), FIELDS.field(row, "thread_metadata.create_timestamp")
    return Place(
        id=id,
        title=FIELDS.text(row, "name"),
        owner=FIELDS.text_if_any(row, "owner_id"),
        made=id if made is None else first_id_at(FIELDS.moment(row, "thread_metadata.create_timestamp")),
        last=_last(row),
        parent=id_in(row, "parent_id"),
        is_post=in_forum,
        is_public=FIELDS.number(row, "type") in PUBLIC,
    )


def places_of(site: Site, channel: Row, since: datetime | None) -> list[Place]:
    """The channel and its threads; of those that were archived before `since` none: nothing was said in them afterwards.

    Active threads are asked for twice: one that somebody writes in leaves the archive, perhaps between two of our questions.

    Raises:
        NotAllowed: the bot lacks Read Message History. Then Discord would show every channel as an empty one.
    """
    in_forum = FIELDS.number(channel, "type") in FORUM
    found: dict[int, Place] = {}
    for rows in (_active(site), _archived(site, "public", since), _private(site, channel, since), _active(site)):
        for row in rows:
            thread = thread_of(row, in_forum=in_forum)
            if str(thread.parent) == site.channel:
                found[thread.id] = thread
    return [*([] if in_forum else [channel_of(channel)]), *sorted(found.values(), key=lambda thread: thread.id)]


def _active(site: Site) -> Iterator[Row]:
    """The active threads of the whole server: Discord has no list of one channel's."""
    yield from FIELDS.rows(site.ask(f"/guilds/{site.guild}/threads/active").row(), "threads")


def _private(site: Site, channel: Row, since: datetime | None) -> Iterator[Row]:
    """Private threads that are archived: all, where the bot has Manage Threads, else those that it was invited to."""
    if FIELDS.number(channel, "type") != discord.ChannelType.text.value:
        return
    try:
        yield from _archived(site, "private", since)
    except Denied as error:
        if error.code not in (NO_ACCESS, LACKS_RIGHT):
            raise
        yield from _joined(site)


def _archived(site: Site, kind: str, since: datetime | None) -> Iterator[Row]:
    """The threads of an archive, the last archived first."""
    before, seen = "", set[int]()
    while True:
        asked: Params = {"limit": AT_ONCE, **({"before": before} if before else {})}
        answer = site.ask(f"/channels/{site.channel}/threads/archived/{kind}", asked).row()
        rows = FIELDS.rows(answer, "threads")
        new = [row for row in rows if id_in(row, "id") not in seen]
        yield from new
        seen.update(id_in(row, "id") for row in new)
        if not FIELDS.flag(answer, "has_more"):
            return
        if not rows:
            raise Unavailable("Discord says that there are more archived threads and gives none; try again later")
        last = FIELDS.moment(rows[-1], "thread_metadata.archive_timestamp")
        if since is not None and last < since:
            return
        # those that were archived in the same moment stand on either side of the page's end
        before = (last + (TICK if new else -TICK)).isoformat()


def _joined(site: Site) -> Iterator[Row]:
    before = ""
    while True:
        asked: Params = {"limit": AT_ONCE, **({"before": before} if before else {})}
        answer = site.ask(f"/channels/{site.channel}/users/@me/threads/archived/private", asked).row()
        rows = FIELDS.rows(answer, "threads")
        yield from rows
        if not rows or not FIELDS.flag(answer, "has_more"):
            return
        before = str(min(id_in(row, "id") for row in rows))


def _last(row: Row) -> int | None:
    """Where Discord leaves it out, there may be anything."""
    told = row.get("last_message_id", str(LAST_ID))
    return None if told is None else id_in({"last_message_id": told}, "last_message_id")
