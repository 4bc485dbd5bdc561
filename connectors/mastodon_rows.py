"""From a status of Mastodon's answers to a comment. A field that is missing or of another kind is named, and nothing is skipped."""

from __future__ import annotations

import re

from connectors.base import Author, Comment, Media
from connectors.fields import Fields
from connectors.http_answers import Row
from connectors.markup import media_in, words_in

LINK = re.compile(r"(</?a\b[^<>]*>)", re.IGNORECASE)
CLASSES = re.compile(r"""\bclass=["']([^"']*)["']""", re.IGNORECASE)
NO_MEDIA = frozenset({"mention", "hashtag"})
SNAC_ID = re.compile(r"[0-9]{10}([0-9a-f]{32})")
ACCOUNT = re.compile(r"[A-Za-z0-9_.-]+(?:@[A-Za-z0-9.:-]+)?")
KINDS = {"image": "image", "gifv": "video", "video": "video", "audio": "audio"}
FIELDS = Fields("the server's answer has no usable `{}`; it may run another version than Hallmonitor knows")
text_of, number_of, flag_of, time_of = FIELDS.text, FIELDS.number, FIELDS.flag, FIELDS.moment
nested, rows_of = FIELDS.row, FIELDS.rows


class Writer:
    """Turns the statuses of one server into comments. `host` is its name, `page` the class account's full name."""

    def __init__(self, home: str, host: str, page: str) -> None:
        self._home, self._host, self._page = home, host, page

    def comment(self, row: Row) -> Comment:
        """One status. Raises `Unavailable` naming the field that is not as Mastodon's reference says."""
        content = text_of(row, "content")
        account = nested(row, "account")
        acct = text_of(account, "acct")
        full = acct if "@" in acct else f"{acct}@{self._host}"
        attached = list(rows_of(row, "media_attachments"))
        edited = row.get("edited_at")
        return Comment(
            id=key_of(text_of(row, "id")),
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
        id = text_of(row, "id")
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
    return key_of(text_of(row, "in_reply_to_id"))


def _name(account: Row) -> str:
    return text_of(account, "display_name") or text_of(account, "username")


def _text(row: Row, content: str, attached: list[Row]) -> str:
    """All that was written: the warning above, the words, the choices of a poll, and what describes the pictures."""
    poll = row.get("poll")
    choices = [text_of(option, "title") for option in rows_of(nested(row, "poll"), "options")] if poll else []
    described = [text_of(each, "description") for each in attached if each.get("description") is not None]
    parts = [text_of(row, "spoiler_text"), words_in(content), *choices, *described]
    return "\n".join(part.strip() for part in parts if part.strip())


def _media(content: str, attached: list[Row]) -> tuple[Media, ...]:
    files = [Media(KINDS.get(text_of(each, "type"), "file"), _address(each)) for each in attached]
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
            return text_of(attachment, field)
    return ""  # it is still being fetched by the server
