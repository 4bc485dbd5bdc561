from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.class_pages import ClassPage
from bot.settings import (
    BadConfiguration,
    Environment,
    MissingSecret,
    load_class_pages,
    load_people,
    load_policy,
    shipped,
    write_configuration,
)
from bot.settings.yaml_files import read_yaml, validate

PAGE = "id: p\ntitle: P\nsite: s\nteacher: t@x.example\nconnector: sample\nurl: u\n"


def problems(tmp_path: Path, *contents: str | bytes) -> list[str]:
    files = []
    for number, content in enumerate(contents):
        file = tmp_path / f"{number}.yaml"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        files.append(file)
    with pytest.raises(BadConfiguration) as bad:
        load_class_pages(files, load_policy(tmp_path), ["sample", "wordpress"])
    return [str(problem).removeprefix(f"{tmp_path}/") for problem in bad.value.problems]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (PAGE + "titel: x\n", "0.yaml:7: titel: unknown key; did you mean title?"),
        (PAGE + "hold_until_reviewed: high\n", "0.yaml:7: hold_until_reviewed: must be a list"),
        (
            PAGE + "hold_until_reviewed: [severe]\n",
            "0.yaml:7: hold_until_reviewed.0: must be 'critical', 'high', 'medium' or 'low'",
        ),
        (PAGE.replace("url: u", "url: 7"), "0.yaml:6: url: must be text; put it in quotes"),
        (PAGE.replace("title: P", "title: yes"), "0.yaml:2: title: must be text; put it in quotes"),
        (PAGE.replace("site: s\n", ""), "0.yaml:1: site: this key is missing"),
        (PAGE + "schedule: every 3 days\n", "0.yaml:7: schedule: open comments are moderated daily"),
        (PAGE + "schedule: hourly\n", "0.yaml:7: schedule: write `daily at 06:00`"),
        (PAGE + "credentials: name:secret\n", "0.yaml:7: credentials: write env:NAME"),
        (PAGE.replace("sample", "wordpres"), "0.yaml:5: connector: no connector wordpres; did you mean wordpress?"),
        (PAGE + "rules:\n  threat:\n    severity: low\n", "0.yaml:8: rules.threat: a page may only be stricter"),
        (
            PAGE + "rules:\n  threat: {severty: high}\n",
            "0.yaml:8: rules.threat.severty: unknown key; did you mean severity?",
        ),
        (PAGE + "id: q\n", "0.yaml:7: id: this key stands twice"),
        ("id: [p\ntitle: P\n", "0.yaml:2: this is no YAML"),
        ("\tid: p\n", "0.yaml:1: this is no YAML"),
        ("just words", "0.yaml:1: must be a block of `key: value` lines"),
        ("", "0.yaml:1: must be a block of `key: value` lines"),
        (b"id: p\ntitle: Jos\xe9\n", "0.yaml:2: not in UTF-8"),
        (b"id: p\ntitle: a\x00b\n", "0.yaml: this is no YAML"),
        ("id: &a [*a]\n", "0.yaml"),
    ],
)
def test_every_mistake_is_named_with_file_line_and_field(tmp_path: Path, content: str | bytes, expected: str) -> None:
    found = problems(tmp_path, content)
    assert any(line.startswith(expected) for line in found), found


def test_what_one_block_takes_from_another_and_says_anew_stands_once(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("base: &base\n  a: 1\n  b: 2\nown:\n  <<: *base\n  a: 3\n")
    read = read_yaml(file)
    assert read.data == {"base": {"a": 1, "b": 2}, "own": {"a": 3, "b": 2}}
    assert read.line(("own", "a")) == 6


def test_two_pages_with_one_id_name_each_other(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, PAGE, PAGE)
    assert found == f"1.yaml:1: id: p is the id of the page in {tmp_path}/0.yaml too; every page needs its own"


def test_all_mistakes_of_all_files_come_at_once(tmp_path: Path) -> None:
    found = problems(tmp_path, PAGE.replace("url: u", "ulr: u"), PAGE.replace("id: p", "id: Q!"), "{")
    assert len(found) == 4
    assert {line.split(":")[0] for line in found} == {"0.yaml", "1.yaml", "2.yaml"}


def test_the_file_of_the_readme_is_all_that_a_teacher_writes(tmp_path: Path) -> None:
    file = tmp_path / "ms-biology.yaml"
    file.write_text(
        "id: ms-biology\ntitle: Biology, period 3\nsite: roosevelt-ms\nteacher: alvarado@roosevelt.example\nconnector: wordpress\n"
        "url: https://biology.roosevelt.example\ncredentials: env:MS_BIOLOGY_WORDPRESS   # name:application password\n"
        "roster: rosters/ms-biology\nschedule: daily at 06:00\nhold_until_reviewed: [critical, high]\n"
    )
    (located,) = load_class_pages([file], load_policy(tmp_path), ["wordpress"])
    assert located.page.credential_variable == "MS_BIOLOGY_WORDPRESS"


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(BadConfiguration, match="no such file"):
        load_people(tmp_path)


def test_a_school_without_its_own_policy_has_the_shipped_one(tmp_path: Path) -> None:
    assert shipped(tmp_path, "policy.yaml") != tmp_path / "policy.yaml"
    (tmp_path / "policy.yaml").write_text("source: ours\nrules: []\n")
    assert shipped(tmp_path, "policy.yaml") == tmp_path / "policy.yaml"
    with pytest.raises(BadConfiguration, match=r"policy\.yaml:2: rules: needs at least one entry"):
        load_policy(tmp_path)


def test_a_written_configuration_is_read_back_and_never_overwritten(tmp_path: Path) -> None:
    write_configuration(tmp_path, "Escuela Ñandú", "escuela", "America/Denver", "R. Ortiz", "ortiz@x.example")
    people, _ = load_people(tmp_path)
    assert (people.sites[0].title, people.people[0].email) == ("Escuela Ñandú", "ortiz@x.example")
    with pytest.raises(BadConfiguration, match="nothing was overwritten"):
        write_configuration(tmp_path, "X", "x", "UTC", "X", "x@x.example")


def test_a_missing_secret_names_its_variable_and_no_value(tmp_path: Path) -> None:
    environment = Environment.read(tmp_path, {"OTHER": "hunter2", "EMPTY": ""})
    for variable in ("MS_BIOLOGY", "EMPTY"):
        with pytest.raises(
            MissingSecret, match=rf"{variable} is not set: put the page's credential into it as its platform wants"
        ):
            environment.secret(variable)
    assert environment.secret("OTHER") == "hunter2"
    assert "hunter2" not in repr(environment)


def test_the_home_folder_can_be_moved(tmp_path: Path) -> None:
    environment = Environment.read(tmp_path, {"HALLMONITOR_HOME": str(tmp_path / "h")})
    assert environment.database_url == f"sqlite:///{tmp_path}/h/hallmonitor.db"
    assert environment.key_file == tmp_path / "h" / "keys"
    moved = Environment.read(tmp_path, {"HALLMONITOR_DATABASE_URL": "postgresql://x/y"})
    assert moved.database_url == "postgresql://x/y"


def test_a_deeply_nested_file_is_refused_and_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "deep.yaml"
    file.write_text("[" * 5000)
    with pytest.raises(BadConfiguration):
        validate(read_yaml(file), ClassPage)
