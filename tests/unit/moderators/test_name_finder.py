from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from moderators.base import ModeratorSettings, PageContext, Student
from moderators.contact_details import ContactDetails
from moderators.name_finder import finder_of
from moderators.roster_index import RosterIndex
from moderators.school_records import SchoolRecords
from moderators.student_names import StudentNames
from tests.unit.moderators.reading import LEXICONS, SETTINGS, Said

TEXT = "Ottoline got an F on the quiz, text Ottoline at 213 555 0142"


def test_a_roster_is_read_once_for_all_detectors(monkeypatch: pytest.MonkeyPatch) -> None:
    built: list[str] = []

    def count(page: PageContext, *rest: object) -> RosterIndex:
        built.append(page.page)
        return RosterIndex(page, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("moderators.name_finder.RosterIndex", count)
    page = PageContext("read once", (Student("z", "Ottoline", "Marsh"),))
    for detector in (StudentNames(SETTINGS), ContactDetails(SETTINGS), SchoolRecords(SETTINGS)):
        (answer,) = detector.assess([Said(TEXT)], page)
        assert isinstance(answer, list)
        assert {signal.student for signal in answer} == {"z"}
    assert built == ["read once"]


def test_a_changed_word_list_makes_another_finder(tmp_path: Path) -> None:
    settings = ModeratorSettings((tmp_path, LEXICONS))
    first = finder_of(settings)
    assert finder_of(settings) is first
    (tmp_path / "word_names.txt").write_text("sparrow\n", encoding="utf-8")
    assert finder_of(settings) is not first


def test_threads_that_look_at_different_pages_get_their_own_students() -> None:
    names = StudentNames(SETTINGS)
    pages = [PageContext(f"p{n}", (Student(f"s{n}", "Ottoline", f"Marsh{chr(97 + n)}"),)) for n in range(8)]
    asked = [pages[n % 8] for n in range(400)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda page: names.find("ask Ottoline", page), asked))
    assert [[signal.student for signal in one] for one in found] == [[f"s{n % 8}"] for n in range(400)]


def test_what_a_detector_does_with_its_answer_changes_no_other_answer() -> None:
    finder = finder_of(SETTINGS)
    page = PageContext("p", (Student("z", "Ottoline", "Marsh"),))
    finder.find(TEXT, page).clear()
    assert len(finder.find(TEXT, page)) == 2
