"""Whatever goes wrong with Reddit, told in the words of `connectors.base`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from praw.exceptions import PRAWException
from prawcore import exceptions

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, Unavailable
from connectors.http_answers import TOO_DEEP

WHAT_TO_WRITE = "write the address of the subreddit's front page, like https://www.reddit.com/r/NAME/"
NEW_CREDENTIAL = (
    "make a new one (https://www.reddit.com/prefs/apps) and look whether the account's password was changed"
)
SCOPES = "identity, read, modposts, modconfig"
BROKEN = (KeyError, AttributeError, TypeError, ValueError, AssertionError, IndexError, OverflowError)
"""What PRAW lets out when an answer has not the form that it knows."""


def changed(field: str, of: str) -> Unavailable:
    """Reddit's answer is not what it was."""
    return Unavailable(
        f"the field {field} of {of} on Reddit is missing or of a new kind; tell whoever runs Hallmonitor"
    )


@contextmanager
def told(name: str) -> Iterator[None]:
    """PRAW's errors become ours. None is chained: they hold what was sent, the password too."""
    try:
        yield
    except ConnectorError:
        raise
    except exceptions.RequestException as error:
        known = error.original_exception
        raise known if isinstance(known, ConnectorError) else Unavailable("Reddit cannot be reached") from None
    except exceptions.PrawcoreException as error:
        raise _told(error, f"r/{name}") from None
    except PRAWException:
        raise Unavailable("Reddit answers with an error that it does not explain; try again later") from None
    except RecursionError:
        raise Unavailable(f"Reddit {TOO_DEEP}") from None
    except BROKEN as error:
        field = getattr(error, "name", None) or (error.args[0] if isinstance(error, KeyError) and error.args else "")
        if isinstance(field, str) and re.fullmatch(r"[a-z_]{1,40}", field):
            raise changed(field, "an answer") from None
        raise Unavailable(f"an answer of Reddit has a new form ({type(error).__name__}); try again later") from None


def _told(error: exceptions.PrawcoreException, page: str) -> ConnectorError:
    match error:
        case exceptions.OAuthException() | exceptions.InvalidToken():
            return AuthFailed(f"Reddit does not accept the credential; {NEW_CREDENTIAL}")
        case exceptions.InsufficientScope():
            return NotAllowed(f"the refresh token lacks a scope; make one with: {SCOPES}")
        case exceptions.Redirect() if error.path.startswith("/subreddits/search"):
            return BadConfig("url", f"there is no {page} on Reddit; {WHAT_TO_WRITE}")
        case exceptions.Redirect():
            return Unavailable("Reddit redirects elsewhere; try again later")
        case exceptions.BadJSON():
            return Unavailable("Reddit answers with a web page or with half of an answer; try again later")
        case exceptions.ResponseException():
            return _refused(error, page)
    return Unavailable(f"PRAW cannot ask Reddit ({type(error).__name__})")


def _refused(error: exceptions.ResponseException, page: str) -> ConnectorError:
    status = error.response.status_code
    if status == HTTPStatus.FORBIDDEN and "text/html" in error.response.headers.get("content-type", ""):
        # its interface refuses in JSON: this comes from what stands before it
        return Unavailable(
            "Reddit turns away what comes from this network or program (403, with a web page), and looked at no credential;"
            " ask whoever runs Hallmonitor for another way out, or https://support.reddithelp.com to let it in"
        )
    if str(error.response.url).endswith("/api/v1/access_token") and status in {400, 401, 403}:
        return AuthFailed(f"Reddit does not accept the credential ({status}); {NEW_CREDENTIAL}")
    if _reason(error) == "quarantined":
        return NotAllowed(
            f"Reddit has put {page} into quarantine: open it in a browser, signed in as our account, and agree to see it"
        )
    if status in {401, 403}:
        private = "it is private, or " if _reason(error) == "private" else ""
        return NotAllowed(f"{page}: {private}our account is no moderator with the right Manage Posts and Comments")
    if status in {404, 410}:
        return Gone(f"Reddit has banned {page}" if _reason(error) == "banned" else f"{page}: it is not there any more")
    return Unavailable(f"Reddit answered {status}; try again later")


def _reason(error: exceptions.ResponseException) -> object:
    try:
        answer = error.response.json()
    except (ValueError, RecursionError):
        return ""
    return answer.get("reason") if isinstance(answer, dict) else ""
