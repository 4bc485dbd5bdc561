"""Environment and YAML become domain objects here; errors name file, line and field, all at once."""

from bot.settings.configuration import (
    Located,
    load_class_pages,
    load_people,
    load_plugins,
    load_policy,
    shipped,
    write_configuration,
)
from bot.settings.environment import Environment, MissingSecret
from bot.settings.hook_secrets import BadSecret, hook_secret, secret_problems
from bot.settings.messages import Messages, load_messages
from bot.settings.yaml_files import BadConfiguration, Problem, did_you_mean

__all__ = [
    "BadConfiguration", "BadSecret", "Environment", "Located", "Messages", "MissingSecret", "Problem", "did_you_mean", "hook_secret",
    "load_class_pages", "load_messages", "load_people", "load_plugins", "load_policy", "secret_problems", "shipped",
    "write_configuration",
]  # fmt: skip
