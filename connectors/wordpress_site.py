"""Where a WordPress keeps its REST interface, and how it is asked: the transport below `connectors.wordpress`."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx

from connectors.base import BadConfig, Gone, NotAllowed, PageAddress, Unavailable
from connectors.http import Params, Patience, RestClient
from connectors.http_addresses import allows_private, checked_url
from connectors.http_answers import Answer, NotJson, Row
from connectors.http_budget import pace_of

PER_PAGE = 100
"""Rows of one answer: WordPress gives no more."""

STAFF_ROLES = "administrator,editor,author"
WHAT_TO_WRITE = "write the address of the blog's front page, like https://blog.example.org/"


class Site:
    """One WordPress: finds its REST interface (pretty or plain addresses, at the root or in a folder) and asks it.

    Raises:
        BadConfig: the address or the secret is malformed. The network is not touched before the first question.

    """

    def __init__(
        self, address: PageAddress, *, transport: httpx.BaseTransport | None = None, patience: Patience | None = None
    ) -> None:
        allow_private = allows_private(address)
        url = checked_url(address.url, allow_private=allow_private)
        if url.query or url.fragment:
            raise BadConfig("url", f"must not hold ? or #; {WHAT_TO_WRITE}")
        # people copy what the browser shows while they are signed in
        folder = re.split(r"/(?:wp-json|wp-admin|wp-login\.php|index\.php)(?:/|$)", url.path, maxsplit=1)[0]
        self._home = str(url.copy_with(path=folder.rstrip("/") + "/"))
        self._http = RestClient(
            self._home, login=login(address.secret), allow_private=allow_private, patience=patience, transport=transport,
            pace=pace_of(address),
        )  # fmt: skip
        self._root: str | None = None
        self._plain = False

    def index(self) -> Row:
        """Read the interface's own description. Raises `BadConfig` when no WordPress is there."""
        pretty, gone = self._home + "wp-json/", False
        try:
            index = self._http.read(pretty).row()
            self._plain, root = False, pretty
        except (Gone, NotJson) as error:  # pretty addresses are off, or this is no WordPress
            gone = isinstance(error, Gone)
            index, root = self._plain_index(gone), self._home
            self._plain = True
        spaces = index.get("namespaces")
        if not isinstance(spaces, list) or "wp/v2" not in spaces:
            raise BadConfig("url", f"there is no WordPress with an open REST interface; {WHAT_TO_WRITE}")
        self._root = root
        return index

    def read(self, route: str, params: Params, *, anonymous: bool = False) -> Answer:
        """GET one route below wp/v2, such as `comments`. Raises the errors of `connectors.base`."""
        url, query = self._address(route, params)
        return self._http.read(url, query, anonymous=anonymous)

    def write(self, method: str, route: str, body: Row | None = None) -> Answer:
        """POST or DELETE, once. After `Unavailable` nobody knows whether it was done."""
        url, query = self._address(route, {})
        return self._http.write(method, url, query, body)

    def pages(self, route: str, params: Params, limit: int = 50) -> Iterator[list[Row]]:
        """Every page of a list, `PER_PAGE` rows each. Raises `Unavailable` when there are more than `limit` pages.

        A short page is not the last one (WordPress leaves out rows after counting, measured): its header counts.
        """
        for page in range(1, limit + 1):
            answer = self.read(route, {**params, "per_page": PER_PAGE, "page": page})
            yield answer.rows()
            if page >= (counted(answer, "x-wp-totalpages") or 0):
                return
        raise Unavailable(f"the list of {route} is longer than {limit} pages")

    def staff(self) -> frozenset[int] | None:
        """List the user ids that hold a staff role; None when the account may not see roles."""
        try:
            pages = list(self.pages("users", {"context": "edit", "roles": STAFF_ROLES, "_fields": "id"}))
        except NotAllowed:  # WordPress shows roles to administrators only
            return None
        numbers = (row.get("id") for rows in pages for row in rows)
        return frozenset(number for number in numbers if isinstance(number, int))

    def _plain_index(self, gone: bool) -> Row:
        try:
            return self._http.read(self._home, {"rest_route": "/"}).row()
        except (Gone, NotJson):
            if gone:
                raise BadConfig("url", f"there is no WordPress at this address; {WHAT_TO_WRITE}") from None
            raise  # web pages everywhere: maintenance, a captive portal; the address may be right

    def _address(self, route: str, params: Params) -> tuple[str, Params]:
        if self._root is None:
            self.index()
        if self._plain:
            return self._home, {"rest_route": f"/wp/v2/{route}", **params}
        return f"{self._root}wp/v2/{route}", params


def login(secret: str) -> tuple[str, str]:
    """Name and application password of a secret. Raises `BadConfig("secret", ...)`, which does not quote it."""
    name, colon, password = secret.strip().partition(":")
    if not (colon and name.strip() and password.strip()):
        raise BadConfig("secret", "must be `name:application password` (Users > Profile > Application Passwords)")
    return name.strip(), password.strip()


def counted(answer: Answer, header: str) -> int | None:
    """Read the number in a header such as `X-WP-Total`; None when it is missing (some proxies take it away)."""
    value = answer.headers.get(header, "")
    return int(value) if re.fullmatch(r"[0-9]{1,12}", value) else None
