"""Cases: an escalated flag's checklist, and who did each step, when and how (MATRIX.md, "When something serious is posted")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.domain.errors import Advice
from bot.domain.policy import Policy, Rule, steps_for
from bot.domain.review import FlagState, NotYours, Outcome, why_not
from bot.house import House
from bot.people import KnownPerson, find_person, situation
from bot.records import Case, CaseStep, Flag, FlagRule, PersonRecord, SiteRecord, new_id
from bot.store import Session
from bot.store.comments import stored_comment
from bot.store.flags import advance_flag
from bot.vault import Vault

_NOTE = "step.note_sealed"


class NoSuchCase(Advice):
    """No case of that id, or none that this person may see."""


class StepOpen(Advice):
    """The case cannot be closed while a step is open."""


@dataclass(frozen=True, slots=True)
class StepView:
    """One line of a checklist, opened. `done_by` is an address."""

    number: int
    what: str
    telephone: tuple[str, ...]
    clause: str
    personal: bool
    due: datetime
    done: datetime | None
    done_by: str | None
    note: str


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case with its checklist."""

    id: str
    flag_id: str
    site_id: str
    opened: datetime
    closed: datetime | None
    steps: tuple[StepView, ...]


def open_case(session: Session, policy: Policy, flag: Flag, person: KnownPerson, now: datetime) -> str:
    """Open the case of a flag with the checklist of its rules; one flag has one case. Returns its id."""
    existing = session.exec(select(Case).where(Case.flag_id == flag.id)).first()
    if existing is not None:
        return existing.id
    case = Case(id=new_id(), flag_id=flag.id, site_id=flag.site_id, opened_by=person.id, opened=now)
    session.add(case)
    session.flush()
    rules = _rules(session, policy, flag)
    steps = steps_for(policy, rules, critical=flag.severity == "critical")
    telephone = session.get_one(SiteRecord, flag.site_id).telephone
    for number, step in enumerate(steps, start=1):
        session.add(
            CaseStep(
                case_id=case.id,
                number=number,
                what=step.do,
                telephone=", ".join(step.telephone),
                clause=step.clause,
                personal=step.personal,
                due=now + step.within,
            )
        )
    if telephone:
        number = len(steps) + 1
        session.add(
            CaseStep(case_id=case.id, number=number, what="Local District", telephone=telephone, clause="V.F", due=now)
        )
    session.flush()
    return case.id


def case_of(session: Session, vault: Vault, case_id: str) -> CaseView:
    """A case by its id, or by the id of its flag, or by an unambiguous ending of either.

    Raises:
        NoSuchCase: there is none.
    """
    wanted = col(Case.id).endswith(case_id) | col(Case.flag_id).endswith(case_id)
    found = session.exec(select(Case).where(wanted).limit(2)).all()
    if len(found) != 1 or len(case_id) < 6:
        raise NoSuchCase(f"no case {case_id}; see `hallmonitor case list`")
    return _view(session, vault, found[0])


def open_cases(session: Session, vault: Vault, site_ids: Sequence[str] | None = None) -> list[CaseView]:
    """The cases that are not closed, the oldest first."""
    query = select(Case).where(col(Case.closed).is_(None)).order_by(col(Case.opened))
    if site_ids is not None:
        query = query.where(col(Case.site_id).in_(site_ids))
    return [_view(session, vault, case) for case in session.exec(query)]


def mark_done(
    session: Session, vault: Vault, case_id: str, number: int, person: KnownPerson, note: str, now: datetime
) -> None:
    """Note that a step was done, by whom and when. Doing it again changes nothing: the first record stands.

    Raises:
        NoSuchCase: the case has no such step.
    """
    step = session.get(CaseStep, (case_id, number))
    if step is None:
        raise NoSuchCase(f"this case has no step {number}")
    if step.done is None:
        step.done, step.done_by = now, person.id
        step.note_sealed = vault.seal(_NOTE, f"{case_id}:{number}", note) if note else None


def close_case(session: Session, case_id: str, person: KnownPerson, now: datetime) -> None:
    """Close a case, and its flag with it as upheld.

    Raises:
        StepOpen: a step is open (MATRIX.md: the case does not close with a step open).
    """
    case = session.get_one(Case, case_id)
    still_open = session.exec(select(CaseStep).where(CaseStep.case_id == case_id, col(CaseStep.done).is_(None))).all()
    if still_open:
        raise StepOpen(
            f"{len(still_open)} of its steps are open, the first is number {min(s.number for s in still_open)}"
        )
    if case.closed is None:
        case.closed, case.closed_by = now, person.id
        flag = session.get_one(Flag, case.flag_id)
        if flag.state == FlagState.ESCALATED:
            advance_flag(session, flag.id, flag.version, state=FlagState.CLOSED, outcome=Outcome.UPHELD)


def _rules(session: Session, policy: Policy, flag: Flag) -> list[Rule]:
    ids = session.exec(
        select(FlagRule.rule).where(FlagRule.flag_id == flag.id).order_by(FlagRule.severity, FlagRule.rule)
    )
    known = {rule.id: rule for rule in policy.rules}
    return [known[id] for id in ids if id in known]


def _view(session: Session, vault: Vault, case: Case) -> CaseView:
    steps = session.exec(select(CaseStep).where(CaseStep.case_id == case.id).order_by(col(CaseStep.number)))
    return CaseView(
        id=case.id,
        flag_id=case.flag_id,
        site_id=case.site_id,
        opened=case.opened,
        closed=case.closed,
        steps=tuple(_step(session, vault, step) for step in steps),
    )


def _step(session: Session, vault: Vault, step: CaseStep) -> StepView:
    note = vault.open(_NOTE, f"{step.case_id}:{step.number}", step.note_sealed) if step.note_sealed else ""
    done_by = None
    if step.done_by is not None:
        person = session.get_one(PersonRecord, step.done_by)
        done_by = vault.open("person.email_sealed", person.id, person.email_sealed)
    return StepView(
        number=step.number,
        what=step.what,
        telephone=tuple(t for t in step.telephone.split(", ") if t),
        clause=step.clause,
        personal=step.personal,
        due=step.due,
        done=step.done,
        done_by=done_by,
        note=note,
    )


def find(house: House, case_id: str) -> CaseView:
    """`case_of`, for a face."""
    with house.store.reading() as session:
        return case_of(session, house.store.vault, case_id)


def list_open(house: House) -> list[CaseView]:
    """`open_cases`, for a face."""
    with house.store.reading() as session:
        return open_cases(session, house.store.vault)


def tick(house: House, case_id: str, number: int, email: str, note: str, now: datetime) -> None:
    """Note that a person of the case did a step.

    Raises:
        NoSuchCase, NoSuchPerson: as their names say.
        NotYours: this person has nothing to do with the case.
    """
    with house.store.transaction() as session:
        case = case_of(session, house.store.vault, case_id)
        person = _member(session, house, case, email)
        mark_done(session, house.store.vault, case.id, number, person, note, now)


def finish(house: House, case_id: str, email: str, now: datetime) -> None:
    """Close a case whose steps are all done.

    Raises:
        NoSuchCase, NoSuchPerson, NotYours, StepOpen: as their names say.
    """
    with house.store.transaction() as session:
        case = case_of(session, house.store.vault, case_id)
        close_case(session, case.id, _member(session, house, case, email), now)


def _member(session: Session, house: House, case: CaseView, email: str) -> KnownPerson:
    person = find_person(session, house.store.vault, email)
    flag = session.get_one(Flag, case.flag_id)
    comment = stored_comment(session, house.store.vault, flag.revision_id)
    reason = why_not(situation(session, person, flag, comment.author))
    if reason is not None:
        raise NotYours(reason)
    return person
