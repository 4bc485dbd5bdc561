"""How often flags of one author were upheld at a school, and what is recommended then (policy.yaml `strikes`, MATRIX.md).

One author is one account of one platform. A guest has none, since anybody may sign with a guest's name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

from bot.domain.rights import why_not
from bot.domain.strikes import Strike, counts, strike_of
from bot.house import House
from bot.people import KnownPerson, situation
from bot.records import Flag
from bot.store import Session
from bot.store.comments import author_of, stored_comment
from bot.store.neighbours import rules_of, upheld_at
from bot.store.pages import page_document
from bot.vault import KeyProblem
from connectors.base import Author

_Account = tuple[str, str, str]


@dataclass(slots=True)
class Strikes:
    """The strikes of each school as far as one reader may know of them, looked up once a school.

    `reader` None stands for everybody of the review: then a restricted flag is no strike, since it leaves no trace.
    """

    session: Session
    house: House
    reader: KnownPerson | None
    now: datetime
    _sites: dict[str, dict[_Account, dict[str, datetime]]] = field(default_factory=dict)
    _pages: dict[str, tuple[str, str]] = field(default_factory=dict)

    def of(self, flag: Flag, author: Author, rules: Iterable[str]) -> Strike | None:
        """What is recommended if this flag is upheld, or since it was; None: nothing is, or it is no strike."""
        policy = self.house.policy
        if not policy.strikes or not author.id or not counts(rules, *self._rules()):
            return None
        upheld = dict(self._upheld(flag.site_id).get(self._account(flag.page_id, author), {}))
        decided = flag.id in upheld
        if not decided and flag.state not in ("open", "appealed"):
            return None
        upheld.setdefault(flag.id, self.now)
        at = max(self.now, *upheld.values())
        return strike_of(policy.strikes, list(upheld.values()), at, decided=decided)

    def _rules(self) -> tuple[set[str], set[str]]:
        """The rules that count, and those that keep a flag from counting: a cry for help."""
        rules = self.house.policy.rules
        return {rule.id for rule in rules if rule.strike}, {rule.id for rule in rules if rule.never_hold}

    def _upheld(self, site_id: str) -> dict[_Account, dict[str, datetime]]:
        """When which flags were upheld, by account."""
        if site_id not in self._sites:
            found = self._sites.setdefault(site_id, {})
            for flag, author, at in self._known(site_id):
                found.setdefault(self._account(flag.page_id, author), {})[flag.id] = at
        return self._sites[site_id]

    def _known(self, site_id: str) -> Iterator[tuple[Flag, Author, datetime]]:
        """The strikes of which the reader may know."""
        strikes, never = self._rules()
        since = self.now - max(step.within for step in self.house.policy.strikes)
        rows = upheld_at(self.session, site_id, strikes, since)
        rules = rules_of(self.session, [flag.id for flag, *_ in rows])
        for flag, sealed, at in rows:
            if not counts(rules.get(flag.id, ()), strikes, never):
                continue
            try:
                author = author_of(self.house.store.vault, flag.comment_id, sealed)
                if author.id and (not flag.restricted or self._may_know(flag, author)):
                    yield flag, author, at
            except KeyProblem:  # a row that does not open is held against nobody
                continue

    def _may_know(self, flag: Flag, author: Author) -> bool:
        if self.reader is None:
            return False
        words = stored_comment(self.session, self.house.store.vault, flag.revision_id).text
        return why_not(situation(self.session, self.reader, flag, author, words)) is None

    def _account(self, page_id: str, author: Author) -> _Account:
        """Whose account it is: ids are those of a platform, and two class blogs on two hosts are two platforms."""
        if page_id not in self._pages:
            page = page_document(self.session, self.house.store.vault, page_id)
            self._pages[page_id] = (page.connector, urlsplit(page.url).hostname or "")
        return (*self._pages[page_id], author.id)
