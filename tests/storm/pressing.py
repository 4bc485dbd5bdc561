"""People who press while the queue drains, and what the platforms show in the end."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from bot.store.pages import page_document
from connectors.base import CommentState
from tests.bench.school import School
from tests.servers.discord import Channel, Discord, Interaction, Message, User
from tests.storm.filling import Posted

_FLAG = re.compile(r"rv1:[a-z_]+:([0-9a-f-]{36}):")
_BECOMES = {"Hide": CommentState.HELD, "Clear": CommentState.VISIBLE}


def flag_of(message: Message) -> str | None:
    """The flag whose card a message is."""
    return next(iter(_FLAG.findall(str(message.sent.get("components")))), None)


@dataclass
class Crowd:
    """Two administrators, who hide and clear by turns, each card once."""

    discord: Discord
    room: Channel
    people: tuple[User, User]
    wanted: int
    pressed: dict[str, str] = field(default_factory=dict)
    """What was pressed, by flag."""
    answers: list[Interaction] = field(default_factory=list)
    _looked_at: int = 0

    def press_while(self, drained: Callable[[], float]) -> None:
        """Spread the presses over the time in which the share of cards that are there grows from 0 to 1."""
        turns = itertools.cycle([("Hide", self.people[0]), ("Clear", self.people[1])])
        while len(self.answers) < self.wanted:
            share = drained()
            card = self._next_card() if share >= len(self.answers) / self.wanted else None
            if card is None:
                if share >= 1:
                    return
                time.sleep(0.05)
                continue
            label, who = next(turns)
            self.pressed[str(flag_of(card))] = label
            self.answers.append(self.discord.press(who, card, label))

    def seconds(self) -> list[float]:
        """Until each presser had all that there is to say, the shortest first; what had no answer is endless."""
        return sorted(float("inf") if each.last is None else each.last for each in self.answers)

    def _next_card(self) -> Message | None:
        """The newest card that can be hidden and that nobody has pressed: the person looks at the bottom of the channel."""
        fresh = (m for m in reversed(self.discord.messages(self.room)) if "Hide" in m.buttons)
        return next((m for m in fresh if flag_of(m) not in (None, *self.pressed)), None)


def not_as_pressed(school: School, crowd: Crowd, posted: Mapping[str, Posted]) -> int:
    """On how many comments the platform does not show what was pressed."""
    wrong = 0
    pressed = sorted((posted[flag].page, posted[flag].external, label) for flag, label in crowd.pressed.items())
    for page, group in itertools.groupby(pressed, key=lambda each: each[0]):
        with school.house.store.reading() as session:
            connector = school.house.connect(page_document(session, school.house.store.vault, page))
        wanted = {external: _BECOMES[label] for _, external, label in group}
        states = {comment.id: comment.state for comment in connector.get(list(wanted))}
        wrong += sum(states.get(id) is not state for id, state in wanted.items())
    return wrong
