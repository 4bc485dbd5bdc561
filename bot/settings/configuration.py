"""The configuration folder: `policy.yaml`, `people.yaml`, `classes/*.yaml`, `plugins.yaml`, `lexicons/`, `messages/`.

A policy, lexicon or message file that the folder lacks falls back on the one that Hallmonitor ships.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import Field

from bot.domain.appointing import misnamed
from bot.domain.class_pages import ClassPage, People
from bot.domain.fields import Strict
from bot.domain.loosening import loosenings
from bot.domain.policy import Policy
from bot.settings.yaml_files import (
    BadConfiguration,
    Problem,
    YamlFile,
    did_you_mean,
    read_documents,
    read_yaml,
    validate,
)

_ROOT = Path(__file__).parent.parent
SHIPPED = _ROOT / "shipped" if (_ROOT / "shipped").is_dir() else _ROOT.parent / "config"


class Plugins(Strict):
    """`plugins.yaml`: a district's own connectors and moderators, by import path."""

    connectors: dict[str, str] = Field(default_factory=dict)
    moderators: dict[str, str] = Field(default_factory=dict)
    options: dict[str, dict[str, str | int | float | bool | dict[str, str]]] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Located:
    """A class page together with the file that says it."""

    page: ClassPage
    file: YamlFile

    def problem(self, field: str, message: str) -> Problem:
        """A problem of this page, at the line of the field."""
        return Problem(self.file.name, self.file.line(tuple(field.split("."))), field, message)


def shipped(config: Path, name: str) -> Path:
    """The school's own file of that name, else the one that ships."""
    own = config / name
    return own if own.exists() else SHIPPED / name


def load_policy(config: Path) -> Policy:
    """Read `policy.yaml`.

    Raises:
        BadConfiguration: the file is wrong.
    """
    return validate(read_yaml(shipped(config, "policy.yaml")), Policy)


def load_people(config: Path) -> tuple[People, YamlFile]:
    """Read `people.yaml`: sites and people. There is no shipped one: a school's people are its own.

    Raises:
        BadConfiguration: the file is missing or wrong.
    """
    file = read_yaml(config / "people.yaml")
    people = validate(file, People)
    if wrong := misnamed(people):
        raise BadConfiguration([file.problem(each.path, each.message) for each in wrong])
    return people, file


def load_plugins(config: Path) -> Plugins:
    """Read `plugins.yaml`, if there is one.

    Raises:
        BadConfiguration: the file is wrong.
    """
    file = config / "plugins.yaml"
    return validate(read_yaml(file), Plugins) if file.exists() else Plugins()


def load_class_pages(files: Sequence[Path], policy: Policy, connectors: Iterable[str]) -> list[Located]:
    """Read class pages, and check what one file alone cannot know: doubled ids, connectors, a policy made looser.

    Raises:
        BadConfiguration: every problem of every file, all at once.
    """
    pages, problems = _read_pages(files)
    kinds = sorted(connectors)
    first: dict[str, str] = {}
    for located in pages:
        page = located.page
        if page.id in first:
            problems.append(
                located.problem(
                    "id", f"{page.id} is the id of the page in {first[page.id]} too; every page needs its own"
                )
            )
        first.setdefault(page.id, located.file.name)
        if page.connector not in kinds:
            problems.append(
                located.problem("connector", f"no connector {page.connector}{did_you_mean(page.connector, kinds)}")
            )
        problems += [located.problem(loose.field, loose.message) for loose in loosenings(policy, page)]
    if problems:
        raise BadConfiguration(problems)
    return pages


def _read_pages(files: Sequence[Path]) -> tuple[list[Located], list[Problem]]:
    pages: list[Located] = []
    problems: list[Problem] = []
    for path in files:
        try:
            documents = read_documents(path)
        except BadConfiguration as bad:
            problems += bad.problems
            continue
        for file in documents:
            try:
                pages.append(Located(validate(file, ClassPage), file))
            except BadConfiguration as bad:
                problems += bad.problems
    return pages, problems


def write_configuration(folder: Path, school: str, site: str, time_zone: str, name: str, email: str) -> list[Path]:
    """Write a school's own configuration folder, without the samples. Existing files are never overwritten.

    Raises:
        BadConfiguration: an answer is no name, address or time zone, or one of the files is there already; nothing was written.
    """
    document: dict[str, list[dict[str, object]]] = {
        "sites": [{"id": site, "title": school, "time_zone": time_zone}],
        "people": [{"email": email, "name": name, "roles": ["administrator"], "sites": [site]}],
    }
    answers = YamlFile("your answers", document, {(): 0})
    validate(answers, People)
    heading = "# The schools, and who works at them. Roles: administrator, supervisor, teacher, operator.\n"
    people, guide = folder / "people.yaml", folder / "classes" / "README.md"
    if existing := [file for file in (people, guide) if file.exists()]:
        raise BadConfiguration([Problem(str(existing[0]), None, "", "is there already; nothing was overwritten")])
    try:
        (folder / "classes").mkdir(parents=True, exist_ok=True)
        (folder / "rosters").mkdir(exist_ok=True)
    except OSError as error:
        raise BadConfiguration([Problem(str(folder), None, "", f"cannot be made: {error.strerror}")]) from None
    people.write_text(heading + yaml.safe_dump(document, sort_keys=False, allow_unicode=True), encoding="utf-8")
    guide.write_text(_GUIDE.format(site=site, email=email), encoding="utf-8")
    (folder / ".gitignore").write_text("rosters/\n", encoding="utf-8")
    return [people, guide]


_GUIDE = """# One file a class page

`hallmonitor --config THIS_FOLDER pages add` asks its way to one. Or write `my-class.yaml` here, one for each class page, and run
`hallmonitor --config THIS_FOLDER pages apply`:

```yaml
id: my-class                       # small letters, digits, hyphens
title: Biology, period 3
site: {site}
teacher: {email}
connector: wordpress
url: https://my-class.example.org
credentials: env:MY_CLASS_WORDPRESS   # name:application password, in that environment variable
roster: rosters/my-class.csv       # CSV first,last,nickname,student_id,account, or a OneRoster folder or zip
schedule: daily at 06:00           # or: every 2 hours
```
"""
