"""What was said in a class's channel and in its threads, oldest first, and single messages by their ids.

Each place is read in pages from its oldest message on, and all are merged by the ids, which are times. A thread is opened when its
turn comes, so that no more is held than pages of those that live at one time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property
from heapq import heappop, heappush
from typing import Final

from connectors.base import Comment, Gone, Unavailable
from connectors.discord_errors import FIELDS, UNKNOWN_CHANNEL, Denied, Unknown
from connectors.discord_message import Writer
from connectors.discord_places import AT_ONCE, Place, channel_of, places_of, thread_of
from connectors.discord_site import FORUM, Site, first_id_at, id_in, message_path
from connectors.http_answers import Row

HELD: Final = 2_000
"""Messages that are held at most, as long as no more than 200 places are read side by side."""

FEWEST: Final = 10

NOT_INVITED: Final = (
    "the bot cannot see a thread any more that was read before: it was made private, or the bot left it; give the bot"
    " Manage Threads"
)

Event = tuple[int, Place, Row | None]
"""An id, where it stands, and the message; without one it is the place's title."""


class Reader:
    """Reads one channel. Made anew for each call of the connector."""

    def __init__(self, site: Site) -> None:
        self._site, self._writer = site, Writer(site)
        self._open = 1

    def everything(self, start: datetime | None) -> Iterator[Comment]:
        """What was written at `start` or later (None: ever)."""
        after = 0 if start is None else max(first_id_at(start) - 1, 0)
        places = places_of(self._site, self._channel, start)
        streams = [
            (max(place.id, after + 1), self._messages(place, after))
            for place in places
            if after == 0 or max(place.last or 0, place.id if place.is_post else 0) > after
        ]
        streams += [
            (place.made, iter([(place.made, place, None)]))
            for place in places
            if place.is_thread and not place.is_post and place.made > after
        ]
        for _, place, row in self._merged(streams):
            comment = self._writer.title(place) if row is None else self._writer.comment(place, row)
            if comment is not None and (start is None or comment.created >= start):
                yield comment

    def found(self, channel: int, messages: Sequence[int]) -> Iterator[Comment]:
        """Those of a place's messages that are still there."""
        place = self._place(channel)
        if place is None:
            return
        only_title = place.is_thread and not place.is_post
        rows = self._rows(place, {id for id in messages if not (only_title and id == place.id)})
        for id in messages:
            comment = self._writer.comment(place, rows[id]) if id in rows else None
            if comment is None and place.is_thread and id == place.id:
                comment = self._writer.title(place)
            if comment is not None:
                yield comment

    def one(self, channel: int, message: int) -> Comment:
        """One comment. Raises `Gone`."""
        found = next(self.found(channel, [message]), None)
        if found is None:
            raise Gone("there is no such message in this channel any more")
        return found

    def is_there(self, channel: int, message: int) -> bool:
        """Whether a message exists. Raises `NotAllowed` where Discord does not tell."""
        return self._site.ask_if_there(message_path(channel, message)) is not None

    @cached_property
    def _channel(self) -> Row:
        return self._site.read_channel()

    def _place(self, id: int) -> Place | None:
        """The class's channel or a thread of it; None: it is no more, or another channel's."""
        if str(id) == self._site.channel:
            return channel_of(self._channel)
        try:
            row = self._site.ask_if_there(f"/channels/{id}")
        except Denied as error:
            raise Denied(NOT_INVITED, error.code) from None
        if row is None or FIELDS.text_if_any(row, "parent_id") != self._site.channel:
            return None
        return thread_of(row, in_forum=FIELDS.number(self._channel, "type") in FORUM)

    def _rows(self, place: Place, wanted: set[int]) -> dict[int, Row]:
        """Messages by their ids, many in one answer where they stand close together."""
        rows: dict[int, Row] = {}
        left = sorted(wanted)
        while left:
            limit = 1 if len(left) == 1 else AT_ONCE
            page = self._page(place, max(left[0] - 1, 0), limit)
            rows |= {id: row for id, row in page if id in wanted}
            seen = page[-1][0] if len(page) == limit else left[-1]
            left = [id for id in left if id > seen]
        missing = next((id for id in wanted if id not in rows), None)
        # without Read Message History a list is empty, and a single message is refused
        if missing is not None and self.is_there(place.id, missing):
            raise Unavailable("Discord leaves a message out of its list and shows it all the same; try again later")
        return rows

    def _messages(self, place: Place, after: int) -> Iterator[Event]:
        """A place's messages behind an id; above them the title of a post whose first message is gone."""
        is_whole = after < place.id
        while True:
            limit = max(FEWEST, min(AT_ONCE, HELD // self._open))
            try:
                page = self._page(place, after, limit)
            except Unknown as error:
                if place.is_thread and error.code == UNKNOWN_CHANNEL:  # deleted while we read
                    return
                raise
            if is_whole and place.is_post and (not page or page[0][0] != place.id):
                yield place.id, replace(place, made=place.id), None
            is_whole = False
            for id, row in page:
                yield id, place, row
            if len(page) < limit:
                return
            after = page[-1][0]

    def _page(self, place: Place, after: int, limit: int) -> list[tuple[int, Row]]:
        """At most so many messages behind an id, oldest first. Discord gives them newest first."""
        rows = self._site.ask(f"/channels/{place.id}/messages", {"after": str(after), "limit": limit}).rows()
        page = sorted(((id_in(row, "id"), row) for row in rows), key=lambda told: told[0])
        if page and page[0][0] <= after:
            raise FIELDS.changed("id")
        return page

    def _merged(self, streams: list[tuple[int, Iterator[Event]]]) -> Iterator[Event]:
        """All streams as one, in order. Each comes with a number that none of its own is below."""
        waiting = sorted(enumerate(streams), key=lambda each: each[1][0], reverse=True)
        heads: list[tuple[int, int, Event, Iterator[Event]]] = []
        while heads or waiting:
            while waiting and (not heads or waiting[-1][1][0] <= heads[0][0]):
                number, (_, stream) = waiting.pop()
                self._push(heads, number, stream)
            if heads:
                _, number, event, stream = heappop(heads)
                yield event
                self._push(heads, number, stream)

    def _push(self, heads: list[tuple[int, int, Event, Iterator[Event]]], number: int, stream: Iterator[Event]) -> None:
        self._open = len(heads) + 1
        event = next(stream, None)
        if event is not None:
            heappush(heads, (event[0], number, event, stream))
