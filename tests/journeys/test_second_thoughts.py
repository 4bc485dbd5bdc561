"""What an administrator does after a wrong press, and what a signed paper changes: by the commands alone."""

from __future__ import annotations

from tests.journeys.desk import ROOT, Desk
from tests.journeys.test_first_day import ADMIN, SECOND, TEACHER

PAGE = "sample-biology"


def mild(desk: Desk) -> str:
    """A flag of the sample pages that is not critical."""
    return next(str(flag["flag"]) for flag in desk.queue().values() if flag["severity"] == "medium")


def test_a_wrong_press_is_one_undo_away(desk: Desk) -> None:
    flag = mild(desk)
    assert desk.must("decide", flag, "--hide", "--by", ADMIN, "--json").json["action_state"] == "done"
    assert flag not in {f["flag"] for f in desk.queue().values()}
    undone = desk.must("decide", flag, "--undo", "--by", SECOND, "--json").json
    assert (undone["decision"], undone["action"], undone["action_state"]) == ("undo", "restore", "done")
    assert flag in {f["flag"] for f in desk.queue().values()}
    assert desk.run("decide", flag, "--undo", "--by", SECOND).code == 1


def test_review_takes_its_last_press_back(desk: Desk) -> None:
    before = set(desk.queue())
    skips = "s\n" * sum(flag["severity"] == "critical" for flag in desk.queue().values())
    told = desk.must("review", "--by", ADMIN, answers=f"u\n{skips}c\nu\nq\n").out
    assert "Nothing was decided here yet" in told
    assert "Cleared: not a violation." in told
    assert "Taken back: the flag is open again." in told
    assert set(desk.queue()) == before


def test_an_appeal_goes_to_somebody_else(desk: Desk) -> None:
    flag = mild(desk)
    desk.must("decide", flag, "--hide", "--by", ADMIN)
    assert desk.run("decide", flag, "--appeal", "--by", ADMIN).code == 2
    desk.must("decide", flag, "--appeal", "--note", "it was a quotation", "--by", ADMIN)
    refused = desk.run("decide", flag, "--clear", "--by", ADMIN)
    assert (refused.code, "second person" in refused.err) == (2, True)
    assert desk.must("decide", flag, "--clear", "--by", SECOND, "--json").json["action"] == "restore"


def test_a_flag_is_handed_to_somebody(desk: Desk) -> None:
    flag = mild(desk)
    desk.must("decide", flag, "--assign", SECOND, "--by", ADMIN)
    assert {f["assigned"] for f in desk.queue().values() if f["flag"] == flag} == {SECOND}
    assert SECOND in desk.must("queue").out
    wrong = desk.run("decide", flag, "--assign", SECOND, "--clear", "--by", ADMIN)
    assert (wrong.code, "say one of" in wrong.err) == (2, True)


def test_two_signatures_are_recorded_listed_and_revoked(desk: Desk) -> None:
    row = (ROOT / "config" / "sample" / "rosters" / f"{PAGE}.csv").read_text().splitlines()[1].split(",")
    name = f"{row[0]} {row[1]}"
    for half in ("parent", "principal"):
        paper = ("--given-by", "Ana", "--paper", "folder 3", "--until", "2027-06-30")
        desk.must("consent", "add", PAGE, name, "--kind", "name", "--from", half, *paper, "--by", ADMIN)
    found = desk.must("consent", "list", "--by", ADMIN, "--json").json
    assert {(c["student"], c["from"], c["page"], c["paper"]) for c in found} == {
        (name, half, PAGE, "folder 3") for half in ("parent", "principal")
    }
    assert name in desk.must("consent", "list", "--by", ADMIN).out
    assert "Revoked" in desk.must("consent", "revoke", found[0]["id"], "--by", ADMIN).out
    for arguments, words in (
        (
            (
                "add",
                PAGE,
                name,
                "--kind",
                "nickname",
                "--from",
                "parent",
                "--given-by",
                "A",
                "--paper",
                "b",
                "--by",
                ADMIN,
            ),
            "no kind",
        ),
        (("import", "nowhere.csv", "--by", ADMIN), "cannot be read"),
        (("revoke", "nothing", "--by", ADMIN), "consent list"),
    ):
        answer = desk.run("consent", *arguments)
        assert (answer.code, words in answer.err) == (2, True)
    assert desk.must("consent", "list", "--by", TEACHER).out.strip() == "No consent is recorded."


def test_nothing_waits_to_be_done_by_hand(desk: Desk) -> None:
    assert "Nothing waits" in desk.must("actions", "list", "--by", ADMIN).out
    assert desk.must("actions", "list", "--by", ADMIN, "--json").json == []
    assert desk.run("actions", "done", "nothing", "--by", ADMIN).code == 2
