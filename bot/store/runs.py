"""The line of a run on the ledger, kept true while the run goes on."""

from __future__ import annotations

from sqlmodel import Session, col, update

from bot.records import Run


def add_to_run(session: Session, run_id: str | None, **more: int) -> None:
    """Add to a run's counts, in the transaction that does what is counted: so they are true also when the run is killed."""
    if run_id is not None and any(more.values()):
        counts = {name: getattr(Run, name) + number for name, number in more.items()}
        session.exec(update(Run).where(col(Run.id) == run_id).values(**counts))
