"""A thousand ways to press, drawn by hypothesis: whatever happens in whatever order, what `holds` says holds."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from random import Random

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.chaos import shown
from tests.patience import until
from tests.presses.cast import EVERYBODY
from tests.presses.holds import Watch
from tests.presses.life import Life, ids_of

CHANCE = st.integers(0, 2**32 - 1).map(Random)
"""All that a step draws follows from one number."""

_COMMANDS = ("queue", "report", "oncall", "settings", "help")


class Presses(RuleBasedStateMachine):
    """Each rule is a step of one life. `pressed` counts over all lives of a process."""

    pressed = 0

    def __init__(self) -> None:
        super().__init__()
        self._folder = Path(tempfile.mkdtemp(prefix="hm-presses-"))
        self.life = Life(self._folder)
        self.watch = Watch(self.life)

    @initialize(random=CHANCE)
    def some_comments(self, random: Random) -> None:
        self.life.begin("the first comments")
        for _ in range(4):
            self.life.post(random)
        self._ends()

    @rule(random=CHANCE)
    def somebody_presses(self, random: Random) -> None:
        self._press(random, 1)

    @rule(random=CHANCE)
    def one_after_the_other(self, random: Random) -> None:
        """Several people, on one card; forms are handed in at once."""
        self.life.begin("five presses on one card")
        if there := self.life.pressable("nobody"):
            message, _ = random.choice(there)
            for _ in range(5):
                if ids := [id for id in ids_of(message) if not id.startswith(("op1", "th1"))]:
                    self.life.press(random.choice(("dana", "maja", "ngozi")), message, random.choice(ids))
                    self.life.answers()
                if self.life.asked and self.life.asked[-1].modal:
                    self.life.submit(self.life.asked[-1], "it is a line of a play")
                    self.life.answers()
        self._ends()

    @rule(random=CHANCE)
    def two_at_once(self, random: Random) -> None:
        self.life.begin("two at once, on the same")
        there = [(m, id) for m, id in self.life.pressable("nobody") if not id.startswith(("op1", "th1"))]
        if there:
            message, id = random.choice(there)
            others = [other for m, other in there if m is message]
            for name in random.sample(("dana", "maja", "ngozi"), 2):
                self.life.press(name, message, random.choice([id, *others]))
        self._ends()

    @rule(random=CHANCE)
    def many_at_once(self, random: Random) -> None:
        self._press(random, 6)

    @precondition(lambda self: self.life.forms)
    @rule(random=CHANCE)
    def a_form_is_handed_in(self, random: Random) -> None:
        self.life.begin("a form")
        form = self.life.forms.pop(random.randrange(len(self.life.forms)))
        if random.random() < 0.5:
            self.life.apply(self.life.rights.changed(random))
            self.life.told.append(f"  meanwhile: {self.life.rights}")
        self.life.submit(form, random.choice(("it is a line of a play", " ")))
        self._ends()

    @rule(random=CHANCE)
    def somebody_asks(self, random: Random) -> None:
        self.life.begin("a command")
        flags = self.life.flags()
        for name in random.sample(EVERYBODY, 2):
            if flags and random.random() < 0.7:
                self.life.ask(name, "flag", id=random.choice(flags).id[-8:])
            else:
                self.life.ask(name, random.choice(_COMMANDS))
        self._ends()

    @rule(random=CHANCE)
    def rights_change(self, random: Random) -> None:
        self.life.begin("other rights")
        self.life.apply(self.life.rights.changed(random))
        self.life.told.append(f"  {self.life.rights}")
        self._ends()

    @rule(random=CHANCE)
    def at_the_terminal(self, random: Random) -> None:
        """And the card that says something old is pressed at once."""
        self.life.begin("at the terminal, and an old card")
        self.life.decide(random)
        self.watch.after_step()
        self._one(random)
        self._ends()

    @rule(random=CHANCE)
    def people_write(self, random: Random) -> None:
        self.life.begin("comments")
        match random.choice(("post", "post", "raid", "edit", "edit unread", "delete")):
            case "post":
                self.life.post(random)
            case "raid":
                self.life.post(random, 11)
            case "delete":
                self.life.town.platform.comments.pop(random.choice(sorted(self.life.wordings)), None)
            case what:
                self.life.edit(random, read=what == "edit")
        self._ends()

    @rule(random=CHANCE)
    def time_passes(self, random: Random) -> None:
        self.life.begin("time passes")
        self.life.later(random.choice((1, 6, 40)))
        self.life.ring(*random.sample(("carry_out", "bundle", "rescore", "call"), 2))
        self.life.wake()
        self._ends()

    @rule(random=CHANCE)
    def somebody_deletes_a_card(self, random: Random) -> None:
        self.life.begin("a card is deleted")
        if cards := [m for m in self.life.discord.messages(self.life.room) if shown.is_card(m)]:
            card = random.choice(cards)
            self.life.deleted.add(str(card.id))
            self.life.discord.delete(card)
        self._ends()

    @rule(random=CHANCE)
    def trouble(self, random: Random) -> None:
        self.life.begin("trouble, and presses")
        self.life.excused = True
        self.life.disturb(random)
        for _ in range(2):
            self._one(random)
        self._ends()

    @rule(random=CHANCE, resumable=st.booleans())
    def the_line_breaks(self, random: Random, resumable: bool) -> None:
        self.life.begin(f"the line breaks, resumable: {resumable}")
        self.life.excused = True
        self.life.discord.cut(resumable=resumable, then=random.choice(("open", "slow")))
        self._one(random)
        self.life.discord.gateway.state = "open"
        self._ends()

    @rule(random=CHANCE, broken=st.booleans())
    def the_platform_breaks(self, random: Random, broken: bool) -> None:
        self.life.begin(f"the platform is broken: {broken}")
        self.life.break_platform(broken=broken)
        self._one(random)
        self._ends()

    @rule(random=CHANCE)
    def the_bot_starts_anew(self, random: Random) -> None:
        self.life.begin("a new bot")
        if random.random() < 0.5:
            self.life.excused = True
            self._one(random)
        self.life.stop()
        if random.random() < 0.5:
            self.life.discord.forget()
        self.life.start()
        self._ends()

    @rule()
    def all_is_quiet(self) -> None:
        self._quiet()

    def teardown(self) -> None:
        try:
            self._quiet()
        finally:
            Presses.pressed += self.life.presses
            self.life.close()
            shutil.rmtree(self._folder)

    def _press(self, random: Random, times: int) -> None:
        self.life.begin(f"{times} presses")
        for _ in range(times):
            self._one(random)
        self._ends()

    def _one(self, random: Random) -> None:
        name = random.choice((*EVERYBODY, "dana", "maja", "ngozi"))
        if there := self.life.pressable(name):
            self.life.press(name, *random.choice(there))

    def _ends(self) -> None:
        """The step is over: everybody is answered, and all holds."""
        self.life.answers()
        self._expect(self.watch.after_step())

    def _quiet(self) -> None:
        """All trouble ends, the clock rings, and the bot shows what is."""
        life = self.life
        life.begin("quiet")
        life.discord.calm()
        life.discord.gateway.state = "open"
        life.break_platform(broken=False)
        until(lambda: life.discord.gateway.connected)
        life.later(70)
        life.scan()
        life.ring("rescore", "carry_out", "bundle")
        life.ring("carry_out")
        life.wake()
        with_problems: list[str] = []
        try:
            until(lambda: not self._problems(), 20)
        except AssertionError:
            with_problems = self._problems()
        self._expect([*with_problems, *self.watch.after_step(), *self.watch.at_quiet()])

    def _problems(self) -> list[str]:
        return shown.problems(self.life.town.house, self.life.discord.messages(self.life.room), self.life.deleted)

    def _expect(self, wrong: list[str]) -> None:
        if wrong:
            raise AssertionError("\n".join([*self.life.told[-40:], *wrong]))
