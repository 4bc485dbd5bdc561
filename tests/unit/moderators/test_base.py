from __future__ import annotations

from pathlib import Path

import pytest

from moderators.base import MASK, ModeratorSettings, Signal, lexicon, mask_names


def test_the_schools_own_lexicon_comes_first(tmp_path: Path) -> None:
    own, ours = tmp_path / "own", tmp_path / "ours"
    for folder in (own, ours):
        folder.mkdir()
    (ours / "a.txt").write_text("ours")
    assert lexicon(ModeratorSettings((own, ours)), "a.txt") == ours / "a.txt"
    (own / "a.txt").write_text("own")
    assert lexicon(ModeratorSettings((own, ours)), "a.txt") == own / "a.txt"


@pytest.mark.parametrize("folders", [(), ("here",)])
def test_a_missing_lexicon_is_named_with_the_folders(tmp_path: Path, folders: tuple[str, ...]) -> None:
    settings = ModeratorSettings(tuple(tmp_path / folder for folder in folders))
    with pytest.raises(FileNotFoundError, match=r"a\.txt is in none of: .*(here|no folder)"):
        lexicon(settings, "a.txt")


@pytest.mark.parametrize(
    ("spans", "masked"),
    [
        ([], "abcdef"),
        ([(0, 2)], f"{MASK}cdef"),
        ([(4, 6), (0, 2)], f"{MASK}cd{MASK}"),
        ([(0, 4), (1, 3)], f"{MASK}ef"),
        ([(0, 3), (2, 5)], f"{MASK}f"),
        ([(2, 2)], "abcdef"),
    ],
)
def test_names_are_masked_once_each(spans: list[tuple[int, int]], masked: str) -> None:
    assert mask_names("abcdef", [Signal("student_name", 0.9, *span) for span in spans]) == masked
