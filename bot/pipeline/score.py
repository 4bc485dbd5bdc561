"""Score: the detectors look at what waits. What they cannot process is `failed`, counted, and never clean (DESIGN.md 5)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select, update

from bot.domain.accounts import register
from bot.domain.schedule import REREAD_WINDOW
from bot.house import House
from bot.people import staff_of_site
from bot.pipeline.assess import assess
from bot.records import HAS_FAILED, HAS_TEXT, Comment, Page, Revision, Scoring
from bot.rosters import students_of
from bot.store import Session
from bot.store.comments import unscored
from bot.store.pages import page_document
from bot.store.runs import add_to_run
from bot.store.saving import lock_page
from bot.store.signals import Verdict, keep_verdicts
from bot.vault import Vault
from moderators.base import Moderator, PageContext, StaffMember

BATCH = 320
FIRST_BATCH = 20
"""So that the first comments of a long page are judged at once."""

MOST_ATTEMPTS = 3


@dataclass(slots=True)
class Scored:
    """How many revisions were scored, and how many could not be."""

    scored: int = 0
    failed: int = 0
    run_id: str | None = None
    """The line of the ledger that counts along."""


@dataclass(frozen=True, slots=True)
class Bench:
    """Detectors that have passed their canaries, with all that they may know of one page."""

    moderators: Sequence[Moderator]
    page_id: str
    context: PageContext
    chain: str
    """Digest of all that a score depends on."""


def prepare(house: House, page_id: str, now: datetime) -> Bench:
    """Try every canary, and make wait again what has to.

    A new detector, model, policy, roster, staff or page file concerns the last 30 days.

    Raises:
        BrokenModerator: a detector fails its canaries; nothing may be scored, everything stays unscored and counted.
    """
    moderators = house.moderators()
    for moderator in moderators:
        moderator.canary()
    with house.store.transaction() as session:
        lock_page(session, page_id)
        page = session.get_one(Page, page_id)
        context = page_context(session, house.store.vault, page)
        staff = "\n".join(sorted(f"{s.first} {s.last} {s.email} {' '.join(s.accounts)}" for s in context.staff))
        known = (
            page.digest,
            page.roster_digest,
            house.store.vault.index("page.staff", staff).hex(),
            house.policy_version,
        )
        chain = _chain(moderators, known)
        _wait_again(session, page, chain, now)
    return Bench(moderators, page_id, context, chain)


def score_page(house: House, bench: Bench, counts: Scored, then: Callable[[], None]) -> None:
    """Score every revision of the page that waits; `counts` is filled on the way, and `then` is called behind each batch.

    While the detectors look at one batch, the one before is written: the database and the model hardly need the same processor.
    """
    writing: Future[None] | None = None
    behind, size = "", FIRST_BATCH
    try:
        while True:
            house.go_on()
            with house.store.reading() as session:
                waiting = unscored(session, house.store.vault, bench.page_id, size, behind)
            if not waiting and writing is None:
                return
            found = assess(bench.moderators, waiting, bench.context) if waiting else []
            if writing is not None:
                done, writing = writing, None
                done.result()
            if not waiting:
                behind = ""  # once more from the first: somebody may have stored more meanwhile
                continue
            verdicts = {comment.revision_id: verdict for comment, verdict in zip(waiting, found, strict=True)}
            writing = house.beside.submit(_write, house, bench, verdicts, counts, then)
            behind, size = waiting[-1].revision_id, min(size * 4, BATCH)
    finally:
        if writing is not None:
            wait([writing])


def _write(
    house: House, bench: Bench, verdicts: Mapping[str, Verdict], counts: Scored, then: Callable[[], None]
) -> None:
    with house.store.transaction() as session:
        kept = keep_verdicts(session, house.store.vault, bench.page_id, verdicts, bench.chain)
        failed = sum(1 for id in kept if verdicts[id].failures)
        add_to_run(session, counts.run_id, scored=len(kept) - failed, failed=failed)
    counts.failed += failed
    counts.scored += len(kept) - failed
    then()


def page_context(session: Session, vault: Vault, page: Page) -> PageContext:
    """What the detectors may know of a page: its students, the people of its site, whose accounts are whose, its own vocabulary."""
    document = page_document(session, vault, page.id)
    staff = [
        StaffMember(first, last, email=person.email, accounts=person.accounts.get(document.connector, ()))
        for person in staff_of_site(session, vault, page.site_id)
        for first, _, last in [person.name.rpartition(" ")]
        if last
    ]
    people = register(document.accounts, students_of(session, vault, page.id), staff)
    return PageContext(page.id, people.students, people.staff, frozenset(document.vocabulary))


def _chain(moderators: Sequence[Moderator], known: Sequence[str]) -> str:
    parts = [f"{m.name} {m.version}" for m in moderators] + list(known)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def _wait_again(session: Session, page: Page, chain: str, now: datetime) -> None:
    """Make unscored what a change concerns, and what could not be assessed; a page on which nothing changed costs one look."""
    of_page = (col(Revision.page_id) == page.id, HAS_TEXT)
    if page.scored_with != chain:
        recent = select(Comment.id).where(Comment.page_id == page.id, Comment.created >= now - REREAD_WINDOW)
        session.exec(
            update(Revision)
            .where(*of_page, col(Revision.scored_with) != chain, col(Revision.comment_id).in_(recent))
            .values(scoring=Scoring.UNSCORED, attempts=0)
        )
        page.scored_with = chain
    session.exec(
        update(Revision)
        .where(*of_page, HAS_FAILED, col(Revision.attempts) < MOST_ATTEMPTS)
        .values(scoring=Scoring.UNSCORED)
    )
