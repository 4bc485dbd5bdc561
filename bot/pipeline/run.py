"""One run over one page, on the ledger from its first moment: "no flags" and "did not run" never look alike."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from bot import actions
from bot.domain.errors import Advice
from bot.domain.policy import unwatched
from bot.domain.schedule import Depth
from bot.house import House
from bot.pipeline.fetch import Fetched, fetch_page, is_first_run
from bot.pipeline.flag import flag_page
from bot.pipeline.score import score_page
from bot.records import Run, RunStatus, new_id
from bot.settings import MissingSecret
from connectors.base import ConnectorError, Unavailable
from moderators.base import BrokenModerator

INTERRUPTED = "interrupted: the program ended in the middle; what it had stored is kept, and the next run goes on"


_LONGEST_WAIT = 86_400.0


@dataclass(slots=True)
class RunResult:
    """What a run did. `fetched` counts new and changed revisions."""

    page: str
    status: RunStatus = RunStatus.RUNNING
    fetched: int = 0
    scored: int = 0
    flagged: int = 0
    failed: int = 0
    deleted: int = 0
    error: str = ""
    retry_at: datetime | None = None
    not_watched: tuple[str, ...] = ()


def scan_page(house: House, page_id: str, depth: Depth, now: datetime, *, impatient: bool = False) -> RunResult:
    """Fetch, score and flag one page, and carry out what waits for it. Never raises for what one page alone suffers from.

    Raises:
        StoreProblem: the database cannot be used; then nothing can be proved, and no page is scanned.
    """
    result = RunResult(page_id)
    with _alone(house, page_id) as alone:
        if not alone:
            result.status, result.error = RunStatus.SKIPPED, "another scan of this page is running"
            return result
        depth = Depth.ALL if is_first_run(house, page_id) else depth
        run_id = _begin(house, page_id, depth, now)
        unread = _fetch(house, page_id, depth, result, now)
        problems = [unread] if unread else []
        try:
            _judge(house, page_id, result, now)
        except BrokenModerator as error:
            problems.append(f"nothing was scored: {error}")
        if not unread:
            actions.carry_out(house, page_id, now, impatient=impatient)
        result.status = RunStatus.FAILED if problems else RunStatus.DONE
        result.error = "; ".join(problems)
        _end(house, run_id, result)
    return result


def _fetch(house: House, page_id: str, depth: Depth, result: RunResult, now: datetime) -> str:
    """Fetch, and say why it failed where it did."""
    counts = Fetched()
    problem = ""
    try:
        fetch_page(house, page_id, depth, counts, now)
    except Unavailable as error:
        wait = error.retry_after or 0
        result.retry_at = now + timedelta(seconds=min(wait, _LONGEST_WAIT))
        problem = f"{error} (it asks to wait {wait:.0f} seconds)" if wait else str(error)
    except (ConnectorError, MissingSecret) as error:
        problem = str(error)
    except Advice:
        raise  # the database or the keys: no page can go on
    except Exception as error:  # noqa: BLE001  # a connector may be a district's own; its message may quote a comment
        problem = f"the connector broke ({type(error).__name__}): tell whoever wrote it"
    result.fetched, result.deleted = counts.fetched, counts.deleted
    return problem


def rescore_page(house: House, page_id: str, now: datetime) -> RunResult:
    """Score and flag what is stored and waits: after an action found that its comment had been edited."""
    result = RunResult(page_id)
    _judge(house, page_id, result, now)
    result.status = RunStatus.DONE
    return result


def _judge(house: House, page_id: str, result: RunResult, now: datetime) -> None:
    watched = {signal for moderator in house.moderators() for signal in moderator.signals}
    result.not_watched = tuple(unwatched(house.policy, watched | {"unchecked"}))
    scored = score_page(house, page_id, now)
    result.scored, result.failed = scored.scored, scored.failed
    result.flagged = flag_page(house, page_id, now)


@contextmanager
def _alone(house: House, page_id: str) -> Iterator[bool]:
    """A lock on the page for this machine; the system frees it when the process dies, so no crash can leave it behind."""
    folder = house.environment.home / "locks"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / page_id).open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _begin(house: House, page_id: str, depth: Depth, now: datetime) -> str:
    with house.store.transaction() as session:
        session.exec(
            update(Run)
            .where(col(Run.page_id) == page_id, col(Run.status) == RunStatus.RUNNING)
            .values(status=RunStatus.FAILED, error=INTERRUPTED, ended=now)
        )
        run = Run(id=new_id(), page_id=page_id, depth=depth, started=now)
        session.add(run)
    return run.id


def _end(house: House, run_id: str, result: RunResult) -> None:
    with house.store.transaction() as session:
        run = session.exec(select(Run).where(Run.id == run_id)).one()
        run.status, run.ended, run.error, run.retry_at = result.status, house.clock(), result.error, result.retry_at
        run.fetched, run.scored, run.flagged = result.fetched, result.scored, result.flagged
        run.failed, run.deleted, run.not_watched = result.failed, result.deleted, ", ".join(result.not_watched)
