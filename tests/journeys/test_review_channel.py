"""Acceptance of the review channel: what comments on a real WordPress go through until people have decided them in the channel.

The real bot is a process of its own; whether a comment is hidden is asked of WordPress itself.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.blog import Blog
from tests.journeys.review_channel import ReviewChannel, all_of, plain, review_channel
from tests.journeys.test_wordpress_day import INSULT, THREAT
from tests.patience import until
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server
REASON = "The reason (sealed with the decision)"
APPEAL = "What the author has to say (sealed)"
WAITING = ["Hide", "Clear", "Consent covers it", "Escalate", "Open"]
SINGLE = {
    "cleared": f"{INSULT}, says the bean",
    "covered": "Xiomara Delacroix has lovely beans",
    "escalated": f"{INSULT}, says the rose",
    "threat": THREAT,
    "joke": f"{THREAT}, says the pirate in our play",
    "refused": f"{INSULT}, says the fern",
    "granted": f"{INSULT}, says the moss",
    "opened": f"{INSULT}, says the oak",
}
RAID = 10


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory, _wordpress_server: WordPressServer) -> Iterator[ReviewChannel]:
    """The channel on duty, and SINGLE and a raid found by one scan. An hour lies between any two: only the raid is decided together."""
    _wordpress_server.reset()
    with review_channel(tmp_path_factory.mktemp("review"), Blog(_wordpress_server), speed=10) as school:
        single = [(text, 60 * hours) for hours, text in enumerate(SINGLE.values(), start=2)]
        raid = [(f"{INSULT}: {number}", 60 * 20) for number in range(RAID)]
        ids = school.blog.plant([*single, *raid])
        school.comments, school.raid = dict(zip(SINGLE, ids, strict=False)), ids[len(SINGLE) :]
        school.scan()
        school.learn_flags()
        yield school


def test_a_comment_becomes_a_card_a_press_hides_it_there_and_the_next_shows_it_again(school: ReviewChannel) -> None:
    id = school.blog.post(f"{INSULT}, and the quokkas too")
    school.scan()
    card = school.card_that_says("and the quokkas too")
    assert plain(card.text).startswith("### High: garden\nAnswer by ")
    assert card.buttons == WAITING
    assert school.blog.status(id) == "approved"  # the machine hides nothing here
    told = school.press(school.dana, card, "Hide")
    assert told.startswith("Noted: it breaks the policy. On the platform the comment is now held")
    assert school.blog.status(id) == "hold"
    until(lambda: card.buttons == ["Undo", "Open"])
    heading, who, receipt, *_ = plain(card.text).splitlines()
    assert (heading, receipt) == ("### High: garden", "On the platform: held for moderation: no visitor can read it")
    assert who.startswith("Hidden by Dana Reed, ")
    assert who[-5:].replace(":", "").isdigit()  # ... "Wed 25 Nov 20:22"
    assert "now visible" in school.press(school.maja, card, "Undo")
    assert school.blog.status(id) == "approved"
    until(lambda: card.buttons == WAITING)
    assert "Taken back by Maja Reed, " in plain(card.text)
    assert "On the platform: approved: everybody can read it" in plain(card.text)


def test_clear_consent_and_escalate_do_what_they_say_and_hide_nothing(school: ReviewChannel) -> None:
    cleared, covered, escalated = cards = [school.card(name) for name in ("cleared", "covered", "escalated")]
    assert "████ has lovely beans" in covered.text
    assert "does not break the policy" in school.press(school.maja, cleared, "Clear")
    assert "consents cover it" in school.press(school.dana, covered, "Consent covers it")
    assert "hallmonitor case show" in school.press(school.dana, escalated, "Escalate")
    until(lambda: [card.buttons for card in cards] == [["Undo", "Open"], ["Undo", "Open"], ["Open"]])
    assert "Cleared: not a violation by Maja Reed, " in plain(cleared.text)
    assert "Covered by consents by Dana Reed, " in plain(covered.text)
    assert "Escalated: a case is open by Dana Reed, " in plain(escalated.text)
    assert {school.status(name) for name in ("cleared", "covered", "escalated")} == {"approved"}


def test_a_threat_is_taken_then_hidden_with_a_case(school: ReviewChannel) -> None:
    card = school.card("threat")
    assert card.buttons == ["I have it", "Hide and open case", "Escalate", "Not serious", "Open"]
    assert "In immediate danger call 911." in plain(card.text)
    assert "shoot" not in card.text
    until(lambda: school.alarms(card))
    (alarm,) = school.alarms(card)
    assert set(alarm.calls) == {school.dana.id, school.maja.id}
    assert "you have it" in school.press(school.dana, card, "I have it")
    until(lambda: card.buttons == ["Hide and open case", "Escalate", "Not serious", "Open"])
    until(lambda: "Dana Reed has it" in plain(alarm.text) and not alarm.buttons)
    assert "A case is open" in school.press(school.dana, card, "Hide and open case")
    assert school.status("threat") == "hold"
    until(lambda: "Hidden: a case is open by Dana Reed, " in plain(card.text))
    assert card.buttons == ["Open"]  # what went into a case is not undone by a press


def test_that_a_threat_is_not_serious_is_written_down_and_confirmed_by_a_second_person(school: ReviewChannel) -> None:
    card = school.card("joke")
    assert "Noted: not serious" in school.fill_in(school.dana, card, "Not serious", {REASON: "a line of our play"})
    until(lambda: "Confirm: not serious" in card.buttons)
    assert "a second person has to confirm" in school.press(school.dana, card, "Confirm: not serious")
    assert "does not break the policy" in school.press(school.maja, card, "Confirm: not serious")
    until(lambda: card.buttons == ["Undo", "Open"])
    assert "Cleared: not a violation by Maja Reed, " in plain(card.text)
    assert school.status("joke") == "approved"


@pytest.mark.parametrize(
    ("name", "label", "decided", "status"),
    [
        ("refused", "Refuse", "The appeal is refused: it stays hidden by Maja Reed, ", "hold"),
        ("granted", "Grant: show it again", "Cleared: not a violation by Maja Reed, ", "approved"),
    ],
    ids=["refused", "granted"],
)
def test_an_appeal_is_handed_in_by_the_teacher_and_decided_by_a_second_person(
    school: ReviewChannel, name: str, label: str, decided: str, status: str
) -> None:
    card = school.card(name)
    assert "now held" in school.press(school.dana, card, "Hide")
    opened = school.open(school.okafor, name)
    assert opened.ephemeral
    assert f">>> {SINGLE[name]}" in plain(opened.text)
    told = school.fill_in(school.okafor, opened.answers[-1], "Appeal", {APPEAL: "It was a line of our play"})
    assert told.startswith("The appeal is in the queue.")
    until(lambda: card.buttons == ["Refuse", "Grant: show it again", "Open"])
    assert "decided by a second person" in school.press(school.dana, card, label)
    assert school.status(name) == "hold"
    assert "Noted: " in school.press(school.maja, card, label)
    assert school.status(name) == status
    until(lambda: decided in plain(card.text))


def test_open_shows_the_words_thread_what_stood_around_and_queue_what_waits(school: ReviewChannel) -> None:
    opened = all_of(school.discord.press(school.maja, school.card("opened"), "Open"))
    assert f">>> {SINGLE['opened']}" in plain(opened.text)
    assert opened.answers[-1].buttons == [*WAITING[:-1], "Thread"]
    around = school.press(school.maja, opened.answers[-1], "Thread")
    assert f"> {SINGLE['granted']}" in around
    assert opened.ephemeral
    queue = school.queue(school.maja)
    assert f"`{school.flag('opened')}` High: Harassment or bullying" in queue


def test_a_raid_is_one_card_one_press_and_one_undo(school: ReviewChannel) -> None:
    card = school.card_that_says(f"{RAID} comments, decided together")
    assert f" High: {RAID} together, Harassment or bullying" in school.queue(school.dana)
    assert f"Hidden: {RAID}" in school.press(school.dana, card, f"Hide all {RAID}")
    until(lambda: f"On the platform: {RAID} hidden" in card.text)
    assert {school.blog.status(id) for id in school.raid} == {"hold"}
    assert f"Hidden: {RAID} by Dana Reed, " in plain(card.text)
    assert f"Taken back: {RAID}" in school.press(school.maja, card, "Undo")
    until(lambda: f"On the platform: {RAID} shown again" in card.text)
    assert {school.blog.status(id) for id in school.raid} == {"approved"}
    assert card.buttons == [f"Hide all {RAID}", f"Clear all {RAID}", "Show one by one"]
