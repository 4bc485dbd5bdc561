"""Against a real WordPress. What a real one cannot be made to answer stands in test_wordpress_site.py."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import httpx
import pytest

from connectors import wordpress as module
from connectors.base import (
    ActionKind,
    Checkpoint,
    CommentState,
    Gone,
    NotAllowed,
    Unavailable,
)
from tests.servers.wordpress import WordPressServer
from tests.unit.connectors.blog import connect, fetched, login_of, one

pytestmark = pytest.mark.server


def post(
    server: WordPressServer, gmt: str, local: str = "", text: str = "late", count: int = 1, status: str = "1"
) -> None:
    """Write comments as a visitor's browser would leave them in the database."""
    row = f"({server.posts['beans']}, 'Moss', '{text}', '{local or gmt}', '{gmt}', '{status}', 'comment')"
    columns = "comment_post_ID, comment_author, comment_content, comment_date, comment_date_gmt, comment_approved"
    server.sql(f"insert into wp_comments ({columns}, comment_type) values {', '.join([row] * count)}")


def at(checkpoint: datetime) -> Checkpoint:
    return Checkpoint({"time": checkpoint.isoformat()})


# reading


def test_comments_come_as_they_were_written(wordpress: WordPressServer) -> None:
    found = {c.text: c for c in fetched(connect(wordpress)).values()}
    signs = found['Is 3 < 4 && 9 > 8? He said "yes" & left']
    assert (signs.author.name, signs.author.id, signs.author.is_staff) == ("Fern & Moss", "", False)
    assert signs.created == datetime(2024, 10, 1, 18, tzinfo=UTC)
    assert signs.permalink == f"{wordpress.url}/2024/our-beans-are-up/#comment-{wordpress.comments['signs']}"
    reply = found["🌱🌱 wow"]
    assert (reply.parent, reply.state) == (str(wordpress.comments["tall"]), CommentState.VISIBLE)
    assert found["nobody wants to see your face"].state == CommentState.HELD
    assert found["No name at all"].author.name == ""
    assert "[...] a class grows beans [...]" in found, "a pingback stands among the comments"
    assert "Shall we order compost?" in found, "a private post has comments too"
    assert not {"first", 'Cheap seeds <a href="http://shop.example.test/?a=1&amp;b=2">here</a>'} & found.keys()


@pytest.mark.parametrize(
    ("user", "comment", "staff"),
    [
        ("gardener", "teacher", True),
        ("gardener", "inside", True),
        ("gardener", "tall", False),
        ("gardener", "rude", False),
        ("helper", "teacher", None),
        ("helper", "tall", None),
        ("helper", "rude", False),
    ],
)
def test_staff_is_known_to_administrators_and_a_guest_is_none(
    wordpress: WordPressServer, user: str, comment: str, staff: bool | None
) -> None:
    assert one(connect(wordpress, user), str(wordpress.comments[comment])).author.is_staff is staff


def test_get_gives_every_state(wordpress: WordPressServer) -> None:
    names = {"tall": "visible", "held": "held", "junk": "spam", "binned": "removed", "ping": "visible"}
    wanted = {str(wordpress.comments[name]): state for name, state in names.items()}
    assert {c.id: c.state.value for c in connect(wordpress).get([*wanted, "999999"])} == wanted


def test_an_edit_shows_when_the_page_is_read_again(wordpress: WordPressServer) -> None:
    id = str(wordpress.comments["tall"])
    before = one(connect(wordpress), id)
    wordpress.sql(f"update wp_comments set comment_content = 'Edited by its author' where comment_ID = {id}")
    after = fetched(connect(wordpress), before.created)[id]
    assert (after.text, after.created) == ("Edited by its author", before.created)
    assert after.revision != before.revision


@pytest.mark.parametrize("name", ["junk", "binned", "held"])
def test_a_comment_that_is_approved_late_shows_below_the_checkpoint(wordpress: WordPressServer, name: str) -> None:
    id = str(wordpress.comments[name])
    wordpress.sql(f"update wp_comments set comment_approved = '1' where comment_ID = {id}")
    assert fetched(connect(wordpress), datetime(2024, 10, 1, tzinfo=UTC))[id].state == CommentState.VISIBLE


def test_a_comment_in_the_hour_that_comes_twice_is_not_lost(wordpress: WordPressServer) -> None:
    post(wordpress, "2024-11-03 09:10:00", local="2024-11-03 01:10:00", text="second one o clock")
    behind = at(datetime(2024, 11, 3, 8, 40, tzinfo=UTC))  # 01:40 of the first one o'clock
    assert "second one o clock" in {c.text for c in fetched(connect(wordpress), behind).values()}
    since = datetime(2024, 11, 3, 9, 10, tzinfo=UTC)
    texts = [c.text for c in fetched(connect(wordpress), since).values()]
    assert texts[:2] == ["second one o clock", "Written in the hour that comes twice"]


def test_a_comment_dated_in_the_future_does_not_hide_what_comes_before(wordpress: WordPressServer) -> None:
    post(wordpress, "2097-01-01 00:00:00", text="from the future")
    (*_, last) = connect(wordpress).fetch(None)
    assert last.checkpoint
    assert datetime.fromisoformat(str(last.checkpoint.value["time"])) <= datetime.now(UTC)
    now = datetime.now(UTC) - timedelta(minutes=1)
    post(wordpress, f"{now:%Y-%m-%d %H:%M:%S}", f"{now - timedelta(hours=8):%Y-%m-%d %H:%M:%S}", "today")
    texts = {c.text for c in fetched(connect(wordpress), last.checkpoint).values()}
    assert texts == {"today", "from the future"}


def test_hundreds_in_one_second_all_come_once_and_checkpoints_move_forward(
    wordpress: WordPressServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAX_BATCH", 120)
    post(wordpress, "2024-12-01 10:00:00", count=330)
    batches = list(connect(wordpress).fetch(None))
    assert [len(batch.comments) for batch in batches] == [120, 120, 104]
    assert len({c.id for batch in batches for c in batch.comments}) == 344
    places = [str(batch.checkpoint.value["time"]) for batch in batches if batch.checkpoint]
    assert all(first <= second for first, second in pairwise(places))
    everything = {c.id for batch in batches for c in batch.comments}
    assert batches[0].checkpoint  # a run that died behind its first batch loses nothing
    behind = set(fetched(connect(wordpress), batches[0].checkpoint))
    assert everything <= behind | {c.id for c in batches[0].comments}


@pytest.mark.parametrize("gone", [5, 60, 95])
def test_comments_that_vanish_while_we_read_take_no_others_with_them(wordpress: WordPressServer, gone: int) -> None:
    post(wordpress, "2024-12-01 10:00:00", count=290)
    lists = 0

    def delete_some(request: httpx.Request) -> None:
        nonlocal lists
        lists += "/comments" in request.url.path
        if lists == 2:
            ids = wordpress.sql("select comment_ID from wp_comments where comment_content = 'late' order by 1 limit 95")
            doomed = ",".join(ids.split()[:gone])
            wordpress.sql(f"update wp_comments set comment_approved = 'trash' where comment_ID in ({doomed})")

    found = fetched(connect(wordpress, before=delete_some))
    left = wordpress.sql("select comment_ID from wp_comments where comment_approved in ('0', '1')").split()
    assert len(left) == 304 - gone
    assert set(left) <= found.keys()


def test_a_comment_without_a_date_is_read_all_the_same(wordpress: WordPressServer) -> None:
    wordpress.sql("set sql_mode = ''; update wp_comments set comment_date_gmt = '0000-00-00' where comment_ID = 2")
    found = fetched(connect(wordpress))
    assert len(found) == 14
    assert found["2"].created == datetime(2024, 10, 1, 9, tzinfo=UTC)  # the local time has to do


def test_a_post_in_the_trash_hides_its_comments_and_none_can_be_restored_alone(wordpress: WordPressServer) -> None:
    httpx.delete(f"{wordpress.url}/wp-json/wp/v2/posts/{wordpress.posts['photos']}", auth=login_of(wordpress))
    page, id = connect(wordpress), str(wordpress.comments["tie"])
    assert id not in fetched(page)
    comment = one(page, id)
    assert comment.state == CommentState.REMOVED
    with pytest.raises(NotAllowed, match="whole post"):
        page.act(id, ActionKind.RESTORE, seen=comment.revision)
    assert page.act(id, ActionKind.HIDE, seen=comment.revision).already


# acting


def test_hiding_keeps_the_evidence_and_owns_up_to_a_rewritten_text(wordpress: WordPressServer) -> None:
    id = str(wordpress.comments["signs"])
    judged = one(connect(wordpress), id)
    receipt = connect(wordpress).act(id, ActionKind.HIDE, seen=judged.revision)
    after = one(connect(wordpress), id)
    assert after.text != judged.text, "this WordPress no longer rewrites: CONNECTORS.md is out of date"
    assert (receipt.revision, receipt.state) == (after.revision, CommentState.HELD)
    assert "rewrote" in receipt.detail
    kept = wordpress.sql(f"select comment_author_IP, comment_agent from wp_comments where comment_ID = {id}")
    assert kept.split("\t") == ["203.0.113.9", "Classroom Tablet 2\n"]
    # the process died before it stored the receipt, and asks again with what it knew
    again = connect(wordpress).act(id, ActionKind.HIDE, seen=judged.revision)
    assert (again.already, again.revision) == (True, after.revision)


def test_a_comment_without_an_address_can_be_hidden(wordpress: WordPressServer) -> None:
    id = str(wordpress.comments["heldtie"])
    seen = one(connect(wordpress), id).revision
    assert connect(wordpress).act(id, ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE
    assert connect(wordpress).act(id, ActionKind.HIDE, seen=seen).state == CommentState.HELD


@pytest.mark.parametrize("name", ["junk", "binned"])
def test_what_no_visitor_can_see_is_hidden_already(wordpress: WordPressServer, name: str) -> None:
    id = str(wordpress.comments[name])
    before = one(connect(wordpress), id)
    receipt = connect(wordpress).act(id, ActionKind.HIDE, seen=before.revision)
    assert (receipt.already, receipt.state) == (True, before.state)


def test_removing_goes_to_the_trash_and_comes_back(wordpress: WordPressServer) -> None:
    id = str(wordpress.comments["rude"])
    seen = one(connect(wordpress), id).revision
    connect(wordpress).act(id, ActionKind.REMOVE, seen=seen)
    assert wordpress.sql(f"select comment_approved from wp_comments where comment_ID = {id}") == "trash\n"
    assert connect(wordpress).act(id, ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE


@pytest.mark.parametrize("action", [ActionKind.HIDE, ActionKind.REMOVE, ActionKind.SPAM])
@pytest.mark.parametrize("arrives", [True, False])
def test_a_write_without_an_answer_is_looked_up(wordpress: WordPressServer, action: ActionKind, arrives: bool) -> None:
    writes = 0

    def lose_answer(request: httpx.Request) -> None:
        nonlocal writes
        if request.method == "GET":
            return
        writes += 1
        if arrives:
            httpx.HTTPTransport().handle_request(request)
        raise httpx.ReadTimeout("no answer", request=request)

    id = str(wordpress.comments["rude"])
    before = one(connect(wordpress), id)
    page = connect(wordpress, before=lose_answer)
    if arrives:
        receipt = page.act(id, action, seen=before.revision)
        assert receipt.state == one(connect(wordpress), id).state != CommentState.VISIBLE
    else:
        with pytest.raises(Unavailable, match="in time"):
            page.act(id, action, seen=before.revision)
        assert one(connect(wordpress), id) == before
    assert writes == 1


def test_an_answer_of_200_is_not_believed(wordpress: WordPressServer) -> None:
    def say_yes(request: httpx.Request) -> httpx.Response | None:
        return None if request.method == "GET" else httpx.Response(200, json={"status": "hold"})

    id = str(wordpress.comments["rude"])
    seen = one(connect(wordpress), id).revision
    with pytest.raises(Unavailable, match="did nothing"):
        connect(wordpress, before=say_yes).act(id, ActionKind.HIDE, seen=seen)


@pytest.mark.parametrize("how", ["trash", "for good"])
def test_somebody_may_be_faster(wordpress: WordPressServer, how: str) -> None:
    id = str(wordpress.comments["rude"])

    def be_faster(request: httpx.Request) -> None:
        if request.method == "DELETE" and how == "trash":
            wordpress.sql(f"update wp_comments set comment_approved = 'trash' where comment_ID = {id}")
        elif request.method == "DELETE":
            wordpress.sql(f"delete from wp_comments where comment_ID = {id}")

    page, seen = connect(wordpress, before=be_faster), one(connect(wordpress), id).revision
    if how == "trash":
        receipt = page.act(id, ActionKind.REMOVE, seen=seen)
        assert (receipt.already, receipt.state) == (True, CommentState.REMOVED)
    else:
        with pytest.raises(Gone):
            page.act(id, ActionKind.REMOVE, seen=seen)
