"""A substitute at the card: they decide while the cover lasts, and by the same button nothing a moment later."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from bot import pages, people
from connectors.base import CommentState
from tests.houses import ADMIN, NOW, SECOND, Town, flagged
from tests.unit.bot.discord_ui.test_press import Chat, live


def works_elsewhere(town: Town, email: str) -> None:
    """This person is a teacher of another school, with the chat account that they have."""
    file = town.config / "people.yaml"
    lines = file.read_text().replace("sites: [{", "sites: [{id: t, title: Another, time_zone: UTC}, {", 1).splitlines()
    moved = [
        line.replace("[administrator], sites: [s]", "[teacher], sites: [t]") if email in line else line
        for line in lines
    ]
    file.write_text("\n".join(moved))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)


def test_a_substitute_presses_while_the_cover_lasts_and_in_vain_afterwards(town: Town) -> None:
    flagged(town)
    clock = [NOW]
    town.house = replace(town.house, clock=lambda: clock[0])

    async def story(chat: Chat) -> None:
        works_elsewhere(town, SECOND)
        await chat.bot.sync_due()
        assert "No flag" in await chat.press(chat.second, "Hide")
        made = people.cover(town.house, ADMIN, SECOND, date(2026, 11, 27), NOW)
        clock[0] = made.ends - timedelta(seconds=1)
        assert "now held" in await chat.press(chat.second, "Hide")
        clock[0] = made.ends
        assert "No flag" in await chat.press(chat.second, "Undo")
        assert town.state("1") is CommentState.HELD
        assert "now visible" in await chat.press(chat.admin, "Undo")

    live(town, story)
