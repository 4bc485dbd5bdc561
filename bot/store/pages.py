"""Class pages as rows."""

from __future__ import annotations

from sqlmodel import Session

from bot.domain.class_pages import ClassPage
from bot.records import Page
from bot.vault import Vault

DOCUMENT = "page.document_sealed"


def page_document(session: Session, vault: Vault, page_id: str) -> ClassPage:
    """A page as its file says it."""
    row = session.get_one(Page, page_id)
    return ClassPage.model_validate_json(vault.open(DOCUMENT, row.id, row.document_sealed))
