"""Why a comment is flagged, or is not: every score beside its threshold, the places in the words, and the words that carry a score."""

from bot.explaining.explanation import Carried, Explanation, Raised, Recorded, Weighed, Word
from bot.explaining.story import FlagExplained, explain_flag, explain_on_page, explain_text

__all__ = [
    "Carried", "Explanation", "FlagExplained", "Raised", "Recorded", "Weighed", "Word", "explain_flag",
    "explain_on_page", "explain_text",
]  # fmt: skip
