"""How a MediaWiki is asked: finds its api.php, signs in with a bot password, and turns its refusals into our errors.

MediaWiki answers every error with 200 and a code (measured on 1.43). No library is used: mwclient 0.11 and pywikibot
repeat writes by themselves, wait for minutes inside a call, and follow redirects to other hosts with their session.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from urllib.parse import urlencode

import httpx

from connectors.base import AuthFailed, BadConfig, Gone, PageAddress, Unavailable
from connectors.deadline import signing_in
from connectors.http import Params, Patience, RestClient
from connectors.http_addresses import allows_private, checked_for_secret
from connectors.http_agent import agent_of
from connectors.http_answers import Answer, NotJson, Row, answer_of
from connectors.http_budget import pace_of
from connectors.mediawiki_answers import WHERE, SignedOut, checked, number_at, refuse_login, rows_at, word_at
from connectors.mediawiki_text import Names, names_of

WHAT_TO_WRITE = "write the address of the talk page, as the browser shows it"
MAX_ANSWERS = 100_000
_FORM: Params = {"format": "json", "formatversion": 2, "ascii": 1}
LOGIN_TOKEN: Params = {**_FORM, "action": "query", "meta": "tokens", "type": "login"}
"""What a private wiki answers to a stranger, too."""


class Wiki:
    """One MediaWiki. The network is not touched before the first question. Raises `BadConfig` for a malformed page file."""

    def __init__(
        self, address: PageAddress, *, transport: httpx.BaseTransport | None, patience: Patience | None
    ) -> None:
        options = address.options
        allow_private = allows_private(address)
        self._url = checked_for_secret(address.url, allow_private=allow_private)
        self._login = _login(address.secret)
        self._more = _titles(options.get("pages", []))
        self._api = _path(options.get("api", ""))
        home = str(self._url.copy_with(path="/", query=None, fragment=None))
        self._http = RestClient(
            home, agent=agent_of(address), allow_private=allow_private, patience=patience, transport=transport,
            pace=pace_of(address),
        )  # fmt: skip
        self._cookies = httpx.Cookies()
        self._is_inside = False
        self._token = ""
        self.account = ""

    def ask(self, params: Params, *, anonymous: bool = False) -> Row:
        """Ask one question as our account, or as a stranger. Raises the errors of `connectors.base`."""
        if anonymous:
            return checked(self._http.read(self._found, {**_FORM, **params}))
        for _ in range(2):
            self._enter()
            try:
                return checked(self._read({**_FORM, "assert": "user", "maxlag": 5, **params}))
            except SignedOut:
                self._is_inside = False
        raise AuthFailed(f"the wiki signs us out again and again; make a new bot password: {WHERE}")

    def follow(self, params: Params) -> Iterator[Row]:
        """Every answer to a question whose answer is long. Raises `Unavailable` when it goes in a circle."""
        more: dict[str, str | int] = {}
        for _ in range(MAX_ANSWERS):
            row = self.ask({**params, **more})
            yield row
            rest = row.get("continue")
            if rest is None:
                return
            if not isinstance(rest, dict) or rest == more:
                break
            more = rest
        raise Unavailable("the wiki does not come to the end of its `continue`; try again later")

    def write(self, params: Params) -> Row:
        """Change something, once. A refusal for a stale session or token did nothing: that is asked a second time."""
        for _ in range(2):
            token = self._token or self._new_token()
            try:
                return checked(self._post({"assert": "user", "maxlag": 5, **params, "token": token}))
            except SignedOut:
                self._is_inside, self._token = False, ""
        raise AuthFailed(f"the wiki does not take our session; make a new bot password: {WHERE}")

    @cached_property
    def info(self) -> Row:
        """What the wiki says of itself: `general`, `namespaces`, `usergroups` and so on."""
        parts = "general|namespaces|namespacealiases|usergroups|extensiontags|autocreatetempuser"
        info = self.ask({"action": "query", "meta": "siteinfo", "siprop": parts}).get("query")
        if not isinstance(info, dict) or not isinstance(info.get("general"), dict):
            raise Unavailable("the wiki leaves out `general` of its own description; try again later")
        return info

    @cached_property
    def administrators(self) -> dict[int, str]:
        """Who runs the wiki: names by their numbers."""
        question: Params = {"action": "query", "list": "allusers", "augroup": "sysop|bureaucrat", "aulimit": "max"}
        rows = (row for answer in self.follow(question) for row in rows_at(answer, "query.allusers"))
        return {number_at(row, "userid"): word_at(row, "name") for row in rows}

    @cached_property
    def names(self) -> Names:
        """What the wiki calls the pages of users and files."""
        return names_of(self.info, self.address_of(word_at(self.info, "general.articlepath")))

    @cached_property
    def titles(self) -> tuple[str, ...]:
        """The titles of the class page: the one in its address, and those of `pages`."""
        title = self._url.params.get("title", "")
        if not title:
            begins = [
                word_at(self.info, "general.articlepath").partition("$1")[0],
                word_at(self.info, "general.script") + "/",
            ]
            path = self._url.path
            title = next((path[len(begin) :] for begin in begins if "?" not in begin and path.startswith(begin)), "")
        if not title.strip("/ "):
            raise BadConfig("url", f"names no page of the wiki; {WHAT_TO_WRITE}")
        return tuple(dict.fromkeys([title.replace("_", " ").strip(), *self._more]))

    def address_of(self, path: str) -> str:
        """Give the address of a path of this wiki, where people find it."""
        return f"{str(self._url.copy_with(path='/', query=None, fragment=None)).rstrip('/')}{path}"

    def permalink(self, revision: int) -> str:
        """Where a person sees what a revision changed, and an administrator finds `change visibility`."""
        return self.address_of(f"{word_at(self.info, 'general.script')}?diff={revision}&oldid=prev")

    @cached_property
    def _found(self) -> str:
        """The address of api.php: as the page's file says, else where wikis have it. Raises `BadConfig("url", ...)`."""
        closed: NotJson | None = None
        for path in [self._api] if self._api else _places(self._url):
            try:
                row = self._http.read(self.address_of(path), LOGIN_TOKEN).row()
            except (Gone, BadConfig):  # not there, or redirected to elsewhere
                continue
            except NotJson as error:
                closed = closed or error
                continue
            if "query" in row or "error" in row:
                return self.address_of(path)
        if closed:  # a web page instead: maintenance, perhaps, and the address may be right
            raise closed
        raise BadConfig("url", f"there is no MediaWiki with an open api.php; {WHAT_TO_WRITE}, or set the option `api`")

    def _enter(self) -> None:
        """Sign in with the bot password, unless we are inside."""
        if self._is_inside:
            return
        token = word_at(checked(self._read(LOGIN_TOKEN)), "query.tokens.logintoken")
        name, password = self._login
        form = {"action": "login", "lgname": name, "lgpassword": password, "lgtoken": token, "errorformat": "none"}
        with signing_in():
            row = checked(self._post(form))
        result = word_at(row, "login.result")
        if result != "Success":
            refuse_login(row["login"], result)
        self.account, self._is_inside, self._token = word_at(row, "login.lgusername"), True, ""

    def _new_token(self) -> str:
        self._token = word_at(self.ask({"action": "query", "meta": "tokens"}), "query.tokens.csrftoken")
        return self._token

    def _read(self, params: Params) -> Answer:
        try:
            return self._kept(self._http.look(self._found, params, headers=self._session()))
        except Gone:
            raise _no_api() from None

    def _post(self, form: Params) -> Answer:
        content = urlencode({**_FORM, **form}).encode()
        headers = {**self._session(), "Content-Type": "application/x-www-form-urlencoded"}
        try:
            return self._kept(self._http.hand_in("POST", self._found, headers, content))
        except Gone:
            raise _no_api() from None

    def _session(self) -> dict[str, str]:
        """Our session; the HTTP client itself keeps no cookies, so that a stranger's question is one."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._cookies.jar)
        return {"Cookie": cookies} if cookies else {}

    def _kept(self, response: httpx.Response) -> Answer:
        self._cookies.extract_cookies(response)
        return answer_of(response)


def _no_api() -> BadConfig:
    return BadConfig("url", f"the wiki's api.php is not there any more; {WHAT_TO_WRITE}, or set the option `api`")


def _login(secret: str) -> tuple[str, str]:
    name, colon, password = secret.strip().partition(":")
    if not (colon and password.strip()) or not re.fullmatch(r"[^@]+@[^@]+", name.strip()):
        raise BadConfig("secret", f"must be `account@name:password` of a bot password ({WHERE})")
    return name.strip(), password.strip()


def _titles(pages: object) -> tuple[str, ...]:
    if not isinstance(pages, list) or not all(isinstance(title, str) and title.strip() for title in pages):
        raise BadConfig("options.pages", "must be a list of titles, like [Talk:Field trip]")
    if bad := next((title for title in pages if re.search(r"[|#<>\[\]{}]", title)), None):
        raise BadConfig("options.pages", f"{bad!r} is no title of a page")
    return tuple(title.replace("_", " ").strip() for title in pages)


def _path(api: object) -> str:
    if not isinstance(api, str) or not re.fullmatch(r"(?:/[!-~]*api\.php)?", api):
        raise BadConfig("options.api", "must be the path of api.php, like /w/api.php")
    return api


def _places(url: httpx.URL) -> tuple[str, ...]:
    """Where api.php may be: beside index.php, else where wikis with short addresses have it."""
    folder, script, _ = url.path.partition("/index.php")
    if script:
        return (f"{folder}/api.php",)
    first = url.path.strip("/").split("/")[0]
    below = ("/w/api.php", f"/{first}/api.php", "/api.php")
    return below if "/" in url.path.strip("/") else ("/api.php", "/w/api.php")
