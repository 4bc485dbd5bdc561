"""How `pages add` asks: a question again until its answer can be taken, secrets without showing them, and nothing where nobody is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from bot.cli.frame import cell, console, print_words
from bot.domain.errors import Advice

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bot.adding import Part


class Asker:
    """Asks at the terminal. Where it may not, what an option should have said is an error that names the option."""

    def __init__(self, *, may_ask: bool, quiet: bool) -> None:
        self._may_ask, self._quiet = may_ask, quiet

    def say(self, words: str, *, indent: int = 0, plain: bool = False) -> None:
        """Words for the person, wrapped at the terminal's edge; `plain` ones keep their lines."""
        if self._quiet:
            return
        for line in words.splitlines():
            if plain:
                console().print(" " * indent + cell(line), soft_wrap=True)
            else:
                print_words(cell(line), indent=indent)

    def step(self, number: int, title: str) -> None:
        """A heading."""
        if not self._quiet:
            console().print(f"\n[bold]{number}. {title}[/]")

    def trouble(self, trouble: Advice) -> None:
        """Something does not work; the person is asked again, where there is one. Raises it where there is none."""
        self.must_ask(trouble)
        print_words(f"[red]!![/] {cell(trouble)}", indent=3)

    def must_ask(self, otherwise: Advice) -> None:
        """Go on only where somebody can be asked. Raises `otherwise`."""
        if not self._may_ask:
            raise otherwise

    def asked(self, question: str, *, option: str) -> str:
        """An answer that has to be given, by that option if nobody can be asked."""
        self._need(option)
        return str(typer.prompt(question))

    def checked(self, question: str, given: str, check: Callable[[str], str], default: str) -> str:
        """An answer that can be taken; what an option has `given` has to be one, and is not asked."""
        if given or not self._may_ask:
            return check(given or default)
        while True:
            try:
                return check(str(typer.prompt(question, default=default)))
            except Advice as wrong:
                self.trouble(wrong)

    def part(self, part: Part, typed: str) -> str:
        """One part of a secret, which is not shown while it is typed unless it is a name. `typed`: what it was before."""
        self._need("--secret-env")
        if not typed:
            console().print()
            self.say(part.how, indent=3)
        if part.shown:
            return str(typer.prompt(f"   {part.name}", default=typed or None))
        default = "" if part.optional else None
        name = f"   {part.name} (not shown while you type)"
        return str(typer.prompt(name, default=default, show_default=False, hide_input=True))

    def agrees(self, question: str, *, default: bool | None, refused: Advice | None = None) -> bool:
        """Yes or no. Where nobody can be asked it is yes, or `refused` is raised where nobody may answer for them."""
        if not self._may_ask:
            if refused is not None:
                raise refused
            return True
        return typer.confirm(question, default=default)

    def one_of(
        self,
        question: str,
        choices: Sequence[tuple[str, str]],
        *,
        option: str,
        other: Callable[[str], str] | None = None,
    ) -> str:
        """One of these, by its number; what is typed besides is for `other` to take, where that is possible."""
        self._need(option)
        self.say(question)
        for number, (_, words) in enumerate(choices, start=1):
            self.say(f"{number}. {words}", indent=3)
        while True:
            answer = str(typer.prompt("Number" + (", or another work e-mail" if other else ""))).strip()
            if answer.isdecimal() and 1 <= int(answer) <= len(choices):
                return choices[int(answer) - 1][0]
            try:
                if other is None or answer.isdecimal():
                    raise Advice(f"write a number from 1 to {len(choices)}")
                return other(answer)
            except Advice as wrong:
                self.trouble(wrong)

    def wait(self, words: str) -> str:
        """Until somebody presses Enter; what they wrote before that."""
        return str(typer.prompt(words, default="", show_default=False)).strip().lower()

    def _need(self, option: str) -> None:
        if not self._may_ask:
            raise Advice(f"say {option}: with --yes nothing is asked")
