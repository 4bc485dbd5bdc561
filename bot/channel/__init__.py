"""The review channel as a story: which cards are due, what a card says, and who an account of the chat is (DESIGN.md 8)."""

from bot.channel.accounts import CHAT, channels, flag_id, person_of, who_are_you
from bot.channel.cards import CardRule, Shown, blackened, card_of, due_cards, note_shown
from bot.channel.deleted import note_deleted, waiting_messages

__all__ = [
    "CHAT", "CardRule", "Shown", "blackened", "card_of", "channels", "due_cards", "flag_id", "note_deleted", "note_shown", "person_of",
    "waiting_messages", "who_are_you",
]  # fmt: skip
