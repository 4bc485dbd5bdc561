"""Who is called about a flag now, and by which way: first in the chat, then by e-mail (DESIGN.md 7).

A call is a flag, a reason and a number (`bot/domain/ladder.py`). By chat it is a row of `post`, by e-mail one of `notice` for each
person; either is written before it is sent. This file says whom a call is for, and what became of it in the chat.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from bot.domain.class_pages import Severity
from bot.domain.ladder import CHAT_PATIENCE, Call, Reason, Waiting, call_of, mail_from, whom_to_call
from bot.domain.review import FlagState
from bot.people import KnownPerson, Ladder, ladder_of
from bot.records import WAITS, Flag, Post, PostKind, SiteRecord
from bot.store import Session
from bot.vault import Vault

CHAT: Final = "discord"
"""Under this name `accounts` of people.yaml holds the ids of a person's chat accounts."""

Rungs = Sequence[Sequence[KnownPerson]]
Called = tuple[str, int, str]
"""That somebody was called before: the reason, the number, and the person's id."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A school at one moment: whom it calls in which order, and about which flags the chat has reached anybody."""

    ladder: Ladder
    has_channel: bool
    reached: frozenset[str]

    @property
    def everybody(self) -> Rungs:
        """The rungs before any flag is looked at."""
        return [rung for rung in self.ladder.rungs if rung] or [rung for rung in [self.ladder.away] if rung]


def moment_of(session: Session, vault: Vault, site_id: str, now: datetime) -> Moment:
    """A school now."""
    told = (col(Post.sent).is_not(None), col(Post.kind).in_([PostKind.ALARM, PostKind.DIRECT]))
    reached = select(Post.flag_id).join(Flag, col(Flag.id) == Post.flag_id).where(WAITS, Flag.site_id == site_id, *told)
    return Moment(
        ladder=ladder_of(session, vault, site_id, now),
        has_channel=session.get_one(SiteRecord, site_id).discord_channel is not None,
        reached=frozenset(id for id in session.exec(reached.distinct()) if id),
    )


def newest_call(flag: Flag, moment: Moment, rungs: Rungs) -> Call | None:
    """The newest call about a flag; None: nobody is to be called (now), since it can wait until the school works."""
    ladder = moment.ladder
    if not rungs or not (ladder.is_working or flag.severity == Severity.CRITICAL):
        return None
    late = ladder.late(flag)
    if late is None:
        return None
    waiting = Waiting(
        severity=Severity(flag.severity),
        opened=flag.opened,
        late=late,
        acknowledged=flag.acknowledged is not None,
        restricted=flag.restricted,
        in_chat=moment.has_channel and (flag.id in moment.reached or ladder.now < flag.opened + CHAT_PATIENCE),
    )
    return call_of(waiting, ladder.now, len(rungs))


def whom(flag: Flag, call: Call, moment: Moment, rungs: Rungs, earlier: Iterable[Called]) -> list[KnownPerson]:
    """The people whom a call still has to reach, and who may be called now."""
    called: dict[str, int] = {}
    for reason, number, person_id in earlier:
        if reason == call.reason:
            called[person_id] = max(number, called.get(person_id, -1))
    people = {person.id: person for rung in rungs for person in rung}
    may = {id for id, person in people.items() if moment.ladder.may_call(person, flag.severity)}
    ids = [[person.id for person in rung] for rung in rungs]
    return [people[id] for id in whom_to_call(call, ids, called, may.__contains__)]


def due_calls(flag: Flag, moment: Moment, rungs: Rungs, earlier: Sequence[Called]) -> list[tuple[Call, KnownPerson]]:
    """The newest call, with each person whom it has to reach now."""
    call = newest_call(flag, moment, rungs)
    return [(call, person) for person in whom(flag, call, moment, rungs, earlier)] if call is not None else []


def still_called(flag: Flag, reason: Reason, now: datetime) -> bool:
    """Whether a flag still waits for what its people were called for."""
    if flag.state not in (FlagState.OPEN, FlagState.APPEALED):
        return False
    return now > flag.due if reason is Reason.OVERDUE else flag.acknowledged is None


def about(flag: Flag, reason: str, number: int = 0, person_id: str = "") -> str:
    """What a post says it is about; `reason`: a call's, or `before` a deadline. A flag that is due anew is called about anew."""
    since = flag.opened if reason in (Reason.UNANSWERED, Reason.UNSEEN) else flag.due
    return f"{reason}:{number}:{since.timestamp():.0f}:{flag.id}{f':{person_id}' if person_id else ''}"


def call_in(post_about: str) -> tuple[Reason, int]:
    """The reason and the number of the call that a post is about."""
    reason, number, *_ = post_about.split(":")
    return Reason(reason), int(number)


def mailed_from(
    session: Session, flag: Flag, reason: Reason, number: int, person: KnownPerson, written: datetime
) -> datetime | None:
    """From when somebody is written to about a call, given what became of it in the chat; None: never, the chat has told them."""
    site = session.get_one(SiteRecord, flag.site_id)
    if not site.discord_channel or not person.accounts.get(CHAT):
        return mail_from(reason, written, None, in_chat=False)
    kind = _kind(flag, number)
    wanted = about(flag, reason, number, person.id if kind is PostKind.DIRECT else "")
    post = session.exec(
        select(Post).where(Post.site_id == flag.site_id, Post.kind == kind, Post.about == wanted)
    ).first()
    refused = kind is None or (post is not None and post.sent is None and post.refused is not None)
    return mail_from(reason, written, post.sent if post else None, in_chat=not refused)


def _kind(flag: Flag, number: int) -> PostKind | None:
    """What a call is in the chat; None: nothing, a deadline that has passed is told there once."""
    if flag.restricted:
        return PostKind.DIRECT
    if flag.severity == Severity.CRITICAL:
        return PostKind.ALARM
    return PostKind.REMINDER if number == 0 else None
