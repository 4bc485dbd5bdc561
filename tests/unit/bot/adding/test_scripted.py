"""`pages add --yes` in a script, and `pages check` over all pages."""

from __future__ import annotations

from typing import Any

import pytest

from bot import pages
from bot.settings.configuration import SHIPPED
from tests.houses import NOW, TEACHER, Town
from tests.servers.fake import FakePlatform, Reply
from tests.servers.fixtures import free_port
from tests.unit.bot.adding.places import NAME, PASSWORD, Blog, as_json, files, real, run, said, serve_feed, written

SECRET = f"{NAME}:{PASSWORD}"


def add(school: Town, *words: str, **variables: str) -> Any:
    return run(school, "pages", "add", "--yes", "--teacher", TEACHER, *words, **variables)


def test_nothing_is_asked(school: Town, platform: FakePlatform) -> None:
    result = add(
        school, "--url", Blog(platform).url, "--secret-env", "BLOG", "--id", "garden", "--title", "Garden", BLOG=SECRET
    )
    assert result.exit_code == 0, said(result)
    assert written(school, "garden").splitlines()[:2] == ["id: garden", "title: Garden"]
    assert "credentials: env:BLOG\n" in written(school, "garden")


def test_as_json(school: Town, platform: FakePlatform) -> None:
    result = add(
        school,
        "--json",
        "--url",
        Blog(platform).url,
        "--secret-env",
        "BLOG",
        "--schedule",
        "Every 2 hours",
        "--site",
        "s",
        BLOG=SECRET,
    )
    told: Any = as_json(result)
    assert result.exit_code == 0
    assert (told["page"], told["connector"], told["schedule"]) == ("room-12-garden", "wordpress", "every 2 hours")
    assert told["file"].endswith("classes/room-12-garden.yaml")
    assert {finding["clause"] for finding in told["findings"]} >= {"II.1", "III", "IV.A.4"}
    assert PASSWORD not in result.output


@pytest.mark.parametrize(
    ("words", "variables", "code", "expected"),
    [
        ((), {}, 2, "say --url"),
        (("--url", "ftp://x"), {}, 2, "the address must begin with https://"),
        (("--url", "{blog}"), {}, 2, "say --secret-env"),
        (("--url", "{blog}", "--secret-env", "BLOG"), {}, 2, "environment variable BLOG is not set"),
        (("--url", "{blog}", "--secret-env", SECRET), {"X": SECRET}, 2, "--secret-env names an environment variable"),
        (("--url", "{blog}", "--secret-env", "BLOG"), {"BLOG": "alva:wrong"}, 1, "it does not let us in"),
        (("--url", "{blog}", "--secret-env", "BLOG"), {"BLOG": "no colon"}, 1, "must be `name:application password`"),
        (("--url", "{nowhere}"), {}, 2, "cannot be reached"),
        (("--url", "{silent}"), {}, 2, "does not say which platform it is on: name it by --connector"),
        (("--url", "{moved}"), {}, 2, "leads to http"),
        (("--url", "{blog}", "--connector", "wordpres"), {}, 2, "no connector wordpres"),
        (("--url", "{blog}", "--site", "t"), {}, 2, "people.yaml has no site t"),
        (("--url", "{blog}", "--secret-env", "BLOG", "--id", "p"), {"BLOG": SECRET}, 2, "there is a page p already"),
        (("--url", "{blog}", "--secret-env", "BLOG", "--id", "A B"), {"BLOG": SECRET}, 2, "small letters"),
        (("--url", "{blog}", "--secret-env", "BLOG", "--schedule", "weekly"), {"BLOG": SECRET}, 2, "daily at 06:00"),
        (("--url", "{blog}", "--teacher", "alva"), {}, 2, "write an e-mail address"),
    ],
)  # fmt: skip
def test_what_is_missing_or_wrong_is_an_error_and_nothing_is_written(
    school: Town, platform: FakePlatform, words: tuple[str, ...], variables: dict[str, str], code: int, expected: str
) -> None:
    with FakePlatform() as silent, FakePlatform() as moved:
        silent.always(Reply(200, b"<p>", {"Content-Type": "text/html"}))
        moved.always(Reply(302, b"", {"Location": "https://elsewhere.example/"}))
        places = {
            "blog": Blog(platform).url,
            "nowhere": f"http://127.0.0.1:{free_port()}/",
            "silent": silent.url,
            "moved": moved.url,
        }
        result = add(school, *(word.format(**places) for word in words), **variables)
    problem = f"{result.output} {result.exception}"
    assert expected in problem
    assert result.exit_code == code if code == 1 else result.exit_code != 0
    assert files(school) == {"p.yaml"}
    assert not any(value in problem for value in variables.values())


def test_a_credential_of_another_server_or_platform_is_not_offered(school: Town, platform: FakePlatform) -> None:
    """Without `--secret-env` a page signs in as another one does only where that is the same platform at the same host."""
    rest = f"site: s\nteacher: {TEACHER}\ncredentials: env:BLOG"
    blog = Blog(platform)
    school.write_page(f"id: one\ntitle: O\nconnector: wordpress\nurl: https://other.example/\n{rest}\n", "one")
    school.write_page(f"id: two\ntitle: T\nconnector: mediawiki\nurl: {blog.url}\n{rest}\n", "two")
    refused = add(school, "--url", blog.url, BLOG=SECRET)
    assert "say --secret-env" in str(refused.exception)
    assert not any("Authorization" in asked.headers for asked in platform.asked)
    school.write_page(f"id: three\ntitle: T\nconnector: wordpress\nurl: {blog.url}room-7/\n{rest}\n", "three")
    assert add(school, "--url", blog.url, BLOG=SECRET).exit_code == 0


def test_json_with_questions_is_refused(school: Town) -> None:
    result = run(school, "pages", "add", "--json")
    assert (result.exit_code, "--json goes with --yes" in result.output) == (2, True)


def test_a_page_that_no_program_can_read_may_be_where_no_program_gets_an_answer(school: Town) -> None:
    url = f"http://127.0.0.1:{free_port()}/group"
    result = add(school, "--url", url, "--connector", "by_hand", "--title", "Group")
    assert result.exit_code == 0, said(result)
    assert f"url: {url}\n" in written(school, "group")


def test_whoever_brings_a_file_is_told_which_rules_nobody_watches(school: Town) -> None:
    (school.config / "classes" / "p.yaml").unlink()
    rule = "{id: gambling, title: Bets, clause: III, counts: Bets., severity: low, answer_within: 72h, recommend: x, signals: {bets: 0.5}}"
    (school.config / "policy.yaml").write_text(f"{(SHIPPED / 'policy.yaml').read_text()}\n  - {rule}\n")
    assert add(school, "--url", "https://classroom.google.com/c/NjE4", "--title", "Group").exit_code == 0
    assert run(school, "pages", "apply").exit_code == 0
    file = school.folder / "brought.csv"
    file.write_text("time,text\n2026-10-05 16:00,hi\n")
    result = run(school, "import", str(file), "--page", "group")
    assert (result.exit_code, "not watched: gambling" in result.output) == (0, True), result.output


def test_the_next_commands_can_be_copied_where_the_folder_has_a_space(school: Town, platform: FakePlatform) -> None:
    school.config = school.config.rename(school.config.with_name("our school"))
    result = add(school, "--url", Blog(platform).url, "--secret-env", "BLOG", BLOG=SECRET)
    assert f"hallmonitor --config '{school.config}' pages apply" in result.output


@pytest.fixture
def two_pages(school: Town, platform: FakePlatform) -> Blog:
    """A blog and a feed of it, both applied."""
    blog = Blog(platform)
    rest = f"site: s\nteacher: {TEACHER}\nurl: {platform.url}"
    (school.config / "classes" / "p.yaml").unlink()
    school.write_page(f"id: blog\ntitle: Blog\nconnector: wordpress\ncredentials: env:BLOG\n{rest}\n", "blog")
    school.write_page(f"id: feed\ntitle: Feed\nconnector: feed\n{rest}/comments.rss\n", "feed")
    answer = platform.script
    serve_feed(platform)
    feed = platform.script
    platform.script = lambda asked: (feed if asked.path.endswith(".rss") else answer)(asked)
    pages.apply_pages(real(school, BLOG=SECRET), sorted((school.config / "classes").glob("*.yaml")), NOW)
    return blog


def test_check_speaks_of_each_page_by_clause(school: Town, two_pages: Blog) -> None:
    result = run(school, "pages", "check", "blog", "feed", BLOG=SECRET)
    told = said(result)
    assert result.exit_code == 0, told
    for words in (
        "ok blog: Room 12: Garden, signed in as alva",
        "ok III Hallmonitor may hide comments and show them again.",
        "ok feed: Comments on Room 12",
        "! III Hallmonitor can hide no comment there: they can only be read. -> see that somebody",
    ):
        assert words in told, words
    assert "The feed shows 1 comments" in told
    assert "ok III The feed shows" not in told, "a fact is no praise"


@pytest.mark.parametrize(
    ("fault", "secret", "words"),
    [
        (None, "alva:wrong", "it does not let us in"),
        (None, "no colon", "its credential is wrong: secret: must be `name:application password`"),
        (None, "", "environment variable BLOG is not set"),
        (Reply(503), SECRET, "it does not answer as it should"),
        (Reply(404), SECRET, "there is no WordPress at this address"),
    ],
)
def test_a_page_that_cannot_be_read_is_exit_one_and_keeps_no_other_away(
    school: Town, two_pages: Blog, fault: Reply | None, secret: str, words: str
) -> None:
    two_pages.fault = fault
    result = run(school, "pages", "check", "blog", "feed", BLOG=secret)
    assert result.exit_code == 1
    assert "!! blog cannot be read: " in said(result)
    assert words in said(result)
    assert "ok feed: Comments on Room 12" in said(result)
    as_data: Any = as_json(run(school, "pages", "check", "blog", "feed", "--json", BLOG=secret))
    assert [(page["page"], page["ok"], "error" in page) for page in as_data] == [
        ("blog", False, True),
        ("feed", True, False),
    ]


def test_something_serious_is_exit_one(school: Town, two_pages: Blog) -> None:
    two_pages.administrators = ["Somebody Else"]
    result = run(school, "pages", "check", "blog", "--json", BLOG=SECRET)
    pages_told: Any = as_json(result)
    page = pages_told[0]
    assert result.exit_code == 1
    assert [finding["subject"] for finding in page["findings"] if finding["serious"]] == ["administrators"]
