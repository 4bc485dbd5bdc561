"""A bundle as a card: how many flags, of which rules, until when, and three samples (DESIGN.md 8)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import discord
from discord import ui

from bot.bundles import BundleView
from bot.discord_ui.cards import COLOURS, GREY
from bot.discord_ui.escaping import safe, spoiler
from bot.domain.bundle_presses import DECIDES, BundleChoice
from bot.domain.bundles import Kind

_MOST_WORDS: Final = 600
"""Characters of a sample, with what escaping adds: a message holds 4,000 in all."""

_MOST_RULES: Final = 6
_WHAT: Final = {
    Kind.RAID: "Many comments on one page in a short time",
    Kind.CONSENT: "Covered by a consent until it ended",
    Kind.NAMES: "A student's first name alone, of one day",
}
_SAID: Final = {
    BundleChoice.HIDE: "Hidden", BundleChoice.CLEAR: "Cleared: not a violation", BundleChoice.CONSENT: "Covered by consents",
    BundleChoice.UNDO: "Taken back", BundleChoice.APART: "Shown one by one: each flag has a card of its own",
}  # fmt: skip


def custom_id(choice: BundleChoice, shown: BundleView) -> str:
    """What a button carries: everything, also how many flags the card speaks of (100 characters at most)."""
    return f"bn1:{choice}:{shown.bundle}:{shown.joined}"


def view_of_bundle(shown: BundleView) -> ui.LayoutView:
    """The card. It is marked as finished: presses are answered by `bundle_buttons.BundlePress`, which remembers nothing."""
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=COLOURS[shown.severity] if shown.waits else GREY)
    for part in _parts(shown):
        card.add_item(ui.TextDisplay(part))
    if choices := _choices(shown):
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for choice, label in choices:
            style = discord.ButtonStyle.danger if choice is BundleChoice.HIDE else discord.ButtonStyle.secondary
            row.add_item(ui.Button(label=label, style=style, custom_id=custom_id(choice, shown)))
        card.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    view.stop()
    return view


def together(shown: BundleView) -> str:
    """A bundle on one line, as `/queue` lists it."""
    titles = safe(", ".join(title for title, _ in shown.rules), 90)
    due = _at(shown, shown.deadline) if shown.deadline else ""
    return f"`{shown.bundle[-8:]}` {shown.severity}: **{shown.waits} together**, {titles} \u00b7 {safe(shown.page, 40)} \u00b7 {due}"


def _parts(shown: BundleView) -> Iterator[str]:
    flags = shown.waits or shown.done
    title = f"{flags} {'comment' if flags == 1 else 'comments'}, decided together" if flags else "Decided one by one"
    yield "\n".join([f"### {shown.severity.upper()} \u00b7 {safe(shown.page, 70)} \u00b7 {title}", *_lines(shown)])
    if shown.rules:
        rules = [f"{safe(title, 80)}: {number}" for title, number in shown.rules[:_MOST_RULES]]
        yield "\n".join([f"By severity: {', '.join(f'{s} {number}' for s, number in shown.severities)}", *rules])
    if shown.samples:
        samples = [spoiler(sample.words, _MOST_WORDS) for sample in shown.samples]
        yield "\n".join(["Some of them, with student names blackened. Press to read:", *samples])
    yield f"Each flag keeps a decision of its own. All of them: `{shown.bundle[-8:]}`"


def _lines(shown: BundleView) -> Iterator[str]:
    if shown.choice is not None and shown.at is not None:
        yield f"**{_said(shown, shown.choice)}** by {safe(shown.by, 80)}, {_at(shown, shown.at)}"
    if shown.choice in DECIDES and shown.waits:
        yield f"{shown.waits} are still to be decided like this"
    if shown.platform:
        yield "On the platform: " + ", ".join(f"{number} {became}" for became, number in shown.platform)
    if shown.choice in DECIDES and shown.apart:
        yield f"Not among them, since they were decided, taken or edited one by one: {shown.apart}"
    if shown.first is not None and shown.last is not None:
        first, last = _at(shown, shown.first), _at(shown, shown.last)
        yield f"{_WHAT[shown.kind]}. Posted {first if first == last else f'{first} to {last}'}."
    if shown.deadline is not None:
        yield f"Answer by **{_at(shown, shown.deadline)}**"


def _said(shown: BundleView, choice: BundleChoice) -> str:
    if choice is BundleChoice.APART:
        return _SAID[choice]
    return f"{_SAID[choice]}: {shown.waits if choice is BundleChoice.UNDO else shown.done}"


def _choices(shown: BundleView) -> list[tuple[BundleChoice, str]]:
    if shown.choice in DECIDES:
        return [(BundleChoice.UNDO, "Undo")] if shown.done else []
    if not shown.waits:
        return []
    them = f" all {shown.waits}" if shown.waits > 1 else ""
    consent = [(BundleChoice.CONSENT, f"Consent covers{them or ' it'}")] if shown.may_consent else []
    return [
        (BundleChoice.HIDE, f"Hide{them}"),
        (BundleChoice.CLEAR, f"Clear{them}"),
        *consent,
        (BundleChoice.APART, "Show one by one"),
    ]


def _at(shown: BundleView, when: datetime) -> str:
    return f"{when.astimezone(ZoneInfo(shown.time_zone)):%a %-d %b %H:%M}"
