"""A fake of the part of Reddit's OAuth API that `connectors.reddit` asks, on a real socket, driven through the real PRAW.

Written from Reddit's API documentation and from the recorded answers of the PRAW project (BSD-2, in ../shared): paths,
codes, listings of 100 rows and 1,000 in all, newest first; an anchor that has left a listing gives an empty page;
`{}` for every moderation call; a deleted comment keeps its place. Sign-in: a script app and a refresh token.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.servers.fake import Asked, FakePlatform, Reply, reply_json
from tests.servers.subreddit import Said, Subreddit, Thing

APP = "kR2oOnewtpond:s3cr3t-of-the-pond"
ACCOUNT, PASSWORD, REFRESH = "hallmonitor_bot", "reeds and rushes: 7", "81-refresh-me"
LIMIT = {"x_ratelimit_remaining": "594.0", "x_ratelimit_used": "6", "x_ratelimit_reset": "375"}
SCRIPT = f"{APP}:{ACCOUNT}:{PASSWORD}"
FOLDED = 50
"""Answers below one comment or post beyond these are folded away into a `more`."""


class FakeReddit(FakePlatform):
    """One subreddit. `before(asked)` may answer instead; `cap` is how many entries a listing has at most."""

    def __init__(self) -> None:
        super().__init__()
        self.page = Subreddit()
        self.account = ACCOUNT
        self.before: Callable[[Asked], Reply | None] = lambda asked: None
        self.cap = 1_000
        self.depth = 8
        self.tokens: set[str] = set()
        self.made = 0
        self.script = self._answer

    @property
    def address(self) -> str:
        return f"{self.url}/r/{self.page.name}/"

    def questions(self) -> list[str]:
        """What was asked beyond the sign-in: paths without what stands behind `?`."""
        paths = [urlsplit(path).path.rstrip("/") for path in self.paths]
        return [path for path in paths if path != "/api/v1/access_token"]

    def _answer(self, asked: Asked) -> Reply:
        instead = self.before(asked)
        if instead:
            return instead
        path = urlsplit(asked.path).path.rstrip("/")
        query = {key: values[0] for key, values in parse_qs(urlsplit(asked.path).query).items()}
        form = {key: values[0] for key, values in parse_qs(asked.body.decode()).items()}
        if path == "/api/v1/access_token":
            return self._token(asked, form)
        if asked.headers.get("Authorization", "").removeprefix("bearer ") not in self.tokens:
            challenge = {"www_authenticate": 'Bearer realm="reddit", error="invalid_token"'}
            return reply_json({"message": "Unauthorized", "error": 401}, 401, **challenge)
        if query.get("raw_json") != "1":
            return reply_json({"message": "this fake answers with plain text only", "error": 400}, 400)
        return self._signed_in(path, query, form)

    def _token(self, asked: Asked, form: dict[str, str]) -> Reply:
        app = base64.b64decode(asked.headers.get("Authorization", "").removeprefix("Basic ")).decode()
        if app not in {APP, APP.partition(":")[0] + ":"}:
            return reply_json({"message": "Unauthorized", "error": 401}, 401)
        if form.get("grant_type") == "refresh_token":
            if form.get("refresh_token") != REFRESH:
                return reply_json({"message": "Bad Request", "error": 400}, 400)
        elif (form.get("username"), form.get("password")) != (ACCOUNT, PASSWORD):
            return reply_json({"error": "invalid_grant"})
        self.made += 1
        token = f"token-{self.made}"
        self.tokens.add(token)
        return reply_json({"access_token": token, "token_type": "bearer", "expires_in": 86400, "scope": "*"})

    def _signed_in(self, path: str, query: dict[str, str], form: dict[str, str]) -> Reply:
        if path == "/api/v1/me":
            return reply_json({"name": self.account, "id": "1w72", "is_suspended": False}, **LIMIT)
        if path == "/api/info":
            return self._info(query.get("id", "").split(","))
        if path == "/api/morechildren":
            return self._more(form)
        if path.startswith("/api/"):
            return self._act(path.removeprefix("/api/"), form)
        if path.startswith("/comments/"):
            return self._talk(path.split("/")[2:])
        return self._about(path.split("/")[2:], query)

    def _about(self, parts: list[str], query: dict[str, str]) -> Reply:
        if not parts or parts[0].lower() != self.page.name.lower():
            return Reply(302, b"", {"Location": "/subreddits/search?q=nowhere"})
        if self.page.type == "banned":
            return reply_json({"reason": "banned", "message": "Not Found", "error": 404}, 404)
        mod = self.page.moderates(self.account)
        if self.page.type == "private" and not mod:
            return reply_json({"reason": "private", "message": "Forbidden", "error": 403}, 403)
        what = "/".join(parts[1:])
        if what == "about":
            return reply_json(self.page.shown_about(self.account), **LIMIT)
        if what == "about/moderators":
            named = self.page.moderators.items()
            people = [{"name": name, "mod_permissions": can, "id": "t2_1", "date": 1.7e9} for name, can in named]
            return reply_json({"kind": "UserList", "data": {"children": people}}, **LIMIT)
        if what == "new":
            return self._listing(self._posts("ok"), query)
        if what == "comments":
            return self._comments(what, query)
        return self._for_moderators(what.removeprefix("about/"), query) if mod else self._forbidden()

    def _for_moderators(self, what: str, query: dict[str, str]) -> Reply:
        if what == "edit":
            if "all" not in self.page.moderators[self.account]:
                return self._forbidden()
            return reply_json({"kind": "subreddit_settings", "data": self.page.settings}, **LIMIT)
        if query.get("only") == "links":
            return self._listing(self._posts("removed"), query)
        return self._comments(what, query)

    def _comments(self, what: str, query: dict[str, str]) -> Reply:
        return self._listing([self.page.shown(said, self.account) for said in self.page.list_of(what)], query)

    def _forbidden(self) -> Reply:
        return reply_json({"message": "Forbidden", "error": 403}, 403)

    def _posts(self, state: str) -> list[Thing]:
        posts = sorted(self.page.posts.values(), key=lambda post: -post.created)
        return [self.page.shown_post(post) for post in posts if post.state == state]

    def _listing(self, things: list[Thing], query: dict[str, str]) -> Reply:
        names = [thing["data"]["name"] for thing in things[: self.cap]]
        after = query.get("after")
        start = 0 if after is None else names.index(after) + 1 if after in names else len(names)
        end = min(start + min(100, int(query.get("limit", "25"))), len(names))
        data = {"after": names[end - 1] if start < end < len(names) else None, "before": None, "modhash": None}
        return reply_json({"kind": "Listing", "data": data | {"children": things[start:end]}}, **LIMIT)

    def _info(self, names: list[str]) -> Reply:
        found = [self.page.comments[name[3:]] for name in names[:100] if name[3:] in self.page.comments]
        return self._listing([self.page.shown(said, self.account) for said in found], {"limit": "100"})

    def _talk(self, parts: list[str]) -> Reply:
        post = self.page.posts.get(parts[0])
        if post is None:
            return reply_json({"message": "Not Found", "error": 404}, 404)
        head = {"kind": "Listing", "data": {"after": None, "children": [self.page.shown_post(post)]}}
        focus = self.page.comments.get(parts[2]) if len(parts) > 2 else None
        tree = self._tree([focus], 0, post.id) if focus else self._below(None, 0, post.id)
        return reply_json([head, tree], **LIMIT)

    def _below(self, parent: str | None, depth: int, post: str) -> Thing | str:
        answers = [c for c in self.page.newest_first() if c.post == post and c.parent == parent]
        if answers and depth > self.depth:
            more = {"count": 0, "name": "t1__", "id": "_", "parent_id": f"t1_{parent}", "depth": depth, "children": []}
            return {"kind": "Listing", "data": {"after": None, "children": [{"kind": "more", "data": more}]}}
        return self._tree(answers, depth, post) if answers or depth == 0 else ""

    def _tree(self, comments: list[Said], depth: int, post: str) -> Thing:
        children = []
        for said in comments[:FOLDED]:
            thing = self.page.shown(said, self.account)
            thing["data"]["replies"] = self._below(said.id, depth + 1, post)
            children.append(thing)
        if rest := [said.id for said in comments[FOLDED:]]:
            above = f"t1_{comments[0].parent}" if comments[0].parent else f"t3_{post}"
            more = {"count": len(rest), "name": f"t1_{rest[0]}", "id": rest[0], "parent_id": above, "children": rest}
            children.append({"kind": "more", "data": more | {"depth": depth}})
        return {"kind": "Listing", "data": {"after": None, "children": children}}

    def _more(self, form: dict[str, str]) -> Reply:
        ids = form["children"].split(",")
        things = [thing for id in ids[:100] for thing in self._flat(self.page.comments[id])]
        if rest := ids[100:]:
            more = {"count": len(rest), "name": f"t1_{rest[0]}", "id": rest[0], "parent_id": form["link_id"]}
            things.append({"kind": "more", "data": more | {"children": rest, "depth": 0}})
        return reply_json({"json": {"errors": [], "data": {"things": things}}}, **LIMIT)

    def _flat(self, said: Said) -> list[Thing]:
        answers = [answer for answer in self.page.comments.values() if answer.parent == said.id]
        return [self.page.shown(said, self.account), *(thing for answer in answers for thing in self._flat(answer))]

    def _act(self, what: str, form: dict[str, str]) -> Reply:
        said = self.page.comments.get(form.get("id", "").removeprefix("t1_"))
        if said is None or not self.page.moderates(self.account):
            return reply_json({"message": "Forbidden", "error": 403}, 403)
        if what == "remove":
            said.state, said.by = "spam" if form.get("spam", "True") == "True" else "removed", self.account
        elif what == "approve":
            said.state, said.by = "ok", None
        else:
            said.locked = {"lock": True, "unlock": False}[what]
        return Reply(200, json.dumps({}).encode(), {"Content-Type": "application/json; charset=UTF-8"})
