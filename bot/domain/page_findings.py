"""What a class page's settings mean by the policy: too public? run by nobody else? open without moderation? (MATRIX.md, Each class page).

What a platform tells is judged here; what it does not tell stays a question to a person, and is no guess of ours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from bot.domain.class_pages import ClassPage, Person
from bot.domain.findings import Finding
from connectors.base import ActionKind, Capabilities, PageSettings
from connectors.base import Finding as Told

ACCOUNT, DAILY, KEPT = "II.1", "III", "IV.A.4"
"""Clauses of BUL-5688.1: work accounts; privacy, access and daily moderation; evidence."""

_NAMES = 5
_SUBJECTS: Final = {
    "account": ("account", ACCOUNT),
    "may_moderate": ("moderation", DAILY),
    "scopes": ("moderation", DAILY),
    "comment_moderation": ("moderation", DAILY),
    "registration": ("moderation", DAILY),
    "public": ("privacy", DAILY),
    "locked": ("privacy", DAILY),
    "unlisted": ("privacy", DAILY),
    "subreddit_type": ("privacy", DAILY),
    "search_visibility": ("privacy", DAILY),
    "administrators": ("administrators", DAILY),
    "moderator": ("administrators", DAILY),
    "comments_open": ("comments", DAILY),
    "default_comment_status": ("comments", DAILY),
    "restrict_commenting": ("comments", DAILY),
    "archiving": ("comments", DAILY),
    "posts": ("comments", DAILY),
    "videos": ("comments", DAILY),
    "made_for_kids": ("comments", DAILY),
    "limits": ("platform", ""),
    "url": ("platform", ""),
}
"""What each field of a connector's findings is about. Whatever else it tells is a setting, and settings are a matter of III."""

_CAN: Final = {ActionKind.REMOVE: "be deleted", ActionKind.REPORT: "be reported to the platform"}
_ASKS = re.compile(r"(?<=[.)]) (?:Please |To (?:change|end) it: )")
"""Where a connector's sentence goes over from what is to what to do."""


def judge(
    page: ClassPage, settings: PageSettings, capabilities: Capabilities, staff: Sequence[Person]
) -> tuple[Finding, ...]:
    """Everything that was found, the serious first, then what a person has to look at, then what is well.

    `staff`: those of the school who answer for the page: its administrators and its supervisor.
    """
    found = [
        *_account(settings),
        *_rights(settings, capabilities),
        *_privacy(settings),
        *_administrators(page, settings, staff),
        *_comments(page, settings),
        _retention(),
        *(_as_told(told) for told in settings.findings),
    ]
    return tuple(sorted(found, key=lambda finding: (finding.well, not finding.serious)))


def _account(settings: PageSettings) -> Iterator[Finding]:
    if settings.account and not _tells(settings, "account"):
        mend = "see that it is a work account, and nobody's personal one"
        yield Finding("account", f"Hallmonitor acts as {settings.account} there", mend, serious=False, clause=ACCOUNT)


def _rights(settings: PageSettings, capabilities: Capabilities) -> Iterator[Finding]:
    if ActionKind.HIDE not in capabilities.actions:
        can = " and ".join(word for kind, word in _CAN.items() if kind in capabilities.actions) or "only be read"
        fact = f"Hallmonitor can hide no comment there: they can {can}"
        mend = "see that somebody of the school can hide comments there: each such decision becomes a step for a person"
        yield Finding("moderation", fact, mend, serious=False, clause=DAILY)
    elif settings.may_moderate:
        yield Finding("moderation", "Hallmonitor may hide comments and show them again", clause=DAILY)
    if capabilities.actions and not settings.may_moderate and not any(told.problem for told in settings.findings):
        mend = "give the account the right to moderate comments there"
        yield Finding("moderation", "this account may not moderate comments", mend, clause=DAILY)


def _privacy(settings: PageSettings) -> Iterator[Finding]:
    if _tells(settings, "public"):  # it knows for whom
        return
    if settings.public:
        mend = (
            "make it private, unless the lesson needs the public: the highest possible privacy settings are asked for"
        )
        yield Finding("privacy", "anybody on the internet can read the page", mend, serious=False, clause=DAILY)
    elif settings.public is False:
        yield Finding("privacy", "strangers cannot read the page", clause=DAILY)
    else:
        mend = "open it in a private window, and look whether it can be read without signing in"
        yield Finding("privacy", "the platform does not tell who can read the page", mend, serious=False, clause=DAILY)


def _administrators(page: ClassPage, settings: PageSettings, staff: Sequence[Person]) -> Iterator[Finding]:
    names = settings.administrators
    asked = [told for told in settings.findings if told.field == "administrators" and _ASKS.search(told.message)]
    known = [name for name in names if any(_is(person, page.connector, name) for person in staff)]
    if known:
        yield Finding("administrators", f"{_listed(known)} of your school administers the page", clause=DAILY)
    elif asked and len(names) < 2:  # its own question says more: whoever has the password, say
        return
    elif len(names) == 1:
        mend = (
            "give the site administrator, or whom they name, an administrator's account there; where this one is theirs, write it to"
            " their `accounts` in people.yaml"
        )
        yield Finding("administrators", f"nobody but {names[0]} administers the page", mend, clause=DAILY)
    elif names:
        mend = "see that the site administrator, or whom they name, is among them"
        yield Finding(
            "administrators", f"the page is administered by {_listed(names)}", mend, serious=False, clause=DAILY
        )
    else:
        mend = "see that the site administrator, or whom they name, has an administrator's account there"
        yield Finding(
            "administrators", "the platform does not tell who administers the page", mend, serious=False, clause=DAILY
        )


def _comments(page: ClassPage, settings: PageSettings) -> Iterator[Finding]:
    if settings.comments_open is False:
        yield Finding("comments", "comments are closed", clause=DAILY)
    elif settings.comments_open is None:
        if not _tells(settings, "comments_open", "default_comment_status"):
            mend = "look whether people can comment there"
            yield Finding(
                "comments", "the platform does not tell whether comments are open", mend, serious=False, clause=DAILY
            )
    elif settings.waits_for_approval:
        yield Finding("comments", "comments are open, and each waits for approval", clause=DAILY)
    elif settings.waits_for_approval is False and settings.public is not False:
        mend = f"they are read {page.schedule}; see that somebody decides what is flagged every day"
        yield Finding("comments", "comments are open, and anybody sees them at once", mend, serious=False, clause=DAILY)
    else:
        yield Finding("comments", f"comments are open, and read {page.schedule}", clause=DAILY)


def _retention() -> Finding:
    mend = "let the site administrator permit once a year, in writing, that evidence is kept"
    fact = "clean comments are erased here after 30 days, and what was flagged is kept, sealed"
    return Finding("retention", fact, mend, serious=False, clause=KEPT)


def _as_told(told: Told) -> Finding:
    subject, clause = _SUBJECTS.get(told.field, ("settings", DAILY))
    fact, *mend = _ASKS.split(told.message, maxsplit=1)
    if told.problem and not mend:
        fact, _, rest = told.message.partition(". ")
        mend = [rest or "mend it on the platform, and check again"]
    return Finding(subject, fact.rstrip("."), "".join(mend).rstrip("."), serious=told.problem, clause=clause)


def _tells(settings: PageSettings, *fields: str) -> bool:
    """Whether the connector has a sentence of its own about it."""
    return any(told.field in fields for told in settings.findings)


def _is(person: Person, connector: str, name: str) -> bool:
    """Whether a platform's name for an administrator, such as "Dana Reyes (dreyes)", is this person's."""
    accounts = person.accounts.get(connector, ())
    told = name.casefold()
    whole = (rf"(?<![\w.+-]){re.escape(words)}(?!\.?[\w-])" for words in (person.name.casefold(), person.email))
    return (
        any(re.search(words, told) for words in whole)  # Kim Li is not Kim Lincoln
        or any(account == name or f"({account})" in name for account in accounts)
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")
