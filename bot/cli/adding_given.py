"""What the options of `pages add` say."""

from __future__ import annotations

from dataclasses import dataclass

from bot.domain.errors import Advice


@dataclass(frozen=True, slots=True)
class Given:
    """With `yes` nothing is asked, with `quiet` nothing is said. What is None is asked for, or proposed."""

    url: str | None
    connector: str | None
    site: str | None
    teacher: str | None
    title: str | None
    id: str | None
    schedule: str | None
    secret_env: str | None
    yes: bool
    quiet: bool


class Stopped(Advice):
    """The page cannot be read, and nobody is there to be asked: nothing was written."""
