"""One blog of Blogger and how it is asked: the questions below `connectors.blogger`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from connectors.base import BadConfig, Gone, NotAllowed, PageAddress, Unavailable
from connectors.google import Google, Request, changed, field, rows_if_any, text, text_if_any
from connectors.http import Patience
from connectors.http_addresses import checked_url
from connectors.http_answers import Row

PER_PAGE = 500
"""Rows that are asked for at once; how many Blogger gives at most is written nowhere, and it says where it goes on."""

LISTED = ["LIVE", "PENDING", "SPAM"]
DASHBOARD = re.compile(r"/blog/[a-z]+/([0-9]{1,30})(?:/|$)")
POST_FIELDS = "kind,nextPageToken,items(id,url,readerComments,replies/totalItems)"
"""All that is needed of a post: Google leaves out the rest."""


class Blog:
    """One blog, found by the address of its front page or of its dashboard.

    Raises:
        BadConfig: the address or the secret is malformed. The network is not touched before the first question.
    """

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        url = checked_url(address.url)
        number = DASHBOARD.match(url.path) if url.host in {"www.blogger.com", "draft.blogger.com"} else None
        if number is None and (url.host == "blogger.com" or url.host.endswith(".blogger.com")):
            raise BadConfig("url", "write the address of the blog's front page, like https://room12.blogspot.com/")
        self.google = Google(address, "blogger", "v3", patience=patience)
        self._front = str(url.copy_with(path="/", query=None, fragment=None))
        self._id = number[1] if number else ""
        self._posts: list[Row] | None = None
        self._links: dict[str, str] = {}

    def id(self) -> str:
        """The blog's number. Raises `Gone` where no blog is (any more), or none that the account may see."""
        if not self._id:
            try:
                self._id = text(self.google.ask(self.google.api.blogs().getByUrl(url=self._front)), "id")
            except Gone:
                raise Gone(
                    "Blogger has no blog at this address (any more), or one that the account may not read; open it in a browser"
                ) from None
        return self._id

    def comments(self, start: datetime | None, end: datetime | None) -> Iterator[Row]:
        """Every comment of a stretch of time that is live, pending or spam, in whatever order Blogger has.

        Raises:
            NotAllowed: the account is no administrator of the blog. Blogger may answer that with 404 (read in its issues).
        """
        stretch = {
            name: when.astimezone(UTC).isoformat()
            for name, when in (("startDate", start), ("endDate", end))
            if when is not None
        }
        api = self.google.api.comments()
        query = {"blogId": self.id(), "status": LISTED, "fetchBodies": True, "maxResults": PER_PAGE, **stretch}
        try:
            yield from self._pages(api.listByBlog, query, "blogger#commentList")
        except Gone:
            if not self.administers():
                raise NotAllowed("the account is no administrator of the blog: only one is shown what waits") from None
            raise

    def comment(self, post: str, number: str) -> Row | None:
        """One comment in any state; None where it is no more."""
        api = self.google.api.comments()
        try:
            return self.google.ask(api.get(blogId=self.id(), postId=post, commentId=number, view="ADMIN"))
        except Gone:
            return None

    def order(self, call: str, post: str, number: str) -> None:
        """Ask for a change, once: `markAsSpam`, `approve` or `removeContent`."""
        make = getattr(self.google.api.comments(), call)
        self.google.order(make(blogId=self.id(), postId=post, commentId=number))

    def about(self) -> Row:
        """The blog itself. Raises `Gone` for one that is no more."""
        return self.google.ask(self.google.api.blogs().get(blogId=self.id()))

    def administers(self) -> bool:
        """Whether the account is an administrator of the blog."""
        return field(self.ourselves(), "hasAdminAccess") is True

    def ourselves(self) -> Row:
        """What the account is in this blog: `role`, `hasAdminAccess`. Raises `Gone` for a blog that is no more."""
        answer = self.google.ask(self.google.api.blogUserInfos().get(userId="self", blogId=self.id()))
        found = field(answer, "blog_user_info")
        return found if isinstance(found, dict) else {}

    def posts(self) -> list[Row]:
        """Every live post: `id`, `url` and `readerComments`. Asked for once: what is made of an address lives for one run."""
        if self._posts is None:
            query = {
                "blogId": self.id(),
                "status": "LIVE",
                "maxResults": PER_PAGE,
                "view": "ADMIN",
                "fields": POST_FIELDS,
            }
            found = self._pages(self.google.api.posts().list, {**query, "fetchBodies": False}, "blogger#postList")
            self._posts = list(found)
            self._links = {text(row, "id"): text_if_any(row, "url") for row in self._posts}
        return self._posts

    def check_empty(self) -> None:
        """Raise `Unavailable` when the blog's list of comments has none though its posts have: Blogger leaves out empty lists."""
        posts = self.posts()
        there = any(text_if_any(row, "replies.totalItems") not in {"", "0"} for row in posts)
        if (there and not self._has_emptied()) or (not posts and field(self.about(), "posts.totalItems")):
            raise changed("items")

    def _has_emptied(self) -> bool:
        """Whether there are comments without words any more: a post goes on counting them."""
        query = {"blogId": self.id(), "status": ["EMPTIED"], "fetchBodies": False, "maxResults": 1}
        found = self._pages(self.google.api.comments().listByBlog, query, "blogger#commentList")
        return next(found, None) is not None

    def permalink(self, post: str, number: str) -> str:
        """Where a person sees the comment: below its post; for a post that is not shown, the blog's list of comments."""
        self.posts()
        url = self._links.get(post, "")
        return f"{url}#c{number}" if url else f"https://www.blogger.com/blog/comments/{self.id()}"

    def _pages(self, make: Callable[..., Request], query: Mapping[str, object], kind: str) -> Iterator[Row]:
        token, seen = "", {""}
        while True:
            page = {"pageToken": token} if token else {}
            answer = self.google.ask(make(**query, **page))
            if text(answer, "kind") != kind:
                raise Unavailable("Blogger answers with something else than was asked for; try again later")
            yield from rows_if_any(answer, "items")  # left out where it is empty
            token = text_if_any(answer, "nextPageToken")
            if not token:
                return
            if token in seen:
                raise Unavailable("Blogger's list goes round in a circle; try again later")
            seen.add(token)
