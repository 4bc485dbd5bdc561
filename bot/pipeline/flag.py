"""Flag: the policy looks at the signals. One flag a revision, carrying every rule that it breaks (DESIGN.md 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import col, select, update

from bot import actions
from bot.domain import deadlines
from bot.domain.class_pages import ClassPage
from bot.domain.policy import held_by_machine
from bot.domain.review import FlagState, Outcome, Verdict
from bot.house import House
from bot.pipeline.joining import join
from bot.pipeline.piling import pile_up
from bot.pipeline.reflag import add_rules, flag_rule, is_waiting_for_nothing, says_the_same, uncover
from bot.pipeline.scene import Judged, Scene
from bot.records import Decision, Flag, FlagRule, Page, Revision, new_id
from bot.store import Session
from bot.store.again import again
from bot.store.neighbours import rules_of
from bot.store.pages import page_document
from bot.store.runs import add_to_run
from bot.store.saving import lock_page
from bot.store.signals import Unflagged, unflagged
from connectors.base import ActionKind

BATCH = 200

_LATE = timedelta(days=1)
"""A comment found longer ago is flagged because a roster, a detector or the policy is new: its deadline counts from now."""


@dataclass(frozen=True, slots=True)
class _Desk:
    """What is needed to raise the flags of a batch of comments of one page: all of it is looked up at once."""

    house: House
    page: Page
    document: ClassPage
    flags: Mapping[str, Flag]
    held: Mapping[str, Sequence[Flag]]
    """Flags on earlier words of a comment, by its id, for which we hid it."""
    edited: Mapping[str, Sequence[Flag]]
    """Open flags on earlier words of a comment, by its id, that are too serious to go with the words."""
    said: Mapping[str, Mapping[str, str]]
    """The rules of those, with their severities, by the flag's id."""
    scene: Scene
    now: datetime
    new_rules: list[FlagRule] = field(default_factory=list)


def flag_page(house: House, page_id: str, now: datetime, run_id: str | None = None) -> int:
    """Raise the flags that the stored signals of a page call for; returns how many are new. `run_id`: the run that counts them."""
    flagged = 0
    while (new := _flag_batch(house, page_id, now, run_id)) is not None:
        flagged += new
    return flagged


@again
def _flag_batch(house: House, page_id: str, now: datetime, run_id: str | None) -> int | None:
    """Look at the oldest comments that wait; how many flags are new. None: nothing waits."""
    with house.store.transaction() as session:
        lock_page(session, page_id)
        waiting = unflagged(session, page_id, BATCH)
        if not waiting:
            return None
        page, document = session.get_one(Page, page_id), page_document(session, house.store.vault, page_id)
        scene = Scene(session, house, page, document, min(c.created for c in waiting), now)
        judged = _judge(scene, waiting)
        scene.note_covered(each for each in judged if not each.is_neighbour)
        desk = _desk(scene, judged)
        new = sum(_take_up(session, desk, each) for each in judged)
        _write(session, desk)
        add_to_run(session, run_id, flagged=new)
        looked_at = [comment.revision_id for comment in waiting]
        session.exec(update(Revision).where(col(Revision.id).in_(looked_at)).values(flagged=now))
        return new


def _judge(scene: Scene, waiting: Sequence[Unflagged]) -> list[Judged]:
    """Judge each comment by itself and then by what stands around it, which may concern comments that were looked at before.

    What has been edited since is left out: the newer wording is judged by itself.
    """
    judged = {each.comment.comment_id: each for each in scene.judge([c for c in waiting if c.is_current])}
    judged |= join(scene, judged)
    judged |= pile_up(scene, judged)
    return list(judged.values())


def _desk(scene: Scene, judged: Sequence[Judged]) -> _Desk:
    session = scene.session
    revisions, comments = [j.comment.revision_id for j in judged], [j.comment.comment_id for j in judged]
    # all flags of the batch are locked at once and before the evidence chain: two that decide cannot wait for each other
    stands = col(Flag.edited).is_not(None) & (col(Flag.state) == FlagState.OPEN)
    earlier = col(Flag.comment_id).in_(comments) & (col(Flag.held).is_(True) | stands)
    concerned = (col(Flag.revision_id).in_(revisions)) | earlier
    flags = session.exec(select(Flag).where(concerned).order_by(col(Flag.id)).with_for_update()).all()
    held: dict[str, list[Flag]] = {}
    edited: dict[str, list[Flag]] = {}
    for flag in flags:
        is_edited = flag.edited is not None and flag.state == FlagState.OPEN
        if flag.held and (is_edited or flag.outcome == Outcome.SUPERSEDED):
            held.setdefault(flag.comment_id, []).append(flag)
        if is_edited:
            edited.setdefault(flag.comment_id, []).append(flag)
    said = rules_of(session, [flag.id for each in edited.values() for flag in each]) if edited else {}
    by_revision = {flag.revision_id: flag for flag in flags}
    return _Desk(scene.house, scene.page, scene.document, by_revision, held, edited, said, scene, scene.now)


def _take_up(session: Session, desk: _Desk, judged: Judged) -> bool:
    """Raise the flag of one revision, or add to it; True: a flag is new, or waits again since a consent has ended."""
    comment, broken = judged.comment, judged.broken
    flag = desk.flags.get(comment.revision_id)
    if not judged.is_neighbour:
        _follow_edit(session, desk, judged)
    if not broken:
        _let_go(session, desk, comment, flag)
        return False
    is_new = flag is None
    if flag is None:
        flag = _open_flag(session, desk, judged)
    else:
        says_more = add_rules(session, desk.house, flag, broken, judged.findings, desk.now)
        is_new = not judged.is_neighbour and uncover(session, flag, desk.scene, judged)
        if not says_more and not is_new:
            return False
    _hold_or_release(session, desk, flag, judged)
    return is_new


def _follow_edit(session: Session, desk: _Desk, judged: Judged) -> None:
    """Close the flags on earlier words which the new words repeat. The others stay, and so does the proof of what was said.

    A restricted flag takes the place of none that others know of: that it was closed would be a trace.
    """
    restricted = any(b.restricted for b in judged.broken)
    for flag in desk.edited.get(judged.comment.comment_id, ()):
        same = says_the_same(judged.broken, desk.said.get(flag.id, {}))
        if same and (flag.restricted or not restricted):
            flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
        else:
            actions.keep_evidence(session, desk.house, flag, flag.revision_id, desk.now)


def _open_flag(session: Session, desk: _Desk, judged: Judged) -> Flag:
    comment, broken = judged.comment, judged.broken
    found = comment.found if timedelta(0) <= desk.now - comment.found < _LATE else desk.now  # or found by a clock ahead
    severity = broken[0].severity
    earlier = desk.held.get(comment.comment_id, ())
    flag = Flag(
        id=new_id(),
        site_id=desk.page.site_id,
        page_id=desk.page.id,
        comment_id=comment.comment_id,
        revision_id=comment.revision_id,
        severity=severity,
        rank=severity.rank,
        due=deadlines.due(broken, found),
        state=FlagState.OPEN,
        restricted=any(b.restricted for b in broken),
        held=bool(earlier),
        policy_version=desk.house.policy_version,
        opened=desk.now,
    )
    for held in earlier:  # what we hid for other words is still hidden: the new flag answers for it
        held.held, held.version = False, held.version + 1
    session.add(flag)
    desk.new_rules.extend(flag_rule(desk.house.store.vault, flag.id, b, judged.findings) for b in broken)
    return flag


def _write(session: Session, desk: _Desk) -> None:
    """Write the new flags of the batch in one statement, and then their rules, which refer to them."""
    session.flush()
    session.add_all(desk.new_rules)
    desk.new_rules.clear()
    session.flush()


def _hold_or_release(session: Session, desk: _Desk, flag: Flag, judged: Judged) -> None:
    """Hide until a person has looked, where page or policy ask for it; and never a cry for help."""
    if flag.state != FlagState.OPEN:
        return
    broken = judged.broken
    if flag.held and any(b.rule.never_hold for b in broken):
        _machine_orders(session, desk, flag, ActionKind.RESTORE)
    elif not flag.held and held_by_machine(desk.document, broken, open_to_public=desk.page.is_public is not False):
        _machine_orders(session, desk, flag, ActionKind.HIDE)


def _let_go(session: Session, desk: _Desk, comment: Unflagged, flag: Flag | None) -> None:
    """Let go of what waits on nothing any more: what could not be checked and now was, a hold on words since edited."""
    if flag is not None and is_waiting_for_nothing(session, flag):
        flag.state, flag.outcome, flag.version = FlagState.CLOSED, Outcome.SUPERSEDED, flag.version + 1
        asked = actions.cancel_waiting(session, flag.comment_id, "it could be checked, and is clean", desk.now)
        if flag.held or asked:
            _machine_orders(session, desk, flag, ActionKind.RESTORE, revision_id=comment.revision_id)
    for earlier in desk.held.get(comment.comment_id, ()):
        _machine_orders(session, desk, earlier, ActionKind.RESTORE, revision_id=comment.revision_id)


def _machine_orders(
    session: Session, desk: _Desk, flag: Flag, kind: ActionKind, *, revision_id: str | None = None
) -> None:
    _write(session, desk)
    verdict = Verdict.HOLD if kind is ActionKind.HIDE else Verdict.RELEASE
    decision = Decision(id=new_id(), flag_id=flag.id, flag_version=flag.version, kind=verdict, at=desk.now)
    session.add(decision)
    flag.version += 1
    session.flush()
    actions.order(session, desk.house, flag, decision.id, kind, desk.now, revision_id=revision_id)
