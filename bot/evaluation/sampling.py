"""The weekly sample: a few comments of each page in which nothing was found are drawn at random, and a person reads them.

What they find is what the detectors miss; without it there is a precision, and no recall.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import col, func, select, type_coerce

from bot.domain import deadlines
from bot.domain.class_pages import Severity
from bot.domain.measuring import draw
from bot.domain.own_rules import SAMPLE
from bot.domain.policy import Broken, Policy, broken_rules
from bot.domain.review import FlagState
from bot.domain.schedule import CLOCK_TOLERANCE
from bot.house import House
from bot.pipeline.reflag import flag_rule
from bot.records import (
    HAS_TEXT,
    Comment,
    Draw,
    Drawn,
    Flag,
    Page,
    Revision,
    Run,
    RunStatus,
    Scoring,
    new_id,
)
from bot.records.columns import UtcDateTime
from bot.store import Session, StoredFinding
from bot.store.pages import page_document
from bot.store.saving import lock_page
from moderators.base import Signal

SIZE = 5
"""Comments of one page and week: little to read, and over some months enough to know what is missed."""

EVERY = timedelta(days=7)
_LONGEST = timedelta(days=28)  # further back the words of clean comments are being erased
_BEFORE = timedelta(
    seconds=1
)  # what a run finds bears the moment at which it began, and a draw begins behind its `since`

DRAWN = StoredFinding(
    SAMPLE,
    "1",
    Signal(SAMPLE, 1.0, why="Nothing was found here. It was drawn at random, so that we learn what is missed: please read it."),
)  # fmt: skip


def pages_to_sample(house: House, now: datetime) -> list[str]:
    """The pages on which a draw is due: a week after the first finished run, and a week after each draw."""
    if not _is_asked_for(house.policy):
        return []
    with house.store.reading() as session:
        return [page_id for page_id, since in _last_draws(session, now) if since is not None and now - since >= EVERY]


def draw_sample(house: House, page_id: str, now: datetime) -> int:
    """Draw some of the clean comments found since the last draw, and ask for each that somebody reads it; returns how many.

    The first draw of a page begins before its first run: what stood there when Hallmonitor came may have been missed as well.
    Clean is what every detector has read, what the policy has looked at, and what no flag was ever raised on.
    """
    with house.store.transaction() as session:
        lock_page(session, page_id)
        last = dict(_last_draws(session, now, page_id)).get(page_id)
        if last is None or now - last < EVERY or not _is_asked_for(house.policy):
            return 0  # somebody else has drawn meanwhile
        since = max(_begin(session, page_id, last, now), now - _LONGEST)
        clean = _clean(session, page_id, since, now)
        lot = Draw(
            id=new_id(), page_id=page_id, since=since, drawn=now, seed=secrets.randbits(31), population=len(clean)
        )
        session.add(lot)
        session.flush()
        chosen = draw(clean, lot.seed, SIZE)
        _ask(session, house, lot, {id: clean[id] for id in chosen}, now)
    return len(chosen)


def _is_asked_for(policy: Policy) -> bool:
    return any(rule.id == SAMPLE for rule in policy.rules)


def _last_draws(session: Session, now: datetime, only: str | None = None) -> list[tuple[str, datetime | None]]:
    """For each page that is read: when it was last drawn from, or else first read to its end; None: not yet.

    What a clock that was ahead has written proves nothing.
    """
    latest = now + CLOCK_TOLERANCE
    drawn = select(func.max(Draw.drawn)).where(Draw.page_id == Page.id, Draw.drawn <= latest).scalar_subquery()
    first = select(func.min(Run.started)).where(Run.page_id == Page.id, Run.status == RunStatus.DONE).scalar_subquery()
    query = select(Page.id, type_coerce(func.coalesce(drawn, first), UtcDateTime)).where(col(Page.left).is_(None))
    rows = session.exec(query.where(Page.id == only) if only else query.order_by(Page.id))
    return [(id, since) for id, since in rows]


def _begin(session: Session, page_id: str, last: datetime, now: datetime) -> datetime:
    """Behind which moment the comments of a draw were found: behind the last draw, or else from the page's first run on."""
    earlier = select(Draw.id).where(Draw.page_id == page_id, Draw.drawn <= now + CLOCK_TOLERANCE)
    if session.exec(earlier.limit(1)).first() is not None:
        return last
    first = type_coerce(
        func.min(Run.started), UtcDateTime
    )  # one that failed behind its first batches has found something, too
    started = session.exec(select(first).where(Run.page_id == page_id)).one()
    return min(last, started or last) - _BEFORE


def _clean(session: Session, page_id: str, since: datetime, now: datetime) -> dict[str, str]:
    """The revisions that are clean, with their comments."""
    flagged = select(Flag.id).where(Flag.comment_id == Revision.comment_id)
    query = (
        select(Revision.id, Revision.comment_id)
        .join(Comment, (col(Comment.id) == Revision.comment_id) & (col(Comment.current) == Revision.number))
        .where(
            Revision.page_id == page_id,
            HAS_TEXT,
            Revision.found > since,
            Revision.found <= now,
            Revision.scoring == Scoring.SCORED,
            col(Revision.flagged).is_not(None),
            col(Comment.deleted).is_(None),
            ~flagged.exists(),
        )
    )
    return dict(session.exec(query).all())


def _ask(session: Session, house: House, lot: Draw, chosen: dict[str, str], now: datetime) -> None:
    """Put the drawn comments into the review queue: no detector's finding, and nothing is ever held for it."""
    page = session.get_one(Page, lot.page_id)
    broken = broken_rules(house.policy, page_document(session, house.store.vault, page.id), [DRAWN.signal], ())
    flags = [_flag(page, revision, comment, broken, house.policy_version, now) for revision, comment in chosen.items()]
    session.add_all(flags)
    session.flush()
    for flag in flags:
        session.add_all(flag_rule(house.store.vault, flag.id, b, [DRAWN]) for b in broken)
        session.add(Drawn(flag_id=flag.id, draw_id=lot.id))


def _flag(
    page: Page, revision_id: str, comment_id: str, broken: Sequence[Broken], policy_version: str, now: datetime
) -> Flag:
    severity: Severity = broken[0].severity
    return Flag(
        id=new_id(),
        site_id=page.site_id,
        page_id=page.id,
        comment_id=comment_id,
        revision_id=revision_id,
        severity=severity,
        rank=severity.rank,
        due=deadlines.due(broken, now),
        state=FlagState.OPEN,
        policy_version=policy_version,
        opened=now,
    )
