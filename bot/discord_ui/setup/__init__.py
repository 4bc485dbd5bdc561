"""Setting the review channel up, from the operator's terminal: what is said here is said there, and not in the chat."""

from bot.discord_ui.setup.guiding import WAIT, Listener, check, guide

__all__ = ["WAIT", "Listener", "check", "guide"]
