"""One subreddit as PRAW shows it: its address, our account, and what can be asked of it."""

from __future__ import annotations

import re
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import praw
from praw.exceptions import PRAWException
from praw.models import Comment as Item
from praw.models import Submission, Subreddit

from connectors.base import BadConfig, PageAddress
from connectors.http import Patience
from connectors.http_addresses import allows_private, checked_url, is_loopback
from connectors.http_answers import Row
from connectors.http_budget import Pace, pace_of
from connectors.reddit_errors import WHAT_TO_WRITE, changed, told
from connectors.reddit_session import PoliteSession

REDDIT = ("https://www.reddit.com", "https://oauth.reddit.com")
PACE = Pace(1.5, at_once=100)
"""Reddit gives an account 1,000 questions in ten minutes."""

NAME = re.compile(r"/r/([A-Za-z0-9][A-Za-z0-9_]{1,20})(?:/(?:new|hot|top|rising|about|comments)?/?)?", re.ASCII)
NOT_ONE = frozenset({"all", "popular", "mod", "friends"})
"""Names that stand for many subreddits."""

NAME_OF_ACCOUNT = re.compile(r"[A-Za-z0-9_-]{1,30}")


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
        session = PoliteSession(frozenset({self.home, oauth}), patience or Patience(), pace_of(address, PACE))
        weakref.finalize(self, session.close)
        # every name is given, so that no praw.ini and no praw_* variable of the machine speaks for the page
        self.reddit = praw.Reddit(
            "DEFAULT",
            requestor_kwargs={"session": session},
            user_agent=_user_agent(address, login.name),
            reddit_url=self.home,
            oauth_url=oauth,
            short_url=self.home,
            check_for_updates=False,
            redirect_uri=None,
            client_id=login.app,
            client_secret=login.key,
            refresh_token=login.token,
            username=login.name,
            password=login.password,
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


def _place(address: PageAddress) -> tuple[str, str, str]:
    """Where to sign in, where to ask, and the subreddit's name."""
    private = allows_private(address)
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


@dataclass(frozen=True, slots=True, repr=False)
class Login:
    """A credential in its parts: `key` is the app's secret; either a refresh token or a name and a password."""

    app: str
    key: str | None
    token: str | None = None
    name: str | None = None
    password: str | None = None


def _login(secret: str) -> Login:
    """Read `client id:client secret:name:password` or `client id:client secret:refresh token`; no error quotes it."""
    match secret.strip().split(":", 3):
        case [app, key, token] if app.strip() and token.strip():
            return Login(app.strip(), key.strip() or None, token=token.strip())
        case [app, key, name, password] if app.strip() and key.strip() and name.strip() and password.strip():
            if not NAME_OF_ACCOUNT.fullmatch(plain := name.strip().removeprefix("u/")):
                raise BadConfig(
                    "secret", "holds no account's name on Reddit: write it without u/, and no e-mail address"
                )
            return Login(app.strip(), key.strip(), name=plain, password=password)
    raise BadConfig(
        "secret",
        "must be `client id:client secret:name:password` of a script app, or"
        " `client id:client secret:refresh token` (https://www.reddit.com/prefs/apps)",
    )


def _user_agent(address: PageAddress, name: str | None) -> str:
    """Reddit wants platform, app, version, and the Reddit name of whoever answers for it."""
    contact = address.options.get("contact") or name or ""
    if not isinstance(contact, str) or not (contact == "" or NAME_OF_ACCOUNT.fullmatch(contact.removeprefix("u/"))):
        raise BadConfig("options.contact", "must be a name on Reddit, such as the_teacher")
    by = f" by /u/{contact.removeprefix('u/')}" if contact else ""
    return f"Hallmonitor/0.1 (+https://hallmonitor.example/contact; python:hallmonitor:0.1{by})"
