"""What is known of a comment beside its signals: who its author is, and whether everybody reads the page."""

from __future__ import annotations

from bot.domain.authors import Directory, Role
from bot.domain.policy import Fact
from connectors.base import Author


def facts_of(author: Author, who: Directory, *, is_public: bool | None, was_flagged: bool = False) -> set[Fact]:
    """What is known of a comment by its author and its page. `was_flagged`: the author's account has a strike (`Rule.strike`)."""
    role = who.role_of(author)
    facts = {_OF_ROLE[role]} if role in _OF_ROLE else set()
    if is_public is False:
        facts.add(Fact.PAGE_IS_NOT_PUBLIC)
    if was_flagged:
        facts.add(Fact.AUTHOR_WAS_FLAGGED)
    return facts


_OF_ROLE = {
    Role.STAFF: Fact.AUTHOR_IS_STAFF,
    Role.STUDENT: Fact.AUTHOR_IS_STUDENT,
    Role.PARENT: Fact.AUTHOR_IS_PARENT,
    Role.OUTSIDER: Fact.AUTHOR_IS_OUTSIDER,
}
