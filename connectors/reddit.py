"""Reddit through PRAW 8, which its users know: a class page is a subreddit that our account moderates.

The secret is `client id:client secret:name:password` of a script app, or `client id:client secret:refresh token`. Options: `contact`,
the Reddit name of whoever answers for it.
Reddit's lists are short and each shows a part only: `connectors.reddit_reading` has how that is made up for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from praw.models import Comment as Item

from connectors.base import (
    CHANGES_STATE,
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
from connectors.checkpoints import moved_on, time_in
from connectors.http import Patience
from connectors.receipts import must_be_judged, receipt_of
from connectors.reddit_comments import ID, comment_of
from connectors.reddit_errors import told
from connectors.reddit_reading import PER_QUESTION, Reading
from connectors.reddit_settings import read_settings
from connectors.reddit_setup import SETUP
from connectors.reddit_site import Site, View

OVERLAP = timedelta(minutes=10)
"""Read again before a checkpoint: a comment may come into Reddit's lists later than a younger one."""


WANTED = {
    # what is removed or spam is hidden already: to hold it would say that nobody has decided
    ActionKind.HIDE: frozenset({CommentState.HELD, CommentState.REMOVED, CommentState.SPAM}),
    ActionKind.RESTORE: frozenset({CommentState.VISIBLE}),
    ActionKind.REMOVE: frozenset({CommentState.REMOVED}),
    ActionKind.SPAM: frozenset({CommentState.SPAM}),
}
DETAILS = {
    CommentState.VISIBLE: "approved on Reddit: everybody who can see the subreddit can read it",
    CommentState.HELD: "hidden on Reddit until a moderator approves it: only its author and the moderators can read it",
    CommentState.REMOVED: "removed on Reddit: only its author and the moderators can read it",
    CommentState.SPAM: "removed as spam on Reddit: only its author and the moderators can read it",
}


class Reddit:
    """One subreddit as a class page. Raises `BadConfig` for a malformed address, secret or contact."""

    capabilities = Capabilities(CHANGES_STATE)
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        self._site = Site(address, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the subreddit is set. Raises the errors of `connectors.base`."""
        return read_settings(self._site)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Visible and held comments, oldest first; behind a checkpoint also what was edited since, however old.

        Raises:
            Unavailable: also behind the last batch, where a gap since the checkpoint could not be made up wholly. What
                could be read is stored by then, and the next run begins behind it.
        """
        newest = time_in(since, "Reddit") if isinstance(since, Checkpoint) else None
        start = since if isinstance(since, datetime) else newest - OVERLAP if newest else None
        reading = Reading(self._site, self._site.view(), start, edits=newest is not None)
        found = reading.comments()
        while batch := tuple(islice(found, MAX_BATCH)):
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            newest = moved_on(newest, batch[-1])  # an old comment that was edited does not move it back
            yield Batch(batch, Checkpoint({"time": newest.isoformat()}))
        if reading.hole and isinstance(since, Checkpoint):
            raise Unavailable(reading.hole)

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist, in any state. Ids are Reddit's everywhere: others' subreddits are left out."""
        known = [id for id in dict.fromkeys(ids) if ID.fullmatch(id)]
        if known:
            yield from self._get(known, self._site.view())

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Remove, approve, mark as spam, or remove and then lock, and read back what became of it: Reddit answers each with `{}`."""
        if action not in WANTED:
            raise NotAllowed("our account moderates this subreddit: there is nobody else to report to")
        view = self._site.view(with_staff=False)
        before = self._one(id, view)
        if before.state in WANTED[action]:
            return receipt_of(action, before, DETAILS, already=True)
        must_be_judged(before, seen)
        unanswered = self._tried(id, lambda comment: _change(comment, action, before.state))
        after = self._one(id, view)
        if action is ActionKind.REMOVE and after.state is CommentState.HELD:  # taken away, whoever heard of it
            unanswered = self._tried(id, lambda comment: comment.mod.lock()) or unanswered
            after = self._one(id, view)
        if action is ActionKind.HIDE and after.state is CommentState.REMOVED:
            # somebody had locked it: that would tell a removal, which no undo takes back
            unanswered = self._tried(id, lambda comment: comment.mod.unlock()) or unanswered
            after = self._one(id, view)
        if after.state not in WANTED[action]:
            raise unanswered or Unavailable("Reddit accepted the call and did nothing (yet); try again later")
        return receipt_of(action, after, DETAILS)

    def _get(self, ids: list[str], view: View) -> Iterator[Comment]:
        for first in range(0, len(ids), PER_QUESTION):
            for item in self._site.comments(ids[first : first + PER_QUESTION]):
                comment = comment_of(item, view)
                if comment is not None:
                    yield comment

    def _one(self, id: str, view: View) -> Comment:
        found = next(self._get([id], view), None) if ID.fullmatch(id) else None
        if found is None:
            raise Gone("there is no such comment on this subreddit; its author may have deleted it")
        return found

    def _tried(self, id: str, change: Callable[[Item], object]) -> Unavailable | None:
        """Ask for a change, once. What is given back says that it is perhaps done, perhaps not."""
        try:
            with told(self._site.name):
                change(self._site.reddit.comment(id))
        except Unavailable as error:
            return error
        return None


def _change(comment: Item, action: ActionKind, before: CommentState) -> None:
    if action is not ActionKind.RESTORE:
        comment.mod.remove(spam=action is ActionKind.SPAM)
        return
    if before is CommentState.REMOVED:
        comment.mod.unlock()  # first: what was approved would count as restored, and stay locked
    comment.mod.approve()
