"""A fake of Canvas LMS, as far as discussions go: from its reference and from its source as of 2025 (controllers and serializers).

Lists page by `Link`, at most 100 rows; entries come newest first, without what was deleted; `entry_list` answers 404 when one id is
unknown; a topic's view is cached, and holds what was deleted. No proof of how Canvas behaves: nothing was measured.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import count
from typing import Self, TypeVar
from urllib.parse import parse_qs, urlsplit

from tests.servers.course import (
    COURSE,
    START,
    Entry,
    Row,
    Topic,
    below,
    ids_in,
    newest,
    row_of,
    stored,
    tree_of,
    when_of,
)
from tests.servers.fake import Asked, FakePlatform, Reply, reply_json

TOKEN = "4511~fakeTokenOfMsReed"
NAMES = {7: "Ms. Reed", 8: "Mr. Vole", 21: "Fern", 22: "Moss", 23: "Newt"}
TEACHING = {7: "TeacherEnrollment", 8: "TaEnrollment"}
LONGEST = 100

NOT_FOUND = reply_json({"errors": [{"message": "The specified resource does not exist."}]}, 404)
BAD_TOKEN = reply_json(
    {"errors": [{"message": "Invalid access token."}]}, 401, WWW_Authenticate='Bearer realm="canvas-lms"'
)
UNAUTHORIZED = reply_json(
    {"status": "unauthorized", "errors": [{"message": "user not authorized to perform that action"}]}, 401
)
THROTTLED = Reply(
    403, b"403 Forbidden (Rate Limit Exceeded)\n", {"Content-Type": "text/plain", "X-Rate-Limit-Remaining": "0.0"}
)

T = TypeVar("T")


class FakeCanvas:
    """One course. What a test wants otherwise it sets: `course`, `settings`, `rights`, `topics`, `trouble`."""

    def __init__(self) -> None:
        self.platform = FakePlatform()
        self.url = self.platform.url
        self.address = f"{self.url}/{COURSE}"
        self.topics: dict[int, Topic] = {}
        self.announcements: dict[int, Topic] = {}
        self.in_groups: dict[int, Topic] = {}
        self.tags: list[int] = []
        """Differentiation tags: groups in which nobody works together, and nobody can say anything."""
        self.me = 7
        self.course: Row = {
            "id": 12, "name": "Room 12 Science", "workflow_state": "available", "is_public": False,
            "is_public_to_auth_users": False, "open_enrollment": False, "self_enrollment": False,
        }  # fmt: skip
        self.settings: Row = {"allow_student_discussion_topics": True, "allow_student_forum_attachments": False}
        self.rights: Row = {"moderate_forum": True, "read_forum": True}
        self.trouble: Callable[[Asked], Reply | None] = lambda asked: None
        self._ids = count(100)
        self.platform.script = self._answer

    def __enter__(self) -> Self:
        self.platform.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.platform.__exit__(*error)

    def begin(self, title: str = "Volcano week", **more: object) -> Topic:
        """Somebody begins a discussion."""
        topic = Topic(next(self._ids), title, **more)  # type: ignore[arg-type]
        self.topics[topic.id] = topic
        return topic

    def begin_in_group(self, group: int, title: str, **more: object) -> Topic:
        """Somebody begins a discussion in a group's own pages, which no list of the course's shows."""
        topic = Topic(next(self._ids), title, context=f"groups/{group}", **more)  # type: ignore[arg-type]
        self.in_groups[topic.id] = topic
        return topic

    def say(self, topic: Topic, words: str, at: datetime, user: int | None = 21, parent: Entry | None = None) -> Entry:
        """Somebody writes plain words, as the editor of Canvas stores them."""
        entry = Entry(next(self._ids), user, stored(words), at, parent.id if parent else None)
        topic.entries[entry.id] = entry
        return entry

    def everywhere(self) -> dict[int, Topic]:
        """Every topic by its id, those of groups too."""
        roots = [*self.topics.values(), *self.announcements.values()]
        return {topic.id: topic for root in roots for topic in (root, *root.groups)} | self.in_groups

    @property
    def paths(self) -> list[str]:
        """What was asked, without what stands before it in each address."""
        return [path.removeprefix("/api/v1/") for path in self.platform.paths]

    def _answer(self, asked: Asked) -> Reply:
        instead = self.trouble(asked)
        if instead:
            return instead
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return BAD_TOKEN
        url = urlsplit(asked.path)
        path, query = url.path.removeprefix("/api/v1/"), parse_qs(url.query)
        fixed: dict[str, object] = {
            "users/self": {"id": self.me, "name": NAMES[self.me], "short_name": NAMES[self.me]},
            COURSE: self.course,
            f"{COURSE}/settings": self.settings,
            f"{COURSE}/permissions": {right: self.rights.get(right) for right in query.get("permissions[]", [])},
        }
        if path in fixed:
            return reply_json(fixed[path])
        listed = self._listed(path, query, asked.path)
        if listed:
            return listed
        context, _, rest = path.partition("/discussion_topics/")
        number, _, what = rest.partition("/")
        topic = self.everywhere().get(int(number)) if number.isdecimal() else None
        if topic is None or topic.context != context:
            return NOT_FOUND
        return self._delete(topic, what) if asked.method == "DELETE" else self._in_topic(topic, what, query, asked.path)

    def _listed(self, path: str, query: Mapping[str, list[str]], asked: str) -> Reply | None:
        announced = query.get("only_announcements") == ["true"]
        of_groups = [topic for topic in self.everywhere().values() if topic.context != COURSE]
        if path == f"{COURSE}/users":
            return self._page(asked, [_teacher(id) for id in TEACHING], lambda row: row)
        if path == f"{COURSE}/discussion_topics":
            found = self.announcements if announced else self.topics
            return self._page(asked, [*found.values()][::-1], self._topic)
        if path == f"{COURSE}/groups":
            numbers = sorted({int(topic.context.partition("/")[2]) for topic in of_groups})
            return self._page(asked, [*numbers, *self.tags], self._group)
        context, _, rest = path.partition("/")
        group = f"{context}/{rest.partition('/')[0]}"
        if context != "groups" or path != f"{group}/discussion_topics":
            return None
        topics = [topic for topic in of_groups if topic.context == group]
        shown = [topic for topic in topics if bool(topic.extra.get("is_announcement")) == announced]
        return self._page(asked, shown[::-1], self._topic) if topics else UNAUTHORIZED

    def _in_topic(self, topic: Topic, what: str, query: Mapping[str, list[str]], path: str) -> Reply:
        shown = [entry for entry in topic.entries.values() if not entry.deleted]
        match what.split("/"):
            case [""]:
                return reply_json(self._topic(topic))
            case ["view"]:
                return self._view(topic) if topic.is_built else Reply(503, b"")
            case ["entry_list"]:
                ids = [int(id) for id in query.get("ids[]", [])]
                if not set(ids) <= topic.entries.keys():
                    return NOT_FOUND
                return reply_json([self._named(topic.entries[id]) for id in sorted(ids)])
            case ["entries"]:
                roots = [entry for entry in shown if entry.parent is None]
                return self._page(path, newest(roots), lambda entry: self._with_replies(topic, entry))
            case ["entries", number, "replies"]:
                if int(number) not in {entry.id for entry in shown if entry.parent is None}:
                    return NOT_FOUND
                return self._page(path, newest(below(topic, int(number))), self._named)
        return NOT_FOUND

    def _delete(self, topic: Topic, what: str) -> Reply:
        if self.rights.get("moderate_forum") is not True:
            return UNAUTHORIZED
        number = what.removeprefix("entries/")
        if not what:
            del (self.topics if topic.id in self.topics else self.in_groups)[topic.id]
            return reply_json({"discussion_topic": {"id": topic.id, "workflow_state": "deleted"}})
        if not number.isdecimal() or int(number) not in topic.entries:
            return NOT_FOUND
        topic.entries[int(number)].deleted = True
        return Reply(204, b"")

    def _view(self, topic: Topic) -> Reply:
        tree = tree_of(topic) if topic.cached is None else topic.cached
        held = set(ids_in(tree))
        late = [row_of(entry) for entry in topic.entries.values() if entry.id not in held]
        users = {entry.user for entry in topic.entries.values()} - {None}
        people = [self._person(user) for user in users]
        return reply_json({"unread_entries": [], "participants": people, "view": tree, "new_entries": late})

    def _page(self, path: str, found: Sequence[T], row_of: Callable[[T], Row]) -> Reply:
        url, query = urlsplit(path), parse_qs(urlsplit(path).query)
        size, number = min(int(query.get("per_page", ["10"])[0]), LONGEST), int(query.get("page", ["1"])[0])
        kept = "&".join(part for part in url.query.split("&") if not part.startswith("page="))
        links = [f'<{self.url}{url.path}?{kept}&page={number}>; rel="current"']
        if number * size < len(found):
            links.append(f'<{self.url}{url.path}?{kept}&page={number + 1}>; rel="next"')
        rows = [row_of(each) for each in found[(number - 1) * size : number * size]]
        return reply_json(rows, Link=",".join(links))

    def _person(self, user: int | None) -> Row:
        return {"id": user, "display_name": NAMES[user], "avatar_image_url": f"{self.url}/a.png"} if user else {}

    def _named(self, entry: Entry) -> Row:
        return row_of(entry) | {"user": self._person(entry.user), "read_state": "unread"}

    def _with_replies(self, topic: Topic, entry: Entry) -> Row:
        replies = newest(below(topic, entry.id))
        more: Row = {
            "recent_replies": [self._named(reply) for reply in replies[:10]],
            "has_more_replies": len(replies) > 10,
        }
        return self._named(entry) | (more if replies else {})

    def _group(self, number: int) -> Row:
        return {"id": number, "name": f"Group {number}", "course_id": 12, "non_collaborative": number in self.tags}

    def _topic(self, topic: Topic) -> Row:
        shown = [entry for entry in topic.entries.values() if not entry.deleted]
        last = max((entry.at for entry in topic.entries.values()), default=None)
        return {
            "id": topic.id, "title": topic.title, "message": topic.html, "created_at": when_of(topic.at),
            "posted_at": when_of(topic.at), "last_reply_at": last and when_of(last), "author": self._person(topic.author),
            "discussion_subentry_count": len(shown), "attachments": [], "published": True, "locked": False,
            "comments_disabled": False, "require_initial_post": False, "anonymous_state": None,
            "podcast_has_student_posts": False, "topic_children": [child.id for child in topic.groups],
            "group_topic_children": [
                {"id": child.id, "group_id": int(child.context.partition("/")[2])} for child in topic.groups
            ],
        } | topic.extra  # fmt: skip


def _teacher(id: int) -> Row:
    return {"id": id, "name": NAMES[id], "enrollments": [{"type": TEACHING[id], "user_id": id}]}


def planted(fake: FakeCanvas) -> dict[str, str]:
    """A course with ten comments: threads, a reply to what was deleted, a discussion in a group, one that a student began."""
    hour = timedelta(hours=1)
    week = fake.begin()
    rock = fake.say(week, "Lava cools into igneous rock. 🌋", START + hour)
    nerd = fake.say(week, "you are such a nerd", START + 2 * hour, 22, rock)
    kind = fake.say(week, "Kind words only, please.", START + 3 * hour, 7, nerd)
    fake.say(week, "Is 5 < 6 && 7 > 6?", START + 30 * hour)
    gone = fake.say(week, "taken away", START + 31 * hour, 22)
    fake.say(week, "what did he say", START + 32 * hour, 23, gone)
    gone.deleted = True
    groups = fake.begin("In groups", at=START + 40 * hour)
    pond = Topic(next(fake._ids), "In groups", context="groups/5", at=START + 40 * hour)
    groups.groups.append(pond)
    frog = fake.say(pond, "Frogs are amphibians", START + 41 * hour, 23)
    late = fake.say(week, "a deep late reply", START + 60 * hour, 22, kind)
    club = fake.begin("Who wants to skip school?", author=22, at=START + 70 * hour, html="<p>Meet me <b>there</b></p>")
    join = fake.say(club, "can anybody join?", START + 72 * hour, 23)
    fake.say(week, "last word", START + 90 * hour)
    return {
        "rock": f"{week.id}.{rock.id}", "nerd": f"{week.id}.{nerd.id}", "gone": f"{week.id}.{gone.id}",
        "frog": f"g5.{pond.id}.{frog.id}", "late": f"{week.id}.{late.id}", "club": f"t{club.id}",
        "join": f"{club.id}.{join.id}",
    }  # fmt: skip
