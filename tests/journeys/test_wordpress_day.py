"""A day of a class blog, on a real WordPress, at a real terminal."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.blog import Blog
from tests.journeys.desk import Desk
from tests.servers.fake import FakePlatform
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server
BY = "principal@garden.example"
INSULT = "You are a disgusting stupid pig and everybody hates you"
THREAT = "I am going to shoot up the school on friday, you will all see"


@pytest.fixture
def blog(wordpress: WordPressServer) -> Blog:
    return Blog(wordpress)


@pytest.fixture
def desk(tmp_path: Path, blog: Blog) -> Desk:
    """A school of its own, set up as the README says."""
    desk = Desk(tmp_path / "home", tmp_path / "school", {"GARDEN": blog.server.secret()})
    desk.must("init", str(desk.config), answers=f"Garden School\nAmerica/Los_Angeles\n{BY}\nP. Principal\n")
    (desk.config / "classes" / "garden.yaml").write_text(
        "id: garden\ntitle: Garden\nsite: garden-school\nteacher: okafor@garden.example\nconnector: wordpress\n"
        f"url: {blog.server.url}\ncredentials: env:GARDEN\nroster: rosters/garden.csv\n"
    )
    (desk.config / "rosters" / "garden.csv").write_text(
        "first,last,nickname,student_id\nXiomara,Delacroix,Xio,052213F017\n"
    )
    desk.must("pages", "apply")
    return desk


def test_new_edited_late_approved_and_deleted_comments_are_each_seen_once(desk: Desk, blog: Blog) -> None:
    assert desk.scan()["garden"]["status"] == "done"
    assert desk.scan()["garden"]["fetched"] == 0
    late = blog.post(INSULT, status="spam", minutes_ago=60 * 24 * 3)
    plain = blog.post("the beans look great")
    assert desk.scan()["garden"]["fetched"] == 1
    assert late not in desk.queue()
    blog.server.sql(f"update wp_comments set comment_approved='1' where comment_ID={late}")
    assert desk.scan()["garden"]["fetched"] == 1
    assert late in desk.queue()
    blog.edit(plain, INSULT)
    assert (desk.scan()["garden"]["fetched"], plain in desk.queue()) == (1, True)
    blog.delete(late)
    assert desk.scan()["garden"]["fetched"] == 0
    (last, before, *_) = desk.must("runs", "--json").json
    assert (last["deleted"], before["deleted"]) == (1, 0)
    assert desk.scan()["garden"]["fetched"] == 0
    assert desk.must("runs", "--json").json[0]["deleted"] == 0


def test_a_hide_decided_in_the_terminal_is_hidden_there_and_stays_judged(desk: Desk, blog: Blog) -> None:
    id = blog.post(f"5 < 6 && 7 > 6? {INSULT}")
    desk.scan()
    mine = [flag for flag in desk.must("queue", "--by", BY, "--json").json if flag["comment"].endswith(id)]
    keys = "".join("h\n" if flag in mine else "s\n" for flag in desk.must("queue", "--by", BY, "--json").json)
    shown = desk.must("review", "--by", BY, answers=keys).out
    assert "disgusting" in shown
    assert "II.6" in shown
    assert blog.status(id) == "hold"
    again = desk.scan()["garden"]
    assert (again["fetched"], again["flagged"]) == (0, 0)
    assert id not in desk.queue()


def test_an_edit_between_flag_and_decision_hides_nothing(desk: Desk, blog: Blog) -> None:
    id = blog.post(INSULT)
    desk.scan()
    flag = desk.queue()[id]["flag"]
    blog.edit(id, "Xiomara Delacroix has lovely beans")
    told = desk.must("decide", flag, "--hide", "--by", BY, "--json").json
    assert (told["won"], told["action_state"]) == (True, "cancelled")
    assert blog.status(id) == "approved"
    fresh = desk.queue()[id]
    assert fresh["rules"] == ["student_name"]
    assert fresh["flag"] != flag


def test_a_threat_is_escalated_with_its_telephones_and_hidden(desk: Desk, blog: Blog) -> None:
    id = blog.post(THREAT)
    desk.scan()
    queued = desk.queue()[id]
    assert (queued["severity"], "threat" in queued["rules"]) == ("critical", True)
    answer = desk.must("decide", queued["flag"][-8:], "--hide", "--by", BY)
    assert "(213) 625-6631" in answer.out
    assert blog.status(id) == "hold"
    (case,) = desk.must("case", "list", "--by", BY, "--json").json
    assert desk.must("case", "done", case["case"], "1", "--by", BY, "--note", "called at once").code == 0
    assert desk.must("case", "show", case["case"], "--by", BY, "--json").json["steps"][0]["done_by"] == BY


@pytest.mark.parametrize(
    ("break_it", "words"),
    [
        (lambda desk, blog: blog.server.fault("429 900"), "900"),
        (lambda desk, blog: blog.server.fault("500"), "500"),
        (lambda desk, blog: desk.secrets.update(GARDEN="gardener:wrong wrong wrong"), "password"),
        (lambda desk, blog: desk.secrets.clear(), "GARDEN is not set"),
    ],
)
def test_a_page_that_cannot_be_read_fails_with_its_reason_and_loses_nothing(
    desk: Desk, blog: Blog, break_it: Callable[[Desk, Blog], None], words: str
) -> None:
    id = blog.post(INSULT)
    whole = dict(desk.secrets)
    break_it(desk, blog)
    answer = desk.run("scan", "--json")
    (page,) = answer.json["pages"]
    assert (answer.code, page["status"]) == (1, "failed")
    assert words in page["error"]
    blog.server.fault(None)
    desk.secrets.update(whole)
    assert desk.scan()["garden"]["status"] == "done"
    assert id in desk.queue()


def test_an_action_waits_for_a_platform_that_is_down_and_the_next_scan_carries_it_out(desk: Desk, blog: Blog) -> None:
    id = blog.post(INSULT)
    desk.scan()
    flag = desk.queue()[id]["flag"]
    blog.server.fault("503 600")
    told = desk.must("decide", flag, "--hide", "--by", BY, "--json").json
    assert (told["won"], told["action_state"], told["receipt"]) == (True, "pending", None)
    blog.server.fault(None)
    assert blog.status(id) == "approved"
    desk.scan()
    assert blog.status(id) == "hold"


def test_no_word_of_a_comment_no_name_and_no_secret_stands_in_the_clear(desk: Desk, blog: Blog) -> None:
    canary = "Zyzzogeton quokkabranch"
    blog.post(f"{canary} {INSULT} says Xiomara Delacroix")
    out = [
        desk.run("--verbose", *command) for command in (["scan"], ["queue"], ["runs"], ["doctor"], ["pages", "list"])
    ]
    blog.server.fault("500")
    out.append(desk.run("--verbose", "scan", "--json"))
    written = desk.everything_written() + "".join(a.out + a.err for a in out).encode()
    for secret in (
        "Zyzzogeton",
        "quokkabranch",
        "Xiomara",
        "Delacroix",
        "Thistle",
        blog.server.secret().partition(":")[2],
    ):
        assert secret.encode() not in written, secret


def test_no_address_of_a_picture_is_ever_requested(desk: Desk, blog: Blog, platform: FakePlatform) -> None:
    """The pictures lie on a server that remembers what it was asked: through the whole journey it is asked nothing."""
    picture = f'<img src="{platform.url}/trip.jpg"> {platform.url}/film.mp4?sig=1 {INSULT}'
    id = blog.post("to be replaced")
    blog.edit(id, picture)
    desk.scan()
    flag = desk.queue()[id]
    assert "student_media" in flag["rules"]
    assert desk.run("pages", "check").code == 1  # nobody but its own account administers the blog
    desk.must("review", "--by", BY, answers="q\n")
    assert desk.must("decide", flag["flag"], "--hide", "--by", BY, "--json").json["action_state"] == "done"
    desk.scan()
    assert platform.asked == []
