from __future__ import annotations

import pytest

from connectors.mediawiki_settings import _strangers
from tests.servers.fake import FakePlatform
from tests.unit.connectors.test_mediawiki_site import INFO, connect, revision, script


@pytest.mark.parametrize(("enabled", "shown"), [(True, "a name that the wiki makes up"), (False, "their internet")])
def test_a_guest_s_address_is_said_to_be_shown_where_it_is(enabled: bool, shown: str) -> None:
    info = {**INFO, "autocreatetempuser": {"enabled": enabled}}
    assert shown in next(_strangers(info, {"*": frozenset({"edit"})})).message


@pytest.mark.parametrize(("user", "comes"), [("Barnacle", True), ("Kim", False)])
def test_who_borrows_our_summary_says_it_all_the_same(platform: FakePlatform, user: str, comes: bool) -> None:
    again = revision(revid=6, user=user, userid=9, comment="Text of revision 5 put back (Hallmonitor)")
    known = {"5": revision(user="Barnacle", userid=9), "6": again}

    def answer(question: dict[str, str]) -> object:
        rows = [known[question.get("revids", "6")]]
        found = {**INFO, "allusers": [], "pages": [{"pageid": 1, "title": "T", "revisions": rows}]}
        return {"query": found, "discussiontoolspageinfo": {"threaditemshtml": []}}

    script(platform, answer)
    assert [comment.id for comment in connect(platform).get(["6"])] == ["6"] * comes
