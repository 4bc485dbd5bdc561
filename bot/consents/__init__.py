"""Consents: what parents and principals have signed, and what it covers (MATRIX.md, Consent; II.3, III)."""

from bot.consents.file import import_file, one
from bot.consents.story import (
    BadConsent,
    KnownConsent,
    NoSuchConsent,
    NoSuchStudent,
    Paper,
    add,
    list_consents,
    pages_with_ended,
    reopen_ended,
    revoke,
    zone_of,
)

__all__ = [
    "BadConsent", "KnownConsent", "NoSuchConsent", "NoSuchStudent", "Paper", "add", "import_file", "list_consents", "one",
    "pages_with_ended", "reopen_ended", "revoke", "zone_of",
]  # fmt: skip
