"""Piles: several authors against one person within an hour (`bot/domain/context.py`).

A restricted comment is in none: that two others are flagged because of a third one would be a trace of its flag.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from bot.domain.context import PILE, WINDOW, Aimed, Pile, in_pile, is_sharp, piles, sharp_scores
from bot.domain.roster import folded_name
from bot.pipeline.scene import Judged, Scene
from bot.store import StoredFinding
from bot.store.neighbours import Around, authors_of, restricted_among, sharp_among, written_around
from bot.store.signals import signals_of
from connectors.base import Author

_NAMED = "student_name"
_FOUND = StoredFinding("context", "1", PILE)


def pile_up(scene: Scene, judged: Mapping[str, Judged]) -> dict[str, Judged]:
    """Let the comments of piles that a batch (by comment) belongs to break what they break there; returns the neighbours that do now."""
    sharp = {id for id, each in judged.items() if _may_pile(scene, each)}
    if not sharp:
        return {}
    spans = _spans([judged[id].comment.created for id in sharp])
    apart = {id for id, each in judged.items() if _is_restricted(each)}
    found = [pile for pile in _piles(scene, spans, apart) if not sharp.isdisjoint(pile.members)]
    members = {id for pile in found for id in pile.members}
    latest = {pile.latest for pile in found}
    neighbours = {each.comment.comment_id: each for each in scene.neighbours(sorted(members - judged.keys()))}
    scene.look_up_flags(neighbours.values())
    for id in sorted(members):
        each = judged.get(id) or neighbours.get(id)
        if each is not None:  # else it waits to be scored, and will find the pile itself
            _take_part(scene, each, latest=id in latest)
    return {id: each for id, each in neighbours.items() if each.broken}


def _piles(scene: Scene, spans: Sequence[tuple[datetime, datetime]], apart: Collection[str]) -> list[Pile]:
    """The piles of these spans of time; the comments `apart` are in none.

    First the sharp words alone, which are few: only where they might make a pile all the others.
    """
    session, page, scores = scene.session, scene.page.id, sharp_scores(scene.sharp, scene.document)
    alone = written_around(session, page, spans, _NAMED, scores=scores)
    members = {id for pile in piles(_aimed(scene, alone, apart)) for id in pile.members}
    if not members:
        return []
    parents = {each.parent for each in alone if each.comment_id in members and each.parent is not None}
    return piles(_aimed(scene, written_around(session, page, spans, _NAMED, parents=parents), apart))


def _may_pile(scene: Scene, judged: Judged) -> bool:
    aimed = judged.comment.parent is not None or any(signal.name == _NAMED for signal in judged.signals)
    return aimed and not _is_restricted(judged) and is_sharp(scene.sharp, scene.document, judged.signals)


def _is_restricted(judged: Judged) -> bool:
    return any(broken.restricted for broken in judged.broken)


def _take_part(scene: Scene, judged: Judged, *, latest: bool) -> None:
    facts = scene.facts(judged.comment)
    more = in_pile(scene.sharp, scene.document, judged.signals, facts, latest=latest)
    if judged.is_neighbour:
        more = [broken for broken in more if scene.is_new(judged, broken)]
    if any(broken.signal is PILE for broken in more):
        judged.findings.append(_FOUND)
    judged.add(more)


def _aimed(scene: Scene, around: Sequence[Around], apart: Collection[str]) -> list[Aimed]:
    """Whom each comment is aimed at: the students that it names, the comment that it answers, and that one's author."""
    vault, session = scene.house.store.vault, scene.session
    revisions = [each.revision_id for each in around]
    sharp = sharp_among(session, revisions, sharp_scores(scene.sharp, scene.document))
    apart = restricted_among(session, [each.comment_id for each in around]).union(apart)
    named = signals_of(session, vault, revisions, {_NAMED})
    parents = authors_of(session, scene.page.id, {each.parent for each in around if each.parent is not None})
    wrote = {index: _key(scene.opened(id, sealed)) for index, (id, sealed) in parents.items()}
    aimed: list[Aimed] = []
    for each in around:
        students = {finding.signal.student for finding in named.get(each.revision_id, ())}
        author = _key(scene.opened(each.comment_id, each.author_sealed))
        targets = {f"student {student}" for student in students if student}
        answered = wrote.get(each.parent) if each.parent is not None else None
        if each.parent is not None and answered != author:  # who answers himself aims at nobody
            targets |= {f"comment {each.parent.hex()}"} | ({f"author {answered}"} if answered else set())
        is_one = each.revision_id in sharp and each.comment_id not in apart
        aimed.append(Aimed(each.comment_id, author, each.created, frozenset(targets), is_one))
    return aimed


def _key(author: Author) -> str:
    """One word for one author: an account, or the name that a guest signs with."""
    return f"account {author.id}" if author.id else f"guest {folded_name(author.name)}"


def _spans(times: Iterable[datetime]) -> list[tuple[datetime, datetime]]:
    """The hours around these times; those that overlap are one."""
    spans: list[tuple[datetime, datetime]] = []
    for at in sorted(times):
        since, until = at - WINDOW, at + WINDOW
        if spans and since <= spans[-1][1]:
            since = spans.pop()[0]
        spans.append((since, until))
    return spans
