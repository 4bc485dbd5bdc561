"""Fetch: a page's comments and the checkpoint behind them, stored in one transaction a batch (DESIGN.md 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.schedule import REREAD_WINDOW, Depth
from bot.house import House, Stopped
from bot.reaching import reach
from bot.records import Page, PageCheckpoint, Run, RunStatus
from bot.store import Session
from bot.store.comments import mark_deleted, missing_since
from bot.store.meanwhile import Moment, acted_on_since, moment
from bot.store.pages import page_document
from bot.store.runs import add_to_run
from bot.store.saving import lock_page, save_comments
from bot.vault import Vault
from connectors.base import Checkpoint, Comment, Connector, PageSettings

_CHECKPOINT = "checkpoint.value_sealed"
_GET_AT_ONCE = 100
_LONG = timedelta(minutes=10)
"""A reading that breaks off behind so much time is not begun anew."""


@dataclass(slots=True)
class Fetched:
    """How many revisions were new, and how many comments are no more on their platform."""

    fetched: int = 0
    deleted: int = 0
    enough: bool = False
    """Set from outside: no further batch is needed, the run is over."""
    run_id: str | None = None
    """The line of the ledger that counts along."""


def is_first_run(house: House, page_id: str) -> bool:
    """Whether nothing of the page was ever stored: then everything is read, whatever was asked."""
    with house.store.reading() as session:
        return session.get(PageCheckpoint, page_id) is None


def fetch_page(
    house: House, page_id: str, depth: Depth, counts: Fetched, now: datetime, tell: Callable[[], None] = lambda: None
) -> None:
    """Store what the platform holds: behind the checkpoint always, and as far back as `depth` asks.

    `counts` is filled batch by batch, so that it tells the truth also where the platform fails in the middle; `tell` is called
    behind each batch.

    Raises:
        ConnectorError: the platform cannot be read; whole batches that came before are kept.
        MissingSecret: the page's credential is not in the environment.
        Stopped: the process ends; what came before is kept.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        page = page_document(session, vault, page_id)
        checkpoint = _checkpoint(session, vault, page_id)
        goes_on = depth is Depth.ALL and _broke_off(session, page_id)
    connector = reach(house, page, house.of_a_run)
    _keep_settings(house, page_id, connector.check())
    everything = depth is Depth.ALL or checkpoint is None
    into = _Into(house, page_id, counts, now, tell)
    seen = _Seen()
    _read(into, connector, None if everything and not goes_on else checkpoint, seen)
    since = None if everything else now - REREAD_WINDOW
    if goes_on and not seen.ids:  # the reading had come to its end, and something behind it failed
        _read(into, connector, None, seen)
    elif goes_on:
        since = seen.oldest  # of what is older nobody knows any more what the runs before this one have seen
    if depth is Depth.RECENT and since is not None:
        _read(into, connector, since, seen)
    if connector.capabilities.tells_deletions and (everything or depth is Depth.RECENT):
        _look_for_missing(into, connector, since, seen.ids)


@dataclass(frozen=True, slots=True)
class _Into:
    """Where a page's comments go."""

    house: House
    page_id: str
    counts: Fetched
    now: datetime
    tell: Callable[[], None]

    def moment(self) -> Moment:
        """Note when a reading begins."""
        with self.house.store.reading() as session:
            return moment(session, self.page_id)

    def save(
        self, comments: Sequence[Comment], begun: Moment, checkpoint: Checkpoint | None = None, gone: Sequence[str] = ()
    ) -> set[str]:
        """Store a batch, whole or not at all, with the place behind it and what is gone.

        Left out, and returned by their ids, are comments on which we have acted since the reading began: they stand otherwise there
        by now.
        """
        if self.counts.enough:
            raise Stopped
        self.house.go_on()
        vault = self.house.store.vault
        with self.house.store.transaction() as session:
            lock_page(session, self.page_id)  # first, so that no action ends between the question and the writing
            outdated = acted_on_since(session, vault, self.page_id, begun, comments)
            current = [comment for comment in comments if comment.id not in outdated]
            new = save_comments(session, vault, self.page_id, current, self.now)
            if checkpoint is not None:
                _keep_checkpoint(session, vault, self.page_id, checkpoint, self.now)
            if gone:
                mark_deleted(session, gone, self.now)
            add_to_run(session, self.counts.run_id, fetched=new, deleted=len(gone))
        self.counts.fetched += new
        self.counts.deleted += len(gone)
        self.tell()
        return outdated


@dataclass(slots=True)
class _Seen:
    """What a run has read: the comments by their ids, and when the oldest of them was posted."""

    ids: set[str] = field(default_factory=set)
    oldest: datetime | None = None


def _read(into: _Into, connector: Connector, since: Checkpoint | datetime | None, seen: _Seen) -> None:
    outdated: set[str] = set()
    begun = into.moment()
    for batch in connector.fetch(since):
        seen.ids.update(comment.id for comment in batch.comments)
        posted = [comment.created for comment in batch.comments]
        seen.oldest = min([*posted, seen.oldest] if seen.oldest else posted, default=None)
        outdated |= into.save(batch.comments, begun, batch.checkpoint)
    ids = sorted(outdated)
    for start in range(0, len(ids), _GET_AT_ONCE):  # many, where a raid was decided meanwhile
        begun = into.moment()
        into.save(list(connector.get(ids[start : start + _GET_AT_ONCE])), begun)


def _look_for_missing(into: _Into, connector: Connector, since: datetime | None, seen: set[str]) -> None:
    """A stored comment that the re-reading did not bring is asked for by name: it is in another state there, or gone."""
    with into.house.store.reading() as session:
        missing = missing_since(session, into.house.store.vault, into.page_id, since, seen)
    ids = sorted(missing)
    for start in range(0, len(ids), _GET_AT_ONCE):
        asked, begun = ids[start : start + _GET_AT_ONCE], into.moment()
        found = list(connector.get(asked))
        there = {comment.id for comment in found}
        into.save(found, begun, gone=[missing[id] for id in asked if id not in there])


def _broke_off(session: Session, page_id: str) -> bool:
    """Whether a reading of everything that had taken long has ended in the middle, where the checkpoint stands: then the next one goes on.

    It would never come to its end otherwise, nor to what is new, where it takes longer than a run may. What takes little is read anew:
    behind a checkpoint a platform may leave out what only a whole reading finds.
    """
    its_batches = (Run.started == PageCheckpoint.stored, Run.depth == Depth.ALL, Run.status == RunStatus.FAILED)
    query = select(Run).join(PageCheckpoint, col(PageCheckpoint.page_id) == col(Run.page_id))
    broken = session.exec(query.where(Run.page_id == page_id, *its_batches)).first()
    return broken is not None and broken.ended is not None and broken.ended - broken.started >= _LONG


def _keep_settings(house: House, page_id: str, settings: PageSettings) -> None:
    with house.store.transaction() as session:
        session.get_one(Page, page_id).is_public = settings.public


def _checkpoint(session: Session, vault: Vault, page_id: str) -> Checkpoint | None:
    row = session.get(PageCheckpoint, page_id)
    return Checkpoint(json.loads(vault.open(_CHECKPOINT, page_id, row.value_sealed))) if row else None


def _keep_checkpoint(session: Session, vault: Vault, page_id: str, checkpoint: Checkpoint, now: datetime) -> None:
    row = session.get(PageCheckpoint, page_id) or PageCheckpoint(page_id=page_id, value_sealed=b"", stored=now)
    row.value_sealed, row.stored = vault.seal(_CHECKPOINT, page_id, json.dumps(dict(checkpoint.value))), now
    session.add(row)
