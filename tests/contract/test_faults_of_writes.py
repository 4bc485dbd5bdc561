"""Actions whose request or answer gets lost: done once or not at all, and known afterwards which."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.base import ActionKind, Changed, ConnectorError, Gone, Receipt, Revision, Unavailable
from connectors.http_budget import forget
from tests.contract.acting import NEVER_SEEN, WANTED, Pair, can
from tests.contract.example import Module, offers, pairs
from tests.contract.proxied import Proxied, problems, proxied_example
from tests.servers import faults
from tests.servers.fake import Asked, reply_html, reply_json
from tests.servers.faults import Fault

UNHEARD: dict[str, Fault] = {
    "no answer": faults.hung_up,
    "500": faults.instead(reply_json({}, 500)),
    "a page": faults.instead(reply_html()),
    "429": faults.instead(reply_json({}, 429, Retry_After="120")),
}
"""The platform never hears of it."""


def asks(module: Module, action: ActionKind) -> bool:
    return can(module, action) and "through" in offers(module)


class Writing:
    """An action through the proxy. Its writes are told from the questions that some platforms want as POST."""

    def __init__(self, page: Proxied, action: ActionKind) -> None:
        self.page, self.pair = page, Pair(page.example, action)
        self.before = self.pair.ready()
        page.proxy.repair()
        with pytest.raises(Changed):
            self.pair.act(NEVER_SEEN)
        self._questions = len(self._posts())

    def act(self, fault: Fault) -> Receipt | ConnectorError:
        """Act as judged, while the first write fares so; whatever wait was asked for has passed behind it."""
        left = self._questions

        def plan(number: int, asked: Asked) -> Fault | None:
            nonlocal left
            left -= asked.method != "GET"
            return fault if asked.method != "GET" and left == -1 else None

        self.page.proxy.plan(plan)
        try:
            return self.pair.act(self.before.revision)
        except ConnectorError as error:
            return error
        finally:
            self._write = self._posts()[self._questions]
            forget()

    def again(self) -> Receipt | ConnectorError:
        """Act as judged, with nothing in the way; the first write has been sent once, this time included."""
        try:
            return self.pair.act(self.before.revision)
        except ConnectorError as error:
            return error

    @property
    def times_written(self) -> int:
        """How often the first write was sent since the fault was planned."""
        return sum((post.method, post.path, post.body) == self._key for post in self._posts())

    @property
    def _key(self) -> tuple[str, str, bytes]:
        return self._write.method, self._write.path, self._write.body

    def _posts(self) -> list[Asked]:
        return [asked for asked in self.page.proxy.latest if asked.method != "GET"]


@pytest.fixture(params=pairs(asks))
def writing(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Writing]:
    """Each action of each connector that speaks to a platform."""
    kind, action = request.param
    with proxied_example(request, kind, tmp_path) as page:
        yield Writing(page, action)


def state_of(writing: Writing) -> tuple[object, Revision] | None:
    comment = writing.page.example.found(writing.page.example.target)
    return (comment.state, comment.revision) if comment else None


def assert_unavailable(error: object, writing: Writing) -> None:
    assert isinstance(error, Unavailable)
    assert problems(error, writing.page.example, [writing.before.text]) == []


def test_an_answer_that_gets_lost_is_asked_for_and_nothing_is_done_twice(writing: Writing) -> None:
    first = writing.act(faults.lost)
    assert writing.times_written == 1
    if isinstance(first, Receipt):
        assert first.state == WANTED[writing.pair.action]
    else:
        assert_unavailable(first, writing)
    second = writing.again()
    assert writing.times_written == 1
    assert (isinstance(second, Receipt) and second.state == WANTED[writing.pair.action]) or isinstance(second, Gone)
    found = state_of(writing)
    assert found is None or found[0] == WANTED[writing.pair.action]


def test_a_write_that_never_arrives_is_not_taken_for_done(writing: Writing) -> None:
    before = state_of(writing)
    for name, fault in UNHEARD.items():
        error = writing.act(fault)
        assert_unavailable(error, writing)
        assert writing.times_written == 1, f"{name}: a write is never repeated by itself"
        assert state_of(writing) == before
    done = writing.again()
    assert isinstance(done, Receipt)
    assert (done.already, done.state) == (False, WANTED[writing.pair.action])
