"""Decisions: an administrator judges a flag; the first of two wins, and the second is told who decided what (DESIGN.md 7)."""

from bot.decisions.finding import NoSuchFlag, check_rights, find_flag, note_access
from bot.decisions.story import FlagChanged, RuleNeeded, assign, decide, hide_for_case, outcome_of
from bot.decisions.writing import AGAIN_WITHIN, CONFIRM_WITHIN, Decided

__all__ = [
    "AGAIN_WITHIN", "CONFIRM_WITHIN", "Decided", "FlagChanged", "NoSuchFlag", "RuleNeeded", "assign", "check_rights", "decide",
    "find_flag", "hide_for_case", "note_access", "outcome_of",
]  # fmt: skip
