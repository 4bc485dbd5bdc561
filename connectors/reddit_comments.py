"""One comment of Reddit's, as a moderator is shown it. Any other shape than the known one is `Unavailable`, naming the field."""

from __future__ import annotations

import html
import math
import re
from datetime import UTC, datetime

from praw.models import Comment as Item
from praw.models import Redditor, Subreddit

from connectors.base import Author, Comment, CommentState, Media, NotAllowed
from connectors.http_answers import Row
from connectors.markup import media_in
from connectors.reddit_errors import changed
from connectors.reddit_site import View, fields_of

DELETED = "[deleted]"
ID = re.compile(r"[1-9a-z][0-9a-z]{0,12}")
FILTERS = frozenset({"automoderator", "reddit"})
"""Names under which Reddit itself takes comments away."""

KINDS = {"Image": "image", "AnimatedImage": "image", "RedditVideo": "video"}
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+\-.!>~^|<&\"'/:@])")


def comment_of(item: object, view: View) -> Comment | None:
    """Read what PRAW gives. None: its author has deleted it, or it stands on another subreddit.

    Raises:
        NotAllowed: Reddit shows it as it shows it to everybody.
        Unavailable: a field is missing or of another kind.
    """
    row = fields_of(item, Item)
    if _subreddit(row).lower() != view.subreddit.lower():
        return None
    author = _author(row, view)
    body = _text(row, "body")
    if body == DELETED and not author.id:
        return None
    if row.get("can_mod_post", row.get("num_reports") is not None) is not True:
        raise NotAllowed(f"our account does not moderate r/{view.subreddit} (any more)")
    id, text = _id(row, "id"), words_in(body)
    return Comment(
        id=id,
        author=author,
        text=text,
        created=_time(row, "created_utc"),
        parent=_parent(row),
        media=tuple(sorted((*media_in(text), *_attached(row)), key=lambda media: (media.kind, media.url))),
        edited=None if isinstance(_needed(row, "edited"), bool) else _time(row, "edited"),  # True: long ago
        state=state_of(row, view.account),
        permalink=f"{view.home}/r/{view.subreddit}/comments/{post_of(row)}/_/{id}/",
    )


def words_in(body: str) -> str:
    """The words as a visitor reads them: Reddit's markdown knows HTML's entities, and its editor puts a backslash before `_`."""
    return ENTITY.sub(lambda found: html.unescape(found[0]), ESCAPED.sub(r"\1", body))


def state_of(row: Row, account: str) -> CommentState:
    """Where a comment stands.

    HELD is what no person but Hallmonitor has taken away: a filter of Reddit's, or a hide of ours. A person's
    removal is REMOVED, so that no undo of ours publishes what a teacher took away. Ours is REMOVED where it is
    locked too, since Reddit itself knows one kind of removal only.
    """
    by = _needed(row, "banned_by")
    if not isinstance(by, str | bool | None):
        raise changed("banned_by", "a comment")
    if not by and not row.get("removed") and not row.get("spam"):
        return CommentState.VISIBLE
    if not isinstance(by, str) or by.lower() in FILTERS:
        return CommentState.HELD
    if row.get("spam") is True:
        return CommentState.SPAM
    ours = by.lower() == account.lower() and row.get("locked") is not True
    return CommentState.HELD if ours else CommentState.REMOVED


def post_of(row: Row) -> str:
    """The id of the post that a comment stands below."""
    return _fullname(row, "link_id", "t3_")


def order(comment: Comment) -> tuple[datetime, int]:
    """Oldest first. Ids grow with time, and are read as numbers: `z` comes before `10`."""
    return comment.created, int(comment.id, 36)


def _author(row: Row, view: View) -> Author:
    person = _needed(row, "author")
    if person is None:  # PRAW's word for [deleted]: the account is gone, its words may stand
        return Author("", DELETED, None)
    name = vars(person).get("name") if isinstance(person, Redditor) else None
    if not isinstance(name, str) or not name:
        raise changed("author", "a comment")
    # a name on Reddit is for ever, and it is what people write into a roster: it serves as the id
    return Author(name, name, None if view.staff is None else name.lower() in view.staff)


def _subreddit(row: Row) -> str:
    found = _needed(row, "subreddit")
    name = vars(found).get("display_name") if isinstance(found, Subreddit) else None
    if not isinstance(name, str):
        raise changed("subreddit", "a comment")
    return name


def _parent(row: Row) -> str | None:
    above = _text(row, "parent_id")
    return None if above.startswith("t3_") else _fullname(row, "parent_id", "t1_")


def _attached(row: Row) -> list[Media]:
    """Pictures that the author has put into the comment. Their addresses are signed, and never requested."""
    entries = row.get("media_metadata") or {}
    if not isinstance(entries, dict):
        raise changed("media_metadata", "a comment")
    found = []
    for entry in entries.values():
        if not isinstance(entry, dict):
            raise changed("media_metadata", "a comment")
        source = entry.get("s")
        sizes = source if isinstance(source, dict) else {}  # missing while Reddit still works on it
        url = next((sizes[key] for key in ("u", "gif", "mp4") if isinstance(sizes.get(key), str)), "")
        found.append(Media(KINDS.get(str(entry.get("e")), "file"), str(url)))
    return found


def _needed(row: Row, key: str) -> object:
    if key not in row:
        raise changed(key, "a comment")
    return row[key]


def _text(row: Row, key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str):
        raise changed(key, "a comment")
    return value


def _id(row: Row, key: str) -> str:
    value = _text(row, key)
    if not ID.fullmatch(value):
        raise changed(key, "a comment")
    return value


def _fullname(row: Row, key: str, kind: str) -> str:
    value = _text(row, key)
    if not value.startswith(kind) or not ID.fullmatch(value[3:]):
        raise changed(key, "a comment")
    return value[3:]


def _time(row: Row, key: str) -> datetime:
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise changed(key, "a comment")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        raise changed(key, "a comment") from None
