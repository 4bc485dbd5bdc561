from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.explaining.carrying import MOST_SENTENCES, MOST_WORDS, carried
from bot.explaining.explanation import Carried
from bot.store.comments import StoredComment
from connectors.base import Author
from moderators.base import PageContext
from tests.unit.bot.explaining.scoring import Weights

_THEN = datetime(2026, 11, 1, tzinfo=UTC)
COMMENT = StoredComment("", "", "", Author("", "someone", None), "", (), _THEN, _THEN, "visible", "")
SIGNALS = ["disparagement", "threat"]
HARMLESS = "The bus leaves at eight on friday."


def of(text: str, model: Weights | None = None, signals: list[str] | None = None) -> dict[str, Carried]:
    return carried(model or Weights(), replace(COMMENT, text=text), PageContext("p"), signals or SIGNALS)


def drops(text: str, found: Carried) -> dict[str, float]:
    return {text[w.start : w.end]: round(w.drop, 4) for w in found.words if w.drop}


def test_each_word_is_worth_what_is_missing_without_it() -> None:
    text = "you are so stupid and ugly"
    found = of(text)
    assert drops(text, found["disparagement"]) == {"stupid": 0.5, "ugly": 0.3}
    assert drops(text, found["threat"]) == {"you": 0.05}
    assert found["disparagement"].score == pytest.approx(0.8)
    assert (found["threat"].start, found["threat"].end) == (0, len(text))


def test_words_that_say_the_same_hide_each_other_and_the_answer_does_not_pretend() -> None:
    text = "loser loser"
    assert [round(word.drop, 4) for word in of(text)["disparagement"].words] == [0.1, 0.1]


def test_a_word_that_holds_a_score_down_has_a_drop_below_zero() -> None:
    model = Weights(weights={"threat": {"kill": 0.9, "joking": -0.6}})
    text = "kill just joking"
    assert drops(text, of(text, model, ["threat"])["threat"]) == {"kill": 0.3, "joking": -0.6}


def test_one_reading_serves_every_signal() -> None:
    model = Weights()
    of("you are so stupid and ugly", model)
    assert len(model.seen) == len(set(model.seen)) == 7


def test_of_a_long_text_the_worst_sentence_is_searched_for_each_signal() -> None:
    text = " ".join([*[HARMLESS] * 8, "You are stupid and ugly!", *[HARMLESS] * 8, "I will kill you."])
    found = of(text)
    assert text[found["disparagement"].start : found["disparagement"].end] == "You are stupid and ugly!"
    assert drops(text, found["disparagement"]) == {"stupid": 0.5}  # "ugly!" is another word to this model
    assert text[found["threat"].start : found["threat"].end] == "I will kill you."
    assert found["threat"].score == pytest.approx(0.95)


def test_a_sentence_of_too_many_words_is_searched_in_pieces() -> None:
    text = "on and on " * 60 + "stupid " + "on and on " * 60
    found = of(text, signals=["disparagement"])["disparagement"]
    assert drops(text, found) == {"stupid": 0.5}
    assert len(found.words) <= MOST_WORDS


def test_a_very_long_text_is_asked_about_a_bounded_number_of_times() -> None:
    model = Weights()
    text = " ".join(f"Sentence {number} is stupid." for number in range(MOST_SENTENCES))
    assert of(text, model)
    assert len(model.seen) <= MOST_SENTENCES + 3 * (MOST_WORDS + 1)
    silent = Weights()
    assert of(f"{text} One more.", silent) == {}
    assert silent.seen == []


@pytest.mark.parametrize("text", ["", "   ", "\n\n", "."])
def test_a_text_without_words_carries_nothing(text: str) -> None:
    assert not any(word.drop for found in of(text).values() for word in found.words)


def test_what_the_detector_cannot_process_costs_nothing_but_its_answer() -> None:
    text = "stupid !unreadable"
    assert drops(text, of(text)["disparagement"]) == {"!unreadable": -0.5}


def test_a_long_text_of_signs_alone_is_searched_like_any_other() -> None:
    model = Weights(weights={"threat": {"!": 0.01}})
    found = of("!\n" * 50, model, ["threat"])["threat"]
    assert 0 < len(found.words) <= MOST_WORDS


def test_a_word_in_front_of_the_first_sentence_belongs_to_it() -> None:
    text = "...loser. " + f"{HARMLESS} " * 8
    found = of(text, Weights(weights={"threat": {"loser": 0.9}}), ["threat"])["threat"]
    assert drops(text, found) == {"...loser.": 0.9}


def test_a_text_of_ever_so_many_sentences_is_given_up_at_once() -> None:
    began = time.process_time()
    assert of("Go. " * 30_000) == {}
    assert time.process_time() - began < 5  # it takes 0.1, and took 17 where each sentence looked at every word


@given(st.text(st.sampled_from("stupid ugly kill .!?\n\u0301é"), max_size=400))
def test_places_are_those_of_words_inside_the_part_that_was_searched(text: str) -> None:
    for found in of(text).values():
        assert 0 <= found.start <= found.end <= len(text)
        at = found.start
        for word in found.words:
            assert at <= word.start < word.end <= found.end
            assert not any(sign.isspace() for sign in text[word.start : word.end])
            at = word.end
