"""How one course of a Canvas is asked: its questions, pages, and what its errors mean. The transport below `connectors.canvas`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, PageAddress, Unavailable
from connectors.deadline import current
from connectors.fields import Fields
from connectors.http import Patience, RestClient
from connectors.http_addresses import allows_private, checked_for_secret
from connectors.http_agent import agent_of
from connectors.http_answers import Answer, Hiccup, Row, answer_of, status_error
from connectors.http_budget import pace_of
from connectors.http_limits import retry_after

PER_PAGE = 100
"""Rows of one answer: Canvas gives no more."""

MAX_PAGES = 1_000
THROTTLED_FOR = 60.0
"""Seconds to wait when Canvas says that there were too many questions, and not for how long: by then it has forgiven 600 of its units."""

LOW_WATER = 100.0
FORGIVEN_PER_S = 10.0
LONGEST_BREATH_S = 5.0

COURSE = re.compile(r"/courses/([0-9]{1,20}(?:~[0-9]{1,20})?)(?:/|$)")
TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{8,500}")
WHAT_TO_WRITE = "write the address of the course, like https://canvas.example.org/courses/123"
HOW_TO_GET = "make a new access token: Account > Settings > Approved Integrations > New Access Token"

FIELDS = Fields("Canvas's answer has no usable `{}`: it may run another version than Hallmonitor knows")

Query = Sequence[tuple[str, str | int]]
TEACHING: Query = (("enrollment_type[]", "teacher"), ("enrollment_type[]", "ta"))


class NotBuilt(Hiccup):
    """A topic's cached view is still being made."""


class Site:
    """One course and the Canvas it is in.

    Raises:
        BadConfig: the address or the secret is malformed. The network is not touched before the first question.

    """

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        allow_private = allows_private(address)
        url = checked_for_secret(address.url, allow_private=allow_private, what="token")
        found = COURSE.match(url.path)
        if found is None:
            raise BadConfig("url", f"is no course; {WHAT_TO_WRITE}")
        token = address.secret.strip()
        if not TOKEN.fullmatch(token):
            raise BadConfig("secret", f"must be an access token of a teacher of the course; {HOW_TO_GET}")
        self.course = f"courses/{found[1]}"
        self.home = str(url.copy_with(path="/", query=None, fragment=None)).rstrip("/")
        self._headers = {"Authorization": f"Bearer {token}"}
        agent = agent_of(address)
        self._http = RestClient(
            self.home, allow_private=allow_private, patience=patience, agent=agent, meaning=error_of,
            pace=pace_of(address),
        )  # fmt: skip

    def read(self, route: str, query: Query = ()) -> Answer:
        """GET one route below /api/v1. Raises the errors of `connectors.base`, and `NotBuilt` for a topic's view."""
        return answer_of(self._look(self._address(route, query)))

    def pages(self, route: str, query: Query = ()) -> Iterator[list[Row]]:
        """Every page of a list, by the `Link` that leads from one to the next."""
        url: str | None = self._address(route, [*query, ("per_page", PER_PAGE)])
        seen: set[str] = set()
        while url:
            if url in seen or len(seen) == MAX_PAGES:
                raise Unavailable("Canvas's list goes round in a circle, or has no end; try again later")
            seen.add(url)
            response = self._look(url)
            yield answer_of(response).rows()
            if "link" not in response.headers:  # then nobody knows whether there is more
                raise FIELDS.changed("Link")
            url = response.links.get("next", {}).get("url")

    def has(self, route: str) -> bool:
        """Whether something is there (still)."""
        try:
            self.read(route)
        except Gone:
            return False
        return True

    def staff(self) -> frozenset[int] | None:
        """The ids of the course's teachers and their assistants; None: the account may not see who they are."""
        try:
            return frozenset(
                FIELDS.number(row, "id") for page in self.pages(f"{self.course}/users", TEACHING) for row in page
            )
        except NotAllowed:
            return None

    def groups(self) -> list[str] | None:
        """The routes of the course's groups, like `groups/5`; None: the account may not see which there are."""
        try:
            rows = [row for page in self.pages(f"{self.course}/groups") for row in page]
        except NotAllowed:
            return None
        # a "differentiation tag" is listed as a group too, and has no pages of its own
        return [f"groups/{FIELDS.number(row, 'id')}" for row in rows if row.get("non_collaborative") is not True]

    def order(self, route: str) -> None:
        """DELETE, once; the answer is empty. After `Unavailable` nobody knows whether it was done."""
        self._http.hand_in("DELETE", self._address(route), self._headers, b"")

    def _look(self, url: str) -> httpx.Response:
        response = self._http.look(url, headers=self._headers)
        current().rest(breath(response.headers.get("x-rate-limit-remaining", "")))
        return response

    def _address(self, route: str, query: Query = ()) -> str:
        return f"{self.home}/api/v1/{route}" + (f"?{urlencode(query)}" if query else "")


def breath(left: str) -> float:
    """Seconds to wait before the next question where little of the token's allowance is left: it grows by itself."""
    if not re.fullmatch(r"-?[0-9]{1,9}(?:\.[0-9]{1,30})?", left):
        return 0.0
    return min(max((LOW_WATER - float(left)) / FORGIVEN_PER_S, 0.0), LONGEST_BREATH_S)


def error_of(response: httpx.Response) -> ConnectorError | None:
    """What a status means in Canvas: 403 may be its throttle, and 401 a missing right."""
    status, host = response.status_code, response.request.url.host
    if status in (403, 429) and (status == 429 or b"rate limit exceeded" in response.content[:1000].lower()):
        wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
        message = f"{host} answered {status}: too many questions were asked with this token; try again later"
        return Unavailable(message, THROTTLED_FOR if wait is None else wait)
    if status == 403 and b"require_initial_post" in response.content[:100]:
        return NotAllowed(
            f"{host} shows a discussion only to those who have answered it; use the access token of a teacher of the course"
        )
    if status == 401:
        return _unauthorized(response)
    if status == 403:
        return NotAllowed(f"{host} answered 403: the account lacks a right in the course; make it one of its teachers")
    if status in (404, 410):
        return Gone(
            f"{host} answered {status}: the course or discussion is not there any more, or not for this account"
        )
    if status == 503 and response.request.url.path.endswith("/view"):
        wait = retry_after(response.headers.get("retry-after", ""), datetime.now(UTC))
        return NotBuilt(f"{host} is still putting a discussion together; try again in a minute", wait)
    return status_error(response)


def _unauthorized(response: httpx.Response) -> ConnectorError:
    """Canvas answers 401 to a bad token, with the header by which a client is told to sign in, and to a missing right, without it."""
    host = response.request.url.host
    told = _told(response)
    if "www-authenticate" not in response.headers and told.get("status") == "unauthorized":
        return NotAllowed(f"{host} answered 401: the account lacks a right in the course; make it one of its teachers")
    return AuthFailed(f"{host} does not accept the access token: it was revoked, has expired or is wrong; {HOW_TO_GET}")


def _told(response: httpx.Response) -> Row:
    try:
        found = json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
