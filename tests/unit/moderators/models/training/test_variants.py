from __future__ import annotations

import random

from moderators.models.training.checks import same_text
from moderators.models.training.data import Row, classroom_labels
from moderators.models.training.variants import MASK, jumble, lengthen, vary

ROW = Row("i will hurt him after school", classroom_labels(["threat"]), "t", written="i will hurt him after school")


def test_a_variant_keeps_the_labels_and_most_are_new() -> None:
    made = [vary(ROW, random.Random(seed)) for seed in range(200)]
    assert all(row.labels == ROW.labels for row in made)
    assert len({row.text for row in made}) > 40
    assert sum(same_text(row.text) == same_text(ROW.text) for row in made) > 60


def test_the_mask_appears_in_variants_of_violating_and_of_harmless_texts_alike() -> None:
    clean = Row("she has the notes", classroom_labels([]), "t", written="she has the notes")
    shares = [sum(MASK in vary(row, random.Random(s)).text for s in range(300)) / 300 for row in (ROW, clean)]
    assert all(0.2 < share < 0.4 for share in shares)


def test_odd_texts_have_variants_too() -> None:
    for text in ("", "a", "ab", " ", "!!", "\ud83d", "x" * 500):
        for seed in range(50):
            vary(Row(text, ROW.labels, "t", written=text), random.Random(seed))


def test_a_lengthened_text_holds_the_row_whole_and_keeps_its_labels() -> None:
    harmless = [Row(f"the lab on page {n} is due on friday", classroom_labels([]), "t") for n in range(20)]
    made = [lengthen(ROW, harmless, random.Random(seed)) for seed in range(100)]
    assert all(ROW.text in row.text and row.labels == ROW.labels for row in made)
    assert all(len(row.text) < 450 for row in made)
    assert sum(len(row.text) > 150 for row in made) > 50
    assert sum(row.text.startswith(ROW.text) for row in made) < 60


def test_a_text_that_is_long_already_stays_as_it_is() -> None:
    long = Row("word " * 100, ROW.labels, "t")
    assert lengthen(long, [ROW], random.Random(1)).text == long.text


def test_a_jumble_has_the_words_of_harmless_texts_and_their_labels() -> None:
    harmless = [Row(f"the lab on page {n} is due on friday", classroom_labels([]), "t") for n in range(20)]
    made = [jumble(harmless, random.Random(seed)) for seed in range(50)]
    words = {word for row in harmless for word in row.text.split()}
    assert all(set(row.text.split()) <= words and row.labels == harmless[0].labels for row in made)
    assert len({row.text for row in made}) > 40
    lengths = [len(row.text.split()) for row in made]
    assert min(lengths) >= 3
    assert 40 < max(lengths) <= 110
