"""One comment of YouTube, and one thread, read from an answer. What is missing or of another kind is named, never skipped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from connectors.base import Author, Comment, CommentState, Media
from connectors.google import changed, moment, number, one_row, rows_if_any, text, text_if_any
from connectors.http_answers import Row
from connectors.markup import media_in

STATES = {
    "published": CommentState.VISIBLE,
    "heldForReview": CommentState.HELD,
    "likelySpam": CommentState.HELD,
    "rejected": CommentState.REMOVED,
}


@dataclass(frozen=True, slots=True)
class Thread:
    """A first comment, how many replies it has, and those of them that a list shows."""

    id: str
    created: datetime
    video: str
    first: Row
    replies: int
    shown: list[Row]

    @property
    def is_long(self) -> bool:
        """Whether the list shows only some of the replies."""
        return self.replies > len(self.shown)


def thread_of(row: Row) -> Thread:
    """Raises `Unavailable`, naming what is not as YouTube's reference has it."""
    first = one_row(row, "snippet.topLevelComment")
    return Thread(
        id=text(first, "id"),
        created=moment(first, "snippet.publishedAt"),
        video=text_if_any(row, "snippet.videoId"),
        first=first,
        replies=number(row, "snippet.totalReplyCount"),
        shown=rows_if_any(row, "replies.comments"),
    )


def comment_of(row: Row, unsaid: CommentState, video: str) -> Comment:
    """One comment; `unsaid` is its state where the answer does not tell it. Raises `Unavailable`, naming the field."""
    id, author = text(row, "id"), text_if_any(row, "snippet.authorChannelId.value")
    created, updated = moment(row, "snippet.publishedAt"), moment(row, "snippet.updatedAt")
    image = text_if_any(row, "snippet.imageUrl")
    # the words as visitors see them; Google leaves out what is empty, so under a picture there may be none
    words = text_if_any(row, "snippet.textDisplay") if image else text(row, "snippet.textDisplay")
    # a picture's address is signed anew for each answer and dies after six hours: only that there is one is kept
    picture = (Media("image"),) if image else ()
    owner = text_if_any(row, "snippet.channelId")
    return Comment(
        id=id,
        author=Author(author, text_if_any(row, "snippet.authorDisplayName"), author == owner != "" or None),
        text=words,
        created=created,
        parent=text_if_any(row, "snippet.parentId") or None,
        media=(*media_in(words), *picture),
        edited=updated if updated > created else None,
        state=_state(row, unsaid),
        permalink=_permalink(id, text_if_any(row, "snippet.videoId") or video, owner),
    )


def _state(row: Row, unsaid: CommentState) -> CommentState:
    status = text_if_any(row, "snippet.moderationStatus")
    if not status:
        return unsaid
    if status not in STATES:
        raise changed("snippet.moderationStatus")
    return STATES[status]


def _permalink(id: str, video: str, channel: str) -> str:
    """Where a person can press the three dots beside it; without a video, the list of the channel's comments."""
    if video:
        return f"https://www.youtube.com/watch?v={video}&lc={id}"
    return f"https://studio.youtube.com/channel/{channel}/comments" if channel else ""
