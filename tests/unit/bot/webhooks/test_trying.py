"""Receivers that fail, hang, refuse and vanish, and a process that dies: nothing is lost, and nobody waits for another."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Thread

import pytest
from standardwebhooks import Webhook

from bot import upkeep, webhooks
from bot.webhooks import NoSuchHook
from tests.houses import NOW, Town, flagged, rows
from tests.patience import until
from tests.servers.fake import Asked, FakePlatform, Reply
from tests.servers.fixtures import free_port
from tests.unit.bot.webhooks.receiving import SECRET, connect, deliver, got, hook, state

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
WAITS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]


@pytest.fixture
def receiver() -> Iterator[FakePlatform]:
    with FakePlatform() as server:
        server.always(Reply(200))
        yield server


@pytest.fixture
def other() -> Iterator[FakePlatform]:
    with FakePlatform() as server:
        server.always(Reply(200))
        yield server


def post(town: Town, id: str, now: datetime = NOW) -> None:
    """Somebody posts what is flagged at once."""
    town.platform.post(id, "!disparagement")
    town.scan(now=now)


def test_what_is_not_taken_is_sent_again_with_the_same_id_and_body(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    receiver.always(Reply(500), Reply(200))
    now = datetime.now(UTC)
    assert deliver(town, now) == 0
    assert "it answers 500" in state(town).fact
    assert deliver(town, now + 4 * SECOND) == 0
    assert deliver(town, now + 5 * SECOND) == 1
    first, again = receiver.asked
    assert first.headers["webhook-id"] == again.headers["webhook-id"]
    assert first.body == again.body
    assert first.headers["webhook-timestamp"] != again.headers["webhook-timestamp"]
    assert [Webhook(SECRET).verify(a.body, dict(a.headers))["type"] for a in (first, again)] == ["flag.opened"] * 2
    assert (state(town).waiting, state(town).fact) == (0, "all was told")


def test_after_three_days_a_message_is_given_up_named_by_doctor_and_sent_once_more_when_somebody_says_so(
    town: Town, receiver: FakePlatform
) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    receiver.always(Reply(404))
    now = NOW
    for wait in [*WAITS, HOUR]:
        assert deliver(town, now) == 0
        now += wait
        assert deliver(town, now - SECOND) == 0
    assert deliver(town, now + 30 * 24 * HOUR) == 0
    assert len(receiver.asked) == 10
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "webhook tickets of s"]
    assert (found.serious, found.fact) == (True, "messages given up after three days: 1; it answers 404")
    assert "webhooks replay tickets --since" in found.mend
    receiver.always(Reply(200))
    with pytest.raises(NoSuchHook, match="did you mean tickets"):
        webhooks.replay(town.house, "ticket", NOW, now)
    assert webhooks.replay(town.house, "tickets", datetime(2026, 11, 25, 12, 1), now) == 0  # noqa: DTZ001  # the school's time
    assert webhooks.replay(town.house, "tickets", datetime(2026, 11, 25, 12, 0), now) == 1  # noqa: DTZ001
    assert deliver(town, now) == 1
    assert len({each.id for each in got(receiver)}) == 1
    assert (state(town).given_up, state(town).fact) == (0, "all was told")


def test_a_process_that_is_killed_between_the_answer_and_its_note_sends_it_again_with_the_same_id(
    town: Town, receiver: FakePlatform
) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    variables = {k: v for k, v in os.environ.items() if not k.startswith("HALLMONITOR")}
    victim = subprocess.Popen(
        [sys.executable, "-c", _VICTIM, str(town.config)], env=variables | dict(town.environment.variables)
    )

    def take_and_kill(_: Asked) -> Reply:
        victim.send_signal(signal.SIGKILL)
        victim.wait(30)
        return Reply(200)

    receiver.script = take_and_kill
    assert victim.wait(60) == -signal.SIGKILL
    receiver.always(Reply(200))
    assert deliver(town) == 1
    first, again = got(receiver)
    assert (first.id, first.body) == (again.id, again.body)
    assert deliver(town) == 0


_VICTIM = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
from bot import serve, webhooks
from bot.settings import Environment
now = datetime.now(UTC)
webhooks.deliver(serve.open_house(Environment.read(Path(sys.argv[1])), now), "p", now)
"""


def test_a_receiver_that_wants_no_more_is_left_in_peace_until_it_takes_a_test(
    town: Town, receiver: FakePlatform
) -> None:
    connect(town, hook(receiver.url))
    post(town, "1")
    post(town, "2")
    receiver.always(Reply(410))
    assert deliver(town, NOW) == 0
    assert deliver(town, NOW + 24 * HOUR) == 0
    assert len(receiver.asked) == 1
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "webhook tickets of s"]
    assert (found.serious, found.fact) == (True, "wants no more since 2026-11-25 20:00 UTC (410)")
    (tested,) = webhooks.send_test(town.house, "tickets", datetime.now(UTC))
    assert tested.problem == "it answers 410"
    connect(town, hook(receiver.url))
    assert deliver(town, NOW + 25 * HOUR) == 0
    receiver.always(Reply(200))
    (tested,) = webhooks.send_test(town.house, "tickets", datetime.now(UTC))
    assert tested.problem == ""
    sent = receiver.asked[-1]
    assert Webhook(SECRET).verify(sent.body, dict(sent.headers))["data"] == {"site": "s"}
    assert deliver(town, NOW + 26 * HOUR) == 2


def test_another_address_ends_that_a_receiver_wants_no_more(
    town: Town, receiver: FakePlatform, other: FakePlatform
) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    receiver.always(Reply(410))
    deliver(town, NOW)
    connect(town, hook(other.url))
    assert deliver(town, NOW + HOUR) == 1
    assert [each.id for each in got(other)] == [each.id for each in got(receiver)]


@pytest.mark.parametrize("hangs", [Reply(200, pause=30), Reply(200, b"x" * 400, drip=0.05, headers={"X": "y"})])
def test_one_that_hangs_holds_up_no_other(
    town: Town, receiver: FakePlatform, other: FakePlatform, hangs: Reply
) -> None:
    connect(town, hook(receiver.url, "slow"), hook(other.url, "quick"))
    receiver.always(hangs)
    for id in "123":
        post(town, id)
    begun = time.monotonic()
    deliver(town, NOW, patience=3)
    assert time.monotonic() - begun < 15
    assert len(got(other)) == 3
    assert state(town, "quick").waiting == 0
    if hangs.pause:
        assert (state(town, "slow").waiting, len(receiver.asked)) == (3, 1)
        assert "it does not answer in time" in state(town, "slow").fact
    else:  # its status came at once: that is the answer, and the rest is not read
        assert state(town, "slow").waiting == 0


def test_one_that_answers_a_letter_now_and_then_is_not_waited_for(town: Town) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        Thread(target=_answer_slowly, args=(server,), daemon=True).start()
        connect(town, hook(f"http://127.0.0.1:{server.getsockname()[1]}"))
        flagged(town)
        begun = time.monotonic()
        deliver(town, NOW, patience=2)
    assert time.monotonic() - begun < 15
    assert "it does not answer in time" in state(town).fact


def _answer_slowly(server: socket.socket) -> None:
    caller, _ = server.accept()
    with caller, suppress(OSError):
        for letter in b"HTTP/1.1 200 OK\r\nX: " + b"y" * 200:
            caller.send(bytes([letter]))
            time.sleep(0.2)


def test_one_that_is_away_is_told_everything_when_it_is_back(town: Town, other: FakePlatform) -> None:
    connect(town, hook(f"http://127.0.0.1:{free_port()}", "away"), hook(other.url, "there"))
    post(town, "1")
    assert deliver(town, NOW) == 1
    assert "it is not reached: ConnectError" in state(town, "away").fact
    with FakePlatform() as back:
        back.always(Reply(200))
        connect(town, hook(back.url, "away"), hook(other.url, "there"))
        assert deliver(town, NOW + MINUTE) == 1
        assert len(got(back)) == 1


def test_what_fails_holds_up_what_comes_behind_it_for_half_an_hour_and_is_then_overtaken(
    town: Town, receiver: FakePlatform
) -> None:
    connect(town, hook(receiver.url, events="[flag.opened]"))
    post(town, "1")
    poison = ""

    def refuse_the_first(asked: Asked) -> Reply:
        nonlocal poison
        poison = poison or asked.headers["webhook-id"]
        return Reply(500 if asked.headers["webhook-id"] == poison else 200)

    receiver.script = refuse_the_first
    now = NOW
    deliver(town, now)
    post(town, "2", now)
    for wait in WAITS[:3]:
        assert deliver(town, now + wait - SECOND) == 0
        assert {each.id for each in got(receiver)} == {poison}
        now += wait
        deliver(town, now)
    assert deliver(town, now + MINUTE) == 1
    assert [each.id == poison for each in got(receiver)] == [True] * 4 + [False]


def test_a_redirect_is_not_followed(town: Town, receiver: FakePlatform, other: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    receiver.always(Reply(307, headers={"Location": other.url}))
    deliver(town)
    assert other.asked == []
    assert "it answers 307" in state(town).fact


def test_what_a_clock_ahead_has_put_off_is_tried_once_it_is_set_right(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url), since=NOW + 9000 * HOUR)
    connect(town, hook(receiver.url))
    flagged(town)
    receiver.always(Reply(500), Reply(200))
    deliver(town, NOW + 9000 * HOUR)
    assert deliver(town, NOW + MINUTE) == 1


def test_two_processes_at_once_send_each_message_once(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    for id in "123":
        post(town, id)
    receiver.always(Reply(200, pause=0.1))
    threads = [Thread(target=webhooks.deliver, args=(house, "p", NOW)) for house in (town.house, town.open())]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    until(lambda: deliver(town, NOW) == 0)
    assert len(receiver.asked) == len({each.id for each in got(receiver)}) == 3
    assert rows(town, "SELECT count(*) FROM delivery WHERE done IS NOT NULL") == [(3,)]
