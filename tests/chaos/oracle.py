"""The oracle: knows what people did on the platform, and says in one line each what the database says wrong of it.

`always` holds at every moment, also right after a death. `settled` holds when a run has gone through undisturbed. Both compare the rows
with the platform's own memory; neither asks our code what it thinks it has done, but for opening a seal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from bot.domain.review import FlagState, Outcome, Verdict
from bot.records import Action, ActionState, Flag, Revision, Run, RunStatus, Scoring
from connectors.base import ActionKind, CommentState
from tests.chaos.platform import BECOMES
from tests.chaos.school import School
from tests.chaos.sight import Sight, marks


def always(school: School) -> list[str]:
    """What is wrong at this moment, whatever is under way or has died."""
    sight = look(school)
    return [*_wordings(sight), *_signals(sight), *_flags(sight), *_acts(sight), *_ledger(sight, school)]


def settled(school: School) -> list[str]:
    """What is wrong after an undisturbed run: nothing may be missing any more."""
    sight = look(school)
    return [
        *_wordings(sight), *_signals(sight), *_flags(sight), *_acts(sight), *_ledger(sight, school),
        *_all_is_stored(sight), *_nothing_waits(sight), *_decided_once(sight), *_done_on_the_platform(sight),
        *_hidden_for_a_reason(sight),
    ]  # fmt: skip


def expect_always(school: School) -> None:
    """Look, and raise `Wrong` where something is."""
    _expect(always(school))


def expect_settled(school: School) -> None:
    """Look after an undisturbed run, and raise `Wrong` where something is missing."""
    _expect(settled(school))


class Wrong(AssertionError):
    """The oracle disagrees. The message is one line."""


def _expect(problems: list[str]) -> None:
    if problems:
        raise Wrong("; ".join(problems))


def look(school: School) -> Sight:
    """Read database and platform."""
    with school.opened() as house:
        return Sight.read(house, school.board)


def _wordings(sight: Sight) -> Iterator[str]:
    """Each comment once; each wording that was stored once, and none that nobody has seen; a batch whole or not at all."""
    seen = sight.seen
    for id, row in sight.comments.items():
        stored = sight.revisions.get(id, [])
        numbers, texts = [r.number for r, _ in stored], [text for _, text in stored]
        if numbers != list(range(1, len(numbers) + 1)) or row.current != len(numbers):
            yield f"comment {id} has the wordings {numbers}, and counts {row.current}"
        shown = _once([seen.wordings[id, n] for n in seen.shown.get(id, [])])
        if not _within(texts, shown) or _once(texts) != texts:
            yield f"comment {id} was shown as {shown} and is stored as {texts}"
    for id, kept in seen.kept.items():
        texts = [text for _, text in sight.revisions.get(id, [])]
        if not _within(_once([seen.wordings[id, n] for n in kept]), texts):
            yield f"comment {id} was stored as {[seen.wordings[id, n] for n in kept]}, of which {texts} is left"
    if 0 < len(seen.last_batch & set(sight.comments)) < len(seen.last_batch):
        yield f"of the batch {sorted(seen.last_batch)} only {sorted(seen.last_batch & set(sight.comments))} is stored"


def _signals(sight: Sight) -> Iterator[str]:
    """What is scored has the signals of its words, each once; what is not has none."""
    for id, revision, text in _revisions(sight):
        expected = sorted(marks(text)) if revision.scoring == Scoring.SCORED else []
        if sorted(sight.signals.get(revision.id, [])) != expected:
            yield f"{id} ({text!r}, {revision.scoring}) has the signals {sight.signals.get(revision.id, [])}"


def _flags(sight: Sight) -> Iterator[str]:
    """One flag for a wording that breaks a rule, with all its rules; none for a clean one."""
    for id, revision, text in _revisions(sight):
        flags = sight.flags.get(revision.id, [])
        is_current = revision.number == sight.comments[id].current
        if len(flags) > 1 or (flags and not marks(text)):
            yield f"{id} ({text!r}) has {len(flags)} flags"
        if is_current and revision.flagged and marks(text) and not flags:
            yield f"{id} ({text!r}) was looked at and has no flag"
        for flag in flags:
            if sight.rules.get(flag.id, set()) != marks(text):
                yield f"the flag of {id} ({text!r}) has the rules {sight.rules.get(flag.id)}"
            if not is_current and flag.state == FlagState.OPEN and not _stays(sight, id, flag):
                yield f"the flag of {id} is open, though its words {text!r} are no more"


def _stays(sight: Sight, id: str, flag: Flag) -> bool:
    """Whether a flag outlives its words: what was critical or high does, until new words that say the same have a flag."""
    revision, text = sight.revisions[id][-1]
    repeats = revision.flagged is not None and sight.rules.get(flag.id, set()) <= marks(text)
    return flag.severity in ("critical", "high") and flag.edited is not None and not repeats


def _acts(sight: Sight) -> Iterator[str]:
    """Nothing is done on the platform that was not written down before, with its evidence; it is asked once an attempt."""
    if sight.broken_chain:
        yield f"the evidence chain breaks at {sight.broken_chain}"
    for id, kind, number in sight.seen.acts:
        words = sight.seen.wordings[id, number]
        ordered = [a for a in sight.actions.get(id, []) if a.kind == kind and a.attempts]
        if not ordered:
            yield f"{kind} of {id} was done, and no action says so"
        elif kind != ActionKind.RESTORE and words not in [sight.evidence[a.evidence_id or ""][1] for a in ordered]:
            yield f"{kind} of {id} was done on the words {words!r}, of which there is no evidence"
    for (id, kind), asked in sight.seen.asked.items():
        attempts = sum(a.attempts for a in sight.actions.get(id, []) if a.kind == kind)
        if asked > attempts:
            yield f"the platform was asked {asked} times to {kind} {id}, and {attempts} attempts are written down"


def _ledger(sight: Sight, school: School) -> Iterator[str]:
    """A run is at its end exactly when its process has written so, and counts no more than there is."""
    ended = [run for run in sight.runs if run.status == RunStatus.DONE or run.error_sealed]
    if len(ended) != school.ended_runs:
        yield f"{school.ended_runs} runs were ended, and the ledger says {_statuses(sight.runs)}"
    stored = sum(len(r) for r in sight.revisions.values())
    if sum(run.fetched for run in ended) > stored:
        yield f"the runs count {sum(run.fetched for run in ended)} new wordings, and {stored} are stored"
    flags = sum(len(f) for f in sight.flags.values())
    if sum(run.flagged for run in ended) > flags:
        yield f"the runs count {sum(run.flagged for run in ended)} new flags, and there are {flags}"
    if any(run.ended is None for run in sight.runs if run.status != RunStatus.RUNNING):
        yield "a run is over and has no end"


def _all_is_stored(sight: Sight) -> Iterator[str]:
    """Every comment as it stands now; and what is gone is known to be gone."""
    for id, (state, number) in sight.seen.now.items():
        row, words = sight.comments.get(id), sight.seen.wordings[id, number]
        if row is None:
            yield f"comment {id} ({words!r}) is not stored"
            continue
        if sight.revisions[id][-1][1] != words:
            yield f"comment {id} says {words!r}, and its last wording is {sight.revisions[id][-1][1]!r}"
        if (row.state, row.deleted) != (state, None):
            yield f"comment {id} is {state}, and stored as {row.state}{', deleted' if row.deleted else ''}"
    for id in set(sight.comments) - set(sight.seen.now):
        if sight.comments[id].deleted is None:
            yield f"comment {id} is gone, and nobody has noted it"


def _nothing_waits(sight: Sight) -> Iterator[str]:
    """Nothing unscored, nothing that the policy has not looked at, no action under way, no run left open."""
    for id, revision, text in _revisions(sight):
        if revision.scoring != Scoring.SCORED or revision.flagged is None:
            yield f"{id} ({text!r}) is {revision.scoring} and was looked at: {revision.flagged}"
        elif revision.number == sight.comments[id].current and marks(text) and not sight.flags.get(revision.id):
            yield f"{id} ({text!r}) has no flag"
    for id, actions in sight.actions.items():
        yield from (f"{a.kind} of {id} is {a.state}" for a in actions if a.state == ActionState.PENDING)
    if not sight.runs or sight.runs[-1].status != RunStatus.DONE or RunStatus.RUNNING in {r.status for r in sight.runs}:
        yield f"the last run is not done: {_statuses(sight.runs)}"


def _decided_once(sight: Sight) -> Iterator[str]:
    """What people decided stands once, and each escalated flag has one case with all its steps."""
    for flags in sight.flags.values():
        for flag in flags:
            kinds = [d.kind for d in sight.decisions.get(flag.id, []) if d.person_id]
            if len(kinds) > 1:
                yield f"flag {flag.id} was decided more than once: {kinds}"
            escalated = bool({Verdict.ESCALATE} & set(kinds)) or flag.state == FlagState.ESCALATED
            cases = sight.cases.get(flag.id, [])
            if len(cases) != int(escalated) or any(
                steps != list(range(1, len(steps) + 1)) or not steps for steps in cases
            ):
                yield f"flag {flag.id} ({kinds}) has cases with the steps {cases}"


def _done_on_the_platform(sight: Sight) -> Iterator[str]:
    """Each action is carried out once, its answer is stored, and the platform stands as the last one says."""
    acts = Counter((id, kind) for id, kind, _ in sight.seen.acts)
    for id, actions in sight.actions.items():
        for action in actions:
            if action.state == ActionState.DONE and not action.receipt_sealed:
                yield f"{action.kind} of {id} is done without a receipt"
        for kind in ActionKind:
            asked = [a for a in actions if a.kind == kind and a.attempts]
            if acts[id, kind] > len(asked) or (len(actions) == 1 and _is_done(asked) and acts[id, kind] != 1):
                yield f"{kind} of {id} was done {acts[id, kind]} times for {len(asked)} actions"
        last = max((a for a in actions if a.state == ActionState.DONE), key=lambda a: a.id, default=None)
        if id in sight.seen.now and last and sight.seen.now[id][0] != BECOMES[ActionKind(last.kind)]:
            yield f"{id} is {sight.seen.now[id][0]} on the platform, though the last action was {last.kind}"


def _hidden_for_a_reason(sight: Sight) -> Iterator[str]:
    """What we have hidden has a flag that answers for it: decided so, or held until somebody decides."""
    for id, (state, _) in sight.seen.now.items():
        flags = [flag for revision, _ in sight.revisions.get(id, []) for flag in sight.flags.get(revision.id, [])]
        if state != CommentState.VISIBLE and not any(flag.held or _wants_it_hidden(flag) for flag in flags):
            yield f"{id} is {state} on the platform by our doing, and no flag answers for it"


def _wants_it_hidden(flag: Flag) -> bool:
    return flag.outcome == Outcome.UPHELD or flag.state == FlagState.ESCALATED


def _is_done(actions: Sequence[Action]) -> bool:
    return any(a.state == ActionState.DONE for a in actions)


def _revisions(sight: Sight) -> Iterator[tuple[str, Revision, str]]:
    for id, stored in sight.revisions.items():
        for revision, text in stored:
            yield id, revision, text


def _statuses(runs: Sequence[Run]) -> str:
    return " ".join(run.status for run in runs)


def _once(texts: Sequence[str]) -> list[str]:
    """Without what follows upon itself: an edit back before anybody looked is none."""
    return [text for n, text in enumerate(texts) if n == 0 or text != texts[n - 1]]


def _within(part: Sequence[str], whole: Sequence[str]) -> bool:
    """Whether `part` stands in `whole`, in this order."""
    rest = iter(whole)
    return all(text in rest for text in part)
