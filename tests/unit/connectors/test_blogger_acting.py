"""What is done on Blogger, and what it tells of a blog's settings."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.base import (
    ActionKind,
    Changed,
    CommentState,
    Gone,
    NotAllowed,
    Unavailable,
)
from tests.servers.blogger import POST, FakeBlogger
from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import Question, refusal
from tests.unit.connectors.room12 import blogger, fetched, one

TARGET = f"{POST}.18"


@pytest.fixture
def fake(platform: FakePlatform) -> FakeBlogger:
    return FakeBlogger(platform)


def orders(fake: FakeBlogger) -> list[str]:
    return [question.path.rpartition("/")[2] for question in fake.asked if question.method != "GET"]


def test_hiding_is_marking_as_spam_and_comes_back(fake: FakeBlogger) -> None:
    page, seen = blogger(fake), one(blogger(fake), TARGET).revision
    receipt = page.act(TARGET, ActionKind.HIDE, seen=seen)
    assert (receipt.state, fake.remarks["18"].status) == (CommentState.HELD, "SPAM")
    assert page.act(TARGET, ActionKind.HIDE, seen=seen).already
    assert page.act(TARGET, ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE
    assert orders(fake) == ["spam", "approve"]


def test_removing_empties_the_comment_for_good_and_keeps_its_replies(fake: FakeBlogger) -> None:
    page, seen = blogger(fake), one(blogger(fake), f"{POST}.11").revision
    receipt = page.act(f"{POST}.11", ActionKind.REMOVE, seen=seen)
    assert (receipt.state, fake.remarks["11"].content) == (CommentState.REMOVED, "")
    assert receipt.revision == one(page, f"{POST}.11").revision != seen
    assert f"{POST}.12" in fetched(page)
    assert page.act(f"{POST}.11", ActionKind.REMOVE, seen=seen).already
    with pytest.raises(NotAllowed, match="for good"):
        page.act(f"{POST}.11", ActionKind.RESTORE, seen=receipt.revision)
    assert orders(fake) == ["removecontent"]


def test_an_edit_before_the_press_is_seen(fake: FakeBlogger) -> None:
    seen = one(blogger(fake), TARGET).revision
    fake.remarks["18"].content = "I am sorry"
    with pytest.raises(Changed):
        blogger(fake).act(TARGET, ActionKind.HIDE, seen=seen)
    assert orders(fake) == []


def at_the_order(do: Callable[[], Reply | None]) -> Callable[[Question], Reply | None]:
    return lambda question: do() if question.method == "POST" else None


@pytest.mark.parametrize("arrives", [True, False])
def test_an_order_without_an_answer_is_looked_up_and_not_given_again(fake: FakeBlogger, arrives: bool) -> None:
    def lose_answer() -> Reply:
        if arrives:
            fake.remarks["18"].status = "SPAM"
        return Reply(200, b"{}  ", cut=True)

    seen = one(blogger(fake), TARGET).revision
    fake.instead = at_the_order(lose_answer)
    if arrives:
        assert blogger(fake).act(TARGET, ActionKind.HIDE, seen=seen).state == CommentState.HELD
    else:
        with pytest.raises(Unavailable):
            blogger(fake).act(TARGET, ActionKind.HIDE, seen=seen)
    assert orders(fake) == ["spam"]


def test_an_answer_is_not_believed_and_somebody_may_be_faster(fake: FakeBlogger) -> None:
    seen = one(blogger(fake), TARGET).revision
    fake.instead = at_the_order(lambda: reply_json({"status": "SPAM"}))
    with pytest.raises(Unavailable, match="shows no change"):
        blogger(fake).act(TARGET, ActionKind.HIDE, seen=seen)

    def be_faster() -> Reply:
        del fake.remarks["18"]
        return refusal(404, "notFound")

    fake.instead = at_the_order(be_faster)
    with pytest.raises(Gone):
        blogger(fake).act(TARGET, ActionKind.HIDE, seen=seen)


# settings


def test_a_blog_of_ours_says_what_it_can(fake: FakeBlogger) -> None:
    settings = blogger(fake).check()
    assert (settings.title, settings.account, settings.may_moderate) == ("Room 12", "Ms. Reed", True)
    assert (settings.public, settings.comments_open, settings.administrators) == (None, True, ())
    said = {finding.field for finding in settings.findings}
    assert said == {"posts", "public", "comment_moderation", "administrators", "search_visibility"}
    assert not [finding for finding in settings.findings if finding.problem]


@pytest.mark.parametrize(
    ("posts", "comments_open"),
    [
        ({"1": "ALLOW"}, True),
        ({"1": "DONT_ALLOW_SHOW_EXISTING", "2": "DONT_ALLOW_HIDE_EXISTING"}, False),
        ({"1": "DONT_ALLOW_SHOW_EXISTING", "2": ""}, None),
        ({}, None),
        ({**{str(n): "DONT_ALLOW_HIDE_EXISTING" for n in range(120)}, "999": "ALLOW"}, True),
    ],
)
def test_a_blog_is_called_closed_only_when_each_post_is(
    fake: FakeBlogger, posts: dict[str, str], comments_open: bool | None
) -> None:
    fake.posts = posts
    assert blogger(fake).check().comments_open is comments_open


def test_an_account_that_is_no_administrator_is_told_what_to_do(fake: FakeBlogger) -> None:
    fake.administers = False
    settings = blogger(fake).check()
    assert (settings.may_moderate, settings.comments_open) == (False, None)
    assert [finding.field for finding in settings.findings if finding.problem] == ["may_moderate"]
