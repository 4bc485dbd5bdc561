"""What reading costs: requests for new comments, memory for many, and pages a minute where each answer takes its time."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from bot import jobs, pages
from bot.domain.class_pages import ClassPage
from bot.domain.schedule import Depth
from bot.pages import Ready
from bot.records import RunStatus
from connectors import (
    canvas_site,
    discord_places,
    mastodon_reading,
    mediawiki_history,
    reddit_reading,
    wordpress_site,
    youtube_page,
)
from connectors.base import Checkpoint, Connector, PageAddress
from connectors.wordpress import WordPress
from tests.bench.rates import Row, Size, Spread, below, rate
from tests.bench.school import ROOT, School, now, scratch
from tests.contract.example import MODULES, Example, Said, many, offers
from tests.contract.examples import mastodon
from tests.houses import TEACHER
from tests.servers import blogs
from tests.servers.debian import StartError
from tests.servers.fake import FakePlatform
from tests.servers.faults import FaultProxy
from tests.servers.fixtures import free_port
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.outside import unheard
from tests.servers.reddit import FakeReddit
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer

PER_ANSWER = {
    "blogger": 200,  # what its fake gives: how many Blogger does is written nowhere
    "canvas": canvas_site.PER_PAGE,
    "discord_channel": discord_places.AT_ONCE,
    "mastodon": mastodon_reading.MENTIONS_AT_ONCE,
    "mastodon_snac": mastodon_reading.MENTIONS_AT_ONCE,
    "mediawiki": mediawiki_history.PER_REQUEST,
    "reddit": reddit_reading.PER_QUESTION,
    "wordpress": wordpress_site.PER_PAGE,
    "youtube": youtube_page.PER_PAGE,
}
"""How many comments a platform gives in one answer; a feed gives all that it shows."""

IN_A_THREAD = {"mastodon": mastodon.IN_A_THREAD}
"""Where a platform gives one thread at an answer, beside the list of what mentions the page: how many comments a thread has here."""

SERVERS = {"wordpress": WordPressServer, "mediawiki": MediaWikiServer, "snac": SnacServer}
LATENCY_S = 0.2
HOSTS = 25
_MORE_MB = 8.0
_READ = """
import re, sys
from pathlib import Path
from connectors.base import PageAddress
from connectors.wordpress import WordPress
page = WordPress(PageAddress("p", sys.argv[1], "name:word"))
count = 0
for batch in page.fetch(None):
    count += len(batch.comments)
# not ru_maxrss, which a process has from the one that started it
print(count, int(re.search(r"VmHWM:\\s*([0-9]+)", Path("/proc/self/status").read_text())[1]) / 1024)
"""


def measure(size: Size) -> Iterator[Row]:
    """Three figures, the first one for each connector."""
    with scratch() as folder:
        for kind, module in MODULES.items():
            if offers(module).issuperset({"plant", "through"}) and (size.servers or not module.SERVER):
                yield _requests(kind, folder / kind, size)
        yield _memory(size)
        yield from _pages_a_minute(folder, size)


class _Lent:
    """What an example of the contract suite asks pytest for."""

    def __init__(self, stack: ExitStack, folder: Path) -> None:
        self._stack, self._folder = stack, folder

    def getfixturevalue(self, name: str) -> object:
        if name == "reddit":
            return self._stack.enter_context(FakeReddit())
        if name == "platform":
            return self._stack.enter_context(FakePlatform())
        return self._stack.enter_context(cast("Any", SERVERS[name])(self._folder / "s", free_port()))

    def addfinalizer(self, end: Any) -> None:
        self._stack.callback(end)


def _requests(kind: str, folder: Path, size: Size) -> Row:
    """Questions that new comments cost one reading, beside those that it asks in any case: who we are, what is held."""
    count = min(size.new_comments, many(MODULES[kind]))
    figure = f"requests for {count:,} new comments, {kind}"
    folder.mkdir()
    try:
        with ExitStack() as stack, unheard():
            example = MODULES[kind].example(cast("pytest.FixtureRequest", _Lent(stack, folder)), folder)
            proxy = stack.enter_context(FaultProxy(example.upstream))
            plant = example.plant
            assert example.through
            assert plant
            example = replace(example, address=example.through(proxy.url))
            before = [batch for batch in example.connect().fetch(None) if batch.comments]
            idle = _asked(example, proxy, before[-1].checkpoint)[1]
            newest = max(comment.created for batch in before for comment in batch.comments)
            start = newest.replace(microsecond=0) + timedelta(hours=6)  # beyond what is read again before a checkpoint
            plant([Said(f"Planted {n}", start + timedelta(seconds=n)) for n in range(count)])
            came, asked = _asked(example, proxy, before[-1].checkpoint)
            if missing := {f"Planted {n}" for n in range(count)} - came:
                raise AssertionError(f"{kind}: {len(missing)} of {count} comments did not come")
    except StartError as error:
        return Row(figure, f"no server on this machine: {error}")
    threads = math.ceil(count / IN_A_THREAD[kind]) if kind in IN_A_THREAD else 0
    goal = math.ceil(count / PER_ANSWER.get(kind, count)) + threads + 1
    return Row(figure, f"{asked - idle} (beside {idle} where nothing is new)", f"<= {goal}", asked - idle <= goal)


def _asked(example: Example, proxy: FaultProxy, since: Checkpoint | None) -> tuple[set[str], int]:
    """The words that a reading brings, and how many questions it takes."""
    proxy.repair()
    came = {comment.text for batch in example.connect().fetch(since) for comment in batch.comments}
    return came, len(proxy.latest)


def _memory(size: Size) -> Row:
    """How much more memory a process takes at most to read many comments than to read a hundredth of them."""
    with FakePlatform() as platform:
        platform.script = blogs.answer
        few, most = (_peak(platform, count) for count in (size.many_comments // 100, size.many_comments))
    figure = f"memory for {size.many_comments:,} comments, beyond that for {size.many_comments // 100:,}, wordpress"
    return below(figure, Spread.of([most - few]), _MORE_MB, " MB", f" ({few:.1f} MB; {most:.1f} MB in all)")


def _peak(platform: FakePlatform, count: int) -> float:
    command = [sys.executable, "-c", _READ, blogs.address(platform, 0, count)]
    read, megabytes = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split()
    if int(read) != count:
        raise AssertionError(f"{read} of {count} comments were read")
    return float(megabytes)


def _pages_a_minute(folder: Path, size: Size) -> Iterator[Row]:
    """Whole scans of new pages with two comments each, where each answer takes a fifth of a second."""
    with ExitStack() as stack:
        platforms = [stack.enter_context(FakePlatform(f"127.0.0.{n}")) for n in range(2, 2 + HOSTS)]
        for platform in platforms:
            platform.script = partial(blogs.answer, latency=LATENCY_S)
        school = School(folder / "school")
        stack.callback(school.close)
        school.house = replace(school.house, connect=_connect)
        _scanned(school, "warm", platforms[:1], 1)
        for figure, hosts, count in (
            ("1 page", platforms[:1], 1),
            (f"{size.scale_pages} pages of one host", platforms[:1], size.scale_pages),
            (f"{size.scale_pages} pages of {HOSTS} hosts", platforms, size.scale_pages),
        ):
            before = sum(len(platform.asked) for platform in platforms)
            found = _scanned(school, f"n{len(hosts)}-{count}", hosts, count)
            asked = sum(len(platform.asked) for platform in platforms) - before
            note = f"{60 * found:,.0f} ({asked / count:.1f} requests a page)"
            yield Row(f"pages a minute at {LATENCY_S * 1000:.0f} ms an answer, {figure}", note)


def _scanned(school: School, name: str, hosts: list[FakePlatform], count: int) -> float:
    """Pages a second."""
    ids = [f"{name}-{number}" for number in range(count)]
    documents = [
        f"id: {id}\ntitle: {id}\nsite: s\nteacher: {TEACHER}\nconnector: wordpress\n"
        f"url: {blogs.address(hosts[number % len(hosts)], number, 2)}\n"
        for number, id in enumerate(ids)
    ]
    file = school.config / "classes" / f"{name}.yaml"
    file.write_text("---\n".join(documents))
    pages.apply_pages(school.house, [file], now())

    def scan() -> None:
        planned = [Ready(id, Depth.ALL) for id in ids]
        wrong = [r for r in jobs.scan_all(school.house, planned, impatient=False) if r.status != RunStatus.DONE]
        if wrong:
            raise AssertionError(f"the scan that was measured went wrong: {wrong[0]}")

    return rate(count, scan)


def _connect(page: ClassPage) -> Connector:
    return WordPress(PageAddress(page.id, page.url, "name:word"))
