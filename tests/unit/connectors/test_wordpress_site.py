"""What a real WordPress cannot be made to answer here: folders, hosts in the way, odd rows. A fake at the HTTP boundary."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.base import AuthFailed, BadConfig, CommentState, PageAddress, Unavailable
from connectors.http import Patience
from connectors.wordpress import WordPress
from tests.servers.fake import Asked, FakePlatform, Reply, reply_html, reply_json

INDEX = {
    "name": "Pond &amp; Meadow",
    "namespaces": ["oembed/1.0", "wp/v2"],
    "authentication": {"application-passwords": {}},
}
QUICK = Patience(connect=1, read=1, pauses=(0.01,))


def row(id: int, **more: object) -> dict[str, object]:
    return {"id": id, "author": 0, "content": {"raw": f"croak {id}"}, "date_gmt": "2025-03-01T10:00:00", **more}


def script(
    rows: list[dict[str, object]],
    *,
    root: str = "/wp-json/",
    shown: Callable[[int], bool] = lambda number: True,
    total: bool = True,
    routes: Mapping[str, Reply] | None = None,
) -> Callable[[Asked], Reply]:
    """A WordPress that keeps `rows`, announces all of them, and leaves out those that are not `shown`."""

    def answer(asked: Asked) -> Reply:
        address = urlsplit(asked.path)
        query = {key: values[0] for key, values in parse_qs(address.query).items()}
        route = address.path.removeprefix(root) if address.path.startswith(root) else None
        if "rest_route" in query:
            route = query["rest_route"].strip("/").removeprefix("wp/v2") if root.endswith("?") else None
        if route is None:
            return reply_html(404)
        route = route.removeprefix("wp/v2/").strip("/")
        if routes and route in routes:
            return routes[route]
        if route == "":
            return reply_json(INDEX)
        if route == "users":
            return reply_json({"code": "rest_user_cannot_view"}, 403)
        offset = int(query.get("offset", "0"))
        part = [each for each in rows[offset : offset + 100] if shown(int(str(each["id"])))]
        return reply_json(part, 200, **({"X_WP_Total": str(len(rows))} if total else {}))

    return answer


def connect(platform: FakePlatform, path: str = "", secret: str = "wren:pass word") -> WordPress:
    return WordPress(PageAddress("pond", platform.url + path, secret), patience=QUICK)


def ids(page: WordPress) -> list[int]:
    return [int(comment.id) for batch in page.fetch(None) for comment in batch.comments]


@pytest.mark.parametrize(
    "path", ["/blogs/pond", "/blogs/pond/", "/blogs/pond/wp-json/", "/blogs/pond/wp-admin/profile.php"]
)
def test_a_blog_in_a_folder_is_found_there_and_nowhere_else(platform: FakePlatform, path: str) -> None:
    platform.script = script([row(1)], root="/blogs/pond/wp-json/")
    assert ids(connect(platform, path)) == [1]
    assert all(asked.startswith("/blogs/pond/wp-json/") for asked in platform.paths)


@pytest.mark.parametrize("pretty", [reply_html(404), reply_html(200), reply_json({"code": "rest_no_route"}, 404)])
def test_plain_addresses_are_tried_when_pretty_ones_are_off(platform: FakePlatform, pretty: Reply) -> None:
    answer = script([row(1)], root="/blog/?")
    platform.script = lambda asked: pretty if "wp-json" in asked.path else answer(asked)
    assert ids(connect(platform, "/blog")) == [1]
    assert {urlsplit(path).path for path in platform.paths} == {"/blog/wp-json/", "/blog/"}


def test_the_interface_is_looked_for_once(platform: FakePlatform) -> None:
    platform.script = script([row(1)])
    page = connect(platform)
    ids(page)
    ids(page)
    assert platform.paths.count("/wp-json/") == 1


@pytest.mark.parametrize(
    "replies",
    [
        [reply_json({}, 404)],
        [reply_html(404), reply_html(200)],
        [reply_json({"namespaces": ["oembed/1.0"]})],
        [reply_json({"namespaces": None})],
        [reply_json({"hello": "I am another program"})],
        [Reply(301, b"", {"Location": "https://www.pond.example.test/wp-json/"})],
    ],
)
def test_an_address_without_wordpress_is_a_wrong_address(platform: FakePlatform, replies: list[Reply]) -> None:
    platform.always(*replies)
    with pytest.raises(BadConfig) as caught:
        connect(platform).check()
    assert caught.value.field == "url"


@pytest.mark.parametrize(
    "replies", [[reply_html()], [reply_html(503)], [reply_json([])], [reply_html(404), reply_json({}, 500)]]
)
def test_a_site_under_maintenance_may_still_be_the_right_one(platform: FakePlatform, replies: list[Reply]) -> None:
    platform.always(*replies)
    with pytest.raises(Unavailable):
        connect(platform).check()


@pytest.mark.parametrize("secret", ["", ":", "wren", "wren:", ":password", "  :  ", "password with spaces"])
def test_a_secret_without_name_or_password_is_refused_without_being_shown(platform: FakePlatform, secret: str) -> None:
    with pytest.raises(BadConfig) as caught:
        connect(platform, secret=secret)
    assert caught.value.field == "secret"
    assert "password with spaces" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["blog.example.test", "https://blog.example.test/?p=1", "https://blog.example.test/#top"]
)
def test_an_address_that_is_not_a_front_page_is_refused(url: str) -> None:
    with pytest.raises(BadConfig) as caught:
        WordPress(PageAddress("pond", url, "wren:pw"))
    assert caught.value.field == "url"


@pytest.mark.parametrize(
    ("url", "options", "taken"),
    [
        ("http://blog.example.test", {}, False),
        ("http://10.1.2.3", {}, False),
        ("https://10.1.2.3", {}, False),
        ("https://10.1.2.3", {"allow_private": "yes"}, False),
        ("https://10.1.2.3", {"allow_private": True}, True),
        ("http://10.1.2.3", {"allow_private": True}, True),
        ("https://blog.example.test", {}, True),
    ],
)
def test_the_districts_own_network_is_for_the_district_to_open(
    url: str, options: Mapping[str, object], taken: bool
) -> None:
    address = PageAddress("pond", url, "wren:pw", options)
    if taken:
        WordPress(address)
    else:
        with pytest.raises(BadConfig):
            WordPress(address)


# lists


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 180, 181, 250])
@pytest.mark.parametrize("total", [True, False])
def test_every_row_is_read_once_with_or_without_a_count(platform: FakePlatform, count: int, total: bool) -> None:
    platform.script = script([row(n) for n in range(1, count + 1)], total=total)
    assert ids(connect(platform)) == list(range(1, count + 1))


def test_a_short_page_is_not_the_last_one(platform: FakePlatform) -> None:
    platform.script = script([row(n) for n in range(1, 251)], shown=lambda number: number % 3 == 0)
    assert ids(connect(platform)) == list(range(3, 250, 3))


def test_comments_that_are_counted_and_never_shown_are_not_passed_over(platform: FakePlatform) -> None:
    platform.script = script([row(n) for n in range(1, 251)], shown=lambda number: number <= 80)
    with pytest.raises(Unavailable, match="counts more"):
        ids(connect(platform))
    assert len(platform.asked) < 30, "the reading does not end by itself"


def test_a_list_of_users_that_never_ends_is_given_up(platform: FakePlatform) -> None:
    endless = reply_json([{"id": 1}], X_WP_TotalPages="9999")
    platform.script = script([row(1)], routes={"users": endless})
    with pytest.raises(Unavailable, match="longer than"):
        ids(connect(platform))


def test_more_than_a_hundred_comments_are_asked_for_in_parts(platform: FakePlatform) -> None:
    platform.script = script([])
    list(connect(platform).get([str(n) for n in range(1, 251)]))
    asked = [parse_qs(urlsplit(path).query)["include"][0] for path in platform.paths if "include" in path]
    assert [len(part.split(",")) for part in asked] == [100, 100, 50]


# rows


@pytest.mark.parametrize(
    "odd",
    [
        {"content": {"rendered": "<p>croak</p>"}},
        {"content": "croak"},
        {"content": None},
        {"content": {"raw": 5}},
        {"id": "1"},
        {"author": None},
    ],
)
def test_a_row_without_its_raw_text_fails_loudly(platform: FakePlatform, odd: dict[str, object]) -> None:
    platform.always(reply_json(INDEX), reply_json({}, 403), reply_json([{**row(1), **odd}]))
    with pytest.raises(Unavailable, match="raw text"):
        ids(connect(platform))


@pytest.mark.parametrize(
    ("dates", "created"),
    [
        ({"date_gmt": "2025-03-01T10:00:00", "date": "2025-03-01T02:00:00"}, datetime(2025, 3, 1, 10, tzinfo=UTC)),
        ({"date_gmt": "-0001-11-30T00:00:00", "date": "2025-03-01T02:00:00"}, datetime(2025, 3, 1, 2, tzinfo=UTC)),
        ({"date_gmt": None, "date": None}, datetime(1970, 1, 1, tzinfo=UTC)),
        ({"date_gmt": "soon", "date": ""}, datetime(1970, 1, 1, tzinfo=UTC)),
    ],
)
def test_a_missing_time_does_not_hide_a_comment(
    platform: FakePlatform, dates: dict[str, object], created: datetime
) -> None:
    platform.script = script([row(1, **dates)])
    (batch,) = connect(platform).fetch(None)
    assert batch.comments[0].created == created


@pytest.mark.parametrize("status", ["in-review", "", None, "APPROVED"])
def test_a_status_that_only_a_plug_in_knows_is_not_visible(platform: FakePlatform, status: object) -> None:
    platform.script = script([row(1, status=status)])
    (batch,) = connect(platform).fetch(None)
    assert batch.comments[0].state == CommentState.HELD


def test_half_a_surrogate_pair_is_handed_on_as_it_is(platform: FakePlatform) -> None:
    platform.script = script([row(1, content={"raw": "\ud83d \x00"}, author_name="\ud83d")])
    (batch,) = connect(platform).fetch(None)
    assert batch.comments[0].text == "\ud83d \x00"


# settings


def test_a_site_that_has_no_application_passwords_is_told_so(platform: FakePlatform) -> None:
    closed = {**INDEX, "authentication": []}
    platform.script = script([], routes={"": reply_json(closed), "users/me": reply_json({}, 401)})
    with pytest.raises(AuthFailed, match="switched off"):
        connect(platform).check()


def test_a_blog_with_too_many_posts_to_look_at_is_not_called_closed(platform: FakePlatform) -> None:
    routes = {
        "users/me": reply_json({"name": "Wren", "capabilities": {"moderate_comments": True}}),
        "settings": reply_json({"title": "", "default_comment_status": "closed"}),
        "posts": reply_json([{"comment_status": "closed"}], X_WP_TotalPages="9999"),
    }
    platform.script = script([], routes=routes)
    settings = connect(platform).check()
    assert (settings.title, settings.account, settings.comments_open) == ("Pond & Meadow", "Wren", None)


def test_a_site_that_shuts_strangers_out_of_its_interface_is_not_called_private(platform: FakePlatform) -> None:
    refused = reply_json({"code": "rest_login_required"}, 401)
    routes = {"users/me": reply_json({"username": "wren"}), "settings": reply_json({}, 403), "posts": refused}
    platform.script = script([], routes=routes)
    settings = connect(platform).check()
    assert (settings.public, settings.may_moderate) == (None, False)
    anonymous = [asked for asked in platform.asked if "Authorization" not in asked.headers]
    assert len(anonymous) == 1
