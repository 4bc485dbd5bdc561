"""What comes from the environment: where things lie, and secrets. Nothing here is ever printed or logged."""

from __future__ import annotations

import getpass
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.domain.errors import Advice


class MissingSecret(Advice):
    """A class page names an environment variable that is not set."""

    def __init__(self, variable: str) -> None:
        super().__init__(
            f"environment variable {variable} is not set: put the page's credential into it as its platform wants it"
            f" (connectors/README.md; of a WordPress blog `export {variable}='name:application password'`), and start again"
        )
        self.variable = variable


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables that Hallmonitor reads. `home` holds database, keys and state; `config` the YAML files."""

    home: Path
    config: Path
    database_url: str
    keys: str | None = field(repr=False)
    variables: Mapping[str, str] = field(repr=False)
    user: str

    @classmethod
    def read(cls, config: Path, variables: Mapping[str, str] | None = None) -> Environment:
        """Read `HALLMONITOR_HOME`, `HALLMONITOR_DATABASE_URL` and `HALLMONITOR_KEYS`, each with its default."""
        env = os.environ if variables is None else variables
        home = Path(env.get("HALLMONITOR_HOME") or ".hallmonitor").absolute()
        url = env.get("HALLMONITOR_DATABASE_URL") or f"sqlite:///{home / 'hallmonitor.db'}"
        return cls(home, config.absolute(), url, env.get("HALLMONITOR_KEYS") or None, env, _user(env))

    @property
    def key_file(self) -> Path:
        """Where the key ring lies when it is not in the environment."""
        return self.home / "keys"

    @property
    def models(self) -> Path:
        """Where fetched models lie, each in a folder of its name."""
        return self.home / "models"

    def secret(self, variable: str) -> str:
        """The value of an environment variable that a class page names.

        Raises:
            MissingSecret: it is not set or empty.
        """
        value = self.variables.get(variable, "")
        if not value:
            raise MissingSecret(variable)
        return value


def _user(env: Mapping[str, str]) -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container without an entry for its user
        return env.get("USER") or f"uid-{os.getuid()}"
