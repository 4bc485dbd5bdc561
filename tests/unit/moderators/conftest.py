"""torch keeps to one thread: `huggingface` sets a number for the whole process, and each small model after it took ten times as long."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture(autouse=True)
def _one_thread() -> None:
    """Where torch was imported: a second thread only waits for models as small as ours, and takes the processor while it waits."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)
