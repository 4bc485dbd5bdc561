"""From a name in the configuration to a connector.

A name is one of ours (`wordpress`), one of a package's entry points in the group `hallmonitor.connectors`, or one
that the district's own configuration gives an import path: `connectors: {gradebook: district.gradebook:Gradebook}`.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import lru_cache
from importlib.metadata import entry_points
from typing import cast

from connectors.base import BadConfig, Connector, PageAddress
from connectors.setup import Setup

OURS: Mapping[str, str] = {
    "blogger": "connectors.blogger:Blogger",
    "by_hand": "connectors.by_hand:ByHand",
    "canvas": "connectors.canvas:Canvas",
    "discord_channel": "connectors.discord_channel:DiscordChannel",
    "feed": "connectors.feed:CommentFeed",
    "mastodon": "connectors.mastodon:Mastodon",
    "mediawiki": "connectors.mediawiki:MediaWiki",
    "reddit": "connectors.reddit:Reddit",
    "sample": "connectors.sample:Sample",
    "wordpress": "connectors.wordpress:WordPress",
    "youtube": "connectors.youtube:YouTube",
}
GROUP = "hallmonitor.connectors"
METHODS = ("check", "fetch", "get", "act")


def load(path: str) -> type:
    """Import a class by its path, `module.name:Class`. Raises `BadConfig("connector", ...)`."""
    module_name, colon, class_name = path.partition(":")
    if not (module_name and colon and class_name):
        raise BadConfig("connector", f"{path!r} is no import path; write one like connectors.wordpress:WordPress")
    try:
        found = getattr(importlib.import_module(module_name), class_name, None)
    except Exception as error:  # a district's module may fail with anything while it is imported
        raise BadConfig("connector", f"{module_name} cannot be imported: {type(error).__name__}: {error}") from error
    if not isinstance(found, type):
        raise BadConfig("connector", f"{module_name} has no class {class_name}")
    missing = [method for method in METHODS if not callable(getattr(found, method, None))]
    if missing:
        raise BadConfig("connector", f"{path} is no connector: it lacks {', '.join(missing)} (connectors/README.md)")
    return found


def known(extra: Mapping[str, str]) -> dict[str, str]:
    """Every name with its import path; the configuration's win over a package's, a package's over ours."""
    return {**OURS, **_packaged(tuple(sys.path)), **extra}


@lru_cache(maxsize=4)
def _packaged(_path: tuple[str, ...]) -> Mapping[str, str]:
    """What the packages on a path bring. Each is looked into, which takes 4 ms: so once, and not for each page."""
    return {entry.name: entry.value for entry in entry_points(group=GROUP)}


def setups(extra: Mapping[str, str]) -> dict[str, Setup]:
    """What every connector that says so takes to set a page up. One that cannot be loaded knows no address; `make` says why."""
    found: dict[str, Setup] = {}
    for kind, path in known(extra).items():
        try:
            setup = getattr(load(path), "setup", None)
        except BadConfig:
            continue
        if isinstance(setup, Setup):
            found[kind] = setup
    return found


def make(kind: str, address: PageAddress, extra: Mapping[str, str]) -> Connector:
    """Make the connector of one page. Raises `BadConfig` for an unknown kind, a bad class, or a bad address."""
    paths = known(extra)
    if kind not in paths:
        near = get_close_matches(kind, paths, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(sorted(paths))}"
        raise BadConfig("connector", f"{kind!r} is unknown; {hint}")
    # the methods were looked at by `load`; what they do is for the contract suite to prove
    build = cast("Callable[[PageAddress], Connector]", load(paths[kind]))
    return build(address)
