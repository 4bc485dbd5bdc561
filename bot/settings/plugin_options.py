"""Writes one plugin's options into `plugins.yaml` and leaves every other sign of the file as it is, comments above all.

The file is not parsed and written anew: its text is changed at the places that PyYAML names. Whether nothing else has changed is
then proved by reading both texts.
"""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from bot.settings.yaml_files import BadConfiguration, Problem

_STEP = 2


def set_options(file: Path, plugin: str, values: Mapping[str, str]) -> None:
    """Set options of a plugin in a file that has been read without a problem; a file that is not there is made.

    Raises:
        BadConfiguration: the file is written in a way that cannot be changed safely; the message says what to write by hand.
    """
    file = file.resolve()  # a link stays a link
    raw = file.read_bytes() if file.exists() else b""
    text = raw.decode("utf-8")
    changed = _changed(text, plugin, values)
    if changed is None:
        lines = ", ".join(f"{name}: {value}" for name, value in values.items())
        message = f"write it yourself, the file is left as it is: `options: {{{plugin}: {{{lines}}}}}`"
        raise BadConfiguration([Problem(str(file), None, f"options.{plugin}", message)])
    half = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        half.write_bytes(changed.encode("utf-8"))
        if file.exists():
            shutil.copymode(file, half)
        half.replace(file)
    finally:
        half.unlink(missing_ok=True)


def _changed(text: str, plugin: str, values: Mapping[str, str]) -> str | None:
    """The text with these options; None where something else in it would be read in another way."""
    changed = text
    try:
        for name, value in values.items():
            changed = _with(changed, ("options", plugin, name), value)
        return changed if yaml.safe_load(changed) == _expected(text, plugin, values) else None
    except yaml.YAMLError:
        return None


def _expected(text: str, plugin: str, values: Mapping[str, str]) -> object:
    """What the changed text has to say; what is no block at one of these places can say nothing of the kind."""
    data = copy.deepcopy(yaml.safe_load(text)) or {}
    options = (data.get("options") or {}) if isinstance(data, dict) else None
    known = (options.get(plugin) or {}) if isinstance(options, dict) else None
    if isinstance(options, dict) and isinstance(known, dict):
        return {**data, "options": {**options, plugin: {**known, **values}}}
    return None


def _with(text: str, path: Sequence[str], value: str) -> str:
    """The text with this value at this path."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is None:
        return _behind(text, len(text), path, value, 0)
    for depth, key in enumerate(path):
        if not isinstance(node, yaml.MappingNode):  # `options:` with nothing behind it
            return _filled(text, node, path[depth:], value, depth * _STEP)
        pair = next((pair for pair in node.value if pair[0].value == key), None)
        if pair is None:
            return _added(text, node, path[depth:], value)
        node = pair[1]
    return text[: node.start_mark.index] + _scalar(value) + text[node.end_mark.index :]


def _added(text: str, node: yaml.MappingNode, path: Sequence[str], value: str) -> str:
    """A new key behind the others of a block; in `{...}` before them."""
    if node.flow_style:
        at = node.start_mark.index + 1
        return text[:at] + _flow(path, value) + (", " if node.value else "") + text[at:]
    return _behind(text, _last(node).end_mark.index, path, value, node.start_mark.column)


def _filled(text: str, node: yaml.Node, path: Sequence[str], value: str, indent: int) -> str:
    """A first key where a block is empty."""
    if node.start_mark.index < node.end_mark.index:  # `null` or `~` is written there
        return text[: node.start_mark.index] + "{" + _flow(path, value) + "}" + text[node.end_mark.index :]
    return _behind(text, node.end_mark.index, path, value, indent)


def _last(node: yaml.Node) -> yaml.Node:
    """The last thing that a block says: the block itself ends only where the next one begins, behind comments."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    return node


def _behind(text: str, at: int, path: Sequence[str], value: str, indent: int) -> str:
    """Lines behind the one that holds `at`, with its comment."""
    newline = "\r\n" if "\r\n" in text else "\n"
    end = at if at and text[at - 1] == "\n" else text.find("\n", at) + 1
    before = text[:end] if end or not text else text + newline
    lines = [f"{' ' * (indent + _STEP * depth)}{key}:" for depth, key in enumerate(path)]
    return before + newline.join([*lines[:-1], f"{lines[-1]} {_scalar(value)}"]) + newline + text[len(before) :]


def _flow(path: Sequence[str], value: str) -> str:
    written = f"{path[-1]}: {_scalar(value)}"
    for key in reversed(path[:-1]):
        written = f"{key}: {{{written}}}"
    return written


def _scalar(value: str) -> str:
    return str(yaml.safe_dump(value, width=10_000).splitlines()[0])
