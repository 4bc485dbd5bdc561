"""Against a fake Mastodon, through the real Mastodon.py. What a real server can show stands in test_mastodon_snac.py."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from datetime import timedelta

import pytest

from connectors import mastodon_reading
from connectors.base import (
    CommentState,
    Media,
    Unavailable,
)
from tests.servers.mastodon import CLASS, START, FakeMastodon, planted
from tests.unit.connectors.volcano import behind, connect, fetched, one

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    with FakeMastodon() as fake, warnings.catch_warnings():
        warnings.simplefilter("error")  # a deprecated call of the library or of the server would warn
        yield fake


# reading


def test_replies_and_mentions_come_as_they_were_written(server: FakeMastodon) -> None:
    ids = planted(server)
    found = {comment.id: comment for comment in fetched(connect(server))}
    assert list(found) == [ids[key] for key in ("rock", "nerd", "kind", "signs", "socks", "deep", "hello", "direct")]
    signs, nerd = found[ids["signs"]], found[ids["nerd"]]
    assert signs.text == '@room12 Is 5 < 6 && 7 > 6? My sister says "no" &amp; it\'s a trick'
    assert (signs.media, signs.parent, signs.state) == ((), ids["week"], CommentState.VISIBLE), (
        "whom it answers is no link"
    )
    host = server.url.partition("//")[2]
    assert (signs.author.id, signs.author.name, signs.author.is_staff) == (f"fern@{host}", "Fern", None)
    assert (nerd.author.id, nerd.permalink) == (
        "moss@other.example.test",
        f"{server.url}/@moss@other.example.test/{nerd.id}",
    ), "where the class account is signed in"
    assert found[ids["kind"]].author.is_staff is True


def test_all_that_somebody_wrote_is_read_and_no_picture_is_asked_for(server: FakeMastodon) -> None:
    pictures = [
        {"type": "image", "url": "https://files.example.test/a.jpg?sig=1", "description": "a rude drawing"},
        {"type": "gifv", "url": "https://files.example.test/b.mp4", "description": None},
        {"type": "unknown", "url": None, "remote_url": "https://far.example.test/c", "description": None},
    ]
    link = '<p>look <a href="https://x.example.test/long"><span class="invisible">https://</span>x.example.test/long</a></p>'
    poll = {"options": [{"title": "he is dumb"}, {"title": "she is"}]}
    id = server.post("fern", "", START, spoiler_text="about Kim", content=link, poll=poll, media_attachments=pictures)
    comment = one(connect(server), id)
    assert comment.text.split("\n") == [
        "about Kim", "look https://x.example.test/long", "he is dumb", "she is", "a rude drawing",
    ]  # fmt: skip
    assert comment.media == (
        Media("file", "https://far.example.test/c"),
        Media("image", "https://files.example.test/a.jpg?sig=1"),
        Media("link", "https://x.example.test/long"),
        Media("video", "https://files.example.test/b.mp4"),
    )
    assert not [path for path in server.platform.paths if "files" in path or ".png" in path]


def test_a_deep_reply_that_mentions_nobody_is_found_in_its_thread(server: FakeMastodon) -> None:
    ids = planted(server)
    place = behind(connect(server))
    late = server.post("newt", "nobody is told of this", START + 5 * DAY, ids["deep"], mentions=False)
    assert [comment.id for comment in fetched(connect(server), place)] == [late]


def test_a_mention_that_arrives_late_is_read_however_old_it_is(server: FakeMastodon) -> None:
    planted(server)
    place = behind(connect(server))
    late = server.post("newt@far.example.test", "my server was down", START + HOUR, arrived=START + 9 * DAY)
    assert [comment.id for comment in fetched(connect(server), place)] == [late]


def test_an_edit_shows_at_the_next_reading_where_its_time_is_told_and_else_when_all_is_read_again(
    server: FakeMastodon,
) -> None:
    ids = planted(server)
    place = behind(connect(server))
    server.edit(ids["rock"], "other words", START + 6 * DAY)
    (found,) = fetched(connect(server), place)
    assert (found.id, found.text, found.edited, found.created) == (
        ids["rock"], "other words", START + 6 * DAY, START + HOUR,
    )  # fmt: skip
    server.edit(ids["signs"], "quietly changed")
    again = {comment.id: comment.text for comment in fetched(connect(server), START)}
    assert again[ids["signs"]] == "quietly changed"


def test_who_answered_what_was_deleted_is_still_there(server: FakeMastodon) -> None:
    ids = planted(server)
    server.delete(ids["nerd"])
    found = {comment.id: comment for comment in fetched(connect(server))}
    assert ids["nerd"] not in found
    assert ids["deep"] in found, "below an answer of the class account, which stands alone now"
    assert one(connect(server), ids["kind"]).parent is None
    assert list(connect(server).get([ids["nerd"]])) == []


def test_who_is_blocked_is_not_called_gone(server: FakeMastodon) -> None:
    ids = planted(server)
    server.blocked.add("moss@other.example.test")
    page = connect(server)
    assert not {ids["nerd"], ids["socks"]} & {comment.id for comment in fetched(page)}, "Mastodon keeps them back"
    server.delete(ids["socks"])
    assert [comment.id for comment in page.get([ids["nerd"], ids["rock"], ids["socks"]])] == [ids["rock"], ids["nerd"]]
    assert "while signed out" in next(each.message for each in page.check().findings if each.field == "blocked")


def test_an_old_post_is_found_by_its_mentions_and_when_everything_is_read(server: FakeMastodon) -> None:
    old = server.post(CLASS, "long ago", START - 90 * DAY)
    planted(server)
    place = behind(connect(server))
    told = server.post("newt", "an answer", START + 5 * DAY, old)
    hidden = server.post("newt", "one without a mention", START + 5 * DAY, old, mentions=False)
    assert [comment.id for comment in fetched(connect(server), place)] == [told]
    assert {told, hidden} <= {comment.id for comment in fetched(connect(server))}


def test_hundreds_of_mentions_in_one_second_come_once_each_and_in_few_questions(server: FakeMastodon) -> None:
    planted(server)
    when = START + 5 * DAY
    ids = [server.post("newt", f"{n}", when) for n in range(330)]
    server.platform.asked.clear()
    found = [comment.id for comment in fetched(connect(server))]
    assert sorted(found[-330:]) == sorted(ids)
    assert len(server.platform.asked) <= 9
    server.platform.asked.clear()
    assert len(fetched(connect(server), when)) == 330


def test_a_reply_of_a_clock_that_is_wrong_stands_in_its_place(server: FakeMastodon) -> None:
    post = server.post(CLASS, "first", START)
    early = server.post("newt", "before it was asked", START - 3 * HOUR, post, mentions=False)
    second = server.post(CLASS, "second", START + HOUR)
    server.post("newt", "a", START + 2 * HOUR, second)
    found = fetched(connect(server))
    assert [comment.created for comment in found] == sorted(comment.created for comment in found)
    assert found[0].id == early


def test_a_thread_that_is_longer_than_the_server_shows_is_told_when_all_is_read(
    server: FakeMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mastodon_reading, "IN_A_THREAD", 30)
    server.shows = 30
    post = server.post(CLASS, "who is there?", START)
    for n in range(40):
        server.post("newt", f"{n}", START + HOUR, post, mentions=False)
    batches = connect(server).fetch(None)
    assert len(next(batches).comments) == 30
    with pytest.raises(Unavailable, match="more replies than Mastodon shows"):
        next(batches)


def test_a_run_that_dies_behind_its_first_batch_loses_nothing(
    server: FakeMastodon, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connectors.mastodon.MAX_BATCH", 3)
    planted(server)
    whole = [comment.id for comment in fetched(connect(server))]
    first = next(connect(server).fetch(None))
    assert [len(first.comments), first.checkpoint is not None] == [3, True]
    rest = [comment.id for comment in fetched(connect(server), first.checkpoint)]
    assert set(whole) == {comment.id for comment in first.comments} | set(rest)
    assert (
        list(connect(server).fetch(None))[-1].checkpoint == list(connect(server).fetch(first.checkpoint))[-1].checkpoint
    )


def test_what_a_server_gives_for_another_id_is_not_taken(server: FakeMastodon) -> None:
    server.statuses["1"] = server.statuses[server.post("newt", "one", START)]
    assert list(connect(server).get(["1e1"])) == []
