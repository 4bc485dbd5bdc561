"""Reading a page of YouTube, against a fake written from its reference. Acting and settings: test_youtube_acting.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from connectors.base import BadConfig, Checkpoint, CommentState, Gone, Media, PageAddress
from connectors.youtube import YouTube
from connectors.youtube_page import Target, target_of
from tests.servers.fake import FakePlatform
from tests.servers.google import SECRET, Question
from tests.servers.youtube import BEGIN, CHANNEL, FakeYouTube, Spoken, Video
from tests.unit.connectors.room12 import CHANNEL_PAGE, VIDEO_PAGE, fetched, last_checkpoint, many, one, stored, youtube

THREADS = "/youtube/v3/commentThreads"
COMMENTS = "/youtube/v3/comments"


@pytest.fixture
def fake(platform: FakePlatform) -> FakeYouTube:
    return FakeYouTube(platform)


# addresses


@pytest.mark.parametrize(
    ("url", "target"),
    [
        (CHANNEL_PAGE, Target("channel", CHANNEL)),
        (f"https://studio.youtube.com/channel/{CHANNEL}/comments", Target("channel", CHANNEL)),
        ("https://www.youtube.com/@room12/videos", Target("handle", "@room12")),
        ("https://youtube.com/user/room12", Target("user", "room12")),
        ("https://m.youtube.com/watch?v=dQw4w9WgXcQ&t=3s", Target("video", "dQw4w9WgXcQ")),
        ("https://youtu.be/dQw4w9WgXcQ?si=x", Target("video", "dQw4w9WgXcQ")),
        ("https://www.youtube.com/shorts/dQw4w9WgXcQ", Target("video", "dQw4w9WgXcQ")),
        ("https://studio.youtube.com/video/dQw4w9WgXcQ/comments", Target("video", "dQw4w9WgXcQ")),
    ],
)
def test_a_page_is_a_channel_or_a_video_as_browsers_show_it(url: str, target: Target) -> None:
    assert target_of(url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "youtube.com/@room12",
        "https://example.test/watch?v=dQw4w9WgXcQ",
        "https://www.youtube.com/",
        "https://youtu.be/",
    ]
    + [
        f"https://www.youtube.com/{path}"
        for path in ("watch", "watch?v=a b", "playlist?list=PL1", "c/Room12", "channel/x", "@")
    ],
)
def test_another_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        YouTube(PageAddress("room12", url, SECRET))
    assert caught.value.field == "url"


@pytest.mark.parametrize("path", ["@Room12", "user/room12"])
def test_a_name_is_looked_up_once(fake: FakeYouTube, path: str) -> None:
    page = youtube(fake, f"https://www.youtube.com/{path}")
    assert fetched(page).keys() == fetched(page).keys() == fetched(youtube(fake)).keys()
    assert len(fake.questions("/youtube/v3/channels")) == 1
    with pytest.raises(Gone, match="no channel by this name"):
        fetched(youtube(fake, "https://www.youtube.com/@nobody"))


# comments


def test_comments_come_as_visitors_see_them(fake: FakeYouTube) -> None:
    found = fetched(youtube(fake))
    lava, reply, owner = found["UgxA"], found["UgxA.1"], found["UgxE.1"]
    assert lava.text == "Lava cools into igneous rock. 3 < 4 &amp; more", "plain text is not HTML"
    assert (lava.created, lava.edited, lava.parent) == (BEGIN, None, None)
    assert lava.permalink == "https://www.youtube.com/watch?v=volcano_wk1&lc=UgxA"
    assert (lava.author.name, lava.author.is_staff, owner.author.is_staff) == ("@bluepencil", None, True)
    assert (reply.parent, reply.text) == ("UgxA", "Same here 🌋 so cool")
    assert found["UgxB"].media == (Media("image"),), "a picture's address is signed: only that there is one is kept"
    assert found["UgxD"].media == (Media("link", "http://shoes.example.test/buy"),)
    states = {id: found[id].state for id in ("UgxA", "UgxC", "UgxD")}
    assert states == {"UgxA": CommentState.VISIBLE, "UgxC": CommentState.HELD, "UgxD": CommentState.HELD}
    assert not [question for question in fake.asked if not question.path.startswith("/youtube/v3/comment")]


def test_a_video_has_its_own_comments_alone(fake: FakeYouTube) -> None:
    fake.videos.append(Video("assembly_v3", "Assembly"))
    fake.add(Spoken("UgxZ", "elsewhere", BEGIN, video="assembly_v3"))
    assert fetched(youtube(fake, VIDEO_PAGE)).keys() == fetched(youtube(fake)).keys() - {"UgxZ"}
    assert list(youtube(fake, VIDEO_PAGE).get(["UgxZ"])) == []


def test_a_comment_of_another_channel_is_not_given_though_youtube_tells_of_it(fake: FakeYouTube) -> None:
    fake.add(Spoken("UgxOther", "not ours", BEGIN, channel="UCstrangerstrangerstrang", video="elsewhere_1"))
    assert list(youtube(fake).get(["UgxOther"])) == []


def test_a_video_with_comments_switched_off_is_read_as_empty(fake: FakeYouTube) -> None:
    assert fetched(youtube(fake, "https://youtu.be/closed_vid2")) == {}


@pytest.mark.parametrize("private", [True, False])
def test_a_video_that_is_gone_or_private_is_gone(fake: FakeYouTube, private: bool) -> None:
    fake.account = "UCstrangerstrangerstrang"
    fake.videos = [Video("volcano_wk1", "Volcano week", privacy="private")] if private else []
    with pytest.raises(Gone):
        fetched(youtube(fake, VIDEO_PAGE))


# order, pages, memory


def test_thousands_come_once_oldest_first_and_are_not_all_held_in_memory(fake: FakeYouTube) -> None:
    fake.spoken = {}
    fake.add(*many(2_600))
    batches = list(youtube(fake).fetch(None))
    ids = [comment.id for batch in batches for comment in batch.comments]
    assert ids == sorted(fake.spoken), "ties of equal time over pages"
    assert [len(batch.comments) for batch in batches] == [200] * 13
    assert len(fake.questions(THREADS)) == 26 + 2, "26 pages, and one of each of the other lists"
    assert 30 < len(fake.questions(COMMENTS)) < 60, "what was too much to keep is asked for by id, 30 at once"
    places = [str(batch.checkpoint.value["time"]) for batch in batches if batch.checkpoint]
    assert all(first <= second for first, second in pairwise(places))


def test_a_run_of_a_thousand_new_comments_needs_no_more_questions_than_pages(fake: FakeYouTube) -> None:
    checkpoint = last_checkpoint(youtube(fake))
    fake.add(*many(1_000, BEGIN + timedelta(days=9)))
    fake.asked.clear()
    assert len(fetched(youtube(fake), checkpoint)) == 1_001, "the one at the checkpoint comes again"
    assert len(fake.asked) <= 11 + 2


def test_comments_that_come_while_we_read_hide_no_others(fake: FakeYouTube) -> None:
    fake.spoken = {}
    fake.add(*many(350))
    lists = 0

    def shift(question: Question) -> None:
        nonlocal lists
        lists += question.path == THREADS
        if lists == 2 and "UgxLate" not in fake.spoken:
            fake.add(Spoken("UgxLate", "posted meanwhile", BEGIN + timedelta(days=1)))

    fake.instead = shift
    assert set(fetched(youtube(fake))) >= {each.id for each in many(350)}


# checkpoints


def test_behind_a_checkpoint_a_list_that_did_not_change_is_not_sent_again(fake: FakeYouTube) -> None:
    checkpoint = stored(last_checkpoint(youtube(fake)))
    fake.asked.clear()
    assert fetched(youtube(fake), checkpoint) == {}
    assert all("if-none-match" in question.headers for question in fake.questions(THREADS))
    fake.add(Spoken("UgxNew", "new", BEGIN + timedelta(days=2)))
    assert "UgxNew" in fetched(youtube(fake), checkpoint)


def test_a_new_reply_on_an_old_thread_is_found_though_the_thread_does_not_rise(fake: FakeYouTube) -> None:
    replies = [Spoken(f"UgxA.{n}", f"reply {n}", BEGIN + timedelta(minutes=n), parent="UgxA") for n in range(2, 20)]
    fake.add(*replies)
    page = youtube(fake)
    assert {reply.id for reply in replies} <= fetched(page).keys()
    checkpoint = stored(last_checkpoint(youtube(fake)))
    fake.asked.clear()
    fake.add(Spoken("UgxG", "another thread", BEGIN + timedelta(days=2)))
    fetched(youtube(fake), checkpoint)
    assert fake.questions(COMMENTS) == [], "a thread with as many replies as before is not looked into"
    late = Spoken("UgxA.99", "you smell like old socks", BEGIN + timedelta(days=3), parent="UgxA")
    fake.add(late)
    assert "UgxA.99" in fetched(youtube(fake), checkpoint)


def test_a_new_reply_among_many_that_no_list_shows_is_found_by_their_number(fake: FakeYouTube) -> None:
    fake.add(*(Spoken(f"UgxA.{n}", "r", BEGIN + timedelta(days=9), parent="UgxA") for n in range(2, 9)))
    checkpoint = stored(last_checkpoint(youtube(fake)))
    assert checkpoint.value["replies"] == {"UgxA": 8}
    # of equal time, and by its id among those that are not shown
    fake.add(Spoken("UgxA.00", "hidden below", BEGIN + timedelta(days=9), parent="UgxA"))
    assert "UgxA.00" in fetched(youtube(fake), checkpoint)


def test_what_the_threads_held_is_known_only_behind_the_last_batch(fake: FakeYouTube) -> None:
    fake.add(*many(600, BEGIN + timedelta(days=1)))
    fake.add(*(Spoken(f"UgxA.{n}", "r", BEGIN + timedelta(days=9), parent="UgxA") for n in range(2, 9)))
    first, *_ = youtube(fake).fetch(None)
    assert first.checkpoint
    assert first.checkpoint.value["replies"] == {}
    assert {"UgxA.2", "UgxA.8"} <= fetched(youtube(fake), stored(first.checkpoint)).keys()


def test_an_old_thread_beyond_those_watched_is_found_by_reading_since_a_date(fake: FakeYouTube) -> None:
    fake.add(*many(400, BEGIN + timedelta(days=1)), Spoken("UgxNewest", "newest", BEGIN + timedelta(days=3)))
    checkpoint = stored(last_checkpoint(youtube(fake)))
    fake.add(Spoken("UgxA.9", "on the oldest thread", BEGIN + timedelta(days=4), parent="UgxA"))
    fake.asked.clear()
    assert "UgxA.9" not in fetched(youtube(fake), checkpoint)
    assert len(fake.questions(THREADS)) == 3 + 2
    assert "UgxA.9" in fetched(youtube(fake), BEGIN + timedelta(days=2))


def test_an_edit_and_a_late_approval_show_when_the_page_is_read_again(fake: FakeYouTube) -> None:
    before = one(youtube(fake), "UgxA")
    fake.spoken["UgxA"].text = "Edited, and the time kept"
    fake.spoken["UgxC"].status = "published"
    found = fetched(youtube(fake), BEGIN)
    assert (found["UgxA"].created, found["UgxA"].edited) == (before.created, None)
    assert found["UgxA"].revision != before.revision
    assert found["UgxC"].state == CommentState.VISIBLE
    fake.spoken["UgxA"].updated = BEGIN + timedelta(days=1)
    assert fetched(youtube(fake), BEGIN)["UgxA"].edited == BEGIN + timedelta(days=1)


def test_a_picture_whose_address_is_signed_anew_is_no_edit(fake: FakeYouTube) -> None:
    assert one(youtube(fake), "UgxB").revision == one(youtube(fake), "UgxB").revision


def test_replies_go_with_their_deleted_thread(fake: FakeYouTube) -> None:
    fake.delete("UgxA")
    assert not {"UgxA", "UgxA.1"} & fetched(youtube(fake)).keys()
    assert list(youtube(fake).get(["UgxA", "UgxA.1"])) == []


def test_a_comment_dated_in_the_future_does_not_hide_what_comes_before(fake: FakeYouTube) -> None:
    fake.add(Spoken("UgxFuture", "from the future", datetime(2097, 1, 1, tzinfo=UTC)))
    checkpoint = last_checkpoint(youtube(fake))
    assert datetime.fromisoformat(str(checkpoint.value["time"])) <= datetime.now(UTC)
    fake.add(Spoken("UgxNow", "today", datetime.now(UTC).replace(microsecond=0)))
    assert "UgxNow" in fetched(youtube(fake), checkpoint)


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"time": "x", "replies": {}, "etags": {}},
        {"time": "2026-10-05T16:00:00+00:00"},
        {"time": 5, "replies": [], "etags": {}},
    ],
)
def test_a_checkpoint_that_is_not_ours_is_refused(fake: FakeYouTube, value: dict[str, object]) -> None:
    with pytest.raises(BadConfig):
        fetched(youtube(fake), Checkpoint(value))
