from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import event

from bot.domain.schedule import Depth
from bot.pipeline.fetch import Fetched, fetch_page
from bot.store.bulk import insert_rows
from bot.store.saving import save_comments
from connectors.base import Author, Comment, CommentState
from tests.houses import NOW, Town, rows


def comment(id: str, words: str = "hello", **more: object) -> Comment:
    return replace(Comment(id, Author("a-1", "somebody"), words, NOW), **more)  # type: ignore[arg-type]  # fields of a dataclass


def save(town: Town, *comments: Comment) -> int:
    with town.house.store.transaction() as session:
        return save_comments(session, town.house.store.vault, "p", comments, NOW)


def test_a_comment_that_stands_twice_in_a_batch_is_read_one_after_the_other(town: Town) -> None:
    assert save(town, comment("1", "first"), comment("2"), comment("1", "second"), comment("1", "second")) == 3
    assert rows(town, "SELECT number FROM revision ORDER BY comment_id, number") in (
        [(1,), (2,), (1,)],
        [(1,), (1,), (2,)],
    )


def test_reading_again_what_is_unchanged_writes_nothing_and_opens_no_seal(town: Town) -> None:
    batch = [comment(str(number), parent="1" if number else None) for number in range(200)]
    save(town, *batch)
    statements: list[str] = []
    event.listen(
        town.house.store.engine, "before_cursor_execute", lambda _c, _cursor, sql, *_: statements.append(sql.split()[0])
    )
    assert save(town, *batch) == 0
    assert set(statements) <= {"BEGIN", "SELECT"}
    assert len(statements) < 6


@pytest.mark.parametrize(
    ("before", "after", "column"),
    [
        (comment("1"), comment("1", author=Author("a-1", "renamed")), "author_sealed"),
        (comment("1"), comment("1", permalink="https://moved.example/1"), "permalink_sealed"),
        (comment("1"), comment("1", parent="0"), "parent_index"),
        (comment("1"), comment("1", state=CommentState.HELD), "state"),
    ],
)
def test_what_changes_without_the_words_is_no_new_revision(
    town: Town, before: Comment, after: Comment, column: str
) -> None:
    save(town, before)
    ((old,),) = rows(town, f"SELECT {column} FROM comment")
    assert save(town, after) == 0
    ((new,),) = rows(town, f"SELECT {column} FROM comment")
    assert new != old
    ((again,),) = rows(town, f"SELECT {column} FROM comment")
    save(town, after)
    assert rows(town, f"SELECT {column} FROM comment") == [(again,)]


def test_rows_of_before_the_blind_index_get_it_when_they_are_read_again(town: Town) -> None:
    save(town, comment("1"))
    with town.house.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE comment SET circumstances = NULL")
    assert save(town, comment("1")) == 0
    ((index,),) = rows(town, "SELECT circumstances FROM comment")
    assert index is not None


def test_two_that_store_the_same_comments_at_once_store_each_once(town: Town) -> None:
    batches = [[comment(str(number)) for number in range(start, start + 300)] for start in (0, 0, 100, 200)]
    houses = [town.open() for _ in batches]

    def store(number: int) -> int:
        house = houses[number]
        with house.store.transaction() as session:
            return save_comments(session, house.store.vault, "p", batches[number], NOW)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(store, range(4))) == 500
    for house in houses:
        house.store.engine.dispose()
    assert rows(town, "SELECT count(*) FROM comment") == [(500,)]
    assert rows(town, "SELECT count(*) FROM revision") == [(500,)]


def test_the_statements_of_a_scan_do_not_grow_with_its_comments(town: Town) -> None:
    """No row by row: two hundred comments cost hardly more statements than two."""

    def statements(many: int) -> int:
        for number in range(many):
            town.platform.post(f"{many}-{number}", "!disparagement" if number % 3 == 0 else "plain words")
        town.platform.batch = 500
        count = 0

        def seen(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(town.house.store.engine, "before_cursor_execute", seen)
        town.scan(depth=Depth.RECENT)
        event.remove(town.house.store.engine, "before_cursor_execute", seen)
        return count

    few = statements(2)
    assert statements(190) < few + 80


def test_an_empty_page_stores_nothing(town: Town) -> None:
    counts = Fetched()
    fetch_page(town.house, "p", Depth.ALL, counts, NOW)
    assert (counts.fetched, counts.deleted) == (0, 0)


def test_a_row_that_lacks_a_column_is_refused(town: Town) -> None:
    from bot.records import Comment as Row

    with pytest.raises(KeyError), town.house.store.transaction() as session:
        insert_rows(session, Row, [{"id": "x"}])
