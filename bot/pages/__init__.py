"""Class pages: applied from their files, listed, checked, due (DESIGN.md 6)."""

from bot.pages.apply import Applied, apply_pages, import_roster, page_problems, roster_file
from bot.pages.checking import Checked, CheckFailed, asked, check_page, failed, judged
from bot.pages.ledger import (
    BY_HAND,
    INTERRUPTED,
    PageDay,
    Ready,
    brought_in_time,
    due_pages,
    last_runs,
    late_pages,
    longest_unread_first,
    page_day,
    reason_of,
)
from bot.pages.listing import (
    NoSuchPage,
    chosen_pages,
    export_page,
    hosts_of,
    known_page,
    leave_page,
    list_pages,
)
from bot.pages.signing import signed_with_full_names

__all__ = [
    "BY_HAND", "INTERRUPTED", "Applied", "CheckFailed", "Checked", "NoSuchPage", "PageDay", "Ready", "apply_pages",
    "asked", "brought_in_time", "check_page", "chosen_pages", "due_pages", "export_page", "failed", "hosts_of",
    "import_roster", "judged", "known_page", "last_runs", "late_pages", "leave_page", "list_pages", "longest_unread_first",
    "page_day", "page_problems", "reason_of", "roster_file", "signed_with_full_names",
]  # fmt: skip
