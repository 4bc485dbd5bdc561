"""What doctor says of the review channel, on both databases and without a network."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot import bundles, channel, decisions, pages, upkeep
from bot.channel import TOKEN
from bot.domain.findings import Finding
from bot.domain.review import Choice
from bot.house import House
from bot.records import Post, new_id
from tests.houses import ADMIN, NOW, PEOPLE, TEACHER, Town, flagged, rows
from tests.unit.bot.bundles.raids import raided
from tests.unit.bot.discord_ui.test_press import damage, introduce

LATER = NOW + timedelta(minutes=11)


def found(house: House, subject: str, now: timedelta = timedelta(0)) -> list[Finding]:
    """The findings of doctor that begin like this."""
    return [f for f in upkeep.examine(house, NOW + now) if f.subject.startswith(subject)]


def with_token(town: Town) -> House:
    variables = {**town.environment.variables, TOKEN: "abc"}
    return replace(town.house, environment=replace(town.environment, variables=variables))


def shown(town: Town, flag: str) -> None:
    """The process on duty has sent the flag's card."""
    card = channel.card_of(town.house, flag)
    assert card
    channel.note_shown(town.house, card, "1")


def test_a_school_without_a_channel_is_told_how_to_get_one_and_no_more(town: Town) -> None:
    flagged(town)
    (none,) = found(town.house, "channel", timedelta(hours=1))
    assert (none.serious, "discord setup" in none.mend) == (False, True)
    assert found(town.house, "cards", timedelta(hours=1)) == []


def test_who_cannot_decide_in_the_channel_is_named_and_nobody_at_all_is_serious(town: Town) -> None:
    introduce(town, 77, 1, 2)
    (some,) = found(with_token(town), "channel s")
    assert (some.fact, some.serious) == (f"without a chat account: {TEACHER}", False)
    (town.config / "people.yaml").write_text(PEOPLE.replace("telephone: (213) 555-0100", "discord_channel: 77"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    (nobody,) = found(with_token(town), "channel s")
    assert nobody.serious
    assert "nobody can decide there" in nobody.fact


def test_an_account_of_two_people_is_named(town: Town) -> None:
    introduce(town, 77, 1, 1)
    assert any("the account 1 stands at" in f.fact and f.serious for f in found(with_token(town), "channel"))


def test_a_channel_needs_a_token_and_a_process_that_is_connected(town: Town) -> None:
    introduce(town, 77, 1, 2)
    (without,) = found(town.house, "channel", timedelta(0))[1:]
    assert TOKEN in without.fact
    (never,) = found(with_token(town), "channel")[1:]
    assert (never.serious, "never connected from this machine" in never.fact) == (False, True)
    channel.note_alive(town.house, NOW)
    (alive,) = found(town.house, "channel", timedelta(minutes=9))[1:]  # whoever asks needs no token then
    assert alive.well
    (silent,) = found(with_token(town), "channel", timedelta(minutes=11))[1:]
    assert silent.serious
    assert silent.fact == "its process was last connected 2026-11-25 20:00 UTC"


def test_a_card_that_nobody_sends_is_counted_after_ten_minutes(town: Town) -> None:
    introduce(town, 77, 1, 2)
    flag = flagged(town)
    assert found(town.house, "cards", timedelta(minutes=9)) == []
    (late,) = found(town.house, "cards", timedelta(minutes=11))
    assert late.fact.startswith("1 have been due")
    assert "discord run" in late.mend
    shown(town, flag)
    assert found(town.house, "cards", timedelta(minutes=11)) == []
    decisions.decide(town.house, flag, ADMIN, Choice.CLEAR, LATER, os_user="tester")
    assert found(town.house, "cards", timedelta(minutes=20)) == []  # due, since nine minutes
    assert found(town.house, "cards", timedelta(minutes=22))
    channel.note_alive(town.house, NOW + timedelta(minutes=22))
    (refused,) = found(town.house, "cards", timedelta(minutes=22))
    assert "discord check" in refused.mend  # it is connected, and cannot send


def test_the_card_of_a_bundle_that_nobody_sends_is_counted_and_one_that_cannot_be_made_is_named(town: Town) -> None:
    introduce(town, 77, 1, 2)
    bundle = raided(town)
    assert found(town.house, "cards", timedelta(minutes=9)) == []
    (late,) = found(town.house, "cards", timedelta(minutes=11))
    assert late.fact.startswith("1 have been due")
    view = bundles.bundle_of(town.house, bundle)
    assert view
    bundles.note_shown(town.house, view, "1")
    assert found(town.house, "cards", timedelta(minutes=11)) == []
    town.platform.post("alone", "!hate")
    town.scan()
    damage(town, town.queue()["alone"].flag)
    (unmade,) = found(town.house, "cards", timedelta(minutes=11))
    assert unmade.fact.startswith("1 cannot be made")
    assert "keys" in unmade.mend


@pytest.mark.parametrize("restricted", [False, True])
def test_an_alarm_that_nobody_sends_is_counted_and_a_restricted_one_leaves_no_trace(
    town: Town, restricted: bool
) -> None:
    introduce(town, 77, 1, 2)
    town.platform.post("1", "!child_abuse" if restricted else "!threat")
    town.scan()
    ((flag,),) = rows(town, "SELECT id FROM flag")
    with town.house.store.transaction() as session:
        session.add(Post(id=new_id(), site_id="s", flag_id=str(flag), kind="alarm", about=f"{flag}:0", written=NOW))
    late = timedelta(minutes=11)
    told = found(town.house, "posts", late)
    assert [f.fact for f in told] == (
        [] if restricted else ["1 alarms or reminders have been due for more than ten minutes"]
    )
    assert bool(found(town.house, "cards", late)) is not restricted
