"""What YouTube and Blogger share: Google's own client library (google-api-python-client), and how its answers are read.

A secret is what signing in once with Google gives: `client id:client secret:refresh token`, or Google's JSON of the three
(`authorized_user`). Nothing is looked up over the network to make a client: the interface's description comes with the library.
"""

from __future__ import annotations

import json
import sys
from functools import lru_cache
from typing import Any, Protocol

from google.oauth2.credentials import Credentials
from google_auth_httplib2 import AuthorizedHttp
from googleapiclient.discovery import build

from connectors.base import BadConfig, Comment, PageAddress, Unavailable
from connectors.fields import Fields
from connectors.google_http import Acting, Checked, Road
from connectors.http import Patience
from connectors.http_addresses import allows_private, checked_for_secret
from connectors.http_agent import agent_of
from connectors.http_answers import TOO_DEEP, Row
from connectors.http_budget import pace_of

SIGN_IN = "https://oauth2.googleapis.com/token"
PARTS = ("client_id", "client_secret", "refresh_token")

PER_BATCH = 200
"""Comments of one batch: two batches may be in memory at once, of comments of 10,000 characters each."""


FIELDS = Fields("Google's answer has no readable `{}`: its interface may have changed; tell whoever runs Hallmonitor")
changed, field, moment, number = FIELDS.changed, FIELDS.field, FIELDS.moment, FIELDS.number
text, text_if_any = FIELDS.text, FIELDS.text_if_any
one_row, rows, rows_if_any = FIELDS.row, FIELDS.rows, FIELDS.rows_if_any
"""Google leaves out what is empty: so there are fields that are read `if any`."""


class Request(Protocol):
    """A question of Google's library, ready to be asked."""

    headers: dict[str, str]

    def execute(self, *, http: Acting) -> object:
        """Ask by this road."""
        ...


class Google:
    """One of Google's interfaces, asked in the name of who signed in.

    `api` has the library's methods, such as `api.comments().list(...)`; what they make is asked by `ask`. The options `api` and
    `sign_in` are the addresses of other servers that speak the same (for tests).

    Raises:
        BadConfig: the secret or an option is malformed. The network is not touched before the first question.
    """

    def __init__(self, address: PageAddress, service: str, version: str, *, patience: Patience | None = None) -> None:
        home = _option(address, "api", f"https://{service}.googleapis.com").rstrip("/")
        sign_in = _option(address, "sign_in", SIGN_IN)
        allow_private, agent, pace = allows_private(address), agent_of(address), pace_of(address)
        road = Road(home, sign_in, allow_private=allow_private, agent=agent, pace=pace, patience=patience)
        parts = sign_in_parts(address.secret)
        credentials = Credentials(None, token_uri=sign_in, **parts)  # type: ignore[no-untyped-call]
        self._road = Checked(AuthorizedHttp(credentials, http=road))
        self.api = _interface(service, version, home)

    def ask(self, request: Request) -> Row:
        """Ask once. Raises the errors of `connectors.base`, and `NotModified` where an ETag was sent along."""
        try:
            answer = request.execute(http=self._road)
        except RecursionError:
            raise Unavailable(f"Google {TOO_DEEP}") from None
        except ValueError:  # the error would quote the answer: not chained
            raise Unavailable("Google answers with broken data (half an answer?); try again later") from None
        if not isinstance(answer, dict):
            raise Unavailable("Google answers with something that is not data (half an answer?); try again later")
        return answer

    def order(self, request: Request) -> None:
        """Ask for a change, once; an answer may be empty. After `Unavailable` nobody knows whether it was done."""
        try:
            request.execute(http=self._road)
        except (ValueError, RecursionError):
            raise Unavailable("Google answers with broken data; look whether it was done") from None


@lru_cache(maxsize=16)
def _interface(service: str, version: str, home: str) -> Any:
    """The library's methods for one interface. They hold no sign-in and no connection: whoever asks brings the road.

    So they are made once for all pages, as making them takes 8 ms and a megabyte.
    """
    return build(
        service,
        version,
        http=object(),
        static_discovery=True,
        cache_discovery=False,
        client_options={"api_endpoint": home + "/", "universe_domain": "googleapis.com"},
    )


def _option(address: PageAddress, name: str, usual: str) -> str:
    found = address.options.get(name, usual)
    if not isinstance(found, str):
        raise BadConfig(f"options.{name}", "must be a web address")
    checked_for_secret(found, allow_private=allows_private(address), field=f"options.{name}", what="sign-in")
    return found


def sign_in_parts(secret: str) -> dict[str, str]:
    """Client id, client secret and refresh token of a secret. Raises `BadConfig("secret", ...)`, which does not quote it."""
    secret = secret.strip()
    found: object = dict(zip(PARTS, secret.split(":"), strict=False)) if secret.count(":") == 2 else None
    if secret.startswith("{"):
        try:
            found = json.loads(secret)
        except (ValueError, RecursionError):
            found = None
    parts = {part: found.get(part) for part in PARTS} if isinstance(found, dict) else {}
    if not parts or not all(isinstance(part, str) and part.strip() for part in parts.values()):
        raise BadConfig("secret", "must be `client id:client secret:refresh token`, or the JSON of the three")
    return {name: str(part).strip() for name, part in parts.items()}


def weight_of(comment: Comment) -> int:
    """About how many bytes of memory a comment takes."""
    return sys.getsizeof(comment.text) + 1_000
