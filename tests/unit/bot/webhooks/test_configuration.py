"""What may stand under `webhooks` of a site, and that every mistake is named with file, line and field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot import pages
from bot.domain.webhooks import check_secret
from bot.settings import BadConfiguration, load_people
from tests.houses import NOW, Town, rows
from tests.unit.bot.webhooks.receiving import SECRET, connect, hook

PEOPLE = """sites:
  - id: s
    title: School
    time_zone: America/Los_Angeles
    webhooks:
      - name: tickets
        url: https://tickets.district.example/hook
        secret: env:TICKETS
        events: [flag.opened, flag.decided]
people:
  - {email: reyes@school.example, name: Dana Reyes, roles: [administrator], sites: [s]}
"""
FIRST = "sites.0.webhooks.0"


def problems(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "people.yaml").write_text(text)
    with pytest.raises(BadConfiguration) as bad:
        load_people(tmp_path)
    return [str(found).removeprefix(f"{tmp_path}/") for found in bad.value.problems]


@pytest.mark.parametrize(
    ("line", "instead", "expected"),
    [
        ("name: tickets", "name: My Tickets", f"6: {FIRST}.name: write it in small letters"),
        (
            "https://tickets",
            "http://tickets",
            f"7: {FIRST}.url: must begin with https://; http:// is for a receiver on",
        ),
        ("https://tickets", "ftp://tickets", f"7: {FIRST}.url: is no web address"),
        ("https://tickets.district.example/hook", "tickets", f"7: {FIRST}.url: is no web address"),
        ("https://tickets.district.example", "https://a:b@t.example", f"7: {FIRST}.url: must not hold a name or pass"),
        (
            "tickets.district.example",
            "10.0.0.5",
            f"7: {FIRST}.url: 10.0.0.5 is a private address: say `internal: true`",
        ),
        ("tickets.district.example", "[fd00::1]", f"7: {FIRST}.url: fd00::1 is a private address"),
        ("tickets.district.example", "10.0.5", f"7: {FIRST}.url: holds half of a number"),
        ("tickets.district.example", "t.example:99999", f"7: {FIRST}.url: is no web address"),
        ("env:TICKETS", SECRET, f"8: {FIRST}.secret: write env:NAME and put the secret into that environment variable"),
        ("flag.decided", "flag.closed", f"9: {FIRST}.events.1: must be 'flag.opened', 'flag.decided'"),
        ("[flag.opened, flag.decided]", "[]", f"9: {FIRST}.events: needs at least one entry"),
        ("events:", "event:", f"9: {FIRST}.event: unknown key; did you mean events?"),
    ],
)
def test_every_mistake_is_named_with_file_line_and_field(
    tmp_path: Path, line: str, instead: str, expected: str
) -> None:
    lines = [
        found
        for found in problems(tmp_path, PEOPLE.replace(line, instead))
        if found.startswith(f"people.yaml:{expected}")
    ]
    assert len(lines) == 1


def test_two_hooks_of_a_school_have_two_names(tmp_path: Path) -> None:
    second = PEOPLE.replace("people:", f"      - {hook('https://b.example')}\npeople:")
    assert problems(tmp_path, second) == [
        "people.yaml:5: sites.0.webhooks: two hooks are called tickets; give each a name of its own"
    ]


@pytest.mark.parametrize(
    ("url", "more"),
    [
        ("https://10.0.0.5/hook", ", internal: true"),
        ("http://127.0.0.1:8080/hook", ""),
        ("http://[::1]:8080", ""),
        ("http://localhost", ""),
        ("https://8.8.8.8", ""),
    ],
)
def test_the_districts_own_network_and_this_machine_are_allowed(tmp_path: Path, url: str, more: str) -> None:
    (tmp_path / "people.yaml").write_text(
        PEOPLE.replace("people:", f"      - {hook(url, 'second', more=more)}\npeople:")
    )
    people, _ = load_people(tmp_path)
    assert people.sites[0].webhooks[1].url == url


@pytest.mark.parametrize("secret", ["", "hunter2", SECRET.removeprefix("whsec_"), "whsec_c2hvcnQ=", SECRET + "!"])
def test_a_secret_that_is_missing_or_none_is_named_by_its_variable_and_nothing_is_applied(
    town: Town, secret: str
) -> None:
    file = town.config / "people.yaml"
    with pytest.raises(BadConfiguration) as bad:
        connect(town, hook("https://tickets.example"), secret=secret)
    (found,) = bad.value.problems
    assert (found.file, found.line, found.field) == (str(file), 2, "sites.0.webhooks.0.secret")
    what = "is no secret of a webhook" if secret else "is not set"
    assert found.message.startswith(f"environment variable TICKETS {what}: write whsec_ and 24 to 64 random bytes")
    assert not secret or secret not in str(bad.value)
    assert rows(town, "SELECT hooks_sealed FROM site") == [(None,)]


def test_what_is_kept_is_sealed_and_holds_no_secret(town: Town) -> None:
    connect(town, hook("https://tickets.district.example/token-in-the-path"))
    ((sealed,),) = rows(town, "SELECT hooks_sealed FROM site")
    assert b"tickets" not in bytes(sealed)  # type: ignore[call-overload]  # a column of bytes
    opened = town.house.store.vault.open("site.hooks_sealed", "s", bytes(sealed))  # type: ignore[call-overload]
    assert SECRET.removeprefix("whsec_") not in opened
    pages.apply_pages(town.house, [town.config / "classes" / "p.yaml"], NOW)
    assert rows(town, "SELECT hooks_sealed FROM site") == [(sealed,)]
    connect(town)
    assert rows(town, "SELECT hooks_sealed FROM site") == [(None,)]


def test_the_secret_is_shown_nowhere(town: Town) -> None:
    connect(town, hook("https://tickets.example"))
    assert SECRET not in repr(replace(town.house)) + repr(town.environment)
    assert check_secret(SECRET) == SECRET
