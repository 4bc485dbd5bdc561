"""A fake of the Blogger API v3 (revision 20260707), as far as comments go.

Where the reference is silent, the harder answer was chosen: comments come in no order, at most `most` at once whatever is
asked for; ends of a stretch of time are not counted in; who is no administrator gets 404 for a list of what waits; a post
counts its emptied comments, too.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import FakeGoogle, Question, part_of, refusal

BLOG = "7013000000000000012"
POST = "8070105920543249955"
FRONT = "https://room12.example.test/"
BEGIN = datetime(2026, 10, 5, 16, tzinfo=UTC)
LOCAL = timezone(timedelta(hours=-7))


@dataclass
class Remark:
    """One comment as Blogger keeps it: `content` is HTML."""

    id: str
    content: str
    published: datetime
    parent: str = ""
    post: str = POST
    author: str = "1234567890"
    name: str = "Fern"
    status: str = "LIVE"
    updated: datetime | None = None


def planted() -> list[Remark]:
    """Eight comments on two posts."""

    def at(minutes: int) -> datetime:
        return BEGIN + timedelta(minutes=minutes)

    return [
        Remark("11", "Is 3 &lt; 4 &amp;&amp; 9 &gt; 8?<br/>He said &quot;yes&quot;", at(0)),
        Remark("12", "Same 🌱 here", at(5), parent="11", author="-1", name="Anonymous"),
        Remark("13", '<a href="http://photos.example.test/trip.jpg">our trip</a>', at(120)),
        Remark("14", "who asked you", at(180), status="PENDING"),
        Remark("15", "Cheap seeds", at(240), status="SPAM"),
        Remark("16", "", at(250), status="EMPTIED"),
        Remark("17", "¿Dónde está? مرحبا", at(300), post="8070105920543249956"),
        Remark("18", "Nobody likes you", at(24 * 60)),
    ]


class FakeBlogger(FakeGoogle):
    """One blog, signed in as one of its administrators."""

    def __init__(self, platform: FakePlatform, most: int = 200) -> None:
        super().__init__(platform)
        self.most = most
        self.remarks = {remark.id: remark for remark in planted()}
        self.posts = {POST: "ALLOW", "8070105920543249956": "DONT_ALLOW_SHOW_EXISTING"}
        self.administers = True
        self.is_gone = False

    def add(self, *remarks: Remark) -> None:
        """Post comments."""
        self.remarks |= {remark.id: remark for remark in remarks}

    def reply(self, question: Question) -> Reply:
        match question.path.strip("/").split("/")[1:]:
            case ["users", "self"]:
                return reply_json({"kind": "blogger#user", "id": "99", "displayName": "Ms. Reed"})
            case ["users", "self", "blogs", number] if number == BLOG and not self.is_gone:
                return self._ourselves()
            case ["blogs", "byurl"] if question.query.get("url") == FRONT and not self.is_gone:
                return self._blog()
            case ["blogs", number, *rest] if number == BLOG and not self.is_gone:
                return self._in_blog(rest, question)
        return refusal(404, "notFound")

    def _in_blog(self, rest: list[str], question: Question) -> Reply:
        match rest:
            case []:
                return self._blog()
            case ["comments"]:
                return self._listed(question)
            case ["posts"]:
                return self._posts(question)
            case ["posts", post, "comments", number, *call]:
                return self._one(post, number, call[0] if call else "", question)
        return refusal(404, "notFound")

    def _blog(self) -> Reply:
        return reply_json(
            {
                "kind": "blogger#blog",
                "id": BLOG,
                "name": "Room 12",
                "url": FRONT,
                "posts": {"totalItems": len(self.posts)},
            }
        )

    def _ourselves(self) -> Reply:
        role = "ADMIN" if self.administers else "AUTHOR"
        info = {"kind": "blogger#blogPerUserInfo", "blogId": BLOG, "role": role, "hasAdminAccess": self.administers}
        return reply_json({"kind": "blogger#blogUserInfo", "blog_user_info": info})

    def _listed(self, question: Question) -> Reply:
        if not self.administers:
            return refusal(404, "notFound")
        query = question.query
        wanted = query.get("status", "LIVE").split(",")
        start, end = (
            datetime.fromisoformat(query[name]) if name in query else None for name in ("startDate", "endDate")
        )
        found = [
            remark
            for remark in sorted(self.remarks.values(), key=lambda each: hashlib.sha256(each.id.encode()).digest())
            if remark.status in wanted
            and (not start or remark.published > start)
            and (not end or remark.published < end)
        ]
        size = min(self.most, int(query.get("maxResults", "10")))
        part, following = part_of(found, query.get("pageToken", ""), size)
        items = [self._row(remark) for remark in part if isinstance(remark, Remark)]
        body: dict[str, object] = {"kind": "blogger#commentList", "etag": '"e"'}
        if items:  # left out where it is empty
            body["items"] = items
        return reply_json({**body, "nextPageToken": following} if following else body)

    def _one(self, post: str, number: str, call: str, question: Question) -> Reply:
        remark = self.remarks.get(number)
        if remark is None or remark.post != post:
            return refusal(404, "notFound")
        if question.method == "GET":
            return reply_json(self._row(remark))
        if not self.administers:
            return refusal(403, "forbidden")
        if call == "removecontent":
            remark.status, remark.content = "EMPTIED", ""
        elif remark.status != "EMPTIED":
            remark.status = {"spam": "SPAM", "approve": "LIVE"}[call]
        return reply_json(self._row(remark))

    def _row(self, remark: Remark) -> Mapping[str, object]:
        row: dict[str, object] = {
            "kind": "blogger#comment",
            "id": remark.id,
            "post": {"id": remark.post},
            "blog": {"id": BLOG},
            "published": remark.published.astimezone(LOCAL).isoformat(),
            "updated": (remark.updated or remark.published).astimezone(LOCAL).isoformat(),
            "selfLink": f"https://www.googleapis.com/blogger/v3/blogs/{BLOG}/posts/{remark.post}/comments/{remark.id}",
            "author": {
                "id": remark.author,
                "displayName": remark.name,
                "image": {"url": "//img1.example.test/b16.gif"},
            },
        }
        if remark.content:
            row["content"] = remark.content
        if remark.parent:
            row["inReplyTo"] = {"id": remark.parent}
        return {**row, "status": remark.status} if self.administers else row

    def _count(self, post: str) -> Mapping[str, str]:
        shown = [r for r in self.remarks.values() if r.post == post and r.status in {"LIVE", "EMPTIED"}]
        return {"totalItems": str(len(shown))}

    def _posts(self, question: Question) -> Reply:
        part, following = part_of(sorted(self.posts), question.query.get("pageToken", ""), 50)
        items = [
            {"id": id, "url": f"{FRONT}2026/10/{id}.html", "readerComments": self.posts[id], "replies": self._count(id)}
            for id in map(str, part)
        ]
        body = {"kind": "blogger#postList", "items": items}
        return reply_json({**body, "nextPageToken": following} if following else body)
