"""One run over one page, on the ledger from its first moment: "no flags" and "did not run" never look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from bot import actions
from bot.domain.errors import Advice
from bot.domain.policy import unwatched
from bot.domain.schedule import Depth
from bot.house import House, page_lock
from bot.pipeline.fetch import Fetched, fetch_page, is_first_run
from bot.pipeline.flag import flag_page
from bot.pipeline.score import Scored, score_page
from bot.records import Run, RunStatus, new_id
from bot.store import StoreProblem
from connectors.base import ConnectorError, Unavailable
from moderators.base import BrokenModerator

_ERROR = "run.error_sealed"


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
    with page_lock(house, page_id) as alone:
        if not alone:
            result.status, result.error = RunStatus.SKIPPED, "another scan of this page is running"
            return result
        depth = Depth.ALL if is_first_run(house, page_id) else depth
        run_id = _begin(house, page_id, depth, now)
        # first what waits: a hide whose answer was lost must not look like somebody else's edit
        actions.carry_out(house, page_id, now, impatient=impatient)
        problems = [_fetch(house, page_id, depth, result, now), _judge(house, page_id, result, now)]
        if actions.carry_out(house, page_id, now).changed:
            problems.append(_judge(house, page_id, result, now))
        result.error = "; ".join(problem for problem in problems if problem)
        result.status = RunStatus.FAILED if result.error else RunStatus.DONE
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
    except StoreProblem:
        raise  # nothing can be proved without the database
    except (ConnectorError, Advice) as error:
        problem = str(error)
    except Exception as error:  # noqa: BLE001  # a connector may be a district's own; its message may quote a comment
        problem = f"the connector broke ({type(error).__name__}): tell whoever wrote it"
    result.fetched, result.deleted = counts.fetched, counts.deleted
    return problem


def rescore_page(house: House, page_id: str, now: datetime) -> RunResult:
    """Score and flag what is stored and waits: after an action found that its comment had been edited."""
    result = RunResult(page_id)
    result.error = _judge(house, page_id, result, now)
    result.status = RunStatus.FAILED if result.error else RunStatus.DONE
    return result


def _judge(house: House, page_id: str, result: RunResult, now: datetime) -> str:
    """Score and flag, and say why it failed where it did."""
    counts = Scored()
    try:
        watched = {signal for moderator in house.moderators() for signal in moderator.signals}
        result.not_watched = tuple(unwatched(house.policy, watched | {"unchecked"}))
        score_page(house, page_id, counts, now)
    except StoreProblem:
        raise
    except (BrokenModerator, Advice) as error:
        return f"nothing was scored: {error}"
    except Exception as error:  # noqa: BLE001  # a detector may be a district's own; its message may quote a comment
        return f"nothing was scored: {type(error).__name__} in a detector; see `hallmonitor doctor`"
    finally:
        result.scored, result.failed = result.scored + counts.scored, result.failed + counts.failed
    result.flagged += flag_page(house, page_id, now)
    return ""


def _begin(house: House, page_id: str, depth: Depth, now: datetime) -> str:
    with house.store.transaction() as session:
        session.exec(
            update(Run)
            .where(col(Run.page_id) == page_id, col(Run.status) == RunStatus.RUNNING)
            .values(status=RunStatus.FAILED, ended=now)
        )
        run = Run(id=new_id(), page_id=page_id, depth=depth, started=now)
        session.add(run)
    return run.id


def _end(house: House, run_id: str, result: RunResult) -> None:
    with house.store.transaction() as session:
        run = session.exec(select(Run).where(Run.id == run_id)).one()
        run.status, run.ended, run.retry_at = result.status, house.clock(), result.retry_at
        run.error_sealed = house.store.vault.seal(_ERROR, run.id, result.error) if result.error else None
        run.fetched, run.scored, run.flagged = result.fetched, result.scored, result.flagged
        run.failed, run.deleted, run.not_watched = result.failed, result.deleted, ", ".join(result.not_watched)
