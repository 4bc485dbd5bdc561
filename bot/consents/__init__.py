"""Consents: what parents and principals have signed, and what it covers (MATRIX.md, Consent; II.3, III)."""

from bot.consents.file import add_line, import_file
from bot.consents.recording import BadConsent, NoSuchStudent, Paper
from bot.consents.story import KnownConsent, NoSuchConsent, add, list_consents, pages_with_ended, reopen_ended, revoke

__all__ = [
    "BadConsent", "KnownConsent", "NoSuchConsent", "NoSuchStudent", "Paper", "add", "add_line", "import_file", "list_consents",
    "pages_with_ended", "reopen_ended", "revoke",
]  # fmt: skip
