"""The review channel as a story: which cards are due, what a card says, who an account of the chat is, and what is opened for them."""

from bot.channel.accounts import CHAT, Reader, channels, flag_id, person_of, quiet_hours_of, reader_of
from bot.channel.cards import HIDDEN_KINDS, CardRule, Shown, blackened, calls_of, card_of, due_cards, note_shown
from bot.channel.deleted import note_deleted, waiting_messages
from bot.channel.opening import (
    MOST_CHOICES,
    Opened,
    OpenedRule,
    Posted,
    Surroundings,
    open_flag,
    open_thread,
    upheld_on_own_pages,
    waiting_for,
)

__all__ = [
    "CHAT", "HIDDEN_KINDS", "MOST_CHOICES", "CardRule", "Opened", "OpenedRule", "Posted", "Reader", "Shown", "Surroundings", "blackened",
    "calls_of", "card_of", "channels", "due_cards", "flag_id", "note_deleted", "note_shown", "open_flag", "open_thread", "person_of",
    "quiet_hours_of", "reader_of", "upheld_on_own_pages", "waiting_for", "waiting_messages",
]  # fmt: skip
