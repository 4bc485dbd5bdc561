"""The review channel as a story: which cards are due, what a card says, who an account is, what is opened for them, who is called."""

from bot.calls import CHAT
from bot.channel.accounts import Reader, channels, flag_id, person_of, quiet_hours_of, reader_of
from bot.channel.alarms import Alarm, Direct, Line, alarms_to_edit, note_edited
from bot.channel.calling import write_calls
from bot.channel.cards import HIDDEN_KINDS, CardRule, Shown, blackened, calls_of, card_of, due_cards, masked, note_shown
from bot.channel.choosing import MOST_CHOICES, Named, flags_to_name
from bot.channel.deleted import adopt, note_deleted, waiting_messages
from bot.channel.findings import LATE, TOKEN, doubled, findings, is_alive
from bot.channel.life import last_alive, note_alive
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
from bot.channel.opening import (
    Opened,
    OpenedRule,
    Posted,
    Surroundings,
    needs_reason,
    open_flag,
    open_thread,
)
from bot.channel.places import Place, Written, places, written
from bot.channel.posts import drop, note_refused, note_sent, unsent
from bot.channel.reminders import Deadlines, Reminder, write_reminders
from bot.channel.taking import take_all
from bot.channel.telling import message_of
from bot.channel.withdrawn import Withdrawn, note_withdrawn, withdrawn_cards

__all__ = [
    "CHAT", "HIDDEN_KINDS", "LATE", "MOST_CHOICES", "TOKEN", "TOLD_AFTER", "Alarm", "Asked", "CardRule", "Deadlines", "Direct", "Line",
    "Named", "NoSuchTest", "Opened", "OpenedRule", "Place", "Posted", "Reader", "Reminder", "Report", "Shown", "Surroundings", "TestAlarm",
    "Withdrawn", "Written", "adopt", "alarms_to_edit", "answer_newest", "answer_test", "ask_now", "blackened", "calls_of", "card_of",
    "channels", "doubled", "drop", "due_cards", "findings", "flag_id", "flags_to_name", "is_alive", "last_alive", "masked", "message_of",
    "needs_reason", "newest_tests", "note_alive", "note_deleted", "note_edited", "note_refused", "note_sent", "note_shown",
    "note_withdrawn", "open_flag", "open_thread", "person_of", "places", "quiet_hours_of", "reader_of", "take_all", "unsent",
    "waiting_messages", "withdrawn_cards", "write_calls", "write_reminders", "write_tests",
    "written",
]  # fmt: skip
