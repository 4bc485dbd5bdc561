"""RSS and Atom feeds of comments, through feedparser: what any site shows of its comments to whoever asks. They can only be read.

A feed shows its newest entries alone (WordPress: ten), forgets the others, and tells of no deletion. So a checkpoint holds which
entries were there: when none of them is there any more, entries were missed, and that is told. Where a site marks its answers (ETag,
Last-Modified), a feed that has not changed is not sent again. There is no secret. Options: `allow_private`, for a district's own server;
`contact`, where to complain.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import httpx

from connectors.base import (
    MAX_BATCH,
    ActionKind,
    AuthFailed,
    Batch,
    Capabilities,
    Checkpoint,
    Comment,
    ConnectorError,
    Finding,
    NotAllowed,
    PageAddress,
    PageSettings,
    Receipt,
    Revision,
    Unavailable,
)
from connectors.checkpoints import not_one_of
from connectors.feed_entries import Feed, read_feed
from connectors.feed_setup import SETUP
from connectors.http import Patience, RestClient
from connectors.http_addresses import allows_private, checked_url
from connectors.http_agent import agent_of
from connectors.http_answers import status_error
from connectors.http_budget import pace_of

ACCEPT = "application/atom+xml, application/rss+xml, application/rdf+xml;q=0.9, application/xml;q=0.8, text/xml;q=0.8"
MARK = 16
"""Signs of a hash that tell an entry from the others, and its words from other words."""


class CommentFeed:
    """One feed as a class page. Raises `BadConfig` for a malformed address."""

    capabilities = Capabilities(
        frozenset(), reads_edits=False, reads_held=False, tells_settings=False, tells_deletions=False
    )
    setup = SETUP

    def __init__(
        self, address: PageAddress, *, transport: httpx.BaseTransport | None = None, patience: Patience | None = None
    ) -> None:
        allow_private = allows_private(address)
        self._url = str(checked_url(address.url, allow_private=allow_private).copy_with(fragment=None))
        self._http = RestClient(
            self._url, allow_private=allow_private, patience=patience, transport=transport, agent=agent_of(address),
            pace=pace_of(address), meaning=_meaning,
        )  # fmt: skip

    def check(self) -> PageSettings:
        """What the feed tells: little. Whoever has its address can read it."""
        feed, _ = self._read({})
        count = len(feed.comments)
        shows = (
            f"The feed shows {count} comments. Where more are posted between two readings, the rest is never seen: read it often"
            " (`schedule`), or connect the site itself."
        )
        acts = "A feed can only be read. Whatever is decided is a step for a person on the site itself."
        tells = (
            "A feed does not tell who administers the page, whether comments wait for approval, nor which were deleted."
        )
        return PageSettings(
            title=feed.title or self._url,
            account="",
            may_moderate=False,
            comments_open=None,
            # what stands behind a ? may be a key that strangers do not have
            public=None if "?" in self._url else True,
            findings=(Finding("window", shows), Finding("actions", acts), Finding("settings", tells)),
        )

    def fetch(self, since: Checkpoint | datetime | None) -> Iterator[Batch]:
        """What the feed shows, oldest first; behind a checkpoint what is new or has other words.

        Raises:
            Unavailable: also behind the last batch, when comments may have come and gone since the checkpoint.

        """
        place = _place(since) if isinstance(since, Checkpoint) else None
        feed, unchanged = self._read(_conditions(place))
        if unchanged:
            return
        if isinstance(since, datetime):
            yield from self._parts([c for c in feed.comments if c.created >= since])
            return
        known = _marks(place) if place is not None else {}
        new = [comment for comment in feed.comments if known.get(_mark(comment.id)) != _mark(comment.revision)]
        shown = {_mark(comment.id): _mark(comment.revision) for comment in feed.comments}
        for part in self._parts(new):
            known = known | {_mark(comment.id): _mark(comment.revision) for comment in part.comments}
            is_last = part.comments[-1] is new[-1]
            # until all is stored the feed has to be sent again, and what was there before still counts
            marks = {"etag": feed.etag, "modified": feed.modified, "shown": shown}
            yield Batch(part.comments, Checkpoint(marks if is_last else {"etag": "", "modified": "", "shown": known}))
        missed = place is not None and _marks(place) and shown and not _marks(place).keys() & shown.keys()
        if missed:
            raise Unavailable(
                f"more comments came since the last reading than the feed shows ({len(shown)}), and some were never seen: look"
                " through the page itself, and read it more often (`schedule`)"
            )

    def get(self, ids: Sequence[str]) -> Iterator[Comment]:
        """Those of the comments that the feed still shows."""
        wanted = set(ids)
        return (comment for comment in (self._read({})[0].comments if wanted else ()) if comment.id in wanted)

    def act(self, id: str, action: ActionKind, *, seen: Revision) -> Receipt:  # noqa: ARG002  # as every connector is asked
        """A feed can only be read. Raises `NotAllowed`."""
        raise NotAllowed("a feed can only be read; open the comment on the site itself")

    def _read(self, conditions: Mapping[str, str]) -> tuple[Feed, bool]:
        """The feed, and whether it has not changed since the conditions were true."""
        response = self._http.look(self._url, headers={"Accept": ACCEPT, **conditions})
        if response.status_code == 304:
            return Feed("", (), "", ""), True
        return read_feed(response), False

    def _parts(self, comments: Sequence[Comment]) -> Iterator[Batch]:
        for start in range(0, len(comments), MAX_BATCH):
            yield Batch(tuple(comments[start : start + MAX_BATCH]))


def _meaning(response: httpx.Response) -> ConnectorError | None:
    """A feed has neither account nor credential that could be at fault."""
    what = f"{response.request.url.host} answered {response.status_code}"
    if response.status_code == 401:
        return AuthFailed(f"{what}: the feed asks for a sign-in, and only one that strangers may read can be read here")
    if response.status_code == 403:
        return NotAllowed(f"{what}: it does not let strangers read the feed; look at the site's settings")
    return status_error(response)


def _mark(words: str) -> str:
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:MARK]


def _place(since: Checkpoint) -> Mapping[str, object]:
    place = since.value
    if not all(isinstance(place.get(field), str) for field in ("etag", "modified")) or not isinstance(
        place.get("shown"), dict
    ):
        raise not_one_of("a feed")
    return place


def _marks(place: Mapping[str, object]) -> dict[str, str]:
    shown = place["shown"]
    return {str(id): str(words) for id, words in shown.items()} if isinstance(shown, dict) else {}


def _conditions(place: Mapping[str, object] | None) -> dict[str, str]:
    if place is None:
        return {}
    named = {"If-None-Match": str(place["etag"]), "If-Modified-Since": str(place["modified"])}
    return {name: value for name, value in named.items() if value}
