from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import pytest

from bot.domain.class_pages import ClassPage
from bot.domain.errors import Advice
from bot.evaluation.judging import check_target, judge, write_predictions
from bot.evaluation.labelled import Span
from bot.evaluation.school import open_pages
from connectors.base import Media
from moderators.base import Assessment, CommentView, ModeratorSettings, PageContext, Signal
from moderators.media import MediaPresent
from tests.houses import MarkedWords
from tests.unit.bot.evaluation.sets import comment, judged, panel

PAGE = {"id": "p", "title": "P", "site": "s", "teacher": "t@x.example", "connector": "sample", "url": "u"}


class Fixed:
    """A detector that finds in every comment what it is told to, and keeps what it was shown."""

    name = "fixed"
    version = "1"
    reads: Literal["text", "masked"] = "text"

    def __init__(self, *signals: Signal, masked: bool = False) -> None:
        self.found, self.signals = signals, frozenset(s.name for s in signals)
        self.seen: list[tuple[str, PageContext]] = []
        self.batches: list[int] = []
        if masked:
            self.reads = "masked"

    def assess(self, comments: Sequence[CommentView], page: PageContext) -> list[Assessment]:
        self.seen += [(c.text, page) for c in comments]
        self.batches.append(len(comments))
        return [list(self.found) for _ in comments]

    def canary(self) -> None:
        pass


def rosters(folder: Path, text: str = "first,last,nickname,student_id\nAda,Lovelace,,7\nMary,Shelley,,\n") -> Path:
    (folder / "p.csv").write_text(text)
    return folder


def test_labels_are_the_rules_that_the_policy_would_raise() -> None:
    found = judged(comment("1", "!threat !hate"), comment("2", "hello"))
    assert [set(p.labels) for p in found] == [{"threat", "hate"}, set()]
    assert [p.flagged for p in found] == [True, False]


def test_a_score_below_its_threshold_is_told_and_raises_nothing() -> None:
    (found,) = judged(comment("1", "x"), by=panel(Fixed(Signal("threat", 0.27), Signal("phrase_threat", 0.2))))
    assert found.labels == ()
    assert found.scores["threat"] == 0.27
    assert found.scores["hate"] == 0.0
    assert found.scores.keys() >= {"student_name", "impersonation"}
    assert "unchecked" not in found.scores


def test_a_class_page_of_the_configuration_has_its_own_stricter_rules() -> None:
    strict = ClassPage.model_validate(PAGE | {"rules": {"threat": {"threshold": 0.2}}})
    by = replace(panel(Fixed(Signal("threat", 0.25))), pages={"p": strict})
    (here, elsewhere) = judged(comment("1", "x"), comment("2", "x", page="q"), by=by)
    assert (here.labels, elsewhere.labels) == (("threat",), ())


def test_names_are_masked_before_the_model_reads_whatever_the_order_of_the_detectors() -> None:
    model = Fixed(masked=True)
    judged(comment("1", "ask Ada now"), by=panel(model, Fixed(Signal("student_name", 0.9, 4, 7))))
    assert model.seen[0][0] == "ask Alex now"


def test_what_could_not_be_checked_is_failed_with_what_the_others_found() -> None:
    found = judged(
        comment("1", "!unreadable !threat"),
        comment("2", "!explode"),
        by=panel(MarkedWords(), Fixed(Signal("hate", 0.9))),
    )
    assert [(p.failed, p.labels, p.flagged) for p in found] == [(True, ("hate",), True)] * 2


def test_spans_have_the_rule_and_the_rosters_own_id(tmp_path: Path) -> None:
    signals = [Signal("student_name", 0.9, 4, 7, student="7"), Signal("student_name", 0.9, 0, 3, student="line-3")]
    low, whole = Signal("school_record", 0.4, 0, 3), Signal("student_media", 0.9)
    by = panel(Fixed(*signals, *signals, low, whole, Signal("hate", 0.9, 0, 2)))
    (found,) = judged(comment("1", "and Ada"), by=by, rosters=rosters(tmp_path))
    assert found.spans == (Span(0, 3, "student_name", None), Span(4, 7, "student_name", "7"))


def test_attached_pictures_are_seen() -> None:
    (found,) = judged(
        comment("1", "us!", media=(Media("image", "https://x.example/a.jpg"),)),
        by=panel(MediaPresent(ModeratorSettings())),
    )
    assert (found.labels, found.spans) == (("student_media",), ())


def test_comments_of_many_pages_come_back_in_their_order_in_batches_of_one_page() -> None:
    detector = Fixed()
    pages = [comment(str(n), f"text {n}", page=f"page-{n % 3}") for n in range(1000)]
    found = judged(*pages, by=panel(detector))
    assert [p.id for p in found] == [c.id for c in pages]
    assert detector.batches == [320, 14, 320, 13, 320, 13]
    assert {len({page.page for text, page in detector.seen if text == f"text {n}"}) for n in range(9)} == {1}


def test_each_page_is_judged_with_its_own_roster_and_staff(tmp_path: Path) -> None:
    detector = Fixed()
    (tmp_path / "staff.csv").write_text("title,first,last,page,room\nMs.,Eva,Ruiz,,1\nMr.,Ken,Oda,q,2\n")
    judged(comment("1", "a"), comment("2", "b", page="q"), by=panel(detector), rosters=rosters(tmp_path))
    (_, here), (_, elsewhere) = detector.seen
    assert ([s.first for s in here.students], [s.last for s in here.staff]) == (["Ada", "Mary"], ["Ruiz"])
    assert (elsewhere.students, [s.last for s in elsewhere.staff]) == ((), ["Ruiz", "Oda"])


def test_a_detector_that_does_not_know_its_canary_judges_nothing() -> None:
    with pytest.raises(Advice, match="does not know its canary"):
        judged(comment("1", "x"), by=panel(MarkedWords(broken=True)))


def test_progress_counts_every_comment() -> None:
    told: list[int] = []
    by = panel()
    comments = [comment(str(n), "x") for n in range(400)]
    judge(by, open_pages(by, None, ["p"]), comments, told.append)
    assert told == [320, 80]


def test_predictions_are_one_line_of_ascii_each(tmp_path: Path) -> None:
    found = judged(comment("ñ\ud800", "!threat"), comment("2", "!unreadable"))
    write_predictions(tmp_path / "out.jsonl", found)
    first, second = (tmp_path / "out.jsonl").read_bytes().decode("ascii").splitlines()
    assert json.loads(first)["id"] == "ñ\ud800"
    assert list(json.loads(first)) == ["id", "labels", "spans", "scores"]
    assert json.loads(second)["failed"] is True
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_predictions_go_where_they_can_be_written_and_never_over_the_comments(tmp_path: Path) -> None:
    cases = tmp_path / "cases.jsonl"
    cases.write_text("{}")
    (tmp_path / "link").symlink_to(cases)
    nowhere = Path("/proc/out.jsonl")  # a folder in which nobody can make a file
    for target in (tmp_path, tmp_path / "none" / "out", cases, tmp_path / "link", nowhere):
        with pytest.raises(Advice):
            check_target(target, [cases])
    check_target(tmp_path / "out", [cases])
    check_target(Path("/dev/null"), [cases])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cases.jsonl", "link"]
