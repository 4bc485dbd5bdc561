"""The daily digest as a message."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.digest import Digest, PageDay
from bot.discord_ui.escaping import safe

_MOST_PAGES = 20
_MOST = 2000  # characters of a message


def digest_text(digest: Digest) -> str:
    """What was moderated, and first what was not."""
    unread, pages = digest.unread, len(digest.pages)
    lines = [f"**{safe(digest.title, 80)}, {digest.day:%A %-d %B}**"]
    lines += [f"\u26a0 **{safe(page.page, 60)} was not moderated**: {_why(page)}" for page in unread[:_MOST_PAGES]]
    read = [page for page in digest.pages if page not in unread]
    comments = sum(page.comments for page in digest.pages)
    lines.append(
        f"{len(read)} of {pages} pages were read; {comments} new or changed comments; {digest.flags or 'no'} new flags."
    )
    if unchecked := sum(page.unchecked for page in digest.pages):
        lines.append(f"{unchecked} comments could not be checked: they are in the queue.")
    lines += [
        f"\u00b7 {safe(page.page, 60)}: {page.reads} times, last at {_at(digest, page.last)}"
        for page in read[:_MOST_PAGES]
    ]
    if len(read) > _MOST_PAGES or len(unread) > _MOST_PAGES:
        lines.append("All pages: `hallmonitor runs`")
    waiting = f"{digest.waiting} flags wait" if digest.waiting else "Nothing waits"
    lines.append(f"{waiting}{f', {digest.overdue} of them overdue' if digest.overdue else ''}.")
    said = "\n".join(lines)
    return said if len(said) <= _MOST else said[: _MOST - 1] + "\u2026"


def _why(page: PageDay) -> str:
    if page.problem:
        return safe(page.problem, 200)
    return "nobody has read it in 24 hours: is the service on duty?"


def _at(digest: Digest, when: datetime | None) -> str:
    return f"{when.astimezone(ZoneInfo(digest.time_zone)):%H:%M}" if when else "never"
