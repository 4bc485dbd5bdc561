"""What each post says, whatever its kind."""

from __future__ import annotations

from datetime import datetime

from bot.channel.alarms import Alarm, Direct, alarm_of, direct_of
from bot.channel.monthly import Report, TestAlarm, report_of, test_of
from bot.channel.reminders import Reminder, reminder_of
from bot.house import House
from bot.records import Post, PostKind


def message_of(house: House, id: str, now: datetime) -> Alarm | Direct | Reminder | TestAlarm | Report:
    """What a post says now."""
    with house.store.reading() as session:
        post = session.get_one(Post, id)
        match PostKind(post.kind):
            case PostKind.ALARM:
                return alarm_of(session, house, post, now)
            case PostKind.DIRECT:
                return direct_of(session, house, post, now)
            case PostKind.REMINDER:
                return reminder_of(session, post, now)
            case PostKind.TEST:
                return test_of(session, house.store.vault, post, now)
            case PostKind.REPORT:
                return report_of(session, house.store.vault, post, now)
