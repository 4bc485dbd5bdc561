"""Assess: the detectors look at comments. What one of them cannot process, or breaks over, it could not assess (DESIGN.md 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.store.comments import StoredComment
from bot.store.signals import StoredFinding, Verdict
from moderators.base import MIN_SCORE, Assessment, CouldNotAssess, Moderator, PageContext, Signal, mask_names


def assess(moderators: Sequence[Moderator], comments: Sequence[StoredComment], page: PageContext) -> list[Verdict]:
    """Let every detector look at every comment. The answer has the same length and order."""
    verdicts = [Verdict([], [] if comment.readable else ["keys"]) for comment in comments]
    for moderator in sorted(moderators, key=lambda m: m.reads == "masked"):  # names are found before they are masked
        shown = [
            replace(comment, text=mask_names(comment.text, [f.signal for f in verdict.findings]))
            if moderator.reads == "masked"
            else comment
            for comment, verdict in zip(comments, verdicts, strict=True)
        ]
        for verdict, assessment in zip(verdicts, _ask(moderator, shown, page), strict=True):
            if isinstance(assessment, CouldNotAssess):
                verdict.failures.append(moderator.name)  # the reason may be a district's own words
            else:
                verdict.findings += [
                    StoredFinding(moderator.name, moderator.version, signal)
                    for signal in assessment
                    if signal.score >= MIN_SCORE
                ]
    return verdicts


def _ask(moderator: Moderator, comments: Sequence[StoredComment], page: PageContext) -> list[Assessment]:
    """A whole batch, and where that raises, one by one: one comment must not cost the others their answer."""
    try:
        answers = moderator.assess(comments, page)
        if len(answers) == len(comments):
            return [
                answer if _is_sound(answer) else CouldNotAssess("gave an answer that is none") for answer in answers
            ]
    except Exception as error:  # noqa: BLE001  # a detector may be a district's own: whatever it raises is its failure
        if len(comments) == 1:
            return [CouldNotAssess(type(error).__name__)]  # the message may quote the comment
    if len(comments) == 1:
        return [CouldNotAssess("gave no answer")]
    return [answer for comment in comments for answer in _ask(moderator, [comment], page)]


def _is_sound(answer: object) -> bool:
    """Against a detector whose NaN or None would be taken for "nothing found"."""
    if isinstance(answer, CouldNotAssess):
        return True
    return isinstance(answer, list) and all(isinstance(s, Signal) and 0 <= s.score <= 1 for s in answer)
