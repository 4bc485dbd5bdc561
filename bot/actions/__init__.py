"""Actions: what a decision asks of a platform, carried out once, whatever dies in between (DESIGN.md 7 and 12).

An action is written `pending`, with its evidence, before the platform is called, and the receipt after. A crash in between is
repaired by calling again: a connector finds the comment in the wanted state and answers `already`.
"""

from bot.actions.carry_out import CarriedOut, carry_out, carry_out_alone, page_of_flag, pages_with_due_actions
from bot.actions.manual import ManualStep, manual_steps, tick
from bot.actions.order import cancel_waiting, keep_evidence, order
from bot.actions.receipts import problem_of, receipt_of

__all__ = [
    "CarriedOut", "ManualStep", "cancel_waiting", "carry_out", "carry_out_alone", "keep_evidence", "manual_steps", "order",
    "page_of_flag", "pages_with_due_actions", "problem_of", "receipt_of", "tick",
]  # fmt: skip
