"""Who is called about a flag now, and by which way: first in the chat, then by e-mail (DESIGN.md 7).

A call is a flag, a reason and a number (`bot/domain/ladder.py`). By chat it is a row of `post`, by e-mail one of `notice` for each
person; either is written before it is sent. This file says whom a call is for, and what became of it in the chat.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from bot.domain.class_pages import RoleName, Severity
from bot.domain.ladder import CHAT_PATIENCE, Call, Reason, Waiting, call_of, mail_from
from bot.domain.review import FlagState
from bot.domain.rights import why_not
from bot.people import KnownPerson, people_of_site, people_on_duty, situation
from bot.records import WAITS, Flag, Post, PostKind, SiteRecord
from bot.store import Session
from bot.store.comments import stored_comment
from bot.vault import Vault

CHAT: Final = "discord"
"""Under this name `accounts` of people.yaml holds the ids of a person's chat accounts."""


@dataclass(frozen=True, slots=True)
class Crew:
    """The people of a school who may be called now: whoever is on duty, then those above them, by rung."""

    rungs: tuple[tuple[KnownPerson, ...], ...]
    off_duty: tuple[KnownPerson, ...]
    """Administrators who are called where none of those on duty may decide."""


def crew_of(session: Session, vault: Vault, site_id: str, now: datetime) -> Crew:
    """The people of a school who may be called now."""
    everybody = people_of_site(session, vault, site_id)
    supervisor = session.get_one(SiteRecord, site_id).supervisor_id
    above = [p for p in everybody if p.id == supervisor or RoleName.SUPERVISOR in p.duties.get(site_id, ())]
    on_duty = [p for p in people_on_duty(session, vault, site_id, now) if p.id != supervisor]
    here = {p.id for p in on_duty}
    others = [p for p in everybody if RoleName.ADMINISTRATOR in p.duties.get(site_id, ()) and p.id != supervisor]
    return Crew((tuple(on_duty), tuple(above)), tuple(p for p in others if p.id not in here))


def newest_calls(session: Session, flags: Iterable[Flag], now: datetime) -> dict[str, Call]:
    """The newest call of each flag about which somebody is to be called, by flag."""
    told = select(Post.flag_id).join(Flag, col(Flag.id) == Post.flag_id).where(WAITS, col(Post.sent).is_not(None))
    reached = set(session.exec(told.where(col(Post.kind).in_([PostKind.ALARM, PostKind.DIRECT])).distinct()))
    found = {}
    for flag in flags:
        has_channel = session.get_one(SiteRecord, flag.site_id).discord_channel is not None
        waiting = Waiting(
            severity=Severity(flag.severity),
            opened=flag.opened,
            due=flag.due,
            acknowledged=flag.acknowledged is not None,
            restricted=flag.restricted,
            in_chat=has_channel and (flag.id in reached or now < flag.opened + CHAT_PATIENCE),
        )
        call = call_of(waiting, now)
        if call is not None:
            found[flag.id] = call
    return found


def still_called(flag: Flag, reason: Reason, now: datetime) -> bool:
    """Whether a flag still waits for what its people were called for."""
    if flag.state not in (FlagState.OPEN, FlagState.APPEALED):
        return False
    return now > flag.due if reason is Reason.OVERDUE else flag.acknowledged is None


def whom(
    session: Session, vault: Vault, flag: Flag, call: Call, crew: Crew, called: Collection[str] = ()
) -> list[KnownPerson]:
    """Everybody of the call's rung who may decide the flag, and of the rungs below those who were not called yet; each once.

    A rung on which nobody may decide it is none. `called`: the ids of the people of earlier calls.
    """
    comment = stored_comment(session, vault, flag.revision_id)

    def may(people: Sequence[KnownPerson]) -> list[KnownPerson]:
        return [p for p in people if why_not(situation(session, p, flag, comment.author.name, comment.text)) is None]

    first, *above = crew.rungs
    rungs = [rung for rung in (may(first) or may(crew.off_duty), *map(may, above)) if rung]
    if not rungs:
        return []
    chosen = {person.id: person for person in rungs[min(call.rung, len(rungs) - 1)]}
    for rung in rungs[: call.rung]:
        chosen |= {person.id: person for person in rung if person.id not in called}
    return [chosen[id] for id in sorted(chosen)]


def about(flag: Flag, reason: str, number: int = 0, person_id: str = "") -> str:
    """What a post says it is about; `reason`: a call's, or `before` a deadline. A flag that is due anew is called about anew."""
    since = flag.opened if reason in (Reason.UNANSWERED, Reason.UNSEEN) else flag.due
    return f"{reason}:{number}:{since.timestamp():.0f}:{flag.id}{f':{person_id}' if person_id else ''}"


def mailed_from(
    session: Session, flag: Flag, reason: Reason, number: int, person: KnownPerson | None, written: datetime
) -> datetime | None:
    """From when somebody is written to about a call, given what became of it in the chat; None: never, the chat has told them."""
    site = session.get_one(SiteRecord, flag.site_id)
    if person is None or not site.discord_channel or not person.accounts.get(CHAT):
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
