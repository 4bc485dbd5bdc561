"""Restricted flags leave no trace (MATRIX.md, "Restricted from birth"): a person is told the same as in a school without them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from bot import mail, queue
from tests.houses import NOW, Town, rows
from tests.mailbox import mail_server
from tests.ready import ready_town
from tests.servers.fake import FakePlatform, Reply
from tests.servers.postgres import PostgresServer
from tests.unit.bot.restricted.answers import answers, attempts, no_such_flag, threads
from tests.unit.bot.restricted.living import Life, flags_by_id
from tests.unit.bot.restricted.schools import School, schools
from tests.unit.bot.webhooks.receiving import SECRET

MOMENTS = (timedelta(minutes=10), timedelta(hours=5), timedelta(hours=29))


@pytest.fixture
def towns(tmp_path: Path, request: pytest.FixtureRequest, database_kind: str) -> Iterator[tuple[Life, Life]]:
    """Two schools with a mailbox and a receiver of webhooks each, on databases of their own."""
    server = request.getfixturevalue("postgres") if database_kind == "postgresql" else None
    with ExitStack() as stack:
        yield _life(stack, tmp_path / "one", server), _life(stack, tmp_path / "other", server)


def _life(stack: ExitStack, folder: Path, server: PostgresServer | None) -> Life:
    town = stack.enter_context(ready_town(folder, server))
    box, address = stack.enter_context(mail_server())
    receiver = stack.enter_context(FakePlatform())
    receiver.always(Reply(204, b""))
    more = {mail.URL: address, mail.FROM: "hallmonitor@school.example", "TICKETS": SECRET}
    environment = replace(town.environment, variables={**town.environment.variables, **more})
    town.house = replace(town.house, environment=environment)
    return Life(town, SCHOOL, box, receiver)


SCHOOL = School(False, False, (), (), "")


_ANY = {"school": schools(), "after": st.sampled_from(MOMENTS)}
_SLOW = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.filter_too_much]


@settings(max_examples=2, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=_SLOW)
@given(**_ANY)
def test_whoever_may_be_accused_is_told_what_they_were_told_without_it(
    towns: tuple[Life, Life], school: School, after: timedelta
) -> None:
    _is_told_the_same(towns, school, NOW + after)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@settings(max_examples=100, deadline=None, suppress_health_check=_SLOW)
@given(**_ANY)
def test_so_it_is_in_a_hundred_schools(towns: tuple[Life, Life], school: School, after: timedelta) -> None:
    _is_told_the_same(towns, school, NOW + after)


def _is_told_the_same(towns: tuple[Life, Life], school: School, at: datetime) -> None:
    with_them, without = towns
    hidden = school.hidden_from(school.who, at)
    assume(hidden)
    for life, blind in ((with_them, frozenset()), (without, hidden)):
        life.school, life.blind = school, blind
        life.begin()
        life.go_on(at)
    flags = {name.partition("/")[2]: id for id, name in flags_by_id(with_them.town).items()}
    for comment in (c for c in school.comments if c.restricted):
        known = [who for who in school.works_here() if _opens(with_them, flags[comment.id], who, at)]
        assert known == [who for who in school.works_here() if school.may_know(who, comment, at)]
    told, expected = answers(with_them, at), answers(without, at)
    for what in told.keys() | expected.keys():
        assert told.get(what) == expected.get(what), what
    around = threads(with_them, at)
    assert not [c.id for c in school.comments if c.restricted and f"[{c.id}]" in around]
    written = _writings(with_them.town)
    nothing = attempts(with_them, no_such_flag(), at)
    for id in hidden:
        assert attempts(with_them, flags[id], at) == nothing
    assert _writings(with_them.town) == written


def _opens(life: Life, flag: str, who: str, at: datetime) -> bool:
    return queue.open_flag(life.town.house, flag, who, now=at) is not None


def _writings(town: Town) -> list[tuple[object, ...]]:
    """How much was decided, read and done."""
    counts = ("decision", "access", "action", "evidence", "incident_case")
    return [rows(town, f"SELECT count(*) FROM {table}")[0] for table in counts]
