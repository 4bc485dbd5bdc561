"""The review channel as a story: which cards are due, what a card says, who an account of the chat is, who is called (DESIGN.md 8)."""

from bot.calls import CHAT
from bot.channel.accounts import channels, flag_id, person_of, who_are_you
from bot.channel.alarms import Alarm, Direct, Line, alarms_to_edit, note_edited
from bot.channel.calling import write_calls
from bot.channel.cards import CardRule, Shown, blackened, card_of, due_cards, masked, note_shown
from bot.channel.deleted import note_deleted, waiting_messages
from bot.channel.monthly import (
    TOLD_AFTER,
    Asked,
    NoSuchTest,
    Report,
    TestAlarm,
    answer_newest,
    answer_test,
    ask_now,
    newest_tests,
    write_tests,
)
from bot.channel.posts import drop, note_refused, note_sent, unsent
from bot.channel.reminders import Deadlines, Reminder, write_reminders
from bot.channel.taking import take_all
from bot.channel.telling import message_of

__all__ = [
    "CHAT", "TOLD_AFTER", "Alarm", "Asked", "CardRule", "Deadlines", "Direct", "Line", "NoSuchTest", "Reminder", "Report", "Shown",
    "TestAlarm",
    "alarms_to_edit", "answer_newest", "answer_test", "ask_now", "blackened", "card_of", "channels", "drop", "due_cards",
    "flag_id", "masked", "message_of", "newest_tests", "note_deleted", "note_edited", "note_refused", "note_sent", "note_shown",
    "person_of", "take_all", "unsent", "waiting_messages", "who_are_you", "write_calls", "write_reminders", "write_tests",
]  # fmt: skip
