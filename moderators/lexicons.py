"""Reads the word lists of `config/lexicons`. A list that is wrong is refused with its file, line and field."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from types import MappingProxyType
from typing import Final

import re2
import yaml


class BadLexicon(ValueError):
    """A lexicon is malformed: mend `field` in the named file and line."""

    def __init__(self, path: Path, line: int, field: str, problem: str) -> None:
        super().__init__(f"{path}, line {line}, {field}: {problem}")
        self.field = field
        self.line = line


@dataclass(frozen=True, slots=True)
class Entry:
    """One group of a phrase lexicon: what is searched, what makes it harmless, and the sentence for the principal."""

    signal: str
    group: str
    why: str
    score: float
    phrases: tuple[str, ...]
    patterns: tuple[str, ...]
    unless: tuple[str, ...]
    unless_before: tuple[str, ...]


_LISTS = ("phrases", "patterns", "unless", "unless_before")
_FIELDS = frozenset({"group", "why", "score", *_LISTS})
_WORD = re.compile(r"(?<!P)<([a-z_]+)>")  # no named group


def read_list(path: Path) -> tuple[str, ...]:
    """The entries of a plain list: one a line, "#" begins a comment."""
    lines = (line.partition("#")[0].strip() for line in _text(path).splitlines())
    return tuple(line for line in lines if line)


def read_names(path: Path) -> dict[str, tuple[str, ...]]:
    """The table `nicknames: {given name: [short form, ...]}`."""
    root = _root(path)
    for key, node in _pairs(path, root, "the file"):
        if key.value != "nicknames":
            raise BadLexicon(path, _line(key), key.value, "unknown field; a nickname table has only: nicknames")
        return {name.value: _strings(path, name.value, shorts) for name, shorts in _pairs(path, node, "nicknames")}
    raise BadLexicon(path, 1, "nicknames", "is missing")


def read_entries(
    path: Path, signals: frozenset[str], words: Mapping[str, str] = MappingProxyType({})
) -> tuple[tuple[Entry, ...], tuple[str, ...]]:
    """A phrase lexicon: its groups, and the patterns that before any hit of the file make it harmless.

    A file may have a table `words: {name: alternatives}`, and its patterns then say `<name>`; `words` are known to every file.
    """
    entries: list[Entry] = []
    before: tuple[str, ...] = ()
    root = _root(path)
    _fill(path, root, words)
    for key, node in _pairs(path, root, "the file"):
        if key.value == "words":
            continue
        if key.value == "unless_before":
            before = _patterns(path, key.value, node)
        elif key.value in signals:
            entries += [_entry(path, key.value, group) for group in _sequence(path, key.value, node)]
        else:
            raise BadLexicon(path, _line(key), key.value, f"unknown signal{_hint(key.value, signals)}")
    return tuple(entries), before


def _fill(path: Path, root: yaml.Node, known: Mapping[str, str]) -> None:
    """Put the alternatives of the file's own words, and of those that are known, in the place of their names."""
    words = dict(known)
    for key, node in _pairs(path, root, "the file"):
        if key.value == "words":
            for name, meaning in _pairs(path, node, "words"):
                (written,) = _strings(path, f"words.{name.value}", yaml.SequenceNode("", [meaning]))
                words[name.value] = f"(?:{_filled(path, meaning, written, words)})"
        elif words:
            for scalar in _scalars(node):
                scalar.value = _filled(path, scalar, scalar.value, words)


def _filled(path: Path, node: yaml.Node, written: str, words: Mapping[str, str]) -> str:
    for name in _WORD.findall(written):
        if name not in words:
            raise BadLexicon(path, _line(node), f"<{name}>", f"unknown word{_hint(name, words)}")
    return _WORD.sub(lambda found: words[found[1]], written)


def _scalars(node: yaml.Node) -> Iterator[yaml.ScalarNode]:
    if isinstance(node, yaml.ScalarNode):
        yield node
    elif isinstance(node, yaml.CollectionNode):
        for inner in node.value:
            for one in inner if isinstance(inner, tuple) else (inner,):
                yield from _scalars(one)


def _entry(path: Path, signal: str, node: yaml.Node) -> Entry:
    fields = {key.value: value for key, value in _pairs(path, node, signal)}
    for key, _ in _pairs(path, node, signal):
        if key.value not in _FIELDS:
            raise BadLexicon(path, _line(key), f"{signal}.{key.value}", f"unknown field{_hint(key.value, _FIELDS)}")
    for needed in ("group", "why"):
        if not getattr(fields.get(needed), "value", ""):
            raise BadLexicon(path, _line(node), f"{signal}.{needed}", "is missing")
    lists = {name: _list(path, f"{signal}.{name}", name, fields.get(name)) for name in _LISTS}
    if not lists["phrases"] and not lists["patterns"]:
        raise BadLexicon(path, _line(node), f"{signal}.phrases", "a group needs phrases or patterns")
    score = _score(path, f"{signal}.score", fields.get("score"))
    return Entry(signal, fields["group"].value, fields["why"].value, score, **lists)


def _list(path: Path, field: str, name: str, node: yaml.Node | None) -> tuple[str, ...]:
    if node is None:
        return ()
    return _strings(path, field, node) if name == "phrases" else _patterns(path, field, node)


def _score(path: Path, field: str, node: yaml.Node | None) -> float:
    if node is None:
        return 0.9
    try:
        score = float(str(node.value))
    except ValueError:
        score = -1.0
    if not 0 < score <= 1:
        raise BadLexicon(path, _line(node), field, "must be a number above 0 and at most 1")
    return score


def _patterns(path: Path, field: str, node: yaml.Node) -> tuple[str, ...]:
    options = re2.Options()
    options.log_errors = False
    for item in _sequence(path, field, node):
        try:
            re2.compile(str(item.value), options)
        except re2.error:
            raise BadLexicon(path, _line(item), field, "is not a regular expression that re2 knows") from None
    return _strings(path, field, node)


def _strings(path: Path, field: str, node: yaml.Node) -> tuple[str, ...]:
    found: list[str] = []
    for item in _sequence(path, field, node):
        text = item.value if isinstance(item, yaml.ScalarNode) and item.tag != "tag:yaml.org,2002:null" else ""
        if not isinstance(text, str) or not text.strip():
            raise BadLexicon(path, _line(item), field, "must be a list of words, each on its own")
        found.append(text)
    return tuple(found)


def _sequence(path: Path, field: str, node: yaml.Node) -> list[yaml.Node]:
    if not isinstance(node, yaml.SequenceNode):
        raise BadLexicon(path, _line(node), field, "must be a list")
    return list(node.value)


def _pairs(path: Path, node: yaml.Node, field: str) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
    if not isinstance(node, yaml.MappingNode):
        raise BadLexicon(path, _line(node), field, "must be a table of `field: value`")
    seen: set[str] = set()
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise BadLexicon(path, _line(key), field, "a field's name must be a word")
        if key.value in seen:
            raise BadLexicon(path, _line(key), str(key.value), "stands there twice")
        seen.add(key.value)
        yield key, value


# libyaml where PyYAML has it: the same tree in a tenth of the time
_QUICK: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _root(path: Path) -> yaml.Node:
    text = _text(path)
    try:
        root = yaml.compose(text, Loader=_QUICK)
    except yaml.YAMLError:
        root = _slowly(path, text)
    if root is None:
        raise BadLexicon(path, 1, "the file", "is empty")
    return root


def _slowly(path: Path, text: str) -> yaml.Node | None:
    """What libyaml does not read: the loader in Python names the line better."""
    try:
        return yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else 1
        raise BadLexicon(path, line, "the file", "is not YAML; look for a missing quote or a wrong indent") from None


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise BadLexicon(path, 1, "the file", "is not UTF-8") from None


def _line(node: yaml.Node) -> int:
    return int(node.start_mark.line) + 1


def _hint(word: str, known: Mapping[str, object] | frozenset[str]) -> str:
    close = get_close_matches(word, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else f"; known are: {', '.join(sorted(known))}"
