"""Webhooks out: a district's own ticket system is told what becomes of flags, and never a word or a name (issue 5).

An event is due as long as it has no row in `delivery`: nothing has to be written with the flag, so nothing can be forgotten.
"""

from bot.webhooks.deliver import deliver, pages_to_deliver
from bot.webhooks.state import HookState, NoSuchHook, Tested, replay, send_test, states

__all__ = ["HookState", "NoSuchHook", "Tested", "deliver", "pages_to_deliver", "replay", "send_test", "states"]
