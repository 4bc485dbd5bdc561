"""From a message of Discord to a comment, and from the title of a thread to one: somebody wrote that, too, and everybody reads it.

A comment's id is `channel.message`: a message is known in its channel or thread alone. A title has the thread's number twice. In a
forum that is the first message's own id, and the title stands above its words; where that message is gone, the title is left.
"""

from __future__ import annotations

import re
from typing import Final

import discord

from connectors.base import Author, Comment
from connectors.discord_errors import FIELDS, UNKNOWN_USER, Unknown
from connectors.discord_places import Place
from connectors.discord_site import LAST_ID, Site, id_in
from connectors.discord_words import Names, media_of, name_of, words_of
from connectors.http_answers import Row

ID: Final = re.compile(r"([1-9][0-9]{0,18})\.([1-9][0-9]{0,18})")
Kind = discord.MessageType
NOTICES: Final = frozenset(Kind) - {Kind.default, Kind.reply, Kind.chat_input_command, Kind.context_menu_command}
"""Messages that Discord writes itself: somebody joined, pinned, opened a thread."""

NOTICE_NUMBERS: Final = frozenset(kind.value for kind in NOTICES)


class Writer:
    """Turns what stands in one class's channel into comments."""

    def __init__(self, site: Site) -> None:
        self._site, self._names = site, Names(site)
        self._people: dict[str, str] = {}

    def comment(self, place: Place, row: Row) -> Comment | None:
        """A message; None for a notice of Discord's without a word of anybody's. Raises `Unavailable` naming what is not as it was."""
        id, kind = id_in(row, "id"), FIELDS.number(row, "type")
        author, is_program = _author(row)
        is_program = (
            is_program or kind == Kind.auto_moderation_action.value
        )  # its box holds the words that were blocked
        text = words_of(row, self._names, by_program=is_program)
        media = media_of(row, by_program=is_program)
        if not (text or media) and kind in NOTICE_NUMBERS:
            return None
        is_first = place.is_post and id == place.id
        edited = row.get("edited_timestamp")
        return Comment(
            id=f"{place.id}.{id}",
            author=author,
            text="\n".join(part for part in (place.title if is_first else "", text) if part),
            created=discord.utils.snowflake_time(id),
            parent=None if is_first else _answered(row, place),
            media=media,
            edited=None if edited is None else FIELDS.moment(row, "edited_timestamp"),
            permalink=self._site.link(place.id, id),
        )

    def title(self, place: Place) -> Comment:
        """The title of a thread, or of a post without its first message."""
        return Comment(
            id=title_id(place),
            author=Author(place.owner, self._name(place.owner)),
            text=place.title,
            created=discord.utils.snowflake_time(place.made),
            parent=f"{place.parent}.{place.id}" if place.is_public and not place.is_post else None,
            permalink=self._site.link(place.id),
        )

    def _name(self, account: str) -> str:
        """Lists of threads tell the number of whoever opened one, and no name. A webhook has none that could be asked for."""
        if account and account not in self._people:
            try:
                self._people[account] = name_of(self._site.ask(f"/users/{account}").row())
            except Unknown as error:
                if error.code != UNKNOWN_USER:
                    raise
                self._people[account] = ""
        return self._people.get(account, "")


def parts_of(id: str) -> tuple[int, int] | None:
    """The channel's number and the message's in a comment's id; None: it is none of ours."""
    found = ID.fullmatch(id)
    channel, message = map(int, found.groups()) if found else (0, 0)
    return (channel, message) if 0 < max(channel, message) <= LAST_ID else None


def title_id(place: Place) -> str:
    """The id of a thread's title, which in a forum is that of the first message."""
    return f"{place.id}.{place.id}"


def _author(row: Row) -> tuple[Author, bool]:
    """Who wrote it, and whether that is a program. A webhook is no account: it may carry anybody's name, and its number says so."""
    id, webhook = FIELDS.text(row, "author.id"), FIELDS.text_if_any(row, "webhook_id")
    name = name_of(FIELDS.row(row, "author"))
    if webhook and webhook != FIELDS.text_if_any(
        row, "application_id"
    ):  # a bot's answer to a command has its own number there
        return Author(f"webhook:{webhook}", name), True
    return Author(id, name), FIELDS.field(row, "author.bot") is True


def _answered(row: Row, place: Place) -> str | None:
    """The message that it answers; else what its thread is about."""
    if FIELDS.number(row, "type") == Kind.reply.value and row.get("message_reference") is not None:
        answered = FIELDS.text_if_any(row, "message_reference.message_id")
        return f"{place.id}.{answered}" if answered else None
    return title_id(place) if place.is_thread else None
