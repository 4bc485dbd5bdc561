"""How long a person waits for the review channel: from a comment's scan to its card, and from the press to the platform.

Everything is real but Discord (the fake on loopback, with its limits): WordPress, `hallmonitor scan`, `hallmonitor discord run`.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing

from tests.bench.rates import Row, Size, Spread
from tests.bench.school import scratch
from tests.journeys.blog import Blog
from tests.journeys.review_channel import ReviewChannel, review_channel
from tests.journeys.test_wordpress_day import INSULT
from tests.patience import until
from tests.servers.debian import StartError
from tests.servers.fixtures import free_port
from tests.servers.wordpress import WordPressServer

FIGURES = (
    "start of `hallmonitor scan` to the card",
    "flag in the database to the card",
    "press to the answer of the platform",
)
_FLAGS = "SELECT count(*) FROM flag"


def measure(size: Size) -> Iterator[Row]:
    """Three rows, of the usual case: one press hides a comment that is not critical. None has a goal."""
    try:
        with scratch() as folder, WordPressServer(folder / "wp", free_port()) as server:
            blog = Blog(server)
            with review_channel(folder, blog) as school:
                seconds = [_decided(school, number) for number in range(size.starts)]
    except StartError as error:
        yield Row(FIGURES[0], f"no WordPress on this machine: {error}")
        return
    for figure, found in zip(FIGURES, zip(*seconds, strict=True), strict=True):
        yield Row(figure, f"{Spread.of(found)} s")


def _decided(school: ReviewChannel, number: int) -> tuple[float, float, float]:
    """Seconds from the scan and from the flag to the card, and from the press until the presser is told what the platform did."""
    words = f"visitor {number}"
    id = school.blog.post(f"{INSULT}, says {words}")
    with closing(sqlite3.connect(f"file:{school.desk.home}/hallmonitor.db?mode=ro", uri=True)) as database:
        began = time.monotonic()
        with school.desk.on_duty("scan garden") as (scan,):
            until(lambda: database.execute(_FLAGS).fetchone() == (number + 1,))
            flagged = time.monotonic()
            card = school.card_that_says(words)
            scan.wait(60)
    pressed = school.discord.press(school.dana, card, "Hide")
    if "now held" not in pressed.text or school.blog.status(id) != "hold" or pressed.last is None:
        raise AssertionError(f"the press that was measured went wrong: {pressed.text}")
    return card.at - began, card.at - flagged, pressed.last
