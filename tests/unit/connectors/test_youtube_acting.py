"""What is done on YouTube, and what it tells of a page's settings."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connectors.base import ActionKind, Changed, CommentState, Gone, NotAllowed, Unavailable
from tests.servers.fake import FakePlatform, Reply, reply_json
from tests.servers.google import Question, refusal
from tests.servers.youtube import BEGIN, OTHERS, FakeYouTube, Spoken, Video
from tests.unit.connectors.room12 import CHANNEL_PAGE, VIDEO_PAGE, fetched, one, youtube

MODERATE = "/youtube/v3/comments/setModerationStatus"
WORDS = {ActionKind.HIDE: "heldForReview", ActionKind.RESTORE: "published", ActionKind.REMOVE: "rejected"}


@pytest.fixture
def fake(platform: FakePlatform) -> FakeYouTube:
    return FakeYouTube(platform)


def at_the_order(do: Callable[[], Reply | None]) -> Callable[[Question], Reply | None]:
    return lambda question: do() if question.path == MODERATE else None


@pytest.mark.parametrize("id", ["UgxA", "UgxA.1", "UgxF"])
@pytest.mark.parametrize("url", [CHANNEL_PAGE, VIDEO_PAGE])
def test_first_comments_and_replies_are_held_and_published_again(fake: FakeYouTube, id: str, url: str) -> None:
    page, seen = youtube(fake, url), one(youtube(fake, url), id).revision
    assert page.act(id, ActionKind.HIDE, seen=seen).state == CommentState.HELD
    assert fake.spoken[id].status == "heldForReview"
    assert one(page, id).state == fetched(page)[id].state == CommentState.HELD
    assert page.act(id, ActionKind.HIDE, seen=seen).already
    receipt = page.act(id, ActionKind.RESTORE, seen=seen)
    assert (receipt.state, fake.spoken[id].status) == (CommentState.VISIBLE, "published")
    assert len(fake.questions(MODERATE)) == 2


@pytest.mark.parametrize("tells", [True, False])
def test_what_is_rejected_is_in_no_list_and_cannot_be_published_again(fake: FakeYouTube, tells: bool) -> None:
    fake.tells_rejected = tells  # whether by id is written nowhere
    page, seen = youtube(fake), one(youtube(fake), "UgxF").revision
    receipt = page.act("UgxF", ActionKind.REMOVE, seen=seen)
    assert (receipt.state, receipt.revision, receipt.already) == (CommentState.REMOVED, seen, False)
    assert "does not publish it again" in receipt.detail
    assert "UgxF" not in fetched(page)
    with pytest.raises(NotAllowed if tells else Gone):
        page.act("UgxF", ActionKind.RESTORE, seen=seen)
    assert fake.spoken["UgxF"].status == "rejected"
    assert len(fake.questions(MODERATE)) == 1, "an order that YouTube refuses is not given"


def test_each_of_many_replies_to_one_comment_is_held_and_published_again(fake: FakeYouTube) -> None:
    """YouTube shows five of those that wait: the others are in no list, and were not rejected by anybody."""
    ids = [f"UgxA.r{n}" for n in range(8)]
    fake.add(*(Spoken(id, "you smell", BEGIN + timedelta(hours=n), parent="UgxA") for n, id in enumerate(ids)))
    page = youtube(fake)
    seen = one(page, ids[0]).revision
    assert {page.act(id, ActionKind.HIDE, seen=seen).state for id in ids} == {CommentState.HELD}
    assert {comment.state for comment in page.get(ids)} == {CommentState.HELD}
    assert page.act(ids[0], ActionKind.REMOVE, seen=seen).state == CommentState.REMOVED
    for id in ids[1:]:
        assert page.act(id, ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE
    assert {fake.spoken[id].status for id in ids} == {"rejected", "published"}


def test_a_reply_below_a_comment_that_is_held_was_not_rejected(fake: FakeYouTube) -> None:
    page = youtube(fake)
    page.act("UgxA", ActionKind.HIDE, seen=one(page, "UgxA").revision)
    assert one(page, "UgxA.1").state == CommentState.HELD


def test_what_waits_as_spam_is_hidden_already_and_can_be_published(fake: FakeYouTube) -> None:
    page, seen = youtube(fake), one(youtube(fake), "UgxD").revision
    assert page.act("UgxD", ActionKind.HIDE, seen=seen).already
    assert page.act("UgxD", ActionKind.RESTORE, seen=seen).state == CommentState.VISIBLE


def test_an_edit_before_the_press_is_seen(fake: FakeYouTube) -> None:
    seen = one(youtube(fake), "UgxF").revision
    fake.spoken["UgxF"].text = "I am sorry"
    with pytest.raises(Changed):
        youtube(fake).act("UgxF", ActionKind.HIDE, seen=seen)
    assert fake.questions(MODERATE) == []


@pytest.mark.parametrize("arrives", [True, False])
def test_an_order_without_an_answer_is_looked_up_and_not_given_again(fake: FakeYouTube, arrives: bool) -> None:
    def lose_answer() -> Reply:
        if arrives:
            fake.spoken["UgxF"].status = "heldForReview"
        return Reply(200, b"{}  ", cut=True)

    seen = one(youtube(fake), "UgxF").revision
    fake.instead = at_the_order(lose_answer)
    if arrives:
        assert youtube(fake).act("UgxF", ActionKind.HIDE, seen=seen).state == CommentState.HELD
    else:
        with pytest.raises(Unavailable):
            youtube(fake).act("UgxF", ActionKind.HIDE, seen=seen)
    assert len(fake.questions(MODERATE)) == 1


@pytest.mark.parametrize(
    "answer", [refusal(400, "processingFailure"), refusal(403, "forbidden"), refusal(404, "commentNotFound")]
)
def test_an_author_who_deletes_meanwhile_leaves_something_gone(fake: FakeYouTube, answer: Reply) -> None:
    def be_faster() -> Reply:
        fake.delete("UgxF")
        return answer

    seen = one(youtube(fake), "UgxF").revision
    fake.instead = at_the_order(be_faster)
    with pytest.raises(Gone):
        youtube(fake).act("UgxF", ActionKind.REMOVE, seen=seen)


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Reply(204, b""), Unavailable),
        (refusal(400, "processingFailure"), Unavailable),
        (refusal(403, "forbidden"), NotAllowed),
        (refusal(403, "quotaExceeded"), Unavailable),
    ],
)
@pytest.mark.parametrize("action", [ActionKind.HIDE, ActionKind.REMOVE])
def test_an_answer_is_not_believed(
    fake: FakeYouTube, answer: Reply, error: type[Exception], action: ActionKind
) -> None:
    seen = one(youtube(fake), "UgxF").revision
    fake.instead = at_the_order(lambda: answer)
    with pytest.raises(error):
        youtube(fake).act("UgxF", action, seen=seen)
    assert fake.spoken["UgxF"].status == "published"


def test_nobody_marks_as_spam_on_youtube(fake: FakeYouTube) -> None:
    assert ActionKind.SPAM not in youtube(fake).capabilities.actions
    with pytest.raises(NotAllowed):
        youtube(fake).act("UgxF", ActionKind.SPAM, seen=one(youtube(fake), "UgxF").revision)


# settings


def fields(fake: FakeYouTube, url: str = CHANNEL_PAGE) -> set[str]:
    return {finding.field for finding in youtube(fake, url).check().findings}


def test_a_channel_of_ours_says_what_it_can(fake: FakeYouTube) -> None:
    settings = youtube(fake).check()
    assert (settings.title, settings.account, settings.may_moderate) == ("Room 12 videos", "Room 12 videos", True)
    assert (settings.public, settings.comments_open, settings.administrators) == (True, True, ())
    assert fields(fake) == {"videos", "comment_moderation", "administrators"}
    assert len(fake.asked) == 2 * 4, "a check is part of each run: four units of the quota"


@pytest.mark.parametrize(("privacy", "public"), [("public", True), ("unlisted", True), ("private", False), ("", None)])
def test_private_is_told_and_unlisted_is_open_to_whoever_has_the_link(
    fake: FakeYouTube, privacy: str, public: bool | None
) -> None:
    fake.privacy = fake.videos[0].privacy = privacy
    for url in (CHANNEL_PAGE, VIDEO_PAGE):
        assert youtube(fake, url).check().public is public
        assert ("unlisted" in fields(fake, url)) is (privacy == "unlisted")


def test_a_video_made_for_children_has_no_comments_and_that_is_no_problem(fake: FakeYouTube) -> None:
    fake.videos[0].made_for_kids = fake.videos[0].comments_off = True
    settings = youtube(fake, VIDEO_PAGE).check()
    assert (settings.title, settings.comments_open, settings.may_moderate) == ("Volcano week", False, True)
    assert "made_for_kids" in fields(fake, VIDEO_PAGE)
    assert not [finding for finding in settings.findings if finding.problem]
    assert fetched(youtube(fake, VIDEO_PAGE)) == {}


@pytest.mark.parametrize("url", [CHANNEL_PAGE, VIDEO_PAGE])
@pytest.mark.parametrize("account", [OTHERS, "UCnobody"])
def test_an_account_that_is_not_the_owner_is_told_what_to_do(fake: FakeYouTube, url: str, account: str) -> None:
    fake.account = account
    settings = youtube(fake, url).check()
    assert not settings.may_moderate
    assert [finding.field for finding in settings.findings if finding.problem] == ["may_moderate"]
    with pytest.raises(NotAllowed):
        fetched(youtube(fake, url))


@pytest.mark.parametrize(
    ("videos", "comments_open"),
    [
        ([], False),
        ([Video("closed_vid2", "Assembly", comments_off=True)], False),
        ([Video(f"closed_{n:04}", "Old", comments_off=True) for n in range(60)], None),
        ([Video("volcano_wk1", "Volcano week")], True),
    ],
)
def test_a_channel_is_called_closed_only_when_each_video_is(
    fake: FakeYouTube, videos: list[Video], comments_open: bool | None
) -> None:
    fake.videos = videos
    assert youtube(fake).check().comments_open is comments_open


def test_a_page_that_is_no_more_is_gone(fake: FakeYouTube) -> None:
    fake.videos = []
    with pytest.raises(Gone, match="no such video"):
        youtube(fake, VIDEO_PAGE).check()
    with pytest.raises(Gone, match="no such channel"):
        youtube(fake, "https://www.youtube.com/channel/UCdeleteddeleteddeleted1").check()


def test_a_settings_answer_that_changed_names_its_field(fake: FakeYouTube) -> None:
    fetched(youtube(fake))
    fake.instead = lambda question: (
        reply_json({"items": [{"id": "UCroom12room12room12room", "snippet": {}}]})
        if question.path == "/youtube/v3/channels"
        else None
    )
    with pytest.raises(Unavailable, match=r"`snippet\.title`"):
        youtube(fake).check()
