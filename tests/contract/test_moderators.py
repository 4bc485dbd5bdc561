"""What every registered moderator must do, whatever it looks for."""

from __future__ import annotations

import re
import tempfile
import time
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderators import registry
from moderators.base import Assessment, CouldNotAssess, Moderator, PageContext
from tests.unit.moderators.reading import PAGE, SETTINGS, Attached, Said, Who

FAST = [name for name in registry.DEFAULTS if name != "toxicity"]  # the model has a suite of its own for time
ALL = [*registry.DEFAULTS, pytest.param("huggingface", marks=pytest.mark.model)]
ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=120)
TRIGGERS = st.sampled_from(
    [
        "Tobias Wrenfield", "toby", "#TobiasWrenfield", "@tobias_w9", "323-555-0144", "inky@example.com", "88 Larkspur Ln", "my house",
        "got an F on the quiz", "has an IEP", "https://photos.example/a/1", "IMG_1.jpg", "kys", "k.y.s", "i want to die", "sh!t", "\u200b",
        "010511T001", "my son", "was written up", "our principal", "is gay", "lives in", "at the bus stop until", "turns 12 on",
        "\ud800", "\x00", "é", "🫠", "١٢٣", "\u202e", "never", "lol", "Ms.", "hope", "will",
    ]
)  # fmt: skip
COMMENTS = [
    Said("Tobias Wrenfield got an F on the quiz, call 323-555-0144 lol"),
    Said(""),
    Said("kys, this is sh!t"),
    Said("look", media=(Attached("image", "https://cdn.example/1.jpg"),)),
    Said("\ud800 \x00 \u0301"),
    Said("i got a D", Who(name="Tobias Wrenfield")),
]


@cache
def moderator(name: str) -> Moderator:
    if name == "huggingface":
        return _any_classifier()
    return registry.make(name, SETTINGS)


def _any_classifier() -> Moderator:
    """The detector that the configuration makes of a model, around a tiny one."""
    from tests.unit.moderators.checkpoints import network  # torch, which the others do without

    with tempfile.TemporaryDirectory() as folder:
        network("bert", Path(folder), 2, "multi_label_classification")
        options = {"model": folder, "labels": {"LABEL_0": "insult", "LABEL_1": "threat"}}
        path = {"huggingface": "moderators.huggingface:HuggingFace"}
        made = registry.make("huggingface", replace(SETTINGS, options=options), path)
        assert made.version  # it is loaded now: the folder is not needed any more
        return made


def check(answer: Assessment, comment: Said, made: Moderator) -> None:
    if isinstance(answer, CouldNotAssess):
        assert answer.reason
        return
    for signal in answer:
        assert signal.name in made.signals
        assert 0 < signal.score <= 1
        assert 0 <= signal.start <= signal.end <= len(comment.text)
        assert signal.student is None or signal.student in {student.id for student in PAGE.students}
        assert signal.why
        assert "\n" not in signal.why


@pytest.mark.parametrize("name", ALL)
def test_it_says_who_it_is(name: str) -> None:
    made = moderator(name)
    assert made.name == name
    assert made.version
    assert made.signals
    assert made.reads in {"text", "masked"}


@pytest.mark.parametrize("name", ALL)
def test_its_canaries_live(name: str) -> None:
    moderator(name).canary()


@pytest.mark.parametrize("name", ALL)
def test_every_comment_has_one_answer_alone_as_in_a_batch(name: str) -> None:
    made = moderator(name)
    together = made.assess(COMMENTS, PAGE)
    assert len(together) == len(COMMENTS)
    assert together == [answer for comment in COMMENTS for answer in made.assess([comment], PAGE)]
    assert together == list(reversed(made.assess(COMMENTS[::-1], PAGE)))


@pytest.mark.parametrize("name", ALL)
def test_no_comments_have_no_answers(name: str) -> None:
    assert moderator(name).assess([], PAGE) == []


@pytest.mark.parametrize("name", FAST)
@given(
    text=st.one_of(ANY_TEXT, st.lists(st.one_of(TRIGGERS, ANY_TEXT), max_size=12).map(" ".join)),
    author=ANY_TEXT,
    url=ANY_TEXT,
)
@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_taken(name: str, text: str, author: str, url: str) -> None:
    made = moderator(name)
    comment = Said(text, Who(name=author), (Attached("link", url), Attached("image", url)))
    (answer,) = made.assess([comment], PAGE)
    assert isinstance(answer, list), "no ordinary text may fail"
    check(answer, comment, made)


@pytest.mark.parametrize("name", ALL)
def test_the_reason_quotes_nothing(name: str) -> None:
    made = moderator(name)
    for comment, answer in zip(COMMENTS, made.assess(COMMENTS, PAGE), strict=True):
        check(answer, comment, made)
        private = {
            word
            for student in PAGE.students
            for part in (student.first, student.last)
            for word in re.findall(r"\w{4,}", part.lower())
        }
        for signal in answer if isinstance(answer, list) else ():
            assert not private & set(re.findall(r"\w+", signal.why.lower()))
            assert not re.search(r"\d", signal.why)


@pytest.mark.parametrize("name", FAST)
@pytest.mark.parametrize(
    "piece",
    [
        "the lab is due on friday ",
        "a",
        "é😂 ",
        "k i l l ",
        "\u0301",
        "1 2 3 ",
        "http://a",
        "tobias_",
        "...",
        "@a.",
        "im gonna ",
        "\x00\ud800",
    ],
)
def test_a_megabyte_is_done_in_seconds(name: str, piece: str) -> None:
    comment = Said(piece * (1_000_000 // len(piece)))
    began = time.process_time()
    (answer,) = moderator(name).assess([comment], PAGE)
    assert time.process_time() - began < 8  # two seconds of a processor's time where nothing else runs
    check(answer, comment, moderator(name))


@pytest.mark.parametrize("name", FAST)
def test_what_is_too_long_is_reported(name: str) -> None:
    (answer,) = moderator(name).assess([Said("a" * 1_000_001)], PAGE)
    assert isinstance(answer, CouldNotAssess)


@pytest.mark.parametrize("name", FAST)
def test_a_page_without_roster_is_no_failure(name: str) -> None:
    assert all(isinstance(answer, list) for answer in moderator(name).assess(COMMENTS, PageContext("empty")))
