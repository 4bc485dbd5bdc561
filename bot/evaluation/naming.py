"""What a person finds in a comment of the weekly sample: they name the rule that it breaks, and then decide its flag like any other."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from bot import decisions
from bot.decisions import FlagChanged
from bot.domain import deadlines
from bot.domain.authors import Directory
from bot.domain.errors import Advice
from bot.domain.facts import facts_of
from bot.domain.own_rules import OWN_RULES, SAMPLE
from bot.domain.policy import Broken, Policy, Rule, as_read
from bot.domain.review import FlagState
from bot.house import House
from bot.people import find_person
from bot.pipeline.reflag import flag_rule
from bot.pipeline.score import page_context
from bot.records import Flag, FlagRule, Page
from bot.settings import did_you_mean
from bot.store import StoredFinding
from bot.store.comments import stored_comment
from bot.store.pages import page_document
from moderators.base import Signal

PERSON = "person"
"""Stands where a detector's name stands, on a rule that somebody has named who read the comment."""

_FOUND = StoredFinding(
    PERSON,
    "",
    Signal(SAMPLE, 1.0, why="Nothing was found by the detectors. Somebody who read it for the weekly sample named this rule."),
)  # fmt: skip


class NotDrawn(Advice):
    """A rule is named only for a comment that was drawn at random."""


class NoSuchRule(Advice):
    """The policy has no such rule, or none that a comment can break."""

    key = "no_rule"


def name_rule(
    house: House, flag_id: str, email: str, rule_id: str, now: datetime, *, seen_version: int | None = None
) -> int | None:
    """Say which rule a drawn comment breaks: a miss. Its flag becomes as serious as that rule, and is then decided like any other.

    Returns the flag's version, or None where it waits no more: who decided it is told by `decisions.decide`.

    Raises:
        NoSuchFlag, NoSuchPerson, NotYours, FlagChanged: as in `decisions.decide`.
        NotDrawn: the flag was raised by a detector, whose rules it has.
        NoSuchRule: the message names the nearest one.
    """
    with house.store.transaction() as session:
        vault = house.store.vault
        person = find_person(session, vault, email, now)
        flag = decisions.find_flag(session, flag_id)
        comment = stored_comment(session, vault, flag.revision_id)
        decisions.check_rights(session, flag, person, comment, flag_id)
        if flag.state != FlagState.OPEN:
            return None
        if seen_version not in (None, flag.version):
            raise FlagChanged
        known = set(session.exec(select(FlagRule.rule).where(FlagRule.flag_id == flag.id)))
        if SAMPLE not in known:
            raise NotDrawn("this flag says itself which rules are broken: decide it without naming one")
        page = session.get_one(Page, flag.page_id)
        who = Directory(page_context(session, vault, page))
        facts = facts_of(comment.author, who, is_public=page.is_public)
        broken = as_read(_rule(house.policy, rule_id), page_document(session, vault, page.id), facts, _FOUND.signal)
        if rule_id not in known:
            session.add(flag_rule(vault, flag.id, broken, [_FOUND]))
        _take_seriously(flag, broken, now)
        return flag.version


def rules_to_name(policy: Policy) -> list[Rule]:
    """The rules that a comment can break, in the order of the policy."""
    return [rule for rule in policy.rules if rule.id not in OWN_RULES]


def _rule(policy: Policy, id: str) -> Rule:
    rules = {rule.id: rule for rule in rules_to_name(policy)}
    if id not in rules:
        raise NoSuchRule(f"the policy has no rule {id[:40]}{did_you_mean(id[:40], rules)}")
    return rules[id]


def _take_seriously(flag: Flag, broken: Broken, now: datetime) -> None:
    if broken.severity.rank < flag.rank:
        flag.severity, flag.rank = broken.severity, broken.severity.rank
    flag.restricted = flag.restricted or broken.restricted
    flag.due = min(flag.due, deadlines.due([broken], now))
    flag.version += 1
