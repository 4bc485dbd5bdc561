"""Against a real MediaWiki. What a real one cannot be made to answer stands in test_mediawiki_site.py."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs

import httpx
import pytest

from connectors.base import ActionKind, BadConfig, Changed, CommentState, Gone, NotAllowed, Revision, Unavailable
from connectors.markup import words_in
from tests.servers.mediawiki import TALK, MediaWikiServer
from tests.unit.connectors.wiki import as_read, connect, fetched, one

pytestmark = pytest.mark.server

RUDE = "Only dummies talk to crabs"
LATER = "2025-03-06T10:00:00Z"


def hide(server: MediaWikiServer, id: object) -> None:
    page = connect(server)
    receipt = page.act(str(id), ActionKind.HIDE, seen=one(page, id).revision)
    assert (receipt.state, receipt.already) == (CommentState.HELD, False)


def restore(server: MediaWikiServer, id: object) -> None:
    page = connect(server)
    receipt = page.act(str(id), ActionKind.RESTORE, seen=one(page, id).revision)
    assert (receipt.state, receipt.already) == (CommentState.VISIBLE, False)


def strangers_history(server: MediaWikiServer) -> str:
    """All that a visitor can still read in the page's history, texts and summaries."""
    asked = {"action": "query", "prop": "revisions", "titles": TALK, "rvprop": "content|comment", "rvslots": "main"}
    return httpx.get(
        f"{server.url}/api.php", params={**asked, "rvlimit": "50", "format": "json"}, timeout=60, trust_env=False
    ).text


# reading


def test_comments_come_as_they_were_written(mediawiki: MediaWikiServer) -> None:
    found, ids = fetched(connect(mediawiki, pages=["User talk:Limpet"])), mediawiki.revisions
    at = {name: found[str(id)] for name, id in ids.items() if str(id) in found}
    assert list(at) == [name for name in ids if name != "step 0"]
    assert at["crab"].text == "A hermit crab & its new shell! 🦀"
    assert at["signs"].text == "Crabs have 10 legs: 8 < 10 & 10 > 8"
    assert at["unsigned"].text == "nobody wants you on the bus"
    assert at["question"].text.endswith("Edit summary: Created page with a question")
    assert (at["guest"].author.id, at["guest"].author.name) == ("", "203.0.113.9")
    assert at["guest"].text == "Field trip\nthe bus smelled like old fish"
    assert [at[name].author.is_staff for name in ("teacher", "rude", "guest")] == [True, False, False]
    assert (at["rude"].parent, at["teacher"].parent) == (str(ids["crab"]), str(ids["signs"]))
    assert [media.kind for media in at["photo"].media] == ["image", "link", "video"]
    assert at["tie"].created == at["guest"].created == datetime(2025, 3, 4, 16, tzinfo=UTC)
    assert at["rude"].permalink == f"{mediawiki.url}/index.php?diff={ids['rude']}&oldid=prev"


@pytest.mark.parametrize(
    "line",
    [
        "<Kim is ugly> <kim/> </kim> <meta you fool> <ref>x</ref>",
        "<nowiki>[[you fool|x]] '''<b>'''</nowiki> id<nowiki/>iot [[:Crab|crabs]]",
        "<nowiki>id<b></b>iot x <!--<nowiki>-->id<b></b>iot</nowiki>",
        "[you-fool:x hi] [mailto:kim@x.example write] [[you fool>|hi]]",
        "<pre>[[you|fool]]</pre><poem>you</poem>",
    ],
)
def test_no_word_that_the_wiki_shows_goes_unread(mediawiki: MediaWikiServer, line: str) -> None:
    asked = {"action": "parse", "contentmodel": "wikitext", "prop": "text", "disablelimitreport": "1", "text": line}
    answer = httpx.get(f"{mediawiki.url}/api.php", params={**asked, "format": "json"}, timeout=60, trust_env=False)
    shown = words_in(answer.json()["parse"]["text"]["*"])
    read = connect(mediawiki)._wiki.names.words(line, "Barnacle")
    assert set(re.findall(r"\w+", shown)) <= set(re.findall(r"\w+", read))


def test_an_edit_is_a_comment_of_its_own_and_the_first_one_stays(mediawiki: MediaWikiServer) -> None:
    edit = {"do": "change", "at": LATER, "from": "dummies", "to": "idiots", "user": "Barnacle"}
    by_another = {"do": "change", "at": LATER, "from": "talk to", "to": "hate", "user": "Limpet"}
    own, others = mediawiki.play(edit, by_another)
    found = fetched(connect(mediawiki))
    assert found[str(own)].text == "Only idiots talk to crabs"
    assert found[str(others)].text == "hate"
    assert found[str(mediawiki.revisions["rude"])].text == RUDE


def test_a_page_that_was_moved_is_read_on_also_when_its_title_has_another_page(mediawiki: MediaWikiServer) -> None:
    (*_, last) = connect(mediawiki).fetch(None)
    move = {"do": "move", "at": LATER, "user": "Ms. Alder", "to": "Talk:Rock pools"}
    late = {"do": "add", "at": LATER, "user": "Limpet", "page": "Talk:Rock pools", "text": "moved along"}
    other = {"do": "write", "at": LATER, "user": "Barnacle", "text": "a new page"}
    _, moved, _ = mediawiki.play(move, late, other)
    assert "moved along" in {comment.text for comment in fetched(connect(mediawiki), last.checkpoint).values()}
    assert str(moved) in fetched(connect(mediawiki), last.checkpoint)
    assert "a new page" in {comment.text for comment in fetched(connect(mediawiki)).values()}


def test_a_page_that_was_taken_out_of_the_file_is_not_read_on(mediawiki: MediaWikiServer) -> None:
    (*_, last) = connect(mediawiki, pages=["User talk:Limpet"]).fetch(None)
    late = {"do": "add", "at": LATER, "user": "Barnacle", "page": "User talk:Limpet", "text": "kelp"}
    (id,) = map(str, mediawiki.play(late))
    assert id in fetched(connect(mediawiki, pages=["User talk:Limpet"]), last.checkpoint)
    assert id not in fetched(connect(mediawiki), last.checkpoint)


def test_a_page_that_was_moved_away_is_found_and_check_says_so(mediawiki: MediaWikiServer) -> None:
    mediawiki.play({"do": "move", "user": "Ms. Alder", "to": "Talk:Rock pools", "redirect": False})
    assert str(mediawiki.revisions["rude"]) in fetched(connect(mediawiki))
    assert "Talk:Rock pools" in next(f.message for f in connect(mediawiki).check().findings if f.field == "url")


def test_a_talk_page_that_was_made_to_point_elsewhere_is_read_all_the_same(mediawiki: MediaWikiServer) -> None:
    mediawiki.play({"do": "write", "at": LATER, "user": "Barnacle", "text": "#REDIRECT [[Talk:Elsewhere]]"})
    assert str(mediawiki.revisions["rude"]) in fetched(connect(mediawiki))


def test_a_deleted_page_is_gone_and_its_comments_are_removed(mediawiki: MediaWikiServer) -> None:
    mediawiki.play({"do": "delete", "user": "Ms. Alder"})
    with pytest.raises(Gone, match="deleted"):
        fetched(connect(mediawiki))
    page, id = connect(mediawiki), str(mediawiki.revisions["rude"])
    comment = one(page, id)
    assert (comment.text, comment.state) == (RUDE, CommentState.REMOVED)
    assert page.act(id, ActionKind.HIDE, seen=Revision("0" * 64)).already
    with pytest.raises(NotAllowed, match="Undelete"):
        page.act(id, ActionKind.RESTORE, seen=comment.revision)


def test_a_revision_that_alone_was_deleted_takes_no_words_of_others_along(mediawiki: MediaWikiServer) -> None:
    times = ["20250303160500", "20250303170000", "20250303170600", "20250303180000"]
    mediawiki.play({"do": "delete", "user": "Ms. Alder"}, {"do": "undelete", "user": "Ms. Alder", "only": times})
    found = fetched(connect(mediawiki))
    assert str(mediawiki.revisions["rude"]) not in found
    assert found[str(mediawiki.revisions["signs"])].text == "Crabs have 10 legs: 8 < 10 & 10 > 8"


def test_a_title_that_never_was_is_named(mediawiki: MediaWikiServer) -> None:
    with pytest.raises(BadConfig) as caught:
        fetched(connect(mediawiki, pages=["Talk:Nowhere"]))
    assert caught.value.field == "options.pages"


# acting


def test_hidden_words_are_nowhere_and_all_others_stay(mediawiki: MediaWikiServer) -> None:
    before = fetched(connect(mediawiki))
    hide(mediawiki, mediawiki.revisions["rude"])
    assert RUDE not in as_read(mediawiki)
    assert RUDE not in strangers_history(mediawiki)
    assert "Be kind, please" in as_read(mediawiki)
    after = fetched(connect(mediawiki))
    assert after.keys() == before.keys(), "our own edit is no comment"
    held = {id for id, comment in after.items() if comment.state is CommentState.HELD}
    assert held == {str(mediawiki.revisions["rude"])}, "what stands beside it in the same revisions can be read"
    assert {id: c.revision for id, c in after.items()} == {id: c.revision for id, c in before.items()}


def test_a_summary_that_quotes_the_words_is_hidden_with_them(mediawiki: MediaWikiServer) -> None:
    (id,) = mediawiki.play(
        {"do": "add", "at": LATER, "user": "Limpet", "text": "kelp breath", "summary": "kelp breath"}
    )
    hide(mediawiki, id)
    assert "kelp breath" not in strangers_history(mediawiki)


def test_a_summary_alone_is_a_comment_and_can_be_hidden_and_restored(mediawiki: MediaWikiServer) -> None:
    (id,) = mediawiki.play(
        {"do": "change", "at": LATER, "user": "Limpet", "from": RUDE, "to": "", "summary": "you all stink"}
    )
    assert one(connect(mediawiki), id).text == "Edit summary: you all stink"
    hide(mediawiki, id)
    assert "you all stink" not in strangers_history(mediawiki)
    restore(mediawiki, id)


def test_what_was_restored_stands_where_it_stood_and_can_be_hidden_again(mediawiki: MediaWikiServer) -> None:
    id, page = mediawiki.revisions["rude"], as_read(mediawiki)
    before = fetched(connect(mediawiki))
    hide(mediawiki, id)
    restore(mediawiki, id)
    assert as_read(mediawiki) == page
    assert fetched(connect(mediawiki)) == before, "to put it back is no new comment"
    hide(mediawiki, id)
    assert RUDE not in as_read(mediawiki) + strangers_history(mediawiki)


def test_of_two_that_were_hidden_one_is_restored_and_the_other_is_not_shown(mediawiki: MediaWikiServer) -> None:
    rude, unsigned = mediawiki.revisions["rude"], mediawiki.revisions["unsigned"]
    hide(mediawiki, rude)
    hide(mediawiki, unsigned)
    restore(mediawiki, unsigned)
    assert "nobody wants you" in as_read(mediawiki)
    assert RUDE not in as_read(mediawiki) + strangers_history(mediawiki)
    assert one(connect(mediawiki), rude).state is CommentState.HELD


def test_half_a_hiding_by_hand_counts_as_visible_and_is_completed(mediawiki: MediaWikiServer) -> None:
    id = mediawiki.revisions["rude"]
    mediawiki.play({"do": "hide", "user": "Ms. Alder", "revisions": [id], "bits": {"1": 1, "2": 1}})
    assert one(connect(mediawiki), id).state is CommentState.VISIBLE
    hide(mediawiki, id)
    assert RUDE not in as_read(mediawiki) + strangers_history(mediawiki)


def test_whoever_saves_in_between_loses_nothing(mediawiki: MediaWikiServer) -> None:
    once = [{"do": "add", "at": LATER, "user": "Limpet", "text": ":::but why ~~~~"}]

    def be_faster(request: httpx.Request) -> None:
        if once and parse_qs(request.content.decode()).get("action") == ["edit"]:
            mediawiki.play(once.pop())

    id = str(mediawiki.revisions["photo"])  # the last line: both change the same place
    page = connect(mediawiki, before=be_faster)
    page.act(id, ActionKind.HIDE, seen=one(connect(mediawiki), id).revision)
    assert not once
    assert "but why" in as_read(mediawiki)
    assert "our bus" not in as_read(mediawiki) + strangers_history(mediawiki)


@pytest.mark.parametrize("action", ["edit", "revisiondelete"])
@pytest.mark.parametrize("arrives", [True, False])
def test_a_write_without_an_answer_is_looked_up_and_never_repeated(
    mediawiki: MediaWikiServer, action: str, arrives: bool
) -> None:
    writes: list[str] = []

    def lose_answer(request: httpx.Request) -> None:
        (asked,) = parse_qs(request.content.decode()).get("action", [""])
        writes.append(asked)
        if request.method == "POST" and asked == action:
            if arrives:
                httpx.HTTPTransport().handle_request(request)
            raise httpx.ReadTimeout("no answer", request=request)

    id = str(mediawiki.revisions["photo"])
    seen = one(connect(mediawiki), id).revision
    page = connect(mediawiki, before=lose_answer)
    if arrives:
        assert page.act(id, ActionKind.HIDE, seen=seen).state is CommentState.HELD
    else:
        with pytest.raises(Unavailable, match="in time"):
            page.act(id, ActionKind.HIDE, seen=seen)
    assert writes.count(action) == 1
    assert connect(mediawiki).act(id, ActionKind.HIDE, seen=seen).state is CommentState.HELD


def test_other_words_than_were_judged_are_left_alone(mediawiki: MediaWikiServer) -> None:
    page, before = as_read(mediawiki), mediawiki.revisions["rude"]
    with pytest.raises(Changed):
        connect(mediawiki).act(str(before), ActionKind.HIDE, seen=Revision("0" * 64))
    assert as_read(mediawiki) == page


def test_a_wiki_that_is_read_only_says_so(mediawiki: MediaWikiServer) -> None:
    page, id = connect(mediawiki), str(mediawiki.revisions["rude"])
    seen = one(page, id).revision
    mediawiki.read_only("the nightly backup")
    with pytest.raises(Unavailable, match="readonly"):
        page.act(id, ActionKind.HIDE, seen=seen)


# who we are


def test_check_tells_what_an_account_lacks(mediawiki: MediaWikiServer) -> None:
    good, reader = connect(mediawiki).check(), connect(mediawiki, "Lifeguard@reader").check()
    assert (good.account, good.may_moderate, good.comments_open, good.public) == ("Lifeguard", True, True, True)
    assert good.administrators == ("Lifeguard", "Ms. Alder")
    assert not reader.may_moderate
    assert "deleterevision" in next(f.message for f in reader.findings if f.field == "may_moderate")


def test_a_protected_page_is_closed(mediawiki: MediaWikiServer) -> None:
    mediawiki.play({"do": "protect", "user": "Ms. Alder", "level": "sysop"})
    assert connect(mediawiki).check().comments_open is False


def test_who_may_not_hide_changes_nothing(mediawiki: MediaWikiServer) -> None:
    page, id = as_read(mediawiki), str(mediawiki.revisions["rude"])
    seen = one(connect(mediawiki), id).revision
    with pytest.raises(NotAllowed):
        connect(mediawiki, "Lifeguard@reader").act(id, ActionKind.HIDE, seen=seen)
    assert as_read(mediawiki) == page


def test_a_session_that_ended_is_begun_again(mediawiki: MediaWikiServer) -> None:
    page = connect(mediawiki)
    before = fetched(page)
    mediawiki.reset()  # the sessions are in the database
    assert fetched(page) == before
