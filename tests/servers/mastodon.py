"""A fake of Mastodon's server for the real Mastodon.py: what snac lacks, from Mastodon's reference and source (4.4).

Whole threads, lists that page by `Link`, `min_id` and `max_id`, reports, edits, scopes, many statuses at once, filtered mentions, whom
the account has blocked, and the limit of requests. As on the real one nobody can take away what another account has posted, and whoever
answered what is deleted then answers nothing. No proof of how Mastodon behaves: where the reference is silent, the docstring of a method
says what was chosen.
"""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self
from urllib.parse import parse_qs, urlsplit

from tests.servers.fake import Asked, FakePlatform, Reply, reply_json

TOKEN = "fake-token-of-room12"
START = datetime(2026, 10, 5, 15, tzinfo=UTC)
CLASS = "room12"
NOT_FOUND = reply_json({"error": "Record not found"}, 404)


@dataclass
class Status:
    """One post, and what of its fields a test wants otherwise."""

    id: str
    user: str
    words: str
    at: datetime
    parent: str | None = None
    edited: datetime | None = None
    visibility: str = "public"
    extra: dict[str, object] = field(default_factory=dict)


class FakeMastodon:
    """A server with one class account, `room12`. What a test wants otherwise it sets: `account`, `scopes`, `left`, `shows`."""

    def __init__(self) -> None:
        self.platform = FakePlatform()
        self.url = self.platform.url
        self.statuses: dict[str, Status] = {}
        self.answers: defaultdict[str, list[str]] = defaultdict(list)
        self.mentions: dict[int, tuple[str, datetime]] = {}
        self.reports: list[Mapping[str, list[str]]] = []
        self.account: dict[str, object] = {"locked": False, "discoverable": False, "indexable": False}
        self.privacy = "public"
        self.blocked: set[str] = set()
        self.policy: dict[str, object] = {"for_not_following": "accept", "for_private_mentions": "accept"}
        self.scopes: list[str] = ["read", "write:reports"]
        self.left: int | None = None
        self.shows = 4096
        self.spoil: Callable[[str, object], object] = lambda path, answer: answer
        self.platform.script = self._answer
        self.reset_at = "2026-11-26T12:05:00.000000Z"

    def __enter__(self) -> Self:
        self.platform.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self.platform.__exit__(*error)

    def post(
        self,
        user: str,
        words: str,
        at: datetime,
        parent: str | None = None,
        *,
        arrived: datetime | None = None,
        mentions: bool = True,
        visibility: str = "public",
        **extra: object,
    ) -> str:
        """Somebody posts; who answers mentions the account, as clients do, without a word of it in the text. Returns the id."""
        number = (int(at.timestamp() * 1000) << 16) + len(self.statuses)  # as the real ids: time first
        id = str(number)
        told = mentions and user != CLASS
        self.statuses[id] = Status(id, user, words, at, parent, None, visibility, extra)
        if parent:
            self.answers[parent].append(id)
        if told:
            self.mentions[len(self.statuses) + 1000] = (id, arrived or at)
        return id

    def edit(self, id: str, words: str, at: datetime | None = None) -> None:
        """As its author edits it; without a time as a server that does not tell."""
        self.statuses[id].words, self.statuses[id].edited = words, at

    def delete(self, id: str) -> None:
        """As its author deletes it: the answers stay, and answer nothing."""
        gone = self.statuses.pop(id)
        self.mentions = {number: each for number, each in self.mentions.items() if each[0] != id}
        if gone.parent:
            self.answers[gone.parent].remove(id)
        for answer in self.answers.pop(id, []):
            self.statuses[answer].parent = None

    def _answer(self, asked: Asked) -> Reply:
        url = urlsplit(asked.path)
        path, query = url.path.rstrip("/"), parse_qs(url.query)
        limits = {"X_RateLimit_Limit": "300", "X_RateLimit_Reset": self.reset_at}
        if self.left is not None:
            self.left -= 1
            if self.left < 0:
                return reply_json({"error": "Too many requests"}, 429, **limits)
        if path == "/api/v2/instance":
            return self._sent(path, SERVER)
        if asked.headers.get("Authorization") != f"Bearer {TOKEN}":
            return reply_json({"error": "The access token is invalid"}, 401)
        if asked.method == "POST" and path == "/api/v1/reports":
            return self._report(parse_qs(asked.body.decode()))
        if not self._may("read", "read:notifications") and path == "/api/v1/notifications":
            return reply_json({"error": "This action is outside the authorized scopes"}, 403)
        return self._read(path, query)

    def _read(self, path: str, query: Mapping[str, list[str]]) -> Reply:
        fixed: dict[str, object] = {
            "/api/v1/accounts/verify_credentials": self._account(CLASS) | {"source": {"privacy": self.privacy}},
            "/api/v1/apps/verify_credentials": {"name": "Hallmonitor", "scopes": self.scopes},
            "/api/v2/notifications/policy": self.policy,
            "/api/v1/blocks": [self._account(user) for user in sorted(self.blocked)],
            "/api/v1/mutes": [],
            "/api/v1/domain_blocks": [],
        }
        if path in fixed:
            return self._sent(path, fixed[path])
        if path == "/api/v1/notifications":
            shown = [number for number, (id, _) in self.mentions.items() if self._is_shown(self.statuses[id])]
            return self._page(path, query, shown, self._mention, 80)
        if path == f"/api/v1/accounts/{_id_of(CLASS)}/statuses":
            own = [int(each.id) for each in self.statuses.values() if each.user == CLASS]
            return self._page(path, query, own, lambda number: self._status(self.statuses[str(number)]), 40)
        if path == "/api/v1/statuses":
            asked_for = query.get("id[]", [])
            if len(asked_for) > 20:
                return reply_json({"error": "Validation failed"}, 422)
            found = [self.statuses.get(_to_number(id)) for id in asked_for]
            return self._sent(path, [self._status(each) for each in found if each and self._is_shown(each)])
        place = re.fullmatch(r"/api/v1/statuses/([^/]+)(/context)?", path)
        status = self.statuses.get(_to_number(place[1])) if place else None
        if place is None or status is None:
            return NOT_FOUND
        below = [self._status(each) for each in self._below(status.id)[: self.shows] if self._is_shown(each)]
        return self._sent(path, {"ancestors": [], "descendants": below} if place[2] else self._status(status))

    def _is_shown(self, status: Status) -> bool:
        """Read in its source (StatusFilter): whom the account has blocked is left out of every list, and given by id."""
        return status.user not in self.blocked

    def _page(
        self, path: str, query: Mapping[str, list[str]], ids: Iterable[int], row_of: Callable[[int], object], most: int
    ) -> Reply:
        """Newest first. With `min_id` those that come next behind it, with `since_id` the newest ones."""
        limit = min(most, int(query.get("limit", ["20"])[0]))
        low = int(query.get("min_id", query.get("since_id", ["-1"]))[0])
        high = int(query.get("max_id", [str(2**80)])[0])
        found = sorted((id for id in ids if low < id < high), reverse=True)
        found = found[-limit:] if "min_id" in query else found[:limit]
        if not found:
            return self._sent(path, [])
        place = f"{self.url}{path}?limit={limit}"
        link = f'<{place}&max_id={found[-1]}>; rel="next", <{place}&min_id={found[0]}>; rel="prev"'
        return self._sent(path, [row_of(id) for id in found], Link=link)

    def _sent(self, path: str, answer: object, **headers: str) -> Reply:
        return reply_json(self.spoil(path, answer), **headers)

    def _may(self, *scopes: str) -> bool:
        return any(scope in self.scopes for scope in scopes)

    def _report(self, form: Mapping[str, list[str]]) -> Reply:
        if not self._may("write", "write:reports"):
            return reply_json({"error": "This action is outside the authorized scopes"}, 403)
        if form["account_id"][0] not in {_id_of(each.user) for each in self.statuses.values()}:
            return NOT_FOUND
        self.reports.append(form)
        return self._sent("/api/v1/reports", {"id": str(len(self.reports)), "action_taken": False})

    def _mention(self, number: int) -> object:
        id, arrived = self.mentions[number]
        status = self._status(self.statuses[id])
        return {
            "id": str(number), "type": "mention", "created_at": _when(arrived), "account": status["account"], "status": status,
        }  # fmt: skip

    def _below(self, id: str) -> list[Status]:
        children = [self.statuses[answer] for answer in self.answers.get(id, ())]
        return [status for child in children for status in (child, *self._below(child.id))]

    def _account(self, user: str) -> dict[str, object]:
        name, _, _ = user.partition("@")
        told = self.account if user == CLASS else {}
        return {
            "id": _id_of(user),
            "username": name,
            "acct": user,
            "display_name": name.title(),
            "avatar": f"{self.url}/a.png",
        } | told

    def _status(self, status: Status) -> dict[str, object]:
        id, user = status.id, status.user
        return {
            "id": id,
            "uri": f"https://other.example.test/users/{user}/statuses/{id}",
            "url": f"https://other.example.test/@{user}/{id}",
            "created_at": _when(status.at),
            "edited_at": status.edited and _when(status.edited),
            "account": self._account(user),
            "content": _content(status.words),
            "spoiler_text": "",
            "visibility": status.visibility,
            "in_reply_to_id": status.parent,
            "replies_count": len(self.answers.get(id, ())),
            "media_attachments": [],
            "poll": None,
        } | status.extra


SERVER = {
    "domain": "fake.example.test", "version": "4.4.0", "title": "Fake", "rules": [{"id": "1", "text": "Be kind."}],
    "registrations": {"enabled": False}, "contact": {"email": "mods@example.test"},
}  # fmt: skip


def _content(words: str) -> str:
    """As Mastodon writes it: escaped, in paragraphs, and whoever is mentioned linked."""
    linked = re.sub(
        r"@(\w+)",
        r'<span class="h-card"><a href="https://fake.example.test/@\1" class="u-url mention">@<span>\1</span></a></span>',
        html.escape(words, quote=False),
    )
    return "<p>" + linked.replace("\n\n", "</p><p>").replace("\n", "<br />") + "</p>"


def _id_of(user: str) -> str:
    return str(100 + sum(map(ord, user)))


def _to_number(id: str) -> str:
    """As Ruby's `to_i`: `1e1` is 1."""
    return (re.match(r"[0-9]*", id) or [""])[0]


def _when(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"


def planted(fake: FakeMastodon) -> dict[str, str]:
    """A class page with eight comments: threads, a late reply, a mention, a private message."""
    hour = timedelta(hours=1)
    week = fake.post(CLASS, "Volcano week! What did you learn about lava today?", START)
    rock = fake.post("fern", "@room12 Lava cools into igneous rock. 🌋", START + hour, week)
    nerd = fake.post("moss@other.example.test", "@fern @room12 you are such a nerd", START + 2 * hour, rock)
    kind = fake.post(CLASS, "@moss Kind words only, please.", START + 3 * hour, nerd)
    signs = fake.post(
        "fern", '@room12 Is 5 < 6 && 7 > 6? My sister says "no" &amp; it\'s a trick', START + 30 * hour, week
    )
    socks = fake.post("moss@other.example.test", "@room12 this quiz smells", START + 50 * hour, week)
    deep = fake.post("moss@other.example.test", "a deep late reply", START + 60 * hour, kind, mentions=False)
    hello = fake.post("newt", "@room12 can anybody join?", START + 70 * hour)
    direct = fake.post("newt", "@room12 I need help", START + 80 * hour, visibility="direct")
    return {
        "week": week, "rock": rock, "nerd": nerd, "kind": kind, "signs": signs, "socks": socks, "deep": deep, "hello": hello,
        "direct": direct,
    }  # fmt: skip
