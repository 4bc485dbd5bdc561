"""One run over one page, on the ledger from its first moment: "no flags" and "did not run" never look alike."""

from __future__ import annotations

import time
from concurrent.futures import wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Event

from sqlmodel import col, exists, select, update

from bot import actions
from bot.domain.errors import Advice
from bot.domain.own_rules import OWN_RULES
from bot.domain.policy import unwatched
from bot.domain.schedule import Depth
from bot.house import House, Stopped, page_lock
from bot.pipeline.fetch import Fetched, fetch_page, is_first_run
from bot.pipeline.flag import flag_page
from bot.pipeline.score import Bench, Scored, prepare, score_page
from bot.records import IS_UNSCORED, Flag, Revision, Run, RunStatus, new_id
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
        Stopped: the process ends; the run stays open on the ledger, and the page is due, as after a crash.
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
        judge = _Judge(house, result, now, run_id)
        fetched_badly = _fetch_and_judge(house, depth, result, judge, now)
        if actions.carry_out(house, page_id, now).changed:
            judge.judge()
        result.error = "; ".join(problem for problem in (fetched_badly, judge.problem) if problem)
        result.status = RunStatus.FAILED if result.error else RunStatus.DONE
        _end(house, run_id, result)
    return result


def _fetch_and_judge(house: House, depth: Depth, result: RunResult, judge: _Judge, now: datetime) -> str:
    """Fetch, and beside it judge what is stored already: the first comment of a long page need not wait for the last one."""
    counts, news = Fetched(run_id=judge.run_id), Event()
    fetching = house.beside.submit(_fetch, house, result.page, depth, counts, now, news)
    fetching.add_done_callback(lambda _: news.set())
    try:
        while not fetching.done():
            judge.judge()  # at first what waits already, if anything: the detectors are loaded while the platform answers
            news.wait()
            news.clear()
        failed, result.retry_at = fetching.result()
    except BaseException:
        counts.enough = True
        wait([fetching])
        raise
    result.fetched, result.deleted = counts.fetched, counts.deleted
    judge.judge()
    return failed


def _fetch(
    house: House, page_id: str, depth: Depth, counts: Fetched, now: datetime, news: Event
) -> tuple[str, datetime | None]:
    """Fetch, and say why it failed where it did, and before when the platform does not want to be asked again."""
    began = time.monotonic()
    try:
        fetch_page(house, page_id, depth, counts, now, news.set)
    except Unavailable as error:
        pause = min(error.retry_after or 0, _LONGEST_WAIT)
        told = f"{error} (it asks to wait {pause:.0f} seconds)" if pause else str(error)
        return told, now + timedelta(
            seconds=time.monotonic() - began + pause
        )  # it was said only now, perhaps after an hour
    except (StoreProblem, Stopped):
        raise  # nothing can be proved without the database
    except (ConnectorError, Advice) as error:
        return str(error), None
    except Exception as error:  # noqa: BLE001  # a connector may be a district's own; its message may quote a comment
        return f"the connector broke ({type(error).__name__}): tell whoever wrote it", None
    return "", None


def pages_to_rescore(house: House) -> list[str]:
    """The pages on which a comment that has a flag has new words, which nobody has judged."""
    with house.store.reading() as session:
        flagged = exists().where(col(Flag.comment_id) == Revision.comment_id)
        return list(session.exec(select(Revision.page_id).where(IS_UNSCORED, Revision.number > 1, flagged).distinct()))


def rescore_page(house: House, page_id: str, now: datetime) -> RunResult:
    """Score and flag what is stored and waits: after an action found that its comment had been edited. A scan does it itself."""
    result = RunResult(page_id)
    with page_lock(house, page_id) as alone:
        if not alone:
            result.status, result.error = RunStatus.SKIPPED, "a scan of this page is running"
            return result
        judge = _Judge(house, result, now)
        judge.judge()
        result.error = judge.problem
        result.status = RunStatus.FAILED if result.error else RunStatus.DONE
    return result


@dataclass(slots=True)
class _Judge:
    """Scores and flags what a page holds, as often as something new is there; `problem` says why it could not."""

    house: House
    result: RunResult
    now: datetime
    run_id: str | None = None
    problem: str = ""
    bench: Bench | None = None

    def judge(self) -> None:
        """Score and flag what waits. What broke once is not tried again in the same run."""
        if self.problem:
            return
        counts = Scored(run_id=self.run_id)
        try:
            score_page(self.house, self._bench(), counts, self._flag)
            self._flag()  # also what an earlier run has left scored
        except (StoreProblem, Stopped):
            raise
        except (BrokenModerator, Advice) as error:
            self.problem = f"nothing was scored: {error}"
            return
        except Exception as error:  # noqa: BLE001  # a detector may be a district's own; its message may quote a comment
            self.problem = (
                f"nothing was scored: {type(error).__name__} in a detector or in the policy; see `hallmonitor doctor`"
            )
            return
        finally:
            self.result.scored += counts.scored
            self.result.failed += counts.failed

    def _flag(self) -> None:
        """Raise the flags that are called for, and carry out at once what is ordered: a threat is not held at the end of a long run."""
        self.result.flagged += flag_page(self.house, self.result.page, self.now, self.run_id)
        if self.run_id is not None:
            actions.carry_out(self.house, self.result.page, self.now)

    def _bench(self) -> Bench:
        if self.bench is None:
            watched = {signal for moderator in self.house.moderators() for signal in moderator.signals}
            self.result.not_watched = tuple(unwatched(self.house.policy, watched | OWN_RULES))
            self.bench = prepare(self.house, self.result.page, self.now)
        return self.bench


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
