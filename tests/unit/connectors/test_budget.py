"""One budget a host: kept by however many ask, and heeding what the platform says of its limits."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from bot.lanes import Lanes
from connectors.base import BadConfig, ConnectorError, PageAddress, Unavailable
from connectors.deadline import Deadline, NotAsked, until
from connectors.feed import CommentFeed
from connectors.http import Patience, RestClient
from connectors.http_budget import POLITE, Pace, budget_of, pace_of, share
from connectors.http_limits import Left, left_of, shut_for
from tests.patience import until as until_true
from tests.servers.fake import Asked, FakePlatform, Reply, reply_json
from tests.servers.feed import FakeFeed, planted

QUICK = Patience(pauses=(0.01, 0.01))
TODAY = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


def client(platform: FakePlatform, pace: Pace = POLITE) -> RestClient:
    return RestClient(platform.url, patience=QUICK, pace=pace)


def timed(platform: FakePlatform, answer: Callable[[Asked], Reply]) -> list[float]:
    """When each question came."""
    came: list[float] = []

    def script(asked: Asked) -> Reply:
        came.append(time.monotonic())
        return answer(asked)

    platform.script = script
    return came


def test_five_hundred_pages_of_a_host_keep_its_budget_and_are_all_read() -> None:
    with FakeFeed() as feed:
        ids = planted(feed, ["The frog sings"])
        came = timed(feed.platform, feed.platform.script)
        lanes, options = Lanes("pages", 16, 8), {"per_second": 250}

        def read(number: int) -> int:
            page = CommentFeed(PageAddress(f"page-{number}", feed.url, options=options))
            return sum(len(batch.comments) for batch in page.fetch(None))

        start = time.monotonic()
        begun = [lanes.submit("host", lambda number=number: read(number)) for number in range(500)]  # type: ignore[misc]
        assert [task.result(60) for task in begun] == [len(ids)] * 500
    assert len(came) == 500
    # 250 at once after a rest and 250 a second behind it: whatever is late on a busy machine, none comes before its time
    assert [n for n, moment in enumerate(sorted(came)) if moment - start < (n - 250) / 250 - 0.01] == []


def test_connectors_of_one_host_share_its_budget_at_the_slower_pace(platform: FakePlatform) -> None:
    platform.always(reply_json([]))
    fast = client(platform, Pace(1_000, 1, asked_for=True))
    slow = client(platform, Pace(20, 1, asked_for=True))
    began = time.monotonic()
    for asking in (fast, slow, fast, slow, fast):
        asking.read(platform.url)
    assert time.monotonic() - began > 4 / 20 - 0.01


def test_processes_that_share_a_host_take_a_part_each(platform: FakePlatform) -> None:
    platform.always(reply_json([]))
    asking = client(platform, Pace(40, 1, asked_for=True))
    share(4)
    began = time.monotonic()
    for _ in range(4):
        asking.read(platform.url)
    assert time.monotonic() - began > 3 * 4 / 40 - 0.01


@pytest.mark.parametrize("found", [0, -1, True, "fast", 5_000, None])
def test_a_pace_is_a_number_of_questions_a_second(found: object) -> None:
    address = PageAddress("p", "https://blog.example.org", options={"per_second": found})
    if found is None:
        assert pace_of(address) is POLITE
        return
    with pytest.raises(BadConfig, match=r"options\.per_second"):
        pace_of(address)


@dataclass
class Limited:
    """A host that allows `most` questions in each window, says what is left in a header of its kind, and answers 429 beyond."""

    kind: str
    most: int = 6
    window: float = 1.0
    came: list[float] = field(default_factory=list)
    refused: int = 0
    _began: float = 0.0
    _used: int = 0
    _alone: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, _: Asked) -> Reply:
        with self._alone:
            now = time.time()
            self.came.append(now)
            if now >= self._began + self.window:
                self._began, self._used = now, 0
            self._used += 1
            self.refused += self._used > self.most
            left, ends = max(self.most - self._used, 0), self._began + self.window
        reset = {
            "moment": {"X_RateLimit_Reset": datetime.fromtimestamp(ends, UTC).isoformat()},
            "seconds": {"RateLimit_Reset": f"{ends - now:.3f}"},
        }[self.kind]
        name = next(iter(reset)).replace("Reset", "Remaining")
        return reply_json([], 429 if self._used > self.most else 200, **reset, **{name: str(left)})


@pytest.mark.parametrize("kind", ["moment", "seconds"])
def test_a_limit_that_the_platform_tells_is_never_exceeded(platform: FakePlatform, kind: str) -> None:
    host = Limited(kind)
    platform.script = host.answer
    client(platform).read(platform.url)  # before the first answer nobody knows of a limit

    def ask(_: int) -> None:
        with until(Deadline.in_seconds(60, turn=5)):
            client(platform).read(platform.url)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(ask, range(16)))
    assert host.refused == 0
    assert len(host.came) == 17


def test_a_host_that_wants_to_be_left_alone_is_asked_by_nobody_meanwhile(platform: FakePlatform) -> None:
    answers = iter([reply_json({}, 429, Retry_After="1")])
    came = timed(platform, lambda _: next(answers, reply_json([])))

    def ask(_: int) -> None:
        with until(Deadline.in_seconds(60, turn=5)):
            client(platform).read(platform.url)

    ask(0)  # the question that was refused is asked again
    assert [round(later - came[0]) for later in came[1:]] == [1]
    answers = iter([reply_json({}, 503, Retry_After="1")])
    with ThreadPoolExecutor(1) as pool:
        refused = pool.submit(ask, 1)
        until_true(lambda: len(came) == 3)
        time.sleep(0.2)  # until the answer is read
        ask(2)
        refused.result(10)
    assert len(came) == 5
    assert min(came[3:]) - came[2] > 0.95


def test_whoever_looks_on_is_told_at_once_and_nothing_is_asked(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 503, Retry_After="120"))
    with pytest.raises(Unavailable):
        client(platform).read(platform.url)
    with pytest.raises(NotAsked, match="left alone") as caught:
        client(platform).write("POST", platform.url)
    assert 110 < (caught.value.retry_after or 0) <= 120
    assert len(platform.asked) == 1


def test_too_many_without_another_word_is_a_pause_for_all(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 429))
    for error in (Unavailable, NotAsked):
        with pytest.raises(error):
            client(platform).read(platform.url)
    assert len(platform.asked) == 1


def test_behind_the_deadline_nothing_is_asked(platform: FakePlatform) -> None:
    platform.always(reply_json([]))
    with until(Deadline.in_seconds(0)), pytest.raises(NotAsked, match="time of this run is over"):
        client(platform).read(platform.url)
    assert platform.asked == []


def test_a_wait_ends_with_the_process(platform: FakePlatform) -> None:
    platform.always(reply_json({}, 503, Retry_After="60"))
    stopping = threading.Event()
    threading.Timer(0.3, stopping.set).start()
    began = time.monotonic()
    with until(Deadline.in_seconds(300, turn=300, stopping=stopping)), pytest.raises(NotAsked, match="stopped"):
        client(platform).read(platform.url)
    assert time.monotonic() - began < 5
    assert len(platform.asked) == 1


@pytest.mark.parametrize(
    ("headers", "left"),
    [
        ({}, None),
        ({"x-ratelimit-remaining": "7"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "60", "x-ratelimit-bucket": "a1"}, None),
        ({"x-ratelimit-remaining": "some", "x-ratelimit-reset": "60"}, None),
        ({"x-ratelimit-remaining": "7", "x-ratelimit-reset": "2026-11-26T12:01:00.000000Z"}, (7, 60)),
        ({"x-ratelimit-remaining": "594.0", "x-ratelimit-reset": "375"}, (594, 375)),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(TODAY.timestamp()) + 30)}, (0, 30)),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "9"}, (3, 9)),
        ({"ratelimit": '"default";r=50;t=30'}, (50, 30)),
        ({"ratelimit": '"burst";r=5;t=1, "hour";r=2;t=1800'}, (2, 1800)),
        ({"ratelimit": '"hour";r=2;t=1800, "burst";r=5;t=1'}, (2, 1800)),
        ({"ratelimit": "limit=100, remaining=40, reset=5"}, (40, 5)),
        ({"x-rate-limit-remaining": "1", "x-rate-limit-reset": "2"}, (1, 2)),
    ],
)
def test_what_is_left_is_read_in_every_form(headers: dict[str, str], left: tuple[int, int] | None) -> None:
    found = left_of(headers, 1_000.0, TODAY)
    assert (found and (found.count, round(found.until - 1_000.0))) == left


def test_an_answer_that_comes_late_makes_no_more_of_it() -> None:
    assert Left(9, 60.0).beside(Left(4, 61.0), now=0) == Left(4, 60.0)
    assert Left(9, 360.0).beside(Left(4, 61.0), now=0) == Left(9, 360.0)
    assert Left(9, 360.0).beside(Left(0, 61.0), now=70) == Left(9, 360.0)


@pytest.mark.parametrize(
    ("status", "headers", "seconds"),
    [
        (200, {}, 0),
        (200, {"retry-after": "5"}, 5),  # MediaWiki, whose database lags
        (301, {"retry-after": "5"}, 0),
        (403, {"retry-after": "7"}, 7),
        (429, {}, 5),
        (429, {"x-ratelimit-reset": "42"}, 42),
        (429, {"retry-after": "0"}, 5),
        (429, {"retry-after": "Thu, 26 Nov 2026 11:59:00 GMT"}, 5),  # one of the two clocks is wrong
        (429, {"x-ratelimit-reset": "2026-11-26T11:59:00Z"}, 5),
        (503, {"retry-after": "0"}, 0),
        (429, {"retry-after": "3", "x-ratelimit-bucket": "a1"}, 0),
        (429, {"retry-after": "3", "x-ratelimit-bucket": "a1", "x-ratelimit-global": "true"}, 3),
        (503, {}, 0),
        (503, {"retry-after": (TODAY + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")}, 3600),
        (503, {"retry-after": "99999999"}, 86_400),
    ],
)
def test_for_how_long_a_host_is_left_alone(status: int, headers: dict[str, str], seconds: float) -> None:
    assert shut_for(status, headers, TODAY) == seconds


def test_whoever_waits_for_our_own_pace_is_not_taken_for_silent() -> None:
    budget = budget_of("https://blog.example.org/", Pace(0.4, at_once=1))
    deadline = Deadline.in_seconds(60)
    with until(deadline):
        with budget.turn():
            pass
        deadline.heard = time.monotonic()
        with budget.turn():
            assert time.monotonic() - deadline.heard < 1.5  # it has waited for 2.5


def test_a_trouble_that_asks_for_no_wait_is_a_hiccup_all_the_same(platform: FakePlatform) -> None:
    answers = iter(
        [reply_json({}, 503, Retry_After="0"), reply_json({}, 503, Retry_After="Thu, 01 Jan 2026 00:00:00 GMT")]
    )
    platform.script = lambda _: next(answers, reply_json([]))
    assert client(platform).read(platform.url).rows() == []
    assert len(platform.asked) == 3


@pytest.mark.parametrize(
    ("answer", "wrote"),
    [
        (reply_json({}), True),
        (reply_json({}, 500), True),
        (reply_json({}, 503, Retry_After="1"), False),
        (reply_json({}, 429), False),
        (reply_json({}, 403), False),
    ],
)
def test_what_the_platform_has_refused_was_not_written(platform: FakePlatform, answer: Reply, wrote: bool) -> None:
    platform.always(answer)
    deadline = Deadline.in_seconds(60)
    with until(deadline), suppress(ConnectorError):
        client(platform).write("POST", platform.url)
    assert deadline.wrote is wrote
    deadline.wrote = True  # an earlier write of the same act was not
    with until(deadline), suppress(ConnectorError):
        client(platform).write("POST", platform.url)
    assert deadline.wrote


def test_a_host_elsewhere_has_a_pace_without_being_asked_for_one() -> None:
    budget = budget_of("https://blog.example.org/", Pace(5, at_once=1))
    began = time.monotonic()
    for _ in range(2):
        with budget.turn():
            pass
    assert time.monotonic() - began > 1 / 5 - 0.01
