"""What happens at the school meanwhile: people post comments, administrators decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import cycle

from bot import decisions, queue
from bot.domain.errors import Advice
from bot.domain.review import Choice
from tests.bench import texts
from tests.bench.school import School, comment, write_sample
from tests.houses import ADMIN

SCHEDULES = {"news": "every 15 minutes", "lab": "every 15 minutes", "history": "every 2 hours"}
"""The pages of the school, beside the daily one. Each begins with a few comments."""

_FIRST = 5
_RUDE = "shut up you stupid idiot, nobody likes you and you know it"


@dataclass
class Life:
    """One school and what was posted on its pages, by id, with the moment at which the file held it."""

    school: School
    daily: str = "06:00"
    posted: dict[str, dict[str, datetime]] = field(default_factory=dict)
    decided: int = 0
    _rows: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    @property
    def schedules(self) -> dict[str, str]:
        """The pages with their schedules."""
        return {**SCHEDULES, "garden": f"daily at {self.daily}"}

    def begin(self) -> None:
        """Make the pages."""
        for number, (page, schedule) in enumerate(self.schedules.items()):
            self.school.add_page(page, [], schedule)
            self.posted[page], self._rows[page] = {}, []
            for text in texts.some(_FIRST, number):
                self._post(page, text)
        self._turns = cycle(self.schedules)
        self._words = iter(texts.some(3_000, 99))

    def post(self) -> None:
        """Somebody posts on the next page; every tenth comment is rude."""
        page = next(self._turns)
        rude = sum(map(len, self.posted.values())) % 10 == 0
        self._post(page, f"{_RUDE} {len(self.posted[page])}" if rude else next(self._words))

    def decide(self) -> None:
        """An administrator takes the most urgent flag that is theirs: hides one, clears the next."""
        now = self.school.clock()
        for flag in queue.queue(self.school.house, ADMIN, now=now):
            choice = Choice.CLEAR if self.decided % 2 else Choice.HIDE
            try:
                self.decided += decisions.decide(self.school.house, flag.flag, ADMIN, choice, now, os_user="soak").won
                return
            except Advice:  # critical ones need more than one press: the next one, then
                continue

    def _post(self, page: str, text: str) -> None:
        now = self.school.clock()
        id = f"{page}-{len(self.posted[page])}"
        self._rows[page].append(comment(id, text, now))
        write_sample(self.school.config / f"{page}.json", self._rows[page])
        self.posted[page][id] = self.school.clock()
