"""Discord through its REST interface v10, for a class's channel with its threads, or a forum with its posts.

The secret is the token of a bot that is on the server, with Message Content Intent. What Discord deletes is gone for good, and it
hides nothing: to hide is a step for a person, who has to decide between leaving a message and deleting it.
Options: `contact`, where to complain; `api`, the address of another server that speaks Discord's language; `allow_private`, for a
district's own server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Final

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    CommentState,
    Gone,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.checkpoints import EPOCH, time_in
from connectors.discord_message import parts_of
from connectors.discord_reading import Reader
from connectors.discord_settings import read_settings
from connectors.discord_setup import SETUP
from connectors.discord_site import Site
from connectors.http import Patience
from connectors.receipts import must_be_judged, receipt_of

OVERLAP: Final = timedelta(minutes=10)
"""Read again before a checkpoint: a message has its number before everybody sees it, and our clock is not Discord's."""

HOW_TO_HIDE: Final = (
    "Discord cannot hide a message and show it again; open it, and delete it there or ask its author to edit it"
)
ONLY_A_TITLE: Final = (
    "this is a thread's title, and no message; open the thread, and rename it or delete it with all that stands in it"
)
DELETED: Final = "deleted on Discord: nobody can read it any more, and nobody can bring it back"
TITLE_STAYS: Final = f"{DELETED}; the post's title stands still: rename or delete the post there"


class DiscordChannel:
    """One channel or forum as a class page. Raises `BadConfig` for a malformed address, secret or option."""

    capabilities = Capabilities(frozenset({ActionKind.REMOVE}), reads_held=False)
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        self._site = Site(address, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how channel and server are set. Raises the errors of `connectors.base`."""
        return read_settings(self._site)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """All messages and titles, oldest first; those shortly before a checkpoint come again.

        What was said while we read may come too, in one place and not yet in another: the checkpoint stays before it.

        Raises:
            NotAllowed: the bot is not shown the words of messages, or not the messages of the past.

        """
        began = datetime.now(UTC)
        newest = time_in(since, "Discord") if isinstance(since, Checkpoint) else None
        start = since.astimezone(UTC) if isinstance(since, datetime) else newest - OVERLAP if newest else None
        self._site.must_show_words()
        found = Reader(self._site).everything(start)
        while batch := tuple(islice(found, MAX_BATCH)):
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            newest = max(newest or EPOCH, min(batch[-1].created, began))
            yield Batch(batch, Checkpoint({"time": newest.isoformat()}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the messages and titles that still exist."""
        wanted: dict[int, list[int]] = {}
        for channel, message in filter(None, map(parts_of, dict.fromkeys(ids))):
            wanted.setdefault(channel, []).append(message)
        if wanted:
            self._site.must_show_words()
        reader = Reader(self._site)
        for channel, messages in wanted.items():
            yield from reader.found(channel, messages)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Delete a message, and look whether it is gone: for good, so evidence has to be sealed before."""
        if action is not ActionKind.REMOVE:
            raise NotAllowed(HOW_TO_HIDE)
        parts = parts_of(id)
        if parts is None:
            raise Gone("Discord has no such message")
        self._site.must_show_words()
        reader, (channel, message) = Reader(self._site), parts
        before = reader.one(channel, message)
        must_be_judged(before, seen)
        is_first = channel == message
        if is_first and not reader.is_there(channel, message):
            raise NotAllowed(ONLY_A_TITLE)
        unanswered: Unavailable | None = None
        try:
            self._site.delete(channel, message)
        except Unavailable as error:
            unanswered = error
        if reader.is_there(channel, message):
            raise unanswered or Unavailable("Discord accepted the call and shows the message still; look again later")
        details = {CommentState.REMOVED: TITLE_STAYS if is_first else DELETED}
        return receipt_of(action, _removed(before), details)


def _removed(comment: Comment) -> Comment:
    """As it was judged: the words do not change by going away."""
    return replace(comment, state=CommentState.REMOVED)
