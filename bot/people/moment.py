"""One look at the people of the schools: what is found out for one restricted flag is kept for the next ones."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from bot.domain.class_pages import ClassPage
from bot.store import Session
from bot.store.pages import page_document
from bot.vault import Vault

if TYPE_CHECKING:
    from bot.people.known import KnownPerson


@dataclass(slots=True)
class Moment:
    """When people were looked up, and what was asked since about those in office."""

    vault: Vault
    now: datetime
    officers: dict[str, list[KnownPerson]] = field(default_factory=dict)
    """By site."""
    may_know: dict[str, frozenset[str]] = field(default_factory=dict)
    """By restricted flag, the people."""
    _documents: dict[str, ClassPage] = field(default_factory=dict)

    def document(self, session: Session, page_id: str) -> ClassPage:
        """A page as its file says it."""
        if page_id not in self._documents:
            self._documents[page_id] = page_document(session, self.vault, page_id)
        return self._documents[page_id]
