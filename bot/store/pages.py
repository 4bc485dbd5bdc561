"""Class pages as rows."""

from __future__ import annotations

from sqlmodel import Session

from bot.domain.class_pages import ClassPage
from bot.records import Page
from bot.vault import Vault

DOCUMENT = "page.document_sealed"


def page_document(session: Session, vault: Vault, page_id: str) -> ClassPage:
    """A page as its file says it."""
    return opened_document(vault, page_id, session.get_one(Page, page_id).document_sealed)


def opened_document(vault: Vault, page_id: str, sealed: bytes) -> ClassPage:
    """A page's sealed file, opened."""
    return ClassPage.model_validate_json(vault.open(DOCUMENT, page_id, sealed))
