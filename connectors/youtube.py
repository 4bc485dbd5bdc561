"""YouTube through its Data API v3, for a channel with all its videos or for one video.

Written from its reference; nothing was measured on the real one. The secret is `client id:client secret:refresh token` of the
channel's owner with the scope `youtube.force-ssl`, or Google's JSON of the three. YouTube has no folder for spam: what it takes
for spam waits for the owner's review, like what it holds. A run takes some eight units of the 10,000 that a Google Cloud project
has each day, an action some 60. Options: `contact`, where to complain.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from connectors.base import (
    ActionKind,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    CommentState,
    ConnectorError,
    Gone,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.google import Google, text_if_any
from connectors.http import Patience
from connectors.http_answers import Row
from connectors.receipts import must_be_judged, receipt_of
from connectors.youtube_comment import comment_of
from connectors.youtube_page import Lists, target_of
from connectors.youtube_reading import read, states_of
from connectors.youtube_settings import read_settings
from connectors.youtube_setup import SETUP

ID = re.compile(r"[A-Za-z0-9_.-]{1,120}")
WORDS = {ActionKind.HIDE: "heldForReview", ActionKind.RESTORE: "published", ActionKind.REMOVE: "rejected"}
WANTED = {
    # what was rejected is hidden already: to hold it would bring it back into the queue
    ActionKind.HIDE: frozenset({CommentState.HELD, CommentState.REMOVED}),
    ActionKind.RESTORE: frozenset({CommentState.VISIBLE}),
    ActionKind.REMOVE: frozenset({CommentState.REMOVED}),
}
DETAILS = {
    CommentState.VISIBLE: "published: everybody who can see the video can read it",
    CommentState.HELD: "held for review: no visitor can read it",
    CommentState.REMOVED: "rejected: no visitor can read it, and YouTube does not publish it again",
}


class YouTube:
    """One channel or video as a class page. Raises `BadConfig` for a malformed address or secret."""

    capabilities = Capabilities(frozenset(WORDS))
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        target = target_of(address.url)
        self._google = Google(address, "youtube", "v3", patience=patience)
        self._lists = Lists(self._google, target)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the page is set. Raises the errors of `connectors.base`."""
        return read_settings(self._lists)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Published and held comments with their replies, oldest first; those shortly before a checkpoint come again."""
        return read(self._lists, since)

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist, in any state."""
        return self._told(ids, CommentState.HELD)

    def _told(self, ids: Sequence[str], unseen: CommentState) -> Iterator[Comment]:
        """As `get`; `unseen` is the state of a reply that no list shows though it may wait in one."""
        known = [id for id in dict.fromkeys(ids) if ID.fullmatch(id)]
        rows = [row for row in self._lists.by_id(known) if self._is_ours(row)]
        found = [comment_of(row, CommentState.REMOVED, self._lists.video) for row in rows]
        states = states_of(self._lists, found, unseen) if found else {}
        yield from (replace(comment, state=states.get(comment.id, CommentState.REMOVED)) for comment in found)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Hold, publish or reject, and read back what became of it: an answer of 204 proves nothing."""
        if action not in WORDS:
            raise NotAllowed("YouTube has no such action in its interface; do it on the page")
        before = self._one(id)
        if before.state in WANTED[action]:
            return receipt_of(action, before, DETAILS, already=True)
        must_be_judged(before, seen)
        if action is ActionKind.RESTORE and before.state is CommentState.REMOVED:
            raise NotAllowed("YouTube does not publish a rejected comment again; its author may write it anew")
        after, refused = self._after(before, action)
        if after.state not in WANTED[action]:
            raise refused or Unavailable("YouTube accepted the call and shows no change yet; look again later")
        return receipt_of(action, after, DETAILS)

    def _after(self, before: Comment, action: ActionKind) -> tuple[Comment, ConnectorError | None]:
        """Order the change, once, and read back what became of the comment, with the error that the order met."""
        refused: ConnectorError | None = None
        change = self._google.api.comments().setModerationStatus(id=before.id, moderationStatus=WORDS[action])
        try:
            self._google.order(change)
        except (Unavailable, Gone, NotAllowed) as error:  # for one that is gone the answer is 400, 403 or 404
            refused = error
        done = action is ActionKind.REMOVE and refused is None
        unseen = CommentState.REMOVED if done else CommentState.HELD
        after = next(self._told([before.id], unseen), None)
        if after is None and done:
            return replace(
                before, state=CommentState.REMOVED
            ), None  # nobody promises that what was rejected is still told
        if after is None:
            raise Gone("YouTube has no such comment any more")
        return after, refused

    def _one(self, id: str) -> Comment:
        for comment in self.get([id]):
            return comment
        raise Gone("YouTube has no such comment")

    def _is_ours(self, row: Row) -> bool:
        """YouTube tells by id of every page's comments, and may leave out where one belongs."""
        if self._lists.video:
            return text_if_any(row, "snippet.videoId") in {"", self._lists.video}
        return text_if_any(row, "snippet.channelId") in {"", self._lists.channel()}
