from __future__ import annotations

from moderators.recent import MOST, SHORT, recent


def test_a_short_text_is_worked_out_once_and_each_question_by_itself() -> None:
    asked: list[tuple[str, int]] = []

    @recent
    def work(text: str, times: int) -> str:
        asked.append((text, times))
        return text * times

    assert [work("a", 2), work("a", 2), work("a", 3), work("b", 2)] == ["aa", "aa", "aaa", "bb"]
    assert asked == [("a", 2), ("a", 3), ("b", 2)]


def test_a_long_text_is_never_kept() -> None:
    asked: list[int] = []

    @recent
    def work(text: str) -> int:
        asked.append(len(text))
        return len(text)

    for length in (SHORT, SHORT, SHORT + 1, SHORT + 1):
        assert work("x" * length) == length
    assert asked == [SHORT, SHORT + 1, SHORT + 1]


def test_an_old_text_is_forgotten() -> None:
    asked: list[str] = []

    @recent
    def work(text: str) -> str:
        asked.append(text)
        return text

    for number in range(MOST + 1):
        work(str(number))
    work("0")
    assert asked.count("0") == 2
