"""The code of every figure runs, on a toy size: `make bench` is long, and must not break unseen."""

from __future__ import annotations

import importlib

import pytest

from tests.bench.__main__ import FIGURES
from tests.bench.rates import TOY, Row, Spread, at_least, below, interleave, ratio, table

LONG = {"model", "workers", "presses"}  # they load torch, start three processes, start a WordPress


@pytest.mark.model
@pytest.mark.parametrize("figure", [pytest.param(f, marks=pytest.mark.slow) if f in LONG else f for f in FIGURES])
def test_a_figure_measures_something(figure: str) -> None:
    rows: list[Row] = list(importlib.import_module(f"tests.bench.{figure}").measure(TOY))
    assert rows
    assert all(row.measured for row in rows)


def test_what_is_compared_runs_in_turns_and_each_round_gives_one_ratio() -> None:
    order: list[str] = []

    def path(name: str, rate: float) -> float:
        order.append(name)
        return rate

    rates = interleave(3, {"a": lambda n: path("a", 10.0 + n), "b": lambda n: path("b", 5.0)})
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert ratio(rates["a"], rates["b"]) == Spread(2.0, 2.2, 2.4)


def test_the_table_says_which_goals_are_met() -> None:
    rows = [at_least("speed", Spread(1, 2, 3), 2, "x"), below("wait", Spread(1, 2, 3), 2, " s"), Row("of note", "7")]
    lines = [[cell.strip() for cell in line.strip("|").split("|")] for line in table(rows).splitlines()]
    assert lines[2:] == [
        ["speed", "2 [1-3]x", ">= 2x", "yes"],
        ["wait", "2 [1-3] s", "< 2 s", "NO"],
        ["of note", "7", "", ""],
    ]
