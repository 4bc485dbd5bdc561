"""What the policy needs to judge comments of one page, looked up when it is first needed; and each comment by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property

from bot.domain.authors import Directory
from bot.domain.class_pages import ClassPage, Severity
from bot.domain.consent import Consent, ConsentKind, Cover, covered
from bot.domain.context import lenient
from bot.domain.facts import facts_of
from bot.domain.policy import NOBODY_COVERED, Broken, Covers, Fact, Policy, broken_rules, covered_by
from bot.house import House
from bot.pipeline.score import page_context
from bot.records import Page, Scoring
from bot.rosters import students_of
from bot.store import Session, StoredFinding
from bot.store.comments import author_of
from bot.store.consents import consents_by_student, note_covered, student_index
from bot.store.neighbours import flags_on, rules_of, strikes_on
from bot.store.signals import Unflagged, looked_at, signals_of
from bot.vault import KeyProblem
from connectors.base import Author
from moderators.base import Signal

UNCHECKED = StoredFinding(
    "pipeline",
    "1",
    Signal("unchecked", 1.0, why="This comment could not be checked by every detector: a person has to read it."),
)
"""The finding of a comment that could not be classified."""

REMEMBERED = timedelta(days=30)
"""How long an upheld flag is known as `author_was_flagged`."""


@dataclass(slots=True)
class Judged:
    """One wording, what was found on it, and the rules that it breaks.

    `is_neighbour`: it was looked at before, and `broken` is only what its surroundings add now.
    """

    comment: Unflagged
    findings: list[StoredFinding]
    broken: list[Broken]
    is_neighbour: bool = False

    @property
    def signals(self) -> list[Signal]:
        """What the detectors found."""
        return [finding.signal for finding in self.findings]

    def add(self, more: Iterable[Broken]) -> None:
        """Break these rules, too; of one rule the more severe reading counts."""
        known = {broken.rule.id: broken for broken in self.broken}
        for broken in more:
            before = known.get(broken.rule.id)
            if before is None or broken.severity.rank < before.severity.rank:
                known[broken.rule.id] = broken
        self.broken = sorted(known.values(), key=lambda b: (b.severity.rank, b.within))


@dataclass(frozen=True)
class Scene:
    """One page while a batch of its comments is judged."""

    session: Session
    house: House
    page: Page
    document: ClassPage
    oldest: datetime
    """When the oldest comment of the batch was posted."""
    now: datetime
    flagged: dict[str, tuple[bool, Mapping[str, str]]] = field(default_factory=dict)
    """Revisions whose flags have been looked up: whether the flag was let go, and its rules with their severities."""

    @property
    def policy(self) -> Policy:
        """The school's policy."""
        return self.house.policy

    @cached_property
    def sharp(self) -> Policy:
        """Its rules against sharp words, as they are for comments of a pile."""
        return lenient(self.house.policy)

    @cached_property
    def who(self) -> Directory:
        """Who is who on the page."""
        return Directory(page_context(self.session, self.house.store.vault, self.page))

    def judge(self, comments: Sequence[Unflagged]) -> list[Judged]:
        """Judge each of these by its own signals and its author."""
        found = signals_of(self.session, self.house.store.vault, [c.revision_id for c in comments])
        return [self._one(comment, list(found.get(comment.revision_id, ()))) for comment in comments]

    def neighbours(self, comment_ids: Sequence[str]) -> list[Judged]:
        """Comments that were looked at before, with their findings and without any rule."""
        comments = looked_at(self.session, comment_ids) if comment_ids else []
        found = signals_of(self.session, self.house.store.vault, [c.revision_id for c in comments])
        return [Judged(c, list(found.get(c.revision_id, ())), [], is_neighbour=True) for c in comments]

    def author(self, comment: Unflagged) -> Author:
        """The author; nobody, where the row does not open: it has no milder reading, and stops no other one."""
        return self.opened(comment.comment_id, comment.author_sealed)

    def opened(self, comment_id: str, sealed: bytes) -> Author:
        """As `author`, of any row."""
        try:
            return author_of(self.house.store.vault, comment_id, sealed)
        except KeyProblem:
            return Author("", "", None)

    def facts(self, comment: Unflagged) -> set[Fact]:
        """What is known of a comment beside its signals."""
        author = self.author(comment)
        strikes = self._strikes.get(author.id, ()) if author.id else ()  # a guest signs as anybody
        was_flagged = any(comment.created - REMEMBERED <= at <= comment.created for at in strikes)
        return facts_of(author, self.who, is_public=self.page.is_public, was_flagged=was_flagged)

    def look_up_flags(self, judged: Iterable[Judged]) -> None:
        """See which of these have a flag already; `stands` and `is_known` answer for them afterwards."""
        revisions = {each.comment.revision_id for each in judged} - self.flagged.keys()
        flags = flags_on(self.session, revisions) if revisions else {}
        rules = rules_of(self.session, [id for id, _ in flags.values()]) if flags else {}
        for revision in revisions:
            id, let_go = flags.get(revision, ("", False))
            self.flagged[revision] = (let_go, rules.get(id, {}))

    def is_new(self, judged: Judged, broken: Broken) -> bool:
        """Whether no flag says yet that this wording breaks this rule, as severely."""
        known = self.flagged[judged.comment.revision_id][1].get(broken.rule.id)
        return known is None or broken.severity.rank < Severity(known).rank

    def was_let_go(self, judged: Judged) -> bool:
        """Whether somebody has let go of this wording's flag."""
        return self.flagged[judged.comment.revision_id][0]

    def _one(self, comment: Unflagged, findings: list[StoredFinding]) -> Judged:
        if comment.scoring == Scoring.FAILED:
            findings.append(UNCHECKED)
        signals = [finding.signal for finding in findings]
        covers = self.covers if signals else NOBODY_COVERED
        broken = broken_rules(self.policy, self.document, signals, (), covers) if signals else []
        if broken:  # its author makes it more or less severe, and nothing else
            broken = broken_rules(self.policy, self.document, signals, self.facts(comment), covers)
        return Judged(comment, findings, broken)

    @cached_property
    def covers(self) -> Covers:
        """Which students have both halves of a consent, and for what."""
        return self._covers_at(self.now)

    def has_ended(self, judged: Judged, since: datetime) -> bool:
        """Whether a consent that covered something here at that time does not any more."""
        before, now = (
            {(rule.id, student) for rule, student, _ in covered_by(self.policy, self.document, judged.signals, covers)}
            for covers in (self._covers_at(since), self.covers)
        )
        return not before <= now

    def _covers_at(self, at: datetime) -> Covers:
        if not self._given:
            return NOBODY_COVERED
        found: dict[ConsentKind, dict[str, Cover]] = {}
        for student, index in self._students.items():
            for kind in ConsentKind:
                if cover := covered(self._given.get(index, ()), kind, self.page.id, at):
                    found.setdefault(kind, {})[student] = cover
        return found

    @cached_property
    def _given(self) -> Mapping[bytes, Sequence[Consent]]:
        """Every half that was ever given at the school, by the student's index."""
        return consents_by_student(self.session, self.page.site_id)

    @cached_property
    def _students(self) -> Mapping[str, bytes]:
        """The students of the page's roster, each with the index by which consents know them."""
        vault, site, page = self.house.store.vault, self.page.site_id, self.page.id
        return {s.id: student_index(vault, s, site, page) for s in students_of(self.session, vault, page)}

    def note_covered(self, judged: Iterable[Judged]) -> None:
        """Write down what these consents cover: their end makes the policy look again."""
        if not self.covers:
            return
        covers = {
            each.comment.revision_id: [
                (rule.id, self._students[student], cover.until)
                for rule, student, cover in covered_by(self.policy, self.document, each.signals, self.covers)
            ]
            for each in judged
        }
        note_covered(self.session, self.page.id, covers)

    @cached_property
    def _strikes(self) -> Mapping[str, Sequence[datetime]]:
        """When flags were upheld on this page against each account; nothing, where no rule asks for it."""
        rules = self.policy.rules
        if not any(Fact.AUTHOR_WAS_FLAGGED in level.when for rule in rules for level in rule.levels):
            return {}
        strikes: dict[str, list[datetime]] = {}
        wanted = [rule.id for rule in rules if rule.strike]
        for id, sealed, at in strikes_on(self.session, self.page.id, wanted, self.oldest - REMEMBERED):
            strikes.setdefault(self.opened(id, sealed).id, []).append(at)
        return strikes
