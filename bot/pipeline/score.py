"""Score: the detectors look at what waits. What they cannot process is `failed`, counted, and never clean (DESIGN.md 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import col, select, update

from bot.domain.schedule import REREAD_WINDOW
from bot.house import House
from bot.people import people_of_site
from bot.records import Comment, Page, Revision, Scoring
from bot.rosters import students_of
from bot.store import Session, StoredFinding
from bot.store.comments import StoredComment, unscored
from bot.store.pages import page_document
from bot.store.signals import replace_signals
from bot.vault import Vault
from moderators.base import (
    MIN_SCORE,
    Assessment,
    CouldNotAssess,
    Moderator,
    PageContext,
    Signal,
    StaffMember,
    mask_names,
)

BATCH = 200
MOST_ATTEMPTS = 3


@dataclass(slots=True)
class Scored:
    """How many revisions were scored, and how many could not be."""

    scored: int = 0
    failed: int = 0


@dataclass(slots=True)
class _Verdict:
    findings: list[StoredFinding]
    failures: list[str]


def score_page(house: House, page_id: str, counts: Scored, now: datetime) -> None:
    """Score every revision of a page that waits, after each detector has passed its canaries; `counts` is filled on the way.

    A new detector, model, policy, roster, staff or page file makes the last 30 days wait again.

    Raises:
        BrokenModerator: a detector fails its canaries; nothing is scored, everything stays unscored and counted.
    """
    moderators = house.moderators()
    for moderator in moderators:
        moderator.canary()
    with house.store.transaction() as session:
        page = session.get_one(Page, page_id)
        context = page_context(session, house.store.vault, page)
        staff = "\n".join(sorted(f"{s.first} {s.last} {s.email}" for s in context.staff))
        known = (
            page.digest,
            page.roster_digest,
            house.store.vault.index("page.staff", staff).hex(),
            house.policy_version,
        )
        chain = _chain(moderators, known)
        _wait_again(session, page_id, chain, now)
    while True:
        with house.store.reading() as session:
            waiting = unscored(session, house.store.vault, page_id, BATCH)
        if not waiting:
            return
        verdicts = _assess(moderators, waiting, context)
        with house.store.transaction() as session:
            for comment, verdict in zip(waiting, verdicts, strict=True):
                _keep(session, house.store.vault, comment, verdict, chain)
        failed = sum(1 for verdict in verdicts if verdict.failures)
        counts.failed += failed
        counts.scored += len(verdicts) - failed


def page_context(session: Session, vault: Vault, page: Page) -> PageContext:
    """What the detectors may know of a page: its students, the people of its site, its own vocabulary."""
    document = page_document(session, vault, page.id)
    staff = [
        StaffMember(first, last, email=person.email)
        for person in people_of_site(session, vault, page.site_id)
        for first, _, last in [person.name.rpartition(" ")]
        if last
    ]
    return PageContext(page.id, students_of(session, vault, page.id), tuple(staff), frozenset(document.vocabulary))


def _assess(moderators: Sequence[Moderator], comments: Sequence[StoredComment], page: PageContext) -> list[_Verdict]:
    verdicts = [_Verdict([], []) for _ in comments]
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


def _keep(session: Session, vault: Vault, comment: StoredComment, verdict: _Verdict, chain: str) -> None:
    replace_signals(session, vault, comment.revision_id, verdict.findings)
    revision = session.get_one(Revision, comment.revision_id)
    revision.scoring = Scoring.FAILED if verdict.failures else Scoring.SCORED
    revision.failure = ", ".join(verdict.failures)
    revision.attempts = revision.attempts + 1 if verdict.failures else 0
    revision.scored_with, revision.flagged = chain, None


def _chain(moderators: Sequence[Moderator], known: Sequence[str]) -> str:
    parts = [f"{m.name} {m.version}" for m in moderators] + list(known)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _wait_again(session: Session, page_id: str, chain: str, now: datetime) -> None:
    recent = select(Comment.id).where(Comment.page_id == page_id, Comment.created >= now - REREAD_WINDOW)
    of_page = (col(Revision.page_id) == page_id, col(Revision.text_sealed).is_not(None))
    session.exec(
        update(Revision)
        .where(*of_page, col(Revision.scored_with) != chain, col(Revision.comment_id).in_(recent))
        .values(scoring=Scoring.UNSCORED, attempts=0)
    )
    session.exec(
        update(Revision)
        .where(*of_page, col(Revision.scoring) == Scoring.FAILED, col(Revision.attempts) < MOST_ATTEMPTS)
        .values(scoring=Scoring.UNSCORED)
    )
