"""A flag as a card: Components V2, the same for an eye and for a screen reader (DESIGN.md 8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.channel import Shown
from bot.discord_ui.escaping import safe, spoiler
from bot.domain.review import Choice, FlagState

MOST_WORDS: Final = 900
"""Characters of a comment on a card, with what escaping adds: a message holds 4,000 in all."""

_MOST_RULES: Final = 5
COLOURS: Final = {"critical": 0xB00020, "high": 0xE65100, "medium": 0xF9A825, "low": 0x0277BD}
GREY: Final = 0x757575
_STYLES: Final = {
    Choice.HIDE: discord.ButtonStyle.danger,
    Choice.ESCALATE_AND_HIDE: discord.ButtonStyle.danger,
    Choice.ACKNOWLEDGE: discord.ButtonStyle.primary,
}
_SAID: Final = {
    "hide": "Hidden",
    "clear": "Cleared: not a violation",
    "consent": "Covered by consents",
    "escalate": "Escalated: a case is open",
    "acknowledge": "Somebody has it",
    "not_serious": "Called not serious: a second person confirms",
    "appeal": "Appealed",
    "uphold": "The appeal is refused: it stays hidden",
    "undo": "Taken back",
}


def custom_id(choice: Choice, shown: Shown) -> str:
    """What a button carries: everything, so that a card of last year still works (100 characters at most)."""
    return f"rv1:{choice}:{shown.flag}:{shown.version}"


def view_of(shown: Shown) -> ui.LayoutView:
    """The card. It is marked as finished: presses are answered by `buttons.Press`, which remembers nothing."""
    waits = shown.state in (FlagState.OPEN, FlagState.APPEALED)
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=COLOURS[shown.severity] if waits else GREY)
    for part in _parts(shown):
        card.add_item(ui.TextDisplay(part))
    buttons = list(_buttons(shown))
    if buttons:
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for button in buttons:
            row.add_item(button)
        card.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    view.stop()
    return view


def _parts(shown: Shown) -> Iterator[str]:
    yield f"### {shown.severity.upper()} \u00b7 {safe(shown.page, 70)}\n{_line(shown)}"
    if shown.bundle:
        yield f"It is on the card of the flags that are decided together as `{shown.bundle[-8:]}`. Flag `{shown.flag[-8:]}`"
        return
    rules = [f"**{safe(r.title, 80)}** ({safe(r.clause, 50)})\n{safe(r.why, 250)}" for r in shown.rules[:_MOST_RULES]]
    yield "\n".join(rules)
    if shown.words is None:
        yield "The words of a critical flag are not shown here: `hallmonitor review` opens them."
    else:
        yield f"The words, with student names blackened. Press to read:\n{spoiler(shown.words, MOST_WORDS)}"
    if shown.rules:
        yield f"Recommended: {safe(shown.rules[0].recommend, 200)}"
    times = f"Posted {_at(shown, shown.posted)}, found {_at(shown, shown.found)}."
    yield f"{times} Flag `{shown.flag[-8:]}`"


def _line(shown: Shown) -> str:
    said = []
    if shown.decision and shown.at is not None:
        said.append(f"**{_SAID.get(shown.decision, shown.decision)}** by {safe(shown.by, 80)}, {_at(shown, shown.at)}")
    if shown.platform:
        said.append(f"On the platform: {safe(shown.platform, 150)}")
    if shown.state in (FlagState.OPEN, FlagState.APPEALED):
        said.append(f"Answer by **{_at(shown, shown.deadline)}**")
    said += [words for on, words in (
        (shown.held, "Held until you decide"), (shown.deleted, "Gone from the platform"),
        (shown.edited, "The author has changed it since: what was said was said"),
        (shown.state == FlagState.APPEALED, "An appeal: somebody else than the first decider decides"),
        (shown.assigned, f"For {safe(shown.assigned, 80)}"),
    ) if on]  # fmt: skip
    return "\n".join(said)


def _buttons(shown: Shown) -> Iterator[ui.Button[ui.LayoutView]]:
    for choice, label in _choices(shown):
        style = _STYLES.get(choice, discord.ButtonStyle.secondary)
        yield ui.Button(label=label, style=style, custom_id=custom_id(choice, shown))


def _choices(shown: Shown) -> list[tuple[Choice, str]]:
    if shown.bundle:
        return []
    if shown.state == FlagState.APPEALED:
        return [(Choice.HIDE, "Refuse"), (Choice.CLEAR, "Grant: show it again")]
    if shown.state == FlagState.CLOSED:
        return [(Choice.UNDO, "Undo")] if shown.decision not in ("", "escalate") else []
    if shown.state != FlagState.OPEN:
        return []
    if shown.severity == "critical":
        confirm = "Confirm: not serious" if shown.not_serious else "Not serious"
        have_it = [] if shown.acknowledged else [(Choice.ACKNOWLEDGE, "I have it")]
        return [*have_it, (Choice.HIDE, "Hide and open case"), (Choice.ESCALATE, "Escalate"), (Choice.CLEAR, confirm)]
    return [
        (Choice.HIDE, "Hide"), (Choice.CLEAR, "Clear"), (Choice.CONSENT, "Consent covers it"), (Choice.ESCALATE, "Escalate"),
    ]  # fmt: skip


def _at(shown: Shown, when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo(shown.time_zone)):%a %-d %b %H:%M}"
