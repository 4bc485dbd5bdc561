from __future__ import annotations

import pytest

from bot.telemetry import keep_only_safe, log, start_logging


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("page", "ms-biology"),
        ("site", "lincoln"),
        ("fetched", 12),
        ("status", "done"),
        ("seconds", 0.5),
        ("error", None),
        ("event", "run"),
    ],
)
def test_ids_and_counts_are_logged(field: str, value: object) -> None:
    assert keep_only_safe(None, "info", {field: value}) == {field: value}


@pytest.mark.parametrize(
    ("event", "kept"),
    [
        ({"text": "Adriana got an F"}, {}),
        ({"event": "Adriana's words!"}, {"event": "(withheld)"}),
        ({"error": ValueError("Adriana got an F")}, {"error": "ValueError"}),
        ({"error": "núñez"}, {"error": "(withheld)"}),
        ({"page": "x" * 200}, {"page": "(withheld)"}),
        ({"page": ["Adriana"]}, {"page": "(withheld)"}),
        ({"exc_info": True, "stack": "..."}, {}),
    ],
)
def test_whatever_could_be_somebodys_words_is_withheld(event: dict[str, object], kept: dict[str, object]) -> None:
    assert keep_only_safe(None, "info", event) == kept


def test_a_line_is_written_only_when_asked_for(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging()
    log().info("run", page="p")
    assert capsys.readouterr().err == ""
    start_logging(verbose=True)
    log().info("run", page="p", text="secret")
    err = capsys.readouterr().err
    assert "event=run" in err
    assert "page=p" in err
    assert "secret" not in err
