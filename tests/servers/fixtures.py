"""The platforms as pytest fixtures. `tests/conftest.py` names this module in `pytest_plugins`."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.servers.debian import StartError
from tests.servers.fake import FakePlatform
from tests.servers.folders import short_folder
from tests.servers.mediawiki import MediaWikiServer
from tests.servers.postgres import PostgresServer
from tests.servers.reddit import FakeReddit
from tests.servers.snac import SnacServer
from tests.servers.wordpress import WordPressServer


@pytest.fixture(scope="session")
def _wordpress_server() -> Iterator[WordPressServer]:
    with short_folder("hm-wp-") as folder, _or_skipped("WordPress"), WordPressServer(folder, free_port()) as server:
        yield server


@pytest.fixture(scope="session")
def _mediawiki_server() -> Iterator[MediaWikiServer]:
    with short_folder("hm-mw-") as folder, _or_skipped("MediaWiki"), MediaWikiServer(folder, free_port()) as server:
        yield server


@pytest.fixture(scope="session")
def _snac_server() -> Iterator[SnacServer]:
    with short_folder("hm-snac-") as folder, _or_skipped("snac"), SnacServer(folder, free_port()) as server:
        yield server


@pytest.fixture
def snac(_snac_server: SnacServer) -> SnacServer:
    """A real snac with its planted posts; one server a session, put back before each test."""
    _snac_server.reset()
    return _snac_server


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    """A real PostgreSQL; one cluster a session, a database of its own for each test."""
    with short_folder("hm-pg-") as folder, _or_skipped("PostgreSQL"), PostgresServer(folder, free_port()) as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each test that asks for it runs twice."""
    kind: str = request.param
    return kind


@pytest.fixture
def database(request: pytest.FixtureRequest, database_kind: str) -> Iterator[str | None]:
    """On SQLite (None: the file in the home folder) and on an empty PostgreSQL."""
    if database_kind == "sqlite":
        yield None
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.make_database()
    yield url
    server.drop_database(url)


@pytest.fixture
def wordpress(_wordpress_server: WordPressServer) -> WordPressServer:
    """A real WordPress with its planted content; one server a session, put back before each test."""
    _wordpress_server.reset()
    return _wordpress_server


@pytest.fixture
def mediawiki(_mediawiki_server: MediaWikiServer) -> MediaWikiServer:
    """A real MediaWiki with its planted talk pages; one server a session, put back before each test."""
    _mediawiki_server.reset()
    return _mediawiki_server


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """An HTTP server that answers what the test says, and remembers what it was asked."""
    with FakePlatform() as fake:
        yield fake


@pytest.fixture
def reddit() -> Iterator[FakeReddit]:
    """A fake of Reddit with an empty subreddit."""
    with FakeReddit() as fake:
        yield fake


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _or_skipped(server: str) -> Iterator[None]:
    try:
        yield
    except StartError as error:
        reason = f"no {server} on this machine: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
