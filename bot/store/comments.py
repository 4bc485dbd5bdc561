"""Comments and revisions as rows: what a batch adds, what waits for scoring (DESIGN.md 4)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlmodel import Session, col, select, update

from bot import records
from bot.records import Comment, Flag, Revision, Scoring, new_id
from bot.store.flags import bring_back, reopen, supersede
from bot.vault import KeyProblem, Vault
from connectors.base import Author, CommentState, Media, revision_of
from connectors.base import Comment as SeenComment
from connectors.base import Revision as PlainRevision


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

    @property
    def revision(self) -> PlainRevision:
        """The plain hash of what was said, as a connector compares it."""
        return revision_of(self.text, self.media)


def save_comments(session: Session, vault: Vault, page_id: str, comments: Sequence[SeenComment], now: datetime) -> int:
    """Store what a connector read: new comments, new revisions, changed states. Returns how many revisions are new.

    A comment that stands twice in the sequence counts as read one after the other. An edited comment's flag closes as
    superseded. A text that differs only by what the platform made of it when we hid it is no new revision.
    """
    known = _known(session, vault, page_id, comments)
    revisions: list[Revision] = []
    for comment in comments:
        index = vault.index("comment.external", comment.id)
        row = known.get(index)
        digest = vault.index("revision.hash", comment.revision)
        if row is None:
            known[index] = row = _new_comment(vault, page_id, comment, index, digest, now)
            session.add(row)
            revisions.append(_revision(vault, row, comment, digest, now))
            continue
        _follow_platform(session, vault, row, comment, now)
        if digest not in (row.current_hash, row.judged_hash):
            supersede(session, row.id, now)
            row.current, row.current_hash, row.judged_hash = row.current + 1, digest, None
            revisions.append(_revision(vault, row, comment, digest, now))
    session.flush()  # a revision refers to its comment
    session.add_all(revisions)
    session.flush()
    return len(revisions)


def unscored(session: Session, vault: Vault, page_id: str, limit: int) -> list[StoredComment]:
    """The oldest revisions of a page that wait for scoring."""
    return _opened(session, vault, page_id, col(Revision.scoring) == Scoring.UNSCORED, limit)


def unflagged(session: Session, vault: Vault, page_id: str, limit: int) -> list[StoredComment]:
    """The oldest scored revisions that the policy has not looked at."""
    waits = (col(Revision.scoring) != Scoring.UNSCORED) & col(Revision.flagged).is_(None)
    return _opened(session, vault, page_id, waits, limit)


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


def missing_since(
    session: Session, vault: Vault, page_id: str, since: datetime | None, seen: Iterable[str]
) -> dict[str, str]:
    """Stored comments of a page, posted since then and not yet deleted, that a re-reading did not bring: platform id -> our id."""
    present = {vault.index("comment.external", id) for id in seen}
    query = select(Comment).where(Comment.page_id == page_id, col(Comment.deleted).is_(None))
    if since is not None:
        query = query.where(Comment.created >= since)
    return {
        vault.open("comment.external_sealed", row.id, row.external_sealed): row.id
        for row in session.exec(query)
        if row.external_index not in present
    }


def mark_deleted(session: Session, comment_ids: Sequence[str], now: datetime) -> None:
    """Note that comments are no more on their platform. Row and evidence stay, and so does an open flag."""
    session.exec(update(Comment).where(col(Comment.id).in_(comment_ids)).values(deleted=now))


def current_revision(session: Session, comment_id: str) -> str:
    """The id of a comment's newest wording."""
    newest = select(Revision.id).where(Revision.comment_id == comment_id).order_by(col(Revision.number).desc()).limit(1)
    return session.exec(newest).one()


def external_id(vault: Vault, row: records.Comment) -> str:
    """The platform's own id of a comment."""
    return vault.open("comment.external_sealed", row.id, row.external_sealed)


def _known(session: Session, vault: Vault, page_id: str, comments: Sequence[SeenComment]) -> dict[bytes, Comment]:
    indexes = [vault.index("comment.external", comment.id) for comment in comments]
    rows = session.exec(select(Comment).where(Comment.page_id == page_id, col(Comment.external_index).in_(indexes)))
    return {row.external_index: row for row in rows}


def _new_comment(
    vault: Vault, page_id: str, comment: SeenComment, index: bytes, digest: bytes, now: datetime
) -> Comment:
    id = new_id()
    row = Comment(
        id=id,
        page_id=page_id,
        external_index=index,
        external_sealed=vault.seal("comment.external_sealed", id, comment.id),
        author_sealed=b"",
        permalink_sealed=b"",
        state=comment.state,
        created=comment.created,
        found=now,
        current_hash=digest,
    )
    _seal_circumstances(vault, row, comment)
    return row


def _follow_platform(session: Session, vault: Vault, row: Comment, comment: SeenComment, now: datetime) -> None:
    if row.deleted is not None:
        row.deleted = None
        bring_back(session, row.id)
    if row.state != comment.state:
        if comment.state is CommentState.VISIBLE:
            reopen(session, row.id, now)
        row.state = comment.state
    parent = vault.index("comment.external", comment.parent) if comment.parent else None
    author = vault.open("comment.author_sealed", row.id, row.author_sealed)
    permalink = vault.open("comment.permalink_sealed", row.id, row.permalink_sealed)
    if (parent, author, permalink) != (row.parent_index, _author_json(comment.author), comment.permalink):
        _seal_circumstances(vault, row, comment)


def _seal_circumstances(vault: Vault, row: Comment, comment: SeenComment) -> None:
    row.parent_index = vault.index("comment.external", comment.parent) if comment.parent else None
    row.author_sealed = vault.seal("comment.author_sealed", row.id, _author_json(comment.author))
    row.permalink_sealed = vault.seal("comment.permalink_sealed", row.id, comment.permalink)


def _author_json(author: Author) -> str:
    return json.dumps([author.id, author.name, author.is_staff])


def _revision(vault: Vault, row: Comment, comment: SeenComment, digest: bytes, now: datetime) -> Revision:
    id = new_id()
    return Revision(
        id=id,
        comment_id=row.id,
        page_id=row.page_id,
        number=row.current,
        hash=digest,
        text_sealed=vault.seal("revision.text_sealed", id, comment.text),
        media_sealed=vault.seal("revision.media_sealed", id, json.dumps([asdict(m) for m in comment.media])),
        edited=comment.edited,
        found=now,
    )


def _opened(session: Session, vault: Vault, page_id: str, waits: object, limit: int) -> list[StoredComment]:
    rows = session.exec(
        select(Revision, Comment)
        .join(Comment, col(Comment.id) == Revision.comment_id)
        .where(Revision.page_id == page_id, waits)  # type: ignore[arg-type]  # SQLModel types a clause as bool
        .order_by(col(Revision.id))
        .limit(limit)
    )
    return [opened(vault, revision, comment) for revision, comment in rows]


def _if_it_opens(vault: Vault, revision: Revision, comment: Comment) -> StoredComment | None:
    """A neighbour whose key is missing must not hide the comment that somebody has to judge."""
    try:
        return opened(vault, revision, comment)
    except KeyProblem:
        return None


def opened(vault: Vault, revision: Revision, comment: Comment) -> StoredComment:
    """A revision and its comment, opened."""
    author_id, author_name, is_staff = json.loads(
        vault.open("comment.author_sealed", comment.id, comment.author_sealed)
    )
    text = vault.open("revision.text_sealed", revision.id, revision.text_sealed) if revision.text_sealed else ""
    media = vault.open("revision.media_sealed", revision.id, revision.media_sealed) if revision.media_sealed else "[]"
    return StoredComment(
        revision_id=revision.id,
        comment_id=comment.id,
        id=external_id(vault, comment),
        author=Author(author_id, author_name, is_staff),
        text=text,
        media=tuple(Media(**m) for m in json.loads(media)),
        created=comment.created,
        found=revision.found,
        state=comment.state,
        permalink=vault.open("comment.permalink_sealed", comment.id, comment.permalink_sealed),
    )
