"""The platforms as pytest fixtures. `tests/conftest.py` names this module in `pytest_plugins`."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers.fake import FakePlatform
from tests.servers.wordpress import StartError, WordPressServer


@pytest.fixture(scope="session")
def _wordpress_server() -> Iterator[WordPressServer]:
    folder = Path(tempfile.mkdtemp(prefix="hm-wp-", dir="/tmp"))  # short: a socket's path holds 107 characters
    try:
        with WordPressServer(folder, free_port()) as server:
            yield server
    except StartError as error:
        reason = f"no WordPress on this machine: {error}"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def wordpress(_wordpress_server: WordPressServer) -> WordPressServer:
    """A real WordPress with its planted content; one server a session, put back before each test."""
    _wordpress_server.reset()
    return _wordpress_server


@pytest.fixture
def platform() -> Iterator[FakePlatform]:
    """An HTTP server that answers what the test says, and remembers what it was asked."""
    with FakePlatform() as fake:
        yield fake


def free_port() -> int:
    """A port of 127.0.0.1 that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
