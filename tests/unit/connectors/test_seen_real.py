"""Real servers are recognised by what they show a stranger."""

from __future__ import annotations

import pytest

from connectors.registry import setups
from connectors.seen import look
from connectors.setup import Match
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer

pytestmark = pytest.mark.server
SETUPS = setups({})


def sure(url: str) -> dict[str, Match]:
    page, ask = look(url)
    found = {kind: setup.by_answer(page, ask) for kind, setup in SETUPS.items()}
    return {kind: match for kind, match in found.items() if match and match.sure}


@pytest.mark.parametrize("path", ["", "/", "/wp-admin/edit-comments.php", "/comments/feed/"])
def test_wordpress(wordpress: WordPressServer, path: str) -> None:
    assert sure(wordpress.url + path) == {"wordpress": Match(wordpress.url + "/")}


def test_mediawiki(mediawiki: MediaWikiServer) -> None:
    talk = f"{mediawiki.url}/index.php/Talk:Tide_pools"
    assert sure(talk) == {"mediawiki": Match(talk)}
    assert (
        sure(f"{mediawiki.url}/index.php?title=Talk:Tide_pools&action=history")["mediawiki"].url
        == f"{mediawiki.url}/index.php?title=Talk%3ATide_pools"
    )
    assert "no talk page" in sure(mediawiki.url)["mediawiki"].note


def test_snac(snac: SnacServer) -> None:
    assert sure(f"{snac.url}/teacher") == {"mastodon": Match(f"{snac.url}/teacher")}
    page, _ = look(f"{snac.url}/teacher")
    post = next(link.url for link in page.links if link.type == "application/activity+json")
    assert "/teacher/p/" in str(post)
    assert sure(str(post)) == {"mastodon": Match(f"{snac.url}/teacher")}
