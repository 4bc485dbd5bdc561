"""The Canvas connector, against a fake written from its reference and source: reading."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from connectors.base import BadConfig, CommentState, Media, Unavailable
from tests.servers.canvas import TOKEN, UNAUTHORIZED, FakeCanvas, planted
from tests.servers.course import COURSE, START, Topic, frozen
from tests.servers.fake import reply_json
from tests.unit.connectors.course12 import canvas, fetched, one, place_behind

HOUR = timedelta(hours=1)


@pytest.fixture
def fake() -> Iterator[FakeCanvas]:
    with FakeCanvas() as found:
        yield found


def test_comments_come_as_the_course_sees_them(fake: FakeCanvas) -> None:
    ids = planted(fake)
    found = fetched(fake)
    rock, nerd, frog, club = (found[ids[name]] for name in ("rock", "nerd", "frog", "club"))
    topic, _, entry = ids["rock"].partition(".")
    assert (rock.text, rock.created, rock.edited, rock.parent) == (
        "Lava cools into igneous rock. 🌋", START + HOUR, None, None,
    )  # fmt: skip
    assert (rock.author.id, rock.author.name, rock.author.is_staff) == ("21", "Fern", False)
    assert rock.permalink == f"{fake.url}/{COURSE}/discussion_topics/{topic}?entry_id={entry}#entry-{entry}"
    assert (nerd.parent, nerd.state) == (ids["rock"], CommentState.VISIBLE)
    assert {c.author.name for c in found.values() if c.author.is_staff} == {"Ms. Reed"}
    assert "/groups/5/discussion_topics/" in frog.permalink
    assert club.text == "Who wants to skip school?\nMeet me there", "what a student begins a discussion with"
    assert {comment.text for comment in found.values()} >= {"what did he say", "Is 5 < 6 && 7 > 6?"}
    assert ids["gone"] not in found
    assert len(found) == 10
    assert {c.id: c for c in canvas(fake).get(list(found))} == found


def test_a_run_asks_for_the_topics_in_which_something_was_said(fake: FakeCanvas) -> None:
    ids = planted(fake)
    place = place_behind(fake)
    fake.begin("Nobody has answered")
    fake.platform.asked.clear()
    assert set(fetched(fake, place)) == {id for id, c in fetched(fake).items() if c.text == "last word"}
    fake.platform.asked.clear()
    join = fake.everywhere()[int(ids["join"].partition(".")[0])]
    fake.say(join, "me too", START + 95 * HOUR)
    assert {c.text for c in fetched(fake, place).values()} == {"last word", "me too"}
    views = [path for path in fake.paths if "/view" in path]
    assert len(views) == 2, "the group's and the empty ones had nothing new"


def test_a_late_reply_an_old_thread_and_an_edit_beside_it_show(fake: FakeCanvas) -> None:
    ids = planted(fake)
    place = place_behind(fake)
    week = fake.everywhere()[int(ids["rock"].partition(".")[0])]
    gone, rock = (week.entries[int(ids[name].partition(".")[2])] for name in ("gone", "rock"))
    rock.html, rock.edited = "<p>Edited</p>", START + 91 * HOUR
    fake.say(week, "below what was deleted", START + 92 * HOUR, parent=gone)
    found = fetched(fake, place)
    assert {c.text for c in found.values()} == {"last word", "Edited", "below what was deleted"}
    assert found[ids["rock"]].edited == START + 91 * HOUR


def test_what_the_cached_view_lacks_is_read_too(fake: FakeCanvas) -> None:
    topic = fake.begin()
    first = fake.say(topic, "first", START + HOUR)
    frozen(topic)
    late = fake.say(topic, "late", START + 2 * HOUR, 22, first)
    found = fetched(fake)
    assert [(c.text, c.author.name) for c in found.values()] == [("first", "Fern"), ("late", "Moss")]
    assert found[f"{topic.id}.{late.id}"].parent == f"{topic.id}.{first.id}"


def test_a_view_that_is_not_built_yet_is_done_without(fake: FakeCanvas) -> None:
    topic = fake.begin()
    roots = [fake.say(topic, f"root {n}", START + n * HOUR) for n in range(230)]
    for n in range(25):
        fake.say(topic, f"reply {n}", START + timedelta(days=20, minutes=n), parent=roots[3])
    fake.say(topic, "one reply", START + timedelta(days=21), parent=roots[9])
    whole = fetched(fake)
    topic.is_built = False
    fake.platform.asked.clear()
    assert fetched(fake) == whole
    lists = [path for path in fake.paths if "/entries" in path]
    assert (len(lists), sum("/replies" in path for path in lists)) == (4, 1)


def test_replies_below_a_deleted_entry_are_in_no_list_and_never_left_out_in_silence(fake: FakeCanvas) -> None:
    planted(fake)
    for topic in fake.topics.values():
        topic.is_built = False
    with pytest.raises(Unavailable, match="more replies") as caught:
        fetched(fake)
    assert caught.value.retry_after == 60


def test_a_long_discussion_is_read_page_by_page_and_what_its_lists_lack_by_its_view(fake: FakeCanvas) -> None:
    topic = fake.begin()
    gone = fake.say(topic, "taken away", START)
    for n in range(1_050):
        fake.say(topic, f"Counting {n}", START + timedelta(minutes=n))
    assert len(fetched(fake)) == 1_050 + 1
    assert not any("/view" in path for path in fake.paths)
    fake.say(topic, "below it", START + timedelta(days=2), parent=gone)
    gone.deleted = True
    fake.platform.asked.clear()
    assert "below it" in {c.text for c in fetched(fake).values()}
    assert sum("/view" in path for path in fake.paths) == 1


def test_thousands_come_once_oldest_first_and_are_not_all_held_in_memory(fake: FakeCanvas) -> None:
    topics = [fake.begin(f"Week {n}") for n in range(12)]
    for n in range(3_600):
        fake.say(topics[n % 12], f"Counting {n}", START + timedelta(seconds=n // 7))
    found = fetched(fake)
    assert len(found) == 3_600
    asked_again = [path for path in fake.paths if "entry_list" in path]
    assert asked_again
    assert len(asked_again) <= 12 * 12, "each batch of 200 asks each topic once"


def test_attachments_and_files_are_told_by_one_address_each(fake: FakeCanvas) -> None:
    topic = fake.begin()
    entry = fake.say(topic, "look", START + HOUR)
    entry.html = (
        f'<p>look <img src="{fake.url}/courses/12/files/9/preview?verifier=abc" data-api-endpoint="{fake.url}/api/v1/files/9">'
        f' <a class="instructure_file_link" href="/users/21/files/4/download?wrap=1">notes</a>'
        f' <img class="equation_image" src="{fake.url}/equation_images/x%255E2" alt="LaTeX: x^2">'
        ' <a href="https://elsewhere.example.test/files/9">there</a></p>'
    )
    entry.extra = {
        "attachment": {
            "content-type": "image/png",
            "display_name": "me.png",
            "url": f"{fake.url}/files/5/download?verifier=x",
        }
    }
    (comment,) = fetched(fake).values()
    assert comment.media == (
        Media("file", f"{fake.url}/files/4"),
        Media("image", f"{fake.url}/files/5"),
        Media("image", f"{fake.url}/files/9"),
        Media("link", "https://elsewhere.example.test/files/9"),
    )
    assert comment.text.splitlines()[-1] == "me.png"
    entry.html = entry.html.replace("/courses/12/files/9/preview?verifier=abc", "/files/9/download?verifier=other")
    assert one(fake, comment.id).revision == comment.revision, "Canvas writes the same file's address in many ways"


def test_the_words_of_a_formula_are_words(fake: FakeCanvas) -> None:
    """Its picture is drawn from the address, or from what stands beside it: whoever writes HTML may let them differ."""
    written = (
        r'<p>So <img class="equation_image" src="/equation_images/%255Ctext%257BLee%2520lies%257D?scale=1" alt="LaTeX: \text{Lee lies}"'
        r' data-equation-content="\text{Lee lies}"> and <img src="/equation_images/x%255E2" alt="LaTeX: y &lt; 2">'
        r' <img src="/files/9/preview" alt="a pig"></p>'
    )
    topic = fake.begin()
    fake.say(topic, "", START + HOUR).html = written
    (comment,) = fetched(fake).values()
    assert comment.text.split() == ["So", r"\text{Lee", "lies}", "and", "x^2", "y", "<", "2"]
    assert comment.media == (Media("image", f"{fake.url}/files/9"),)


def test_who_is_anonymous_or_no_more_a_user_has_no_name(fake: FakeCanvas) -> None:
    topic = fake.begin()
    fake.say(topic, "nobody", START + HOUR, user=None)
    topic.extra = {"author": None}
    nobody = [(c.author.id, c.author.name, c.author.is_staff) for c in fetched(fake).values()]
    assert nobody == [("", "", None), ("", "", None)], "a discussion that somebody unknown began counts as a student's"


def test_announcements_are_read_where_the_page_asks_for_them(fake: FakeCanvas) -> None:
    news = Topic(500, "Trip on Friday")
    fake.announcements[500] = news
    fake.say(news, "not going", START + HOUR)
    assert fetched(fake) == {}
    assert [c.text for c in fetched(fake, announcements=True).values()] == ["not going"]
    with pytest.raises(BadConfig, match="announcements"):
        canvas(fake, announcements="yes")


def test_what_a_group_begins_for_itself_is_read(fake: FakeCanvas) -> None:
    ids = planted(fake)
    fake.tags = [77]
    place = place_behind(fake)
    plan = fake.begin_in_group(5, "Who is in?", author=22, at=START + 95 * HOUR)
    fake.say(plan, "Lee stays out", START + 96 * HOUR, 23)
    news = fake.begin_in_group(6, "Lee is out", author=21, at=START + 97 * HOUR, extra={"is_announcement": True})
    found = fetched(fake, place)
    assert [c.text.splitlines()[0] for c in found.values()] == [
        "last word",
        "Who is in?",
        "Lee stays out",
        "Lee is out",
    ]
    assert found[f"g5.t{plan.id}"].author.name == "Moss"
    assert found[f"g6.t{news.id}"].permalink == f"{fake.url}/groups/6/discussion_topics/{news.id}"
    assert {c.id: c for c in canvas(fake).get(list(found))} == found
    assert ids["frog"] in fetched(fake), "what the course gives its groups is read once"
    everything = fetched(fake)
    fake.trouble = lambda asked: UNAUTHORIZED if asked.path.partition("?")[0].endswith("/groups") else None
    assert everything.keys() - fetched(fake).keys() == {id for id in found if id[0] == "g"}


def test_a_topic_that_goes_away_meanwhile_takes_nothing_else_with_it(fake: FakeCanvas) -> None:
    planted(fake)
    (first, *_) = fake.topics
    gone = reply_json({"errors": []}, 404)
    fake.trouble = lambda asked: gone if f"discussion_topics/{first}/" in asked.path else None
    assert {id.partition(".")[0] for id in fetched(fake)}.isdisjoint({str(first)})
    fake.trouble = lambda asked: (
        None if "/users" in asked.path or asked.path.partition("?")[0].endswith("topics") else gone
    )
    with pytest.raises(Exception, match="not there any more"):
        fetched(fake)


def test_ids_are_asked_for_by_fifty_and_an_unknown_one_spoils_nothing(fake: FakeCanvas) -> None:
    topic = fake.begin()
    entries = [fake.say(topic, f"n {n}", START + n * HOUR) for n in range(120)]
    ids = [f"{topic.id}.{entry.id}" for entry in entries]
    fake.platform.asked.clear()
    assert len(list(canvas(fake).get(ids))) == 120
    assert sum("entry_list" in path for path in fake.paths) == 3
    unknown = [f"{topic.id}.99999", "77777.1", "t77777", f"0{ids[0]}", "g5.1.1"]
    assert {c.id for c in canvas(fake).get([*unknown, *ids[:9]])} == set(ids[:9])


def test_a_course_is_found_by_any_address_within_it(fake: FakeCanvas) -> None:
    planted(fake)
    for rest in ("", "/", "/discussion_topics", "/discussion_topics/100?module_item_id=5#entry-7"):
        assert len(list(canvas(fake, fake.address + rest).fetch(None))) == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "https://canvas.example.test/",
        "https://canvas.example.test/courses",
        "https://canvas.example.test/courses/x",
    ],
)
def test_another_address_is_refused(fake: FakeCanvas, url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        canvas(fake, url or " ")
    assert caught.value.field == "url"


def test_a_token_goes_over_https_and_is_one(fake: FakeCanvas) -> None:
    with pytest.raises(BadConfig, match="https"):
        canvas(fake, "http://canvas.example.test/courses/12")
    for secret in ("", "short", "two words are no token"):
        with pytest.raises(BadConfig) as caught:
            canvas(fake, secret=secret)
        assert caught.value.field == "secret"
        assert "New Access Token" in str(caught.value)


def test_it_says_who_asks(fake: FakeCanvas) -> None:
    fetched(fake, contact="mailto:it@school.example.test")
    headers = fake.platform.asked[0].headers
    assert headers["User-Agent"] == "Hallmonitor/0.1 (+mailto:it@school.example.test)"
    assert headers["Authorization"] == f"Bearer {TOKEN}"


def test_a_list_that_does_not_say_where_it_goes_on_is_not_taken_for_whole(fake: FakeCanvas) -> None:
    planted(fake)
    fake.trouble = lambda asked: reply_json([]) if "discussion_topics?" in asked.path else None
    with pytest.raises(Unavailable, match="Link"):
        fetched(fake)
    link = f'<{fake.address.replace("/courses", "/api/v1/courses")}/discussion_topics?per_page=100>; rel="next"'
    fake.trouble = lambda asked: reply_json([], Link=link) if "discussion_topics?" in asked.path else None
    with pytest.raises(Unavailable, match="circle"):
        fetched(fake)
    elsewhere = '<https://elsewhere.example.test/api/v1/x>; rel="next"'
    fake.trouble = lambda asked: reply_json([], Link=elsewhere) if "discussion_topics?" in asked.path else None
    with pytest.raises(BadConfig, match="alone"):
        fetched(fake)


def test_a_comment_dated_in_the_future_hides_nothing(fake: FakeCanvas) -> None:
    topic = fake.begin()
    fake.say(topic, "from the future", datetime(2097, 1, 1, tzinfo=UTC))
    place = place_behind(fake)
    fake.say(topic, "today", datetime.now(UTC).replace(microsecond=0))
    assert "today" in {c.text for c in fetched(fake, place).values()}
