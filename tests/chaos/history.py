"""A random little history with deaths: all of it follows from one seed, so that a failing one can be lived through again.

People post, edit and delete; administrators decide, at a terminal and in the review channel; the page is read; and the processes that
do it die at a statement, a commit or a call whose number the seed draws. Threads interleave as they like, so that the same seed may
strike a neighbouring moment: `make chaos SEED=...` lives it through several times.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from sqlmodel import col, select

from bot.domain.review import FlagState
from bot.records import Comment, Flag
from bot.store.comments import external_id
from tests.chaos import oracle
from tests.chaos.crew import Ended
from tests.chaos.room import Room, button
from tests.chaos.school import School
from tests.chaos.trap import Point
from tests.patience import until

WORDS = ("clean", "clean", "!disparagement", "!hate", "!threat !disparagement", "!student_contact", "!hate !threat")
_LIKELY = {"statement": 45, "commit": 9, "call": 7}
"""Among how many moments of a kind the mortal one is drawn: most stories pass fewer, and then nobody dies."""


@dataclass
class History:
    """One school's life. `told` is what happened, line by line; `killed` counts the deaths by stage."""

    room: Room
    seed: int
    told: list[str] = field(default_factory=list)
    killed: Counter[str] = field(default_factory=Counter)

    @property
    def school(self) -> School:
        """The school whose channel it is."""
        return self.room.school

    def __post_init__(self) -> None:
        self._random = Random(self.seed)
        self._posted = 0
        self.school.board.behave(batch=self._random.choice((1, 2, 3, 50)), rewrites=self._random.random() < 0.5)

    def live(self, deaths: int) -> Counter[str]:
        """Go on until so many processes have died, then let one run go through, and look. Returns the deaths by stage.

        Raises:
            Wrong: a death lost or doubled something.
        """
        while self.killed.total() < deaths:
            for _ in range(self._random.randint(0, 3)):
                self._somebody_does_something()
            ended = self._a_process()
            if ended.died:
                self.killed[ended.stage] += 1
                self._tell(f"died in {ended.stage}: {ended.died}")
                self._check(oracle.expect_always)
            self.school.later(self._random.choice((7, 20, 90)))
        self.school.later(120)
        self.school.ring("carry_out")
        self.school.scan("all")
        self.school.ring("carry_out")
        self._check(oracle.expect_settled)
        self._check(lambda _: self.room.settles())
        return self.killed

    def _somebody_does_something(self) -> None:
        board, ids = (
            self.school.board,
            [str(id) for (id,) in self.school.board.rows("SELECT id FROM comment ORDER BY id")],
        )
        words = f"{self._random.choice(WORDS)} {self._random.randint(1, 99)}"
        what = self._random.choices(("post", "edit", "delete"), (6, 3, 1))[0]
        if what == "post" or not ids:
            self._posted += 1
            board.post(f"c{self._posted:03}", words, self.school.now)
            self._tell(f"c{self._posted:03} posted: {words}")
            return
        id = self._random.choice(ids)
        board.edit(id, words) if what == "edit" else board.delete(id)
        self._tell(f"{id} {what}: {words if what == 'edit' else ''}")

    def _mortal_point(self, threads: tuple[str, ...]) -> Point | None:
        kind, thread = self._random.choice(tuple(_LIKELY)), self._random.choice(threads)
        point = Point(kind, nth=self._random.randint(1, _LIKELY[kind]), thread=thread)
        return point if self._random.random() < 0.85 else None

    def _a_process(self) -> Ended:
        school, story = self.school, self._random.choices(("scan", "ring", "press", "channel"), (4, 1, 3, 4))[0]
        if story == "channel":
            return self._on_duty()
        depth, chance = self._random.choice(("new", "recent", "recent", "all")), self._random.random()
        open_flags = self._open_flags() if story == "press" else []
        if open_flags:
            external, flag, critical = open_flags[int(chance * len(open_flags))]
            choice = self._random.choice(("hide", "escalate") if critical else ("hide", "clear", "escalate"))
            point = self._mortal_point(("story",))
            self._tell(f"{choice} {external}, {point}")
            return school.press(flag, choice, point)
        point = self._mortal_point(("fetch", "story", "story"))
        self._tell(f"{story if story == 'ring' else f'scan {depth}'}, {point}")
        return school.ring("all", point) if story == "ring" else school.scan(depth, point)

    def _on_duty(self) -> Ended:
        """A process holds the connection to Discord until it dies or has shown all; meanwhile somebody presses on what is shown."""
        point = self._mortal_point(("story",))
        self._tell(f"the channel, {point}")
        running = self.room.starts(point)
        report = Path(running.order.report)
        for external, flag, _ in self._random.sample(open_flags := self._open_flags(), min(2, len(open_flags))):
            with suppress(LookupError, ValueError):  # it has no card yet, or no such button any more
                card, choice = self.room.card_of(flag), self._random.choice(("hide", "escalate"))
                self.room.discord.begin_press(
                    self._random.choice([self.room.dana, self.room.maja]), card, custom_id=button(card, choice)
                )
                self._tell(f"{choice} {external} in the channel")
        with self.school.opened() as house, suppress(AssertionError):
            until(lambda: report.exists() or not self.room.problems(house), 10)
        ended = self.room.ends(running)
        self.room.after_a_while()
        return ended

    def _open_flags(self) -> list[tuple[str, str, bool]]:
        """The flags that wait, in the order of the platform's ids: our own ids are different in each life."""
        with self.school.opened() as house, house.store.reading() as session:
            query = (
                select(Comment, Flag).join(Flag, col(Flag.comment_id) == Comment.id).where(Flag.state == FlagState.OPEN)
            )
            return sorted(
                (external_id(house.store.vault, c), f.id, f.severity == "critical") for c, f in session.exec(query)
            )

    def _tell(self, line: str) -> None:
        self.told.append(f"{self.school.now:%d %H:%M} {line}")

    def _check(self, look: Callable[[School], None]) -> None:
        try:
            look(self.school)
        except oracle.Wrong as wrong:
            kind = "postgresql" if self.school.database else "sqlite"
            after = f"seed {self.seed} on {kind}, after {self.killed.total()} deaths"
            raise oracle.Wrong(f"{after}: {wrong}") from None
