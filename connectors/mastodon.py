"""Mastodon and what speaks its language (measured: snac 2.75), through Mastodon.py.

A class page is one account; its comments are the replies to its posts and what mentions it, private messages to it included. The
secret is an access token of that account. Nobody can hide or remove what somebody else has posted: the platform's own moderators can
be told. There is no call that gives what was deleted or edited: that is found by reading again.
Options: `reports: false` where the server takes none; `contact`, where to complain; `allow_private`, for a district's own server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    BadConfig,
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
from connectors.checkpoints import EPOCH, moved_on, not_one_of, time_in
from connectors.http import Patience
from connectors.http_answers import Refused, Row
from connectors.mastodon_reading import Reader, Said
from connectors.mastodon_rows import Writer, key_of, nested, text_of
from connectors.mastodon_settings import is_our_account, read_settings
from connectors.mastodon_setup import SETUP
from connectors.mastodon_site import Site
from connectors.receipts import must_be_judged

ANSWERED_FOR = timedelta(days=30)
"""For so long a post is asked for its thread. Whoever answers it later mentions the account, as every client does by itself."""

OVERLAP = timedelta(hours=6)
"""Read again before a checkpoint: replies come late from other servers, and their clocks differ."""

IDS_AT_ONCE = 20
MAX_ID = 64
ELSEWHERE = (
    "Mastodon lets nobody hide or remove what another account has posted; open the post to report it to the server's"
    " moderators, or to block its author"
)
WORDS = "It breaks the rules of a school's class page. Reported by those who moderate the page."


class Mastodon:
    """One account as a class page. Raises `BadConfig` for a malformed address, secret or option."""

    capabilities = Capabilities(frozenset({ActionKind.REPORT}), reads_held=False)  # where the server takes reports
    setup = SETUP

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        takes_reports = address.options.get("reports", True)
        if not isinstance(takes_reports, bool):
            raise BadConfig("options.reports", "must be true or false: whether the server takes reports")
        actions = frozenset({ActionKind.REPORT}) if takes_reports else frozenset[ActionKind]()
        self.capabilities = Capabilities(actions, reads_held=False)
        self._site = Site(address, patience=patience)

    def check(self) -> PageSettings:
        """Who we are, what we may do, how account and server are set. Raises the errors of `connectors.base`."""
        return read_settings(self._site, takes_reports=bool(self.capabilities.actions))

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """Replies and mentions, oldest first; behind a checkpoint also what was edited, and what came late.

        Raises:
            NotAllowed: the token is another account's, so that the mentions would be those of others.
            Unavailable: after the last batch, when a thread is longer than Mastodon shows.

        """
        newest, behind = _place(since)
        start = since.astimezone(UTC) if isinstance(since, datetime) else newest
        reader = Reader(self._site, self._our_account())
        if isinstance(since, datetime):
            behind = reader.mention_before(since.astimezone(UTC))

        def wanted(said: Said) -> bool:
            comment = said.comment
            if start is None or isinstance(since, datetime):
                return start is None or comment.created >= start
            return said.is_mention or max(comment.created, comment.edited or EPOCH) > _earlier(start, OVERLAP)

        posts_since = None if start is None else _earlier(start, ANSWERED_FOR)
        found = reader.everything(posts_since, behind, wanted)
        following = next(found, None)
        while following:
            batch = (following, *islice(found, MAX_BATCH - 1))
            following = next(found, None)
            newest = moved_on(newest, batch[-1])
            # later batches hold mentions that were read already: these count when all is stored
            mention = behind if following else reader.newest or behind
            place = Checkpoint({"time": newest.isoformat(), "mention": mention})
            yield Batch(batch, None if isinstance(since, datetime) else place)
        if reader.cut:
            raise Unavailable(
                "a thread has more replies than Mastodon shows (4096), and some were never seen; look through it there,"
                " and go on in a new post"
            )

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that still exist."""
        known = [id for id in dict.fromkeys(ids) if _is_id(id)]
        writer = self._writer() if known else None
        for start in range(0, len(known), IDS_AT_ONCE):
            wanted = set(known[start : start + IDS_AT_ONCE])
            for row in self._rows(sorted(wanted)):
                if writer and key_of(text_of(row, "id")) in wanted:  # Mastodon takes `1e1` for 1
                    yield writer.comment(row)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:
        """Report, and say under which number. Twice is twice: Mastodon tells nobody what they have reported."""
        if action not in self.capabilities.actions:
            raise NotAllowed(ELSEWHERE)
        row, writer = self._row(id), self._writer()
        before = writer.comment(row)
        must_be_judged(before, seen)
        number = self._report(row)
        state, revision = before.state, before.revision
        try:
            revision = writer.comment(self._row(id)).revision
        except Gone:  # somebody was fast
            state = CommentState.REMOVED
        detail = f"reported to the moderators of {self._site.host}{number}"
        return Receipt(action, state, detail, revision, datetime.now(UTC))

    def _report(self, row: Row) -> str:
        account, id = text_of(nested(row, "account"), "id"), text_of(row, "id")
        try:
            report = self._site.ask(
                self._site.library.report, account, status_ids=[id], comment=WORDS, category="violation"
            ).row()
        except (Gone, Refused):
            self._row(key_of(id))  # if it is gone, this says so
            raise NotAllowed(
                f"{self._site.host} takes no reports; set `reports: false` among the options, and write to whoever runs it"
            ) from None
        number = report.get("id")
        return f" as number {number}" if isinstance(number, str) and number.isdecimal() else ""

    def _our_account(self) -> Row:
        account = self._site.me()
        if not is_our_account(self._site, account):
            raise NotAllowed(
                f"the access token belongs to another account; make one while signed in as {self._site.name}"
            )
        return account

    def _writer(self) -> Writer:
        account = self._our_account()
        return Writer(self._site.home, self._site.host, self._site.full(text_of(account, "acct")))

    def _rows(self, ids: Sequence[str]) -> Iterator[Row]:
        """Statuses by their ids; servers that cannot give many at once (snac, Mastodon before 4.3) are asked for each.

        So is Mastodon for those that it leaves out: they are gone, or of somebody whom the account has blocked or muted, while
        everybody else goes on reading them.
        """
        try:
            rows = self._site.ask(self._site.library.statuses, list(ids)).rows()
        except (Gone, Refused):
            rows = []
        yield from rows
        given = {key_of(text_of(row, "id")) for row in rows}
        for id in ids:
            if id in given:
                continue
            try:
                yield self._row(id)
            except Gone:
                continue

    def _row(self, id: str) -> Row:
        if not _is_id(id):
            raise Gone("Mastodon has no such comment")
        row = self._site.ask(self._site.library.status, id).row()
        if key_of(text_of(row, "id")) != id:
            raise Gone("Mastodon has no such comment")
        return row


def _place(since: Checkpoint | datetime | None) -> tuple[datetime | None, str]:
    """The time and the mention behind which to read."""
    if not isinstance(since, Checkpoint):
        return None, ""
    mention = since.value.get("mention")
    if not isinstance(mention, str):
        raise not_one_of("Mastodon")
    return time_in(since, "Mastodon"), mention


def _earlier(when: datetime, span: timedelta) -> datetime:
    """That much earlier, and never before there were computers."""
    return max(when.astimezone(UTC), EPOCH + span + timedelta(days=2)) - span


def _is_id(id: str) -> bool:
    return id.isascii() and id.isalnum() and len(id) <= MAX_ID
