"""A teacher connects a class blog on a real WordPress, at a real terminal, and its first comment is read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.blog import Blog
from tests.journeys.desk import COMMAND, Desk
from tests.journeys.terminal import Terminal
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server
BY = "principal@garden.example"
NOT_SHOWN = "(not shown while you type): "
"""The last sign is written when the terminal shows no more what is typed."""


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    desk = Desk(tmp_path / "home", tmp_path / "school")
    desk.must("init", str(desk.config), answers=f"Garden School\nAmerica/Los_Angeles\n{BY}\nP. Principal\n")
    return desk


@pytest.fixture
def sit(desk: Desk) -> Callable[[], Terminal]:
    """Sit down at the terminal, and begin."""
    words = [str(COMMAND), "--config", str(desk.config), "pages", "add"]
    return lambda: Terminal(words, desk.environment, desk.home.parent)


def until_the_password(terminal: Terminal, server: WordPressServer) -> str:
    """Answer up to the question for the password; gives that."""
    name, _, password = server.secret().partition(":")
    terminal.answer(
        ("Paste the page's address", f"{server.url}/wp-admin/edit-comments.php"),
        ("Is that right?", "y"),
        ("Number", "okafor@garden.example"),
        ("name: ", name),
    )
    terminal.until(NOT_SHOWN)
    return password


def test_from_an_address_to_the_first_comment(
    desk: Desk, wordpress: WordPressServer, sit: Callable[[], Terminal]
) -> None:
    with sit() as terminal:
        password = until_the_password(terminal, wordpress)
        terminal.write("not the password")
        terminal.until("it does not let us in")
        terminal.answer(("name [gardener]", ""), (NOT_SHOWN, password))
        terminal.until("It works as gardener: Grade 5 Garden Journal")
        terminal.until("Nobody but Ms. Okafor (gardener) administers the page.")
        terminal.answer(("Title", ""), ("Short name", "garden"), ("Write garden.yaml? [y/N]", "y"))
        assert terminal.end() == 0
    assert "GARDEN_WORDPRESS='<name>:<application password>'" in terminal.screen
    assert password not in terminal.screen
    said = [
        line for line in terminal.screen.splitlines() if not any(a in line for a in (str(desk.config), wordpress.url))
    ]
    assert max(len(line.rstrip()) for line in said) <= 80
    file = desk.config / "classes" / "garden.yaml"
    assert f"url: {wordpress.url}/\n" in file.read_text()
    assert password not in file.read_text()

    refused = desk.run("pages", "apply")
    assert (refused.code, "GARDEN_WORDPRESS is not set" in refused.err) == (2, True)
    desk.secrets["GARDEN_WORDPRESS"] = wordpress.secret()
    assert desk.must("pages", "apply", "--json").json["added"] == ["garden"]
    id = Blog(wordpress).post("You are a disgusting stupid pig and everybody hates you")
    assert desk.scan()["garden"]["status"] == "done"
    assert id in desk.queue()
    (checked,) = desk.run("pages", "check", "--json").json
    assert (checked["account"], checked["may_moderate"], checked["public"]) == ("gardener", True, True)


@pytest.mark.parametrize("moment", ["password", "trying"])
def test_ctrl_c_leaves_nothing_half_written(
    desk: Desk, wordpress: WordPressServer, sit: Callable[[], Terminal], moment: str
) -> None:
    before = sorted(desk.config.rglob("*"))
    with sit() as terminal:
        password = until_the_password(terminal, wordpress)
        if moment == "trying":
            terminal.write(password)
            terminal.until("Asking")
        terminal.press_ctrl_c()
        assert terminal.end() == 1
    assert "ended: nothing was written" in terminal.screen
    assert "Traceback" not in terminal.screen
    assert sorted(desk.config.rglob("*")) == before


def test_an_account_without_the_right_is_told_how_to_give_it(desk: Desk, wordpress: WordPressServer) -> None:
    desk.secrets["BLOG"] = wordpress.secret("sprout")
    given = ("--url", wordpress.url, "--secret-env", "BLOG", "--teacher", "okafor@garden.example", "--id", "garden")
    told = desk.must("pages", "add", "--yes", "--json", *given).json
    assert any("Give it the role Editor" in each["mend"] for each in told["findings"] if each["serious"])
