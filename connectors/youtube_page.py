"""Which page of YouTube an address means, and what YouTube lists of it: the questions below `connectors.youtube`."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from connectors.base import BadConfig, Gone, Unavailable
from connectors.google import Google, rows, rows_if_any, text, text_if_any
from connectors.google_http import Forbidden
from connectors.http_addresses import checked_url
from connectors.http_answers import Row

PER_PAGE = 100
PER_ID = 30
"""Ids of one question. YouTube takes 50, but then an address may be longer than Google's library sends as a read."""

STATUSES = ("published", "heldForReview", "likelySpam")
"""What can be listed. What was rejected can not be."""

HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com", "studio.youtube.com", "youtu.be"})
VIDEO = re.compile(r"[A-Za-z0-9_-]{6,20}")
CHANNEL = re.compile(r"UC[A-Za-z0-9_-]{10,40}")
NAME = re.compile(r"@?[^\s/?#@]{1,100}")
COMMENTS_OFF = "commentsdisabled"

WHAT_TO_WRITE = (
    "write a channel's address (https://www.youtube.com/@name or https://www.youtube.com/channel/UC...)"
    " or a video's (https://www.youtube.com/watch?v=...)"
)


@dataclass(frozen=True, slots=True)
class Target:
    """What the class page is: `kind` is "video", "channel", "handle" or "user"."""

    kind: str
    name: str


def target_of(url: str) -> Target:
    """Read a page's address as browsers show it. Raises `BadConfig("url", ...)`."""
    address = checked_url(url)
    if address.host not in HOSTS:
        raise BadConfig("url", f"is not one of YouTube; {WHAT_TO_WRITE}")
    first, second, *_ = [*address.path.strip("/").split("/"), "", ""]
    if address.host == "youtu.be":
        found, pattern = Target("video", first), VIDEO
    elif first == "watch":
        found, pattern = Target("video", address.params.get("v", "")), VIDEO
    elif first in {"shorts", "live", "embed", "video"}:
        found, pattern = Target("video", second), VIDEO
    elif first == "channel":
        found, pattern = Target("channel", second), CHANNEL
    else:
        found, pattern = (Target("handle", first) if first.startswith("@") else Target(first, second)), NAME
    if found.kind not in {"video", "channel", "handle", "user"} or not pattern.fullmatch(found.name):
        raise BadConfig("url", f"is neither a channel nor a video; {WHAT_TO_WRITE}")
    return found


@dataclass(frozen=True, slots=True)
class Threads:
    """One page of a list of threads. `etag` is empty unless the page is the whole list."""

    rows: list[Row]
    etag: str


class Lists:
    """The comments of one page as YouTube lists them: threads newest first, by the time of their first comment."""

    def __init__(self, google: Google, target: Target) -> None:
        self.google = google
        self.target = target
        self._channel = target.name if target.kind == "channel" else ""

    @property
    def video(self) -> str:
        """The video that the page is; empty where it is a channel."""
        return self.target.name if self.target.kind == "video" else ""

    def channel(self) -> str:
        """The id of the channel that the page is. Raises `Gone` where there is none by this name."""
        if not self._channel:
            key = {"handle": "forHandle", "user": "forUsername"}[self.target.kind]
            request = self.google.api.channels().list(part="id", **{key: self.target.name})
            found = rows_if_any(self.google.ask(request), "items")  # YouTube leaves it out where nothing is found
            if not found:
                raise Gone("YouTube has no channel by this name any more; look at the page's address in a browser")
            self._channel = text(found[0], "id")
        return self._channel

    def threads(self, status: str, *, etag: str = "", size: int = PER_PAGE) -> Iterator[Threads]:
        """Every page of the threads of one status; none where comments are switched off (a video made for children).

        Raises:
            NotModified: the list is the one that had this ETag.
            NotAllowed: only the channel's owner may see what is held.
        """
        where = {"videoId": self.video} if self.video else {"allThreadsRelatedToChannelId": self.channel()}
        api, seen = self.google.api.commentThreads(), {""}
        query = {"part": "snippet,replies", "order": "time", "textFormat": "plainText", "maxResults": size, **where}
        token = ""
        while True:
            page = {"pageToken": token} if token else {}
            request = api.list(moderationStatus=status, **query, **page)
            if etag and not token:
                request.headers["If-None-Match"] = etag
            try:
                answer = self.google.ask(request)
            except Forbidden as error:
                if COMMENTS_OFF in error.reasons:
                    return
                raise
            following = text_if_any(answer, "nextPageToken")
            yield Threads(rows(answer, "items"), "" if token or following else text_if_any(answer, "etag"))
            if not following:
                return
            token = _new(following, seen)

    def replies(self, thread: str) -> Iterator[Row]:
        """Every reply below one comment; none where the thread is no more."""
        api, seen, token = self.google.api.comments(), {""}, ""
        query = {"part": "snippet", "textFormat": "plainText", "maxResults": PER_PAGE, "parentId": thread}
        while True:
            page = {"pageToken": token} if token else {}
            try:
                answer = self.google.ask(api.list(**query, **page))
            except Gone:
                return
            yield from rows(answer, "items")
            following = text_if_any(answer, "nextPageToken")
            if not following:
                return
            token = _new(following, seen)

    def by_id(self, ids: Sequence[str]) -> Iterator[Row]:
        """Those of the comments that exist, in any state. YouTube does not tell the state of what is asked for by id."""
        for start in range(0, len(ids), PER_ID):
            wanted = ",".join(ids[start : start + PER_ID])
            request = self.google.api.comments().list(part="snippet", textFormat="plainText", id=wanted)
            try:
                yield from rows(self.google.ask(request), "items")
            except Gone:
                continue


def _new(token: str, seen: set[str]) -> str:
    if token in seen:
        raise Unavailable("YouTube's list goes round in a circle; try again later")
    seen.add(token)
    return token
