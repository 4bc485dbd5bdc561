"""The house keeps its own rules: sizes, names, and documents that say what is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer
from typer.main import get_command

from bot.cli import app
from bot.settings import load_policy
from moderators import registry as moderator_registry

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()
FILES = [
    ROOT / name
    for name in subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
]
PYTHON = [file for file in FILES if file.suffix == ".py" and file.exists()]
MATRIX = [
    "threat",
    "self_harm",
    "sexualized_minor",
    "child_abuse",
    "harassment",
    "hate",
    "sexual_content",
    "impersonation",
    "personal_contact",
    "disparagement",
    "inappropriate_language",
    "student_name",
    "student_media",
    "student_contact",
    "student_private",
    "school_record",
    "personnel_record",
    "off_topic_promotion",
]


@pytest.mark.parametrize("file", PYTHON, ids=lambda file: str(file.relative_to(ROOT)))
def test_no_file_is_longer_than_300_lines(file: Path) -> None:
    written_by_alembic = "migrations/versions" in str(file)
    assert written_by_alembic or len(file.read_text().splitlines()) <= 300


def test_every_folder_below_tests_is_a_package() -> None:
    folders = {file.parent for file in PYTHON if file.is_relative_to(ROOT / "tests")}
    assert all((folder / "__init__.py").exists() for folder in folders)


def test_the_top_level_is_the_table_of_contents() -> None:
    top = {file.relative_to(ROOT).parts[0] for file in FILES if file.exists()}
    allowed = {"bot", "moderators", "connectors", "config", "tests", "pyproject.toml", "Procfile", "README.md"}
    allowed |= {"LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "Makefile"}
    assert {name for name in top if not name.startswith(".")} <= allowed


def test_the_policy_has_every_row_of_the_matrix_with_a_clause_and_steps_for_what_is_critical() -> None:
    policy = load_policy(ROOT / "config")
    assert {rule.id for rule in policy.rules} == {*MATRIX, "unchecked", "sample"}
    assert all(re.search(r"\bI{1,3}\b|IV|Assistance|BUL", rule.clause) for rule in policy.rules)
    assert all(rule.steps for rule in policy.rules if rule.severity == "critical")
    assert {rule.id for rule in policy.rules if rule.never_hold} == {"self_harm", "child_abuse"}
    assert {rule.id for rule in policy.rules if rule.restricted} == {
        "child_abuse",
        "sexualized_minor",
        "personal_contact",
    }


def test_every_telephone_of_the_matrix_is_in_a_step() -> None:
    policy = load_policy(ROOT / "config")
    steps = [step for rule in policy.rules for step in rule.steps] + [*policy.every_critical, *policy.any_case]
    numbers = {number for step in steps for number in step.telephone}
    for suffix in ("625-6631", "241-2174", "241-3841", "241-5337", "241-6056", "241-7685", "241-6591", "241-7600"):
        assert f"(213) {suffix}" in numbers


def test_every_command_is_in_the_readme() -> None:
    root = get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]  # typer's own click, untyped
        assert re.search(rf"hallmonitor[^`]*\b{name}\b|`{name}\b|`[^`]*\b{name} ", README), name
        for inner in getattr(command, "commands", {}):
            assert re.search(rf"\b{name}\b[^\n]*\b{inner}\b", README), (name, inner)


def test_every_environment_variable_is_in_the_readme() -> None:
    source = "".join(file.read_text() for file in PYTHON if file.is_relative_to(ROOT / "bot"))
    for variable in set(re.findall(r'"(HALLMONITOR_[A-Z_]+)"', source)):
        assert f"`{variable}`" in README, variable


def test_every_file_that_a_document_links_to_exists() -> None:
    for document in (file for file in FILES if file.suffix == ".md" and file.exists()):
        for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text()):
            assert (document.parent / target).exists(), (document.name, target)


def test_every_rule_signal_is_known_to_a_detector_or_named_as_not_watched() -> None:
    """A signal that no detector has is a rule that silently never fires."""
    from bot import serve
    from bot.settings import load_plugins

    watched = {
        signal for m in serve.make_moderators(ROOT / "config", load_plugins(ROOT / "config")) for signal in m.signals
    }
    rules = load_policy(ROOT / "config").rules
    asked = {s for rule in rules for s in rule.signals}
    told = {"record_told", "personnel_told", "private_told"}  # of the next bundled model
    assert asked - watched - told == {"unchecked", "sample"}
    assert {s for rule in rules for beside in rule.only_beside.values() for s in beside} <= watched


def test_the_registry_names_a_file_for_each_detector() -> None:
    for path in moderator_registry.DEFAULTS.values():
        module, _, _ = path.partition(":")
        assert (ROOT / (module.replace(".", "/") + ".py")).exists()


def test_the_help_is_typer_and_quick_to_import() -> None:
    assert isinstance(app, typer.Typer)
    heavy = subprocess.run(
        [sys.executable, "-c", "import bot.cli, sys; print(*sys.modules)"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()  # fmt: skip
    assert not {"sqlmodel", "sqlalchemy", "onnxruntime", "torch", "httpx"} & set(heavy)
