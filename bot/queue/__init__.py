"""The review queue: a school's flags that wait for a person, the most urgent first, and one flag with all that is needed to decide."""

from bot.queue.story import PAGE, open_flag, queue, waiting
from bot.queue.views import BrokenRule, LastDecision, OpenFlag, QueuedFlag, Waiting

__all__ = [
    "PAGE", "BrokenRule", "LastDecision", "OpenFlag", "QueuedFlag", "Waiting", "open_flag", "queue", "waiting",
]  # fmt: skip
