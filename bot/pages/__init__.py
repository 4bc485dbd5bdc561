"""Class pages: applied from their files, listed, checked, due (DESIGN.md 6)."""

from bot.pages.apply import Applied, apply_pages, import_roster, roster_file
from bot.pages.ledger import INTERRUPTED, PageDay, Ready, due_pages, last_runs, late_pages, page_day, reason_of
from bot.pages.listing import (
    CheckFailed,
    NoSuchPage,
    check_page,
    chosen_pages,
    export_page,
    known_page,
    leave_page,
    list_pages,
)
from bot.pages.signing import signed_with_full_names

__all__ = [
    "INTERRUPTED", "Applied", "CheckFailed", "NoSuchPage", "PageDay", "Ready", "apply_pages", "check_page", "chosen_pages", "due_pages",
    "export_page", "import_roster", "known_page", "last_runs", "late_pages", "leave_page", "list_pages", "page_day",
    "reason_of", "roster_file", "signed_with_full_names",
]  # fmt: skip
