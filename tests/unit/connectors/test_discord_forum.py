"""A class's forum, and deleting: what goes, what stays, and what only a person can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.base import ActionKind, Changed, CommentState, Gone, NotAllowed, Receipt, Revision
from tests.servers.discord import Discord, Trouble
from tests.servers.discord.room import BEGIN, FORUM, TOKEN, Room
from tests.unit.connectors.classroom import HOUR, behind, connect, fetched, key, one, said, texts


@pytest.fixture
def discord() -> Iterator[Discord]:
    with Discord(speed=500, token=TOKEN) as fake:
        yield fake


@pytest.fixture
def forum(discord: Discord) -> Room:
    return Room(discord, FORUM)


@pytest.fixture
def room(discord: Discord) -> Room:
    return Room(discord)


def remove(room: Room, id: str, seen: Revision) -> Receipt:
    return connect(room).act(id, ActionKind.REMOVE, seen=seen)


def test_a_posts_title_stands_above_its_first_message(forum: Room) -> None:
    rock = forum.post("What rock is this?", "I found it in the yard", BEGIN)
    forum.post("Lost pencil", "It is blue", BEGIN + HOUR, forum.lee)
    answer = forum.say("Basalt", BEGIN + 2 * HOUR, forum.lee, place=rock)
    forum.archive(rock, BEGIN + 90 * HOUR)
    found = fetched(forum)
    first = found[f"{rock.id}.{rock.id}"]
    assert [c.text for c in found.values()] == [
        "What rock is this?\nI found it in the yard",
        "Lost pencil\nIt is blue",
        "Basalt",
    ]
    assert (first.author.name, first.parent, found[key(answer)].parent) == ("kim", None, first.id)


def test_a_new_title_is_a_new_revision(forum: Room) -> None:
    post = forum.post("Rock", "I found it", BEGIN)
    before = one(forum, post.messages[post.id])
    post.name = "Lee is a liar"
    after = one(forum, post.messages[post.id])
    assert (after.id, after.text) == (before.id, "Lee is a liar\nI found it")
    assert after.revision != before.revision


def test_the_title_of_a_post_without_its_first_message_is_read(forum: Room) -> None:
    post = forum.post("Lee is a liar", "Everybody knows it", BEGIN)
    forum.say("Stop it", BEGIN + HOUR, forum.lee, place=post)
    forum.delete(post.messages[post.id])
    (title, answer) = fetched(forum).values()
    assert (title.text, title.author.name, title.permalink) == (
        "Lee is a liar",
        "kim",
        f"{forum.address.rpartition('/')[0]}/{post.id}",
    )
    assert answer.parent == title.id


def test_a_post_of_a_webhook_whose_first_message_is_gone_is_read(forum: Room) -> None:
    """Discord calls the webhook its owner, and has no account of that number."""
    post = forum.post("Lee is a liar", "Everybody knows it", BEGIN)
    post.more["owner_id"] = "4455667788"
    forum.say("Stop it", BEGIN + HOUR, forum.lee, place=post)
    forum.delete(post.messages[post.id])
    (title, answer) = fetched(forum).values()
    assert (title.text, title.author.id, title.author.name) == ("Lee is a liar", "4455667788", "")
    assert answer.text == "Stop it"


def test_a_deleted_first_message_leaves_its_title_to_be_judged_anew(forum: Room) -> None:
    post = forum.post("Lee is a liar", "Everybody knows it", BEGIN)
    before = one(forum, post.messages[post.id])
    receipt = remove(forum, before.id, before.revision)
    assert (receipt.state, receipt.revision) == (CommentState.REMOVED, before.revision)
    assert "title stands still" in receipt.detail
    (title,) = fetched(forum).values()
    assert (title.id, title.text, title.state) == (before.id, "Lee is a liar", CommentState.VISIBLE)
    with pytest.raises(Changed):
        remove(forum, before.id, before.revision)
    with pytest.raises(NotAllowed, match="rename it or delete it"):
        remove(forum, title.id, title.revision)


def test_the_title_of_a_thread_is_for_a_person(room: Room) -> None:
    thread = room.open_thread("Lee is a liar", BEGIN)
    (title,) = fetched(room).values()
    with pytest.raises(NotAllowed, match="rename it or delete it"):
        remove(room, title.id, title.revision)
    assert thread.id in room.discord.world.channels


def test_a_deletion_says_in_the_audit_log_where_it_comes_from_and_asks_once(room: Room) -> None:
    message = room.say("Nobody likes you", BEGIN)
    before = one(room, message)
    receipt = remove(room, before.id, before.revision)
    assert (receipt.state, receipt.already) == (CommentState.REMOVED, False)
    assert "nobody can bring it back" in receipt.detail
    assert room.discord.count("DELETE") == 1
    assert texts(room) == []


@pytest.mark.parametrize("trouble", [Trouble(status=502, done=True), Trouble(lost=True)], ids=["502", "lost"])
def test_a_deletion_without_an_answer_is_looked_after(room: Room, trouble: Trouble) -> None:
    message = room.say("Nobody likes you", BEGIN)
    before = one(room, message)
    room.discord.disturb("DELETE", trouble)
    assert remove(room, before.id, before.revision).state is CommentState.REMOVED
    assert room.discord.count("DELETE") == 1


def test_whoever_was_faster_is_no_failure_of_ours(room: Room) -> None:
    message = room.say("Nobody likes you", BEGIN)
    before = one(room, message)
    room.delete(message)
    with pytest.raises(Gone):
        remove(room, before.id, before.revision)


def test_what_discord_writes_itself_cannot_be_deleted(room: Room) -> None:
    renamed = said(room, "Lee is a liar", type=4)
    with pytest.raises(NotAllowed, match="notice of Discord's own"):
        remove(room, renamed.id, renamed.revision)


def test_hiding_is_for_a_person(room: Room) -> None:
    before = said(room, "Nobody likes you")
    for action in set(ActionKind) - {ActionKind.REMOVE}:
        with pytest.raises(NotAllowed, match="cannot hide"):
            connect(room).act(before.id, action, seen=before.revision)
    assert connect(room).capabilities.can_restore is False
    assert texts(room) == ["Nobody likes you"]


def test_a_post_without_answers_comes_again_behind_the_checkpoint_with_its_words(forum: Room) -> None:
    forum.post("Rock", "I found it", BEGIN)
    place = behind(forum)
    forum.post("Pencil", "It is blue", BEGIN + HOUR)
    assert texts(forum, place) == ["Rock\nI found it", "Pencil\nIt is blue"]


def test_a_new_post_is_read_also_where_discord_names_no_last_message(forum: Room) -> None:
    forum.post("Rock", "I found it", BEGIN)
    place = behind(forum)
    forum.post("Pencil", "It is blue", BEGIN + HOUR).more["last_message_id"] = None
    assert texts(forum, place) == ["Rock\nI found it", "Pencil\nIt is blue"]
