"""What a district's own system is told, and what never: on both databases, by a real receiver on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from bot import cases, pages, upkeep, webhooks
from bot.domain.review import Choice
from connectors.base import ActionKind, Capabilities
from tests.houses import ADMIN, NOW, PAGE, SECOND, SUPERVISOR, Town, flagged, ring, rows, settle
from tests.servers.fake import FakePlatform, Reply
from tests.unit.bot.webhooks.receiving import EVENTS, SECRET, connect, deliver, got, hook, state

HOUR = timedelta(hours=1)
MARKER = "Zyzzogeton"


@pytest.fixture
def receiver() -> Iterator[FakePlatform]:
    with FakePlatform() as server:
        server.always(Reply(204, b""))
        yield server


def close(town: Town, case: str, now: datetime) -> None:
    """Somebody does every step of a case, and closes it."""
    for step in cases.find(town.house, case, ADMIN, now).steps:
        cases.tick(town.house, case, step.number, ADMIN, f"by telephone with {MARKER}", now)
    cases.finish(town.house, case, ADMIN, now)


def test_a_receiver_is_told_of_a_flags_whole_life_in_order_and_once(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url + "/hook"))
    flag = flagged(town, "!threat !hate")
    case = settle(town, flag, ADMIN, Choice.HIDE).case
    assert case
    close(town, case, NOW + HOUR)
    assert deliver(town) == 5
    told = got(receiver)
    assert [each.type for each in told] == ["flag.opened", "flag.decided", "action.done", "case.opened", "case.closed"]
    assert {each.data["flag"] for each in told} == {flag}
    assert [told[1].data["decision"][key] for key in ("kind", "by", "at")] == ["hide", "person", "2026-11-25T20:00:00Z"]
    assert [told[2].data["action"][key] for key in ("kind", "state")] == ["hide", "done"]
    assert told[4].data["case"] == {"id": case, "opened": "2026-11-25T20:00:00Z", "closed": "2026-11-25T21:00:00Z"}
    assert told[4].body["timestamp"] == "2026-11-25T21:00:00Z"
    assert told[0].body == {
        "type": "flag.opened",
        "timestamp": "2026-11-25T20:00:00Z",
        "data": {
            "site": "s", "page": "p", "flag": flag, "rules": ["hate", "threat"], "severity": "critical", "state": "closed",
            "outcome": "upheld", "opened": "2026-11-25T20:00:00Z", "deadline": "2026-11-25T21:00:00Z",
            "look": f"/flag {flag[-8:]} in the review channel, or `hallmonitor review`",
        },
    }  # fmt: skip
    assert deliver(town) == 0
    assert len(receiver.asked) == 5


def test_each_message_is_signed_as_the_packages_own_verifier_asks(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    deliver(town)
    (asked,) = receiver.asked
    assert Webhook(SECRET).verify(asked.body, dict(asked.headers))["type"] == "flag.opened"
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body.replace(b"medium", b"low"), dict(asked.headers))
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(asked.body, {**asked.headers, "webhook-id": "another"})
    assert asked.headers["content-type"] == "application/json"


def test_the_clock_rings_for_it(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    ring(town, "deliver", NOW)
    ring(town, "deliver", NOW + HOUR)
    assert [each.type for each in got(receiver)] == ["flag.opened"]


def test_no_word_no_name_and_no_address_leaves(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    (town.config / "r.csv").write_text(f"first,last\n{MARKER},Quintero\n")
    page = (
        PAGE.replace("A page", f"{MARKER}'s page").replace("memory", f"https://{MARKER}.example/") + "roster: r.csv\n"
    )
    pages.apply_pages(town.house, [town.write_page(page)], NOW)
    where = f"https://blog.example/{MARKER}"
    flag = flagged(town, f"!student_name {MARKER} Quintero", author=MARKER, permalink=where)
    settle(town, flag, ADMIN, Choice.HIDE, note=f"{MARKER} said so")
    settle(town, flag, SECOND, Choice.UNDO, note=MARKER)
    case = settle(town, flag, ADMIN, Choice.ESCALATE, note=MARKER).case
    assert case
    close(town, case, NOW + HOUR)
    assert deliver(town) == 8
    everything = b"".join(repr((a.path, sorted(a.headers.items()))).encode() + a.body for a in receiver.asked)
    shown = [*webhooks.states(town.house, NOW), *rows(town, "SELECT hook, event, subject FROM delivery")]
    for planted in (MARKER, "Quintero", "Reyes", "Lind", "school.example", "Alva", "telephone"):
        assert planted.lower().encode() not in everything.lower()
        assert planted not in str(shown)
    sealed = rows(town, "SELECT body_sealed FROM delivery")
    assert all(b"flag" not in bytes(body) for (body,) in sealed)  # type: ignore[call-overload]  # a column of bytes


def test_of_a_restricted_flag_nothing_leaves_and_nothing_is_counted(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    town.platform.post("1", "!child_abuse")
    town.scan()
    (flag,) = (str(id) for (id,) in rows(town, "SELECT id FROM flag"))
    settle(town, flag, SUPERVISOR, Choice.ESCALATE_AND_HIDE)
    assert rows(town, "SELECT count(*) FROM decision") == [(1,)]
    assert webhooks.pages_to_deliver(town.house, NOW) == []
    webhooks.deliver(town.house, "p", NOW)
    assert receiver.asked == []
    assert rows(town, "SELECT count(*) FROM delivery") == [(0,)]
    assert (state(town).waiting, state(town).fact) == (0, "all was told")


def test_of_a_flag_that_becomes_restricted_nothing_leaves_any_more(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    town.detector.signals = frozenset({"disparagement"})
    receiver.always(Reply(503))
    flagged(town, "!disparagement !child_abuse")
    deliver(town, NOW)
    assert state(town).waiting == 1
    town.detector.signals, town.detector.version = frozenset({"disparagement", "child_abuse"}), "2"
    town.scan()
    assert rows(town, "SELECT count(*) FROM flag WHERE restricted") == [(1,)]
    receiver.always(Reply(200))
    assert deliver(town, NOW + HOUR) == 0
    assert len(receiver.asked) == 1
    assert (state(town).waiting, state(town).fact) == (0, "all was told")


def test_nothing_is_told_that_is_older_than_the_hook_or_than_its_wish(town: Town, receiver: FakePlatform) -> None:
    flag = flagged(town)
    connect(town, hook(receiver.url, events="[flag.opened]"), since=NOW + HOUR)
    assert webhooks.pages_to_deliver(town.house, NOW + HOUR) == []
    settle(town, flag, ADMIN, Choice.HIDE)
    connect(town, hook(receiver.url, events="[flag.opened, flag.decided, action.done]"), since=NOW + 2 * HOUR)
    assert deliver(town) == 0
    town.platform.post("2", "!disparagement")
    town.scan(now=NOW + 3 * HOUR)
    assert deliver(town) == 1
    connect(town)
    connect(town, hook(receiver.url), since=NOW + 4 * HOUR)
    assert deliver(town) == 0
    assert [each.type for each in got(receiver)] == ["flag.opened"]


def test_only_what_a_hook_asks_for_is_told(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url, events="[action.done]"))
    settle(town, flagged(town), ADMIN, Choice.HIDE)
    deliver(town)
    assert [each.type for each in got(receiver)] == ["action.done"]


def test_what_a_person_has_to_do_is_told_as_failed_and_then_as_done(town: Town, receiver: FakePlatform) -> None:
    from bot import actions

    connect(town, hook(receiver.url, events="[action.failed, action.done]"))
    town.platform.capabilities = Capabilities(frozenset({ActionKind.RESTORE}))
    settle(town, flagged(town), ADMIN, Choice.HIDE)
    deliver(town)
    (step,) = actions.manual_steps(town.house, ADMIN, NOW)
    actions.tick(town.house, step.action, ADMIN, NOW + HOUR)
    deliver(town)
    told = [(each.type, each.data["action"]["state"], each.data["action"]["id"]) for each in got(receiver)]
    assert told == [("action.failed", "manual", step.action), ("action.done", "done", step.action)]


def test_a_case_that_is_closed_a_second_time_is_told_a_second_time(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url, events="[case.closed]"))
    case = settle(town, flagged(town), ADMIN, Choice.ESCALATE).case
    assert case
    for hours in (1, 2):
        with town.house.store.transaction() as session:
            session.connection().exec_driver_sql("UPDATE incident_case SET closed = NULL, closed_by = NULL")
        close(town, case, NOW + hours * HOUR)
        deliver(town)
    assert [each.data["case"]["closed"] for each in got(receiver)] == ["2026-11-25T21:00:00Z", "2026-11-25T22:00:00Z"]


def test_many_flags_come_in_the_order_in_which_they_were_raised(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url, events="[flag.opened]"))
    town.platform.batch = 200
    for number in range(120):
        town.platform.post(f"{number:03}", "!disparagement", minutes_ago=200 - number)
    town.scan()
    assert deliver(town) == 120
    raised = [id for (id,) in rows(town, "SELECT id FROM flag ORDER BY opened, id")]
    assert [each.data["flag"] for each in got(receiver)] == raised


def test_doctor_says_how_each_hook_does(town: Town, receiver: FakePlatform) -> None:
    connect(town, hook(receiver.url))
    flagged(town)
    deliver(town)
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "webhook tickets of s"]
    assert (found.well, found.fact) == (True, "all was told")
    town.house = replace(town.house, environment=replace(town.environment, variables={}))
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "webhook tickets of s"]
    assert (found.serious, found.fact) == (True, "is told nothing")
    assert "environment variable TICKETS is not set: write whsec_" in found.mend
    assert deliver(town, datetime.now(UTC) + HOUR) == 0


def test_the_events_of_the_tests_are_all_that_there_are() -> None:
    from bot.domain.webhooks import EventName

    assert f"[{', '.join(EventName)}]" == EVENTS
