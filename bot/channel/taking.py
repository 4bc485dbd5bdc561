"""Taking all of an alarm by one press: each flag is acknowledged by itself, and stays with whoever had it first."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import col, or_, select

from bot import decisions
from bot.calls import CHAT
from bot.decisions import NoSuchFlag
from bot.domain.errors import Advice
from bot.domain.review import Choice, FlagState
from bot.domain.rights import NotYours
from bot.house import House
from bot.records import Flag, Post, PostKind
from bot.vault import KeyProblem


def take_all(house: House, post_id: str, email: str, now: datetime) -> tuple[int, int]:
    """Acknowledge every flag of an alarm that this person may decide; how many are taken, and how many are left for others.

    Raises:
        Advice: there is no such alarm.
        NoSuchPerson: nobody has this address.
    """
    with house.store.reading() as session:
        lead = session.get(Post, post_id)
        if lead is None or lead.kind != PostKind.ALARM:
            raise Advice("this alarm is no more; `/queue` shows what waits")
        told = or_(col(Post.id) == post_id, col(Post.lead_id) == post_id)
        free = (Flag.state == FlagState.OPEN, col(Flag.acknowledged).is_(None), col(Flag.restricted).is_(False))
        flags = session.exec(select(Flag.id).join(Post, col(Post.flag_id) == Flag.id).where(told, *free)).all()
    taken = 0
    for id in flags:
        try:
            taken += decisions.decide(house, id, email, Choice.ACKNOWLEDGE, now, os_user=CHAT).won
        except (NotYours, NoSuchFlag, KeyProblem):  # what does not open is nobody's to take
            continue
    return taken, len(flags) - taken
