"""How the server of a Mastodon account is asked: Mastodon.py writes the questions, and our own client sends them.

So the library's users find what they know, and the manners are those of `connectors.http`: one host, no redirect elsewhere,
limits of time and size, reads repeated and writes not. What the library makes of the answers is not used: it turns a number
into a text and a broken time into None without a word, and takes 1.8 ms for each post (measured, 2.3.3).
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from typing import ParamSpec

import requests
from mastodon import Mastodon as Library
from mastodon.errors import MastodonError

from connectors.base import AuthFailed, BadConfig, ConnectorError, PageAddress, Unavailable
from connectors.http import Patience, RestClient
from connectors.http_addresses import allows_private, checked_for_secret
from connectors.http_agent import agent_of
from connectors.http_answers import Answer, Refused, Row, answer_of
from connectors.http_budget import Pace, pace_of

WHAT_TO_WRITE = "write the address of the account's profile, like https://social.example.org/@room12"
HOW_TO_GET = (
    "must be an access token of the class account: Preferences > Development > New application, with the scopes `read`"
    " and `write:reports`"
)
PACE = Pace(0.8, at_once=60)
"""Mastodon gives an account, and an address, 300 questions in five minutes."""

PROFILE = re.compile(r"/(?:@|users/)?([A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?)/?")
TOKEN = re.compile(r"[A-Za-z0-9_.~+=-]{8,500}")
"""No slash: Mastodon.py would read a token that is the path of a file as that file."""

SENT_BY_US = frozenset({"accept-encoding", "connection", "content-length", "host"})
NULL = b"null"
"""What the library is given to read."""

P = ParamSpec("P")


class Site:
    """One account and its server.

    Raises:
        BadConfig: the address or the secret is malformed. The network is not touched before the first question.

    """

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        allow_private = allows_private(address)
        url = checked_for_secret(address.url, allow_private=allow_private, what="token")
        profile = PROFILE.fullmatch(url.path)
        if profile is None or url.query or url.fragment:
            raise BadConfig("url", f"is no profile; {WHAT_TO_WRITE}")
        if not TOKEN.fullmatch(address.secret.strip()):
            raise BadConfig("secret", HOW_TO_GET)
        self.name = profile[1]
        self.host = url.netloc.decode("ascii")
        self.home = f"{url.scheme}://{self.host}"
        agent = agent_of(address)
        pace = pace_of(address, PACE)
        http = RestClient(self.home, allow_private=allow_private, patience=patience, agent=agent, pace=pace)
        self._bridge = _Bridge(http)
        session = requests.Session()
        for scheme in ("http://", "https://"):  # also what an answer may lead to
            session.mount(scheme, self._bridge)
        self.library = Library(
            access_token=address.secret.strip(),
            api_base_url=self.home,
            session=session,
            user_agent=agent,
            ratelimit_method="throw",  # whoever calls us waits: a thread that sleeps five minutes helps nobody
            version_check_mode="none",  # snac calls itself 4.0.0, and lacks half of it
        )

    def ask(self, call: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> Answer:
        """One call of the library; gives what the server answered. Raises the errors of `connectors.base`."""
        self._bridge.problem, self._bridge.answer = None, None
        try:
            call(*args, **kwargs)
        except MastodonError as error:  # it quotes whole answers: not chained
            problem = self._bridge.problem or Unavailable(f"Mastodon.py cannot ask this ({type(error).__name__})")
        else:
            if self._bridge.answer is not None:
                return self._bridge.answer
            problem = Unavailable("Mastodon.py has asked nothing; another version of it may be installed")
        raise problem

    def me(self) -> Row:
        """Whose token it is. Raises `AuthFailed`, also where a server calls a bad token something else (snac: 422, measured)."""
        try:
            return self.ask(self.library.account_verify_credentials).row()
        except (AuthFailed, Refused):
            raise AuthFailed(f"{self.host} does not know the access token; it {HOW_TO_GET}") from None

    def full(self, acct: str) -> str:
        """An account's name as it is known everywhere: `kim@social.example.org`."""
        return acct if "@" in acct else f"{acct}@{self.host}"


class _Bridge(requests.adapters.BaseAdapter):
    """Where requests would open a connection: keeps the answer for us, and hands the library an empty one."""

    def __init__(self, http: RestClient) -> None:
        super().__init__()
        self._http = http
        self.answer: Answer | None = None
        self.problem: ConnectorError | None = None

    def send(self, request: requests.PreparedRequest, *_: object, **__: object) -> requests.Response:
        headers = {name: str(value) for name, value in request.headers.items() if name.lower() not in SENT_BY_US}
        body = request.body or b""
        try:
            if request.method == "GET":
                given = self._http.look(str(request.url), headers=headers)
            else:
                content = body if isinstance(body, bytes) else str(body).encode()
                given = self._http.hand_in(str(request.method), str(request.url), headers, content)
            self.answer = answer_of(given)
        except ConnectorError as problem:
            self.problem = problem
            raise
        response = requests.Response()
        response.status_code, response.url, response.request = given.status_code, str(request.url), request
        response.headers["Content-Type"] = "application/json"
        response.raw = io.BytesIO(NULL)
        return response

    def close(self) -> None:
        """Nothing is held open here."""
