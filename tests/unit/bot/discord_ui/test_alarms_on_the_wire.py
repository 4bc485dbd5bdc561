"""An alarm on the wire: whatever becomes of its sending, it calls once."""

from __future__ import annotations

import pytest

from tests.houses import flagged, rows
from tests.patience import until
from tests.servers.discord import Trouble
from tests.unit.bot.discord_ui.duty import Duty
from tests.unit.bot.discord_ui.wires import Wire

pytestmark = pytest.mark.usefixtures("no_error_is_only_logged")


def sent(wire: Wire) -> bool:
    return rows(wire.town, "SELECT count(*) FROM post WHERE sent IS NOT NULL") == [(1,)]


@pytest.mark.parametrize(
    "trouble",
    [Trouble(status=429), Trouble(cut=True), Trouble(lost=True), Trouble(status=502, done=True)],
    ids=["429", "cut", "answer lost", "502 but done"],
)
def test_whatever_becomes_of_a_send_there_is_one_alarm(line: Wire, trouble: Trouble) -> None:
    flagged(line.town, "!threat")
    with Duty(line.house, line.discord):
        line.card()
        line.discord.disturb("POST /channels/{channel}/messages", trouble)
        until(lambda: sent(line))
        (alarm,) = line.alarms()
        assert sorted(alarm.rang) == sorted([line.dana.id, line.maja.id])
        assert "you have it" in line.discord.press(line.maja, alarm, "I have it").text
        until(lambda: "has it" in alarm.text)
        assert not alarm.calls
        assert not alarm.buttons
    assert len(line.alarms()) == 1
