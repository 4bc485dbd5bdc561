"""Notices: the people of a school are called by e-mail about what waits too long, without a word of any comment (DESIGN.md 7)."""

from bot.notices.story import Called, call, pages_to_call

__all__ = ["Called", "call", "pages_to_call"]
