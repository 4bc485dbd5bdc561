"""What a Mastodon tells of a class account."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connectors.base import AuthFailed, Finding, NotAllowed, PageSettings
from tests.servers.mastodon import START, FakeMastodon, planted
from tests.unit.connectors.volcano import connect, fetched


@pytest.fixture
def server() -> Iterator[FakeMastodon]:
    with FakeMastodon() as fake:
        yield fake


def told(settings: PageSettings, field: str) -> Finding | None:
    return next((finding for finding in settings.findings if finding.field == field), None)


def test_an_account_tells_of_its_page(server: FakeMastodon) -> None:
    planted(server)
    settings = connect(server).check()
    host = server.url.partition("//")[2]
    assert (settings.title, settings.account) == (f"Room12 (@room12@{host})", f"room12@{host}")
    assert (settings.may_moderate, settings.comments_open, settings.public) == (True, True, True)
    assert settings.administrators == (settings.title,)
    words = told(settings, "server")
    assert words is not None
    assert "4.4.0" in words.message
    assert "mods@example.test" in words.message
    assert not [finding for finding in settings.findings if finding.problem]
    assert server.reports == []


@pytest.mark.parametrize(
    ("privacy", "locked", "public", "problem"),
    [
        ("public", True, True, False),
        ("unlisted", True, True, False),
        ("private", True, False, False),
        ("private", False, True, True),
        ("direct", True, False, False),
        ("secret", True, None, False),
    ],
)
def test_who_may_read_the_page(
    server: FakeMastodon, privacy: str, locked: bool, public: bool | None, problem: bool
) -> None:
    server.privacy, server.account["locked"] = privacy, locked
    settings = connect(server).check()
    assert settings.public is public
    assert any(finding.problem for finding in settings.findings) is problem


def test_one_public_post_makes_the_page_public(server: FakeMastodon) -> None:
    server.privacy, server.account["locked"] = "private", True
    server.post("room12", "for all", START)
    assert connect(server).check().public is True


def test_a_token_of_another_account_reads_nothing(server: FakeMastodon) -> None:
    planted(server)
    stranger = connect(server, path="/@room13")
    settings = stranger.check()
    assert (settings.may_moderate, told(settings, "account")) == (
        False,
        Finding(
            "account", "The access token belongs to another account. Make one while signed in as room13.", problem=True
        ),
    )
    with pytest.raises(NotAllowed, match="another account"):
        fetched(stranger)


def test_a_wrong_token_is_no_stranger_who_may_read_what_is_public(server: FakeMastodon) -> None:
    planted(server)
    wrong = connect(server, token="fake-token-of-nobody")
    for ask in (wrong.check, lambda: fetched(wrong), lambda: list(wrong.get(["1"]))):
        with pytest.raises(AuthFailed, match="Preferences > Development"):
            ask()


@pytest.mark.parametrize(
    ("scopes", "may", "finding"),
    [
        (["read", "write"], True, False),
        (["read"], True, True),
        (["read:accounts", "read:statuses"], False, True),
        (["read", {}], True, True),
    ],
)
def test_what_a_token_may_do(server: FakeMastodon, scopes: list[Any], may: bool, finding: bool) -> None:
    server.scopes = scopes
    settings = connect(server).check()
    assert settings.may_moderate is may
    assert bool(told(settings, "scopes")) is finding
    assert not told(connect(server, reports=False).check(), "scopes") or not may


def test_mentions_that_the_account_filters_out_are_told(server: FakeMastodon) -> None:
    server.policy = {"for_not_following": "accept", "for_private_mentions": "filter", "summary": {}}
    finding = told(connect(server).check(), "filtered_mentions")
    assert finding is not None
    assert "for_private_mentions" in finding.message


def test_a_page_that_is_found_by_search_is_told(server: FakeMastodon) -> None:
    server.account["indexable"] = True
    finding = told(connect(server).check(), "search_visibility")
    assert finding is not None
    assert "search results" in finding.message
