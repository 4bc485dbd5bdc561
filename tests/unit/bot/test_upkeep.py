from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from bot import pages, upkeep
from bot.domain.findings import Finding
from bot.domain.schedule import Depth
from bot.records import Run, RunStatus
from tests.houses import NOW, PAGE, Town, rows


def finding(town: Town, subject: str, now: datetime) -> Finding | None:
    return next((f for f in upkeep.examine(town.house, now) if f.subject == subject), None)


def begin(town: Town, ago: timedelta) -> None:
    """Somebody began a run, and has not ended it."""
    with town.house.store.transaction() as session:
        session.add(Run(page_id="p", depth=Depth.NEW, started=NOW - ago, status=RunStatus.RUNNING))


@pytest.mark.parametrize(("ago", "well"), [(timedelta(minutes=5), True), (timedelta(hours=3), False)])
def test_a_run_that_does_not_end_is_named(town: Town, ago: timedelta, well: bool) -> None:
    begin(town, ago)
    found = finding(town, "page p", NOW)
    assert found
    assert found.well is well
    assert ("is being scanned" in found.fact) is well


def test_a_page_that_nobody_reads_when_it_is_due_is_named(town: Town) -> None:
    town.write_page(PAGE + "schedule: every 2 hours\n")
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    town.scan()
    assert finding(town, "clock", NOW + timedelta(hours=1)) is None
    slot = NOW.replace(minute=0) + timedelta(hours=2)
    assert finding(town, "clock", slot + timedelta(minutes=10)) is None
    late = finding(town, "clock", slot + timedelta(minutes=20))
    assert late
    assert "p" in late.fact
    town.scan(now=slot + timedelta(minutes=21))
    assert finding(town, "clock", slot + timedelta(minutes=22)) is None


def test_comments_that_wait_are_no_alarm_while_somebody_is_at_them(town: Town) -> None:
    town.detector.broken = True
    town.platform.post("1", "words")
    town.scan()
    town.detector.broken = False
    alarmed = finding(town, "queue", NOW)
    assert alarmed
    assert alarmed.serious
    begin(town, timedelta(minutes=-1))
    calm = finding(town, "queue", NOW + timedelta(minutes=2))
    assert calm
    assert not calm.serious


def test_authors_who_sign_with_a_students_full_name_are_one_finding_of_their_page(town: Town) -> None:
    (town.config / "r.csv").write_text("first,last\nAdriana,Quintero\nMalik,Oyelaran\nEva,Ruiz\n")
    pages.apply_pages(town.house, [town.write_page(PAGE + "roster: r.csv\n")], NOW)
    signed = ("adriana QUINTERO", "Malik Oyelaran", "Malik Oyelaran", "Eva's mom", "bluepencil")
    for number, name in enumerate(signed):
        town.platform.post(str(number), "hi", author=name, minutes_ago=number)
    town.platform.post("old", "hi", author="Eva Ruiz", minutes_ago=40 * 24 * 60)
    town.scan()
    assert town.queue() == {}
    (found,) = [f for f in upkeep.examine(town.house, NOW) if "full name" in f.fact]
    assert (found.subject, found.fact, found.serious) == ("page p", "2 authors sign with a student's full name", False)


def test_a_run_that_is_killed_has_counted_what_it_did(town: Town) -> None:
    """The platform breaks in the second batch, in a way that no run survives: its line says what the first one brought."""
    for number in range(4):
        town.platform.post(str(number), "!disparagement" if number == 0 else "words", minutes_ago=10 - number)
    town.platform.fault_after_batches = 1
    town.platform.fault = KeyboardInterrupt("killed")  # type: ignore[assignment]  # nothing of ours would catch it
    with pytest.raises(KeyboardInterrupt):
        town.scan()
    assert rows(town, "SELECT status, fetched FROM run") == [("running", 2)]
