"""The stories of `hallmonitor explain`: words that somebody typed, by themselves or on a page, and the words of a flag."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from bot import decisions, queue
from bot.decisions import NoSuchFlag
from bot.domain.authors import Directory
from bot.domain.class_pages import ClassPage
from bot.domain.errors import Advice
from bot.domain.facts import facts_of
from bot.domain.policy import Fact, Policy, broken_rules
from bot.domain.rights import NotYours
from bot.evaluation.school import Panel, open_pages
from bot.explaining.carrying import carried
from bot.explaining.explanation import Explanation, Recorded, Weighed
from bot.explaining.weighing import raised, unused, weigh
from bot.house import House
from bot.pages import known_page
from bot.people import find_person, sees_page
from bot.pipeline.assess import assess
from bot.pipeline.scene import UNCHECKED, Scene
from bot.pipeline.score import page_context
from bot.queue import OpenFlag
from bot.records import Comment, Page
from bot.store.comments import StoredComment
from bot.store.pages import page_document
from bot.store.signals import Unflagged
from connectors.base import Author, CommentState
from moderators.base import BrokenModerator, Moderator, PageContext, mask_names

NOWHERE = "(no page)"
_NEAR = 0.25
"""How far below the score that breaks its rule one may lie for its words to be looked for."""

_NEVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class FlagExplained:
    """A flag beside what the detectors and the policy of today say of the same words.

    `withheld`: nobody should read these words without need, and the person has not asked for them: none is in the explanation.
    """

    flag: str
    recorded: tuple[Recorded, ...]
    policy_version: str
    same_policy: bool
    withheld: bool
    explanation: Explanation

    @property
    def not_by_words(self) -> tuple[Recorded, ...]:
        """Rules of the flag that its words alone do not break today: its surroundings, a person, or earlier detectors say so."""
        now = {rule.rule for rule in self.explanation.raised}
        return tuple(rule for rule in self.recorded if rule.rule not in now)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where words stand: the detectors, the policy, and what is known of the page and of the author."""

    moderators: Sequence[Moderator]
    policy: Policy
    document: ClassPage
    context: PageContext
    facts: frozenset[Fact]
    name: str


def explain_text(panel: Panel, text: str, *, author: str = "") -> Explanation:
    """Explain words as if a guest of this name had posted them on no page: there is no roster, and the school's policy holds.

    Raises:
        Advice: a detector does not know its canaries: what it says is worth nothing.
    """
    comment = _typed(text, author)
    (page,) = open_pages(panel, None, [NOWHERE]).values()
    facts = facts_of(comment.author, Directory(page.context), is_public=None)
    return _explain(
        _Place(panel.moderators, panel.policy, page.document, page.context, frozenset(facts), NOWHERE), comment
    )


def explain_on_page(house: House, page: str, text: str, email: str, now: datetime, *, author: str = "") -> Explanation:
    """Explain words as if a guest of this name had posted them on a page, for somebody who may see what is flagged there.

    The answer says which names stand on the page's roster, and who of its author is known. Nothing is recorded: nobody's words are shown.

    Raises:
        NoSuchPerson: nobody has this address.
        NoSuchPage: the database has no such page.
        NotYours: this person sees no flags of this page.
        Advice: a detector does not know its canaries.
    """
    comment, vault = _typed(text, author), house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        row = known_page(session, page)
        if not sees_page(person, row):
            raise NotYours(
                "only an administrator of this page's school, its supervisor, or the page's teacher learns whom its roster names"
            )
        document = page_document(session, vault, row.id)
        context, is_public = page_context(session, vault, row), row.is_public
    facts = facts_of(comment.author, Directory(context), is_public=is_public)
    return _explain(_Place(house.moderators(), house.policy, document, context, frozenset(facts), document.id), comment)


def explain_flag(house: House, typed: str, email: str, now: datetime, *, with_words: bool = False) -> FlagExplained:
    """Explain a flag, found by its id or an ending of it, for somebody who may see it; that they were shown its words is recorded.

    Words that nobody reads without need are shown, and the showing recorded, only `with_words`.

    Raises:
        NoSuchFlag: there is none, or it is not for this person's eyes.
        NoSuchPerson: nobody has this address.
        Advice: a detector does not know its canaries.
    """
    with house.store.transaction() as session:
        find_person(session, house.store.vault, email, now)  # first: whoever is nobody here learns of no flag
        id = decisions.find_flag(session, typed).id
    opened = queue.open_flag(house, id, email, now=now)
    if opened is None:
        raise NoSuchFlag(typed)
    stubs = {rule.id for rule in house.policy.rules if rule.stub_evidence}
    withheld = not with_words and any(rule.rule in stubs for rule in opened.queued.rules)
    explanation = _explain(_place_of(house, opened, now), opened.comment, with_words=not withheld)
    if not withheld:  # before anybody is shown it, and only if there is something to show
        decisions.note_access(house, id, email, "explained", now)
    return FlagExplained(
        flag=id,
        recorded=tuple(
            Recorded(r.rule, r.title, r.severity, r.score, r.moderator, r.version, r.why) for r in opened.queued.rules
        ),
        policy_version=opened.policy_version,
        same_policy=opened.policy_version == house.policy_version,
        withheld=withheld,
        explanation=explanation,
    )


def _place_of(house: House, opened: OpenFlag, now: datetime) -> _Place:
    """The page of a flag, with the facts that the pipeline would know of its author."""
    comment, page_id = opened.comment, opened.queued.page
    with house.store.reading() as session:
        page, row = session.get_one(Page, page_id), session.get_one(Comment, comment.comment_id)
        document = page_document(session, house.store.vault, page_id)  # a page that has left keeps its flags
        context = page_context(session, house.store.vault, page)
        scene = Scene(session, house, page, document, row.created, now)
        sealed = row.author_sealed
        facts = scene.facts(
            Unflagged(comment.revision_id, row.id, True, "", sealed, comment.found, row.created, None, None)
        )
    return _Place(house.moderators(), house.policy, document, context, frozenset(facts), page_id)


def _typed(text: str, author: str) -> StoredComment:
    return StoredComment("", "", "", Author("", author, None), text, (), _NEVER, _NEVER, CommentState.VISIBLE, "")


def _explain(place: _Place, comment: StoredComment, *, with_words: bool = True) -> Explanation:
    """Judge the words by themselves, as the pipeline does, and keep what it only compares."""
    for moderator in place.moderators:
        try:
            moderator.canary()
        except BrokenModerator as broken:
            raise Advice(str(broken)) from None
    (verdict,) = assess(place.moderators, [comment], place.context)
    findings = [*verdict.findings, *([UNCHECKED] if verdict.failures else [])]
    signals = [finding.signal for finding in findings]
    weighed = weigh(place.policy, place.document, findings)
    read = mask_names(comment.text, signals)
    masked = replace(comment, text=read)
    weighed = _with_words(place, masked, weighed) if with_words else [replace(w, spans=()) for w in weighed]
    return Explanation(
        page=place.name,
        text=comment.text if with_words else "",
        read=read if with_words else "",
        facts=tuple(sorted(place.facts)),
        raised=raised(broken_rules(place.policy, place.document, signals, place.facts), weighed),
        short=tuple(w for w in weighed if not w.counts),
        unused=unused(place.policy, findings),
        failed=tuple(verdict.failures),
    )


def _with_words(place: _Place, masked: StoredComment, weighed: Sequence[Weighed]) -> list[Weighed]:
    """Add the words that carry the scores of models, where the score reaches its threshold or nearly does."""
    found = list(weighed)
    for moderator in place.moderators:
        if moderator.reads != "masked":
            continue
        wanted = [w for w in weighed if w.moderator == moderator.name and w.version == moderator.version]
        signals = list(dict.fromkeys(w.signal for w in wanted if w.score >= w.lowest - _NEAR))
        words = carried(moderator, masked, place.context, signals) if signals else {}
        found = [replace(w, carried=words.get(w.signal)) if w in wanted else w for w in found]
    return found
