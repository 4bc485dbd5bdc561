"""A bundle found for somebody, with the right that is asked for: rights are those before each of its flags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import col, select

from bot.bundles.members import Bundled
from bot.domain.errors import Advice
from bot.domain.rights import NotYours, may_see, why_not
from bot.house import House
from bot.people import KnownPerson, situation
from bot.records import Bundle, new_id
from bot.store import Session
from bot.store.comments import NOBODY, stored_comment
from bot.vault import KeyProblem

_SHORTEST = 6


class NoSuchBundle(Advice):
    """No bundle of that id, or none for this person's eyes."""

    def __init__(self, id: str) -> None:
        super().__init__(
            f"no flags that are decided together as {id}; see `hallmonitor queue`", key="no_bundle", id=id[-8:]
        )


def find_bundle(session: Session, id: str) -> Bundle:
    """A bundle by its id or by an unambiguous ending of it (6 characters at least).

    Raises:
        NoSuchBundle: there is none, or more than one.
    """
    wanted = col(Bundle.id) == id if len(id) == len(new_id()) else col(Bundle.id).endswith(id, autoescape=True)
    found = session.exec(select(Bundle).where(wanted).limit(2)).all() if len(id) >= _SHORTEST else []
    if len(found) != 1:
        raise NoSuchBundle(id)
    return found[0]


def check_page(session: Session, person: KnownPerson, members: Sequence[Bundled], typed: str) -> None:
    """See that this person decides flags of the page at all. What the words of each say is asked when it is decided.

    Raises:
        NoSuchBundle: they may not even know of it.
        NotYours: they may see it, and not decide it.
    """
    if not members:
        raise NotYours("its flags are shown one by one by now: see `hallmonitor queue`", key="apart")
    stands = situation(session, person, members[0].flag, NOBODY, "")
    if not may_see(stands):
        raise NoSuchBundle(typed)
    if (reason := why_not(stands)) is not None:
        raise NotYours(reason)


def check_any(session: Session, house: House, person: KnownPerson, members: Sequence[Bundled]) -> None:
    """See that this person may decide at least one of these flags: else their press would only take the bundle to pieces.

    Raises:
        NotYours: all of them are about them.
    """
    reason: str | None = None
    for member in members:
        try:
            comment = stored_comment(session, house.store.vault, member.flag.revision_id)
        except KeyProblem:
            continue
        reason = why_not(situation(session, person, member.flag, comment.author, comment.text))
        if reason is None:
            return
    if reason is None:
        raise NotYours("the words of these flags do not open: see `hallmonitor doctor`", key="sealed")
    raise NotYours(reason)


def consent_may_cover(house: House, members: Sequence[Bundled], broken: Mapping[str, Sequence[str]]) -> bool:
    """Whether every rule of every one of these flags is one that consents can cover (MATRIX.md, Consent). `broken`: see `rules_broken`."""
    coverable = {rule.id for rule in house.policy.rules if rule.consent}
    return bool(members) and all(coverable.issuperset(broken.get(member.flag.id, ())) for member in members)
