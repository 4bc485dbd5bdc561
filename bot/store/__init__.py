"""The one place that opens a session, and the queries that more than one story asks."""

from sqlmodel import Session

from bot.store.databases import StoreProblem
from bot.store.engine import Store, is_set_up, open_store
from bot.store.signals import StoredFinding

__all__ = ["Session", "Store", "StoreProblem", "StoredFinding", "is_set_up", "open_store"]
