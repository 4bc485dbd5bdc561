"""What every `act` does before and behind its platform's own part: is it the comment that was judged, and what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from connectors.base import ActionKind, Changed, Comment, CommentState, Receipt, Revision


def must_be_judged(comment: Comment, seen: Revision) -> None:
    """Raise `Changed` where the comment's words are not those that were judged."""
    if comment.revision != seen:
        raise Changed("the comment is not the one that was judged; look at it again", comment.revision)


def receipt_of(
    action: ActionKind, comment: Comment, details: Mapping[CommentState, str], *, already: bool = False
) -> Receipt:
    """The receipt of an action, with the comment as it was read back; `details` says what its state means on the platform."""
    now = datetime.now(UTC)
    return Receipt(action, comment.state, details[comment.state], comment.revision, now, already=already)
