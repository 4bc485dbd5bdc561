"""`make journey`: on a real WordPress, MediaWiki and snac each, from what somebody writes there to the receipt.

Exit 1 where a receipt is missing, or where the platform does not show what it promises.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import httpx

from tests.bench.school import scratch
from tests.journeys.places import Account, BlogPage, Place, TalkPage
from tests.journeys.platforms import Journey, print_receipts, problems
from tests.servers.debian import Server, StartError
from tests.servers.fixtures import free_port
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer

S = TypeVar("S", bound=Server)


def main() -> int:
    """Start the platforms, live through the journey, and tell what came of it."""
    with scratch() as folder, ExitStack() as running:
        try:
            places = list(started(folder, running))
        except StartError as error:
            print(f"a platform cannot be started here: {error}", file=sys.stderr)
            return 1
        return 0 if tell(folder / "school", places) else 1


def started(folder: Path, running: ExitStack) -> Iterator[Place]:
    """The class pages, each with a platform of its own. Raises `StartError`."""

    def up(server: S) -> S:
        begun = time.monotonic()
        running.enter_context(server)
        print(
            f"{type(server).__name__.removesuffix('Server')} runs, after {time.monotonic() - begun:.0f} s", flush=True
        )
        return server

    yield BlogPage(up(WordPressServer(folder / "wp", free_port())))
    yield TalkPage(up(MediaWikiServer(folder / "mw", free_port())))
    yield Account(up(SnacServer(folder / "snac", free_port())))


def tell(folder: Path, places: Sequence[Place]) -> bool:
    """Whether the journey comes to its end, and each receipt holds."""
    folder.mkdir()
    print()
    journey, found = Journey(folder, places, lambda line: print(line, flush=True)), []
    try:
        journey.live_through()
    except (AssertionError, StartError, httpx.HTTPError) as error:  # each says why
        found.append(f"ended early: {error}")
    found += problems(places, journey.receipts)
    print("\n# Receipts, and what the platforms say when they are asked without Hallmonitor\n")
    print_receipts(journey.receipts)
    print(
        "\n".join(["", *(f"NOT {each}" for each in found)]) if found else "\nEach comment stands as its receipt says."
    )
    return not found


if __name__ == "__main__":
    sys.exit(main())
