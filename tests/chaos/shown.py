"""What stands wrong in a review channel: compares the rows with the messages, and asks nobody."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlmodel import col, select

from bot.discord_ui.alarms import mark
from bot.domain.review import FlagState
from bot.house import House
from bot.records import Bundle, Card, DigestSent, Flag, Post, PostKind
from tests.servers.discord import Message
from tests.servers.discord.state import COMPONENTS_V2, parts_of

_WAITS = (FlagState.OPEN, FlagState.APPEALED)
_ALONE = (PostKind.DIRECT,)
"""What is not said in the channel."""


def is_card(message: Message) -> bool:
    """Whether it is kept up to date; else it is plain text, said once."""
    return bool(int(message.sent.get("flags") or 0) & COMPONENTS_V2)


def ids(card: Message) -> str:
    """The ids of all that can be pressed on a message."""
    return " ".join(str(part["custom_id"]) for part in parts_of(card.sent.get("components")) if part.get("custom_id"))


def problems(house: House, messages: Sequence[Message], deleted: Collection[str] = ()) -> list[str]:
    """What is wrong in a channel with nothing under way any more, in one line each. `deleted`: messages that somebody took away.

    Each flag that waits, and that no bundle shows, has one card, and so has each bundle; all say what is; each post and digest is
    said once; nothing else is said.
    """
    seen = _Seen.read(house)
    cards, plain = [m for m in messages if is_card(m)], [m for m in messages if not is_card(m)]
    return [
        *_flags(seen, cards, deleted),
        *_bundles(seen, cards, deleted),
        *_posts(seen, plain),
        *_strangers(seen, cards, plain),
    ]


@dataclass(frozen=True)
class _Seen:
    """The rows."""

    flags: list[Flag]
    cards: dict[str, Card]
    bundles: list[Bundle]
    posts: list[Post]
    digests: int

    @classmethod
    def read(cls, house: House) -> _Seen:
        """Read what there is."""
        with house.store.reading() as session:
            flags = session.exec(select(Flag).where(col(Flag.restricted).is_(False)))
            leads = session.exec(select(Post).where(col(Post.lead_id).is_(None), col(Post.kind).not_in(_ALONE)))
            return cls(
                flags=list(flags),
                cards={card.flag_id: card for card in session.exec(select(Card))},
                bundles=list(session.exec(select(Bundle))),
                posts=list(leads),
                digests=len(session.exec(select(DigestSent)).all()),
            )


def _flags(seen: _Seen, cards: Sequence[Message], deleted: Collection[str]) -> Iterator[str]:
    for flag in seen.flags:
        noted, waits = seen.cards.get(flag.id), flag.state in _WAITS and flag.bundle_id is None
        if noted and noted.message in deleted and not waits:
            continue  # what is decided needs no card
        there = [card for card in cards if flag.id in ids(card) or (noted and str(card.id) == noted.message)]
        wanted = noted is not None or waits
        if len(there) != int(wanted):
            yield f"the flag {flag.id} ({flag.state}) has {len(there)} cards"
        if noted and there and (noted.message, noted.version) != (str(there[0].id), flag.version):
            yield f"the card of {flag.id} is noted as {noted}, and is {there[0].id}; the flag has version {flag.version}"
        for card in there:
            shown = {id.rpartition(":")[2] for id in ids(card).split() if id.startswith("rv1:")}
            if shown - {str(flag.version)}:
                yield f"the card of {flag.id} shows the version {shown} of {flag.version}"


def _bundles(seen: _Seen, cards: Sequence[Message], deleted: Collection[str]) -> Iterator[str]:
    for bundle in seen.bundles:
        there = [card for card in cards if bundle.id in ids(card) or str(card.id) == bundle.message]
        waits = any(flag.bundle_id == bundle.id and flag.state == FlagState.OPEN for flag in seen.flags)
        if bundle.message in deleted and not waits:
            continue
        if len(there) != int(waits or bundle.message is not None):
            yield f"the bundle {bundle.id} has {len(there)} cards"
        if there and bundle.message != str(there[0].id):
            yield f"the card of the bundle {bundle.id} is noted as {bundle.message}, and is {there[0].id}"


def _posts(seen: _Seen, plain: Sequence[Message]) -> Iterator[str]:
    for post in seen.posts:
        there = [message for message in plain if message.text.endswith(mark(post.id))]
        if post.sent is None and post.answered is None:
            yield f"the {post.kind} {post.about} was not sent"
        elif len(there) != int(post.sent is not None) or any(str(message.id) != post.message for message in there):
            yield f"the {post.kind} {post.about}, sent {post.sent}, is there as {[m.id for m in there]}"


def _strangers(seen: _Seen, cards: Sequence[Message], plain: Sequence[Message]) -> Iterator[str]:
    """What nobody knows of."""
    known = [*(flag.id for flag in seen.flags), *(bundle.id for bundle in seen.bundles)]
    noted = {card.message for card in seen.cards.values()} | {bundle.message for bundle in seen.bundles}
    for card in cards:
        if str(card.id) not in noted:
            yield f"nobody has noted the card {card.id}: {ids(card)}"
        if not any(id in ids(card) for id in known) and ids(card):
            yield f"nobody knows what the card {card.id} shows: {ids(card)}"
    unmarked = [m for m in plain if not any(m.text.endswith(mark(post.id)) for post in seen.posts)]
    if len(unmarked) != seen.digests:
        yield f"{len(unmarked)} digests were said, and {seen.digests} are noted: {[m.text[:60] for m in unmarked]}"
