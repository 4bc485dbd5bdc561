from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from shutil import copytree

import pytest

from moderators.base import MIN_SCORE, BrokenModerator, CouldNotAssess, ModeratorSettings, PageContext, Signal
from moderators.bundle import CLASSROOM, TOKENIZER
from moderators.model_text import FORM
from moderators.toxicity import WHY, Toxicity
from moderators.windows import READING

PAGE = PageContext("ms-biology")


@dataclass(frozen=True)
class Author:
    id: str = "a1"
    name: str = "someone"
    is_staff: bool | None = None


@dataclass(frozen=True)
class Comment:
    text: str
    id: str = "c1"
    author: Author = field(default_factory=Author)
    media: tuple[()] = ()


@pytest.fixture(scope="module")
def detector() -> Toxicity:
    return Toxicity(ModeratorSettings())


def signals(detector: Toxicity, text: str) -> list[Signal]:
    found = detector.assess([Comment(text)], PAGE)[0]
    assert not isinstance(found, CouldNotAssess)
    return found


def test_a_healthy_detector_passes_its_canary(detector: Toxicity) -> None:
    detector.canary()


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("I am going to kill you after school tomorrow", "threat"),
        ("you are such a stupid ugly loser, nobody likes you", "toxicity"),
        ("this is bullshit", "inappropriate_language"),
    ],
)
def test_plain_violations_are_found(detector: Toxicity, text: str, label: str) -> None:
    assert max((s.score for s in signals(detector, text) if s.name == label), default=0.0) >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        "The lab report is due on Friday",
        "Great job everybody, see you at practice",
        "Does anyone have the notes from chapter four?",
        "Mañana traigan el libro de ciencias, gracias",
        "I finished the poster and uploaded it",
        "What time does the bus leave for the museum?",
    ],
)
def test_plain_class_talk_gives_no_strong_signal(detector: Toxicity, text: str) -> None:
    assert max((s.score for s in signals(detector, text)), default=0.0) < 0.5


def test_the_number_of_threads_is_an_option_and_changes_no_score(detector: Toxicity) -> None:
    single = Toxicity(ModeratorSettings(options={"threads": 1}))
    for text in ("see you on friday", "I am going to kill you after school tomorrow"):
        assert signals(single, text) == signals(detector, text)


@pytest.mark.parametrize("threads", [0, -1, "two", 1.5, True])
def test_a_number_of_threads_that_is_none_is_refused(threads: object) -> None:
    with pytest.raises(ValueError, match="threads"):
        Toxicity(ModeratorSettings(options={"threads": threads}))


def test_every_signal_is_declared_explained_and_strong_enough(detector: Toxicity) -> None:
    found = signals(detector, "you stupid idiot I will kill you, go back to your country")
    assert found
    assert {s.name for s in found} <= detector.signals
    assert all(MIN_SCORE <= s.score <= 1 and s.why == WHY[s.name] for s in found)


def test_every_label_of_the_bundled_model_has_its_sentence(detector: Toxicity) -> None:
    assert detector.signals == set(WHY)
    assert all(why.endswith(".") and "{" not in why for why in WHY.values())


def test_nothing_of_the_comment_is_in_a_why(detector: Toxicity) -> None:
    found = signals(detector, "zanzibar quokka 5551234 will be killed by me, stupid")
    assert not any(word in s.why for s in found for word in ("zanzibar", "quokka", "5551234"))


def test_a_comment_does_not_feel_its_neighbours(detector: Toxicity) -> None:
    texts = ["see you on friday", "\ud800\0", "", "x " * 200_000, " ".join(map(str, range(90_000))), "you idiot"]
    together = detector.assess([Comment(text) for text in texts], PAGE)
    assert together == [detector.assess([Comment(text)], PAGE)[0] for text in texts]
    assert isinstance(together[4], CouldNotAssess)


def test_no_comments_give_no_answers(detector: Toxicity) -> None:
    assert detector.assess([], PAGE) == []


@pytest.mark.parametrize(
    "options",
    [{"engine": "tea leaves"}, {"engine": ""}, {"model": "original"}, {"engine": "onnx", "model": "mine.ckpt"}],
)
def test_wrong_options_are_named(options: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="toxicity: "):
        Toxicity(ModeratorSettings(options=options))


def test_a_model_that_knows_nothing_fails_its_canary(tmp_path: Path) -> None:
    folder = copytree(CLASSROOM, tmp_path / "model")
    (folder / TOKENIZER).write_text("{}", encoding="utf-8")
    with pytest.raises(BrokenModerator):
        Toxicity(ModeratorSettings(options={"model": str(folder)}))


def test_the_version_names_the_model_the_form_of_text_and_the_way_of_reading(detector: Toxicity) -> None:
    assert detector.version.startswith("classroom-")
    assert detector.version.endswith(f"-f{FORM}r{READING}")
