"""What a bundle says, to the channel and to the terminal: how many flags, of which rules, until when, and three samples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlmodel import col, select

from bot import channel
from bot.bundles.finding import consent_may_cover
from bot.bundles.members import members_of, pressed_on, rules_broken
from bot.bundles.outbox import digest_of
from bot.domain.bundle_presses import BundleChoice, Stand
from bot.domain.bundles import Kind
from bot.domain.class_pages import Language, Severity
from bot.house import House
from bot.people import name_of
from bot.records import Action, Bundle, Comment, Flag, Revision, SiteRecord
from bot.store import Session
from bot.store.comments import opened
from bot.store.signals import signals_of
from bot.vault import KeyProblem, Vault

_BECAME: Final = {
    ("hide", "done"): "hidden", ("restore", "done"): "shown again",
    ("hide", "pending"): "still to be hidden", ("restore", "pending"): "still to be shown again",
    ("hide", "manual"): "to be hidden by hand", ("restore", "manual"): "to be shown again by hand",
    ("hide", "cancelled"): "left as they are", ("restore", "cancelled"): "left as they are",
}  # fmt: skip
_SAMPLES: Final = 3
_READ: Final = 40
"""Flags that are opened in search of samples that differ."""


@dataclass(frozen=True, slots=True)
class Sample:
    """The words of one flag of a bundle, with student names and contact details blackened."""

    flag: str
    severity: str
    rules: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class BundleView:
    """All that a bundle says. Counts, rules and times are of the flags that wait, or, where none does, of those it has decided."""

    bundle: str
    page: str
    kind: Kind
    channel: str
    """Of its school; empty: it has none."""
    message: str | None
    """The message that shows it so far."""
    digest: str
    time_zone: str
    language: Language
    joined: int
    """How many flags have ever joined. A press says so: what joins later is not decided by it."""
    apart: int
    """How many have left, since somebody had decided, taken or edited them one by one."""
    waits: int
    done: int
    """Flags that the bundle has decided, and that still stand so."""
    severities: tuple[tuple[str, int], ...]
    rules: tuple[tuple[str, int], ...]
    """Titles of broken rules, each with how many flags break it, the most frequent first."""
    place: tuple[int, datetime, str] | None
    """Where its most urgent flag stands in the queue; None: nothing waits."""
    deadline: datetime | None
    """The earliest; None: nothing waits."""
    first: datetime | None
    last: datetime | None
    """When the first and the last of the comments was posted."""
    samples: tuple[Sample, ...]
    may_consent: bool
    choice: BundleChoice | None
    by: str
    """Who pressed last; empty: nobody has."""
    at: datetime | None
    platform: tuple[tuple[str, int], ...]
    """What became of the last action of each flag, in words, and of how many."""

    @property
    def severity(self) -> str:
        """The highest."""
        return self.severities[0][0] if self.severities else Severity.LOW


def bundle_of(house: House, bundle_id: str) -> BundleView | None:
    """A bundle for its school's channel; None: there is no such bundle."""
    with house.store.reading() as session:
        bundle = session.get(Bundle, bundle_id)
        return view(session, house, bundle) if bundle is not None else None


def note_shown(house: House, shown: BundleView, message: str) -> None:
    """Remember which message shows a bundle, and what it says."""
    with house.store.transaction() as session:
        bundle = session.get_one(Bundle, shown.bundle, with_for_update=True)
        bundle.channel, bundle.message, bundle.shown = shown.channel, message, shown.digest


def view(session: Session, house: House, bundle: Bundle) -> BundleView:
    """A bundle as it stands. Flags that have a story of their own are in no count, also where they have not left yet."""
    vault, site = house.store.vault, session.get_one(SiteRecord, bundle.site_id)
    members = [m for m in members_of(session, bundle) if m.stand is not Stand.LEAVES]
    waits = [m.flag for m in members if m.stand is Stand.WAITS]
    shown = waits or [m.flag for m in members]
    urgent = min(((flag.rank, flag.due, flag.id) for flag in waits), default=None)
    posted, broken = _posted(session, bundle, shown), rules_broken(session, bundle.id)
    undone = bundle.choice == BundleChoice.UNDO
    by, at = (bundle.undone_by, bundle.undone) if undone else (bundle.decided_by, bundle.decided)
    return BundleView(
        bundle=bundle.id,
        page=bundle.page_id,
        kind=Kind(bundle.kind),
        channel=site.discord_channel or "",
        message=bundle.message if bundle.channel == site.discord_channel else None,
        digest=digest_of(session, bundle.id),
        time_zone=site.time_zone,
        language=Language(site.language),
        joined=bundle.joined,
        apart=bundle.apart,
        waits=len(waits),
        done=len(members) - len(waits),
        severities=tuple((s, n) for s in Severity if (n := sum(flag.severity == s for flag in shown))),
        rules=_titles(house, shown, broken),
        place=urgent,
        deadline=min((flag.due for flag in waits), default=None),
        first=min(posted, default=None),
        last=max(posted, default=None),
        samples=tuple(_samples(session, house, shown, broken)),
        may_consent=consent_may_cover(house, [m for m in members if m.stand is Stand.WAITS], broken),
        choice=pressed_on(bundle).choice,
        by=name_of(session, vault, by) if at else "",
        at=at,
        platform=_platform(session, bundle, [m.flag for m in members if m.stand is Stand.DONE or undone]),
    )


def _posted(session: Session, bundle: Bundle, flags: Sequence[Flag]) -> list[datetime]:
    of_bundle = select(Flag.id, Comment.created).join(Comment, col(Comment.id) == Flag.comment_id)
    posted = {id: created for id, created in session.exec(of_bundle.where(Flag.bundle_id == bundle.id))}  # noqa: C416  # rows, not pairs
    return [posted[flag.id] for flag in flags]


def _titles(house: House, flags: Sequence[Flag], broken: Mapping[str, Sequence[str]]) -> tuple[tuple[str, int], ...]:
    titles = {rule.id: rule.title for rule in house.policy.rules}
    counts = Counter(titles.get(rule, rule) for flag in flags for rule in broken.get(flag.id, ()))
    return tuple(sorted(counts.items(), key=lambda item: (-item[1], item[0])))


def _samples(
    session: Session, house: House, flags: Sequence[Flag], broken: Mapping[str, Sequence[str]]
) -> list[Sample]:
    """Flags that differ, the most urgent first: in the rules that they break, then in their words. What does not open is none."""
    chosen = flags[:: len(flags) // _READ + 1]
    words = _masked(session, house.store.vault, [flag.revision_id for flag in chosen])
    found = [
        Sample(
            flag.id,
            flag.severity,
            tuple(title for title, _ in _titles(house, [flag], broken)),
            words[flag.revision_id],
        )
        for flag in chosen
        if flag.revision_id in words
    ]
    by_rules: dict[object, Sample] = {}
    by_words: dict[object, Sample] = {}
    for sample in found:
        by_rules.setdefault(sample.rules, sample)
    for sample in (*by_rules.values(), *found):
        by_words.setdefault(sample.words, sample)
    return list(by_words.values())[:_SAMPLES]


def _masked(session: Session, vault: Vault, revisions: Sequence[str]) -> dict[str, str]:
    """The words of these wordings as others may read them; what does not open is not in the answer."""
    query = select(Revision, Comment).join(Comment, col(Comment.id) == Revision.comment_id)
    hidden = _hidden(session, vault, revisions)
    found: dict[str, str] = {}
    for revision, comment in session.exec(query.where(col(Revision.id).in_(list(hidden)))):
        with suppress(KeyProblem):
            found[revision.id] = channel.blackened(opened(vault, revision, comment).text, hidden[revision.id])
    return found


def _hidden(session: Session, vault: Vault, revisions: Sequence[str]) -> dict[str, list[tuple[int, int]]]:
    """The places that are blackened in each of these wordings; one of which a row does not open is not in the answer."""
    try:
        found = signals_of(session, vault, revisions, channel.HIDDEN_KINDS)
    except KeyProblem:  # one row is damaged: the others are read one by one
        alone = [_hidden(session, vault, [id]) for id in revisions] if len(revisions) > 1 else []
        return {id: places for each in alone for id, places in each.items()}
    return {id: [(f.signal.start, f.signal.end) for f in found.get(id, ())] for id in revisions}


def _platform(session: Session, bundle: Bundle, flags: Sequence[Flag]) -> tuple[tuple[str, int], ...]:
    last, these = dict[str, str](), {flag.id for flag in flags}
    query = select(Action.flag_id, Action.kind, Action.state).join(Flag, col(Flag.id) == Action.flag_id)
    of_bundle = query.where(Flag.bundle_id == bundle.id)
    for flag, kind, state in session.exec(of_bundle.order_by(col(Action.created), col(Action.id))):
        if flag in these:
            last[flag] = _BECAME.get((kind, state), f"{kind}: {state}")
    return tuple(sorted(Counter(last.values()).items()))
