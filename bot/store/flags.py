"""Flags as rows: compare-and-set, and what an edit does to them (DESIGN.md 4 and 7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from bot.domain.class_pages import Severity
from bot.domain.review import FlagState, Outcome
from bot.records import WAITS, Action, ActionState, Flag

GONE = "the comment is no more on the platform"


def advance_flag(session: Session, flag_id: str, version: int, **changes: object) -> bool:
    """Change a flag if it still has this version (compare-and-set). False: somebody else was first."""
    changed = session.connection().execute(
        update(Flag).where(col(Flag.id) == flag_id, col(Flag.version) == version).values(version=version + 1, **changes)
    )
    return changed.rowcount == 1


def supersede(session: Session, comment_id: str, now: datetime) -> None:
    """Let go of what rests on an earlier wording of a comment: its open flag, and the action that nobody carried out.

    A hide or a restore that was decided but not carried out did nothing: its flag is superseded too, so that what we hid is not
    forgotten. What is critical or high stays open: whoever edits a threat away has said it all the same. It is closed only by
    a flag on the new words that says the same (`pipeline.flag`). An escalated flag stays: its case goes on.
    """
    waiting = (col(Action.comment_id) == comment_id, col(Action.state) == ActionState.PENDING)
    flags = session.exec(select(Flag).where(Flag.comment_id == comment_id).order_by(Flag.id).with_for_update()).all()
    pending = session.exec(
        select(Action).where(*waiting).with_for_update()
    ).all()  # looked up behind the lock of their flags
    unmoved = {action.flag_id for action in pending}
    unsure = {action.flag_id for action in pending if action.kind == "hide" and action.unsure}
    for flag in flags:
        flag.held = flag.held or flag.id in unsure  # the platform may have hidden it for us
        decided_in_vain = flag.state == FlagState.CLOSED and flag.id in unmoved
        if flag.state == FlagState.OPEN or decided_in_vain:
            _let_go_or_stay(flag, now)
    session.exec(
        update(Action).where(*waiting).values(state=ActionState.CANCELLED, cause="the comment was edited", done=now)
    )


def _let_go_or_stay(flag: Flag, now: datetime) -> None:
    stays = flag.rank <= Severity.HIGH.rank and (flag.state == FlagState.OPEN or flag.outcome == Outcome.UPHELD)
    flag.version += 1
    if not stays:
        flag.state, flag.outcome = FlagState.CLOSED, Outcome.SUPERSEDED
        return
    if flag.state == FlagState.CLOSED:  # it was decided, and the words were gone before anything was done: decide anew
        flag.state, flag.outcome, flag.due, flag.acknowledged = FlagState.OPEN, None, now, None
    flag.edited = flag.edited or now


def reopen(session: Session, comment_id: str, now: datetime) -> None:
    """What was hidden by a decision is public again, and not by our doing: its flag waits for a person at once."""
    hidden = select(Action.flag_id).where(
        Action.comment_id == comment_id, Action.kind == "hide", Action.state == ActionState.DONE
    )
    stands = (col(Flag.outcome) == Outcome.UPHELD) | (col(Flag.state) == FlagState.ESCALATED)
    for flag in session.exec(select(Flag).where(col(Flag.id).in_(hidden), stands).with_for_update()):
        flag.state, flag.outcome, flag.due, flag.version = FlagState.OPEN, None, now, flag.version + 1
        flag.acknowledged = flag.not_serious_by = None


def close_flags_of_page(session: Session, page_id: str) -> None:
    """Close the open flags of a sample page that has left: nobody has to decide about invented comments."""
    session.exec(
        update(Flag)
        .where(col(Flag.page_id) == page_id, col(Flag.state) == FlagState.OPEN)
        .values(state=FlagState.CLOSED, outcome=Outcome.SUPERSEDED, version=Flag.version + 1)
    )


def unassign(session: Session, person_id: str) -> int:
    """Nobody's turn more than the others', where it was this person's; how many flags that are not closed."""
    theirs = (col(Flag.assigned_to) == person_id, col(Flag.state) != FlagState.CLOSED)
    changed = session.connection().execute(
        update(Flag).where(*theirs).values(assigned_to=None, version=Flag.version + 1)
    )
    return changed.rowcount


def note_changed(session: Session, comment_ids: Sequence[str]) -> None:
    """What is said of these comments beside their words has changed: the flags on them that wait are shown anew."""
    waiting = (col(Flag.comment_id).in_(comment_ids), WAITS)
    session.exec(update(Flag).where(*waiting).values(version=Flag.version + 1))


def bring_back(session: Session, comment_id: str) -> None:
    """A comment that was gone is there again: what was cancelled for that reason waits again, and its flag's card says so."""
    note_changed(session, [comment_id])
    stands = (col(Flag.state).in_([FlagState.OPEN, FlagState.ESCALATED])) | (col(Flag.outcome) == Outcome.UPHELD)
    wanted = select(Flag.id).where(Flag.comment_id == comment_id, stands)  # nobody has let the comment go meanwhile
    gone = (
        col(Action.comment_id) == comment_id,
        col(Action.state) == ActionState.CANCELLED,
        col(Action.cause) == GONE,
        col(Action.flag_id).in_(wanted),
    )
    session.exec(update(Action).where(*gone).values(state=ActionState.PENDING, cause="", done=None))
