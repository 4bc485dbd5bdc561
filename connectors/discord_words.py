"""What a message of Discord says and shows, as a person sees it: mentions as names, and all that a person can write words into."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import cached_property
from typing import Final

from connectors.base import Media
from connectors.discord_errors import FIELDS
from connectors.discord_site import Site
from connectors.http_answers import Row
from connectors.markup import kind_of, media_in

MARK: Final = re.compile(
    r"<(?:@!?(?P<user>[0-9]{1,20})|@&(?P<role>[0-9]{1,20})|#(?P<channel>[0-9]{1,20})|a?:(?P<emoji>\w{1,40}):[0-9]{1,20}"
    r"|t:(?P<time>-?[0-9]{1,12})(?::[a-zA-Z])?|/(?P<command>[^:<>]{1,110}):[0-9]{1,20})>"
)
"""How Discord stores what it shows as a name, a picture or a time (its reference, Message Formatting)."""

KINDS: Final = frozenset({"image", "video", "audio"})
IN_A_COMPONENT: Final = ("content", "label", "placeholder", "description", "name")
BELOW_A_COMPONENT: Final = ("components", "component", "accessory", "items", "options", "media", "file")
IN_AN_EMBED: Final = ("title", "description")
SHOWN_BY_AN_EMBED: Final = ("image", "thumbnail", "video")


class Names:
    """What roles and channels of the server are called. Discord is asked only where a message mentions one."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def roles(self) -> Mapping[str, str]:
        """By number."""
        return self._named("roles")

    @cached_property
    def channels(self) -> Mapping[str, str]:
        """By number; threads are not among them."""
        return self._named("channels")

    def _named(self, what: str) -> Mapping[str, str]:
        rows = self._site.ask(f"/guilds/{self._site.guild}/{what}").rows()
        return {FIELDS.text(row, "id"): FIELDS.text(row, "name") for row in rows}


def words_of(row: Row, names: Names, *, by_program: bool) -> str:
    """All the words of a message: its own, those it forwards, a poll's, and what describes or names its files.

    What Discord shows of a link's page is not the author's, and comes and goes by itself: it counts only where programs (bots and
    webhooks) post it, since they write such boxes themselves.
    """
    parts = [*_written(row, names), *_boxes(row, _embeds(row) if by_program else [])]
    for forwarded in _forwarded(row):
        parts += [*_written(forwarded, names), *_boxes(forwarded, _of_programs(forwarded))]
    return "\n".join(part for part in parts if part.strip())


def media_of(row: Row, *, by_program: bool) -> tuple[Media, ...]:
    """Files, stickers, links, and the pictures in the boxes of programs. None is ever requested."""
    found = [*_shown(row, _embeds(row) if by_program else [])]
    for forwarded in _forwarded(row):
        found += _shown(forwarded, _of_programs(forwarded))
    return tuple(sorted(found, key=lambda media: (media.kind, media.url)))


def name_of(user: Row) -> str:
    """The name that Discord shows for an account; what a server's members call it there is told to nobody who reads by REST."""
    return FIELDS.text_if_any(user, "global_name") or FIELDS.text(user, "username")


def _forwarded(row: Row) -> Iterator[Row]:
    for snapshot in FIELDS.rows_if_any(row, "message_snapshots"):
        yield {"mentions": [], **FIELDS.row(snapshot, "message")}


def _embeds(row: Row) -> list[Row]:
    return FIELDS.rows(row, "embeds")


def _of_programs(forwarded: Row) -> list[Row]:
    """The boxes of a forwarded message that a program may have written: who wrote it Discord does not tell.

    A program's boxes are `rich`. So are a few that Discord makes of links: better those too than to miss somebody's words.
    """
    has_words = bool(FIELDS.text(forwarded, "content"))
    return [embed for embed in _embeds(forwarded) if not has_words or embed.get("type") == "rich"]


def _written(row: Row, names: Names) -> Iterator[str]:
    users = {FIELDS.text(user, "id"): name_of(user) for user in FIELDS.rows(row, "mentions")}
    yield MARK.sub(lambda mark: _readable(mark, users, names), FIELDS.text(row, "content"))
    if row.get("poll") is not None:
        yield FIELDS.text_if_any(row, "poll.question.text")
        for answer in FIELDS.rows(row, "poll.answers"):
            yield FIELDS.text_if_any(answer, "poll_media.text")
    for attached in FIELDS.rows(row, "attachments"):
        if _kind(attached) not in ("image", "video"):  # a file shows its name
            yield FIELDS.text_if_any(attached, "title") or FIELDS.text(attached, "filename")
        yield FIELDS.text_if_any(attached, "description")


def _readable(mark: re.Match[str], users: Mapping[str, str], names: Names) -> str:
    match mark.lastgroup, mark[mark.lastgroup or 0]:
        case "user", id if id in users:
            return f"@{users[id]}"
        case "role", id if id in names.roles:
            return f"@{names.roles[id]}"
        case "channel", id if id in names.channels:
            return f"#{names.channels[id]}"
        case "emoji", name:
            return f":{name}:"
        case "command", name:
            return f"/{name}"
        case "time", seconds:
            return _moment(int(seconds)) or mark[0]
    return mark[0]


def _moment(seconds: int) -> str:
    """Each reader sees it in their own zone. As a bare number it would be taken for a telephone's."""
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%d %H:%M} UTC"
    except (ValueError, OverflowError, OSError):
        return ""


def _boxes(row: Row, embeds: Sequence[Row]) -> Iterator[str]:
    for embed in embeds:
        yield FIELDS.text_if_any(embed, "author.name")
        for name in IN_AN_EMBED:
            yield FIELDS.text_if_any(embed, name)
        for field in FIELDS.rows_if_any(embed, "fields"):
            yield FIELDS.text(field, "name")
            yield FIELDS.text(field, "value")
        yield FIELDS.text_if_any(embed, "footer.text")
    for component in _components(row):
        for name in IN_A_COMPONENT:
            if isinstance(component.get(name), str):
                yield FIELDS.text(component, name)


def _components(row: Row) -> Iterator[Row]:
    """Every component, and what stands in it. Only programs can send any."""
    waiting = list(reversed(FIELDS.rows_if_any(row, "components")))
    while waiting:
        component = waiting.pop()
        yield component
        for name in reversed(BELOW_A_COMPONENT):
            below = component.get(name)
            below = below if isinstance(below, list) else [below]
            waiting += [each for each in reversed(below) if isinstance(each, dict)]


def _shown(row: Row, embeds: Sequence[Row]) -> Iterator[Media]:
    yield from media_in(FIELDS.text(row, "content"))
    for attached in FIELDS.rows(row, "attachments"):
        yield Media(_kind(attached), _unsigned(FIELDS.text(attached, "url")))
    for sticker in FIELDS.rows_if_any(row, "sticker_items"):
        yield Media("image", f"https://cdn.discordapp.com/stickers/{FIELDS.text(sticker, 'id')}")
    yield from _pictures(row, embeds)


def _pictures(row: Row, embeds: Sequence[Row]) -> Iterator[Media]:
    """What the boxes of programs show and lead to."""
    for embed in embeds:
        for name in SHOWN_BY_AN_EMBED:
            if url := FIELDS.text_if_any(embed, f"{name}.url"):
                yield Media("video" if name == "video" else "image", _unsigned(url))
        if url := FIELDS.text_if_any(embed, "url"):
            yield Media("link", url)
    for component in _components(row):
        if isinstance(component.get("url"), str):
            url = _unsigned(FIELDS.text(component, "url"))
            kind = FIELDS.text_if_any(component, "content_type").partition("/")[0]
            yield Media(kind if kind in KINDS else kind_of(url), url)


def _kind(attached: Row) -> str:
    kind = FIELDS.text_if_any(attached, "content_type").partition("/")[0]
    if kind in KINDS:
        return kind
    known = kind_of(FIELDS.text(attached, "filename"))
    return "file" if known == "link" else known


def _unsigned(url: str) -> str:
    """Without its signature, which is good for a day and another one in each answer."""
    return url.partition("?")[0]
