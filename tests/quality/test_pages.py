"""What the whole chain finds on invented class pages that were written for this alone: no text of `pages.jsonl` is learned from.

Three writers (language models, told to imitate real pages) wrote 600 lines each in November 2026; two others read them and took
out what two careful administrators would dispute. Lines that nearly said what a training text said that day are out too (CC0-1.0).
The thresholds of `config/policy.yaml` were chosen on these and on the shared development set; the floors below stand a little under
what was found then, and tell what got worse.
"""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from moderators.models.training.checks import refuse_development_texts
from tests.journeys.desk import Desk

PAGES = Path(__file__).with_name("pages.jsonl")
CRITICAL = ("threat", "self_harm", "sexualized_minor", "child_abuse")
FLOORS = {
    "threat": 0.82, "self_harm": 0.78, "sexualized_minor": 0.75, "child_abuse": 0.76, "harassment": 0.85, "hate": 0.78,
    "disparagement": 0.68, "inappropriate_language": 0.9, "personal_contact": 0.85, "off_topic_promotion": 0.9,
    "sexual_content": 0.6,
}  # fmt: skip
MOST = {"ordinary": 0.02, "near_miss": 0.065}
"""Share of harmless lines that may be flagged."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[frozenset[str], frozenset[str], str]]:
    """For each line what its writer says, what the program says, and the kind of line."""
    folder = tmp_path_factory.mktemp("pages")
    out = folder / "out.jsonl"
    Desk(folder / "home").must("evaluate", str(PAGES), "--rosters", str(folder), "--predictions", str(out))
    cases = [json.loads(line) for line in PAGES.read_text(encoding="utf-8").splitlines()]
    found = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
    assert [case["id"] for case in cases] == [line["id"] for line in found]
    return [(frozenset(c["labels"]), frozenset(f["labels"]), c["slice"]) for c, f in zip(cases, found, strict=True)]


def test_each_rules_violations_are_found(judged: list[tuple[frozenset[str], frozenset[str], str]]) -> None:
    there = Counter(rule for said, _, _ in judged for rule in said)
    found = Counter(rule for said, flagged, _ in judged for rule in said & flagged)
    assert {rule for rule, floor in FLOORS.items() if found[rule] < floor * there[rule]} == set(), found
    assert sum(found[rule] for rule in CRITICAL) >= 0.84 * sum(there[rule] for rule in CRITICAL)


def test_harmless_lines_are_let_alone(judged: list[tuple[frozenset[str], frozenset[str], str]]) -> None:
    harmless = Counter(kind for said, _, kind in judged if not said)
    flagged = Counter(kind for said, found, kind in judged if not said and found)
    assert set(harmless) == set(MOST)
    assert {kind for kind, most in MOST.items() if flagged[kind] > most * harmless[kind]} == set(), flagged


def test_nothing_of_it_is_learned_from() -> None:
    refuse_development_texts(PAGES.parent)
