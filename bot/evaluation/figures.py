"""The figures of a labelled set: what was found, what was flagged wrongly, where, in which language, and of whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from bot.domain.measuring import Calibration, Share, calibration
from bot.evaluation.judging import SPAN_SIGNALS, Prediction
from bot.evaluation.labelled import Labelled, Span
from bot.evaluation.words import Groups, guess_language
from moderators.base import Moderator

K = TypeVar("K")
ANY_GROUP, NO_GROUP = "any group", "no group"


@dataclass(frozen=True, slots=True)
class Judged:
    """A labelled comment beside what the program says of it."""

    comment: Labelled
    labels: frozenset[str]
    prediction: Prediction


@dataclass(frozen=True, slots=True)
class RuleFigures:
    """One rule: how many comments break it, how many of those were found, and how many of its flags are right."""

    n: int
    recall: Share
    precision: Share


@dataclass(frozen=True, slots=True)
class Tally:
    """How well a number of comments was judged. `recall` and `precision` are those of all rules together."""

    comments: int
    failed: int
    recall: Share
    precision: Share
    caught: Share
    """Of the comments that break a rule, those that a person would see, for whatever rule."""
    clean: Share
    """Of the comments that break none, those that a person would be troubled with."""
    rules: Mapping[str, RuleFigures]


@dataclass(frozen=True, slots=True)
class SpanFigures:
    """One rule's places. Exact: both ends and the student are right. Overlap: a place of the rule touches it."""

    exact_recall: Share
    exact_precision: Share
    overlap_recall: Share
    overlap_precision: Share


@dataclass(frozen=True, slots=True)
class Figures:
    """All figures of a set, or of a part of it."""

    whole: Tally
    slices: Mapping[str, Tally]
    languages: Mapping[str, Tally]
    groups: Mapping[str, Share]
    """The clean comments that name a group of people, and how many of them are flagged: bias shows here."""
    spans: Mapping[str, SpanFigures]
    calibration: Mapping[str, Calibration]
    """By label of the model, for the labels that are rules too."""


def pair(comments: Sequence[Labelled], predictions: Sequence[Prediction]) -> list[Judged]:
    """The comments that have labels, each beside its prediction."""
    both = zip(comments, predictions, strict=True)
    return [Judged(comment, comment.labels, found) for comment, found in both if comment.labels is not None]


def part_of(id: str) -> str:
    """`check` for the comments whose number divides by three, `tune` for the others: as the classroom sets are split."""
    tail = id[-4:]
    return "check" if tail.isascii() and tail.isdigit() and int(tail) % 3 == 0 else "tune"


def measure(judged: Sequence[Judged], groups: Groups, moderators: Sequence[Moderator]) -> Figures:
    """Every figure of these comments."""
    return Figures(
        whole=_tally(judged),
        slices={name: _tally(part) for name, part in _parts(judged, lambda j: j.comment.slice or None)},
        languages={name: _tally(part) for name, part in _parts(judged, _language)},
        groups=_by_group(judged, groups),
        spans=_spans([j for j in judged if j.comment.spans is not None]),
        calibration=_calibrations(judged, moderators),
    )


def _tally(judged: Sequence[Judged]) -> Tally:
    bad, clean = [j for j in judged if j.labels], [j for j in judged if not j.labels]
    rules = sorted({rule for j in judged for rule in (*j.labels, *j.prediction.labels)})
    each = {rule: _of_rule(judged, rule) for rule in rules}
    return Tally(
        comments=len(judged),
        failed=sum(j.prediction.failed for j in judged),
        recall=_together(f.recall for f in each.values()),
        precision=_together(f.precision for f in each.values()),
        caught=_share(j.prediction.flagged for j in bad),
        clean=_share(j.prediction.flagged for j in clean),
        rules=each,
    )


def _of_rule(judged: Sequence[Judged], rule: str) -> RuleFigures:
    wanted = [j for j in judged if rule in j.labels]
    raised = [j for j in judged if rule in j.prediction.labels]
    right = sum(rule in j.labels for j in raised)
    return RuleFigures(len(wanted), Share(right, len(wanted)), Share(right, len(raised)))


def _language(judged: Judged) -> str:
    return judged.comment.lang or guess_language(judged.comment.text)


def _by_group(judged: Sequence[Judged], groups: Groups) -> dict[str, Share]:
    clean = [(j, groups.named(j.comment.text)) for j in judged if not j.labels]
    names = sorted({name for _, named in clean for name in named})
    found = {name: _share(j.prediction.flagged for j, named in clean if name in named) for name in names}
    found[ANY_GROUP] = _share(j.prediction.flagged for j, named in clean if named)
    found[NO_GROUP] = _share(j.prediction.flagged for j, named in clean if not named)
    return found


def _spans(judged: Sequence[Judged]) -> dict[str, SpanFigures]:
    return {label: _of_label(judged, label) for label in sorted(SPAN_SIGNALS) if _has(judged, label)}


def _has(judged: Sequence[Judged], label: str) -> bool:
    return any(s.label == label for j in judged for s in (*(j.comment.spans or ()), *j.prediction.spans))


def _of_label(judged: Sequence[Judged], label: str) -> SpanFigures:
    exact = touched = touching = wanted = found = 0
    for j in judged:
        told = [s for s in j.comment.spans or () if s.label == label]
        seen = [s for s in j.prediction.spans if s.label == label]
        wanted, found = wanted + len(told), found + len(seen)
        exact += len(set(told) & set(seen))
        touched += sum(any(_touch(s, other) for other in seen) for s in told)
        touching += sum(any(_touch(s, other) for other in told) for s in seen)
    return SpanFigures(Share(exact, wanted), Share(exact, found), Share(touched, wanted), Share(touching, found))


def _touch(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


def _calibrations(judged: Sequence[Judged], moderators: Sequence[Moderator]) -> dict[str, Calibration]:
    """Of the detectors that read the masked text: these are models, whose scores claim to be probabilities."""
    rules = {rule for j in judged for rule in j.prediction.scores}
    labels = sorted(rules & {label for m in moderators if m.reads == "masked" for label in m.signals})
    scored = [j for j in judged if not j.prediction.failed]
    return {
        name: calibration((j.prediction.signals.get(name, 0.0), name in j.labels) for j in scored) for name in labels
    }


def _parts(judged: Sequence[Judged], key: Callable[[Judged], K | None]) -> list[tuple[K, list[Judged]]]:
    parts: dict[K, list[Judged]] = {}
    for j in judged:
        name = key(j)
        if name is not None:
            parts.setdefault(name, []).append(j)
    return list(parts.items())


def _share(flags: Iterable[bool]) -> Share:
    known = list(flags)
    return Share(sum(known), len(known))


def _together(shares: Iterable[Share]) -> Share:
    known = list(shares)
    return Share(sum(s.part for s in known), sum(s.whole for s in known))
