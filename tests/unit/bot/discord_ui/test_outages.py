"""Channels and servers that are not there, on the wire: what is told, what goes on, and what a service that starts then does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event, Thread

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from structlog.typing import EventDict

from bot import pages, pipeline
from bot.discord_ui import running, setup
from bot.discord_ui.running import DiscordTrouble
from bot.domain.schedule import Depth
from bot.house import House
from tests.houses import NOW, Platform, flagged
from tests.patience import until
from tests.servers.discord import Channel
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.wires import Wire

SEND = "POST /channels/{channel}/messages"
pytestmark = pytest.mark.usefixtures("no_error_is_only_logged")


def two_schools(line: Wire) -> tuple[House, Channel]:
    """Thirty flags of the school whose channel we have, and one of another with a channel of its own."""
    other = line.discord.add_channel(line.guild, "other")
    people = line.town.config / "people.yaml"
    site = f"{{id: t, title: Other, time_zone: America/Los_Angeles, supervisor: sup@school.example, discord_channel: {other.id}}}"
    person = "  - {email: sup@school.example, name: Una Sup, roles: [supervisor, administrator], sites: [t]}\n"
    people.write_text(people.read_text().replace("}]\npeople:", f"}}, {site}]\npeople:") + person)
    page = line.town.write_page(
        "id: q\ntitle: Q\nsite: t\nteacher: sup@school.example\nconnector: platform\nurl: memory\n", "q"
    )
    platforms = {"p": line.town.platform, "q": Platform()}
    house = replace(line.house, connect=lambda page: platforms[page.id])
    pages.apply_pages(house, [line.town.config / "classes" / "p.yaml", page], NOW)
    for number in range(30):
        platforms["p"].post(f"{number}", "!disparagement")
    platforms["q"].post("1", "!disparagement")
    for id in platforms:
        pipeline.scan_page(house, id, Depth.RECENT, NOW, impatient=True)
    return house, other


@pytest.mark.parametrize(
    "break_it",
    [
        lambda line: line.discord.deny(line.room, send_messages=True),
        lambda line: line.discord.deny(line.room, view_channel=True),
        lambda line: line.discord.delete_channel(line.room),
    ],
    ids=["no right to write", "not seen", "deleted"],
)
def test_a_channel_that_cannot_be_written_to_is_told_and_holds_up_no_other(
    line: Wire, told: list[EventDict], break_it: Callable[[Wire], None]
) -> None:
    house, other = two_schools(line)
    break_it(line)
    with Duty(house, line.discord):
        until(lambda: line.discord.messages(other))
        until(lambda: told)  # of the bundle, whose turn comes behind the cards
        assert line.cards() == []
        assert {(entry["event"], entry["page"]) for entry in told if entry["log_level"] == "error"} == {
            ("no_channel", "p")
        }
        assert line.discord.count(SEND, status=403) <= 1
        if line.room.denied:
            line.discord.deny(line.room)
            until(line.cards)


def test_a_foreign_server_is_left_at_once(line: Wire) -> None:
    foreign = line.discord.add_guild("A casino")
    with Duty(line.house, line.discord):
        until(lambda: foreign.id not in line.discord.world.guilds)
        later = line.discord.add_guild("Another")
        until(lambda: later.id not in line.discord.world.guilds)
        assert line.guild.id in line.discord.world.guilds


def test_a_school_whose_server_discord_cannot_reach_is_not_left(line: Wire, told: list[EventDict]) -> None:
    flagged(line.town)
    line.guild.away = True
    with Duty(line.house, line.discord):
        until(lambda: line.discord.gateway.identified)
        line.discord.bring_back(line.guild)
        assert line.card().buttons
        until(lambda: line.guild.commands)
    assert line.guild.id in line.discord.world.guilds
    assert [entry for entry in told if entry["log_level"] == "error"] == []


def service(line: Wire, **variables: str) -> House:
    """The school as `hallmonitor discord run` and `check` are given it."""
    given = {**line.town.environment.variables, **line.discord.variables, **variables}
    return replace(line.house, environment=replace(line.house.environment, variables=given), stopping=Event())


@pytest.fixture
def _addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    """The library knows one Discord a process: the one before comes back."""
    monkeypatch.setattr(Route, "BASE", Route.BASE)
    monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", DiscordWebSocket.DEFAULT_GATEWAY)


@pytest.mark.usefixtures("_addresses")
def test_a_service_that_starts_during_an_outage_is_on_duty_after_it(line: Wire, told: list[EventDict]) -> None:
    flagged(line.town)
    line.discord.gateway.state = "closed"
    house = service(line)
    running_thread = Thread(target=running.run, args=(house,))
    running_thread.start()
    until(lambda: [entry for entry in told if entry["event"] == "discord_unreachable"])
    line.discord.gateway.state = "open"
    assert line.card().buttons
    house.stopping.set()
    running_thread.join(20)
    assert not running_thread.is_alive()


@pytest.mark.usefixtures("_addresses")
def test_check_says_what_is_missing_and_a_wrong_token_is_named(line: Wire) -> None:
    line.discord.deny(line.room, embed_links=True)
    assert "the bot lacks Embed Links" in " ".join(found.fact for found in setup.check(service(line)))
    with pytest.raises(DiscordTrouble, match="does not know this token"):
        setup.check(service(line, HALLMONITOR_DISCORD_TOKEN="another"))
