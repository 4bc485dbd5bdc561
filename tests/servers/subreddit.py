"""What a fake of Reddit holds: one subreddit, its people, posts and comments, and the form in which each is shown.

The fields are those that a moderator is sent today (seen in published answers of 2023) and those of the recorded answers of
2016; scores, awards and flairs are left out. `banned_by` is a name where a person removed, True where a filter did
(reddit-archive, r2/lib/jsontemplates.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
DAWN = 1_730_000_000
"""Second of the first comment, unless a test says when."""

Thing = dict[str, Any]


def base36(number: int) -> str:
    return (base36(number // 36) if number >= 36 else "") + DIGITS[number % 36]


@dataclass
class Said:
    """One comment. `state` is ok, removed, spam or deleted; `by` is who took it away (True: a filter)."""

    id: str
    post: str
    author: str
    body: str
    created: float
    parent: str | None = None
    state: str = "ok"
    by: str | bool | None = None
    edited: float | bool = False
    locked: bool = False
    reported: bool = False
    extra: Thing = field(default_factory=dict)


@dataclass
class Post:
    id: str
    created: float
    state: str = "ok"


class Subreddit:
    """r/Pond, moderated by ms_heron (everything), hallmonitor_bot (posts) and AutoModerator."""

    name = "Pond"
    title = "Room 12's pond"

    def __init__(self) -> None:
        self.type = "private"
        self.about: Thing = {"restrict_commenting": False}
        self.settings: Thing = {"spam_comments": "high"}
        self.moderators: dict[str, list[str]] = {
            "ms_heron": ["all"],
            "hallmonitor_bot": ["posts", "access"],
            "AutoModerator": ["all"],
        }
        self.posts: dict[str, Post] = {}
        self.comments: dict[str, Said] = {}
        self._next = int("k0000", 36)
        self.now = float(DAWN)
        self.post("p1")

    def post(self, id: str, created: float = DAWN - 60.0, state: str = "ok") -> Post:
        self.posts[id] = Post(id, created, state)
        return self.posts[id]

    def say(self, body: str = "What a pond", author: str = "newt", post: str = "p1", **more: Any) -> Said:
        """Somebody comments, a minute after the last one unless `created` says when."""
        self.now += 60
        self._next += 1
        told: Thing = {"id": base36(self._next), "post": post, "author": author, "body": body, "created": self.now}
        said = Said(**told | more)
        self.comments[said.id] = said
        return said

    def edit(self, said: Said, body: str, at: float | None = None) -> None:
        self.now += 60
        said.body, said.edited = body, at or self.now

    def moderates(self, account: str) -> bool:
        """Whether an account may see what is taken away."""
        names = {name.lower(): rights for name, rights in self.moderators.items()}
        return bool({"all", "posts"} & set(names.get(account.lower(), [])))

    def newest_first(self) -> list[Said]:
        return sorted(self.comments.values(), key=lambda c: (c.created, int(c.id, 36)), reverse=True)

    def list_of(self, what: str) -> list[Said]:
        """The comments of a listing."""
        newest = self.newest_first()
        if what == "comments":
            return [c for c in newest if c.state == "ok"]
        if what == "spam":
            return [c for c in newest if c.state in {"removed", "spam"}]
        if what == "edited":
            return sorted((c for c in newest if c.edited and c.state != "deleted"), key=lambda c: -c.edited)
        waits = (c for c in newest if c.state != "deleted" and (c.by is True or (c.reported and c.state == "ok")))
        return list(waits)  # modqueue

    def count(self, post: str) -> int:
        return sum(c.post == post and c.state != "deleted" for c in self.comments.values())

    def shown(self, said: Said, account: str) -> Thing:
        """A comment as an account is sent it."""
        mod, gone, hidden = self.moderates(account), said.state == "deleted", said.state in {"removed", "spam"}
        author, body = said.author, said.body
        if gone or (hidden and not mod):
            author, body = "[deleted]", "[deleted]" if gone else "[removed]"
        data: Thing = {
            "id": said.id,
            "name": f"t1_{said.id}",
            "author": author,
            "body": body,
            "body_html": '<div class="md"></div>',
            "created_utc": said.created,
            "created": said.created,
            "edited": said.edited,
            "link_id": f"t3_{said.post}",
            "parent_id": f"t1_{said.parent}" if said.parent else f"t3_{said.post}",
            "subreddit": self.name,
            "subreddit_id": "t5_89iy4l",
            "subreddit_type": self.type,
            "permalink": f"/r/{self.name}/comments/{said.post}/a_post/{said.id}/",
            "replies": "",
            "locked": said.locked,
            "distinguished": None,
            "can_mod_post": mod,
            "num_reports": int(said.reported) if mod else None,
            "approved": False,
            "removed": mod and said.state == "removed",
            "spam": mod and said.state == "spam",
            "approved_by": None,
            "banned_by": said.by if mod and hidden else None,
            "mod_note": None,
        }
        if author != "[deleted]":
            data["author_fullname"] = "t2_" + base36(abs(hash(author)) % 10**9)
        return {"kind": "t1", "data": data | said.extra}

    def shown_post(self, post: Post) -> Thing:
        data = {
            "id": post.id,
            "name": f"t3_{post.id}",
            "title": "A post",
            "author": "ms_heron",
            "selftext": "",
            "subreddit": self.name,
            "created_utc": post.created,
            "num_comments": self.count(post.id),
            "permalink": f"/r/{self.name}/comments/{post.id}/a_post/",
        }
        return {"kind": "t3", "data": data}

    def shown_about(self, account: str) -> Thing:
        data = {
            "id": "89iy4l",
            "name": "t5_89iy4l",
            "display_name": self.name,
            "title": self.title,
            "subreddit_type": self.type,
            "user_is_moderator": self.moderates(account),
            "over18": False,
        }
        return {"kind": "t5", "data": data | self.about}
