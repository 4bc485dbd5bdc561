"""What a subreddit tells of its own settings, for `Reddit.check`; what it does not tell a person has to look up."""

from __future__ import annotations

from connectors.base import Finding, NotAllowed, PageSettings
from connectors.http_answers import Row
from connectors.reddit_errors import changed, told
from connectors.reddit_site import Site

PUBLIC = {"public": True, "restricted": True, "archived": True, "private": False, "employees_only": False}
"""Who can read, by the subreddit's type. `restricted`: everybody reads, approved members post."""

STRENGTHS = {
    "low": "Comments appear at once; Reddit's filter for comments is at its lowest strength.",
    "high": "Comments appear at once, but for those that Reddit's filter holds; it is at high strength.",
    "all": "Each comment is held until a moderator approves it.",
}
NOT_TOLD = (
    Finding(
        "search_visibility",
        "Reddit does not tell whether search engines list the subreddit. Please look: Mod Tools > General settings >"
        " Privacy and discovery.",
    ),
    Finding(
        "posts",
        "Comments are read, and posts are not: neither their titles nor their texts and pictures. Please read those"
        " yourself, or let AutoModerator hold each until you approve it.",
    ),
    Finding(
        "archiving",
        "Whether old posts take comments, and which posts are locked, is set post by post and is not read here. Please"
        " look: Mod Tools > Posts and comments.",
    ),
)


def read_settings(site: Site) -> PageSettings:
    """Ask who we are, what we may do and how the subreddit is set. Changes nothing.

    Raises:
        AuthFailed: Reddit does not know the credential.
        NotAllowed: the subreddit is private, and our account may not enter.
        Gone: Reddit has banned the subreddit.
        BadConfig: there is no such subreddit.
    """
    me = site.account()
    account = me.get("name")
    if not isinstance(account, str):
        raise changed("name", "our own account")
    about = _about(site)
    kind = _word(about, "subreddit_type")
    may_moderate, moderates = _may_moderate(site)
    comments_open, opens = _comments_open(kind, about)
    public = PUBLIC.get(kind)
    administrators, admins = _administrators(site, account)
    waits, filters = _filters(site)
    return PageSettings(
        title=_word(about, "title") or site.name,
        account=account,
        may_moderate=may_moderate,
        comments_open=comments_open,
        public=public,
        administrators=administrators,
        findings=(*_account(me), *moderates, *opens, *_type(kind, public), *admins, *filters, *NOT_TOLD),
        waits_for_approval=waits,
    )


def _about(site: Site) -> Row:
    with told(site.name):
        page = site.reddit.subreddit(site.name)
        return {"subreddit_type": page.subreddit_type, **vars(page)}  # PRAW asks with the first attribute


def _account(me: Row) -> tuple[Finding, ...]:
    if me.get("is_suspended") is not True:
        return ()
    return (Finding("account", "Reddit has suspended this account: it can moderate nothing.", problem=True),)


def _may_moderate(site: Site) -> tuple[bool, tuple[Finding, ...]]:
    try:  # what `fetch` asks: only a moderator with the right gets an answer
        next(site.items(lambda: site.subreddit.mod.spam(only="comments", limit=1)), None)
    except NotAllowed:
        message = (
            "This account may not moderate comments. Make it a moderator with the right Manage Posts and Comments:"
            " Mod Tools > Mods and members."
        )
        return False, (Finding("may_moderate", message, problem=True),)
    return True, ()


def _comments_open(kind: str, about: Row) -> tuple[bool | None, tuple[Finding, ...]]:
    if kind == "archived":
        return False, ()
    closed_to_many = about.get("restrict_commenting")
    if not isinstance(closed_to_many, bool):
        message = "Reddit does not tell whether only approved members may comment. Please look: Mod Tools > Privacy."
        return True, (Finding("restrict_commenting", message),)
    who = "Only approved members may comment." if closed_to_many else "Whoever may see the subreddit may comment."
    return True, (Finding("restrict_commenting", who),)


def _type(kind: str, public: bool | None) -> tuple[Finding, ...]:
    if public is None:
        message = f"The subreddit is of a type ({kind}) of which it is not known who can read it. Please look in a"
        return (Finding("public", f"{message} private window."),)
    said = {
        "public": "Anybody on the internet can read it, and whoever has an account on Reddit can post and comment.",
        "restricted": "Anybody on the internet can read it; approved members post.",
        "archived": "Anybody on the internet can read it; nobody can post or comment any more.",
    }
    return (Finding("subreddit_type", said.get(kind, "Only approved members can read it.")),)


def _administrators(site: Site, account: str) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    names, rights = [], None
    for person in site.moderators():
        name, allowed = person.get("name"), person.get("mod_permissions")
        if not isinstance(name, str):
            raise changed("name", "a moderator")
        names.append(name)
        if name.lower() == account.lower():
            rights = allowed if isinstance(allowed, list) else []
    if rights is None:
        return tuple(names), (Finding("moderator", "This account is none of the moderators.", problem=True),)
    told_rights = ", ".join(str(right) for right in rights) or "none"
    return tuple(names), (Finding("moderator", f"This account is one of the moderators; its rights: {told_rights}."),)


def _filters(site: Site) -> tuple[bool | None, tuple[Finding, ...]]:
    """Whether comments wait for approval: told to a moderator who may manage the settings alone."""
    try:
        with told(site.name):
            settings = site.subreddit.mod.settings()
    except NotAllowed:
        message = (
            "Reddit tells its filter's strength to moderators with the right Manage Settings alone; this account works"
            " without. Please look: Mod Tools > Safety: are comments held until a moderator approves them?"
        )
        return None, (Finding("comment_moderation", message),)
    strength = settings.get("spam_comments") if isinstance(settings, dict) else None
    if not isinstance(strength, str) or strength not in STRENGTHS:
        raise changed("spam_comments", "the settings")
    return strength == "all", (Finding("comment_moderation", STRENGTHS[strength]),)


def _word(row: Row, key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise changed(key, "the subreddit")
    return value
