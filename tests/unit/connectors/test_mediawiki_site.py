"""What a real MediaWiki cannot be made to answer, over real sockets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.base import AuthFailed, BadConfig, ConnectorError, Gone, NotAllowed, PageAddress, Unavailable
from connectors.deadline import Deadline, until
from connectors.http import Patience
from connectors.mediawiki import MediaWiki
from tests.servers.fake import Asked, FakePlatform, Reply, reply_html, reply_json

SECRET = "Kim@hall:open-sesame"
TOKENS = {"query": {"tokens": {"logintoken": "l+", "csrftoken": "c+"}}}
SUCCESS = {"login": {"result": "Success", "lgusername": "Kim"}}
Answers = Callable[[dict[str, str]], object]


def connect(
    platform: FakePlatform, path: str = "/index.php/Talk:Pond", secret: str = SECRET, **options: object
) -> MediaWiki:
    return MediaWiki(
        PageAddress("p", platform.url + path, secret=secret, options=options), patience=Patience(pauses=())
    )


def asked_for(asked: Asked) -> dict[str, str]:
    fields = parse_qs(urlsplit(asked.path).query) | parse_qs(asked.body.decode())
    return {name: values[0] for name, values in fields.items()}


def script(platform: FakePlatform, answer: Answers, login: object = SUCCESS) -> None:
    """Let a wiki sign everybody in, and answer whatever else is asked as the test says."""

    def reply(asked: Asked) -> Reply:
        question = asked_for(asked)
        if question.get("action") == "login":
            return reply_json(login, Set_Cookie="session=s1; path=/")
        if question.get("meta") == "tokens":
            return reply_json(TOKENS)
        found = answer(question)
        return found if isinstance(found, Reply) else reply_json(found)

    platform.script = reply


def code(code: str, /, **headers: str) -> Reply:
    return reply_json({"error": {"code": code, "info": "Kim wrote: you fool"}}, **headers)


@pytest.mark.parametrize(
    ("answer", "error", "wait"),
    [
        (code("readapidenied"), NotAllowed, None),
        (code("permissiondenied"), NotAllowed, None),
        (code("maxlag", Retry_After="5"), Unavailable, 5.0),
        (code("readonly"), Unavailable, None),
        (code("internal_api_error_DBQueryError"), Unavailable, None),
        (code("something new"), Unavailable, None),
        (code("assertuserfailed"), AuthFailed, None),
        (Reply(429, b"slow down", {"Retry-After": "30"}), Unavailable, 30.0),
        (Reply(403), NotAllowed, None),
        (Reply(404), BadConfig, None),
        (reply_html(), Unavailable, None),
        (reply_json([]), Unavailable, None),
        (reply_json({"batchcomplete": True}), Unavailable, None),
    ],
)
def test_every_refusal_is_an_error_of_ours_and_quotes_nothing(
    platform: FakePlatform, answer: Reply, error: type[ConnectorError], wait: float | None
) -> None:
    script(platform, lambda question: answer)
    with pytest.raises(error) as caught:
        list(connect(platform).fetch(None))
    assert getattr(caught.value, "retry_after", None) == wait
    assert "fool" not in str(caught.value)
    assert "sesame" not in str(caught.value)


@pytest.mark.parametrize(
    ("login", "error"),
    [
        ({"login": {"result": "Failed", "reason": {"code": "wrongpassword"}}}, AuthFailed),
        ({"login": {"result": "Aborted", "reason": {"code": "x"}}}, AuthFailed),
        ({"login": {"result": "Failed", "reason": {"code": "login-throttled"}}}, Unavailable),
        ({"login": {"result": "Something"}}, Unavailable),
        ({"login": 7}, Unavailable),
    ],
)
def test_a_login_that_fails_is_told_apart(platform: FakePlatform, login: object, error: type[ConnectorError]) -> None:
    script(platform, lambda question: {}, login)
    with pytest.raises(error):
        connect(platform).check()


def test_the_session_goes_with_our_questions_alone(platform: FakePlatform) -> None:
    script(platform, lambda question: code("readapidenied"))
    with pytest.raises(NotAllowed):
        connect(platform).check()
    cookies = {asked_for(asked).get("action", ""): asked.headers.get("Cookie") for asked in platform.asked}
    assert cookies["query"] == "session=s1"
    assert all("Hallmonitor/0.1 (+https://" in asked.headers["User-Agent"] for asked in platform.asked)
    assert all("sesame" not in asked.path for asked in platform.asked)


def test_a_sign_in_changes_nothing(platform: FakePlatform) -> None:
    deadline = Deadline.in_seconds(60)
    script(platform, lambda _: code("readonly", Retry_After="1"))
    with until(deadline), pytest.raises(Unavailable):
        connect(platform).check()
    assert any(asked.method == "POST" for asked in platform.asked)
    assert not deadline.wrote


def test_a_refused_token_is_fetched_anew_once(platform: FakePlatform) -> None:
    script(platform, lambda question: code("badtoken"))
    page = connect(platform)
    with pytest.raises(AuthFailed):
        page._wiki.write({"action": "edit"})
    assert [asked_for(asked).get("action") for asked in platform.asked].count("edit") == 2


@pytest.mark.parametrize(
    ("path", "api"),
    [
        ("/index.php/Talk:Pond", "/api.php"),
        ("/class/index.php?title=Talk:Pond", "/class/api.php"),
        ("/wiki/Talk:Pond", "/w/api.php"),
        ("/wiki/Talk:Pond/Archive_1", "/wiki/api.php"),
        ("/Talk:Pond", "/api.php"),
    ],
)
def test_api_php_is_found_from_the_address_that_a_browser_shows(platform: FakePlatform, path: str, api: str) -> None:
    platform.script = lambda asked: reply_json(TOKENS) if urlsplit(asked.path).path == api else Reply(404)
    with pytest.raises(ConnectorError):
        connect(platform, path).check()
    assert urlsplit(platform.paths[-1]).path == api


def test_a_site_that_is_no_wiki_is_named(platform: FakePlatform) -> None:
    platform.always(Reply(404))
    with pytest.raises(BadConfig, match="no MediaWiki"):
        connect(platform, "/wiki/Talk:Pond").check()


@pytest.mark.parametrize(
    ("secret", "options", "field"),
    [
        ("Kim:password", {}, "secret"),
        ("Kim@hall", {}, "secret"),
        ("", {}, "secret"),
        (SECRET, {"pages": "Talk:Pond"}, "options.pages"),
        (SECRET, {"pages": ["Talk:A|B"]}, "options.pages"),
        (SECRET, {"api": "http://elsewhere.example/api.php"}, "options.api"),
        (SECRET, {"contact": "two words"}, "options.contact"),
    ],
)
def test_a_malformed_page_file_is_named_at_once(
    platform: FakePlatform, secret: str, options: dict[str, Any], field: str
) -> None:
    with pytest.raises(BadConfig) as caught:
        connect(platform, secret=secret, **options)
    assert caught.value.field == field
    assert platform.asked == []


def test_no_password_crosses_the_network_in_the_clear() -> None:
    with pytest.raises(BadConfig, match="https"):
        MediaWiki(PageAddress("p", "http://wiki.example/wiki/Talk:Pond", secret=SECRET))


def revision(**fields: object) -> dict[str, object]:
    row: dict[str, object] = {
        "revid": 5,
        "parentid": 0,
        "user": "Kim",
        "userid": 3,
        "timestamp": "2025-03-03T10:00:00Z",
        "comment": "",
        "slots": {"main": {"content": "you fool"}},
    }
    return {**row, **fields}


@pytest.mark.parametrize(
    ("fields", "error", "named"),
    [
        ({"revid": "5"}, Unavailable, "revid"),
        ({"parentid": None}, Unavailable, "parentid"),
        ({"userid": None}, Unavailable, "userid"),
        ({"timestamp": "yesterday"}, Unavailable, "timestamp"),
        ({"comment": 7}, Unavailable, "comment"),
        ({"slots": {}}, Unavailable, "content"),
        ({"slots": {"main": {"content": 7}}}, Unavailable, "content"),
        ({"slots": {"main": {"texthidden": True}}}, NotAllowed, "viewdeleted"),
    ],
)
def test_a_changed_answer_names_its_field(
    platform: FakePlatform, fields: dict[str, object], error: type[ConnectorError], named: str
) -> None:
    rows = {"query": {"pages": [{"pageid": 1, "title": "Talk:Pond", "revisions": [revision(**fields)]}]}}
    script(platform, lambda question: rows)
    with pytest.raises(error, match=named):
        list(connect(platform).get(["5"]))


INFO = {
    "general": {"articlepath": "/index.php/$1", "script": "/index.php"},
    "namespaces": {},
    "namespacealiases": [],
    "usergroups": [],
}


def test_a_page_that_was_moved_in_a_circle_is_gone(platform: FakePlatform) -> None:
    def answer(question: dict[str, str]) -> object:
        if question.get("list") == "logevents":
            other = {"Talk:Pond": "Talk:Pool", "Talk:Pool": "Talk:Pond"}[question["letitle"]]
            return {"query": {"logevents": [{"params": {"target_title": other}}]}}
        return {"query": {**INFO, "pages": [{"title": question.get("titles"), "missing": True}]}}

    script(platform, answer)
    with pytest.raises(Gone, match="Talk:Pond was moved in a circle"):
        list(connect(platform).fetch(None))


def test_without_discussiontools_there_are_no_parents_but_a_busy_wiki_is_asked_later(platform: FakePlatform) -> None:
    says = ["badvalue", "maxlag"]

    def answer(question: dict[str, str]) -> object:
        if question["action"] == "discussiontoolspageinfo":
            return code(says.pop(0))
        return {"query": {**INFO, "allusers": [], "pages": [{"pageid": 1, "title": "T", "revisions": [revision()]}]}}

    script(platform, answer)
    assert [comment.parent for comment in connect(platform).get(["5"])] == [None]
    with pytest.raises(Unavailable, match="maxlag"):
        list(connect(platform).get(["5"]))


def test_what_an_overseer_took_away_is_gone(platform: FakePlatform) -> None:
    taken = revision(slots={"main": {"texthidden": True}}, suppressed=True)
    script(platform, lambda question: {"query": {"pages": [{"pageid": 1, "title": "T", "revisions": [taken]}]}})
    assert list(connect(platform).get(["5"])) == []


def test_of_a_long_answer_in_parts_nothing_is_missing(platform: FakePlatform) -> None:
    """Each part names all the pages, also those whose revisions stand in another one."""
    known = {id: revision(revid=id, slots={"main": {"content": f"note {id}"}}) for id in (5, 6, 7)}
    parts = {"": {1: [5]}, "6": {1: [6]}, "7": {2: [7]}}

    def answer(question: dict[str, str]) -> object:
        if "revids" not in question:
            page = {"pageid": 1, "title": "T", "revisions": [revision()]}
            return {
                "query": {**INFO, "allusers": [], "pages": [page]},
                "discussiontoolspageinfo": {"threaditemshtml": []},
            }
        held = parts[at := question.get("rvcontinue", "")]
        pages: list[dict[str, object]] = [{"pageid": id, "title": f"T{id}"} for id in (1, 2)]
        for page in pages:
            if page["pageid"] in held:
                page["revisions"] = [known[id] for id in held[int(str(page["pageid"]))]]
        row: dict[str, object] = {"query": {"pages": pages, "badrevids": {"8": {"revid": 8, "missing": True}}}}
        return row | ({"continue": {"rvcontinue": str(max(map(max, held.values())) + 1)}} if at != "7" else {})

    script(platform, answer)
    assert [comment.text for comment in connect(platform).get(["5", "6", "7", "8"])] == ["note 5", "note 6", "note 7"]
    parts["7"] = {}
    with pytest.raises(Unavailable, match="revisions"):
        list(connect(platform).get(["5", "6", "7", "8"]))


def test_a_page_that_the_file_names_in_two_spellings_is_read_once(platform: FakePlatform) -> None:
    def answer(question: dict[str, str]) -> object:
        page = {"pageid": 1, "ns": 1, "title": "Talk:Pond", "contentmodel": "wikitext", "length": 9, "protection": []}
        named = {"normalized": [{"from": name, "to": "Talk:Pond"} for name in ("talk:pond", "talk:Pond")]}
        found = {"query": {**INFO, **named, "allusers": [], "pages": [{**page, "revisions": [revision()]}]}}
        return found | {"discussiontoolspageinfo": {"threaditemshtml": []}}

    script(platform, answer)
    (batch,) = connect(platform, pages=["talk:pond", "talk:Pond"]).fetch(None)
    assert [comment.text for comment in batch.comments] == ["you fool"]
