"""Once more: a unit of work that the database ended for another one's sake is done again, from its beginning."""

from __future__ import annotations

from tenacity import retry, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from bot.store.databases import Overtaken

again = retry(
    retry=retry_if_exception_type(Overtaken),
    stop=stop_after_attempt(5),
    wait=wait_random_exponential(multiplier=0.05, max=1),  # seconds, by chance: the two who met do not meet again
    reraise=True,
)
"""For a function that is one write transaction and looks at nothing but its arguments and the rows: nothing of a try that failed is left.

PostgreSQL lets go of one of two that wait for each other in a circle. Locks are taken in one order, so that this is rare
(`tests/unit/bot/test_circles.py`); whoever presses, or scans for an hour, is not to pay for what is missed there.
"""
