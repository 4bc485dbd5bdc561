"""A page's own rules may be stricter than the policy's, and never looser (DESIGN.md 6)."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.class_pages import ClassPage, looser_than
from bot.domain.fields import Slug
from bot.domain.policy import Policy


@dataclass(frozen=True, slots=True)
class Loosening:
    """A place where a page's own rules would be looser than the policy's: an error (DESIGN.md 6)."""

    page: Slug
    field: str
    message: str


def loosenings(policy: Policy, page: ClassPage) -> list[Loosening]:
    """Every way in which the page would loosen the policy, or change a rule that does not exist."""
    found: list[Loosening] = []
    for id, change in page.rules.items():
        field = f"rules.{id}"
        try:
            rule = policy.rule(id)
        except KeyError:
            found.append(Loosening(page.id, field, f"the policy has no rule {id}"))
            continue
        ceiling = min(rule.signals.values(), default=1.0)
        found += [
            Loosening(page.id, field, f"a page may only be stricter than the policy: {words}")
            for words in looser_than(rule.severity, rule.answer_within, ceiling, change)
        ]
    return found
