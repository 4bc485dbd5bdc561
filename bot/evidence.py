"""Evidence: a sealed, hash-chained copy of the words and their circumstances (MATRIX.md, IV.A.4 and IV.A.6)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import col, select

from bot.domain import evidence
from bot.records import ChainHead, Evidence, new_id
from bot.store import Session
from bot.store.comments import StoredComment
from bot.vault import KeyProblem, Vault

_PAYLOAD, _SALT, _WITHHELD = "evidence.payload_sealed", "evidence.salt_sealed", "evidence.withheld_sealed"


def seal_evidence(
    session: Session,
    vault: Vault,
    flag_id: str,
    comment: StoredComment,
    thread: Sequence[StoredComment],
    *,
    stub: bool,
    now: datetime,
) -> str:
    """Add a copy of a comment to the chain and return its id; the same words of the same flag are copied once.

    A `stub` (sexualized_minor) holds no thread, and its words and address are sealed apart, for law enforcement's export alone.
    """
    same = (Evidence.flag_id == flag_id, Evidence.revision_id == comment.revision_id)
    existing = session.exec(select(Evidence.id).where(*same)).first()
    if existing is not None:
        return existing
    head = session.exec(select(ChainHead).where(ChainHead.id == 1).with_for_update()).one()
    id, salt = new_id(), secrets.token_bytes(evidence.SALT_BYTES)
    payload = json.dumps(_payload(comment, thread, stub=stub), sort_keys=True).encode("ascii")
    commitment = evidence.commit_to(payload, salt)
    head.number, head.link = head.number + 1, evidence.next_link(head.link, id, commitment)
    session.add(
        Evidence(
            id=id,
            number=head.number,
            flag_id=flag_id,
            revision_id=comment.revision_id,
            payload_sealed=vault.seal_bytes(_PAYLOAD, id, payload),
            salt_sealed=vault.seal_bytes(_SALT, id, salt),
            withheld_sealed=vault.seal(_WITHHELD, id, json.dumps([comment.text, comment.permalink])) if stub else None,
            commitment=commitment,
            link=head.link,
            made=now,
        )
    )
    session.flush()
    return id


def first_break(session: Session, vault: Vault) -> str | None:
    """The id of the first piece of evidence that does not fit the chain, "head" if the end is missing, None if all is whole."""
    head = session.get_one(ChainHead, 1)
    rows = session.exec(select(Evidence).order_by(col(Evidence.number)))
    return evidence.first_break((_link(vault, row) for row in rows), head.link)


def _link(vault: Vault, row: Evidence) -> evidence.Link:
    try:
        payload = vault.open_bytes(_PAYLOAD, row.id, row.payload_sealed) if row.payload_sealed else None
        salt = vault.open_bytes(_SALT, row.id, row.salt_sealed) if row.salt_sealed else None
    except KeyProblem:  # changed, or moved here from another row: it cannot fit
        payload, salt = b"", None
    return evidence.Link(row.id, row.commitment, row.link, payload, salt)


def _payload(comment: StoredComment, thread: Sequence[StoredComment], *, stub: bool) -> dict[str, object]:
    copy: dict[str, object] = {
        "comment": comment.id,
        "author": [comment.author.id, comment.author.name],
        "posted": comment.created.isoformat(),
        "found": comment.found.isoformat(),
        "state": comment.state,
        "revision": comment.revision,
    }
    if not stub:
        copy |= {
            "text": comment.text,
            "permalink": comment.permalink,
            "media": [[m.kind, m.url, m.count] for m in comment.media],
            "thread": [[c.id, c.author.name, c.created.isoformat(), c.text] for c in thread],
        }
    return copy
