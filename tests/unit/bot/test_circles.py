"""Two who write at once never wait for each other in a circle: on PostgreSQL, where each row has a lock of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

from bot import actions, decisions, pages, people
from bot.decisions import find_flag
from bot.records import Access, Bundle, new_id
from bot.store import Session
from bot.store.saving import lock_page
from connectors.base import CommentState, Unavailable
from tests.houses import ADMIN, NOW, PAGE, Town, flagged, rows

_BLOCKED = "SELECT count(*) FROM pg_locks WHERE NOT granted"


@contextmanager
def meanwhile(town: Town, first: Callable[[Session], object], other: Callable[[], object]) -> Iterator[Session]:
    """A transaction that has locked something when another begins and comes to wait for it; both have to end well."""
    with ThreadPoolExecutor(1) as pool:
        begun: Future[object] | None = None
        with town.house.store.transaction() as session:
            first(session)
            begun = pool.submit(other)
            until = time.monotonic() + 20
            while rows(town, _BLOCKED) == [(0,)] and not begun.done() and time.monotonic() < until:
                time.sleep(0.01)
            assert not begun.done(), "it did not wait"
            yield session
            session.flush()
        begun.result()


def test_who_leaves_while_they_decide_what_was_assigned_to_them(district: Town) -> None:
    flag, house = flagged(district), district.house
    decisions.assign(house, flag, ADMIN, ADMIN, NOW)
    with house.store.reading() as session:
        person = people.find_person(session, house.store.vault, ADMIN, NOW).id
    with meanwhile(district, lambda s: find_flag(s, flag), lambda: people.leave(house, ADMIN, NOW)) as session:
        session.add(Access(id=new_id(), flag_id=flag, person_id=person, at=NOW, reason="review"))
    assert rows(district, 'SELECT count(*) FROM person WHERE "left" IS NOT NULL') == [(1,)]


def test_a_configuration_that_is_applied_while_flags_are_drawn_together(district: Town) -> None:
    file = district.write_page(PAGE + "vocabulary: [Rose]\n")
    apply = lambda: pages.apply_pages(district.house, [file], NOW)  # noqa: E731
    with meanwhile(district, lambda s: lock_page(s, "p"), apply) as session:
        session.add(Bundle(id=new_id(), site_id="s", page_id="p", kind="raid", opened=NOW))
    assert rows(district, "SELECT count(*) FROM bundle") == [(1,)]


def test_a_receipt_that_comes_while_somebody_decides(district: Town) -> None:
    pages.apply_pages(district.house, [district.write_page(PAGE + "hold_until_reviewed: [high]\n")], NOW)
    district.platform.post("1", "!hate")
    act = district.platform.act
    district.platform.act = lambda *a, **k: (_ for _ in ()).throw(Unavailable("down"))  # type: ignore[method-assign]
    district.scan()
    district.platform.act = act  # type: ignore[method-assign]
    ((flag, comment),) = rows(district, "SELECT id, comment_id FROM flag")
    later = NOW + timedelta(hours=5)
    carry_out = lambda: actions.carry_out_alone(district.house, "p", later)  # noqa: E731
    with meanwhile(district, lambda s: find_flag(s, str(flag)), carry_out) as session:
        assert actions.cancel_waiting(
            session, str(comment), "the flag was cleared", later
        )  # decide it, and order a restore
    assert district.state("1") is CommentState.HELD
    assert rows(district, "SELECT state FROM action") == [("cancelled",)]
    assert rows(district, "SELECT held FROM flag") == [(True,)]  # whoever lets it go knows that it has to be restored
