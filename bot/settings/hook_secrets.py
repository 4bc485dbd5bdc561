"""The secrets of the webhooks: they stand in the environment, and `people.yaml` names the variables."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.class_pages import People
from bot.domain.errors import Advice
from bot.domain.webhooks import check_secret
from bot.settings.yaml_files import Problem, YamlFile


class BadSecret(Advice):
    """The variable that a webhook names is not set, or holds something else. The message quotes none of it."""


def hook_secret(variables: Mapping[str, str], variable: str) -> str:
    """What a webhook is signed by.

    Raises:
        BadSecret: it is missing or has another form.
    """
    try:
        return check_secret(variables.get(variable, ""))
    except ValueError as wrong:
        what = str(wrong) if variables.get(variable) else str(wrong).replace("is no secret of a webhook", "is not set")
        raise BadSecret(f"environment variable {variable} {what}") from None


def secret_problems(people: People, file: YamlFile, variables: Mapping[str, str]) -> list[Problem]:
    """The webhooks of `people.yaml` whose secret is not there, each at its line."""
    problems: list[Problem] = []
    for number, site in enumerate(people.sites):
        for place, hook in enumerate(site.webhooks):
            path = ("sites", number, "webhooks", place, "secret")
            try:
                hook_secret(variables, hook.variable)
            except BadSecret as bad:
                problems.append(Problem(file.name, file.line(path), ".".join(map(str, path)), str(bad)))
    return problems
