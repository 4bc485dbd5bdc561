"""What a MediaWiki tells of itself and of the class page, for `MediaWiki.check`; the rest a person has to look up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from connectors.base import AuthFailed, Finding, NotAllowed, PageSettings
from connectors.http import Params
from connectors.http_answers import Row
from connectors.mediawiki_answers import FIELDS, row_at, rows_at, word_at
from connectors.mediawiki_pages import Pages, TalkPage
from connectors.mediawiki_site import Wiki

NEEDED = {
    "edit": "editpage (Edit existing pages)",
    "deleterevision": "delete (Delete pages, revisions, and log entries)",
    "deletedhistory": "viewdeleted (View deleted files and pages)",
    "deletedtext": "viewdeleted (View deleted files and pages)",
}
"""The rights that hiding takes, each with the grant of the bot password that holds it."""

NO_QUEUE = Finding(
    "comment_moderation",
    "MediaWiki has no queue: what somebody writes can be read at once. An extension (Moderation, Approved Revs) may add one.",
)
SEARCH = Finding(
    "search_visibility",
    "MediaWiki does not tell whether search engines may list the page. Please look: $wgDefaultRobotPolicy in"
    " LocalSettings.php, or write __NOINDEX__ on the page.",
)


def read_settings(wiki: Wiki) -> PageSettings:
    """Ask who we are, what we may do and how the pages are set. Changes nothing. Raises the errors of `connectors.base`."""
    me = _me(wiki)
    pages = Pages(wiki).find({})
    may_moderate, moderates = _may_moderate(me)
    groups = {word_at(row, "name"): _words(row, "rights") for row in rows_at(wiki.info, "usergroups")}
    comments_open, opens = _comments_open(pages, groups)
    account, administrators = word_at(me, "name"), tuple(wiki.administrators.values())
    sitename = word_at(wiki.info, "general.sitename")
    found = (*moderates, *opens, *_not_among(administrators, account), *_moved(pages), *_strangers(wiki.info, groups))
    return PageSettings(
        title=", ".join([*(page.title for page in pages), sitename]),
        account=account,
        may_moderate=may_moderate,
        comments_open=comments_open,
        public=_public(wiki, pages),
        administrators=administrators,
        findings=(*found, NO_QUEUE, SEARCH),
        waits_for_approval=False,
    )


def _me(wiki: Wiki) -> Row:
    question: Params = {"action": "query", "meta": "userinfo", "uiprop": "rights|groups|blockinfo"}
    return row_at(wiki.ask(question), "query.userinfo")


def _may_moderate(me: Row) -> tuple[bool, tuple[Finding, ...]]:
    rights = _words(me, "rights")
    missing = [right for right in NEEDED if right not in rights]
    findings: list[Finding] = []
    if missing:
        grants = ", ".join(dict.fromkeys(NEEDED[right] for right in missing))
        findings.append(
            Finding(
                "may_moderate",
                f"This account cannot hide: it lacks {', '.join(missing)}. Give the bot password the grants {grants}"
                " (Special:BotPasswords), and the account the groups Administrators and Suppressors (Special:UserRights):"
                " on a new wiki administrators alone may not hide revisions.",
                problem=True,
            )
        )
    if "blockid" in me:
        findings.append(Finding("may_moderate", "This account is blocked on the wiki: Special:Unblock.", problem=True))
    if "apihighlimits" not in rights:
        message = "With the grant highvolume (High-volume access) a tenth of the requests would do."
        findings.append(Finding("limits", message))
    return not missing and "blockid" not in me, tuple(findings)


def _public(wiki: Wiki, pages: Sequence[TalkPage]) -> bool:
    """Whether a stranger is shown the text of a page."""
    question: Params = {"action": "query", "prop": "revisions", "rvprop": "content", "rvslots": "main"}
    try:
        wiki.ask({**question, "pageids": "|".join(str(page.id) for page in pages[:10])}, anonymous=True)
    except (AuthFailed, NotAllowed):
        return False
    return True


def _comments_open(pages: Sequence[TalkPage], groups: Mapping[str, frozenset[str]]) -> tuple[bool, tuple[Finding, ...]]:
    """Open if others than administrators may edit any of the pages."""
    everybody = (
        groups.get("*", frozenset()) | groups.get("user", frozenset()) | groups.get("autoconfirmed", frozenset())
    )
    if "edit" not in everybody:
        return False, ()
    closed = [page.title for page in pages if not page.edit_needs <= everybody]
    if closed and len(closed) < len(pages):
        return True, (Finding("comments_open", f"Closed for all but administrators: {', '.join(closed)}."),)
    return not closed, ()


def _strangers(info: Row, groups: Mapping[str, frozenset[str]]) -> Iterator[Finding]:
    strangers = groups.get("*", frozenset())
    if "edit" in strangers:
        has_names = FIELDS.field(info, "autocreatetempuser.enabled") is True
        shown = "a name that the wiki makes up" if has_names else "their internet address"
        yield Finding(
            "registration",
            f"Anyone can write without an account, and the page then shows {shown}. To end it:"
            " $wgGroupPermissions['*']['edit'] = false; in LocalSettings.php.",
            problem=True,
        )
    if "createaccount" in strangers:
        yield Finding(
            "registration",
            "Anyone can make an account. To end it: $wgGroupPermissions['*']['createaccount'] = false; in LocalSettings.php.",
        )


def _not_among(administrators: Sequence[str], account: str) -> Iterator[Finding]:
    if account not in administrators:
        yield Finding("administrators", f"The account {account} is none of the wiki's administrators.")


def _moved(pages: Sequence[TalkPage]) -> Iterator[Finding]:
    for page in pages:
        if page.title != page.asked and page.title[1:] != page.asked[1:]:
            yield Finding(
                "url", f"{page.asked} was moved to {page.title}: write that into the class page's file.", problem=True
            )


def _words(row: Row, key: str) -> frozenset[str]:
    found = row.get(key)
    if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
        raise FIELDS.changed(key)
    return frozenset(found)
