from __future__ import annotations

from tests.quality.names import measure, own_rows


def test_students_are_found_in_comments_of_our_own_and_nobody_else_is() -> None:
    total, _ = measure(own_rows())
    assert total.hits > 500
    assert total.precision >= 0.97, total.odd
    assert total.recall >= 0.97, total.odd


def test_no_class_and_no_culture_is_left_behind() -> None:
    _, classes = measure(own_rows())
    assert len(classes) == 6
    for name, tally in classes.items():
        assert tally.precision >= 0.95, (name, tally.odd)
        assert tally.recall >= 0.95, (name, tally.odd)
