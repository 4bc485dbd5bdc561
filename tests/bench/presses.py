"""How long a person waits in the review channel: from a comment's scan to its card, and from the press to the platform.

Everything is real but Discord (the fake on loopback, with its limits): WordPress, `hallmonitor scan`, `hallmonitor discord run`.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench.rates import Row, Size, Spread
from tests.bench.school import scratch
from tests.journeys.blog import Blog
from tests.journeys.review_channel import ReviewChannel, review_channel
from tests.journeys.test_wordpress_day import INSULT
from tests.servers.debian import StartError
from tests.servers.fixtures import free_port
from tests.servers.wordpress import WordPressServer


def measure(size: Size) -> Iterator[Row]:
    """Two rows, of the usual case: one press hides a comment that is not critical. Neither has a goal."""
    figures = ("end of `hallmonitor scan` to the card", "press to the answer of the platform")
    try:
        with scratch() as folder, WordPressServer(folder / "wp", free_port()) as server:
            with review_channel(folder, Blog(server)) as school:
                seconds = [_decided(school, number) for number in range(size.starts)]
    except StartError as error:
        yield Row(figures[0], f"no WordPress on this machine: {error}")
        return
    for figure, found in zip(figures, zip(*seconds, strict=True), strict=True):
        yield Row(figure, f"{Spread.of(found)} s")


def _decided(school: ReviewChannel, number: int) -> tuple[float, float]:
    """Seconds to the card, and from the press until the presser was told what the platform said."""
    words = f"visitor {number}"
    id = school.blog.post(f"{INSULT}, says {words}")
    school.scan()
    scanned = time.monotonic()
    card = school.card_that_says(words)
    pressed = school.discord.press(school.dana, card, "Hide")
    if "now held" not in pressed.text or school.blog.status(id) != "hold" or pressed.last is None:
        raise AssertionError(f"the press that was measured went wrong: {pressed.text}")
    return max(0.0, card.at - scanned), pressed.last
