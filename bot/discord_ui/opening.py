"""Open and Thread: one flag with its words for whoever may see it, and what stood around it. Both are logged (DESIGN.md 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import discord
from discord import ui

from bot import channel
from bot.channel import Opened, OpenedRule, Posted, Surroundings
from bot.discord_ui.answering import MOST, Asker, Said, answered
from bot.discord_ui.cards import call_words, press_button, strike_words, without_emergency
from bot.discord_ui.carrying import Carrier
from bot.discord_ui.escaping import in_messages, quotes, safe
from bot.domain.review import Choice
from bot.queue import OpenFlag
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

    Interaction = discord.Interaction[ReviewBot]

MOST_PIECES: Final = 4
"""Messages that hold the words of one comment: what is longer than 8,000 characters is read in `hallmonitor review`."""

_MOST_POSTED: Final = 300
_ID: Final = r"(?P<flag>[0-9a-f-]{36})"


class Open(Carrier, template=rf"op1:{_ID}"):
    """The whole words and the reasons, for the presser alone."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # our client is the only one
        """Open the flag for whoever has the right, and log it."""
        await answered(interaction, lambda asker: opened(interaction.client, asker, self.match["flag"]))


class Thread(Carrier, template=rf"th1:{_ID}"):
    """What was posted before and after, for the presser alone."""

    async def callback(self, interaction: Interaction) -> None:  # type: ignore[override]  # as above
        """Show what stood around the flag to whoever has the right, and log it."""
        await answered(interaction, lambda asker: _around(interaction.client, asker, self.match["flag"]))


def opened(bot: ReviewBot, asker: Asker, typed: str) -> Said:
    """A flag with its words, in as many messages as they take, and what can be pressed.

    Raises:
        NoSuchFlag: there is none, or it is not for this person's eyes.
    """
    return in_answer(
        channel.open_flag(bot.house, typed, asker.email, asker.messages, bot.house.clock()), asker.messages
    )


def in_answer(shown: Opened, messages: Messages) -> Said:
    """An opened flag as messages: what we say first, then the words, in quotes that nothing in them can end."""
    pieces, left = ([], 0) if shown.withheld else quotes(shown.found.comment.text, MOST, MOST_PIECES)
    texts = [*in_messages(_reasons(shown, messages, has_words=bool(pieces)), MOST), *pieces]
    if left:
        texts.append(messages.count("open.cut", left))
    return Said(tuple(texts), tuple(_buttons(shown, messages)))


def _buttons(shown: Opened, messages: Messages) -> Iterator[ui.Button[Any]]:
    queued = shown.found.queued
    for choice in shown.found.offered:
        yield press_button(
            choice, queued.flag, queued.version, messages,
            state=queued.state, severity=queued.severity, not_serious=queued.not_serious,
        )  # fmt: skip
    if not shown.withheld:
        yield ui.Button(label=messages.say("buttons.thread"), custom_id=f"th1:{queued.flag}")


def _reasons(shown: Opened, messages: Messages, *, has_words: bool) -> Iterator[str]:
    """What is said before the words: where the flag stands, what to do first, why it was flagged, who wrote it."""
    found, queued, say = shown.found, shown.found.queued, messages.say
    severity = say(f"severity.{queued.severity}")
    yield say("open.heading", severity=severity, page=safe(queued.page, 70), flag=queued.flag[-8:])
    yield from _stands(found, messages)
    advice = dict.fromkeys(rule.recommend for rule in shown.rules)
    if Choice.ACKNOWLEDGE in found.offered:
        yield say("open.first")
        advice = dict.fromkeys(map(without_emergency, advice))
    for recommend in advice:
        yield say("open.what_to_do", what=safe(recommend, 300))
    yield from (call_words(what, numbers, messages) for what, numbers in shown.calls)
    for rule in shown.rules:
        yield "\n".join(_rule(rule, messages, withheld=shown.withheld))
    if queued.strike:
        yield strike_words(queued.strike, messages)
    yield from _author(found, messages)
    if shown.withheld:
        yield say("open.withheld")
    else:
        yield say("open.words") if has_words else say("open.no_words")


def _rule(rule: OpenedRule, messages: Messages, *, withheld: bool) -> Iterator[str]:
    """What the rule means, why it is broken, who says so, and by which words."""
    say, detector = messages.say, safe(rule.detector, 80)
    yield say("open.rule", title=safe(rule.title, 80), clause=safe(rule.clause, 60), means=safe(rule.means, 250))
    by = "open.found_by" if rule.why == rule.means else "open.why"
    yield say(by, why=safe(rule.why, 400), detector=detector)
    if not withheld:
        yield say("open.in_words", words=safe(rule.words, 150)) if rule.words else say("open.in_all")


def _stands(found: OpenFlag, messages: Messages) -> Iterator[str]:
    queued, decided = found.queued, found.decided
    when = messages.moment(queued.deadline, queued.time_zone)
    if decided is not None:
        at = messages.moment(decided.at, queued.time_zone)
        said = messages.say(f"decided.{decided.kind}")
        yield messages.say("card.decided", decision=said, by=safe(decided.name, 80), when=at)
    if queued.state in ("open", "appealed"):
        yield messages.say("open.overdue" if queued.overdue else "open.waits", when=when)
    appealed = queued.state == "appealed"
    marks = (("held", queued.held), ("deleted", queued.deleted), ("edited", queued.edited), ("appeal", appealed))
    yield from (messages.say(f"card.{key}") for key, on in marks if on)
    if found.reason_not and queued.state in ("open", "appealed"):
        yield messages.say("open.looks_only", reason=safe(messages.plain(found.reason_not), 200))


def _author(found: OpenFlag, messages: Messages) -> Iterator[str]:
    comment, zone = found.comment, found.queued.time_zone
    posted, seen = messages.moment(comment.created, zone), messages.moment(comment.found, zone)
    name = safe(comment.author.name, 80) or messages.say("open.nameless")
    if comment.author.id:
        account = safe(comment.author.id, 60)
        yield messages.say("open.author", author=name, account=account, posted=posted, found=seen)
    else:
        yield messages.say("open.guest", author=name, posted=posted, found=seen)
    for media in comment.media:
        yield messages.count("open.media", media.count, kind=safe(media.kind, 20))


def _around(bot: ReviewBot, asker: Asker, flag: str) -> Said:
    around = channel.open_thread(bot.house, flag, asker.email, bot.house.clock())
    return Said(tuple(in_messages(around_in_lines(around, asker.messages), MOST)))


def around_in_lines(around: Surroundings, messages: Messages) -> Iterator[str]:
    """What stood around a flag, block by block; each line of somebody's words is a quote."""
    yield messages.say("thread.heading")
    if not around.before and not around.after:
        yield messages.say("thread.alone")
        return
    yield from (_line(posted, around.time_zone, messages) for posted in around.before)
    yield messages.say("thread.here", when=messages.moment(around.here, around.time_zone))
    yield from (_line(posted, around.time_zone, messages) for posted in around.after)


def _line(posted: Posted, zone: str, messages: Messages) -> str:
    who = messages.say("thread.other", letter=posted.author) if posted.author else messages.say("thread.author")
    line = messages.say("thread.line", who=who, when=messages.moment(posted.at, zone))
    if posted.erased or not posted.shown or not posted.words:
        gap = "unread" if not posted.shown else "erased" if posted.erased else "empty"
        return f"{line} {messages.say(f'thread.{gap}')}"
    words = "\n".join(f"> {part}" for part in safe(posted.words, _MOST_POSTED).split("\n"))
    return f"{line}\n{words}"
