"""From a status of Mastodon's answers to a comment. A field that is missing or of another kind is named, and nothing is skipped."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TypeVar

from connectors.base import Author, Comment, Media, Unavailable
from connectors.http_answers import Row
from connectors.markup import media_in, words_in

LINK = re.compile(r"(</?a\b[^<>]*>)", re.IGNORECASE)
CLASSES = re.compile(r"""\bclass=["']([^"']*)["']""", re.IGNORECASE)
NO_MEDIA = frozenset({"mention", "hashtag"})
SNAC_ID = re.compile(r"[0-9]{10}([0-9a-f]{32})")
ACCOUNT = re.compile(r"[A-Za-z0-9_.-]+(?:@[A-Za-z0-9.:-]+)?")
KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
T = TypeVar("T", str, int, bool)


class Writer:
    """Turns the statuses of one server into comments. `host` is its name, `page` the class account's full name."""

    def __init__(self, home: str, host: str, page: str) -> None:
        self._home, self._host, self._page = home, host, page

    def comment(self, row: Row) -> Comment:
        """One status. Raises `Unavailable` naming the field that is not as Mastodon's reference says."""
        content = need(row, "content", str)
        account = nested(row, "account")
        acct = need(account, "acct", str)
        full = acct if "@" in acct else f"{acct}@{self._host}"
        attached = list(rows_of(row, "media_attachments"))
        edited = row.get("edited_at")
        return Comment(
            id=key_of(need(row, "id", str)),
            author=Author(full, _name(account), True if full.lower() == self._page.lower() else None),
            text=_text(row, content, attached),
            created=time_of(row, "created_at"),
            parent=parent_of(row),
            media=_media(content, attached),
            edited=None if edited is None else time_of(row, "edited_at"),
            permalink=self._permalink(row, acct),
        )

    def _permalink(self, row: Row, acct: str) -> str:
        """Where somebody who is signed in here can report it or block its author; a status of another server is shown there, too."""
        id = need(row, "id", str)
        if id.isdecimal() and ACCOUNT.fullmatch(acct):
            return f"{self._home}/@{acct}/{id}"
        url = row.get("url") or row.get("uri")
        return url if isinstance(url, str) and re.match(r"https?://", url) else ""


def key_of(id: str) -> str:
    """What a status is known by for ever. snac's ids are a time and a hash of the address, and an edit changes the time (measured)."""
    snac = SNAC_ID.fullmatch(id)
    return f"0000000000{snac[1]}" if snac else id


def parent_of(row: Row) -> str | None:
    """What a status replies to; None: nothing, or something that is no more."""
    if row.get("in_reply_to_id", "") is None:
        return None
    return key_of(need(row, "in_reply_to_id", str))


def need(row: Row, field: str, kind: type[T]) -> T:
    """A field of the answer. Raises `Unavailable` naming it when it is missing or of another kind."""
    value = row.get(field)
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _changed(field)
    return value


def nested(row: Row, field: str) -> Row:
    """An object inside an answer."""
    value = row.get(field)
    if not isinstance(value, dict):
        raise _changed(field)
    return value


def rows_of(row: Row, field: str) -> list[Row]:
    """A list of objects inside an answer."""
    value = row.get(field)
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _changed(field)
    return value


def time_of(row: Row, field: str) -> datetime:
    """A time of the answer, in UTC."""
    written = need(row, field, str)
    try:
        when = datetime.fromisoformat(written)
        if when.tzinfo is None:
            raise _changed(field)
        return when.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _changed(field) from None


def _changed(field: str) -> Unavailable:
    return Unavailable(
        f"the server's answer has no usable `{field}`; it may run another version than Hallmonitor knows"
    )


def _name(account: Row) -> str:
    return need(account, "display_name", str) or need(account, "username", str)


def _text(row: Row, content: str, attached: list[Row]) -> str:
    """All that was written: the warning above, the words, the choices of a poll, and what describes the pictures."""
    poll = row.get("poll")
    choices = [need(option, "title", str) for option in rows_of(nested(row, "poll"), "options")] if poll else []
    described = [need(each, "description", str) for each in attached if each.get("description") is not None]
    parts = [need(row, "spoiler_text", str), words_in(content), *choices, *described]
    return "\n".join(part.strip() for part in parts if part.strip())


def _media(content: str, attached: list[Row]) -> tuple[Media, ...]:
    files = [Media(KINDS.get(need(each, "type", str), "file"), _address(each)) for each in attached]
    found = [*media_in(_posted(content)), *files]
    return tuple(sorted(found, key=lambda media: (media.kind, media.url)))


def _posted(content: str) -> str:
    """The content without the words of its links: these are the address once more. Mentions and #tags are no address at all.

    Every reply links whom it answers, and every #tag its list: nobody has posted these.
    """
    parts, is_inside = [], False
    for part in LINK.split(content):
        if LINK.fullmatch(part):
            is_inside = not part.startswith("</")
            classes = {name for written in CLASSES.findall(part) for name in written.lower().split()}
            parts.append("" if classes & NO_MEDIA else part)
        elif not is_inside:
            parts.append(part)
    return "".join(parts)


def _address(attachment: Row) -> str:
    for field in ("url", "remote_url"):
        if attachment.get(field) is not None:
            return need(attachment, field, str)
    return ""  # it is still being fetched by the server
