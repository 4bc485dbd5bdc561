"""A bundle as a card: how many flags, of which rules, until when, and three samples (DESIGN.md 8)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import discord
from discord import ui

from bot.bundles import BundleView
from bot.discord_ui.cards import COLOURS, GREY
from bot.discord_ui.escaping import safe, spoiler
from bot.domain.bundle_presses import DECIDES, BundleChoice
from bot.settings import Messages

_MOST: Final = 4000
"""Characters of all texts of a message together."""

_MOST_WORDS: Final = 600
"""Characters of a sample, with what escaping adds."""

_MOST_RULES: Final = 6


def custom_id(choice: BundleChoice, shown: BundleView) -> str:
    """What a button carries: everything, also how many flags the card speaks of (100 characters at most)."""
    return f"bn1:{choice}:{shown.bundle}:{shown.joined}"


def view_of_bundle(shown: BundleView, messages: Messages) -> ui.LayoutView:
    """The card. It is marked as finished: presses are answered by `bundle_buttons.BundlePress`, which remembers nothing."""
    card: ui.Container[ui.LayoutView] = ui.Container(accent_colour=COLOURS[shown.severity] if shown.waits else GREY)
    for part in _parts(shown, messages):
        card.add_item(ui.TextDisplay(part))
    if choices := _choices(shown, messages):
        row: ui.ActionRow[ui.LayoutView] = ui.ActionRow()
        for choice, label in choices:
            style = discord.ButtonStyle.danger if choice is BundleChoice.HIDE else discord.ButtonStyle.secondary
            row.add_item(ui.Button(label=label, style=style, custom_id=custom_id(choice, shown)))
        card.add_item(row)
    view = ui.LayoutView(timeout=None)
    view.add_item(card)
    view.stop()
    return view


def together(shown: BundleView, messages: Messages) -> str:
    """A bundle on one line, as `/queue` lists it."""
    return messages.say(
        "bundle.line",
        bundle=shown.bundle[-8:],
        severity=messages.say(f"severity.{shown.severity}"),
        number=shown.waits,
        titles=safe(", ".join(messages.plain(title) for title, _ in shown.rules), 150),
        page=safe(shown.page, 70),
        when=messages.moment(shown.deadline, shown.time_zone) if shown.deadline else messages.say("time.never"),
    )


def said_of(choice: BundleChoice, number: int, messages: Messages) -> str:
    """What was decided, and of how many."""
    return messages.say(f"bundle.said.{choice}", number=number)


def _heading(shown: BundleView, messages: Messages) -> str:
    flags, page = shown.waits or shown.done, safe(shown.page, 70)
    if not flags:
        return messages.say("bundle.none", page=page)
    what, severity = messages.count("bundle.together", flags), messages.say(f"severity.{shown.severity}")
    return messages.say("bundle.heading", severity=severity, page=page, what=what)


def _parts(shown: BundleView, messages: Messages) -> list[str]:
    """The texts of a card. The samples get what room the others leave."""
    before = ["\n".join([f"### {_heading(shown, messages)}", *_lines(shown, messages)])]
    if shown.rules:
        before.append("\n".join(_rules(shown, messages)))
    footer = messages.say("bundle.footer", bundle=shown.bundle[-8:])
    if not shown.samples:
        return [*before, footer]
    title = messages.say("bundle.samples")
    room = _MOST - sum(map(len, [*before, title, footer]))
    most = min(_MOST_WORDS, room // len(shown.samples) - 10)
    return [*before, "\n".join([title, *(spoiler(sample.words, most) for sample in shown.samples)]), footer]


def _rules(shown: BundleView, messages: Messages) -> Iterator[str]:
    parts = (
        messages.say("bundle.part", what=messages.say(f"severity.{severity}"), number=number)
        for severity, number in shown.severities
    )
    yield messages.say("bundle.severities", parts=", ".join(parts))
    for title, number in shown.rules[:_MOST_RULES]:
        yield messages.say("bundle.rule", title=safe(messages.plain(title), 80), number=number)


def _lines(shown: BundleView, messages: Messages) -> Iterator[str]:
    if shown.choice is not None and shown.at is not None:
        number = shown.waits if shown.choice is BundleChoice.UNDO else shown.done
        decision, when = said_of(shown.choice, number, messages), messages.moment(shown.at, shown.time_zone)
        yield messages.say("card.decided", decision=decision, by=safe(shown.by, 80), when=when)
    if shown.choice in DECIDES and shown.waits:
        yield messages.count("bundle.still", shown.waits)
    if shown.platform:
        became = (messages.say("bundle.became", what=messages.plain(what), number=n) for what, n in shown.platform)
        yield messages.say("card.on_platform", what=", ".join(became))
    if shown.choice in DECIDES and shown.apart:
        yield messages.say("bundle.apart", number=shown.apart)
    if shown.first is not None and shown.last is not None:
        first, last = (messages.moment(when, shown.time_zone) for when in (shown.first, shown.last))
        key = "bundle.posted_at" if first == last else "bundle.posted"
        yield messages.say(key, what=messages.say(f"bundle.{shown.kind}"), first=first, last=last)
    if shown.deadline is not None:
        yield messages.say("card.answer_by", when=messages.moment(shown.deadline, shown.time_zone))


def _choices(shown: BundleView, messages: Messages) -> list[tuple[BundleChoice, str]]:
    if shown.choice in DECIDES:
        return [(BundleChoice.UNDO, messages.say("bundle.undo"))] if shown.done else []
    if not shown.waits:
        return []
    decide = [(BundleChoice.HIDE, "hide"), (BundleChoice.CLEAR, "clear")]
    decide += [(BundleChoice.CONSENT, "covers")] if shown.may_consent else []
    labels = [(choice, messages.count(f"bundle.{key}", shown.waits)) for choice, key in decide]
    return [*labels, (BundleChoice.APART, messages.say("bundle.show"))]
