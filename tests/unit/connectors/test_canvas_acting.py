"""The Canvas connector: deleting, and what its errors mean."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from connectors.base import (
    ActionKind,
    AuthFailed,
    Changed,
    CommentState,
    ConnectorError,
    Gone,
    NotAllowed,
    Unavailable,
)
from connectors.canvas_site import breath
from connectors.http_budget import forget
from tests.servers.canvas import BAD_TOKEN, THROTTLED, UNAUTHORIZED, FakeCanvas, planted
from tests.servers.course import COURSE
from tests.servers.fake import Reply, reply_json
from tests.unit.connectors.course12 import canvas, fetched, one, told

REMOVE = ActionKind.REMOVE


@pytest.fixture
def fake() -> Iterator[FakeCanvas]:
    with FakeCanvas() as found:
        yield found


# acting


def test_a_deleted_entry_keeps_its_place_and_its_replies(fake: FakeCanvas) -> None:
    ids = planted(fake)
    before = one(fake, ids["rock"])
    receipt = canvas(fake).act(before.id, REMOVE, seen=before.revision)
    assert (receipt.state, receipt.already) == (CommentState.REMOVED, False)
    assert "replies" in receipt.detail
    writes = [asked for asked in fake.platform.asked if asked.method == "DELETE"]
    topic, _, entry = ids["rock"].partition(".")
    assert [asked.path for asked in writes] == [f"/api/v1/{COURSE}/discussion_topics/{topic}/entries/{entry}"]
    assert receipt.revision == before.revision
    assert list(canvas(fake).get([before.id])) == [], "neither words nor author are left: what is stored of them stays"
    assert fetched(fake)[ids["nerd"]].parent == before.id
    with pytest.raises(Gone):
        canvas(fake).act(before.id, REMOVE, seen=before.revision)


def test_it_hides_and_restores_nothing_and_says_what_a_person_can_do(fake: FakeCanvas) -> None:
    ids = planted(fake)
    assert not canvas(fake).capabilities.can_restore
    for action in set(ActionKind) - {REMOVE}:
        with pytest.raises(NotAllowed, match="only delete"):
            canvas(fake).act(ids["nerd"], action, seen=one(fake, ids["nerd"]).revision)


def test_in_a_group_it_deletes_there(fake: FakeCanvas) -> None:
    ids = planted(fake)
    frog = one(fake, ids["frog"])
    assert canvas(fake).act(frog.id, REMOVE, seen=frog.revision).state is CommentState.REMOVED
    assert "/groups/5/discussion_topics/" in next(a for a in fake.platform.asked if a.method == "DELETE").path


def test_a_discussion_goes_only_while_nobody_has_answered_it(fake: FakeCanvas) -> None:
    ids = planted(fake)
    club, join = one(fake, ids["club"]), one(fake, ids["join"])
    with pytest.raises(NotAllowed, match="take their replies away"):
        canvas(fake).act(club.id, REMOVE, seen=club.revision)
    canvas(fake).act(join.id, REMOVE, seen=join.revision)
    assert canvas(fake).act(club.id, REMOVE, seen=club.revision).state is CommentState.REMOVED
    assert list(canvas(fake).get([club.id])) == []
    with pytest.raises(Gone):
        canvas(fake).act(club.id, REMOVE, seen=club.revision)


def test_words_that_nobody_judged_stay(fake: FakeCanvas) -> None:
    ids = planted(fake)
    for id in (ids["nerd"], ids["club"]):
        before = one(fake, id)
        with pytest.raises(Changed):
            canvas(fake).act(id, REMOVE, seen=one(fake, ids["rock"]).revision)
        assert one(fake, id) == before


def test_an_answer_of_204_proves_nothing(fake: FakeCanvas) -> None:
    ids = planted(fake)
    before = one(fake, ids["nerd"])
    fake.trouble = lambda asked: Reply(204, b"") if asked.method == "DELETE" else None
    with pytest.raises(Unavailable, match="no change"):
        canvas(fake).act(before.id, REMOVE, seen=before.revision)


def test_a_course_that_is_out_of_reach_is_no_proof_of_a_removal(fake: FakeCanvas) -> None:
    ids = planted(fake)
    before = one(fake, ids["nerd"])
    asked = len(fake.platform.asked)
    gone = reply_json({"errors": []}, 404)
    fake.trouble = lambda _: gone if len(fake.platform.asked) > asked + 1 else None
    with pytest.raises(Gone, match="course"):
        canvas(fake).act(before.id, REMOVE, seen=before.revision)
    fake.trouble = lambda _: None
    assert one(fake, before.id) == before


# errors


@pytest.mark.parametrize(
    ("answer", "error", "words"),
    [
        (BAD_TOKEN, AuthFailed, "New Access Token"),
        (reply_json({"status": "unauthenticated"}, 401), AuthFailed, "access token"),
        (UNAUTHORIZED, NotAllowed, "one of its teachers"),
        (reply_json({"status": "unauthorized"}, 403), NotAllowed, "one of its teachers"),
        (Reply(403, b'"require_initial_post"'), NotAllowed, "token of a teacher"),
        (THROTTLED, Unavailable, "too many questions"),
        (reply_json({"errors": []}, 404), Gone, "not there any more"),
    ],
)
def test_each_answer_is_the_error_that_it_means(
    fake: FakeCanvas, answer: Reply, error: type[ConnectorError], words: str
) -> None:
    ids = planted(fake)
    before = one(fake, ids["nerd"])
    fake.trouble = lambda asked: answer
    for call in (lambda: fetched(fake), lambda: canvas(fake).check(), lambda: list(canvas(fake).get([before.id]))):
        with pytest.raises(error, match=words):
            call()
    fake.trouble = lambda asked: answer if asked.method == "DELETE" else None
    with pytest.raises(Unavailable if error is Gone else error):
        canvas(fake).act(before.id, REMOVE, seen=before.revision)
    assert one(fake, before.id) == before


def test_the_throttle_says_how_long_to_wait_or_we_do(fake: FakeCanvas) -> None:
    for status, headers, wait in ((403, {}, 60), (429, {}, 60), (429, {"Retry-After": "7"}, 7)):
        fake.trouble = lambda _, s=status, h=headers: Reply(s, b"403 Forbidden (Rate Limit Exceeded)\n", h)  # type: ignore[misc]
        forget()  # what the answer before has said of this host
        with pytest.raises(Unavailable) as caught:
            fetched(fake)
        assert caught.value.retry_after == wait
        assert len(fake.platform.asked) == 1, "who is asked to be quiet is quiet"
        fake.platform.asked.clear()


@pytest.mark.parametrize(
    ("left", "seconds"),
    [("699.9", 0), ("100", 0), ("75.5", 2.45), ("0.0", 5), ("-30.25", 5), ("", 0), ("nan", 0), ("x", 0)],
)
def test_where_little_is_left_it_takes_a_breath(left: str, seconds: float) -> None:
    assert breath(left) == pytest.approx(seconds)


# settings


def test_check_tells_who_we_are_and_who_may_read(fake: FakeCanvas) -> None:
    planted(fake)
    found = canvas(fake).check()
    assert (found.title, found.account, found.may_moderate) == ("Room 12 Science", "Ms. Reed", True)
    assert (found.public, found.comments_open) == (False, True)
    assert found.administrators == ("Ms. Reed (teacher)", "Mr. Vole (teaching assistant)")
    assert not any(finding.problem for finding in found.findings)
    assert told(found).keys() >= {"comment_moderation", "account_administrators", "allow_student_discussion_topics"}


@pytest.mark.parametrize(
    ("course", "public", "field"),
    [
        ({"is_public": True}, True, "public"),
        ({"is_public_to_auth_users": True}, True, "public"),
        ({"is_public": None}, False, None),
        ({"self_enrollment": True}, False, "enrollment"),
    ],
)
def test_check_tells_of_a_course_that_others_can_read(
    fake: FakeCanvas, course: dict[str, object], public: bool, field: str | None
) -> None:
    fake.course |= course
    found = canvas(fake).check()
    assert found.public is public
    assert {name for name, problem in told(found).items() if problem} == ({field} if field else set())


def test_check_does_not_guess_what_canvas_does_not_tell(fake: FakeCanvas) -> None:
    del fake.course["is_public"]
    fake.topics[3] = fake.begin(extra={"locked": True})
    hidden = ("/settings", "/users?")
    fake.trouble = lambda asked: UNAUTHORIZED if any(part in asked.path for part in hidden) else None
    found = canvas(fake).check()
    assert (found.public, found.comments_open, found.administrators) == (None, None, ())
    assert told(found).keys() >= {"public", "comments_open", "settings", "administrators"}


def test_check_tells_open_from_closed(fake: FakeCanvas) -> None:
    fake.settings["allow_student_discussion_topics"] = False
    topic = fake.begin()
    for extra, is_open in (
        ({}, True), ({"locked": True}, False), ({"comments_disabled": True}, False), ({"published": False}, False),
    ):  # fmt: skip
        topic.extra = dict(extra)
        assert canvas(fake).check().comments_open is is_open
    fake.settings["allow_student_discussion_topics"] = True
    assert canvas(fake).check().comments_open is True
    fake.course["workflow_state"] = "completed"
    assert canvas(fake).check().comments_open is False


def test_check_tells_of_groups_which_nobody_can_close(fake: FakeCanvas) -> None:
    fake.settings["allow_student_discussion_topics"] = False
    fake.begin(extra={"locked": True})
    assert canvas(fake).check().comments_open is False
    fake.begin_in_group(5, "Who is in?", author=22)
    found = canvas(fake).check()
    assert (found.comments_open, told(found)["groups"]) == (True, False)
    fake.trouble = lambda asked: UNAUTHORIZED if asked.path.partition("?")[0].endswith("/groups") else None
    assert told(canvas(fake).check())["groups"] is True


def test_check_names_what_is_missing_to_moderate(fake: FakeCanvas) -> None:
    fake.me, fake.rights["moderate_forum"] = 22, False
    fake.announcements[9] = fake.begin()
    found = canvas(fake).check()
    assert not found.may_moderate
    assert {name for name, problem in told(found).items() if problem} == {"may_moderate", "account", "announcements"}
    assert "announcements" not in told(canvas(fake, announcements=True).check())


def test_check_tells_of_discussions_that_are_unlike_the_others(fake: FakeCanvas) -> None:
    fake.begin(extra={"podcast_has_student_posts": True, "require_initial_post": True})
    fake.begin(extra={"anonymous_state": "full_anonymity"})
    found = {finding.field: finding.message for finding in canvas(fake).check().findings}
    for field in ("podcast_has_student_posts", "require_initial_post", "anonymous_state"):
        assert found[field].startswith("1 discussions")
