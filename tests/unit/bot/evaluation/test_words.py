from __future__ import annotations

from pathlib import Path

import pytest

from bot.evaluation.words import Groups, guess_language, load_groups
from bot.settings import BadConfiguration

ROOT = Path(__file__).parents[4]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("is the map due on Friday or can we bring it after the break", "en"),
        ("mañana no hay clase porque es día festivo, gracias maestra", "es"),
        ("MAÑANA NO HAY CLASE PORQUE ES FESTIVO", "es"),
        ("mi mamá dice que no puedo ir, so can you tell the coach that I'm sick", "mixed"),
        ("the game in Los Angeles was at the Coliseum", "en"),
        ("ok", "en"),
        ("", "en"),
        ("\ud800", "en"),
    ],
)
def test_a_language_is_guessed_by_its_words_of_grammar(text: str, language: str) -> None:
    assert guess_language(text) == language


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("My family is Muslim and we fast", ["muslim"]),
        ("Soy MUSULMÁN", ["muslim"]),
        ("the black cat sat on the white chair", []),
        ("Black students led the walkout", ["black"]),
        ("join the LGBTQ+ club", ["gay_or_lesbian"]),
        ("my two dads are immigrants", ["gay_or_lesbian", "immigrant"]),
        ("a mission to transport the jewel", []),
    ],
)
def test_groups_are_found_as_whole_words(text: str, named: list[str]) -> None:
    assert load_groups(ROOT / "config").named(text) == named


def test_a_school_may_have_its_own_groups(tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    (tmp_path / "lexicons" / "identity_groups.yaml").write_text("groups: {band: [band kids], nobody: []}")
    assert load_groups(tmp_path).named("the Band Kids are late") == ["band"]


def test_a_wrong_list_of_groups_is_told_with_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "lexicons").mkdir()
    (tmp_path / "lexicons" / "identity_groups.yaml").write_text("groups:\n  band: kids\n")
    with pytest.raises(BadConfiguration, match=r"identity_groups\.yaml:2: groups\.band: must be a list"):
        load_groups(tmp_path)


def test_a_phrase_is_no_pattern() -> None:
    assert Groups({"odd": ("a.b",)}).named("axb") == []
