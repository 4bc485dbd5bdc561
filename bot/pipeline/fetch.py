"""Fetch: a page's comments and the checkpoint behind them, stored in one transaction a batch (DESIGN.md 4)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot.domain.schedule import REREAD_WINDOW, Depth
from bot.house import House
from bot.records import Page, PageCheckpoint
from bot.store import Session
from bot.store.comments import mark_deleted, missing_since
from bot.store.pages import page_document
from bot.store.saving import save_comments
from bot.vault import Vault
from connectors.base import Checkpoint, Connector, PageSettings

_CHECKPOINT = "checkpoint.value_sealed"
_GET_AT_ONCE = 100


@dataclass(slots=True)
class Fetched:
    """How many revisions were new, and how many comments are no more on their platform."""

    fetched: int = 0
    deleted: int = 0


def is_first_run(house: House, page_id: str) -> bool:
    """Whether nothing of the page was ever stored: then everything is read, whatever was asked."""
    with house.store.reading() as session:
        return session.get(PageCheckpoint, page_id) is None


def fetch_page(house: House, page_id: str, depth: Depth, counts: Fetched, now: datetime) -> None:
    """Store what the platform holds: behind the checkpoint always, and as far back as `depth` asks.

    `counts` is filled batch by batch, so that it tells the truth also where the platform fails in the middle.

    Raises:
        ConnectorError: the platform cannot be read; whole batches that came before are kept.
        MissingSecret: the page's credential is not in the environment.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        page = page_document(session, vault, page_id)
        checkpoint = _checkpoint(session, vault, page_id)
    connector = house.connect(page)
    _keep_settings(house, page_id, connector.check())
    everything = depth is Depth.ALL or checkpoint is None
    seen = _read(house, connector, page_id, None if everything else checkpoint, counts, now)
    since = None if everything else now - REREAD_WINDOW
    if since is not None and depth is Depth.RECENT:
        seen |= _read(house, connector, page_id, since, counts, now)
    if everything or depth is Depth.RECENT:
        _look_for_missing(house, connector, page_id, since, seen, counts, now)


def _read(
    house: House,
    connector: Connector,
    page_id: str,
    since: Checkpoint | datetime | None,
    counts: Fetched,
    now: datetime,
) -> set[str]:
    seen: set[str] = set()
    for batch in connector.fetch(since):
        seen.update(comment.id for comment in batch.comments)
        with house.store.transaction() as session:
            counts.fetched += save_comments(session, house.store.vault, page_id, batch.comments, now)
            if batch.checkpoint is not None:
                _keep_checkpoint(session, house.store.vault, page_id, batch.checkpoint, now)
    return seen


def _look_for_missing(
    house: House,
    connector: Connector,
    page_id: str,
    since: datetime | None,
    seen: set[str],
    counts: Fetched,
    now: datetime,
) -> None:
    """A stored comment that the re-reading did not bring is asked for by name: it is in another state there, or gone."""
    with house.store.reading() as session:
        missing = missing_since(session, house.store.vault, page_id, since, seen)
    ids = sorted(missing)
    for start in range(0, len(ids), _GET_AT_ONCE):
        asked = ids[start : start + _GET_AT_ONCE]
        found = list(connector.get(asked))
        gone = [missing[id] for id in asked if id not in {comment.id for comment in found}]
        with house.store.transaction() as session:
            counts.fetched += save_comments(session, house.store.vault, page_id, found, now)
            mark_deleted(session, gone, now)
        counts.deleted += len(gone)


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
