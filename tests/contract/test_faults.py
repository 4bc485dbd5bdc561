"""Whatever breaks between a connector and its platform: one of the six errors, and nothing lost when it is mended."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import cycle
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, Unavailable
from tests.contract.example import MODULES, Said, every, many
from tests.contract.proxied import Kept, Proxied, problems, proxied_example
from tests.servers import faults
from tests.servers.certificate import untrusted
from tests.servers.fake import Reply, reply_deep, reply_html, reply_json
from tests.servers.faults import Fault, FaultProxy, instead
from tests.servers.outside import unheard

ELSEWHERE = "https://elsewhere.example/somewhere"
WAIT_S = 120
Call = Callable[[Proxied], object]


def in_two_minutes(ask: Callable[[], Reply]) -> Reply:
    return reply_json({}, 429, Retry_After=format_datetime(datetime.now(UTC) + timedelta(seconds=WAIT_S), usegmt=True))


@dataclass(frozen=True)
class Broken:
    """One way to break, and the errors that may be made of it where every request breaks so."""

    fault: Fault
    errors: tuple[type[ConnectorError], ...] = (Unavailable,)
    wait: bool = False


WAYS = {
    "401": Broken(instead(reply_json({}, 401)), (AuthFailed,)),
    "403": Broken(instead(reply_json({}, 403)), (NotAllowed,)),
    "404": Broken(instead(reply_json({}, 404)), (Gone, BadConfig)),
    "409": Broken(instead(reply_json({}, 409))),
    "429": Broken(instead(reply_json({}, 429))),
    "429 in seconds": Broken(instead(reply_json({}, 429, Retry_After=str(WAIT_S))), wait=True),
    "429 by a date": Broken(in_two_minutes, wait=True),
    "500": Broken(instead(reply_json({}, 500))),
    "503 in seconds": Broken(instead(reply_json({}, 503, Retry_After=str(WAIT_S))), wait=True),
    "a page for 502": Broken(instead(reply_html(502))),
    "a page for data": Broken(instead(reply_html())),
    "nothing": Broken(instead(Reply(200, b""))),
    "half an answer": Broken(faults.truncated),
    "nested": Broken(instead(reply_deep())),
    "cut": Broken(faults.cut),
    "no answer": Broken(faults.hung_up),
    "unchanged": Broken(instead(Reply(304, b""))),
    "to elsewhere": Broken(instead(Reply(302, b"", {"Location": ELSEWHERE})), (BadConfig, Unavailable, Gone)),
    "quota": Broken(instead(reply_json({}, 429))),
    "revoked": Broken(instead(reply_json({}, 401)), (AuthFailed,)),
    "gone": Broken(instead(reply_json({}, 404)), (Gone, BadConfig)),
    "private": Broken(instead(reply_json({}, 403)), (NotAllowed,)),
}
"""By name. An example's `troubles` may say what its own platform answers instead."""

AT_ONCE = ("401", "429 in seconds", "a page for data", "half an answer")
"""These no connector tries again, so that they take no time."""

TRIED_AGAIN = ("500", "cut", "no answer")

CALLS: dict[str, Call] = {
    "check": lambda page: page.example.connect().check(),
    "get": lambda page: list(page.example.connect().get([page.example.target])),
    "fetch": lambda page: list(page.example.connect().fetch(None)),
}


@pytest.fixture(params=every("through"))
def page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxied]:
    """Every connector that speaks to a platform."""
    with proxied_example(request, request.param, tmp_path) as found:
        yield found


@pytest.fixture(params=every("through", "plant"))
def long_page(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxied]:
    """With more than a batch of comments, two hundred of them in one second."""
    with proxied_example(request, request.param, tmp_path) as found:
        plant_behind(found, min(520, many(MODULES[request.param])), at_once=200)
        yield found


def plant_behind(page: Proxied, count: int, at_once: int) -> None:
    """Post comments behind all others, `at_once` of them in each second."""
    assert page.example.plant
    newest = max(c.created for batch in page.example.connect().fetch(None) for c in batch.comments)
    start = newest.replace(microsecond=0) + timedelta(minutes=1)
    with unheard():
        page.example.plant([Said(f"Planted {n}", start + timedelta(seconds=n // at_once)) for n in range(count)])


def way(page: Proxied, name: str) -> Broken:
    """How it breaks on this platform."""
    known = page.example.troubles.get(name)
    return replace(WAYS[name], fault=instead(known[0]), errors=(known[1],)) if known else WAYS[name]


def in_turn(page: Proxied, names: Sequence[str]) -> Callable[[int], Fault]:
    """One fault after the other, from request to request."""
    turns = cycle(names)
    return lambda _: way(page, next(turns)).fault


def all_or_each(names: Sequence[str]) -> list[ParameterSet]:
    """Parameters: all names in turn, and, as it takes long, each of them alone."""
    slow = pytest.mark.slow
    return [pytest.param(names, id="in turn"), *(pytest.param((name,), id=name, marks=slow) for name in names)]


def failed(page: Proxied, call: Call, broken: Broken) -> list[str]:
    """What is wrong with how a call ends. Anything but the six errors is not caught."""
    try:
        call(page)
    except ConnectorError as error:
        found = problems(error, page.example, [])
        if not isinstance(error, broken.errors):
            found.append(f"{error!r} should be one of {[kind.__name__ for kind in broken.errors]}")
        if broken.wait and not WAIT_S - 20 < (getattr(error, "retry_after", None) or 0) <= WAIT_S:
            found.append(f"{error!r} should say to wait {WAIT_S} s")
        return found
    return ["it was taken for a good answer"]


def test_what_breaks_is_one_of_the_six_errors_in_words_for_a_teacher(page: Proxied) -> None:
    wrong = {}
    for name in WAYS:
        broken = way(page, name)
        page.proxy.break_from(0, broken.fault)
        wrong[name] = failed(page, CALLS["fetch"], broken)
    assert {name: found for name, found in wrong.items() if found} == {}


def test_check_and_get_fail_as_reading_does(page: Proxied) -> None:
    wrong = {}
    for call in ("check", "get"):
        for name in AT_ONCE:
            broken = way(page, name)
            page.proxy.break_from(0, broken.fault)
            wrong[call, name] = failed(page, CALLS[call], broken)
    assert {names: found for names, found in wrong.items() if found} == {}


def test_a_certificate_that_nobody_trusts_is_named(page: Proxied, tmp_path: Path) -> None:
    assert page.example.through
    with FaultProxy(page.example.upstream, untrusted(tmp_path)) as strange:
        page.hosts |= {strange.netloc}
        page.example.address = page.example.through(strange.url)
        for call in CALLS.values():
            with pytest.raises(Unavailable, match="certificate") as caught:
                call(page)
            assert problems(caught.value, page.example, []) == []
    assert strange.asked == [], "the secret went to whoever answered"
    page.hosts -= {page.proxy.netloc}


def test_an_answer_that_comes_slowly_is_waited_for(page: Proxied) -> None:
    quick = Kept()
    assert quick.scan(page.example) is None
    page.proxy.break_from(0, faults.dripping(0.001))
    slow = Kept()
    assert slow.scan(page.example) is None
    assert slow.told == quick.told


@pytest.mark.slow
def test_an_answer_that_never_ends_is_given_up(page: Proxied) -> None:
    page.proxy.break_from(0, instead(Reply(200, b"[" + b" " * 1000, {"Content-Type": "application/json"}, drip=1)))
    began = time.monotonic()
    assert failed(page, CALLS["fetch"], Broken(faults.cut)) == []
    assert time.monotonic() - began < 130


@pytest.mark.parametrize("names", all_or_each(AT_ONCE))
def test_after_a_break_at_any_request_nothing_is_skipped(page: Proxied, names: Sequence[str]) -> None:
    broken_everywhere(page, in_turn(page, names))


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_after_a_break_at_any_request_of_a_long_page_nothing_is_skipped(long_page: Proxied, step: int) -> None:
    whole = broken_everywhere(long_page, in_turn(long_page, AT_ONCE), step=step)
    assert len(whole.comments) > 500 or len(whole.comments) > many(MODULES[long_page.example.kind])


@pytest.mark.parametrize("names", all_or_each(TRIED_AGAIN))
def test_a_moment_of_trouble_costs_nothing(page: Proxied, names: Sequence[str]) -> None:
    broken_everywhere(page, in_turn(page, names), times=1)


def broken_everywhere(page: Proxied, fault: Callable[[int], Fault], times: int | None = None, step: int = 1) -> Kept:
    """Break each request of a scan in turn, mend it, read on, and compare with a scan in which nothing broke."""
    whole = Kept()
    page.proxy.repair()
    assert whole.scan(page.example) is None
    for number in range(0, len(page.proxy.latest), step):
        kept = Kept()
        page.proxy.break_from(number, fault(number), times)
        error = kept.scan(page.example)
        page.proxy.repair()
        if error:
            assert problems(error, page.example, [c.text for c in whole.comments.values()]) == []
            assert kept.scan(page.example) is None
        assert kept.told == whole.told, f"broken at request {number}"
        assert kept.checkpoint == whole.checkpoint
    return whole
