"""Comments and revisions read back from their rows, opened: what waits for scoring, what stood around, what is gone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from sqlmodel import Session, col, select, update

from bot import records
from bot.records import IS_UNSCORED, Comment, Flag, Revision
from bot.store.flags import note_changed
from bot.vault import KeyProblem, Vault
from connectors.base import Author, Media, revision_of
from connectors.base import Revision as PlainRevision

NOBODY: Final = Author("", "")
"""Stands for an author of whom nothing is known."""

_FAR_UP: Final = 20
"""Comments of a thread, one answering the other, that are read upwards."""


@dataclass(frozen=True, slots=True)
class StoredComment:
    """A revision opened again: it fits the detectors' view of a comment. `id` is the platform's, `revision_id` ours."""

    revision_id: str
    comment_id: str
    id: str
    author: Author
    text: str
    media: tuple[Media, ...]
    created: datetime
    found: datetime
    state: str
    permalink: str
    readable: bool = True
    """False: its key is missing, or its row was changed. Nothing of it is known."""

    @property
    def revision(self) -> PlainRevision:
        """The plain hash of what was said, as a connector compares it."""
        return revision_of(self.text, self.media)


def unscored(session: Session, vault: Vault, page_id: str, limit: int, behind: str = "") -> list[StoredComment]:
    """The oldest revisions of a page that wait for scoring, of those with an id behind this one."""
    rows = session.exec(
        select(Revision, Comment)
        .join(Comment, col(Comment.id) == Revision.comment_id)
        .where(Revision.page_id == page_id, Revision.id > behind, IS_UNSCORED)
        .order_by(col(Revision.id))
        .limit(limit)
    )
    return [_opened_or_not(vault, revision, comment) for revision, comment in rows]


def _opened_or_not(vault: Vault, revision: Revision, comment: Comment) -> StoredComment:
    """A revision for the detectors. One that does not open must not stop the others: it says so, and a person is told."""
    try:
        return opened(vault, revision, comment)
    except KeyProblem:
        return StoredComment(
            revision.id,
            comment.id,
            "",
            NOBODY,
            "",
            (),
            comment.created,
            revision.found,
            comment.state,
            "",
            readable=False,
        )


def stored_comment(session: Session, vault: Vault, revision_id: str) -> StoredComment:
    """One revision, opened.

    Raises:
        LookupError: there is none of that id.
    """
    found = session.exec(
        select(Revision, Comment)
        .join(Comment, col(Comment.id) == Revision.comment_id)
        .where(Revision.id == revision_id)
    ).first()
    if found is None:
        raise LookupError(f"no revision {revision_id}")
    return opened(vault, *found)


def said_up_to(session: Session, vault: Vault, comment_id: str) -> tuple[list[tuple[Author, str]], bool]:
    """Every wording of a comment and of those that it answers, one above the other, with its author; and whether all of them opened."""
    found: list[tuple[Author, str]] = []
    whole = True
    row = session.get(Comment, comment_id)
    for _ in range(_FAR_UP):
        if row is None:
            break
        for revision in session.exec(select(Revision).where(Revision.comment_id == row.id)):
            try:
                comment = opened(vault, revision, row)
                found.append((comment.author, comment.text))
            except KeyProblem:
                whole = False
        if row.parent_index is None:
            break
        above = (Comment.page_id == row.page_id, Comment.external_index == row.parent_index)
        row = session.exec(select(Comment).where(*above)).first()
    return found, whole


def thread_around(session: Session, vault: Vault, comment_id: str, each_way: int = 3) -> list[StoredComment]:
    """The comments posted just before and after one on its page, in order, without itself.

    A neighbour with a restricted flag is left out: nobody may see it who has no business with that flag.
    """
    this = session.get_one(Comment, comment_id)
    restricted = select(Flag.comment_id).where(col(Flag.restricted).is_(True), Flag.page_id == this.page_id)
    query = (
        select(Revision, Comment)
        .join(Comment, (col(Comment.id) == Revision.comment_id) & (col(Comment.current) == Revision.number))
        .where(Comment.page_id == this.page_id, Comment.id != this.id, col(Comment.id).not_in(restricted))
        .limit(each_way)
    )
    before = session.exec(query.where(Comment.created <= this.created).order_by(col(Comment.created).desc())).all()
    after = session.exec(query.where(Comment.created > this.created).order_by(col(Comment.created))).all()
    return [c for pair in (*reversed(before), *after) if (c := _if_it_opens(vault, *pair)) is not None]


ERASED = "(erased: nobody flagged it in 30 days)"
"""Stands for the words of a neighbour that retention has erased."""


def missing_since(
    session: Session, vault: Vault, page_id: str, since: datetime | None, seen: Iterable[str]
) -> dict[str, str]:
    """Stored comments of a page, posted since then and not yet deleted, that a re-reading did not bring: platform id -> our id."""
    present = {vault.index("comment.external", id) for id in seen}
    query = select(Comment.id, Comment.external_index, Comment.external_sealed).where(
        Comment.page_id == page_id, col(Comment.deleted).is_(None)
    )
    if since is not None:
        query = query.where(Comment.created >= since)
    return {
        vault.open("comment.external_sealed", id, sealed): id
        for id, index, sealed in session.exec(query)
        if index not in present
    }


def mark_deleted(session: Session, comment_ids: Sequence[str], now: datetime) -> None:
    """Note that comments are no more on their platform. Row and evidence stay, and so does an open flag, whose card says so."""
    note_changed(session, comment_ids)
    session.exec(update(Comment).where(col(Comment.id).in_(comment_ids)).values(deleted=now))


def current_revision(session: Session, comment_id: str) -> str:
    """The id of a comment's newest wording."""
    newest = select(Revision.id).where(Revision.comment_id == comment_id).order_by(col(Revision.number).desc()).limit(1)
    return session.exec(newest).one()


def author_of(vault: Vault, comment_id: str, sealed: bytes) -> Author:
    """The author of a comment, opened."""
    return Author(*json.loads(vault.open("comment.author_sealed", comment_id, sealed)))


def external_id(vault: Vault, row: records.Comment) -> str:
    """The platform's own id of a comment."""
    return vault.open("comment.external_sealed", row.id, row.external_sealed)


def _if_it_opens(vault: Vault, revision: Revision, comment: Comment) -> StoredComment | None:
    """A neighbour whose key is missing must not hide the comment that somebody has to judge."""
    try:
        neighbour = opened(vault, revision, comment)
        return neighbour if revision.text_sealed else replace(neighbour, text=ERASED)
    except KeyProblem:
        return None


def opened(vault: Vault, revision: Revision, comment: Comment) -> StoredComment:
    """A revision and its comment, opened."""
    text = vault.open("revision.text_sealed", revision.id, revision.text_sealed) if revision.text_sealed else ""
    media = vault.open("revision.media_sealed", revision.id, revision.media_sealed) if revision.media_sealed else "[]"
    return StoredComment(
        revision_id=revision.id,
        comment_id=comment.id,
        id=external_id(vault, comment),
        author=author_of(vault, comment.id, comment.author_sealed),
        text=text,
        media=tuple(Media(**m) for m in json.loads(media)),
        created=comment.created,
        found=revision.found,
        state=comment.state,
        permalink=vault.open("comment.permalink_sealed", comment.id, comment.permalink_sealed),
    )
