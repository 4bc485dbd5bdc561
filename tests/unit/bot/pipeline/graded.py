"""A detector of marked words whose marks have a score, and a town that has it together with the real `assents` and `identity`."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from moderators.assents import Assents
from moderators.base import Assessment, CommentView, Moderator, Signal
from moderators.identity import Identity
from tests.houses import MarkedWords, Town
from tests.unit.moderators.reading import SETTINGS

_MARK = re.compile(r"!(\w+?)=([.\d]+)(?:@(\w+))?")


@dataclass
class Graded(MarkedWords):
    """`!disparagement=.4` is a signal of that score, and `!student_name=.9@s1` one about that student."""

    def _one(self, comment: CommentView) -> Assessment:
        return [
            Signal(mark[1], float(mark[2]), why=f"It says {mark[1]}.", student=mark[3])
            for mark in _MARK.finditer(comment.text)
        ]


def staffed(town: Town) -> Town:
    """The town with detectors that give what the context rules rest on."""
    detectors: list[Moderator] = [Graded(), Assents(SETTINGS), Identity(SETTINGS)]
    town.house = replace(town.house, moderators=lambda: detectors)
    return town


def broken(town: Town) -> dict[str, dict[str, str]]:
    """The waiting flags: by the platform's comment id the rules with their severities."""
    return {id: {rule.rule: rule.severity for rule in flag.rules} for id, flag in town.queue().items()}
