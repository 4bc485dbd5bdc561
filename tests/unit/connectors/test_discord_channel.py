"""A class's channel and its threads, on the fake of Discord over real sockets."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from connectors.base import Checkpoint, CommentState, Gone
from tests.servers.discord import Discord
from tests.servers.discord.room import BEGIN, TOKEN, Room, id_at, planted
from tests.unit.connectors.classroom import DAY, HOUR, MINUTE, behind, connect, fetched, key, meanwhile, one, texts


@pytest.fixture
def room() -> Iterator[Room]:
    with Discord(speed=500, token=TOKEN) as discord, warnings.catch_warnings():
        warnings.simplefilter("error", DeprecationWarning)
        yield Room(discord)


def test_channel_and_threads_come_as_one_conversation(room: Room) -> None:
    said = planted(room)
    found = fetched(room)
    assert [comment.text for comment in found.values()] == [
        "Volcano week: what did you find out?",
        "Nobody likes you",
        "Is 3 < 4 &amp; more? <@1>",
        "Lava and rock",
        "It cools into 🌋 rock",
        "Look what I found",
        "Igneous, it is called",
        "Homework",
        "¿Dónde está la página 12?\nمرحبا",
        "See you on Monday",
    ], "titles are words too; that somebody joined is not"
    week, reply, first, second = (found[key(said[name])] for name in ("week", "reply", "first", "second"))
    assert (week.parent, reply.parent, second.parent) == (None, week.id, first.id)
    title = found[f"{said['week'].id}.{said['week'].id}"]
    assert (title.text, title.parent, first.parent) == ("Lava and rock", week.id, title.id)
    assert (title.author.name, title.author.id, title.created) == ("lee", str(room.lee.id), BEGIN + 3 * HOUR)
    assert (week.author.id, week.author.name, week.author.is_staff) == (str(room.lee.id), "lee", None)
    assert (week.state, week.edited) == (CommentState.VISIBLE, None)
    place = f"https://discord.com/channels/{room.guild.id}"
    assert week.permalink == f"{place}/{room.channel.id}/{said['week'].id}"
    assert (first.permalink, title.permalink) == (
        f"{place}/{said['week'].id}/{said['first'].id}",
        f"{place}/{said['week'].id}",
    )


def test_a_message_answered_that_is_gone_is_still_what_was_answered(room: Room) -> None:
    said = planted(room)
    room.delete(said["first"])
    assert fetched(room)[key(said["second"])].parent == key(said["first"])


def test_an_edit_keeps_the_id_and_says_when(room: Room) -> None:
    message = room.say("Before", BEGIN)
    before = one(room, message)
    room.edit(message, "After", BEGIN + DAY)
    after = one(room, message)
    assert (after.id, after.text, after.created, after.edited) == (before.id, "After", before.created, BEGIN + DAY)
    assert after.revision != before.revision


def test_only_what_is_new_is_asked_for(room: Room) -> None:
    said = planted(room)
    for n in range(5):
        room.archive(room.open_thread(f"Old {n}", BEGIN + n * MINUTE), BEGIN + DAY)
    place = behind(room)
    room.discord.log.clear()
    late = room.answer(said["first"], "Obsidian, too", BEGIN + 3 * DAY)
    batches = list(connect(room).fetch(place))
    assert [c.id for batch in batches for c in batch.comments] == [key(said["last"]), key(late)]
    asked = [each.path.rpartition("/channels/")[2] for each in room.discord.log if each.path.endswith("/messages")]
    assert asked == [f"{said['week'].id}/messages", f"{room.channel.id}/messages"], "places without news are left alone"


def test_a_thread_on_an_old_message_is_new(room: Room) -> None:
    old = room.say("An old message", BEGIN)
    room.say("A newer one", BEGIN + 20 * DAY)
    place = behind(room)
    thread = room.open_thread("Kim is ugly", BEGIN + 21 * DAY, on=old)
    assert texts(room, place) == ["A newer one", "Kim is ugly"]
    assert texts(room, BEGIN + 21 * DAY) == ["Kim is ugly"]
    assert one(room, old).id != f"{thread.id}.{thread.id}"


def test_threads_that_overlap_come_in_order_however_many(room: Room) -> None:
    threads = [room.open_thread(f"Thread {n}", BEGIN + n * MINUTE) for n in range(60)]
    for n in range(600):
        place = threads[n * 7 % 60] if n % 5 else room.channel
        room.say(f"{n}", BEGIN + DAY + n * MINUTE, place=place)
    found = texts(room)
    assert found == [*(f"Thread {n}" for n in range(60)), *(str(n) for n in range(600))]


def test_all_pages_of_an_archive_are_read_also_where_a_moment_stands_on_both(room: Room) -> None:
    when = BEGIN + DAY
    for n in range(230):
        thread = room.open_thread(f"Thread {n}", BEGIN + n * MINUTE)
        room.say(f"In {n}", BEGIN + n * MINUTE, place=thread)
        room.archive(thread, when if 50 < n < 150 else when + n * MINUTE)
    titles = [comment.text for comment in fetched(room).values() if comment.text.startswith("Thread")]
    assert titles == [f"Thread {n}" for n in range(230)]


def test_private_threads_are_read_with_manage_threads_and_by_invitation_without(room: Room) -> None:
    secret, invited = (room.open_thread(title, BEGIN, kind=12) for title in ("Secret", "Invited"))
    invited.more["member"] = {"user_id": str(room.bot.id)}
    for is_archived in (False, True):
        if is_archived:
            room.archive(secret, BEGIN + HOUR)
            room.archive(invited, BEGIN + HOUR)
        assert texts(room) == ["Secret", "Invited"]
        room.discord.deny(room.channel, manage_threads=True)
        assert [c.text for batch in connect(room).fetch(None) for c in batch.comments] == ["Invited"]
        room.discord.deny(room.channel)
    assert next(iter(fetched(room).values())).parent is None, "a private thread stands on no message"


def test_a_thread_that_leaves_the_archive_while_we_ask_is_read(room: Room) -> None:
    thread = room.open_thread("Homework", BEGIN)
    room.say("Page 12", BEGIN + HOUR, place=thread)
    room.archive(thread, BEGIN + DAY)
    wake = lambda: thread.more["thread_metadata"].update(archived=False)  # noqa: E731
    with meanwhile(room, "archived/public", wake) as page:
        assert [c.text for batch in page.fetch(None) for c in batch.comments] == ["Homework", "Page 12"]


def test_a_thread_that_is_deleted_while_we_read_takes_nothing_with_it(room: Room) -> None:
    thread = room.open_thread("Homework", BEGIN)
    room.say("Page 12", BEGIN + HOUR, place=thread)
    room.say("Not in the thread", BEGIN + DAY)
    with meanwhile(room, f"{thread.id}/messages", lambda: room.delete_thread(thread.id)) as page:
        assert [c.text for batch in page.fetch(None) for c in batch.comments] == ["Homework", "Not in the thread"]


def test_what_is_said_while_we_read_is_not_left_behind(room: Room) -> None:
    thread = room.open_thread("Homework", BEGIN)
    for n in range(100):
        room.say(f"{n}", BEGIN + n * MINUTE)
    soon = datetime.now(UTC) + HOUR

    def happens() -> None:  # the thread was read by then, the channel was not
        room.say("In the thread", soon, place=thread)
        room.say("In the channel", soon + DAY)

    last = room.channel.newest
    with meanwhile(room, f"{room.channel.id}/messages?after={last}", happens) as page:
        batches = list(page.fetch(None))
    assert batches[-1].comments[-1].text == "In the channel"
    assert batches[-1].checkpoint
    assert texts(room, batches[-1].checkpoint) == ["In the thread", "In the channel"]


def test_messages_of_other_channels_are_nobodys_here(room: Room) -> None:
    other = room.discord.add_channel(room.guild, "staff", id=id_at(BEGIN))
    message = room.say("The key is below the mat", BEGIN, place=other)
    room.say("A message of the class", BEGIN)
    assert list(connect(room).get([key(message), f"{room.guild.id}.{message.id}"])) == []
    assert texts(room) == ["A message of the class"]


def test_what_was_deleted_is_found_missing_in_few_questions(room: Room) -> None:
    messages = [room.say(f"{n}", BEGIN + n * MINUTE) for n in range(150)]
    for message in messages[::3]:
        room.delete(message)
    room.discord.log.clear()
    found = list(connect(room).get([key(message) for message in messages]))
    assert [comment.text for comment in found] == [str(n) for n in range(150) if n % 3]
    assert len(room.discord.log) <= 6


def test_a_thread_that_is_gone_takes_its_comments_along(room: Room) -> None:
    said = planted(room)
    ids = list(fetched(room))
    room.delete_thread(said["week"].id)
    left = {comment.id for comment in connect(room).get(ids)}
    assert {id for id in ids if id not in left} == {id for id in ids if id.startswith(f"{said['week'].id}.")}


def test_a_channel_that_is_gone_is_named(room: Room) -> None:
    planted(room)
    room.discord.delete_channel(room.channel)
    for call in (lambda: list(connect(room).fetch(None)), lambda: connect(room).check()):
        with pytest.raises(Gone):
            call()


def test_nothing_is_said_of_a_gap_where_there_is_none(room: Room) -> None:
    planted(room)
    place = behind(room)
    assert place.value == {"time": (BEGIN + 50 * HOUR).isoformat()}
    assert behind(room) == place
    assert texts(room, Checkpoint(place.value)) == ["See you on Monday"]
