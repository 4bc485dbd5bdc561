"""Who presses, and what each may see and decide: rights as MATRIX.md says them, written down a second time, and simpler than ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from random import Random
from typing import Final

from tests.houses import ADMIN, SECOND, SUPERVISOR, TEACHER

OPERATOR: Final = "op@school.example"
NAMES: Final = {
    "dana": (ADMIN, "Dana Reyes"),
    "maja": (SECOND, "Maja Lind"),
    "ngozi": (SUPERVISOR, "Ngozi Okafor"),
    "inez": (TEACHER, "Inez Alva"),
    "omar": (OPERATOR, "Omar Pratt"),
}
STRANGER: Final = "nobody"
EVERYBODY: Final = (*NAMES, STRANGER)

_BORN_WITH: Final = {
    "dana": "administrator", "maja": "administrator", "ngozi": "supervisor", "inez": "teacher, administrator", "omar": "operator",
}  # fmt: skip
_RESTRICTED: Final = {"child_abuse", "sexualized_minor"}
_CRITICAL: Final = {"threat", "self_harm", *_RESTRICTED}
_WITHHELD: Final = "sexualized_minor"


@dataclass(frozen=True)
class Wording:
    """What was posted, with a word that stands nowhere else."""

    word: str
    author: str
    text: str

    @property
    def marks(self) -> set[str]:
        """The rules that it breaks."""
        return set(re.findall(r"!([a-z_]+)", self.text))

    @property
    def restricted(self) -> bool:
        """Whether it is kept from all who may be accused."""
        return bool(self.marks & _RESTRICTED)

    @property
    def on_no_card(self) -> bool:
        """Whether no message of the channel may quote it."""
        return bool(self.marks & _CRITICAL)

    @property
    def withheld(self) -> bool:
        """Whether nobody at all reads it in the chat."""
        return _WITHHELD in self.marks

    def means(self, name: str) -> bool:
        """Whether it was written by this person, names them, or may mean their office."""
        _, full = NAMES[name]
        titled = f"Ms. {full.split()[1]}"
        of_office = self.restricted and "principal" in self.text and name in ("dana", "maja", "inez")
        return full == self.author or full in self.text or titled in self.text or of_office


@dataclass(frozen=True)
class Rights:
    """Who is what at the school, and whose chat account is known: what people.yaml says at a moment."""

    roles: dict[str, str]
    accounts: frozenset[str]

    @classmethod
    def at_first(cls) -> Rights:
        """Everybody as they began."""
        return cls(dict(_BORN_WITH), frozenset(NAMES))

    def changed(self, random: Random) -> Rights:
        """Somebody loses a right, or has it again. The supervisor stays, so that there is always somebody."""
        roles = {
            "dana": random.choice(("administrator", "administrator", "operator")),
            "maja": random.choice(("administrator", "administrator", "teacher")),
            "inez": random.choice(("teacher, administrator", "teacher")),
        }
        unknown = {name for name in ("dana", "maja", "inez", "omar") if random.random() < 0.1}
        return Rights(dict(_BORN_WITH) | roles, frozenset(NAMES) - unknown)

    def file(self, room: int, accounts: dict[str, int]) -> str:
        """people.yaml."""
        site = f"{{id: s, title: School, time_zone: America/Los_Angeles, supervisor: {SUPERVISOR}, discord_channel: {room}}}"
        lines = [f"sites: [{site}]", "people:"]
        for name, (email, full) in NAMES.items():
            known = f", accounts: {{discord: ['{accounts[name]}']}}" if name in self.accounts else ""
            lines.append(f"  - {{email: {email}, name: {full}, roles: [{self.roles[name]}], sites: [s]{known}}}")
        return "\n".join(lines) + "\n"

    def may_decide(self, name: str, words: Wording) -> bool:
        """Nobody decides on their own page, or about themselves; what may mean an administrator is for the supervisor alone."""
        heads = {each for each, roles in self.roles.items() if "administrator" in roles}
        is_above = name == "ngozi" or not any(each == "inez" or words.means(each) for each in heads)
        if name == STRANGER or name == "inez" or words.means(name) or (words.restricted and not is_above):
            return False
        return bool(set(self.roles[name].split(", ")) & {"administrator", "supervisor"})

    def may_see(self, name: str, words: Wording) -> bool:
        """A teacher sees what is on their page; what is restricted is there for those who may decide it."""
        if name not in self.accounts:
            return False
        if words.restricted:
            return self.may_decide(name, words)
        return name == "inez" or bool(set(self.roles[name].split(", ")) & {"administrator", "supervisor"})
