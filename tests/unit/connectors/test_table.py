from __future__ import annotations

import pytest

from connectors.registry import OURS
from connectors.table import BEGIN, README, table, written


def test_the_readme_tells_of_every_connector_as_it_is() -> None:
    readme = README.read_text()
    assert written(readme) == readme, "out of date; run python -m connectors.table"
    assert all(f"| `{name}` |" in readme for name in OURS)


def test_a_line_says_what_the_connector_says_of_itself() -> None:
    (line,) = table({"blog": "connectors.wordpress:WordPress"}).splitlines()[2:]
    name, platform, page, secret, can, shows, options = line.strip("| ").split(" | ")
    assert (name, page) == ("`blog`", "one blog")
    assert platform == "WordPress through its REST interface, wp/v2 (measured on 6.8.12)"
    assert secret == "`name:application password` of an editor or administrator"
    assert can == "hide, restore, remove, spam"
    assert shows == "edits, held comments, settings"
    assert options == "`allow_private`, for a district's own server"


def test_a_connector_that_says_too_little_is_named() -> None:
    with pytest.raises(ValueError, match="Ledgered"):
        table({"board": "tests.chaos.platform:Ledgered"})


def test_a_readme_without_a_place_for_the_table_is_refused() -> None:
    with pytest.raises(ValueError, match="no place"):
        written(README.read_text().replace(BEGIN, ""))
