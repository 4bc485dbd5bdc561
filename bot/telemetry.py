"""Logs that cannot hold a comment's text, a name or a token (DESIGN.md 11).

A line is an event word and fields from a fixed list, whose values are ids, counts and words of ours. Whatever else is given is
dropped before it is written, and so is the message of an exception: it may quote what it failed on.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

FIELDS = frozenset(
    [
        "event",
        "level",
        "timestamp",
        "page",
        "site",
        "run",
        "job",
        "status",
        "fetched",
        "scored",
        "flagged",
        "failed",
        "deleted",
        "seconds",
        "count",
        "error",
        "kind",
        "pages",
    ]
)
_SAFE = re.compile(r"[A-Za-z0-9_.:-]{0,64}")


def keep_only_safe(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and every value that could be somebody's words."""
    safe: dict[str, Any] = {}
    for name, value in event.items():
        if name not in FIELDS:
            continue
        if isinstance(value, bool | int | float) or value is None:
            safe[name] = value
        elif isinstance(value, BaseException):
            safe[name] = type(value).__name__
        elif isinstance(value, str) and _SAFE.fullmatch(value):
            safe[name] = value
        else:
            safe[name] = "(withheld)"
    return safe


def start_logging(*, verbose: bool = False) -> None:
    """Send our events to standard error, and silence whatever the libraries would say of requests and rows."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_only_safe,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO if verbose else logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    logging.getLogger().setLevel(logging.CRITICAL)
    for name in ("httpx", "httpcore", "sqlalchemy", "apscheduler", "alembic"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def log() -> structlog.typing.FilteringBoundLogger:
    """The logger of events."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger
