"""Deciding a bundle: one press, which is a row before the first of its flags is decided (DESIGN.md 7, Bulk)."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.bundles.finding import check_any, check_page, consent_may_cover, find_bundle
from bot.bundles.going_on import go_on
from bot.bundles.members import Bundled, let_go, pressed_on, rules_broken, set_free, take_out
from bot.domain.bundle_presses import BundleChoice, Stand
from bot.domain.review import UNDO_WITHIN, CannotBe
from bot.house import House
from bot.people import KnownPerson, email_of, find_person, name_of
from bot.records import Bundle
from bot.store import Session
from bot.store.again import again
from bot.store.saving import lock_page

PATIENCE = 2.0
"""Seconds of deciding after which a press is answered; the ring goes on with what is left."""


@dataclass(frozen=True, slots=True)
class BundleDecided:
    """What became of a press. `won` is False when somebody had pressed before: `choice`, `by` and `at` say what, who and when."""

    bundle: str
    page: str
    won: bool
    choice: BundleChoice
    by: str
    at: datetime
    done: int = 0
    """Flags that are as was pressed by now."""
    left: int = 0
    """Flags that are still to be decided."""
    apart: int = 0
    """Flags that this person may not decide: each has a card of its own now."""
    before: int = 0
    """Flags that had left the bundle before: decided, taken or edited one by one."""
    name: str = ""
    """How whoever pressed is called in the channel; `by` is their address."""


@dataclass(frozen=True, slots=True)
class _Press:
    """A press as it comes in."""

    person: KnownPerson
    choice: BundleChoice
    now: datetime
    seen: int | None


def decide_bundle(
    house: House,
    bundle_id: str,
    email: str,
    choice: BundleChoice,
    now: datetime,
    *,
    seen: int | None = None,
    os_user: str = "",
    within: float | None = PATIENCE,
) -> BundleDecided:
    """Press something on a bundle, and decide its flags for `within` seconds (None: to the end). No platform is called here.

    `seen` is how many flags had joined when it was shown: what joined later is not decided by this press. Pressing again what
    was pressed goes on with what is left of it, whoever presses.

    Raises:
        NoSuchBundle, NoSuchPerson: as their names say.
        NotYours: this person may decide none of the flags.
        CannotBe: no consent covers some of the rules, or there is nothing to be taken back.
    """
    began = time.monotonic()
    answer = _take(house, bundle_id, email, choice, now, seen)
    if answer.choice is BundleChoice.APART:
        return answer
    left = None if within is None else within - (time.monotonic() - began)
    went = go_on(house, answer.bundle, within=left, os_user=os_user)
    return BundleDecided(
        **{name: getattr(answer, name) for name in ("bundle", "page", "won", "choice", "by", "name", "at", "before")},
        done=went.done, left=went.left, apart=went.apart,
    )  # fmt: skip


@again
def _take(
    house: House, bundle_id: str, email: str, choice: BundleChoice, now: datetime, seen: int | None
) -> BundleDecided:
    """Take a press in; none of its flags is decided yet."""
    with house.store.transaction() as session:
        bundle = find_bundle(session, bundle_id)
        lock_page(session, bundle.page_id)
        session.refresh(bundle, with_for_update=True)  # as it is behind the lock: somebody may have pressed meanwhile
        press = _Press(find_person(session, house.store.vault, email, now), choice, now, seen)
        members = let_go(session, bundle)
        check_page(session, press.person, members, bundle_id)
        return _write(session, house, bundle, press, members)


def _write(session: Session, house: House, bundle: Bundle, press: _Press, members: Sequence[Bundled]) -> BundleDecided:
    """Write the press, if it is the first of its kind; else tell what stands."""
    pressed = pressed_on(bundle)
    if press.choice is BundleChoice.UNDO:
        if pressed.choice is BundleChoice.UNDO:
            return _told(session, house, bundle)
        if not pressed.is_decided:
            raise CannotBe("nothing was decided here: there is nothing to take back")
        if bundle.decided is not None and press.now - bundle.decided > UNDO_WITHIN:
            raise CannotBe(f"decisions are undone within {UNDO_WITHIN.days} days; these are older")
        check_any(session, house, press.person, [m for m in members if m.stand is Stand.DONE] or members)
        bundle.choice, bundle.undone_by, bundle.undone = press.choice, press.person.id, press.now
        return _won(bundle, press)
    if pressed.is_decided:
        return _told(session, house, bundle)
    seen, before = _seen(session, bundle, press, members), bundle.apart
    if press.choice is BundleChoice.CONSENT and not consent_may_cover(house, seen, rules_broken(session, bundle.id)):
        raise CannotBe("consents do not cover every rule of these flags: hide or clear them, or decide them one by one")
    if press.choice is BundleChoice.APART:
        take_out(session, bundle, [member.flag for member in seen])
    else:
        check_any(session, house, press.person, seen)
    bundle.choice, bundle.decided_by, bundle.decided = press.choice, press.person.id, press.now
    return _won(bundle, press, before=before)


def _seen(session: Session, bundle: Bundle, press: _Press, members: Sequence[Bundled]) -> list[Bundled]:
    """The flags that the person was shown. Those that joined later are free again: they are decided with what they become part of."""
    if press.seen is None or press.seen >= bundle.joined:
        return list(members)
    later = [m for m in members if (m.flag.bundle_place or 0) > press.seen]
    set_free(session, [m.flag for m in later])
    bundle.joined = press.seen
    seen = [m for m in members if m not in later]
    if not seen:
        raise CannotBe("all that was shown there was decided or taken up one by one: look at what waits now")
    return seen


def _won(bundle: Bundle, press: _Press, before: int = 0) -> BundleDecided:
    by, name = press.person.email, press.person.name or press.person.email
    return BundleDecided(bundle.id, bundle.page_id, True, press.choice, by, press.now, before=before, name=name)


def _told(session: Session, house: House, bundle: Bundle) -> BundleDecided:
    """Who pressed what, and when, for whoever came second."""
    undone = bundle.choice == BundleChoice.UNDO
    person, at = (bundle.undone_by, bundle.undone) if undone else (bundle.decided_by, bundle.decided)
    by, name = (of(session, house.store.vault, person) for of in (email_of, name_of))
    choice, when = BundleChoice(bundle.choice or ""), at or bundle.opened
    return BundleDecided(bundle.id, bundle.page_id, False, choice, by, when, name=name)
