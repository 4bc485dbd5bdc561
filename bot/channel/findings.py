"""What `doctor` says of the review channel, without a network: whether it can work, and whether anybody works at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlmodel import col, func, or_, select

from bot.calls import CHAT
from bot.channel.cards import card_of, due_cards
from bot.channel.life import last_alive
from bot.channel.places import Place, places
from bot.domain.findings import Finding
from bot.house import House
from bot.records import Action, Decision, Flag, Post, PostKind
from bot.vault import KeyProblem

TOKEN: Final = "HALLMONITOR_DISCORD_TOKEN"  # noqa: S105  # the variable's name
"""The environment variable that holds the bot's token."""

LATE: Final = timedelta(minutes=10)
"""A card appears in seconds; what waits as long as this has nobody who sends it."""

_KEYS: Final = "put back the keys with which it was sealed, or a backup; until then nobody can decide them here: look at the page itself"
_MOST: Final = 500  # cards that are looked at
_SETUP: Final = "run `hallmonitor discord setup`: it shows the line to write"
_START: Final = "start `hallmonitor discord run`, and keep it running beside `serve` or the workers"


def findings(house: House, now: datetime, late_bundles: int = 0) -> Iterator[Finding]:
    """Schools without a channel, channels without a token, administrators without an account, a process that does not run.

    `late_bundles`: cards of many flags that have been due for longer than `LATE`; they are known elsewhere.
    """
    known = places(house, now)
    if not known:
        return
    with_channel = [place for place in known if place.channel]
    if not with_channel:
        yield Finding("channel", "no school has one: flags wait in `hallmonitor queue` alone", _SETUP, serious=False)
        return
    for place in known:
        yield from _place(place)
    yield from doubled(with_channel)
    yield from _process(house, now)
    yield from _late(house, now, late_bundles)


def doubled(places: Sequence[Place]) -> Iterator[Finding]:
    """Chat accounts that stand at two people: then a press is nobody's."""
    owners: dict[str, set[str]] = {}
    for person in {p.id: p for place in places for p in place.administrators}.values():
        for account in person.accounts.get(CHAT, ()):
            owners.setdefault(account, set()).add(person.email)
    for account, emails in sorted(owners.items()):
        if len(emails) > 1:
            advice = "leave it at the one whose it is, in people.yaml, and apply it: until then nobody decides with it"
            yield Finding("channel", f"the account {account} stands at {' and '.join(sorted(emails))}", advice)


def is_alive(house: House, now: datetime) -> bool:
    """Whether the channel's process was connected a moment ago, on this machine."""
    last = last_alive(house)
    return last is not None and now - last < LATE


def _place(place: Place) -> Iterator[Finding]:
    subject = f"channel {place.site}"
    if not place.channel:
        yield Finding(subject, "this school has none: its flags have no card", _SETUP, serious=False)
        return
    unknown = [p.email for p in place.administrators if not p.accounts.get(CHAT)]
    if len(unknown) == len(place.administrators):
        yield Finding(subject, "no administrator has a chat account: nobody can decide there", _SETUP)
    elif unknown:
        yield Finding(subject, f"without a chat account: {', '.join(unknown)}", _SETUP, serious=False)
    else:
        yield Finding(subject, "every administrator has a chat account")


def _process(house: House, now: datetime) -> Iterator[Finding]:
    last = last_alive(house)
    if is_alive(house, now):
        yield Finding("channel", f"its process was connected {last:%Y-%m-%d %H:%M} UTC")
    elif not house.environment.variables.get(TOKEN):
        yield Finding("channel", f"there is no token: {TOKEN} is not set", "run `hallmonitor discord setup`")
    elif last is not None:
        yield Finding("channel", f"its process was last connected {last:%Y-%m-%d %H:%M} UTC", _START)
    else:
        advice = f"{_START}; where it runs on another machine, ask doctor there"
        yield Finding("channel", "its process was never connected from this machine", advice, serious=False)


def _late(house: House, now: datetime, late_bundles: int) -> Iterator[Finding]:
    """What should stand in a channel and does not. What is restricted stands in none, and is counted nowhere."""
    advice = "look why with `hallmonitor discord check`" if is_alive(house, now) else _START
    late = _late_cards(house, now - LATE)
    made = [flag for flag in late if _opens(house, flag)]
    if unmade := len(late) - len(made):
        yield Finding("cards", f"{unmade} cannot be made: what is sealed of their flags does not open", _KEYS)
    if cards := len(made) + late_bundles:
        yield Finding("cards", f"{cards} have been due for more than ten minutes", advice)
    with house.store.reading() as session:
        query = (
            select(func.count())
            .select_from(Post)
            .outerjoin(Flag, col(Flag.id) == Post.flag_id)
            .where(
                col(Post.kind).in_((PostKind.ALARM, PostKind.REMINDER)),
                col(Post.sent).is_(None),
                col(Post.answered).is_(None),
                col(Post.lead_id).is_(None),
                col(Post.written) < now - LATE,
                or_(col(Flag.id).is_(None), col(Flag.restricted).is_(False)),
            )
        )
        posts = session.exec(query).one()
    if posts:
        yield Finding("posts", f"{posts} alarms or reminders have been due for more than ten minutes", advice)


def _opens(house: House, flag: str) -> bool:
    """Whether a flag's card can be made."""
    try:
        card_of(house, flag)
    except KeyProblem:
        return False
    return True


def _late_cards(house: House, before: datetime) -> list[str]:
    """The flags whose cards are due by something that happened before that time, and by nothing since."""
    due = due_cards(house, _MOST)
    with house.store.reading() as session:
        decided = select(Decision.flag_id).where(col(Decision.at) >= before)
        answered = select(Action.flag_id).where(or_(col(Action.created) >= before, col(Action.done) >= before))
        query = select(Flag.id).where(
            col(Flag.id).in_(due),
            col(Flag.opened) < before,
            or_(col(Flag.edited).is_(None), col(Flag.edited) < before),
            col(Flag.id).not_in(decided),
            col(Flag.id).not_in(answered),
        )
        return list(session.exec(query))
