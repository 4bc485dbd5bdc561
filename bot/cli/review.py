"""`review`: one flag after the other, with all that is needed to decide."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from bot.cli.frame import at, complain, console, environment, house, now
from bot.cli.queue import PERSON_VARIABLE, SEVERITY_STYLE, settle, tell
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rich.text import Text

    from bot.domain.review import Choice
    from bot.house import House
    from bot.queue import OpenFlag, QueuedFlag

_Answer = Literal["next", "again", "quit"]

_KEYS = "[bold]h[/] hide   [bold]c[/] clear   [bold]e[/] escalate   [bold]t[/] whole text   [bold]s[/] skip   [bold]q[/] quit"
_LOOK_KEYS = "[bold]t[/] whole text   [bold]s[/] skip   [bold]q[/] quit"
_CRITICAL_KEYS = (
    "[bold]a[/] I have it   [bold]h[/] hide and open a case   [bold]c[/] not serious (a second person confirms)   "
    "[bold]e[/] escalate without hiding   [bold]t[/] whole text   [bold]s[/] skip   [bold]q[/] quit"
)


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(review)


def review(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Who decides: a work e-mail address.", envvar=PERSON_VARIABLE)],
) -> None:
    """Go through the queue: h hide, c clear, e escalate, s skip, q quit; a critical flag can be taken with a."""
    from bot import queue as story

    opened = house(context)
    waiting = story.queue(opened, by, now=now())
    out = console()
    if not waiting:
        out.print("Nothing waits for you. `hallmonitor runs` shows which pages were scanned, and when.")
        return
    many = f"{story.PAGE} or more" if len(waiting) == story.PAGE else str(len(waiting))
    for number, queued in enumerate(_each(opened, by, waiting), start=1):
        out.rule(f"{number} of {many}")
        answer: _Answer = "again"
        while answer == "again":  # opened anew each time: it may say something else by now
            flag = _open(opened, queued.flag, by)
            answer = _one(opened, flag, by, environment(context).user) if flag else "next"
        if answer == "quit":
            return
    out.rule()
    out.print("That was the queue.")


def _each(opened: House, by: str, page: list[QueuedFlag]) -> Iterator[QueuedFlag]:
    """The flags of the queue, looked up as they are needed."""
    from bot import queue as story

    while page:
        yield from page
        page = story.queue(opened, by, now=now(), behind=page[-1].place)


def _open(opened: House, flag_id: str, by: str) -> OpenFlag | None:
    """The flag, if it still waits and can be shown; else say why not."""
    from bot import queue as story

    try:
        flag = story.open_flag(opened, flag_id, by, now=now())
    except Advice as unreadable:  # one row that does not open must not hide the others
        complain(f"flag {flag_id[-8:]} cannot be shown: {unreadable}")
        return None
    if flag is None or flag.queued.state != "open":
        console().print("It has been decided in the meantime.")
        return None
    return flag


def _one(opened: House, flag: OpenFlag, by: str, os_user: str) -> _Answer:
    """Show a flag and act on a key."""
    from bot import decisions

    withheld = _is_withheld(opened, flag)
    if not withheld:
        decisions.note_access(opened, flag.queued.flag, by, "review", now())
    _show(flag, with_words=not withheld)
    if flag.reason_not:
        console().print(f"[yellow]{flag.reason_not}[/]")
    critical = flag.queued.severity == "critical"
    while True:
        console().print(_LOOK_KEYS if flag.reason_not else _CRITICAL_KEYS if critical else _KEYS)
        key = _key()
        if key in ("q", "s", ""):
            return "next" if key == "s" else "quit"
        choice = None if flag.reason_not else _choice(key, critical=critical)
        if key == "t":
            decisions.note_access(opened, flag.queued.flag, by, "words opened", now())
            _show(flag, with_words=True, whole=True)
        elif choice is None:
            console().print("That key does nothing here.")
        else:
            return "next" if _decide(opened, flag, by, choice, os_user) else "again"


def _decide(opened: House, flag: OpenFlag, by: str, choice: Choice, os_user: str) -> bool:
    """Carry the press out; False: the flag still waits for this person, show it again."""
    note, rule = "", ""
    if flag.queued.only_drawn and choice != "clear":
        rule = _line("Nothing was found here. Which rule does it break (? lists them)? ").strip()
    if flag.queued.severity == "critical" and choice == "clear" and not flag.queued.not_serious:
        note = _line("Why is it not serious? ")
    try:
        decided = settle(opened, flag.queued.flag, by, choice, note, os_user, flag.queued.version, rule)
    except Advice as refused:
        complain(str(refused))
        return False
    tell(decided)
    if decided.won and decided.case:
        from bot.cli.cases import print_case, tick_steps

        print_case(opened, decided.case, by)
        tick_steps(opened, decided.case, by, _line)
    return choice != "acknowledge"


def _choice(key: str, *, critical: bool) -> Choice | None:
    from bot.domain.review import Choice

    known = {"h": Choice.HIDE, "c": Choice.CLEAR, "e": Choice.ESCALATE}
    if critical:
        known["a"] = Choice.ACKNOWLEDGE
    return known.get(key)


def _is_withheld(opened: House, flag: OpenFlag) -> bool:
    """Words that nobody should read without need (MATRIX.md: sexualized_minor)."""
    withheld = {rule.id for rule in opened.policy.rules if rule.stub_evidence}
    return any(rule.rule in withheld for rule in flag.queued.rules)


def _show(flag: OpenFlag, *, with_words: bool, whole: bool = False) -> None:
    from rich.markup import escape
    from rich.text import Text

    from bot.domain.display import on_one_line

    out, queued = console(), flag.queued
    style = SEVERITY_STYLE[queued.severity]
    held = "   [dim]held on the platform until you decide[/]" if queued.held else ""
    held += "   [green]somebody has it[/]" if queued.acknowledged else ""
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
    for words in _since(queued):
        out.print(f"[yellow]{words}[/]")
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


def _since(queued: QueuedFlag) -> Iterator[str]:
    """What has become of the comment since it was flagged."""
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


def _key() -> str:
    if sys.stdin.isatty():
        return typer.getchar().lower()
    line = _line("")
    return (line.strip().lower() or "?")[0] if line else ""  # an empty line is a slip, the end of the input is not


def _line(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline()
