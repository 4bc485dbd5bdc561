"""`review`: one flag after the other, with all that is needed to decide."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.decide import settle, tell
from bot.cli.flag_card import show
from bot.cli.frame import complain, console, environment, house, now
from bot.cli.queue import PERSON_VARIABLE
from bot.cli.together import Answer, is_together, one_together, settle_together, tell_together
from bot.cli.walk import Walk
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from bot.bundles import Line
    from bot.domain.review import Choice
    from bot.house import House
    from bot.queue import OpenFlag

_OTHER_KEYS = {"t": "whole text", "s": "skip", "u": "undo the last", "q": "quit"}


def register(app: typer.Typer) -> None:
    """Add this command."""
    app.command()(review)


def review(
    context: typer.Context,
    by: Annotated[str, typer.Option("--by", help="Who decides: a work e-mail address.", envvar=PERSON_VARIABLE)],
) -> None:
    """Go through the queue: h hide, c clear, o consents, e escalate, s skip, u undo, q quit; a critical flag can be taken with a."""
    from bot import queue as story

    opened = house(context)
    walk, out, number = Walk(opened, by), console(), 0
    if not walk.waiting:
        out.print("Nothing waits for you. `hallmonitor runs` shows which pages were scanned, and when.")
        return
    many = f"{story.PAGE} or more" if walk.waiting == story.PAGE else str(walk.waiting)
    desk = _Desk(opened, by, environment(context).user)
    while (line := walk.next()) is not None:
        number += 1
        out.rule(f"{number} of {many}")
        answer = _step(desk, line)
        if answer == "quit":
            return
        if answer == "apart":
            walk.again()
    out.rule()
    out.print("That was the queue.")


def _step(desk: _Desk, line: Line) -> Answer:
    """One line of the queue: flags that are decided together, or one flag, as often as it has to be shown anew."""
    from bot.queue import QueuedFlag

    if not isinstance(line, QueuedFlag):
        answer, decided = one_together(desk.house, line, desk.by, desk.os_user, _key, lambda: _undo(desk))
        desk.last = decided or desk.last
        return answer
    answer = "again"
    while answer == "again":  # opened anew each time: it may say something else by now
        flag = _open(desk.house, line.flag, desk.by)
        answer = _one(desk, flag) if flag else "next"
    return answer


@dataclass(slots=True)
class _Desk:
    """Who sits at this review, and the last flag, or flags, that they decided here: a wrong press is one undo away."""

    house: House
    by: str
    os_user: str
    last: str = ""


def _open(opened: House, flag_id: str, by: str) -> OpenFlag | None:
    """The flag, if it still waits and can be shown; else say why not."""
    from bot import queue as story

    try:
        flag = story.open_flag(opened, flag_id, by, now=now())
    except Advice as unreadable:  # one row that does not open must not hide the others
        complain(f"flag {flag_id[-8:]} cannot be shown: {unreadable}")
        return None
    if flag is None or flag.queued.state not in ("open", "appealed"):
        console().print("It has been decided in the meantime.")
        return None
    return flag


def _one(desk: _Desk, flag: OpenFlag) -> Answer:
    """Show a flag and act on a key."""
    from bot import decisions

    withheld = _is_withheld(desk.house, flag)
    if not withheld:
        decisions.note_access(desk.house, flag.queued.flag, desk.by, "review", now())
    show(flag, with_words=not withheld)
    if flag.reason_not:
        console().print(f"[yellow]{flag.reason_not}[/]")
    keys = _keys_of(flag)
    choices = {key: choice for key, (choice, _) in keys.items()}
    while True:
        console().print(_named(flag, keys))
        key = _key()
        if key in ("q", "s", ""):
            return "next" if key == "s" else "quit"
        choice = choices.get(key)
        if key == "t":
            decisions.note_access(desk.house, flag.queued.flag, desk.by, "words opened", now())
            show(flag, with_words=True, whole=True)
        elif key == "u":
            _undo(desk)
        elif choice is None:
            console().print("That key does nothing here.")
        else:
            return "next" if _decide(desk, flag, choice) else "again"


def _decide(desk: _Desk, flag: OpenFlag, choice: Choice) -> bool:
    """Carry the press out; False: the flag still waits for this person, show it again."""
    note, rule = "", ""
    if flag.queued.only_drawn and choice != "clear":
        rule = _line("Nothing was found here. Which rule does it break (? lists them)? ").strip()
    if flag.queued.severity == "critical" and choice == "clear" and not flag.queued.not_serious:
        note = _line("Why is it not serious? ")
    try:
        decided = settle(desk.house, flag.queued.flag, desk.by, choice, note, desk.os_user, flag.queued.version, rule)
    except Advice as refused:
        complain(str(refused))
        return False
    tell(decided)
    desk.last = flag.queued.flag if decided.won else desk.last
    if decided.won and decided.case:
        from bot.cli.cases import print_case, tick_steps

        print_case(desk.house, decided.case, desk.by)
        tick_steps(desk.house, decided.case, desk.by, _line)
    return choice != "acknowledge"


def _undo(desk: _Desk) -> None:
    """Take the last decision of this review back. It is open again, and comes with the next `review`."""
    from bot.domain.bundle_presses import BundleChoice
    from bot.domain.review import Choice

    if not desk.last:
        console().print("Nothing was decided here yet. An older decision: `hallmonitor decide FLAG --undo`.")
        return
    try:
        if is_together(desk.house, desk.last):
            undone = settle_together(desk.house, desk.last, desk.by, BundleChoice.UNDO, desk.os_user)
            tell_together(desk.house, undone)
        else:
            tell(settle(desk.house, desk.last, desk.by, Choice.UNDO, "", desk.os_user))
    except Advice as refused:
        complain(str(refused))
    else:
        desk.last = ""


def _keys_of(flag: OpenFlag) -> dict[str, tuple[Choice, str]]:
    """The key of each choice that is offered, and what it says here."""
    from bot.domain.review import Choice

    keys = {Choice.HIDE: "h", Choice.CLEAR: "c", Choice.CONSENT: "o", Choice.ESCALATE: "e", Choice.ACKNOWLEDGE: "a"}
    words = {Choice.CONSENT: "consents cover it", Choice.ACKNOWLEDGE: "I have it"}
    if flag.queued.state == "appealed":
        words |= {Choice.HIDE: "refuse: it stays hidden", Choice.CLEAR: "grant: show it again"}
    elif flag.queued.severity == "critical":
        confirms = "confirm: not serious" if flag.queued.not_serious else "not serious (a second person confirms)"
        words |= {
            Choice.HIDE: "hide and open a case",
            Choice.CLEAR: confirms,
            Choice.ESCALATE: "escalate without hiding",
        }
    return {keys[choice]: (choice, words.get(choice, str(choice))) for choice in flag.offered if choice in keys}


def _named(flag: OpenFlag, keys: dict[str, tuple[Choice, str]]) -> str:
    """The line of keys; whoever may only look has decided nothing here, and nothing to undo."""
    others = {key: words for key, words in _OTHER_KEYS.items() if key != "u" or not flag.reason_not}
    named = {key: words for key, (_, words) in keys.items()} | others
    return "   ".join(f"[bold]{key}[/] {words}" for key, words in named.items())


def _is_withheld(opened: House, flag: OpenFlag) -> bool:
    """Words that nobody should read without need (MATRIX.md: sexualized_minor)."""
    withheld = {rule.id for rule in opened.policy.rules if rule.stub_evidence}
    return any(rule.rule in withheld for rule in flag.queued.rules)


def _key() -> str:
    if sys.stdin.isatty():
        return typer.getchar().lower()
    line = _line("")
    return (line.strip().lower() or "?")[0] if line else ""  # an empty line is a slip, the end of the input is not


def _line(question: str) -> str:
    print(question, end="", flush=True)
    return sys.stdin.readline()
