"""Wikitext as a visitor reads it."""

from __future__ import annotations

import time

import pytest

from connectors.base import Media
from connectors.mediawiki_text import names_of, said_in_summary
from tests.unit.connectors.wiki import NAMES, signed

TAGS_TO_BE_SLOW = ("<nowiki>", "<pre></nowiki>", "<!--", "<a", "[[<")


@pytest.mark.parametrize(
    ("wikitext", "read"),
    [
        ("::''Very'' '''bold''' id''''''iot", "Very bold idiot"),
        ("* [[Crab|crabs]] and [[tide pool]]s", "crabs and tide pools"),
        ("&lt;3 &amp;amp; &#105;d<!-- -->iot <b>x</b>", "<3 &amp; idiot x"),
        ("3 < 4 && 9 > 8", "3 < 4 && 9 > 8"),
        ("== Quiz ==", "Quiz"),
        ("see [http://x.example/a the map] or [http://x.example/b]", "see the map or http://x.example/b"),
        ("[mailto:kim@x.example write me]", "write me kim@x.example"),
        ("[[File:A.jpg|thumb|200px|alt=a rude sign|our [[bus]]]] ok", "a rude sign our bus ok"),
        ("[[User:Limpet|the fool]] said so", "the fool said so"),
        ("{{tl|you fool}}", "{{tl|you fool}}"),
        ("<Kim is ugly>, </kim> <kim/> I <3 <kim>", "<Kim is ugly>, </kim> <kim/> I <3 <kim>"),
        ("<nowiki>[[you fool|x]]</nowiki> [[Crab|crabs]]", "[[you fool|x]] crabs"),
        ("<PRE>\n* ''you'' [http://x.example/a b]</PRE>", "* ''you'' [http://x.example/a b]"),
        ("<nowiki><b> &lt; <!-- ok --></nowiki>", "<b> < <!-- ok -->"),
        ("<nowiki>id<b></b>iot", "idiot"),
        ("id<nowiki/>iot <!--<nowiki>-->id<b></b>iot</nowiki>", "idiot idiot"),
        ("[you-fool:x hi] [[you fool>|hi]]", "you-fool:x hi you fool>|hi"),
    ],
)
def test_marks_are_gone_and_words_stay(wikitext: str, read: str) -> None:
    assert NAMES.words(wikitext, "Barnacle") == read


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (signed("so true", "Barnacle"), "so true"),
        (signed("so true", "Limpet"), "so true Limpet (talk)"),
        (
            "true [[User:Barnacle|Fish Face]] ([[User talk:Barnacle|talk]]) 16:05, 3 March 2025 (UTC)",
            "true Fish Face (talk)",
        ),
        ("true 16:05, 3 idiots 2025 (UTC)", "true 16:05, 3 idiots 2025 (UTC)"),
        ("true [[Usuario:B|B]] 16:05 3 mar 2025 (UTC)", "true B"),
    ],
    ids=["own", "another's", "with a name of one's own", "with a word hidden in it", "Spanish"],
)
def test_of_a_signature_only_what_the_wiki_wrote_is_left_out(line: str, read: str) -> None:
    assert NAMES.words(line, "Barnacle") == read


def test_media_are_told_and_have_the_address_of_their_page() -> None:
    found = NAMES.media("[[File:Our bus.JPG|thumb]] [[Image:Talk.ogg]] [[:File:No.png]] http://x.example/f.mp4")
    assert found == (
        Media("audio", "http://wiki.example/wiki/File:Talk.ogg"),
        Media("image", "http://wiki.example/wiki/File:Our_bus.JPG"),
        Media("video", "http://x.example/f.mp4"),
    )


@pytest.mark.parametrize(
    ("summary", "said"),
    [
        ("", ""),
        ("/* Quiz */ Reply", ""),
        ("/* You stink */ new topic", ""),
        ('Created page with "you stink"', 'Edit summary: Created page with "you stink"'),
        ("you  STINK", ""),
        ("/* Quiz */ and you are fat", "Edit summary: and you are fat"),
        ("/* Big crabs */ Reply", ""),
        ("/* Kim is fat */", "Edit summary: Kim is fat"),
        ("/* 🖕 */", "Edit summary: 🖕"),
        ("&#105;diot and id[[crab|iot]]", "Edit summary: idiot and idiot"),
        ("🖕", "Edit summary: 🖕"),
    ],
)
def test_a_summary_is_part_of_what_was_said_where_it_says_something_else(summary: str, said: str) -> None:
    page = ["== Quiz ==", "Kim is fat", "=== Big [[Crab|crabs]] ==="]
    assert said_in_summary(summary, "I think you stink.", page) == said


def test_what_the_wiki_s_extensions_add_are_tags_and_what_it_lacks_is_shown() -> None:
    info = {"namespaces": {}, "namespacealiases": [], "extensiontags": ["<poem>", "<nowiki>"]}
    assert names_of(info, "").words("id<poem></poem>iot <ref>x</ref>", "B") == "idiot <ref>x</ref>"


@pytest.mark.parametrize(
    "unit",
    ["[[", "[[a|", "'", "[http://", " ", "=", "&", "<", "[[File:", "{{", ": ", "16:05, ", *TAGS_TO_BE_SLOW],
)
def test_a_text_made_to_be_slow_is_read_at_once(unit: str) -> None:
    text = unit * 40_000
    began = time.process_time()
    NAMES.words(text, "Barnacle")
    NAMES.media(text)
    NAMES.owners([text])
    assert time.process_time() - began < 2
