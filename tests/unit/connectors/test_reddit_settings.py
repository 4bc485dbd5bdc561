"""What a subreddit tells of itself, and which addresses and credentials are taken."""

from __future__ import annotations

import pytest

from connectors.base import BadConfig, Finding, NotAllowed, PageAddress, PageSettings, Unavailable
from connectors.reddit import Reddit
from tests.servers.fake import Reply, reply_json
from tests.servers.reddit import SCRIPT, FakeReddit
from tests.unit.connectors.pond import at, connect


def finding(settings: PageSettings, field: str) -> Finding:
    (found,) = (finding for finding in settings.findings if finding.field == field)
    return found


def test_a_private_subreddit_tells_who_we_are_and_who_administers(reddit: FakeReddit) -> None:
    settings = connect(reddit).check()
    assert (settings.title, settings.account) == ("Room 12's pond", "hallmonitor_bot")
    assert (settings.may_moderate, settings.public, settings.comments_open) == (True, False, True)
    assert settings.administrators == ("ms_heron", "hallmonitor_bot", "AutoModerator")
    assert "posts, access" in finding(settings, "moderator").message
    assert "Please look" in finding(settings, "comment_moderation").message, "told to those who may manage settings"
    assert "posts are not" in finding(settings, "posts").message
    assert not [found for found in settings.findings if found.problem]


@pytest.mark.parametrize(
    ("type", "public", "comments_open"),
    [
        ("public", True, True),
        ("restricted", True, True),
        ("archived", True, False),
        ("private", False, True),
        ("employees_only", False, True),
        ("gold_restricted", None, True),
    ],
)
def test_who_can_read_and_write_follows_from_the_type(
    reddit: FakeReddit, type: str, public: bool | None, comments_open: bool
) -> None:
    reddit.page.type = type
    settings = connect(reddit).check()
    assert (settings.public, settings.comments_open) == (public, comments_open)
    assert finding(settings, "public" if public is None else "subreddit_type").message


@pytest.mark.parametrize(
    ("strength", "said"), [("low", "at once"), ("high", "at once"), ("all", "until a moderator approves")]
)
def test_whether_comments_wait_for_approval_is_told_to_who_manages_settings(
    reddit: FakeReddit, strength: str, said: str
) -> None:
    reddit.page.moderators["hallmonitor_bot"] = ["all"]
    reddit.page.settings["spam_comments"] = strength
    assert said in finding(connect(reddit).check(), "comment_moderation").message


@pytest.mark.parametrize("strength", ["medium", ["high"], 7, None])
def test_a_strength_that_nobody_knows_is_named(reddit: FakeReddit, strength: object) -> None:
    reddit.page.moderators["hallmonitor_bot"] = ["all"]
    reddit.page.settings = {"spam_comments": strength}
    with pytest.raises(Unavailable, match="spam_comments"):
        connect(reddit).check()


def test_whether_members_alone_may_comment_is_told(reddit: FakeReddit) -> None:
    reddit.page.about["restrict_commenting"] = True
    assert "approved members" in finding(connect(reddit).check(), "restrict_commenting").message
    del reddit.page.about["restrict_commenting"]
    assert "Please look" in finding(connect(reddit).check(), "restrict_commenting").message


@pytest.mark.parametrize("rights", [None, [], ["wiki", "mail"]])
def test_an_account_without_the_right_is_told_which_it_needs(reddit: FakeReddit, rights: list[str] | None) -> None:
    reddit.page.type = "public"
    if rights is None:
        del reddit.page.moderators["hallmonitor_bot"]
    else:
        reddit.page.moderators["hallmonitor_bot"] = rights
    settings = connect(reddit).check()
    assert settings.may_moderate is False
    assert finding(settings, "may_moderate").problem
    assert "Manage Posts and Comments" in finding(settings, "may_moderate").message
    assert finding(settings, "moderator").problem is (rights is None)


def test_a_suspended_account_is_a_problem(reddit: FakeReddit) -> None:
    reddit.before = at("/api/v1/me", reply_json({"name": "hallmonitor_bot", "is_suspended": True}))
    assert finding(connect(reddit).check(), "account").problem


@pytest.mark.parametrize("field", ["title", "subreddit_type"])
def test_a_missing_field_of_the_subreddit_is_named(reddit: FakeReddit, field: str) -> None:
    about = reddit.page.shown_about(reddit.account)
    del about["data"][field]
    reddit.before = at("/r/Pond/about", reply_json(about))
    with pytest.raises(Unavailable, match=f"field {field} "):
        connect(reddit).check()


def test_a_subreddit_in_quarantine_says_what_to_do(reddit: FakeReddit) -> None:
    reddit.before = at("/r/Pond/about", reply_json({"reason": "quarantined", "message": "Forbidden"}, 403))
    with pytest.raises(NotAllowed, match="agree to see it"):
        connect(reddit).check()


@pytest.mark.parametrize("path", ["/api/v1/access_token", "/api/v1/me"])
def test_a_network_that_reddit_turns_away_is_no_wrong_credential(reddit: FakeReddit, path: str) -> None:
    blocked = Reply(403, b"<body>whoa there, pardner!</body>", {"Content-Type": "text/html; charset=UTF-8"})
    reddit.before = at(path, blocked)
    with pytest.raises(Unavailable, match="this network"):
        connect(reddit).check()


# addresses and credentials


@pytest.mark.parametrize(
    "url",
    [
        "https://www.reddit.com/r/Room_12/",
        "https://www.reddit.com/r/Room_12",
        "https://old.reddit.com/r/Room_12/new",
        "https://reddit.com/r/Room_12/?sort=new",
        "http://www.reddit.com/r/Room_12/about/",
    ],
)
def test_what_a_browser_shows_is_an_address(url: str) -> None:
    site = Reddit(PageAddress("p", url, secret=SCRIPT))._site
    assert (site.name, site.home) == ("Room_12", "https://www.reddit.com")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "r/Room_12",
        "https://www.reddit.com/",
        "https://www.reddit.com/user/wren/",
        "https://www.reddit.com/r/Room_12/comments/abc/a_post/",
        "https://www.reddit.com/r/one+two/",
        "https://www.reddit.com/r/all/",
        "https://www.reddit.com/r/mod",
        "https://www.reddit.com/r/../api/v1/me",
        "https://reddit.com.elsewhere.example/r/Room_12/",
        "https://elsewhere.example/r/Room_12/",
        "https://10.0.0.7/r/Room_12/",
        "ftp://www.reddit.com/r/Room_12/",
    ],
)
def test_what_is_no_subreddit_is_no_address(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        Reddit(PageAddress("p", url, secret=SCRIPT))
    assert caught.value.field == "url"


@pytest.mark.parametrize(
    "secret", ["", "a", "a:b", "a:b:", ":b:c", "a:b:c:", "a:b::d", "a::c:d", "a:b:wren@school.example:d"]
)
def test_a_credential_of_another_form_is_refused_and_not_quoted(secret: str) -> None:
    with pytest.raises(BadConfig) as caught:
        Reddit(PageAddress("p", "https://www.reddit.com/r/Room_12/", secret=secret))
    assert caught.value.field == "secret"
    assert "wren" not in str(caught.value)


def test_a_name_may_be_written_as_reddit_shows_it() -> None:
    page = Reddit(PageAddress("p", "https://www.reddit.com/r/Room_12/", secret="app:key:u/wren:words"))
    assert page._site.reddit.config.username == "wren"


@pytest.mark.parametrize("contact", [7, "ms heron", "a)\r\nX: y", "ü"])
def test_a_contact_must_be_a_name_on_reddit(contact: object) -> None:
    with pytest.raises(BadConfig) as caught:
        Reddit(PageAddress("p", "https://www.reddit.com/r/Room_12/", secret=SCRIPT, options={"contact": contact}))
    assert caught.value.field == "options.contact"


def test_a_district_s_own_server_must_be_permitted() -> None:
    options = {"allow_private": True}
    site = Reddit(PageAddress("p", "https://10.0.0.7/r/Room_12/", secret=SCRIPT, options=options))._site
    assert site.home == "https://10.0.0.7"
