from __future__ import annotations

import pytest

from bot.cli.evaluation_tables import percent, print_decisions, print_evaluation
from bot.domain.measuring import Share
from bot.domain.thresholds import Point, propose_levels
from bot.evaluation.by_people import DecisionFigures, SampleCounts
from bot.evaluation.choosing import Chosen
from bot.evaluation.labelled_set import Evaluation
from bot.evaluation.proposing import At, Threshold


def test_a_share_is_told_with_its_interval_and_its_parts_to_the_last_digit() -> None:
    assert percent(Share(1, 2)) == "50% (9% to 91%)  1/2"
    assert percent(Share(0, 0)) == "-"
    assert percent(Share(1_234_567, 2_469_134)).endswith("  1234567/2469134")


def test_both_thresholds_of_a_signal_are_proposed_and_no_figure_is_cut_off(capsys: pytest.CaptureFixture[str]) -> None:
    told = [Point(0.9, right) for right in [True] * 20 + [False] * 5]
    looked = [Point(0.5, True)] * 15 + [Point(0.4, False)] * 10
    found = propose_levels(told, looked, [], (0.55, 0.38), miss=10, late=2)
    rows = [
        Threshold("sexualized_minor", "sexualized_minor", at, has_look=True, proposal=p)
        for at, p in zip(At, found, strict=True)
    ]
    print_decisions(DecisionFigures(None, 50, {}, {}, SampleCounts(0, 0, 0, 0, {}), {}, {}, rows))
    out = capsys.readouterr().out
    assert "…" not in out
    upper, lower = (line for line in out.splitlines() if line.startswith("sexualized_minor"))
    assert ("80% (61% to 91%)  20/25  0.55      0.50" in upper, "60% (41% to 77%)  15/25  0.38      0.41" in lower) == (
        True,
        True,
    )
    assert ", look" in lower
    assert "only looked at" in " ".join(out.split())


def test_a_rule_that_knows_no_look_is_told_its_one_threshold(capsys: pytest.CaptureFixture[str]) -> None:
    share = Share(1, 1)
    chosen = [
        Chosen("threat", True, 0.38, 0.56, share, share),
        Chosen("harassment", False, 0.4, 0.62, share, share),
    ]
    print_evaluation(Evaluation(0, (), 0, 0, 0, (), {}, chosen))
    lines = {line.split()[0]: line.split()[1:3] for line in capsys.readouterr().out.splitlines() if line.strip()}
    assert lines["Rule"] == ["signals", "look"]
    assert (lines["threat"], lines["harassment"]) == (["0.56", "0.38"], ["0.40", "-"])
