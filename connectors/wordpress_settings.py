"""What a WordPress tells of its own settings, for `WordPress.check`; what it does not tell a person has to look up."""

from __future__ import annotations

import html

from connectors.base import AuthFailed, Finding, NotAllowed, PageSettings
from connectors.http_answers import Row
from connectors.wordpress_site import Site, counted

POST_KINDS = ("posts", "pages", "media")
MAX_PAGES = 10

NOT_TOLD = (
    Finding(
        "comment_moderation",
        "WordPress does not tell whether comments wait for approval. Please look: Settings > Discussion > Before a"
        " comment appears > Comment must be manually approved.",
    ),
    Finding(
        "registration",
        "WordPress does not tell whether anyone can make an account, or must have one to comment. Please look:"
        " Settings > General > Membership, and Settings > Discussion > Other comment settings.",
    ),
    Finding(
        "search_visibility",
        "WordPress does not tell whether search engines may list the page. Please look: Settings > Reading > Search"
        " engine visibility.",
    ),
)


def read_settings(site: Site) -> PageSettings:
    """Ask who we are, what we may do and how the blog is set. Changes nothing.

    Raises:
        AuthFailed: WordPress does not know the name or the password. Its public lists would hide that (measured).

    """
    index = site.index()
    account = _account(site, index)
    title, default, found = _settings(site, index)
    may_moderate, moderates = _may_moderate(site, account)
    comments_open, opens = _comments_open(site, default, may_moderate=may_moderate)
    public, publics = _public(site)
    administrators, admins = _administrators(site)
    return PageSettings(
        title=html.unescape(title),
        account=_word(account, "username") or _word(account, "name"),
        may_moderate=may_moderate,
        comments_open=comments_open,
        public=public,
        administrators=administrators,
        findings=(*moderates, *opens, *publics, *admins, *found, *NOT_TOLD),
    )


def _account(site: Site, index: Row) -> Row:
    try:
        return site.read("users/me", {"context": "edit"}).row()
    except AuthFailed:
        ways = index.get("authentication")
        if isinstance(ways, dict) and "application-passwords" in ways:
            raise AuthFailed(
                "WordPress does not accept the name and application password; make a new one under Users > Profile >"
                " Application Passwords (if it still fails, the host may strip the Authorization header)"
            ) from None
        raise AuthFailed(
            "this WordPress has application passwords switched off (a security plug-in, or no https): ask whoever"
            " runs the site to allow them"
        ) from None


def _may_moderate(site: Site, account: Row) -> tuple[bool, tuple[Finding, ...]]:
    rights = account.get("capabilities")
    allowed = isinstance(rights, dict) and rights.get("moderate_comments") is True
    try:  # what `fetch` asks: only a moderator gets an answer
        site.read("comments", {"context": "edit", "status": "all", "per_page": 1})
    except NotAllowed:
        allowed = False
    if allowed:
        return True, ()
    message = "This account may not moderate comments. Give it the role Editor: Users > All Users > Edit > Role."
    return False, (Finding("may_moderate", message, problem=True),)


def _settings(site: Site, index: Row) -> tuple[str, str, tuple[Finding, ...]]:
    """Title, default comment status ("open", "closed", or "" when we may not see it)."""
    try:
        settings = site.read("settings", {}).row()
    except NotAllowed:
        message = (
            "Only an administrator's account is shown the settings; this one works without. Please look at Settings >"
            " Discussion > Default post settings: may people comment on new posts?"
        )
        return _word(index, "name"), "", (Finding("default_comment_status", message),)
    return _word(settings, "title") or _word(index, "name"), _word(settings, "default_comment_status"), ()


def _comments_open(site: Site, default: str, *, may_moderate: bool) -> tuple[bool | None, tuple[Finding, ...]]:
    """Open if new posts will be or any present one is; closed only when everything was looked at."""
    if default == "open":
        return True, ()
    looked = [_any_open(site, kind) if may_moderate else None for kind in POST_KINDS]
    if True in looked:
        return True, ()
    if default == "closed" and None not in looked:
        return False, ()
    message = "Whether comments are open could not be seen on every post. Please look: Posts > All Posts > Quick Edit."
    return None, (Finding("comments_open", message),)


def _any_open(site: Site, kind: str) -> bool | None:
    """Look for a post with open comments; None when there are too many posts to look at each."""
    query: dict[str, str | int] = {"context": "edit", "_fields": "comment_status", "per_page": 100}
    if kind != "media":
        query["status"] = "publish,future,private"
    for page in range(1, MAX_PAGES + 1):
        answer = site.read(kind, {**query, "page": page})
        if any(row.get("comment_status") == "open" for row in answer.rows()):
            return True
        if page >= (counted(answer, "x-wp-totalpages") or 0):
            return False
    return None


def _public(site: Site) -> tuple[bool | None, tuple[Finding, ...]]:
    """Public if a stranger can read a post. That one cannot here proves nothing: the pages themselves may be open."""
    try:
        if site.read("posts", {"per_page": 1, "_fields": "id"}, anonymous=True).rows():
            return True, ()
    except (AuthFailed, NotAllowed):
        pass
    message = (
        "A stranger was shown no posts. Please open the page in a private window: can it be read without signing in?"
    )
    return None, (Finding("public", message),)


def _administrators(site: Site) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    query = {"context": "edit", "roles": "administrator", "_fields": "name,username"}
    try:
        rows = [row for page in site.pages("users", query) for row in page]
    except NotAllowed:
        message = "Only an administrator's account is shown who the administrators are. Please look: Users > All Users."
        return (), (Finding("administrators", message),)
    return tuple(f"{_word(row, 'name')} ({_word(row, 'username')})" for row in rows), ()


def _word(row: Row, key: str) -> str:
    return str(row.get(key) or "")
