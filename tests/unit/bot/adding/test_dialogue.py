"""`pages add` as a teacher goes through it: questions, troubles, and what is left behind when they go away."""

from __future__ import annotations

import base64

import pytest

from bot.cli.adding_questions import Asker
from bot.cli.page_findings import show_findings
from bot.domain.errors import Advice
from bot.domain.findings import Finding
from tests.houses import TEACHER, Town
from tests.servers.fake import FakePlatform, Reply
from tests.servers.fixtures import free_port
from tests.unit.bot.adding.places import FEED, NAME, PASSWORD, Blog, files, run, said, serve_feed, written

MINE = f"https://reddit.com/user/x\n{{url}}\ny\n{TEACHER}\n{NAME}\n{PASSWORD}\n\n\ny\n"
"""A wrong address, the right one, agreed; whose page; name and password; title and short name as proposed; write it."""


def answers(blog: Blog) -> str:
    return MINE.format(url=blog.url)


def test_a_teacher_is_led_to_a_file(school: Town, platform: FakePlatform) -> None:
    result = run(school, "pages", "add", keys=answers(Blog(platform)))
    told = said(result)
    assert result.exit_code == 0, told
    for words in (
        "!! the address names no subreddit",
        "This is a WordPress blog:",
        "with the role Editor or Administrator",
        "Users > Profile > Application Passwords",
        "It works as alva: Room 12: Garden",
        "III Inez Alva (x) of your school administers the page.",
        "III Anybody on the internet can read the page.",
        "IV.A.4",
        "title: 'Room 12: Garden'",
        "ROOM_12_GARDEN_WORDPRESS='<name>:<application password>'",
        "pages apply",
    ):
        assert words in told, words
    assert written(school, "room-12-garden") == (
        "id: room-12-garden\ntitle: 'Room 12: Garden'\nsite: s\n"
        f"teacher: {TEACHER}\nconnector: wordpress\nurl: {platform.url}/\n"
        "credentials: env:ROOM_12_GARDEN_WORDPRESS  # name:application password\nschedule: every 15 minutes\n"
    )
    assert PASSWORD not in result.output


def test_the_secret_is_nowhere(school: Town, platform: FakePlatform) -> None:
    assert run(school, "--verbose", "pages", "add", keys=answers(Blog(platform))).exit_code == 0
    everything = b"".join(file.read_bytes() for file in school.folder.rglob("*") if file.is_file())
    assert PASSWORD.encode() not in everything


@pytest.mark.parametrize("answered", range(9))
def test_whoever_goes_away_leaves_nothing_behind(school: Town, platform: FakePlatform, answered: int) -> None:
    keys = "".join(line + "\n" for line in answers(Blog(platform)).splitlines()[:answered])
    result = run(school, "pages", "add", keys=keys)
    assert result.exit_code == 1
    assert "error: ended: nothing was written" in result.output
    assert files(school) == {"p.yaml"}


def test_whoever_says_no_at_the_end_has_written_nothing(school: Town, platform: FakePlatform) -> None:
    result = run(school, "pages", "add", keys=answers(Blog(platform)).removesuffix("y\n") + "n\n")
    assert "nothing was written" in result.output
    assert files(school) == {"p.yaml"}


def test_a_serious_finding_has_to_be_agreed_to(school: Town, platform: FakePlatform) -> None:
    """Enter alone writes the file of a page that is well, and not of one that nobody else administers."""
    keys = answers(Blog(platform, administrators=["Somebody Else"])).removesuffix("y\n") + "\n"
    result = run(school, "pages", "add", keys=keys)
    assert "!! III Nobody but Somebody Else (x) administers the page." in said(result)
    assert files(school) == {"p.yaml"}


def test_a_wrong_password_is_asked_for_again_and_the_name_is_kept(school: Town, platform: FakePlatform) -> None:
    keys = answers(Blog(platform)).replace(PASSWORD, f"wrong words\n\n{PASSWORD}")
    result = run(school, "pages", "add", keys=keys)
    told = said(result)
    assert result.exit_code == 0, told
    assert "!! it does not let us in: WordPress does not accept the name and application password" in told
    assert f"name [{NAME}]:" in told
    assert told.count("with the role Editor or Administrator") == 1
    assert "wrong words" not in told


def test_a_page_that_the_account_may_not_see_can_be_tried_again(school: Town, platform: FakePlatform) -> None:
    blog = Blog(platform, closed=True)
    keys = answers(blog).replace(f"{PASSWORD}\n", f"{PASSWORD}\n\n")
    result = run(school, "pages", "add", keys=keys)
    assert "!! we may not look at it" in said(result)
    assert "Press Enter to try again" in said(result)
    assert result.exit_code == 1


def test_the_credential_of_an_account_without_the_right_can_be_typed_anew(school: Town, platform: FakePlatform) -> None:
    keys = answers(Blog(platform, closed=True)).replace(f"{PASSWORD}\n", f"{PASSWORD}\nnew\nother\nits words\n")
    run(school, "pages", "add", keys=keys)
    assert _signed_in_with(platform, "other", "its words")


def test_where_the_address_is_right_after_all_the_credential_can_be_typed_anew(
    school: Town, platform: FakePlatform
) -> None:
    """To another account's token a platform may say that there is nothing."""
    blog = Blog(platform, fault=None)
    of_blog, url = platform.script, blog.url
    platform.script = lambda asked: Reply(404) if "Authorization" in asked.headers else of_blog(asked)
    run(school, "pages", "add", keys=f"{url}\ny\n1\n{NAME}\n{PASSWORD}\n{url}\ny\nother\nits words\n")
    assert _signed_in_with(platform, "other", "its words")


def _signed_in_with(platform: FakePlatform, name: str, password: str) -> bool:
    login = "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()
    return any(asked.headers.get("Authorization") == login for asked in platform.asked)


def test_a_server_that_is_down_is_told_and_another_address_asked_for(school: Town, platform: FakePlatform) -> None:
    keys = f"http://127.0.0.1:{free_port()}/\n" + answers(Blog(platform))
    result = run(school, "pages", "add", keys=keys)
    assert "cannot be reached (ConnectError)" in said(result)
    assert result.exit_code == 0


def test_a_server_that_fails_while_it_is_tried_can_be_tried_again(school: Town, platform: FakePlatform) -> None:
    url = serve_feed(platform)
    good = Reply(200, FEED.encode(), {"Content-Type": "application/rss+xml"})
    platform.always(good, Reply(200, b"<p>Maintenance", {"Content-Type": "text/html"}), good)
    result = run(school, "pages", "add", keys=f"{url}\ny\n1\n\n\n\ny\n")
    assert result.exit_code == 0, said(result)
    assert "!! it does not answer as it should: 127.0.0.1 answers with something that is no feed" in said(result)
    assert files(school) == {"p.yaml", "comments-on-room-12.yaml"}


def test_a_credential_is_not_carried_to_another_server(school: Town, platform: FakePlatform) -> None:
    """The address turns out to be wrong after the password was typed: for another host it is asked for anew."""
    platform.script = lambda asked: (
        Reply(200, b"<p>", {"Content-Type": "text/html", "Link": '</wp-json/>; rel="https://api.w.org/"'})
        if asked.path == "/"
        else Reply(404)
    )
    with FakePlatform() as other:
        keys = f"{platform.url}/\ny\n1\n{NAME}\nfirst password\n" + answers(Blog(other)).replace(f"{TEACHER}\n", "")
        result = run(school, "pages", "add", keys=keys)
        assert result.exit_code == 0, said(result)
        assert "there is no WordPress" in said(result)
        tried = [asked.headers["Authorization"] for asked in other.asked if "Authorization" in asked.headers]
        assert len(set(tried)) == 1
        assert written(school, "room-12-garden").count(other.url) == 1


def test_a_redirect_to_another_host_is_asked_about(school: Town, platform: FakePlatform) -> None:
    with FakePlatform() as other:
        blog = Blog(other)
        other.url = other.url.replace("127.0.0.1", "localhost")
        platform.always(Reply(301, b"", {"Location": blog.url}))
        keys = answers(blog).replace(f"{blog.url}\n", f"{platform.url}/\nn\n{platform.url}/\ny\n")
        result = run(school, "pages", "add", keys=keys)
        assert result.exit_code == 0, said(result)
        assert said(result).count(f"That address leads to {blog.url} . Is that the page?") == 2
        assert f"url: {blog.url}\n" in written(school, "room-12-garden")


def test_a_platform_that_is_not_recognised_is_chosen_from_a_list(school: Town, platform: FakePlatform) -> None:
    platform.script = lambda asked: Reply(200, b"<p>hello", {"Content-Type": "text/html"})
    listed = run(school, "pages", "add", keys=f"{platform.url}/x\n99\nseven\n")
    told = said(listed)
    assert "does not say which platform it is on" in told
    assert told.count("!! write a number from 1 to") == 2
    number = next(
        line.split(".")[0].strip() for line in listed.output.splitlines() if "that no program can read" in line
    )
    result = run(school, "pages", "add", keys=f"{platform.url}/x\n{number}\n1\nOur group\n\ny\n")
    assert result.exit_code == 0, said(result)
    assert "connector: by_hand\n" in written(school, "our-group")
    assert "credentials" not in written(school, "our-group")


def test_a_page_that_people_bring_is_due_once_a_day_and_nobody_is_said_to_be_asked(school: Town) -> None:
    result = run(school, "pages", "add", keys="https://classroom.google.com/c/NjE4\ny\n1\nRoom 12\n\ny\n")
    told = said(result)
    assert "schedule: daily at 06:00\n" in written(school, "room-12")
    assert "import FILE --page room-12" in told
    assert "scan room-12" not in told
    assert "Asking" not in told
    assert "It works" not in told


def test_a_feed_that_asks_for_a_sign_in_is_not_asked_again_before_enter(school: Town, platform: FakePlatform) -> None:
    """It takes no credential, so that there is nothing to type anew."""
    url = serve_feed(platform)
    good = Reply(200, FEED.encode(), {"Content-Type": "application/rss+xml"})
    platform.always(good, Reply(401))
    result = run(school, "pages", "add", keys=f"{url}\ny\n1\n")
    assert result.exit_code == 1
    assert "only one that strangers may read can be read here" in said(result)
    assert "Press Enter to try again" in said(result)
    assert len(platform.asked) == 2


def test_another_platform_than_the_recognised_one_can_be_chosen(school: Town, platform: FakePlatform) -> None:
    url = serve_feed(platform)
    number = [*_listed(school, url)].index("a feed of comments (RSS or Atom)") + 1
    result = run(school, "pages", "add", keys=f"{url}\nn\n{number}\n1\n\n\ny\n")
    assert result.exit_code == 0, said(result)
    assert "No credential is needed." in said(result)
    assert "connector: feed\n" in written(school, "comments-on-room-12")


def test_a_name_that_is_taken_and_an_address_that_is_none_are_asked_again(school: Town, platform: FakePlatform) -> None:
    keys = f"{serve_feed(platform)}\ny\nnobody\nkim@school.example\n\nP\nBig Name\nsmall-name\ny\n"
    result = run(school, "pages", "add", keys=keys)
    told = said(result)
    assert result.exit_code == 0, told
    for words in (
        "write an e-mail address",
        "write it in small letters, digits and hyphens",
        "teacher: kim@school.example",
    ):
        assert words in told
    again = run(school, "pages", "add", keys=f"{serve_feed(platform)}\ny\ny\n1\n\nsmall-name\np\nother\ny\n")
    assert said(again).count("already: choose another name") == 2
    assert files(school) == {"p.yaml", "small-name.yaml", "other.yaml"}


def test_a_second_page_of_the_same_blog_can_sign_in_as_the_first(school: Town, platform: FakePlatform) -> None:
    blog, secret = Blog(platform), f"{NAME}:{PASSWORD}"
    assert run(school, "pages", "add", keys=answers(blog)).exit_code == 0
    result = run(school, "pages", "add", keys=f"{blog.url}\ny\ny\n1\ny\n\nsecond\ny\n", ROOM_12_GARDEN_WORDPRESS=secret)
    assert result.exit_code == 0, said(result)
    assert "The page room-12-garden signs in there already (ROOM_12_GARDEN_WORDPRESS). Use the same?" in said(result)
    assert "credentials: env:ROOM_12_GARDEN_WORDPRESS\n" in written(school, "second")
    assert "Whoever runs Hallmonitor puts this line" not in said(result)


def test_a_page_that_is_there_already_is_told_and_not_added_by_enter(school: Town, platform: FakePlatform) -> None:
    url = serve_feed(platform)
    assert run(school, "pages", "add", keys=f"{url}\ny\n1\n\n\ny\n").exit_code == 0
    result = run(school, "pages", "add", keys=f"{url}\ny\n\n")
    told = said(result)
    assert "The class page comments-on-room-12 is at this address already; each comment would be read" in told
    assert "!! the class page comments-on-room-12 is at this address already: change its file" in told
    assert files(school) == {"p.yaml", "comments-on-room-12.yaml"}
    refused = run(school, "pages", "add", "--yes", "--url", url, "--teacher", TEACHER)
    assert "comments-on-room-12 is at this address already" in str(refused.exception)


def test_an_address_in_a_trouble_is_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    """Discord's invitation is longer than a line; cut, it would invite the bot without its rights."""
    asker, link = Asker(may_ask=True, quiet=False), f"https://discord.example/authorize?{'x' * 150}&permissions=74752"
    asker.trouble(Advice(f"the bot cannot see the channel; invite it: {link}"))
    asker.trouble(Advice("word " * 50))
    cut, *wrapped = capsys.readouterr().out.splitlines()
    assert cut == f"   !! the bot cannot see the channel; invite it: {link}"
    assert len(wrapped) == 2
    assert all(line.startswith("   ") for line in wrapped)


def test_a_question_of_a_finding_ends_as_one(capsys: pytest.CaptureFixture[str]) -> None:
    show_findings([Finding("privacy", "it is not told", "open it: can it be read?", serious=False)])
    assert [line.strip() for line in capsys.readouterr().out.splitlines()] == [
        "! -       It is not told.",
        "-> open it: can it be read?",
    ]


def _listed(school: Town, url: str) -> list[str]:
    output = run(school, "pages", "add", keys=f"{url}\nn\n").output
    return [
        line.strip().partition(". ")[2] for line in output.splitlines() if line.strip()[:1].isdigit() and ". a " in line
    ]
