"""What a MediaWiki answers: every refusal comes with status 200 and a code (measured on 1.43), and becomes an error of ours."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn

from connectors.base import AuthFailed, Gone, NotAllowed, Unavailable
from connectors.fields import Fields
from connectors.http_answers import Answer, Row
from connectors.http_limits import retry_after

WHERE = "Special:BotPasswords, with the grants that connectors/README.md names"
THROTTLED_S = 300.0
SIGNED_OUT = frozenset({"assertuserfailed", "notloggedin", "mustbeloggedin", "badtoken"})
FORBIDDEN = frozenset({
    "readapidenied", "writeapidenied", "noapiwrite", "permissiondenied", "accessdenied", "protectedpage", "cascadeprotected",
    "protectednamespace", "protectednamespace-interface", "blocked", "autoblocked", "confirmemail", "cantedit", "noedit",
    "hookaborted", "abusefilter-disallowed", "abusefilter-warning", "spamblacklist", "spamdetected", "contenttoobig",
    "titleblacklist-forbidden", "captcha",
})  # fmt: skip
LATER = frozenset({"maxlag", "readonly", "ratelimited"})
MISSING = frozenset({"missingtitle", "nosuchpageid", "nosuchrevid", "pagedeleted"})

FIELDS = Fields("the wiki answers without a good `{}`; try again later")
word_at, number_at, time_at, row_at, rows_at = FIELDS.text, FIELDS.number, FIELDS.moment, FIELDS.row, FIELDS.rows


class Conflict(Unavailable):
    """Somebody saved the page in between, and nothing was written."""


class UnknownCode(Unavailable):
    """The wiki refuses with a code that has no error of ours, for instance for a module that it does not have."""


class SignedOut(Unavailable):
    """Our session or token is no more; nothing was done."""


def checked(answer: Answer) -> Row:
    """Give an answer that is no refusal. Raises the errors of `connectors.base`, which quote nothing but its code."""
    row = answer.row()
    if "error" not in row:
        return row
    error = row["error"]
    found = error.get("code") if isinstance(error, Mapping) else None
    code = found if isinstance(found, str) and re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]{0,60}", found) else "no code"
    if code in SIGNED_OUT:
        raise SignedOut(f"the wiki refuses ({code}); try again later")
    if code in FORBIDDEN:
        raise NotAllowed(f"the wiki refuses ({code}): the account or its bot password lacks a right for this page")
    if code in MISSING:
        raise Gone(f"the wiki refuses ({code}): it is not there any more")
    if code == "editconflict":
        raise Conflict("the page is being edited at this moment; try again later")
    wait = retry_after(answer.headers.get("retry-after", ""), datetime.now(UTC))
    kind = Unavailable if code in LATER or code.startswith("internal_api_error") else UnknownCode
    raise kind(f"the wiki refuses ({code}); try again later, and if it stays so, tell whoever runs it", wait)


def refuse_login(login: object, result: str) -> NoReturn:
    """Raise what an answer to `action=login` means that is no success."""
    reason = login.get("reason") if isinstance(login, Mapping) else None
    code = reason.get("code") if isinstance(reason, Mapping) else None
    if "throttled" in str(code):
        raise Unavailable("the wiki lets nobody sign in after too many failures; try again later", THROTTLED_S)
    if result in {"Failed", "Aborted"}:
        raise AuthFailed(f"the wiki does not accept the bot password; make a new one: {WHERE}")
    raise FIELDS.changed("login.result")
