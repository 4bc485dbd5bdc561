"""People are called by a real mail server on loopback: on both databases, without a word of any comment."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot import mail, notices, pages, upkeep
from bot.domain.review import Choice
from bot.mail import BadMailServer
from tests.houses import ADMIN, NOW, PEOPLE, SECOND, SUPERVISOR, Town, flagged, ring, rows, settle
from tests.mailbox import Mailbox, mail_server
from tests.unit.bot.discord_ui.test_press import damage

MINUTE = timedelta(minutes=1)
ADMINISTRATORS = sorted([ADMIN, SECOND])


def connect(town: Town, address: str, sender: str = "hallmonitor@school.example") -> None:
    """The same school with a mail server in its environment."""
    variables = {**town.environment.variables, mail.URL: address, mail.FROM: sender}
    town.house = replace(town.house, environment=replace(town.house.environment, variables=variables))


@pytest.fixture
def box(town: Town) -> Iterator[Mailbox]:
    with mail_server() as (mailbox, address):
        connect(town, address)
        yield mailbox


def test_a_critical_flag_calls_the_administrators_then_the_supervisor_until_somebody_has_it(
    town: Town, box: Mailbox
) -> None:
    flag = flagged(town, "!threat to Tobias")
    ring(town, "call", NOW)
    ring(town, "call", NOW + MINUTE)
    assert box.to() == ADMINISTRATORS
    ring(town, "call", NOW + 5 * MINUTE)
    assert box.to() == sorted([*ADMINISTRATORS, SUPERVISOR])
    ring(town, "call", NOW + 20 * MINUTE)
    assert box.to() == sorted([*ADMINISTRATORS, SUPERVISOR, SUPERVISOR])
    settle(town, flag, ADMIN, Choice.ACKNOWLEDGE)
    ring(town, "call", NOW + 40 * MINUTE)
    assert len(box.messages) == 4


def test_a_comment_that_does_not_open_silences_no_other(town: Town, box: Mailbox) -> None:
    town.platform.post("1", "!threat")
    town.platform.post("2", "!threat, too", minutes_ago=59)
    town.scan()
    damage(town, town.queue()["1"].flag)
    ring(town, "call", NOW)
    assert box.to() == ADMINISTRATORS
    damage(town, town.queue()["2"].flag)
    ring(town, "call", NOW + 5 * MINUTE)
    assert box.to() == ADMINISTRATORS


def test_a_message_says_what_waits_and_no_word_of_the_comment(town: Town, box: Mailbox) -> None:
    flagged(town, "!threat to Tobias")
    ring(town, "call", NOW)
    message = box.messages[0]
    said = f"{message['Subject']}\n{message.get_content()}"
    assert "Tobias" not in said
    assert "!threat" not in said
    assert message["Subject"] == "Hallmonitor: critical flag waits, answer by Wed 25 Nov 13:00"
    assert "Threat of violence" in said
    assert f"hallmonitor review --by {message['To']}" in said
    assert len({m["Message-ID"] for m in box.messages}) == len(box.messages)


def test_a_spanish_school_is_written_to_in_spanish(town: Town, box: Mailbox) -> None:
    (town.config / "people.yaml").write_text(PEOPLE.replace("title: School,", "title: School, language: es,"))
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    flagged(town, "!threat to Tobias")
    ring(town, "call", NOW)
    message = box.messages[0]
    assert message["Subject"] == (
        "Hallmonitor: alerta de gravedad crítica pendiente, responder antes de mié 25 nov 13:00"
    )
    assert (
        message.get_content().replace("\r\n", "\n").startswith("Amenaza de violencia\nPágina: p\nGravedad: crítica\n")
    )
    assert "911" in message.get_content()


def test_a_restricted_flag_is_told_to_those_who_may_decide_it_and_without_its_rule(town: Town, box: Mailbox) -> None:
    flagged(town, "!child_abuse by the principal")
    ring(town, "call", NOW)
    assert box.to() == [SUPERVISOR]
    assert "abuse" not in str(box.messages[0])
    assert "A restricted flag" in str(box.messages[0])


def test_an_overdue_flag_climbs_and_a_decided_one_is_quiet(town: Town, box: Mailbox) -> None:
    flag = flagged(town)
    ring(town, "call", NOW + timedelta(hours=23))
    assert box.messages == []
    ring(town, "call", NOW + timedelta(hours=25))
    assert box.to() == ADMINISTRATORS
    assert "overdue since" in str(box.messages[0]["Subject"])
    settle(town, flag, ADMIN, Choice.CLEAR)
    ring(town, "call", NOW + timedelta(hours=90))
    assert len(box.messages) == 2


def test_a_night_without_the_service_is_one_call_to_everybody(town: Town, box: Mailbox) -> None:
    flagged(town)
    ring(town, "call", NOW + timedelta(days=9))
    assert box.to() == sorted([*ADMINISTRATORS, SUPERVISOR])


def test_what_the_server_does_not_take_is_handed_in_again(town: Town, box: Mailbox) -> None:
    flagged(town, "!threat")
    box.refuses = "451 come again"
    assert notices.call(town.house, "p", NOW) == notices.Called(sent=0, waiting=2)
    assert rows(town, "SELECT count(*) FROM notice WHERE sent IS NULL AND problem_sealed IS NOT NULL") == [(2,)]
    box.refuses = ""
    assert notices.call(town.house, "p", NOW + MINUTE) == notices.Called(sent=2)
    assert box.to() == ADMINISTRATORS
    assert rows(town, "SELECT DISTINCT attempts, problem_sealed IS NULL FROM notice") == [(2, 1)]


def test_a_server_that_is_away_loses_no_message_and_doctor_says_so(town: Town) -> None:
    with mail_server() as (_, address):
        connect(town, address)
        assert [f.fact for f in upkeep.examine(town.house, NOW) if f.subject == "mail"] == ["127.0.0.1 takes our mail"]
    flagged(town, "!threat")
    assert notices.call(town.house, "p", NOW).waiting == 2
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "mail"]
    assert "does not take our mail" in found.mend


def test_without_a_mail_server_nobody_is_called_and_doctor_says_so(town: Town) -> None:
    flagged(town, "!threat")
    assert notices.pages_to_call(town.house, NOW) == []
    assert notices.call(town.house, "p", NOW) == notices.Called()
    (found,) = [f for f in upkeep.examine(town.house, NOW) if f.subject == "mail"]
    assert (found.serious, mail.URL in found.mend) == (False, True)


@pytest.mark.parametrize(
    ("address", "sender", "says"),
    [
        ("mail.school.example", "a@b.example", "reads smtp://"),
        ("http://mail.school.example", "a@b.example", "reads smtp://"),
        ("smtp://mail.school.example:x", "a@b.example", "port"),
        ("smtp://user:hunter2@mail.school.example", "", mail.FROM),
    ],
)
def test_a_malformed_address_is_named_and_its_password_is_not(address: str, sender: str, says: str) -> None:
    with pytest.raises(BadMailServer, match=says) as refused:
        mail.server_of({mail.URL: address, mail.FROM: sender})
    assert "hunter2" not in str(refused.value)


def test_user_and_password_are_read_and_shown_nowhere() -> None:
    server = mail.server_of({mail.URL: "smtps://us%40er:hunt%2Fer2@mail.school.example", mail.FROM: "a@b.example"})
    assert server is not None
    assert (server.user, server.password, server.port, server.tls) == ("us@er", "hunt/er2", 465, True)
    assert "hunt" not in repr(server)
