"""What a connector read becomes rows: new comments, new revisions, changed states (DESIGN.md 4). One query for many comments."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select, update

from bot.records import Comment, Page, Revision, Scoring, new_id
from bot.store.bulk import insert_rows
from bot.store.flags import bring_back, reopen, supersede
from bot.vault import Vault
from connectors.base import Comment as SeenComment
from connectors.base import CommentState

_KNOWN = (
    Comment.id, Comment.external_index, Comment.state, Comment.circumstances, Comment.current, Comment.current_hash,
    Comment.judged_hash, Comment.deleted,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Seen:
    """A comment as it was read, with the indexes by which its row is found and compared."""

    comment: SeenComment
    author: str
    external: bytes
    digest: bytes
    circumstances: bytes


def lock_page(session: Session, page_id: str) -> None:
    """Queue behind whatever else writes comments of this page now; the end of the transaction lets the next one in.

    So that what a transaction has looked up stays true until it has written, whoever runs beside it (NO KEY UPDATE: rows
    that only refer to the page do not wait).
    """
    session.exec(select(Page.id).where(Page.id == page_id).with_for_update(key_share=True)).one()


def save_comments(session: Session, vault: Vault, page_id: str, comments: Sequence[SeenComment], now: datetime) -> int:
    """Store what a connector read. Returns how many revisions are new.

    A comment that stands twice in the sequence counts as read one after the other. An edited comment's flag closes as
    superseded. A text that differs only by what the platform made of it when we hid it is no new revision.
    """
    lock_page(session, page_id)
    return sum(_save_round(session, vault, page_id, part, now) for part in _rounds(vault, comments))


def _rounds(vault: Vault, comments: Sequence[SeenComment]) -> Iterator[list[_Seen]]:
    """The comments in parts in which each stands once, nearly always one part."""
    waiting = [_seen(vault, comment) for comment in comments]
    while waiting:
        first: dict[bytes, _Seen] = {}
        again = [seen for seen in waiting if first.setdefault(seen.external, seen) is not seen]
        yield list(first.values())
        waiting = again


def _seen(vault: Vault, comment: SeenComment) -> _Seen:
    author = _author(comment)
    origin = f"{comment.parent or ''}\n{author}\n{comment.permalink}"
    return _Seen(
        comment,
        author,
        external=vault.index("comment.external", comment.id),
        digest=vault.index("revision.hash", comment.revision),
        circumstances=vault.index("comment.circumstances", origin),
    )


def _save_round(session: Session, vault: Vault, page_id: str, seen: Sequence[_Seen], now: datetime) -> int:
    known = {row.external_index: row for row in _known(session, page_id, [each.external for each in seen])}
    fresh = [(each, new_id()) for each in seen if each.external not in known]
    revisions = [_revision(vault, id, page_id, 1, each, now) for each, id in fresh]
    if fresh:
        insert_rows(session, Comment, [_comment(vault, id, page_id, each, now) for each, id in fresh])
    for each in seen:
        row = known.get(each.external)
        if row is None:
            continue
        _follow_platform(session, vault, row, each, now)
        if each.digest not in (row.current_hash, row.judged_hash):
            revisions.append(_take_edit(session, vault, row, page_id, each, now))
    if revisions:
        insert_rows(session, Revision, revisions)
    return len(revisions)


def _known(session: Session, page_id: str, externals: Sequence[bytes]) -> Sequence[Any]:
    query = select(*_KNOWN).where(Comment.page_id == page_id)  # type: ignore[call-overload]  # SQLModel counts to four
    found: Sequence[Any] = session.exec(query.where(col(Comment.external_index).in_(externals))).all()
    return found


def _follow_platform(session: Session, vault: Vault, row: Any, seen: _Seen, now: datetime) -> None:
    """What may change without the author's words: whether it is there, its state, its parent, its author's name, its address."""
    changes: dict[str, object] = {}
    if row.deleted is not None:
        changes["deleted"] = None
        bring_back(session, row.id)
    if row.state != seen.comment.state:
        changes["state"] = seen.comment.state
        if seen.comment.state is CommentState.VISIBLE:
            reopen(session, row.id, now)
    if row.circumstances != seen.circumstances:
        changes |= _circumstances(vault, row.id, seen)
    if changes:
        _change(session, row.id, changes)


def _take_edit(session: Session, vault: Vault, row: Any, page_id: str, seen: _Seen, now: datetime) -> dict[str, object]:
    supersede(session, row.id, now)
    number = row.current + 1
    _change(session, row.id, {"current": number, "current_hash": seen.digest, "judged_hash": None})
    return _revision(vault, row.id, page_id, number, seen, now)


def _change(session: Session, comment_id: str, changes: Mapping[str, object]) -> None:
    session.exec(update(Comment).where(col(Comment.id) == comment_id).values(**changes))


def _comment(vault: Vault, id: str, page_id: str, seen: _Seen, now: datetime) -> dict[str, object]:
    return {
        "id": id,
        "page_id": page_id,
        "external_index": seen.external,
        "external_sealed": vault.seal("comment.external_sealed", id, seen.comment.id),
        "state": seen.comment.state.value,
        "created": seen.comment.created,
        "found": now,
        "current": 1,
        "current_hash": seen.digest,
        "judged_hash": None,
        "deleted": None,
        **_circumstances(vault, id, seen),
    }


def _circumstances(vault: Vault, id: str, seen: _Seen) -> dict[str, object]:
    parent = seen.comment.parent
    return {
        "parent_index": vault.index("comment.external", parent) if parent else None,
        "author_sealed": vault.seal("comment.author_sealed", id, seen.author),
        "permalink_sealed": vault.seal("comment.permalink_sealed", id, seen.comment.permalink),
        "circumstances": seen.circumstances,
    }


def _author(comment: SeenComment) -> str:
    return json.dumps([comment.author.id, comment.author.name, comment.author.is_staff])


def _revision(
    vault: Vault, comment_id: str, page_id: str, number: int, seen: _Seen, now: datetime
) -> dict[str, object]:
    id, media = new_id(), seen.comment.media
    written = json.dumps([asdict(m) for m in media]) if media else None
    return {
        "id": id,
        "comment_id": comment_id,
        "page_id": page_id,
        "number": number,
        "hash": seen.digest,
        "text_sealed": vault.seal("revision.text_sealed", id, seen.comment.text),
        "media_sealed": vault.seal("revision.media_sealed", id, written) if written else None,
        "edited": seen.comment.edited,
        "found": now,
        "scoring": Scoring.UNSCORED.value,
        "scored_with": "",
        "failure": "",
        "attempts": 0,
        "flagged": None,
    }
