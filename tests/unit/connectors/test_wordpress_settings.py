"""Who we are and what the site tells, against a real WordPress; and that nothing else is ever requested."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connectors.base import ActionKind, AuthFailed, CommentState, NotAllowed, PageAddress, Revision, Unavailable
from connectors.http_budget import forget
from connectors.wordpress import WordPress
from tests.servers.fake import FakePlatform, Recording
from tests.servers.wordpress import WordPressServer
from tests.unit.connectors.blog import connect, fetched, login_of, one

pytestmark = pytest.mark.server


@pytest.mark.parametrize("secret", ["gardener:wrong words here", "nobody:abcd efgh", "gardener:gardener"])
def test_a_wrong_password_is_never_taken_for_a_public_page(wordpress: WordPressServer, secret: str) -> None:
    page = WordPress(PageAddress("garden", wordpress.url, secret))
    for call in (page.check, lambda: list(page.fetch(None)), lambda: list(page.get(["2"]))):
        with pytest.raises(AuthFailed):
            call()
    with pytest.raises(AuthFailed) as caught:
        page.act("2", ActionKind.HIDE, seen=Revision("x"))
    assert secret.partition(":")[2] not in str(caught.value)


def test_an_account_without_rights_is_told_which_one_is_missing(wordpress: WordPressServer) -> None:
    page = connect(wordpress, "sprout")
    settings = page.check()
    assert (settings.account, settings.may_moderate, settings.comments_open) == ("sprout", False, None)
    assert [finding.field for finding in settings.findings if finding.problem] == ["may_moderate"]
    for call in (lambda: list(page.fetch(None)), lambda: list(page.get(["2"]))):
        with pytest.raises(NotAllowed):
            call()
    with pytest.raises(NotAllowed):
        page.act("2", ActionKind.HIDE, seen=Revision("x"))


def test_a_password_with_spaces_works_as_wordpress_shows_it(wordpress: WordPressServer) -> None:
    name, password = login_of(wordpress)
    spaced = " ".join(password[i : i + 4] for i in range(0, len(password), 4))
    assert WordPress(PageAddress("garden", wordpress.url, f"{name}:{spaced}")).check().may_moderate


@pytest.mark.parametrize(
    "path", ["", "/", "/wp-json/wp/v2", "/wp-admin/edit-comments.php", "/wp-login.php", "/index.php"]
)
def test_an_address_may_be_copied_from_where_the_teacher_stands(wordpress: WordPressServer, path: str) -> None:
    page = WordPress(PageAddress("garden", wordpress.url + path, wordpress.secret()))
    assert page.check().title == "Grade 5 Garden Journal"


@pytest.mark.parametrize("fault", ["429 30", "503 30"])
def test_a_host_that_asks_for_patience_gets_it(wordpress: WordPressServer, fault: str) -> None:
    page = connect(wordpress)
    seen = one(page, "2").revision
    wordpress.fault(fault)
    calls: list[Callable[[], object]] = [
        page.check,
        lambda: list(page.fetch(None)),
        lambda: list(page.get(["2"])),
        lambda: page.act("2", ActionKind.HIDE, seen=seen),
    ]
    for call in calls:
        with pytest.raises(Unavailable) as caught:
            call()
        assert caught.value.retry_after == pytest.approx(30, abs=5), "what is not even asked counts from the answer on"
    wordpress.fault(None)
    forget()  # half a minute later
    assert one(connect(wordpress), "2").state == CommentState.VISIBLE


def test_a_site_without_pretty_addresses_is_read_and_moderated(wordpress: WordPressServer) -> None:
    wordpress.sql(
        "update wp_options set option_value = '' where option_name in ('permalink_structure', 'rewrite_rules')"
    )
    page = connect(wordpress)
    assert len(fetched(page)) == 14
    assert page.check().title == "Grade 5 Garden Journal"
    id = str(wordpress.comments["rude"])
    assert page.act(id, ActionKind.HIDE, seen=one(page, id).revision).state == CommentState.HELD


# what the site tells


def test_an_administrators_account_is_told_nearly_everything(wordpress: WordPressServer) -> None:
    settings = connect(wordpress).check()
    assert (settings.title, settings.account, settings.may_moderate) == ("Grade 5 Garden Journal", "gardener", True)
    assert (settings.comments_open, settings.public) == (True, True)
    assert settings.administrators == ("Ms. Okafor (gardener)",)
    assert [f.field for f in settings.findings] == ["comment_moderation", "registration", "search_visibility"]


def test_an_editors_account_leaves_questions_to_a_person(wordpress: WordPressServer) -> None:
    settings = connect(wordpress, "helper").check()
    assert (settings.may_moderate, settings.comments_open, settings.administrators) == (True, True, ())
    assert {f.field for f in settings.findings} >= {"administrators", "default_comment_status"}
    assert not any(f.problem for f in settings.findings)


@pytest.mark.parametrize(
    ("user", "default", "posts", "comments_open"),
    [
        ("gardener", "closed", "closed", False),
        ("gardener", "closed", "open", True),
        ("gardener", "open", "closed", True),
        ("helper", "closed", "closed", None),
        ("helper", "closed", "open", True),
    ],
)
def test_comments_are_called_closed_only_when_all_are(
    wordpress: WordPressServer, user: str, default: str, posts: str, comments_open: bool | None
) -> None:
    wordpress.sql(f"update wp_options set option_value = '{default}' where option_name = 'default_comment_status'")
    wordpress.sql(f"update wp_posts set comment_status = 'closed' where ID <> {wordpress.posts['staff']}")
    wordpress.sql(f"update wp_posts set comment_status = '{posts}' where ID = {wordpress.posts['staff']}")
    assert connect(wordpress, user).check().comments_open is comments_open


def test_a_page_that_shows_a_stranger_nothing_is_not_called_private(wordpress: WordPressServer) -> None:
    wordpress.sql("update wp_posts set post_status = 'private'")
    settings = connect(wordpress).check()
    assert settings.public is None
    assert "public" in [finding.field for finding in settings.findings]


def test_nothing_but_the_sites_own_interface_is_ever_requested(
    wordpress: WordPressServer, platform: FakePlatform
) -> None:
    text = f'<img src="{platform.url}/a.png"> {platform.url}/b.mp4'
    wordpress.sql(f"update wp_comments set comment_content = '{text}' where comment_ID = 2")
    recording = Recording()
    page = WordPress(PageAddress("garden", wordpress.url, wordpress.secret()), transport=recording)
    page.check()
    found = fetched(page)
    (shown,) = [c for c in found.values() if platform.url in c.text]
    assert [(m.kind, m.url) for m in shown.media] == [
        ("image", f"{platform.url}/a.png"),
        ("video", f"{platform.url}/b.mp4"),
    ]
    list(page.get(list(found)))
    page.act(shown.id, ActionKind.HIDE, seen=shown.revision)
    assert platform.asked == []
    assert {(r.url.host, r.url.port) for r in recording.asked} == {("127.0.0.1", wordpress.port)}
    assert all(r.url.path.startswith("/wp-json/") for r in recording.asked)
