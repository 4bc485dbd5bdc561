"""One flag as a card in the terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.cli.frame import at, console
from bot.cli.queue import SEVERITY_STYLE, strike_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from bot.queue import OpenFlag, QueuedFlag


def show(flag: OpenFlag, *, with_words: bool, whole: bool = False) -> None:
    """Print the card; without the words where nobody should read them without need."""
    from rich.markup import escape
    from rich.text import Text

    from bot.domain.display import on_one_line

    out, queued = console(), flag.queued
    style = SEVERITY_STYLE[queued.severity]
    held = "   [dim]held on the platform until you decide[/]" if queued.held else ""
    held += "   [green]somebody has it[/]" if queued.acknowledged else ""
    held += "   [yellow]an appeal: somebody else has decided before[/]" if queued.state == "appealed" else ""
    held += f"   [dim]for {escape(queued.assigned)}[/]" if queued.assigned else ""
    held += "   [yellow]called not serious: confirm it, or hide it[/]" if queued.not_serious else ""
    out.print(
        f"[{style}] {queued.severity} [/] {escape(queued.page)}   answer by {at(queued.deadline, queued.time_zone)}{held}"
    )
    for rule in queued.rules:
        out.print(f"[bold]{escape(rule.title)}[/] [dim]{escape(rule.clause)}[/]")
        out.print(f"  {escape(rule.why)} [dim]({rule.moderator} {rule.version}, {rule.score:.2f})[/]")
        out.print(f"  Recommended: {escape(rule.recommend)}")
    comment, zone = flag.comment, queued.time_zone
    author = escape(_author(flag))
    out.print(
        f"[dim]by[/] {author}   [dim]posted[/] {at(comment.created, zone)}   [dim]found[/] {at(comment.found, zone)}"
    )
    for words in _besides(queued):
        out.print(f"[yellow]{escape(words)}[/]")
    if not with_words:
        out.print(
            "[yellow]The words are withheld: nobody reads or opens this without need. Press t to see the text.[/]"
        )
        return
    for other in [c for c in flag.thread if c.created <= comment.created]:
        out.print(f"  [dim]{escape(on_one_line(f'{other.author.name}: {other.text}', 130))}[/]")
    for line in _marked(flag, whole=whole).split("\n"):  # every line, so that no text can forge a card of ours
        out.print(Text("> ").append_text(line))
    for media in comment.media:
        out.print(f"  [dim]{media.count} {escape(media.kind)} attached; never opened by Hallmonitor[/]")
    for other in [c for c in flag.thread if c.created > comment.created]:
        out.print(f"  [dim]{escape(on_one_line(f'{other.author.name}: {other.text}', 130))}[/]")


def _author(flag: OpenFlag) -> str:
    """The display name, and the account's id where there is one: that is what a page registers (`accounts`)."""
    from bot.domain.display import on_one_line

    author = flag.comment.author
    name = on_one_line(author.name or "(no name)", 80)
    return name if author.id in ("", author.name) else f"{name} (account {on_one_line(author.id, 40)})"


def _besides(queued: QueuedFlag) -> Iterator[str]:
    """What its author's earlier flags call for, and what has become of the comment since it was flagged."""
    if queued.strike:
        yield strike_words(queued.strike)
    if queued.deleted:
        yield "The comment is no more on the platform. What was said was said: decide all the same."
    elif queued.edited:
        yield "The author has changed the comment since. What was said was said: decide all the same. To hide it hides the new words."


def _marked(flag: OpenFlag, *, whole: bool) -> Text:
    """The text with the places marked that the rules point to; of a long text the beginning, the end and these places."""
    from rich.text import Text

    from bot.domain.display import for_display

    most = None if whole else 1200
    text, marked, written = flag.comment.text, Text(style="bold"), 0
    for start, end in sorted({(r.start, r.end) for r in flag.queued.rules if r.end > r.start}):
        if start >= written:
            marked.append(for_display(text[written:start], most))
            marked.append(for_display(text[start:end], most), style="reverse")
            written = end
    marked.append(for_display(text[written:], most))
    return marked
