"""A flag as a card: Components V2, the same for an eye and for a screen reader (DESIGN.md 8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import discord
from discord import ui

from bot.channel import Shown
from bot.discord_ui.escaping import safe, spoiler
from bot.domain.review import Choice, FlagState, Verdict
from bot.domain.strikes import Strike
from bot.settings import Messages

MOST_WORDS: Final = 900
"""Characters of a comment on a card, with what escaping adds."""

_MOST: Final = 4000
"""Characters of all texts of a message together."""

_MOST_RULES: Final = 5
COLOURS: Final = {"critical": 0xB00020, "high": 0xE65100, "medium": 0xF9A825, "low": 0x0277BD}
"""Beside the word for the severity, never in its place."""

GREY: Final = 0x757575
_EMERGENCY: Final = "911"
_SENTENCE: Final = re.compile(r"(?<=[.!?])\s+")
_WAITING: Final = (FlagState.OPEN, FlagState.APPEALED)
_STYLES: Final = {
    Choice.HIDE: discord.ButtonStyle.danger,
    Choice.ACKNOWLEDGE: discord.ButtonStyle.primary,
}


def view_of(shown: Shown, messages: Messages) -> ui.LayoutView:
    """The card. It is marked as finished: presses are answered by `buttons.Press`, which remembers nothing."""
    waits = shown.state in _WAITING
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=COLOURS[shown.severity] if waits else GREY)
    for part in _parts(shown, messages):
        card.add_item(ui.TextDisplay(part))
    row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
    for button in _buttons(shown, messages):
        row.add_item(button)
    card.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    view.stop()
    return view


def press_button(
    choice: Choice, flag: str, version: int, messages: Messages, *, state: str, severity: str, not_serious: bool
) -> ui.Button[Any]:
    """A button that decides. It carries everything, so that a card of last year still works (100 characters at most)."""
    key = str(choice)
    if state == FlagState.APPEALED:
        key = {Choice.HIDE: "refuse", Choice.CLEAR: "grant"}.get(choice, key)
    elif severity == "critical" and choice in (Choice.HIDE, Choice.CLEAR):
        key = "confirm" if not_serious and choice is Choice.CLEAR else f"{choice}_critical"
    style = _STYLES.get(choice, discord.ButtonStyle.secondary)
    return ui.Button(label=messages.say(f"buttons.{key}"), style=style, custom_id=f"rv1:{choice}:{flag}:{version}")


def open_id(flag: str) -> str:
    """The id of the button that opens a flag. No other message of the channel has it: by it a card is found again."""
    return f"op1:{flag}"


def call_words(what: str, numbers: str, messages: Messages) -> str:
    """Whom to call, and the telephones, unless the sentence names them itself."""
    if all(number in what for number in numbers.split(", ")):
        return safe(what, 200)
    return messages.say("card.call", what=safe(what, 200), numbers=safe(numbers, 80))


def without_emergency(advice: str) -> str:
    """An advice without its sentences that name the emergency number, for where that is said already."""
    said = [sentence for sentence in _SENTENCE.split(advice) if _EMERGENCY not in sentence]
    return " ".join(said) or advice


def strike_words(strike: Strike, messages: Messages) -> str:
    """What several upheld flags of one author call for."""
    names = messages.say("strikes.ordinals").split()
    known = strike.number <= len(names)
    ordinal = names[strike.number - 1] if known else messages.say("strikes.ordinal", number=strike.number)
    key = "strikes.is" if strike.decided else "strikes.would"
    recommended = safe(messages.plain(strike.recommend), 250)
    return messages.say(key, ordinal=ordinal, span=messages.span(strike.within), what=recommended)


def _buttons(shown: Shown, messages: Messages) -> Iterator[ui.Button[Any]]:
    kind = {"state": shown.state, "severity": shown.severity, "not_serious": shown.not_serious}
    for choice in shown.offered:
        if choice is not Choice.APPEAL:  # the author's teacher hands it in, by `/flag`
            yield press_button(choice, shown.flag, shown.version, messages, **kind)  # type: ignore[arg-type]  # each of its own kind
    yield ui.Button(label=messages.say("buttons.open"), custom_id=open_id(shown.flag))


def _parts(shown: Shown, messages: Messages) -> list[str]:
    """The texts of a card. What is in the middle, the words or whom to call, gets what room the others leave."""
    say = messages.say
    severity = say(f"severity.{shown.severity}")
    before = [f"### {say('card.heading', severity=severity, page=safe(shown.page, 70))}\n{_stands(shown, messages)}"]
    if shown.bundle:
        return [*before, say("card.together", bundle=shown.bundle[-8:], flag=shown.flag[-8:])]
    before.append(
        "\n".join(
            f"{say('card.rule', title=safe(r.title, 80), clause=safe(r.clause, 50))}\n{safe(r.why, 200)}"
            for r in shown.rules[:_MOST_RULES]
        )
    )
    advises = shown.rules and shown.state in _WAITING  # what is decided needs no advice
    recommend = shown.rules[0].recommend if advises else ""
    if shown.words is None:
        recommend = without_emergency(recommend)
    after = [say("card.recommended", what=safe(recommend, 200))] if recommend else []
    after += [strike_words(shown.strike, messages)] if shown.strike else []
    posted, found = (messages.moment(when, shown.time_zone) for when in (shown.posted, shown.found))
    after.append(say("card.times", posted=posted, found=found, flag=shown.flag[-8:]))
    if shown.words is None:
        before.append(say("card.withheld"))
    room = _MOST - sum(map(len, [*before, *after]))
    has_middle = shown.words is not None or shown.state in (*_WAITING, FlagState.ESCALATED)
    return [*before, *([_middle(shown, messages, room)] if has_middle else []), *after]


def _middle(shown: Shown, messages: Messages, room: int) -> str:
    """The words; or, where they are withheld, whom to call."""
    if shown.words is not None:
        heading = messages.say("card.words")
        return f"{heading}\n{spoiler(shown.words, min(MOST_WORDS, room - len(heading) - 10))}"
    said = messages.say("card.danger")
    for what, numbers in shown.calls:
        line = f"\n- {call_words(what, numbers, messages)}"
        if numbers != _EMERGENCY and len(said) + len(line) <= room:  # the first line says that one
            said += line
    return said


def _stands(shown: Shown, messages: Messages) -> str:
    """Where the flag stands, line by line."""

    def at(when: datetime) -> str:
        return messages.moment(when, shown.time_zone)

    said = []
    if shown.decision and shown.at is not None:
        opened = shown.decision == Verdict.HIDE and shown.state == FlagState.ESCALATED
        decision = messages.say("decided.hide_and_case" if opened else f"decided.{shown.decision}")
        said.append(messages.say("card.decided", decision=decision, by=safe(shown.by, 80), when=at(shown.at)))
    waits = shown.state in _WAITING
    if shown.platform and not (shown.held and waits):  # then the line below says it
        said.append(messages.say("card.on_platform", what=safe(shown.platform, 200)))
    if waits:
        said.append(messages.say("card.answer_by", when=at(shown.deadline)))
    appealed = shown.state == FlagState.APPEALED
    marks = (("held", shown.held and waits), ("deleted", shown.deleted), ("edited", shown.edited), ("appeal", appealed))
    said += [messages.say(f"card.{key}") for key, on in marks if on]
    if shown.assigned:
        said.append(messages.say("card.assigned", who=safe(shown.assigned, 80)))
    return "\n".join(said)
