"""One flag opened in the chat, for those with the right: its words, why it was flagged, what stood around it. Each opening is logged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot import decisions, queue
from bot.channel.accounts import flag_id
from bot.channel.cards import HIDDEN_KINDS, blackened, calls_of
from bot.decisions import NoSuchFlag
from bot.domain.class_pages import Severity
from bot.house import House
from bot.people import find_person, sees
from bot.queue import BrokenRule, OpenFlag
from bot.records import Flag, Revision, Scoring
from bot.settings import Messages
from bot.store.comments import ERASED, StoredComment
from bot.store.signals import signals_of


@dataclass(frozen=True, slots=True)
class OpenedRule:
    """A broken rule for somebody who decides. `words` are those that it points to; empty: the comment as a whole."""

    title: str
    clause: str
    means: str
    why: str
    detector: str
    words: str
    recommend: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A flag opened. `withheld`: words that nobody reads without need (MATRIX.md, sexualized_minor); they are not to be shown."""

    found: OpenFlag
    rules: tuple[OpenedRule, ...]
    withheld: bool
    calls: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Posted:
    """A comment that stood beside the flagged one, with student names blackened. `author`: a letter; empty: the same author."""

    author: str
    at: datetime
    words: str
    shown: bool
    """False: it was not checked yet, so that nobody knows whose names stand in it."""
    erased: bool


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was posted before and after the flagged comment, which was posted at `here`."""

    before: tuple[Posted, ...]
    after: tuple[Posted, ...]
    here: datetime
    time_zone: str


def open_flag(house: House, typed: str, email: str, messages: Messages, now: datetime) -> Opened:
    """Open a flag, found by its id or an ending of it, and record that its words were shown.

    Raises:
        NoSuchFlag: there is none, or it is not for this person's eyes.
    """
    found = _found(house, typed, email, now)
    withheld = _is_withheld(house, found)
    if not withheld:
        decisions.note_access(house, found.queued.flag, email, "words opened", now)
    rules = found.queued.rules
    critical = found.queued.severity == "critical"
    return Opened(
        found=found,
        rules=tuple(_in_words(house, messages, rule, "" if withheld else found.comment.text) for rule in rules),
        withheld=withheld,
        calls=calls_of(house, messages, [rule.rule for rule in rules]) if critical else (),
    )


def open_thread(house: House, typed: str, email: str, now: datetime) -> Surroundings:
    """What was posted around a flagged comment, and record that it was shown.

    Raises:
        NoSuchFlag: there is no such flag, it is not for this person's eyes, or its words are withheld.
    """
    found = _found(house, typed, email, now)
    if _is_withheld(house, found):
        raise NoSuchFlag(typed)
    decisions.note_access(house, found.queued.flag, email, "thread opened", now)
    vault, this = house.store.vault, found.comment
    ids = [comment.revision_id for comment in found.thread]
    with house.store.reading() as session:
        signals = signals_of(session, vault, ids, HIDDEN_KINDS)
        scored = set(
            session.exec(select(Revision.id).where(col(Revision.id).in_(ids), Revision.scoring == Scoring.SCORED))
        )
    letters = {_who(this): ""}
    posted: list[tuple[StoredComment, Posted]] = []
    for comment in found.thread:
        letter = letters.setdefault(_who(comment), chr(ord("A") + len(letters) - 1))
        places = [(f.signal.start, f.signal.end) for f in signals.get(comment.revision_id, [])]
        shown = comment.revision_id in scored
        words = blackened(comment.text, places) if shown else ""
        posted.append((comment, Posted(letter, comment.created, words, shown, comment.text == ERASED)))
    return Surroundings(
        before=tuple(p for c, p in posted if c.created <= this.created),
        after=tuple(p for c, p in posted if c.created > this.created),
        here=this.created,
        time_zone=found.queued.time_zone,
    )


def needs_reason(house: House, flag_id: str, email: str, now: datetime) -> bool:
    """Whether "not serious" wants a reason from this person: a critical flag of which they know, and that nobody has called so yet."""
    with house.store.reading() as session:
        flag = session.get(Flag, flag_id)
        if flag is None or flag.severity != Severity.CRITICAL or flag.not_serious_by is not None:
            return False
        return sees(session, find_person(session, house.store.vault, email, now), flag)


def _found(house: House, typed: str, email: str, now: datetime) -> OpenFlag:
    found = queue.open_flag(house, flag_id(house, typed), email, now=now)
    if found is None:
        raise NoSuchFlag(typed)
    return found


def _is_withheld(house: House, found: OpenFlag) -> bool:
    withheld = {rule.id for rule in house.policy.rules if rule.stub_evidence}
    return any(rule.rule in withheld for rule in found.queued.rules)


def _in_words(house: House, messages: Messages, rule: BrokenRule, text: str) -> OpenedRule:
    means, detector = f"rules.{rule.rule}.means", f"detectors.{rule.moderator}"
    counts = {known.id: known.counts for known in house.policy.rules}.get(rule.rule, "")
    known = messages.knows(detector)
    return OpenedRule(
        title=messages.title(rule.rule, rule.title),
        clause=rule.clause,
        means=messages.say(means) if messages.knows(means) else counts,
        why=messages.why(rule.rule, rule.why),
        detector=messages.say(detector) if known else messages.say("detectors.other", name=rule.moderator),
        words=text[rule.start : rule.end],
        recommend=messages.advice(rule.rule, rule.recommend),
    )


def _who(comment: StoredComment) -> str:
    """By what two comments are known as one author's: the account, else the name."""
    return comment.author.id or f"name {comment.author.name}"
