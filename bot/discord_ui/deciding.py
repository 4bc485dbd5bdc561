"""A decision as a press makes it, and what the presser alone is told of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot import decisions, jobs, queue
from bot.decisions import Decided
from bot.discord_ui.answering import Asker, Said
from bot.discord_ui.cards import strike_words
from bot.discord_ui.escaping import safe
from bot.domain.review import Choice, ReasonNeeded, Verdict
from bot.settings import Messages

if TYPE_CHECKING:
    from bot.discord_ui.client import ReviewBot

WHAT: Final = r"(?P<choice>[a-z_]{3,20}):(?P<flag>[0-9a-f-]{36}):(?P<version>[0-9]{1,9})"
"""How it stands in the id of a button, a form or a list."""

_UNDONE_BY_A_PRESS: Final = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.UPHOLD)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What was pressed, on which flag, and in which version it was shown."""

    choice: Choice
    flag: str
    version: int

    def __str__(self) -> str:
        return f"{self.choice}:{self.flag}:{self.version}"


def pressed_in(match: re.Match[str]) -> Pressed:
    """What an id says that has matched `WHAT`."""
    return Pressed(Choice(match["choice"]), match["flag"], int(match["version"]))


def decide(bot: ReviewBot, asker: Asker, press: Pressed, note: str = "") -> Said:
    """Decide, ask the platform, and tell what came of both.

    Raises:
        RuleNeeded, and whatever else `decisions.decide` raises but `ReasonNeeded`.
    """
    house, now = bot.house, bot.house.clock()
    try:
        decided = decisions.decide(
            house, press.flag, asker.email, press.choice, now, note=note, os_user="discord", seen_version=press.version
        )
    except ReasonNeeded:
        return Said((asker.messages.say("answers.reason_needed"),))
    if decided.won and decided.action is not None:
        jobs.carry_out_for_flag(house, decided.flag, now, scores=False)
    outcome = decisions.outcome_of(house, decided)
    said = list(_told(outcome, asker))
    if outcome.won and outcome.decision in (Verdict.HIDE, Verdict.ESCALATE):
        found = queue.open_flag(house, decided.flag, asker.email, now=now)
        said += [strike_words(found.queued.strike, asker.messages)] if found and found.queued.strike else []
    return Said((" ".join(said),))


def _told(decided: Decided, asker: Asker) -> Iterator[str]:
    messages = asker.messages
    if not decided.won:
        key = f"decided.{decided.decision}"
        decision = messages.say(key if messages.knows(key) else "decided.other")
        when = messages.moment(decided.at, asker.time_zone)
        yield messages.say("told.already", decision=decision, by=safe(decided.name, 80), when=when)
        return
    yield messages.say(f"told.{decided.decision}")
    yield from _on_platform(decided, messages)
    if decided.case:
        yield messages.say("told.case", case=decided.case[-8:])
    elif decided.decision in _UNDONE_BY_A_PRESS:
        yield messages.say("told.undo_hint")


def _on_platform(decided: Decided, messages: Messages) -> Iterator[str]:
    state, problem = decided.action_state, safe(decided.problem, 300)
    if state == "done" and decided.receipt:
        yield messages.say("told.done", state=messages.say(f"state.{decided.receipt['state']}"))
    elif state == "pending":
        yield messages.say("told.waits", problem=problem) if problem else messages.say("told.waits_for_it")
    elif state:
        yield messages.say(f"told.{state}", problem=problem)
