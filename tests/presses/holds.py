"""What has to hold whatever is pressed: after each step, and when nothing is under way any more."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from sqlmodel import select

from bot.domain.class_pages import Language
from bot.domain.review import Verdict
from bot.people import email_of
from bot.records import Action, ActionState, Comment, Decision, Flag, Revision
from bot.store.comments import external_id
from connectors.base import CommentState
from tests.houses import _BECOMES as BECOMES
from tests.presses.cast import NAMES, Wording
from tests.presses.life import Life

_CLOSES = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.UPHOLD, Verdict.UNDO)
_HIDDEN = (Verdict.HIDE, Verdict.UPHOLD)


@dataclass(frozen=True)
class Judged:
    """A decision of a person, and on which words."""

    row: Decision
    flag: Flag
    by: str
    words: Wording
    comment: str


class Watch:
    """Looks at one life. Each question gives lines; an empty answer is a good one."""

    def __init__(self, life: Life) -> None:
        self.life = life
        self._known = set[str]()
        self._read = Counter[str]()
        messages = life.house.messages(Language.ENGLISH)
        self._claims = {kind: messages.say(f"told.{kind}") for kind in Verdict if messages.knows(f"told.{kind}")}

    def after_step(self) -> list[str]:
        """What is wrong after a step."""
        judged = [j for j in self._judged() if j.row.id not in self._known]
        self._known |= {j.row.id for j in judged}
        return [
            *self._answered(),
            *self._claimed(judged),
            *self._seen(judged),
            *self._rights(judged),
            *self._leaks(),
            *self._storm(),
        ]

    def at_quiet(self) -> list[str]:
        """What is wrong when all is done."""
        judged = list(self._judged())
        return [*self._second_person(judged), *self._platform(judged)]

    def _answered(self) -> Iterator[str]:
        """Everybody is answered within three seconds, and told something."""
        for asked in () if self.life.excused else self.life.asked:
            if asked.first is None or asked.failed:
                yield f"{asked.user.name} was not answered: {asked.data}"
            elif not asked.text and asked.modal is None:
                yield f"{asked.user.name} was told nothing: {asked.data}"
            elif not asked.ephemeral:
                yield f"others could read what {asked.user.name} was told"

    def _claimed(self, judged: list[Judged]) -> Iterator[str]:
        """Who is told that they have decided has; nobody else is told so, and no decision falls from the sky."""
        claims = Counter(
            (asked.user.name, kind)
            for asked in self.life.asked
            for kind, words in self._claims.items()
            if asked.text.startswith(words)
        )
        rows = Counter((j.by, Verdict(j.row.kind)) for j in judged)
        for (name, kind), number in (claims - rows).items():
            yield f"{name} was told {number} times of {kind}, and {rows[name, kind]} stand"
        many = any(str(a.data.get("custom_id")).startswith(("bn1", "al1")) for a in self.life.asked)
        if self.life.asked and not many and not self.life.excused and (rows - claims):
            yield f"nobody was told of {dict(rows - claims)}"

    def _seen(self, judged: list[Judged]) -> Iterator[str]:
        """Who decides has seen the flag as it was: the button says which version."""
        stand = {(j.row.flag_id, j.row.flag_version) for j in judged}
        for asked in self.life.asked:
            prefix, _, rest = str(asked.data.get("custom_id")).partition(":")
            if prefix in ("rv1", "fm1") and any(asked.text.startswith(words) for words in self._claims.values()):
                _, flag, version = rest.split(":")
                if (flag, int(version)) not in stand:
                    yield f"{asked.user.name} has decided on {flag} as it was in version {version}: {asked.text}"

    def _rights(self, judged: list[Judged]) -> Iterator[str]:
        """Nobody decides without the right, for themselves, or on their own page."""
        for j in judged:
            moments = (self.life.before, self.life.rights)
            appeals = j.row.kind == Verdict.APPEAL and not j.words.restricted and j.by == "inez"
            if not appeals and not any(rights.may_decide(j.by, j.words) for rights in moments):
                yield f"{j.by} has decided ({j.row.kind}) on {j.words}"

    def _leaks(self) -> Iterator[str]:
        """No words reach anybody without the right; the channel quotes nothing critical or restricted."""
        every = {w.word: w for wordings in self.life.wordings.values() for w in wordings}
        for message in self.life.room.ever:
            if message.only_for is None:
                for text in (*message.earlier, message.text):
                    yield from (f"the channel says {w.text!r}" for w in _quoted(text, every) if w.on_no_card)
        moments = (self.life.before, self.life.rights)
        for name, user in self.life.people.items():
            told = [text for message in self.life.discord.ever_told(user) for text in (*message.earlier, message.text)]
            for words in _quoted("\n".join(told[self._read[name] :]), every):
                if words.withheld or not any(rights.may_see(name, words) for rights in moments):
                    yield f"{name} was shown {words.text!r} by {words.author}"
            self._read[name] = len(told)

    def _storm(self) -> Iterator[str]:
        """Discord says 429 only where a test told it to."""
        if (refused := self.life.discord.count(status=429)) > self.life.too_many:
            yield f"{refused} requests were too many, and {self.life.too_many} were ordered so"

    def _second_person(self, judged: list[Judged]) -> Iterator[str]:
        """What needs a second person had one."""
        for flag in {j.flag.id for j in judged}:
            earlier: list[Judged] = []
            for j in (j for j in judged if j.flag.id == flag):
                last = earlier[-1] if earlier else None
                closed = next((e for e in reversed(earlier) if e.row.kind in _CLOSES), None)
                if j.row.kind == Verdict.CLEAR and j.flag.severity == "critical":
                    said = next((e for e in reversed(earlier) if e.row.kind == Verdict.NOT_SERIOUS), None)
                    if said is None or said.by == j.by:
                        yield f"{j.by} alone has called {flag} not serious"
                if last and last.row.kind == Verdict.APPEAL and closed and closed.by == j.by:
                    yield f"{j.by} has heard the appeal against their own decision on {flag}"
                earlier.append(j)

    def _platform(self, judged: list[Judged]) -> Iterator[str]:
        """The platform stands as the last decision says."""
        platform = self.life.town.platform.comments
        with self.life.town.house.store.reading() as session:
            comments = {c.id: external_id(self.life.town.house.store.vault, c) for c in session.exec(select(Comment))}
            actions = list(session.exec(select(Action).order_by(Action.id)))
        yield from (
            f"the {a.kind} of {comments[a.comment_id]} waits still" for a in actions if a.state == ActionState.PENDING
        )
        last = {comments[a.comment_id]: a for a in actions if a.state == ActionState.DONE}
        for id, action in last.items():
            if id in platform and platform[id].state is not BECOMES[action.kind]:  # type: ignore[index]  # a StrEnum's value
                yield f"{id} is {platform[id].state}, and the last that was done is {action.kind}"
        decided = {j.comment: j for j in judged if j.row.kind in _CLOSES}
        for id, j in decided.items():
            wanted = CommentState.HELD if j.row.kind in _HIDDEN else CommentState.VISIBLE
            if len(self.life.wordings[id]) == 1 and id in platform and platform[id].state is not wanted:
                yield f"{id} is {platform[id].state}, and the last decision is {j.row.kind} by {j.by}"

    def _judged(self) -> Iterator[Judged]:
        names, vault = {email: name for name, (email, _) in NAMES.items()}, self.life.town.house.store.vault
        rows = self.life.decisions()
        with self.life.town.house.store.reading() as session:
            for row in rows:
                flag = session.get_one(Flag, row.flag_id)
                comment, revision = (
                    session.get_one(Comment, flag.comment_id),
                    session.get_one(Revision, flag.revision_id),
                )
                id = external_id(vault, comment)
                words = self._words(id, vault.open("revision.text_sealed", revision.id, revision.text_sealed or b""))
                yield Judged(row, flag, names[email_of(session, vault, row.person_id)], words, id)

    def _words(self, id: str, text: str) -> Wording:
        return next(w for w in self.life.wordings[id] if w.text == text)


def _quoted(text: str, every: dict[str, Wording]) -> list[Wording]:
    return [words for word, words in every.items() if word in text]
