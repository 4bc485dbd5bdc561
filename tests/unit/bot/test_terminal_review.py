"""`review` and `queue` in the terminal: the same choices as on a card, and what an author's strikes call for. On both databases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.cli.together import one_together
from bot.domain.review import Choice
from tests.houses import ADMIN, SECOND, SUPERVISOR, TEACHER, Town, flagged, rows, settle
from tests.unit.bot.bundles.raids import press, raided, shown


def run(town: Town, *words: str, keys: str = "") -> str:
    """A command at the school's terminal; what it prints."""
    variables = {name: value for name, value in town.environment.variables.items() if name.startswith("HALLMONITOR")}
    result = CliRunner().invoke(app, ["--config", str(town.config), *words], input=keys, env=variables)
    assert result.exit_code == 0, result.output
    return " ".join(str(result.output).split())


@pytest.mark.parametrize(
    ("words", "before", "by", "expected"),
    [
        ("!disparagement", None, ADMIN, "h hide c clear o consents cover it e escalate t whole text s skip u undo the last q quit"),
        ("!threat", None, ADMIN, "a I have it h hide and open a case e escalate without hiding c not serious (a second person confirms) t"),
        ("!threat", Choice.ACKNOWLEDGE, ADMIN, "h hide and open a case e escalate without hiding c not serious"),
        ("!threat", Choice.CLEAR, SECOND, "e escalate without hiding c confirm: not serious t"),
        ("!disparagement", Choice.APPEAL, SECOND, "h refuse: it stays hidden c grant: show it again t"),
        ("!disparagement", None, TEACHER, "t whole text s skip q quit"),
    ],
)  # fmt: skip
def test_the_keys_are_what_is_offered(town: Town, words: str, before: Choice | None, by: str, expected: str) -> None:
    flag = flagged(town, words)
    if before is Choice.APPEAL:
        settle(town, flag, ADMIN, Choice.HIDE)
    if before:
        settle(town, flag, ADMIN, before, "a reason")
    assert expected in run(town, "review", "--by", by, keys="q\n")


def test_a_key_that_is_not_offered_does_nothing(town: Town) -> None:
    flagged(town)
    assert "That key does nothing here." in run(town, "review", "--by", ADMIN, keys="a\nq\n")
    assert "That key does nothing here." in run(town, "review", "--by", TEACHER, keys="h\nq\n")
    assert rows(town, "SELECT count(*) FROM decision") == [(0,)]


@pytest.mark.parametrize("choice", ["apart", "clear"])
def test_flags_that_were_decided_or_taken_apart_meanwhile_do_not_end_the_review(
    town: Town, choice: str, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = shown(town, raided(town, 12))
    press(town, seen.bundle, choice, SECOND)
    step = one_together(town.house, seen, ADMIN, "tester", lambda: pytest.fail("asks"), lambda: None)
    assert step == ("next", "")
    assert "in the meantime" in capsys.readouterr().out


def test_strikes_are_told_to_those_who_may_decide(town: Town) -> None:
    settle(town, flagged(town), ADMIN, Choice.HIDE)
    town.platform.post("2", "!disparagement again")
    town.scan()
    told = "if it is upheld, the second upheld flag of this author in 30 days: recommended: Speak with the author"

    def strike(*by: str) -> Any:
        return json.loads(run(town, "queue", "--json", *by))[0]["strike"]

    assert str(strike("--by", ADMIN)).startswith(told)
    assert strike("--by", TEACHER) is strike() is None
    assert told in run(town, "review", "--by", ADMIN, keys="q\n")
    assert told not in run(town, "review", "--by", TEACHER, keys="q\n")


def test_without_a_name_nothing_restricted_is_listed_or_counted(town: Town) -> None:
    """Whoever has the machine may be the one who is meant: what is printed is the same, letter by letter."""
    flagged(town)
    before = [run(town, "queue", *more) for more in ((), ("--json",), ("--all",))]
    town.platform.post("2", "!child_abuse")
    town.platform.post("3", "!sexualized_minor")
    town.scan()
    settle(town, town.queue()["3"].flag, SUPERVISOR, Choice.HIDE)  # a case, and an action
    assert [run(town, "queue", *more) for more in ((), ("--json",), ("--all",))] == before
    assert before[0].count("--by YOUR ADDRESS") == 1
    assert len(json.loads(run(town, "queue", "--json", "--by", SUPERVISOR))) == 2
