"""What people do on a page meanwhile: they post at the same moment, edit, delete, and their clocks are wrong."""

from __future__ import annotations

import gc
import tracemalloc
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.base import ActionKind, Changed, Comment, Gone
from tests.contract.acting import SHOWN, Pair, can, each
from tests.contract.example import MODULES, Example, Module, Said, every, many, offers, orphans
from tests.contract.proxied import Kept, Proxied, proxied_example
from tests.servers.outside import unheard

AS_SEEN = (
    "Is 3 < 4 && 9 > 8? He said \"yes\" & 'left'",
    "&lt;b&gt; and &amp;amp; are what I typed",
    "🌱👩‍🏫 ¿Cuándo? \u0645\u062a\u0649 \u00e9 e\u0301 Ω",
    "<3 the pond",
)
HOW_LONG = 2_000
MEMORY = 9_000_000
"""Bytes at most while a page is read whose comments hold twenty million."""


@pytest.fixture(params=every("plant"))
def lively(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    """A page on which people post."""
    return MODULES[request.param].example(request, tmp_path)


@pytest.fixture(params=every("plant", "edit"))
def edited(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    """A page on which people edit."""
    return MODULES[request.param].example(request, tmp_path)


@pytest.fixture(params=every("plant", "delete"))
def shrinking(request: pytest.FixtureRequest, tmp_path: Path) -> Example:
    """A page on which people delete."""
    return MODULES[request.param].example(request, tmp_path)


def can_be_edited(module: Module, action: ActionKind) -> bool:
    return can(module, action) and "edit" in offers(module)


def can_be_deleted(module: Module, action: ActionKind) -> bool:
    return can(module, action) and "delete" in offers(module)


def everything(example: Example, since: datetime | None = None) -> dict[str, Comment]:
    return {comment.id: comment for batch in example.connect().fetch(since) for comment in batch.comments}


def later(example: Example) -> datetime:
    """A time behind all that stands on the page."""
    newest = max(comment.created for comment in everything(example).values())
    return newest.replace(microsecond=0) + timedelta(minutes=1)


def this_second() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def planted(example: Example, said: Sequence[Said]) -> list[str]:
    assert example.plant
    return list(example.plant(said))


def test_hundreds_in_one_second_come_once_each_whoever_reads(lively: Example) -> None:
    kept = Kept()
    assert kept.scan(lively) is None
    when, count = later(lively), min(230, many(MODULES[lively.kind]))
    ids = planted(lively, [Said(f"Tied {n}", when) for n in range(count)])
    assert kept.scan(lively) is None
    assert set(ids) <= kept.comments.keys()
    more = planted(lively, [Said(f"As late {n}", when) for n in range(min(5, count))])
    assert kept.scan(lively) is None
    assert kept.told == told(everything(lively)), "what is posted in the second of the checkpoint comes, too"
    assert set(more) <= kept.comments.keys()
    assert set(everything(lively, when)) == {*ids, *more}


def told(comments: dict[str, Comment]) -> dict[str, tuple[object, ...]]:
    return Kept(comments).told


def test_words_come_as_a_person_sees_them(lively: Example) -> None:
    when = later(lively)
    ids = planted(lively, [Said(text, when + timedelta(seconds=n)) for n, text in enumerate(AS_SEEN)])
    found = everything(lively)
    assert [found[id].text for id in ids] == list(AS_SEEN)
    assert [comment.text for comment in lively.connect().get(ids[:1])] == [AS_SEEN[0]]


def test_a_clock_that_is_ahead_hides_nothing_that_is_posted_until_then(lively: Example) -> None:
    kept = Kept()
    ids = planted(lively, [Said("From tomorrow", this_second() + timedelta(days=1))])
    assert kept.scan(lively) is None
    ids += planted(lively, [Said("From today", this_second())])
    assert kept.scan(lively) is None
    assert set(ids) <= kept.comments.keys()


def test_an_edit_that_keeps_the_time_shows_when_the_page_is_read_again(edited: Example) -> None:
    assert edited.edit
    (id,) = planted(edited, [Said("Before", later(edited))])
    before = everything(edited)[id]
    edited.edit(id, "Behind your back")
    after = everything(edited, before.created)[id]
    assert (after.text, after.created) == ("Behind your back", before.created)
    assert after.revision != before.revision
    assert edited.found(id) == after


def test_what_was_deleted_is_seen_no_more_and_takes_nothing_with_it(shrinking: Example) -> None:
    assert shrinking.delete
    when = later(shrinking)
    (parent,) = planted(shrinking, [Said("The parent", when)])
    child, friend = planted(
        shrinking, [Said("Its child", when, parent=parent), Said("Its friend", when + timedelta(seconds=1))]
    )
    before = everything(shrinking)
    shrinking.delete(parent)
    after = everything(shrinking)
    stays = orphans(MODULES[shrinking.kind])
    assert before.keys() - after.keys() == ({parent} if stays else {parent, child})
    assert friend in after
    left = shrinking.found(parent)
    assert left is None or left.state not in SHOWN
    assert shrinking.found(child) == after.get(child)
    assert not stays or after[child].text == "Its child"


def test_an_empty_page_has_nothing_and_is_no_failure(shrinking: Example) -> None:
    assert shrinking.delete
    when = later(shrinking)
    for id in everything(shrinking):
        shrinking.delete(id)
    kept = Kept()
    assert kept.scan(shrinking) is None
    assert kept.comments == {}
    assert everything(shrinking, datetime(1970, 1, 1, tzinfo=UTC)) == {}
    assert shrinking.connect().check().title
    ids = planted(shrinking, [Said("The first", when)])
    assert kept.scan(shrinking) is None
    assert list(kept.comments) == ids


@each(can_be_edited)
def test_nothing_is_done_to_words_that_nobody_judged(pair: Pair) -> None:
    assert pair.example.edit
    before = pair.ready()
    pair.example.edit(before.id, "Something else by now")
    with pytest.raises(Changed) as caught:
        pair.act(before.revision)
    after = pair.example.judged()
    assert caught.value.revision == after.revision != before.revision
    assert (after.text, after.state) == ("Something else by now", before.state)


@each(can_be_deleted)
def test_nothing_can_be_done_to_what_its_author_deleted(pair: Pair) -> None:
    assert pair.example.delete
    before = pair.ready()
    pair.example.delete(before.id)
    try:
        receipt = pair.act(before.revision)
    except Gone:
        return
    # a platform that keeps what its author deleted counts it as hidden
    assert receipt.already
    assert pair.action is not ActionKind.RESTORE


@pytest.fixture(params=every("plant", "through"))
def paged(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Proxied]:
    """A platform that gives its comments page by page."""
    with proxied_example(request, request.param, tmp_path) as found:
        yield found


@pytest.mark.slow
def test_ten_thousand_comments_are_read_in_the_memory_of_a_batch(paged: Proxied) -> None:
    kind, when = paged.example.kind, later(paged.example)
    count = min(10_000, many(MODULES[kind]))
    with unheard():
        planted(
            paged.example,
            [Said(f"{n} ".ljust(HOW_LONG, "pond "[n % 5]), when + timedelta(seconds=n // 40)) for n in range(count)],
        )
    gc.collect()
    tracemalloc.start()
    try:
        came = sum(len(batch.comments) for batch in paged.example.connect().fetch(None))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert came >= count
    assert peak < MEMORY
