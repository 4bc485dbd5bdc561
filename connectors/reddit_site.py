"""One subreddit as PRAW shows it: its address, our account, and whatever goes wrong told in the words of `connectors.base`."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import praw
import prawcore
from praw.exceptions import PRAWException
from praw.models import Comment as Item
from praw.models import Submission, Subreddit

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, PageAddress, Unavailable
from connectors.http import Patience, Row, checked_url, is_loopback
from connectors.reddit_session import PoliteSession

REDDIT = ("https://www.reddit.com", "https://oauth.reddit.com")
WHAT_TO_WRITE = "write the address of the subreddit's front page, like https://www.reddit.com/r/NAME/"
NAME = re.compile(r"/r/([A-Za-z0-9][A-Za-z0-9_]{1,20})(?:/(?:new|hot|top|rising|about|comments)?)?", re.ASCII)
NOT_ONE = frozenset({"all", "popular", "mod", "friends"})
"""Names that stand for many subreddits."""

NEW_CREDENTIAL = "make a new one (https://www.reddit.com/prefs/apps) and look whether the account's password was changed"
SCOPES = "identity, read, modposts, modconfig"
BROKEN = (KeyError, AttributeError, TypeError, ValueError, AssertionError, IndexError, RecursionError, OverflowError)
"""What PRAW lets out when an answer has not the form that it knows."""


@dataclass(frozen=True, slots=True)
class View:
    """Who looks: our account, the moderators' names (small letters; None: not asked), the subreddit, where permalinks lead."""

    account: str
    staff: frozenset[str] | None
    subreddit: str
    home: str


class Site:
    """A subreddit and the account that moderates it. Raises `BadConfig`; the network is not touched before the first question."""

    def __init__(self, address: PageAddress, *, patience: Patience | None = None) -> None:
        self.home, oauth, self.name = _place(address)
        login = _login(address.secret)
        session = PoliteSession(frozenset({self.home, oauth}), patience or Patience())
        weakref.finalize(self, session.close)
        # every name is given, so that no praw.ini and no praw_* variable of the machine speaks for the page
        self.reddit = praw.Reddit(
            "DEFAULT",
            requestor_kwargs={"session": session},
            user_agent=_user_agent(address, login["username"]),
            reddit_url=self.home,
            oauth_url=oauth,
            short_url=self.home,
            check_for_updates=False,
            redirect_uri=None,
            **login,
        )
        self.subreddit: Subreddit = self.reddit.subreddit(self.name)

    def account(self) -> Row:
        """Our own account. Raises `AuthFailed`."""
        with told(self.name):
            return vars(self.reddit.user.me())

    def moderators(self) -> list[Row]:
        """Each moderator's `name` and `mod_permissions`."""
        with told(self.name):
            return [vars(person) for person in self.subreddit.moderator()]

    def view(self, *, with_staff: bool = True) -> View:
        """With whose eyes we look."""
        name = self.account().get("name")
        if not isinstance(name, str):
            raise changed("name", "our own account")
        people = [person.get("name") for person in self.moderators()] if with_staff else []
        staff = frozenset(person.lower() for person in people if isinstance(person, str)) if with_staff else None
        return View(name, staff, self.name, self.home)

    def comments(self, ids: Sequence[str]) -> Iterator[object]:
        """Those of the comments that there are, on whatever subreddit. 100 a question."""
        return self.items(lambda: self.reddit.info(fullnames=[f"t1_{id}" for id in ids]) if ids else ())

    def thread(self, post: str) -> list[object]:
        """Every comment below a post: one question for the first hundreds, one more for each hundred that is folded away."""
        with told(self.name):
            try:
                return self._unfolded(post)
            except (AssertionError, PRAWException):  # it has changed while PRAW unfolded it
                return self._unfolded(post)

    def _unfolded(self, post: str) -> list[object]:
        submission = self.reddit.submission(post)
        submission.comment_sort = "new"
        submission.comments.replace_more(limit=None)
        return list(submission.comments.list())

    def items(self, ask: Callable[[], Iterable[object]]) -> Iterator[object]:
        """Whatever a listing of PRAW's gives; it asks while it is read."""
        with told(self.name):
            yield from ask()


def fields_of(item: object, kind: type[Item] | type[Submission]) -> Row:
    """What Reddit has sent. Not by attributes: PRAW asks again, in silence, for one that is missing."""
    if not isinstance(item, kind):
        raise changed("kind", "an entry")
    return vars(item)


def changed(field: str, of: str) -> Unavailable:
    """Reddit's answer is not what it was."""
    return Unavailable(f"the field {field} of {of} on Reddit is missing or of a new kind; tell whoever runs Hallmonitor")


@contextmanager
def told(name: str) -> Iterator[None]:
    """PRAW's errors become ours. None is chained: they hold what was sent, the password too."""
    try:
        yield
    except ConnectorError:
        raise
    except prawcore.exceptions.RequestException as error:
        known = error.original_exception
        raise known if isinstance(known, ConnectorError) else Unavailable("Reddit cannot be reached") from None
    except prawcore.exceptions.PrawcoreException as error:
        raise _told(error, f"r/{name}") from None
    except PRAWException:
        raise Unavailable("Reddit answers with an error that it does not explain; try again later") from None
    except BROKEN as error:
        field = getattr(error, "name", None) or (error.args[0] if isinstance(error, KeyError) and error.args else "")
        if isinstance(field, str) and re.fullmatch(r"[a-z_]{1,40}", field):
            raise changed(field, "an answer") from None
        raise Unavailable(f"an answer of Reddit has a new form ({type(error).__name__}); try again later") from None


def _told(error: prawcore.exceptions.PrawcoreException, page: str) -> ConnectorError:
    known = prawcore.exceptions
    if isinstance(error, known.OAuthException | known.InvalidToken):
        return AuthFailed(f"Reddit does not accept the credential; {NEW_CREDENTIAL}")
    if isinstance(error, known.InsufficientScope):
        return NotAllowed(f"the refresh token lacks a scope; make one with: {SCOPES}")
    if isinstance(error, known.Redirect):
        if error.path.startswith("/subreddits/search"):
            return BadConfig("url", f"there is no {page} on Reddit; {WHAT_TO_WRITE}")
        return Unavailable("Reddit redirects elsewhere; try again later")
    if isinstance(error, known.BadJSON):
        return Unavailable("Reddit answers with a web page or with half of an answer; try again later")
    if not isinstance(error, known.ResponseException):
        return Unavailable(f"PRAW cannot ask Reddit ({type(error).__name__})")
    status = error.response.status_code
    if str(error.response.url).endswith("/api/v1/access_token") and status in {400, 401, 403}:
        return AuthFailed(f"Reddit does not accept the credential ({status}); {NEW_CREDENTIAL}")
    if status in {401, 403}:
        private = "it is private, or " if _reason(error) == "private" else ""
        return NotAllowed(f"{page}: {private}our account is no moderator with the right Manage Posts and Comments")
    if status in {404, 410}:
        return Gone(f"Reddit has banned {page}" if _reason(error) == "banned" else f"{page}: it is not there any more")
    return Unavailable(f"Reddit answered {status}; try again later")


def _reason(error: prawcore.exceptions.ResponseException) -> object:
    try:
        answer = error.response.json()
    except ValueError:
        return ""
    return answer.get("reason") if isinstance(answer, dict) else ""


def _place(address: PageAddress) -> tuple[str, str, str]:
    """Where to sign in, where to ask, and the subreddit's name."""
    private = address.options.get("allow_private", False) is True
    url = checked_url(address.url, allow_private=private)
    match = NAME.fullmatch(url.path)
    if not match or match[1].lower() in NOT_ONE:
        raise BadConfig("url", f"names no subreddit; {WHAT_TO_WRITE}")
    if url.host == "reddit.com" or url.host.endswith(".reddit.com"):
        return *REDDIT, match[1]
    if not (private or is_loopback(url.host)):
        raise BadConfig("url", f"is not on reddit.com; {WHAT_TO_WRITE}")
    own = f"{url.scheme}://{url.netloc.decode('ascii')}"
    return own, own, match[1]


def _login(secret: str) -> dict[str, str | None]:
    """Read `client id:client secret:name:password` or `client id:client secret:refresh token`; no error quotes it."""
    parts = secret.strip().split(":", 3)
    if len(parts) not in {3, 4} or not all(part.strip() for part in (parts[0], *parts[2:])):
        raise BadConfig(
            "secret",
            "must be `client id:client secret:name:password` of a script app, or"
            " `client id:client secret:refresh token` (https://www.reddit.com/prefs/apps)",
        )
    app, key = parts[0].strip(), parts[1].strip() or None
    if len(parts) == 4 and key is None:  # noqa: PLR2004  # a name and a password are of use to an app with a key alone
        raise BadConfig("secret", "a script app has a client secret: write it behind the client id")
    token = parts[2].strip() if len(parts) == 3 else None  # noqa: PLR2004
    name, password = (parts[2].strip(), parts[3]) if token is None else (None, None)
    return {"client_id": app, "client_secret": key, "refresh_token": token, "username": name, "password": password}


def _user_agent(address: PageAddress, name: str | None) -> str:
    """Reddit wants platform, app, version, and the Reddit name of whoever answers for it."""
    contact = address.options.get("contact") or name or ""
    if not isinstance(contact, str) or not re.fullmatch(r"[A-Za-z0-9_-]{0,30}", contact.removeprefix("u/")):
        raise BadConfig("contact", "must be a name on Reddit, such as the_teacher")
    by = f" by /u/{contact.removeprefix('u/')}" if contact else ""
    return f"Hallmonitor/0.1 (+https://hallmonitor.example/contact; python:hallmonitor:0.1{by})"
