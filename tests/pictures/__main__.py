"""`make cards`."""

from __future__ import annotations

import asyncio

from tests.pictures.taking import take

asyncio.run(take())
