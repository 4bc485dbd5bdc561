"""From a name in the configuration to a connector.

A name is one of ours (`wordpress`), one of a package's entry points in the group `hallmonitor.connectors`, or one
that the district's own configuration gives an import path: `connectors: {gradebook: district.gradebook:Gradebook}`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from functools import cache
from importlib.metadata import entry_points
from typing import cast

from connectors.base import BadConfig, Connector, PageAddress

OURS: Mapping[str, str] = {
    "by_hand": "connectors.by_hand:ByHand",
    "sample": "connectors.sample:Sample",
    "wordpress": "connectors.wordpress:WordPress",
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
    return {**OURS, **_packaged(), **extra}


@cache
def _packaged() -> Mapping[str, str]:
    """What installed packages offer. Read once a process: each of a hundred packages has a file that says so."""
    return {entry.name: entry.value for entry in entry_points(group=GROUP)}


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
