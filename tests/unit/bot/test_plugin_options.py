from __future__ import annotations

import stat
from pathlib import Path

import pytest
import yaml

from bot.settings import BadConfiguration
from bot.settings.plugin_options import set_options

CHOICE = {"model": "original", "engine": "detoxify"}


def after(tmp_path: Path, text: str, values: dict[str, str] | None = None) -> str:
    file = tmp_path / "plugins.yaml"
    file.write_bytes(text.encode())
    set_options(file, "toxicity", CHOICE if values is None else values)
    return file.read_bytes().decode()


def added(before: str, now: str) -> list[str]:
    """The lines that are new; all the old ones have to be there, in their order and to the last sign."""
    left = now.splitlines(keepends=True)
    for line in before.splitlines(keepends=True):
        assert line in left, line
        left.remove(line)
    return left


def test_a_file_that_is_not_there_is_made(tmp_path: Path) -> None:
    set_options(tmp_path / "plugins.yaml", "toxicity", {"model": "original"})
    assert (tmp_path / "plugins.yaml").read_text() == "options:\n  toxicity:\n    model: original\n"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# ours alone\n",
        "connectors: {gradebook: district.gradebook:Gradebook}  # theirs\n\n# the end\n",
        "connectors:\n  gradebook: district.gradebook:Gradebook\n",
        "options:\n",
        "options:  # of the plugins\n# more\nconnectors: {}\n",
        "options:\n  gradebook:\n    pace: 3   # slow\n\n  # below\nmoderators:\n  x: a.b:C\n",
        "options:\n  toxicity:\n  gradebook: {pace: 3}\n",
        "options:\n  toxicity:\n    threads: 2  # two\n    # none of ours\nmoderators: {x: a.b:C}\n",
        "options:\n    toxicity:\n          threads: 2\n",
        'options:\n  gradebook:\n    note: |\n      several lines\n      of text\n\nmoderators: {x: "a.b:C"}\n',
        "options:\n  gradebook:\n    note: 'no newline at the end'",
        "---\noptions:\n  a: {b: 1}\n...\n",
    ],
)
def test_lines_are_added_and_no_other_is_touched(tmp_path: Path, text: str) -> None:
    now = after(tmp_path, text)
    assert yaml.safe_load(now)["options"]["toxicity"].items() >= CHOICE.items()
    new = added(text if text.endswith("\n") or not text else text + "\n", now)
    assert {line.split(":")[0].strip() for line in new} <= {"options", "toxicity", "model", "engine"}


@pytest.mark.parametrize(
    ("text", "now"),
    [
        ("options: {}  # none\n", "options: {toxicity: {engine: detoxify, model: original}}  # none\n"),
        ("options: null # none\n", "options: {toxicity: {engine: detoxify, model: original}} # none\n"),
        (
            "options: {a: {b: 1}, toxicity: {threads: 2}} # x\n",
            "options: {a: {b: 1}, toxicity: {engine: detoxify, model: original, threads: 2}} # x\n",
        ),
        (
            'options:\n  toxicity:\n    model: "classroom"  # ours\n    engine:   onnx\n',
            "options:\n  toxicity:\n    model: original  # ours\n    engine:   detoxify\n",
        ),
        (
            "options:\r\n  toxicity:\r\n    model: x # 😀 é\r\n",
            "options:\r\n  toxicity:\r\n    model: original # 😀 é\r\n    engine: detoxify\r\n",
        ),
        (
            "\ufeffoptions:\n  toxicity: {model: x}\n",
            "\ufeffoptions:\n  toxicity: {engine: detoxify, model: original}\n",
        ),
    ],
)
def test_values_are_changed_in_their_place(tmp_path: Path, text: str, now: str) -> None:
    assert after(tmp_path, text) == now


def test_a_value_that_yaml_would_read_as_something_else_is_quoted(tmp_path: Path) -> None:
    assert yaml.safe_load(after(tmp_path, "", {"model": "null"})) == {"options": {"toxicity": {"model": "null"}}}


@pytest.mark.parametrize(
    "text",
    [
        "x: &x {threads: 2}\noptions: {other: *x, toxicity: *x}\n",
        "options:\n  other: &x\n    threads: 2\n  toxicity: *x\n",
        "options: [1]\n",
        "options: {toxicity: none}\n",
        "- a list\n",
    ],
)
def test_what_cannot_be_changed_safely_is_left_as_it_is(tmp_path: Path, text: str) -> None:
    file = tmp_path / "plugins.yaml"
    file.write_text(text)
    with pytest.raises(BadConfiguration, match=r"write it yourself.*toxicity: \{model: original, engine: detoxify\}"):
        set_options(file, "toxicity", CHOICE)
    assert file.read_text() == text
    assert list(tmp_path.iterdir()) == [file]


def test_rights_and_links_stay(tmp_path: Path) -> None:
    real = tmp_path / "real.yaml"
    real.write_text("options: {}\n")
    real.chmod(0o640)
    (tmp_path / "plugins.yaml").symlink_to(real)
    set_options(tmp_path / "plugins.yaml", "toxicity", CHOICE)
    assert (tmp_path / "plugins.yaml").is_symlink()
    assert stat.S_IMODE(real.stat().st_mode) == 0o640
    assert "original" in real.read_text()
