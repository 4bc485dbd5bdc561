"""A school on the worst of its days: thousands of flags at one moment, a raid and some threats among them."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import pages
from bot.domain.class_pages import Severity
from tests.bench import texts
from tests.bench.fill import ToFlag, flag_rows, insert_flags
from tests.bench.school import School, now, write_sample
from tests.houses import PEOPLE
from tests.servers.discord import Channel, User

_SEED = 4711
_OF_A_PAGE = 500
_APART = timedelta(minutes=2)
"""Between two comments that are no raid: ten of them take longer than a raid's ten minutes."""
_MIXED = (Severity.HIGH, Severity.MEDIUM, Severity.LOW)


@dataclass(frozen=True, slots=True)
class Storm:
    """How much comes at once. The raid and the critical flags are among the flags."""

    flags: int
    raid: int
    critical: int
    presses: int


FULL = Storm(flags=5_000, raid=500, critical=40, presses=200)
TOY = Storm(flags=200, raid=60, critical=8, presses=12)


@dataclass(frozen=True, slots=True)
class Posted:
    """Where the comment of a flag is."""

    page: str
    external: str
    severity: Severity
    raid: bool


def open_channel(school: School, room: Channel, dana: User, maja: User) -> None:
    """The school's channel, and the chat accounts of its two administrators."""
    text = PEOPLE.replace("telephone: (213) 555-0100", f"telephone: (213) 555-0100, discord_channel: {room.id}")
    text = text.replace("name: Dana Reyes,", f"name: Dana Reyes, accounts: {{discord: ['{dana.id}']}},")
    text = text.replace("name: Maja Lind,", f"name: Maja Lind, accounts: {{discord: ['{maja.id}']}},")
    (school.config / "people.yaml").write_text(text)
    pages.apply_pages(school.house, [], now())


def break_loose(school: School, storm: Storm) -> tuple[dict[str, Posted], float]:
    """Write all of it into the database at one moment; where the comment of each flag is, and the moment by `time.monotonic`."""
    single, words = storm.flags - storm.raid, texts.generated(storm.flags * 2, _SEED)
    at, rng, rows, found = now(), random.Random(_SEED), [], dict[str, Posted]()
    for number, page in enumerate(_pages_of(single)):
        begin, count = number * _OF_A_PAGE, min(_OF_A_PAGE, single - number * _OF_A_PAGE)
        made = [_single(storm, page, n, words[begin + n], at, begin + n) for n in range(count)]
        rows += _on_page(school, page, made, at, found, raid=False)
    began, step = at - timedelta(hours=1), timedelta(minutes=9) / storm.raid
    raid = [
        ToFlag(f"raid-{n}", Severity.MEDIUM, "disparagement", words[single + n], began + n * step)
        for n in range(storm.raid)
    ]
    rows += _on_page(school, "raided", raid, at, found, raid=True)
    rng.shuffle(rows)
    insert_flags(school, rows)
    return found, time.monotonic()


def _pages_of(count: int) -> list[str]:
    return [f"page-{number}" for number in range(-(-count // _OF_A_PAGE))]


def _single(storm: Storm, page: str, place: int, text: str, at: datetime, number: int) -> ToFlag:
    """Every so many of them is critical."""
    posted = at - timedelta(days=1) + place * _APART
    every = (storm.flags - storm.raid) // storm.critical
    if number % every == 0 and number // every < storm.critical:
        return ToFlag(f"{page}-{place}", Severity.CRITICAL, "threat", text, posted)
    return ToFlag(f"{page}-{place}", _MIXED[number % 3], "disparagement", text, posted)


def _on_page(
    school: School, page: str, made: list[ToFlag], at: datetime, found: dict[str, Posted], *, raid: bool
) -> list[tuple[dict[str, object], ...]]:
    """A page whose platform holds these comments, and the rows of their flags."""
    school.add_page(page, [])
    write_sample(
        school.config / f"{page}.json",
        [
            {"id": each.external, "author": "A reader", "text": each.text, "created": each.posted.isoformat()}
            for each in made
        ],
    )
    rows = [flag_rows(school, page, each, at, due=at + _answer(each.severity)) for each in made]
    for row, each in zip(rows, made, strict=True):
        found[str(row[2]["id"])] = Posted(page, each.external, each.severity, raid)
    return rows


def _answer(severity: Severity) -> timedelta:
    return timedelta(hours=(1, 24, 24, 72)[severity.rank])
