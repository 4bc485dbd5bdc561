from __future__ import annotations

import pytest

from moderators.assessing import MAX_CHARACTERS, Canary, TooMuch, assess_each, sing
from moderators.base import Assessment, BrokenModerator, CommentView, CouldNotAssess, PageContext, Signal
from tests.unit.moderators.reading import Said

PAGE = PageContext("p")


def look(comment: CommentView) -> list[Signal]:
    if "boom" in comment.text:
        raise ValueError("secret words of the comment")
    if "much" in comment.text:
        raise TooMuch("too many places")
    return [Signal("s", 0.9), Signal("s", 0.01)] if "bad" in comment.text else []


def test_one_odd_comment_does_not_end_the_batch_and_is_not_quoted() -> None:
    answers = assess_each([Said("bad"), Said("boom"), Said("much"), Said("fine")], look)
    assert answers == [
        [Signal("s", 0.9)],
        CouldNotAssess("the detector stopped with ValueError"),
        CouldNotAssess("too many places"),
        [],
    ]


def test_a_text_beyond_the_limit_is_reported() -> None:
    fits, long = assess_each([Said("x" * MAX_CHARACTERS), Said("x" * (MAX_CHARACTERS + 1))], look)
    assert fits == []
    assert isinstance(long, CouldNotAssess)
    assert isinstance(assess_each([Said("xxx")], look, 2)[0], CouldNotAssess)
    assert assess_each([Said("xx")], look, 2) == [[]]


@pytest.mark.parametrize(
    ("canary", "answer"),
    [
        (Canary("t", "s"), []),
        (Canary("t", "s"), [Signal("s", 0.4)]),
        (Canary("t", "s"), [Signal("other", 0.9)]),
        (Canary("t"), [Signal("s", 0.6)]),
        (Canary("t"), CouldNotAssess("no")),
    ],
)
def test_a_dead_canary_stops_the_work(canary: Canary, answer: Assessment) -> None:
    with pytest.raises(BrokenModerator, match="canary 1 of 1"):
        sing("d", lambda comments, page: [answer], [canary], PAGE)


@pytest.mark.parametrize(
    ("canary", "answer"), [(Canary("t", "s"), [Signal("s", 0.5)]), (Canary("t"), [Signal("s", 0.4)])]
)
def test_a_living_canary_says_nothing(canary: Canary, answer: Assessment) -> None:
    sing("d", lambda comments, page: [answer], [canary], PAGE)
