"""What is said to people: both languages say the same, a school says it in its own words, and a mistake has its line."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.domain.class_pages import Language
from bot.settings import BadConfiguration, load_messages, load_policy
from bot.settings.messages import places_of
from connectors.base import CommentState
from connectors.wordpress import DETAILS
from moderators import registry, toxicity
from moderators.name_finder import _MISSPELT_WHY, _WHY

ROOT = Path(__file__).parents[3]
SHIPPED = ROOT / "config" / "messages"
FACE = ROOT / "bot" / "discord_ui"
ENGLISH, SPANISH = (load_messages(Path("none"), language) for language in Language)


def leaves(data: object, path: str = "") -> dict[str, str]:
    if not isinstance(data, dict):
        return {path: str(data)}
    return {
        key: text for name, value in data.items() for key, text in leaves(value, f"{path}.{name}".strip(".")).items()
    }


def shipped(language: Language) -> dict[str, str]:
    return leaves(yaml.safe_load((SHIPPED / f"{language}.yaml").read_text()))


def own(tmp_path: Path, text: str, language: Language = Language.ENGLISH) -> Path:
    (tmp_path / "messages").mkdir(exist_ok=True)
    (tmp_path / "messages" / f"{language}.yaml").write_text(text)
    return tmp_path


def test_both_languages_have_the_same_keys_and_places() -> None:
    english, spanish = shipped(Language.ENGLISH), shipped(Language.SPANISH)
    assert english.keys() == spanish.keys()
    assert {key: places_of(text) for key, text in english.items()} == {
        key: places_of(text) for key, text in spanish.items()
    }


def test_what_is_the_same_in_both_languages_is_no_forgotten_translation() -> None:
    english, spanish = shipped(Language.ENGLISH), shipped(Language.SPANISH)
    same = {
        key
        for key, text in english.items()
        if spanish[key] == text and re.search(r"[a-z]{4,}", re.sub(r"{\w+}", "", text))
    }
    assert same == set()


def test_every_text_of_the_policy_and_of_the_detectors_is_translated() -> None:
    policy = load_policy(ROOT / "config")
    steps = [*policy.every_critical, *policy.any_case, *(step for rule in policy.rules for step in rule.steps)]
    texts = [step.do for step in steps] + [step.recommend for step in policy.strikes]
    for rule in policy.rules:
        assert ENGLISH.title(rule.id, rule.title) == rule.title != SPANISH.title(rule.id, rule.title)
        assert SPANISH.knows(f"rules.{rule.id}.means")
        advice = [rule.recommend, *(level.recommend for level in rule.levels)]
        assert all(ENGLISH.advice(rule.id, text) == text != SPANISH.advice(rule.id, text) for text in advice), rule.id
    assert [text for text in texts if ENGLISH.plain(text) != text or SPANISH.plain(text) == text] == []
    lexicons = [p.read_text() for p in (ROOT / "config" / "lexicons").glob("*.yaml")]
    whys = [why for text in lexicons for why in re.findall(r"^ +why: (.+)$", text, re.MULTILINE)]
    whys += [*toxicity.WHY.values(), *_WHY.values(), _MISSPELT_WHY]
    detectors = [p.read_text() for p in (ROOT / "moderators").glob("*.py") if p.name.startswith(("contact_", "media"))]
    whys += [why for text in detectors for why in re.findall(r'"((?:Gives|Tells|Carries|Links|Names) [^"]+)"', text)]
    assert [why for why in whys if SPANISH.why("no_rule", why) == why] == []
    assert all(ENGLISH.knows(f"detectors.{name}") for name in [*registry.DEFAULTS, "pipeline", "person"])


def test_several_findings_are_translated_and_what_is_unknown_is_told_by_the_rule() -> None:
    known = "Names a student of this roster by the surname alone. The words insult somebody."
    assert ENGLISH.why("threat", known) == known
    assert SPANISH.why("threat", known) == (
        "Nombra a un estudiante de esta lista solo por el apellido. Las palabras insultan a alguien."
    )
    strange = "Signs with almost the name of a student of this roster, from no account at all."
    assert ENGLISH.why("impersonation", strange) == strange
    assert SPANISH.why("impersonation", strange) == SPANISH.say("rules.impersonation.means")
    assert SPANISH.why("chess_spam", strange) == strange


def test_a_school_says_a_sentence_in_its_own_words_and_the_rest_is_as_it_ships(tmp_path: Path) -> None:
    config = own(tmp_path, "buttons: {hide: Take it down}\nrules:\n  threat: {title: Danger}\n")
    messages = load_messages(config, Language.ENGLISH)
    assert (messages.say("buttons.hide"), messages.say("buttons.clear")) == ("Take it down", "Clear")
    assert messages.title("threat", "Threat of violence") == "Danger"
    assert messages.title("threat", "What our policy.yaml says") == "What our policy.yaml says"
    assert load_messages(config, Language.SPANISH).say("buttons.hide") == "Ocultar"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("buttons:\n  hyde: x\n", "messages/en.yaml:2: buttons.hyde: unknown key; did you mean buttons.hide?"),
        ("buttons: Hide\n", "messages/en.yaml:1: buttons: unknown key"),
        ("card:\n  times: '{when}'\n", "messages/en.yaml:2: card.times: there is no place {when} here"),
        ("card:\n  times: '{posted!r}'\n", "messages/en.yaml:2: card.times: a place is a name in braces"),
        ("card:\n  times: '{posted.year}'\n", "messages/en.yaml:2: card.times: a place is a name in braces"),
        ("card:\n  times: 'at { noon'\n", "messages/en.yaml:2: card.times:"),
        ("buttons:\n\n  hide: 7\n", "messages/en.yaml:3: buttons.hide: must be text; put it in quotes"),
        ("buttons:\n  hide: ' '\n", "messages/en.yaml:2: buttons.hide: must be text"),
        (f"buttons:\n  hide: {'x' * 99}\n", "messages/en.yaml:2: buttons.hide: is too long: 48 characters at most"),
        (f"commands:\n  flag: {'x' * 101}\n", "messages/en.yaml:2: commands.flag: is too long: 100 characters at most"),
        (f"forms:\n  reason: {'x' * 46}\n", "messages/en.yaml:2: forms.reason: is too long: 45 characters at most"),
        ("time:\n  days: Mo Tu We\n", "messages/en.yaml:2: time.days: needs 7 names with a space between them"),
        ("just words\n", "messages/en.yaml:1: must be a block of `key: value` lines"),
    ],
)
def test_every_mistake_is_named_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(BadConfiguration) as bad:
        load_messages(own(tmp_path, text), Language.ENGLISH)
    assert str(bad.value).removeprefix(f"{tmp_path}/").startswith(expected)


def test_what_is_filled_in_is_never_read_as_a_sentence() -> None:
    assert "{by} {decision.x}" in ENGLISH.say("card.decided", decision="Hidden", by="{by} {decision.x}", when="now")


def test_numbers_times_and_spans_are_told_as_people_say_them() -> None:
    when = datetime(2026, 11, 25, 20, 5, tzinfo=UTC)
    assert ENGLISH.moment(when, "America/Los_Angeles") == "Wed 25 Nov 12:05"
    assert SPANISH.moment(when, "America/Los_Angeles") == "mié 25 nov 12:05"
    assert (ENGLISH.day(date(2026, 1, 4)), SPANISH.day(date(2026, 1, 4))) == ("Sunday 4 January", "domingo 4 de enero")
    assert [ENGLISH.count("page.waiting", n) for n in (0, 1, 2)] == [
        "Nothing waits.", "One flag waits.", "2 flags wait.",
    ]  # fmt: skip
    spans = [timedelta(minutes=1), timedelta(minutes=119), timedelta(hours=2), timedelta(hours=47), timedelta(days=30)]
    assert [ENGLISH.span(span) for span in spans] == ["one minute", "119 minutes", "2 hours", "47 hours", "30 days"]


def test_labels_fit_where_discord_puts_them() -> None:
    for language in Language:
        texts = shipped(language)
        most = {"forms.": 45, "buttons.": 80, "commands.": 100}
        assert [k for k, t in texts.items() for start, n in most.items() if k.startswith(start) and len(t) > n] == []


@pytest.mark.parametrize("file", sorted(FACE.glob("*.py")), ids=lambda file: file.name)
def test_no_sentence_stands_in_the_face(file: Path) -> None:
    """What is said in the chat comes from the messages. `running` speaks to the operator's terminal."""
    if file.name == "running.py":
        return
    tree = ast.parse(file.read_text())
    said = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"[a-z]{2,} [a-z]{2,}", node.value)
    ]
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    bodies = [node.body for node in ast.walk(tree) if isinstance(node, documented)]
    docs = [
        each.value.value
        for body in bodies
        for each in body
        if isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant)
    ]
    assert [text for text in said if text not in docs] == []


def test_what_a_platform_has_done_is_said_in_spanish_too() -> None:
    assert SPANISH.plain(DETAILS[CommentState.HELD]) == "retenido para moderación: ningún visitante puede leerlo"
    assert all(SPANISH.plain(detail) != detail for detail in DETAILS.values())
