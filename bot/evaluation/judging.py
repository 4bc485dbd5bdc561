"""Judge a labelled set as the pipeline judges a page: the same detectors, masking, thresholds, levels and facts; no row is written."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.domain.authors import Directory
from bot.domain.errors import Advice
from bot.domain.facts import facts_of
from bot.domain.own_rules import OWN_RULES
from bot.domain.policy import Policy, Rule, broken_rules, counting, reached
from bot.evaluation.labelled import Labelled, Span
from bot.evaluation.school import Panel, SetPage
from bot.pipeline.assess import assess
from bot.pipeline.score import BATCH
from bot.store.comments import StoredComment
from bot.store.signals import Verdict
from connectors.base import Author, CommentState
from moderators.base import BrokenModerator, Signal

SPAN_SIGNALS = frozenset({"student_name", "student_contact", "school_record", "personnel_record", "student_media"})
"""The findings that point at a place in the words."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Prediction:
    """What the program says of one comment. `scores` holds every rule, raised or not; `signals` every signal's name."""

    id: str
    labels: tuple[str, ...]
    spans: tuple[Span, ...]
    scores: Mapping[str, float]
    signals: Mapping[str, float]
    failed: bool = False
    """A detector could not process it: on a page, a person would have to read it."""

    @property
    def flagged(self) -> bool:
        """Whether a person would be asked to look."""
        return bool(self.labels) or self.failed

    def as_line(self) -> str:
        """One line of JSON, in ASCII."""
        spans = [{"start": s.start, "end": s.end, "label": s.label, "student": s.student} for s in self.spans]
        line = {"id": self.id, "labels": list(self.labels), "spans": spans, "scores": dict(self.scores)}
        return json.dumps(line | ({"failed": True} if self.failed else {}))


def watched_rules(policy: Policy) -> list[Rule]:
    """The rules that a detector may raise: all but those of the program itself."""
    return [rule for rule in policy.rules if not rule.signals or not rule.signals.keys() <= OWN_RULES]


def judge(
    panel: Panel, pages: Mapping[str, SetPage], comments: Sequence[Labelled], told: Callable[[int], None]
) -> list[Prediction]:
    """Judge the comments, page by page in batches, and give what was found in their order; `told` hears of each batch.

    Raises:
        Advice: a detector does not know its canaries; nothing may be scored.
    """
    for moderator in panel.moderators:
        try:
            moderator.canary()
        except BrokenModerator as broken:
            raise Advice(str(broken)) from None
    places: dict[str, list[int]] = {}
    for place, comment in enumerate(comments):
        places.setdefault(comment.page, []).append(place)
    found: dict[int, Prediction] = {}
    for id, here in places.items():
        who = Directory(pages[id].context)
        for start in range(0, len(here), BATCH):
            batch = here[start : start + BATCH]
            stored = [_as_stored(comments[place]) for place in batch]
            verdicts = assess(panel.moderators, stored, pages[id].context)
            for place, seen, verdict in zip(batch, stored, verdicts, strict=True):
                found[place] = _predict(panel.policy, pages[id], who, seen, verdict)
            told(len(batch))
    return [found[place] for place in range(len(comments))]


def check_target(file: Path, cases: Sequence[Path]) -> None:
    """See before minutes of scoring that the predictions can be written there.

    Raises:
        Advice: they cannot, or they would take the place of the comments.
    """
    if file.is_dir() or not file.absolute().parent.is_dir():
        raise Advice(f"{file}: cannot be written; name a file in a folder that is there")
    if any(case.exists() and file.exists() and case.samefile(file) for case in cases):
        raise Advice(f"{file}: holds the comments themselves; name another file for the predictions")
    if _is_no_file(file):
        return
    try:
        _half(file).touch()
        _half(file).unlink()
    except OSError as error:
        raise Advice(f"{file}: cannot be written: {error.strerror}; name another file") from None


def write_predictions(file: Path, predictions: Sequence[Prediction]) -> None:
    """Write one line a prediction; what stood there before is replaced only when all is written."""
    lines = "".join(prediction.as_line() + "\n" for prediction in predictions)
    if _is_no_file(file):
        file.write_text(lines, encoding="ascii")
        return
    half = _half(file)
    try:
        half.write_text(lines, encoding="ascii", newline="\n")
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _is_no_file(file: Path) -> bool:
    """Whether it is /dev/stdout or the like."""
    return file.exists() and not file.is_file()


def _half(file: Path) -> Path:
    """What is written first, beside the file."""
    return file.with_name(f".{file.name}.{os.getpid()}")


def _as_stored(comment: Labelled) -> StoredComment:
    """The comment as a guest's: a set does not say who has an account, and only an account gives a milder reading."""
    return StoredComment(
        revision_id="",
        comment_id="",
        id=comment.id,
        author=Author("", comment.author, None),
        text=comment.text,
        media=comment.media,
        created=_NEVER,
        found=_NEVER,
        state=CommentState.VISIBLE,
        permalink="",
    )


def _predict(policy: Policy, page: SetPage, who: Directory, comment: StoredComment, verdict: Verdict) -> Prediction:
    signals = [finding.signal for finding in verdict.findings]
    facts = facts_of(comment.author, who, is_public=None)
    best: dict[str, float] = {}
    for signal in signals:
        best[signal.name] = max(best.get(signal.name, 0.0), float(signal.score))
    rules = watched_rules(policy)
    return Prediction(
        id=comment.id,
        labels=tuple(broken.rule.id for broken in broken_rules(policy, page.document, signals, facts)),
        spans=tuple(
            sorted({s for r in rules for s in _spans(r, page, signals)}, key=lambda s: (s.start, s.end, s.label))
        ),
        scores={rule.id: max((float(s.score) for s in counting(rule, signals)), default=0.0) for rule in rules},
        signals=best,
        failed=bool(verdict.failures),
    )


def _spans(rule: Rule, page: SetPage, signals: Sequence[Signal]) -> list[Span]:
    """The places that a rule's signals point at; a finding about the whole comment, such as its pictures, points at none."""
    return [
        Span(s.start, s.end, rule.id, page.roster_id(s.student))
        for s in reached(rule, page.document, signals)
        if s.name in SPAN_SIGNALS and s.start < s.end
    ]
