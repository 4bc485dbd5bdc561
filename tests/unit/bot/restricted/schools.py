"""Random schools: who works there as what and stands in for whom, and comments that may accuse somebody.

Who may know of what is written down here once more, from MATRIX.md ("Restricted from birth") and not from the program.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import strategies as st

from tests.houses import ADMIN, NOW, SECOND, SUPERVISOR, TEACHER

COLE, CONTACT, OTHER, OPS = "cole@other.example", "ito@district.example", "lark@school.example", "ops@school.example"
NAMES = {
    ADMIN: "Dana Reyes", SECOND: "Maja Lind", SUPERVISOR: "Ngozi Okafor", CONTACT: "Ken Ito", TEACHER: "Inez Alva", OTHER: "Theo Lark",
    COLE: "Nia Cole", OPS: "Ola Berg",
}  # fmt: skip
ACCOUNTS = {email: str(1000 + number) for number, email in enumerate(NAMES)}
CHANNEL, HOUR = "77", timedelta(hours=1)

ACCUSED = {
    "": (), "by Ms. Reyes": (ADMIN,), "ask Lind": (SECOND,), "it was Mr. Okafor": (SUPERVISOR,), "Ken Ito knows": (CONTACT,),
    "by Ms. Cole": (COLE,), "by Mr. Lark": (OTHER,),
}  # fmt: skip
"""Words that name somebody, and whom."""

OFFICES = {"by the principal": 1, "the superintendent knows": 2}
"""Words that speak of an office, and how high it is."""


@dataclass(frozen=True)
class Cover:
    """Somebody stands in for a person, for so many hours from `starts` on; both are counted from the tests' moment."""

    absent: str
    substitute: str
    starts: int
    hours: int

    @property
    def times(self) -> tuple[datetime, datetime]:
        return NOW + self.starts * HOUR, NOW + (self.starts + self.hours) * HOUR

    def holds(self, at: datetime) -> bool:
        starts, ends = self.times
        return starts <= at < ends


@dataclass(frozen=True)
class Comment:
    """What somebody posts. `rule` is what it breaks; `later`, what is found in it only by the next detector."""

    id: str
    page: str
    rule: str
    about: str = ""
    later: str = ""
    author: str = "someone"
    minutes_ago: int = 60
    answers: str | None = None

    @property
    def text(self) -> str:
        """Its words, with the markers that the detector finds, and one by which this comment is known."""
        marks = " ".join(f"!{rule}" for rule in (self.rule, self.later) if rule)
        return f"[{self.id}] {marks} {self.about}".strip()

    @property
    def restricted(self) -> bool:
        return bool({self.rule, self.later} & {"child_abuse", "sexualized_minor"})


@dataclass(frozen=True)
class School:
    """A school, its comments, and the person whose answers are compared."""

    has_contact: bool
    teacher_heads: bool
    """The teacher of page `p` is an administrator, too."""
    covers: tuple[Cover, ...]
    comments: tuple[Comment, ...]
    who: str

    def people(self, hook: str) -> str:
        """`people.yaml`."""
        roles = {
            ADMIN: "administrator", SECOND: "administrator", SUPERVISOR: "supervisor", CONTACT: "supervisor", OTHER: "teacher",
            TEACHER: "teacher, administrator" if self.teacher_heads else "teacher", OPS: "operator", COLE: "administrator",
        }  # fmt: skip
        contact = f", contact: {CONTACT}" if self.has_contact else ""
        site = f"id: s, title: School, time_zone: America/Los_Angeles, supervisor: {SUPERVISOR}, discord_channel: {CHANNEL}{contact}"
        lines = [
            "sites:",
            f"  - {{{site}, webhooks: [{hook}]}}",
            "  - {id: t, title: Another, time_zone: UTC}",
            "people:",
        ]
        for email in self.works_here():
            name, sites, account = NAMES[email], "t" if email == COLE else "s", ACCOUNTS[email]
            lines.append(
                f"  - {{email: {email}, name: {name}, roles: [{roles[email]}], sites: [{sites}], accounts: {{discord: ['{account}']}}}}"
            )
        return "\n".join(lines)

    def works_here(self) -> list[str]:
        """Everybody whom `people.yaml` names."""
        return [email for email in NAMES if email != CONTACT or self.has_contact]

    def hidden_from(self, who: str, now: datetime) -> frozenset[str]:
        """The restricted comments of which this person must find no trace."""
        return frozenset(c.id for c in self.comments if c.restricted and not self.may_know(who, c, now))

    def may_know(self, who: str, comment: Comment, now: datetime) -> bool:
        """Whether a restricted comment is for this person: they do not stand as high, or lower, as anybody whom it may mean."""
        accused = self._accused(comment, now)
        absent = self._stand_ins(who, now) - accused  # what those may not decide no substitute decides for them
        if who in accused or not self._own(who).union(*(self._own(each) for each in absent)):
            return False
        offices = [office for words, office in OFFICES.items() if words in self._said(comment)]
        highest = max(
            [0, *offices, *(office for each in accused for office in self._offices_since(each, comment, now))]
        )
        clear = {each for each in NAMES if each not in accused and self._offices(each, now)}
        above = {each for each in clear if min(self._offices(each, now)) > highest}
        return who in (above or clear)

    def _said(self, comment: Comment) -> str:
        return " ".join(each.about for each in self._up_to(comment))

    def _up_to(self, comment: Comment) -> list[Comment]:
        """The comment, and those that it answers, one above the other."""
        return [
            comment,
            *(each for above in self.comments if above.id == comment.answers for each in self._up_to(above)),
        ]

    def _accused(self, comment: Comment, now: datetime) -> frozenset[str]:
        """Everybody whom it may mean: by name, by office, its author, and all who had the class then."""
        above, said, found = self._up_to(comment), self._said(comment), set[str]()
        for words, names in ACCUSED.items():
            found.update(names if words and words in said else ())
        found |= {email for email, name in NAMES.items() if name in {c.author for c in above}}
        for words, office in OFFICES.items():
            if words in said:
                found |= {w for w in NAMES if office in self._offices_since(w, comment, now)}
        teacher = TEACHER if comment.page == "p" else OTHER
        posted = NOW - timedelta(minutes=comment.minutes_ago)
        had = {c.substitute for c in self.covers if c.absent == teacher and c.times[0] <= now and c.times[1] > posted}
        return frozenset(found | had | {teacher})

    def _own(self, who: str) -> set[int]:
        own = {ADMIN: {1}, SECOND: {1}, SUPERVISOR: {2}, CONTACT: {3} if self.has_contact else set()}.get(who, set())
        return own | ({1} if who == TEACHER and self.teacher_heads else set())

    def _stand_ins(self, who: str, now: datetime) -> set[str]:
        return {c.absent for c in self.covers if c.substitute == who and c.holds(now)}

    def _offices(self, who: str, now: datetime) -> set[int]:
        return self._own(who).union(*(self._own(absent) for absent in self._stand_ins(who, now)))

    def _offices_since(self, who: str, comment: Comment, now: datetime) -> set[int]:
        posted = NOW - timedelta(minutes=comment.minutes_ago)
        past = [c for c in self.covers if c.substitute == who and c.times[0] <= now and c.times[1] > posted]
        return self._offices(who, now).union(*(self._own(c.absent) for c in past))


_COVERS = st.tuples(
    st.sampled_from([ADMIN, SECOND, SUPERVISOR, TEACHER, OTHER]),
    st.sampled_from([ADMIN, SECOND, OTHER, COLE]),
    st.sampled_from([-48, -3, 1, 5]),
    st.sampled_from([1, 4, 60]),
)


@st.composite
def schools(draw: st.DrawFn) -> School:
    """A school with some covers, five to nine comments, and somebody."""
    covers: list[Cover] = []
    for absent, substitute, starts, hours in draw(st.lists(_COVERS, max_size=2)):
        cover = Cover(absent, substitute, starts, hours)
        if absent != substitute and not _meet(cover, covers):
            covers.append(cover)
    number = draw(st.integers(5, 9))
    comments: list[Comment] = []
    for place in range(number):
        comment = draw(_comments(id=f"c{place}", place=place))
        earlier = [c.id for c in comments if c.page == comment.page]
        comments.append(replace(comment, answers=draw(st.sampled_from([None, None, *earlier]))))
    return School(
        has_contact=draw(st.booleans()),
        teacher_heads=draw(st.booleans()),
        covers=tuple(covers),
        comments=tuple(comments),
        who=draw(st.sampled_from([ADMIN, SECOND, SUPERVISOR, TEACHER, OTHER, COLE, OPS])),
    )


def _meet(cover: Cover, others: list[Cover]) -> bool:
    """Whether somebody is in two of these: one after the other is enough for here."""
    return any({cover.absent, cover.substitute} & {c.absent, c.substitute} for c in others)


@st.composite
def _comments(draw: st.DrawFn, *, id: str, place: int) -> Comment:
    kind = draw(st.sampled_from(["restricted", "open", "becomes", "plain", "restricted", "open"]))
    about = draw(st.sampled_from([*ACCUSED, *OFFICES])) if kind != "plain" else ""
    author = draw(st.sampled_from(["someone", "other", "third", NAMES[ADMIN], NAMES[SUPERVISOR]]))
    page, rule, later = draw(st.sampled_from(["p", "p", "q"])), "", ""
    if kind in ("open", "becomes"):
        rules = ["disparagement", "hate", "threat"]  # a threat has an alarm, which stays (bot/DECISIONS.md)
        rule = draw(st.sampled_from(rules if kind == "open" and place < 3 else rules[:2]))
    if kind == "restricted":
        rule = draw(st.sampled_from(["child_abuse", "sexualized_minor"]))
    if kind == "becomes":
        later = "child_abuse"
    return Comment(id, page, rule, about, later, author, minutes_ago=59 - place)
