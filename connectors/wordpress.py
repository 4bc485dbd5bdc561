"""WordPress through its REST interface, wp/v2 (measured on 6.8.12).

A class page is a whole blog. The secret is `name:application password` of an editor or administrator. WordPress
keeps no time of change: edits and late approvals are found by reading again from a date. Options: `allow_private`, for a district's
own server.
"""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

import httpx

from connectors.base import (
    CHANGES_STATE,
    MAX_BATCH,
    ActionKind,
    Author,
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
from connectors.checkpoints import EPOCH, moved_on, time_in
from connectors.http import Patience
from connectors.http_answers import Row
from connectors.markup import media_in, words_in
from connectors.receipts import must_be_judged
from connectors.wordpress_settings import read_settings
from connectors.wordpress_setup import SETUP
from connectors.wordpress_site import PER_PAGE, Site, counted

OVERLAP = timedelta(hours=3)
"""Read again before a checkpoint. WordPress compares local times: the hour that the clocks repeat hides one hour."""

SHARED_ROWS = 8
"""Two pages of an answer share this many rows, to notice when rows before them went away meanwhile. A thousand take eleven pages."""

MAX_STEPS_BACK = 5
KNOWN_ROWS = (MAX_STEPS_BACK + 2) * PER_PAGE
"""So many of the last rows are remembered: reading steps back no further."""

EVERYTHING: dict[str, str | int] = {"context": "edit", "type": "all", "per_page": PER_PAGE}
"""A moderator's view; pingbacks too, since they stand among the comments."""


STATES = {
    "approved": CommentState.VISIBLE,
    "hold": CommentState.HELD,
    "spam": CommentState.SPAM,
    "trash": CommentState.REMOVED,
    "post-trashed": CommentState.REMOVED,
}
WORDS = {ActionKind.HIDE: "hold", ActionKind.RESTORE: "approve", ActionKind.SPAM: "spam"}
WANTED = {
    # what is in the trash or among the spam is hidden already: to hold it would bring it back into the queue
    ActionKind.HIDE: frozenset({CommentState.HELD, CommentState.REMOVED, CommentState.SPAM}),
    ActionKind.RESTORE: frozenset({CommentState.VISIBLE}),
    ActionKind.REMOVE: frozenset({CommentState.REMOVED}),
    ActionKind.SPAM: frozenset({CommentState.SPAM}),
}
DETAILS = {
    CommentState.VISIBLE: "approved: everybody can read it",
    CommentState.HELD: "held for moderation: no visitor can read it",
    CommentState.REMOVED: "in the trash of WordPress, from where it can be restored",
    CommentState.SPAM: "marked as spam: no visitor can read it",
}


class WordPress:
    """One blog as a class page. Raises `BadConfig` for a malformed address or secret."""

    capabilities = Capabilities(CHANGES_STATE)
    setup = SETUP

    def __init__(
        self, address: PageAddress, *, transport: httpx.BaseTransport | None = None, patience: Patience | None = None
    ) -> None:
        self._site = Site(address, transport=transport, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how the blog is set. Raises the errors of `connectors.base`."""
        return read_settings(self._site)

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Approved and held comments, oldest first; those shortly before a checkpoint come again."""
        newest = time_in(since, "WordPress") if isinstance(since, Checkpoint) else None
        found = self._comments(since if isinstance(since, datetime) else newest)
        if isinstance(since, datetime):
            found = (comment for comment in found if comment.created >= since)
        while batch := tuple(islice(found, MAX_BATCH)):
            if isinstance(since, datetime):
                yield Batch(batch)
                continue
            newest = moved_on(newest, batch[-1])
            yield Batch(batch, Checkpoint({"time": newest.isoformat()}))

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist, in any state, the trash included."""
        known = [number for number in dict.fromkeys(ids) if _is_id(number)]
        staff = self._site.staff() if known else None
        for start in range(0, len(known), PER_PAGE):
            wanted = ",".join(known[start : start + PER_PAGE])
            query: dict[str, str | int] = {**EVERYTHING, "status": "any", "include": wanted}
            for row in self._site.read("comments", query).rows():
                yield comment_of(row, staff)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Hold, approve, trash or mark as spam, and read back what became of it: an answer of 200 proves nothing."""
        if action not in self.capabilities.actions:
            raise NotAllowed("WordPress has nobody to report to: who runs the blog moderates it")
        row = self._row(id)
        before = comment_of(row, None)
        if before.state in WANTED[action]:
            return _receipt(action, before, before, already=True)
        must_be_judged(before, seen)
        if row.get("status") == "post-trashed" and action is ActionKind.RESTORE:
            raise NotAllowed("the whole post is in the trash of WordPress; take the post out of it first")
        already, unanswered = False, None
        try:
            self._change(id, row, action)
        except Gone:
            already = True  # somebody was faster (410 rest_already_trashed); if it is gone for good, reading says so
        except Unavailable as error:
            unanswered = error  # perhaps done, perhaps not
        after = comment_of(self._row(id), None)
        if after.state not in WANTED[action]:
            raise unanswered or Unavailable("WordPress accepted the call and did nothing; a plug-in may forbid it")
        return _receipt(action, before, after, already=already)

    def _row(self, id: str) -> Row:
        if not _is_id(id):
            raise Gone("WordPress has no such comment")
        return self._site.read(f"comments/{id}", {"context": "edit"}).row()

    def _change(self, id: str, row: Row, action: ActionKind) -> None:
        if action is ActionKind.REMOVE:
            self._site.write("DELETE", f"comments/{id}")  # without `force`: to the trash
            return
        # WordPress would put our own address and program in their place (measured): they are evidence
        evidence = {key: row[key] for key in ("author_ip", "author_user_agent") if row.get(key)}
        self._site.write("POST", f"comments/{id}", {"status": WORDS[action], **evidence})

    def _comments(self, start: datetime | None) -> Iterator[Comment]:
        staff = self._site.staff()
        query: dict[str, str | int] = {**EVERYTHING, "status": "all", "orderby": "date_gmt", "order": "asc"}
        if start is not None and start.astimezone(UTC) - EPOCH > OVERLAP:
            query["after"] = f"{start.astimezone(UTC) - OVERLAP:%Y-%m-%dT%H:%M:%SZ}"  # without Z it is local time
        for row in self._rows(query):
            yield comment_of(row, staff)

    def _rows(self, query: Mapping[str, str | int]) -> Iterator[Row]:
        """Yield every row once.

        Rows that go away while we read move the later ones forward, before the next page: so pages share some
        rows, and when none of these is known any more, the reading steps back.
        """
        seen: dict[str, None] = {}
        offset = steps_back = 0
        while True:
            answer = self._site.read("comments", {**query, "offset": offset})
            rows, total = answer.rows(), counted(answer, "x-wp-total")
            moved = offset > 0 and (rows or total) and not any(_id(row) in seen for row in rows[:SHARED_ROWS])
            if moved and steps_back < MAX_STEPS_BACK:
                offset, steps_back = max(0, offset - PER_PAGE), steps_back + 1
                continue
            if not rows and total is not None and total > offset:
                raise Unavailable("WordPress counts more comments than it shows; a plug-in may hide them from us")
            yield from (row for row in rows if _id(row) not in seen)
            seen |= dict.fromkeys(map(_id, rows))
            for id in list(islice(seen, max(0, len(seen) - KNOWN_ROWS))):
                del seen[id]
            # a short page is not the last one: WordPress leaves rows out after counting them (measured)
            if (offset + PER_PAGE >= total) if total is not None else not rows:
                return
            offset += PER_PAGE - SHARED_ROWS


def comment_of(row: Row, staff: frozenset[int] | None) -> Comment:
    """One comment of an answer that was asked for with `context=edit`. Raises `Unavailable` for any other shape."""
    content, number, author = row.get("content"), row.get("id"), row.get("author")
    raw = content.get("raw") if isinstance(content, dict) else None
    if not isinstance(raw, str) or not isinstance(number, int) or not isinstance(author, int):
        raise Unavailable("WordPress leaves out the raw text of a comment; a plug-in or a cache may be in the way")
    return Comment(
        id=str(number),
        author=Author(str(author or ""), html.unescape(_text(row, "author_name")), _is_staff(author, staff)),
        text=words_in(raw),
        created=_time(row),
        parent=_text(row, "parent") or None,
        media=media_in(raw),
        # a status of a plug-in's own is not shown to visitors
        state=STATES.get(_text(row, "status"), CommentState.HELD),
        permalink=_text(row, "link"),
    )


def _id(row: Row) -> str:
    return str(row.get("id"))


def _text(row: Row, key: str) -> str:
    return str(row.get(key) or "")


def _is_staff(author: int, staff: frozenset[int] | None) -> bool | None:
    if author == 0:  # a guest: whatever the name says, nobody is signed in
        return False
    return None if staff is None else author in staff


def _time(row: Row) -> datetime:
    """Read when it was posted.

    Imported comments may lack the UTC time: then the local one has to do, then the epoch. A wrong time does less
    harm than a comment that nobody reads.
    """
    for key in ("date_gmt", "date"):
        try:
            return datetime.fromisoformat(_text(row, key)).replace(tzinfo=UTC)
        except ValueError:  # "-0001-11-30T00:00:00"
            continue
    return EPOCH


def _is_id(id: str) -> bool:
    return id.isascii() and id.isdecimal() and len(id) <= 20


def _receipt(action: ActionKind, before: Comment, after: Comment, *, already: bool) -> Receipt:
    rewritten = "" if before.revision == after.revision else "; WordPress rewrote the text while storing it"
    return Receipt(
        action, after.state, DETAILS[after.state] + rewritten, after.revision, datetime.now(UTC), already=already
    )
