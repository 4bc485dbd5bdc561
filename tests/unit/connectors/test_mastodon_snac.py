"""Against a real snac, which speaks half of Mastodon's language in its own way."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from connectors.base import ActionKind, AuthFailed, Checkpoint, Comment, CommentState, NotAllowed, PageAddress
from connectors.mastodon import Mastodon
from tests.servers.snac import SnacServer

pytestmark = pytest.mark.server


def connect(server: SnacServer, token: str = "") -> Mastodon:
    return Mastodon(PageAddress("p", f"{server.url}/teacher", secret=token or server.tokens["teacher"]))


def fetched(page: Mastodon, since: Checkpoint | datetime | None = None) -> dict[str, Comment]:
    comments = [comment for batch in page.fetch(since) for comment in batch.comments]
    assert [c.created for c in comments] == sorted(c.created for c in comments)
    assert len({c.id for c in comments}) == len(comments), "a comment came twice"
    return {comment.text.rpartition("@")[2].partition(" ")[2] or comment.text: comment for comment in comments}


def test_threads_are_walked_to_their_end_and_words_come_as_they_were_written(snac: SnacServer) -> None:
    found = fetched(connect(snac))
    assert list(found) == [
        "Lava cools into igneous rock. 🌋",
        "you are such a nerd",
        "Kind words only, please.",
        'Is 5 < 6 && 7 > 6? My sister says "no" & it\'s a trick',
        "this quiz smells like https://socks.example.test/old",
        "i did not mean it",
        "can I come to your class too?",
    ]
    nerd = found["you are such a nerd"]
    assert nerd.parent == found["Lava cools into igneous rock. 🌋"].id
    assert (nerd.author.id, nerd.author.is_staff) == (f"moss@127.0.0.1:{snac.port}", None)
    assert found["Kind words only, please."].author.is_staff is True
    (link,) = found["this quiz smells like https://socks.example.test/old"].media
    assert (link.kind, link.url, link.count) == ("link", "https://socks.example.test/old", 1)


def test_an_edit_keeps_its_comment_though_snac_gives_it_another_id(snac: SnacServer) -> None:
    before = fetched(connect(snac))["you are such a nerd"]
    assert snac.edit("moss", snac.posts["nerd"], "@teacher sorry, fern") != snac.posts["nerd"]
    (after,) = connect(snac).get([before.id])
    assert (after.id, after.created, after.edited is not None) == (before.id, before.created, True)
    assert after.revision != before.revision
    found = fetched(connect(snac))
    assert found["sorry, fern"] == after
    assert found["Kind words only, please."].parent == before.id


def test_behind_a_checkpoint_comes_what_arrives_late_in_a_thread(snac: SnacServer) -> None:
    (*_, last) = connect(snac).fetch(None)
    assert last.checkpoint
    assert fetched(connect(snac), last.checkpoint).keys() == {"i did not mean it"}, "a mention comes once"
    # no mention tells of it: so only whoever walks the thread down to it sees it
    snac.change(snac.posts["nerd"], published=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}")
    assert list(fetched(connect(snac), last.checkpoint)) == ["i did not mean it", "you are such a nerd"]


def test_what_is_deleted_is_gone_and_takes_nothing_with_it(snac: SnacServer) -> None:
    before = fetched(connect(snac))
    snac.delete(snac.posts["nerd"])
    after = fetched(connect(snac))
    assert "you are such a nerd" not in after
    assert "i did not mean it" in after
    assert list(connect(snac).get([before["you are such a nerd"].id])) == []


def test_snac_takes_no_reports(snac: SnacServer) -> None:
    nerd = fetched(connect(snac))["you are such a nerd"]
    with pytest.raises(NotAllowed, match="reports: false"):
        connect(snac).act(nerd.id, ActionKind.REPORT, seen=nerd.revision)
    assert next(connect(snac).get([nerd.id])).state is CommentState.VISIBLE


def test_a_token_that_snac_does_not_know_is_no_public_reader(snac: SnacServer) -> None:
    for ask in (lambda page: page.check(), fetched, lambda page: list(page.get(["1"]))):
        with pytest.raises(AuthFailed):
            ask(connect(snac, "0123456789abcdef"))


def test_snac_tells_of_its_account(snac: SnacServer) -> None:
    settings = connect(snac).check()
    assert (settings.account, settings.may_moderate, settings.public) == (f"teacher@127.0.0.1:{snac.port}", True, True)
    assert any("snac" in finding.message and "admin@example.test" in finding.message for finding in settings.findings)
