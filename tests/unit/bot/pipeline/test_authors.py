"""What the author is and did before makes a flag more or less severe, and raises none; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot import decisions, pages
from bot.domain.review import Choice
from connectors.base import Author
from tests.houses import ADMIN, NOW, PAGE, TEACHER, Town, settle
from tests.unit.bot.pipeline.graded import broken, staffed

ROSTER = "first,last,nickname,student_id,account\nAdriana,Quintero,Adri,052213F017,a1\nMalik,Oyelaran,,020213M431,\n"


def with_roster(town: Town, more: str = "") -> Town:
    (town.config / "r.csv").write_text(ROSTER)
    pages.apply_pages(town.house, [town.write_page(f"{PAGE}roster: r.csv\n{more}")], NOW)
    return staffed(town)


def sign(town: Town, id: str, words: str, author: Author, minutes_ago: float = 60) -> None:
    comment = town.platform.post(id, words, minutes_ago=minutes_ago)
    town.platform.comments[id] = type(comment)(id, author, words, comment.created)


@pytest.mark.parametrize(
    ("author", "expected"),
    [
        (Author("a1", "bluepencil"), "low"),
        (Author("a9", "Malik Oyelaran"), "low"),
        (Author("", "Malik Oyelaran"), "high"),  # a guest signs as anybody
        (Author("a9", "Adriana Quintero"), "high"),  # not the registered account
        (Author("a9", "Inez Alva"), "high"),
        (Author("a9", "Malik's dad"), "high"),
        (Author("a9", "bluepencil"), "high"),
    ],
)
def test_an_invitation_is_serious_unless_a_student_surely_wrote_it(town: Town, author: Author, expected: str) -> None:
    with_roster(town)
    sign(town, "1", "!personal_contact=.9", author)
    town.scan()
    assert broken(town)["1"]["personal_contact"] == expected


@pytest.mark.parametrize(
    ("author", "severity"),
    [
        (Author("a1", "x"), "high"),
        (Author("a9", "Malik's dad"), "critical"),
        (Author("a9", "Ms. Alva"), "critical"),
        (Author("a9", "a neighbor"), "critical"),
    ],
)
def test_sexual_language_by_an_adult_is_critical(town: Town, author: Author, severity: str) -> None:
    with_roster(town)
    sign(town, "1", "!sexual_content=.9", author)
    town.scan()
    assert broken(town)["1"]["sexual_content"] == severity


RUDE = "!disparagement=.9"
DAY = 24 * 60


def test_who_was_flagged_before_is_flagged_as_more_severe_for_thirty_days(town: Town) -> None:
    with_roster(town)
    town.platform.post("1", RUDE, author="x", minutes_ago=60)
    town.scan()
    assert settle(town, town.queue()["1"].flag, ADMIN, Choice.HIDE).won
    town.platform.post("2", RUDE, author="x", minutes_ago=-10)
    town.platform.post("3", RUDE, author="y", minutes_ago=-10)
    town.platform.post("4", "a kind word", author="x", minutes_ago=-10)
    town.platform.post("5", RUDE, author="x", minutes_ago=-31 * 24 * 60)
    town.scan(now=NOW + timedelta(days=31))
    assert broken(town) == {
        "2": {"disparagement": "high"},
        "3": {"disparagement": "medium"},
        "5": {"disparagement": "medium"},
    }


def test_each_upheld_flag_of_a_comment_is_remembered_for_thirty_days(town: Town) -> None:
    with_roster(town)
    town.platform.post("1", RUDE, author="x", minutes_ago=60)
    for day in (0, 25):
        town.platform.post("1", f"{RUDE} {day}", author="x", minutes_ago=60)
        town.scan(now=NOW + timedelta(days=day))
        decisions.decide(town.house, town.queue()["1"].flag, ADMIN, Choice.ESCALATE, NOW + timedelta(days=day))
    town.platform.post("2", "of last month", author="y", minutes_ago=-20 * DAY)  # found late
    town.platform.post("3", RUDE, author="x", minutes_ago=-35 * DAY)
    town.scan(now=NOW + timedelta(days=36))
    assert broken(town)["3"] == {"disparagement": "high"}


@pytest.mark.parametrize(
    ("words", "choice"), [(RUDE, Choice.CLEAR), ("!self_harm=.9", Choice.HIDE), ("!student_name=.9", Choice.HIDE)]
)
def test_what_was_cleared_and_what_is_no_strike_is_not_remembered(town: Town, words: str, choice: Choice) -> None:
    with_roster(town)
    town.platform.post("1", words, author="x", minutes_ago=60)
    town.scan()
    settle(town, town.queue()["1"].flag, ADMIN, choice)
    town.platform.post("2", RUDE, author="x", minutes_ago=-10)
    town.scan(now=NOW + timedelta(hours=1))
    assert broken(town)["2"] == {"disparagement": "medium"}


def test_a_comment_is_not_made_more_severe_by_what_was_decided_after_it(town: Town) -> None:
    with_roster(town)
    for id in ("1", "2"):
        town.platform.post(id, RUDE, author="x", minutes_ago=60)
    town.scan()
    for flag in list(town.queue().values()):
        settle(town, flag.flag, ADMIN, Choice.HIDE)
    (town.config / "r.csv").write_text(ROSTER + "Eva,Ruiz,,,\n")
    pages.import_roster(town.house, "p", None, NOW)
    assert town.scan().scored == 2
    assert town.queue() == {}


def test_somebody_elses_name_is_flagged_where_the_page_knows_the_account(town: Town) -> None:
    with_roster(town, f"accounts: {{{TEACHER}: t1, Malik Oyelaran: [m1, m2]}}\n")
    sign(town, "1", "hi", Author("x", "Adriana Quintero"))
    sign(town, "2", "hi", Author("a1", "Adriana Quintero"))
    sign(town, "3", "hi", Author("x", "Inez Alva"))
    sign(town, "4", "hi", Author("t1", "Inez Alva"))
    sign(town, "5", "hi", Author("m2", "Malik Oyelaran"))
    sign(town, "6", "hi", Author("x", "Ngozi Okafor"))  # no account of hers is registered
    town.scan()
    assert broken(town) == {"1": {"impersonation": "high"}, "3": {"impersonation": "high"}}
    assert town.scan().flagged == 0


def test_an_account_that_is_registered_later_looks_at_the_last_thirty_days_again(town: Town) -> None:
    with_roster(town)
    sign(town, "1", "hi", Author("x", "Ngozi Okafor"))
    town.scan()
    assert broken(town) == {}
    people = (town.config / "people.yaml").read_text()
    people = people.replace("name: Ngozi Okafor,", "name: Ngozi Okafor, accounts: {platform: k1},")
    (town.config / "people.yaml").write_text(people)
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.scan()
    assert broken(town) == {"1": {"impersonation": "high"}}


def test_a_name_that_is_nobodys_is_refused_with_its_line_and_not_quoted(town: Town) -> None:
    (town.config / "r.csv").write_text(ROSTER)
    file = town.write_page(f"{PAGE}roster: r.csv\naccounts:\n  Malik Oyelaran: m1\n  Mallik Oyelaran: m2\n")
    with pytest.raises(Exception, match=r"p\.yaml:11: accounts: this name is nobody of the roster") as bad:
        pages.apply_pages(town.house, [file], NOW)
    assert "Mallik" not in str(bad.value)
