"""YAML files with the line of every field, so that an error can point at it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError

from bot.domain.errors import Advice

Model = TypeVar("Model", bound=BaseModel)
Path_ = tuple[str | int, ...]

_ADVICE = {
    "missing": "this key is missing",
    "string_type": "must be text; put it in quotes",
    "string_pattern_mismatch": "has characters that do not belong there; ids are small letters, digits and hyphens",
    "bool_type": "must be true or false",
    "float_parsing": "must be a number",
    "float_type": "must be a number",
    "tuple_type": "must be a list: one `- ` line for each, or [a, b]",
    "dict_type": "must be a block of `key: value` lines",
    "model_type": "must be a block of `key: value` lines",
    "string_too_short": "must not be empty",
    "too_short": "needs at least one entry",
}


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml's, eight times as fast, where it is there
    """YAML in which a date is a text: one that no calendar has would else be an error that names no line."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in known if tag != "tag:yaml.org,2002:timestamp"]
    for first, known in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong in a file, in words for the person who wrote it."""

    file: str
    line: int | None
    field: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


class BadConfiguration(Advice):
    """Files of the configuration are wrong; `problems` holds all of them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True, slots=True)
class YamlFile:
    """A parsed file: its data, and the line of every key and entry."""

    name: str
    data: object
    lines: Mapping[Path_, int]

    def line(self, path: Path_) -> int | None:
        """The line of a field, or of the nearest thing around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path)

    def problem(self, path: Path_, message: str) -> Problem:
        """A problem of this file, at the line of the field."""
        field = ".".join(str(part) for part in path if part != "[key]")  # pydantic's mark of a wrong key
        return Problem(self.name, self.line(path), field, message)


def read_yaml(file: Path) -> YamlFile:
    """Parse a file that holds one document.

    Raises:
        BadConfiguration: it cannot be read, is no YAML, has a key twice, or holds several documents.
    """
    documents = read_documents(file)
    if len(documents) > 1:
        line = documents[1].line(())
        raise BadConfiguration([Problem(str(file), line, "", "a second document begins here; one is expected")])
    return documents[0]


def read_documents(file: Path) -> list[YamlFile]:
    """Parse a file of one or more documents, divided by `---`.

    Raises:
        BadConfiguration: it cannot be read, is no YAML, or has a key twice.
    """
    return list(_documents(_text(file), str(file)))


@lru_cache(maxsize=64)
def _documents(text: str, file: str) -> tuple[YamlFile, ...]:
    """The documents of a text. The same words of the same file are parsed once: whoever applies pages reads them again and again."""
    doubled: list[Problem] = []
    try:
        documents = tuple(_parsed(text, file, doubled))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        message = f"this is no YAML: {error.problem}; check the indentation and colons just before"
        raise BadConfiguration([Problem(file, mark.line + 1 if mark else None, "", message)]) from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        message = f"this is no YAML ({type(error).__name__}); look for characters that do not belong in a text file"
        raise BadConfiguration([Problem(file, None, "", message)]) from None
    if doubled:
        raise BadConfiguration(doubled)
    return documents or (YamlFile(file, None, {(): 1}),)


def _parsed(text: str, file: str, doubled: list[Problem]) -> Iterator[YamlFile]:
    """Each document. Its lines are read before its data are made: that writes what `<<` brings into the nodes, where it looks doubled."""
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            lines: dict[Path_, int] = {(): node.start_mark.line + 1}
            _collect_lines(node, (), lines, doubled, file, set())
            yield YamlFile(file, loader.construct_document(node), lines)
    finally:
        loader.dispose()


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadConfiguration([Problem(str(file), None, "", "no such file")]) from None
    except UnicodeDecodeError as error:
        line = file.read_bytes().count(b"\n", 0, error.start) + 1
        raise BadConfiguration([Problem(str(file), line, "", "not in UTF-8; save the file as UTF-8")]) from None
    except OSError as error:
        raise BadConfiguration([Problem(str(file), None, "", f"cannot be read: {error.strerror}")]) from None


def validate(file: YamlFile, model: type[Model]) -> Model:
    """Check a file against its model.

    Raises:
        BadConfiguration: every problem of the file, with line and field.
    """
    try:
        return model.model_validate(file.data)
    except ValidationError as error:
        raise BadConfiguration(
            [_problem(file, model, details) for details in error.errors(include_url=False)]
        ) from None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or a list of what is known where nothing is near."""
    candidates = sorted(known)
    near = difflib.get_close_matches(word, candidates, n=1, cutoff=0.6)
    return f"; did you mean {near[0]}?" if near else f"; known are: {', '.join(candidates)}"


def _problem(file: YamlFile, model: type[BaseModel], details: Mapping[str, object]) -> Problem:
    path: Path_ = tuple(details["loc"])  # type: ignore[arg-type]  # pydantic types its details as Any
    kind = str(details["type"])
    if kind == "extra_forbidden":
        message = "unknown key" + did_you_mean(str(path[-1]), _keys_at(model, path[:-1]))
    elif kind == "enum":
        context = details.get("ctx")
        message = f"must be {context['expected']}" if isinstance(context, Mapping) else "not one of the known words"
    else:
        message = _ADVICE.get(kind) or str(details["msg"]).removeprefix("Value error, ")
    return file.problem(path, message)


def _keys_at(model: type[BaseModel], path: Path_) -> list[str]:
    for part in path:
        if isinstance(part, str) and part in model.model_fields:
            inner = _model_in(model.model_fields[part].annotation)
            if inner is None:
                break
            model = inner
    return list(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := _model_in(part)) is not None), None)


def _collect_lines(
    node: yaml.Node, path: Path_, lines: dict[Path_, int], doubled: list[Problem], file: str, seen_nodes: set[int]
) -> None:
    if id(node) in seen_nodes:  # against an alias bomb: ten aliases of ten aliases of ten aliases
        return
    seen_nodes.add(id(node))
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(getattr(key, "value", ""))
            line = key.start_mark.line + 1
            if name in seen:
                doubled.append(Problem(file, line, name, "this key stands twice; remove one of them"))
            seen.add(name)
            lines[(*path, name)] = line
            _collect_lines(value, (*path, name), lines, doubled, file, seen_nodes)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            _collect_lines(value, (*path, number), lines, doubled, file, seen_nodes)
