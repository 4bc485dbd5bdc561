"""A class blog on a real WordPress, as its visitors and its teacher use it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx

from tests.servers.wordpress import WordPressServer


class Blog:
    """The WordPress as its visitors and its teacher use it."""

    def __init__(self, server: WordPressServer) -> None:
        self.server = server
        name, _, password = server.secret().partition(":")
        self._http = httpx.Client(base_url=f"{server.url}/wp-json/wp/v2/", auth=(name, password), timeout=30)

    def post(self, text: str, status: str = "approved", minutes_ago: int = 5) -> str:
        """A visitor's comment."""
        made = self._ask(
            "POST",
            "comments",
            post=self.server.posts["beans"],
            content=text,
            author_name="Thistle",
            author_email="t@x.example",
        )
        self.server.sql(
            f"update wp_comments set comment_approved='{ {'approved': '1', 'hold': '0', 'spam': 'spam'}[status] }', user_id=0,"
            f" comment_date_gmt=utc_timestamp() - interval {minutes_ago} minute where comment_ID={made['id']}"
        )
        return str(made["id"])

    def plant(self, comments: Sequence[tuple[str, int]]) -> list[str]:
        """Many visitors' comments at once, each with how many minutes ago it was written. No quotation mark in their words."""
        rows = ", ".join(
            f"({self.server.posts['beans']}, 'Thistle', 't@x.example', utc_timestamp() - interval {minutes} minute,"
            f" utc_timestamp() - interval {minutes} minute, '{text}', '1', 'comment')"
            for text, minutes in comments
        )
        first = self.server.sql(
            "insert into wp_comments (comment_post_ID, comment_author, comment_author_email, comment_date, comment_date_gmt,"
            f" comment_content, comment_approved, comment_type) values {rows}; select last_insert_id()"
        )
        return [str(int(first) + number) for number in range(len(comments))]

    def edit(self, id: str, text: str) -> None:
        """Somebody changes the words behind our back."""
        self.server.sql(f"update wp_comments set comment_content='{text}' where comment_ID={id}")

    def delete(self, id: str) -> None:
        self._ask("DELETE", f"comments/{id}", force=True)

    def status(self, id: str) -> str:
        return str(self._ask("GET", f"comments/{id}?context=edit")["status"])

    def _ask(self, method: str, path: str, **body: object) -> Any:
        answer = self._http.request(method, path, json=body or None)
        answer.raise_for_status()
        return answer.json()
