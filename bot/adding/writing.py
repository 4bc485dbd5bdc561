"""A new page's file: whole or not at all, and never over one that is there."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import yaml

from bot.domain.class_pages import ClassPage
from bot.house import House
from bot.pages import page_problems
from bot.settings import BadConfiguration, Located, Problem, load_class_pages, load_people

_WIDEST = 10_000
"""Characters of a line: none is broken."""


def file_of(house: House, page_id: str) -> Path:
    """Where a page's file goes."""
    return house.environment.config / "classes" / f"{page_id}.yaml"


def text_of(page: ClassPage, form: str = "") -> str:
    """The page's file, without what is as always. `form`: what its secret looks like, for whoever puts it into the environment."""
    said = page.model_dump(mode="json", exclude_defaults=True) | {"schedule": page.schedule}
    lines = [yaml.safe_dump({key: value}, allow_unicode=True, width=_WIDEST) for key, value in said.items()]
    comment = f"  # {form}\n" if form else "\n"
    return "".join(line.rstrip("\n") + (comment if line.startswith("credentials:") else "\n") for line in lines)


def write_page(house: House, page: ClassPage, secret: str, form: str = "") -> Path:
    """Write the page's file, after the same questions as `pages apply` asks, and give its place.

    Raises:
        BadConfiguration: it would not be taken, or a file of that name is there. Nothing was written.
        OSError: the folder cannot be written.
    """
    target = file_of(house, page.id)
    target.parent.mkdir(parents=True, exist_ok=True)
    half = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with half.open("w", encoding="utf-8") as file:
            file.write(text_of(page, form))
            file.flush()
            os.fsync(file.fileno())
        _refuse_what_apply_would(house, half, target, secret)
        os.link(half, target)  # in one step, and not where one is: a rename would go over it
    except FileExistsError:
        raise BadConfiguration([Problem(str(target), None, "", "is there already; nothing was overwritten")]) from None
    finally:
        half.unlink(missing_ok=True)
    return target


def _refuse_what_apply_would(house: House, half: Path, target: Path, secret: str) -> None:
    """Read the file back, and look at it as `apply_pages` does, with the secret that was typed."""
    people, people_file = load_people(house.environment.config)
    there = replace(house, connect=lambda page: house.connect_with(page, secret))
    try:
        problems = [
            problem
            for located in load_class_pages([half], house.policy, house.connectors)
            for problem in page_problems(there, Located(located.page, located.file), people, people_file, {})
        ]
    except BadConfiguration as bad:
        problems = list(bad.problems)
    if problems:
        raise BadConfiguration([replace(problem, file=str(target)) for problem in problems])
