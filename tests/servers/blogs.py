"""As many WordPress blogs as are wanted, as far as a scan asks them: nothing is stored, each answer is computed. For measuring alone.

The address of a blog says how many comments it has: `/blog-7-100000/`, one a second.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from tests.servers.fake import Asked, FakePlatform, Reply, reply_json

START = datetime(2026, 9, 1, 15, tzinfo=UTC)
PATH = re.compile(r"/blog-(\d+)-(\d+)/wp-json/(?:wp/v2/)?(.*)")
ANSWERS: dict[str, object] = {
    "": {"name": "A class blog", "namespaces": ["wp/v2"]},
    "users/me": {"id": 1, "name": "Hallmonitor", "username": "hm", "capabilities": {"moderate_comments": True}},
    "settings": {"title": "A class blog", "default_comment_status": "open"},
    "posts": [{"id": 1}],
    "users": [],
}


def address(platform: FakePlatform, number: int, comments: int) -> str:
    """The address of one blog."""
    return f"{platform.url}/blog-{number}-{comments}/"


def answer(asked: Asked, latency: float = 0.0) -> Reply:
    """What a blog answers, so many seconds after it was asked."""
    url = urlsplit(asked.path)
    found = PATH.fullmatch(url.path)
    if found is None:
        return Reply(404)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    rows, total = _comments(int(found[2]), query) if found[3] == "comments" else (ANSWERS.get(found[3]), 1)
    reply = reply_json(rows, X_WP_Total=str(total), X_WP_TotalPages="1")
    return Reply(reply.status, reply.body, reply.headers, pause=latency)


def _comments(count: int, query: dict[str, str]) -> tuple[list[object], int]:
    if "include" in query:
        wanted = [int(id) for id in query["include"].split(",")]
        return [_comment(id) for id in wanted if id <= count], len(wanted)
    first = 0
    if "after" in query:
        passed = datetime.fromisoformat(query["after"]) - START
        first = min(max(0, int(passed.total_seconds()) + 1), count)
    start = first + int(query.get("offset", "0"))
    return [_comment(id) for id in range(start + 1, min(start + int(query["per_page"]), count) + 1)], count - first


def _comment(id: int) -> dict[str, object]:
    return {
        "id": id, "author": 0, "author_name": f"Reader {id % 500}", "parent": 0, "status": "approved", "link": f"https://x.test/#c-{id}",
        "date_gmt": f"{START + timedelta(seconds=id):%Y-%m-%dT%H:%M:%S}",
        "content": {"raw": f"Number {id}: the field trip leaves at eight on Friday, please bring the signed form and a lunch."},
    }  # fmt: skip
