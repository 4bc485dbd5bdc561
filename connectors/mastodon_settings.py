"""What a Mastodon server tells of an account's settings, for `Mastodon.check`; the rest a person has to look up."""

from __future__ import annotations

from collections.abc import Callable

from connectors.base import AuthFailed, Finding, Gone, NotAllowed, PageSettings
from connectors.http_answers import Refused, Row
from connectors.mastodon_rows import flag_of, rows_of, text_of
from connectors.mastodon_site import Site

REPORTING = ("write", "write:reports")
LOOKED_AT = 40
SHOWN_TO_ALL = ("public", "unlisted")

NO_QUEUE = Finding(
    "comment_moderation",
    "Mastodon has no queue: every reply is shown at once, and nobody but its author or the server's moderators can take it away.",
)
PASSWORD = Finding(
    "administrators",
    "Whoever knows the account's password runs the page; Mastodon does not tell who that is. Please look: Preferences >"
    " Account > Sessions, and who has the password.",
)


def is_our_account(site: Site, account: Row) -> bool:
    """Whether the token belongs to the account whose page it is."""
    return text_of(account, "username").casefold() == site.name.casefold()


def read_settings(site: Site, *, takes_reports: bool) -> PageSettings:
    """Ask who we are, what the token may do, and how account and server are set. Changes nothing.

    Raises:
        AuthFailed: the server does not know the token.

    """
    account = site.me()
    ours, whose = _is_ours(site, account)
    rights, missing = _rights(site, takes_reports=takes_reports)
    public, shown = _public(site, account)
    name = (
        f"{text_of(account, 'display_name') or text_of(account, 'username')} (@{site.full(text_of(account, 'acct'))})"
    )
    return PageSettings(
        title=name,
        account=site.full(text_of(account, "acct")),
        may_moderate=ours and rights,
        comments_open=True,  # nobody can close the replies to a post
        public=public,
        administrators=(name,),
        findings=(
            *whose,
            *missing,
            *shown,
            *_found_by_search(account),
            *_filtered(site),
            *_kept_away(site),
            *_server(site),
            NO_QUEUE,
            PASSWORD,
        ),
        waits_for_approval=False,
    )


def _is_ours(site: Site, account: Row) -> tuple[bool, tuple[Finding, ...]]:
    if is_our_account(site, account):
        return True, ()
    message = f"The access token belongs to another account. Make one while signed in as {site.name}."
    return False, (Finding("account", message, problem=True),)


def _rights(site: Site, *, takes_reports: bool) -> tuple[bool, tuple[Finding, ...]]:
    """What the token may do. Servers before 4.3 do not tell its scopes: then the reading is tried."""
    try:
        site.ask(site.library.notifications, types=["mention"], limit=1)
    except NotAllowed:
        message = "The access token may not read notifications. Make one with the scopes `read` and `write:reports`."
        return False, (Finding("scopes", message, problem=True),)
    try:
        scopes = site.ask(site.library.app_verify_credentials).row().get("scopes")
    except (Gone, NotAllowed, Refused):
        scopes = None
    if takes_reports and isinstance(scopes, list) and not any(scope in REPORTING for scope in scopes):
        message = "The access token may read, and not report. Make one with the scopes `read` and `write:reports`."
        return True, (Finding("scopes", message),)
    return True, ()


def _public(site: Site, account: Row) -> tuple[bool | None, tuple[Finding, ...]]:
    """Public if a stranger may read what was posted lately, or will be able to read what is posted next."""
    source = account.get("source")
    privacy = source.get("privacy") if isinstance(source, dict) else None
    posts = site.ask(
        site.library.account_statuses, text_of(account, "id"), exclude_reblogs=True, limit=LOOKED_AT
    ).rows()
    if privacy in SHOWN_TO_ALL or any(text_of(post, "visibility") in SHOWN_TO_ALL for post in posts):
        return True, ()
    if privacy not in ("private", "direct"):
        message = "The server does not tell who may read new posts. Please look: Preferences > Other > Posting privacy."
        return None, (Finding("public", message),)
    if flag_of(account, "locked"):
        return False, ()
    message = (
        "Posts are for followers, and anyone may follow. Switch on Preferences > Public profile > Privacy and reach > Manually"
        " review new followers."
    )
    return True, (Finding("locked", message, problem=True),)


def _found_by_search(account: Row) -> tuple[Finding, ...]:
    told = {"discoverable": "profiles that it suggests", "indexable": "search results"}
    shown = [words for field, words in told.items() if account.get(field) is True]
    if not shown:
        return ()
    message = f"The server may show the page in {' and '.join(shown)}. To change it: Preferences > Public profile > Privacy and reach."
    return (Finding("search_visibility", message),)


def _filtered(site: Site) -> tuple[Finding, ...]:
    """Mentions that the account filters out are kept from us as well."""
    try:
        policy = site.ask(site.library.notifications_policy).row()
    except (Gone, NotAllowed, Refused):  # before 4.3 there is no such policy
        return ()
    kept_back = sorted(
        field for field, what in policy.items() if field.startswith("for_") and what in ("filter", "drop")
    )
    if not kept_back:
        return ()
    message = (
        f"Some mentions are kept from the account, and from Hallmonitor ({', '.join(kept_back)}). Replies to its posts are read"
        " all the same. To change it: Notifications > the sliders > Manage notifications from: Accept."
    )
    return (Finding("filtered_mentions", message, problem=True),)


def _kept_away(site: Site) -> tuple[Finding, ...]:
    """In a thread Mastodon shows an account nothing of those whom it has blocked or muted; everybody else reads them."""
    lists = (site.library.blocks, site.library.mutes, site.library.domain_blocks)
    if not any(_is_filled(site, each) for each in lists):
        return ()
    message = (
        "The account has blocked or muted somebody. What they write below its posts is kept from it, and from Hallmonitor, while"
        " others go on reading it. Please look through the posts from time to time while signed out. To end it: More > Blocked"
        " users, Muted users, Blocked domains."
    )
    return (Finding("blocked", message),)


def _is_filled(site: Site, call: Callable[..., object]) -> bool:
    try:
        found = site.ask(call, limit=1).data
    except (Gone, NotAllowed, Refused):  # servers that have no such list
        return False
    return isinstance(found, list) and bool(found)


def _server(site: Site) -> tuple[Finding, ...]:
    try:
        server = site.ask(site.library.instance_v2).row()
    except (Gone, NotAllowed, Refused, AuthFailed):  # before 4.0, and other programs
        server = site.ask(site.library.instance_v1).row()
    open_to_all, contact = server.get("registrations"), server.get("contact")
    if isinstance(open_to_all, dict):
        open_to_all = open_to_all.get("enabled")
    email = server.get("email") or (contact.get("email") if isinstance(contact, dict) else None)
    rules = len(rows_of(server, "rules")) if "rules" in server else 0
    found = [f"The server runs {text_of(server, 'version')}; rules of its own: {rules}."]
    if open_to_all is not None:
        found.append(
            "Anyone can make an account there."
            if open_to_all is True
            else "Accounts there are given by whoever runs it."
        )
    if isinstance(email, str) and email:
        found.append(f"Only its moderators can take away what others post: {email}.")
    return (Finding("server", " ".join(found)),)
