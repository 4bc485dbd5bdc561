"""Assents: "same" under a comment that breaks a rule breaks it, too (`bot/domain/context.py`).

A comment is usually judged before what answers it. Where an answer was judged first, it is looked up again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.class_pages import Severity
from bot.domain.context import ASSENT, Standing, draws_assent, joined
from bot.pipeline.scene import Judged, Scene
from bot.store.neighbours import StandingRule, answered_by, assents_to, standing_against
from moderators.base import Signal


def join(scene: Scene, judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Let the assents of a batch (by comment) break what the comments break that they answer; returns the neighbours that do now."""
    _within(scene, judged)
    found: dict[str, Judged] = {}
    sources: Mapping[str, Judged] = judged
    while sources := _answers(scene, sources, {**judged, **found}):
        found |= sources
    return found


def _within(scene: Scene, judged: Mapping[str, Judged]) -> None:
    """The assents of the batch, in the order in which they were posted: one may agree with another one."""
    assents = {id: assent for id, each in judged.items() if (assent := _assent(each)) is not None}
    if not assents:
        return
    parents = answered_by(scene.session, list(assents))
    against = standing_against(scene.session, set(parents.values()))
    scene.look_up_flags(judged[id] for id in parents.values() if id in judged)
    for id, assent in sorted(assents.items(), key=lambda each: judged[each[0]].comment.created):
        parent, created = parents.get(id, ""), judged[id].comment.created
        standing = _at_that_time(against.get(parent, ()), created)
        if parent in judged:
            standing += _raised_now(scene, judged[parent], created)
        judged[id].add(joined(scene.policy, scene.document, assent, standing))


def _answers(scene: Scene, sources: Mapping[str, Judged], seen: Mapping[str, Judged]) -> dict[str, Judged]:
    """The assents that were judged before the comment that they answer was found to break a rule."""
    answerable = {
        each.comment.comment_id: [b for b in each.broken if draws_assent(b.rule, b.severity)]
        for each in sources.values()
    }
    scene.look_up_flags(sources[id] for id, broken in answerable.items() if broken)
    parents = {
        id: sources[id] for id, broken in answerable.items() if any(scene.is_new(sources[id], b) for b in broken)
    }
    if not parents:
        return {}
    answers = {c: p for c, p in assents_to(scene.session, ASSENT, list(parents)).items() if c not in seen}
    neighbours = scene.neighbours(list(answers))
    scene.look_up_flags(neighbours)
    for each in neighbours:
        assent = _assent(each)
        parent = parents[answers[each.comment.comment_id]]
        if assent is not None:
            standing = _raised_now(scene, parent, each.comment.created)
            more = joined(scene.policy, scene.document, assent, standing)
            each.add(b for b in more if scene.is_new(each, b))
    return {each.comment.comment_id: each for each in neighbours if each.broken}


def _raised_now(scene: Scene, parent: Judged, created: datetime) -> list[Standing]:
    """What a comment of this batch breaks, unless it was let go, or said it only after the answer was posted."""
    since = parent.comment.edited
    if since is not None and created < since:
        return []
    return [
        Standing(b.rule.id, b.severity, b.restricted)
        for b in parent.broken
        if scene.is_new(parent, b) or not scene.was_let_go(parent)
    ]


def _at_that_time(rules: Iterable[StandingRule], created: datetime) -> list[Standing]:
    """The rules that stand against the words which the comment had when the answer was posted."""
    return [
        Standing(each.rule, Severity(each.severity), each.restricted)
        for each in rules
        if (each.since is None or created >= each.since) and (each.until is None or created < each.until)
    ]


def _assent(judged: Judged) -> Signal | None:
    found: Sequence[Signal] = [signal for signal in judged.signals if signal.name == ASSENT]
    return found[0] if found else None
