"""A platform changes its answers without a word: a field goes away, or is written as something else. No comment may go with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.contract.example import every, slow_with_servers
from tests.contract.proxied import Kept, Proxied, problems, proxied_example
from tests.servers.fake import Reply
from tests.servers.faults import Fault

Way = tuple[str, ...]
"""Where a field stands: the names that lead to it, with "*" for each entry of a list."""

Change = Callable[[dict[str, object], str], None]


def _taken(row: dict[str, object], name: str) -> None:
    del row[name]


def _other(row: dict[str, object], name: str) -> None:
    row[name] = 7 if isinstance(row[name], str) else "seven"


CHANGES: dict[str, Change] = {"missing": _taken, "of another kind": _other}


@pytest.fixture(params=slow_with_servers(every("through")))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxied]:
    with proxied_example(request, request.param, tmp_path) as found:
        yield found


def test_no_comment_is_skipped_when_a_field_is_missing_or_of_another_kind(page: Proxied) -> None:
    whole, ways = Kept(), set[Way]()
    assert whole.scan(page.example) is None
    seen, texts = shown(whole), [comment.text for comment in whole.comments.values()]
    page.proxy.break_from(0, lambda ask: _noted(ask(), texts, ways))
    assert Kept().scan(page.example) is None
    wrong = []
    for way in sorted(ways):
        for name, change in CHANGES.items():
            kept = Kept()
            page.proxy.break_from(0, _changed(way, change))
            error = kept.scan(page.example)
            if error:
                wrong += [f"{'.'.join(way)} {name}: {problem}" for problem in problems(error, page.example, texts)]
            elif shown(kept) != seen:
                wrong.append(f"{'.'.join(way)} {name}: comments were skipped, or say something else")
    assert wrong == []


def shown(kept: Kept) -> dict[str, str]:
    return {id: comment.text for id, comment in kept.comments.items()}


def _noted(reply: Reply, texts: list[str], ways: set[Way]) -> Reply:
    """Note the fields of an answer that holds comments: others are long, and say how the platform is made."""
    data = _data(reply)
    if any(json.dumps(text)[1:-1] in json.dumps(data) for text in texts):
        ways.update(_ways(data, ()))
    return reply


def _changed(way: Way, change: Change) -> Fault:
    def fault(ask: Callable[[], Reply]) -> Reply:
        reply = ask()
        data = _data(reply)
        for row in _rows(data, way[:-1]):
            if way[-1] in row:
                change(row, way[-1])
        return reply if data is None else replace(reply, body=json.dumps(data).encode())

    return fault


def _data(reply: Reply) -> object:
    try:
        return json.loads(reply.body)
    except ValueError:  # a feed, a page
        return None


def _ways(data: object, before: Way) -> Iterator[Way]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield (*before, name)
            yield from _ways(value, (*before, name))
    if isinstance(data, list):
        for value in data:
            yield from _ways(value, (*before, "*"))


def _rows(data: object, way: Way) -> Iterator[dict[str, object]]:
    if not way:
        if isinstance(data, dict):
            yield data
    elif way[0] == "*" and isinstance(data, list):
        for value in data:
            yield from _rows(value, way[1:])
    elif isinstance(data, dict) and way[0] in data:
        yield from _rows(data[way[0]], way[1:])
