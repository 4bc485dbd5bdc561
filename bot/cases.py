"""Cases: an escalated flag's checklist, and who did each step, when and how (MATRIX.md, "When something serious is posted")."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.domain.errors import Advice
from bot.domain.policy import Policy, Rule, Step, steps_for
from bot.domain.review import FlagState, Outcome
from bot.domain.rights import why_not
from bot.house import House
from bot.people import KnownPerson, email_of, find_person, sites_of, situation
from bot.records import Case, CaseStep, Flag, FlagRule, SiteRecord, new_id
from bot.store import Session
from bot.store.comments import stored_comment
from bot.store.flags import advance_flag
from bot.telemetry import log
from bot.vault import KeyProblem, Vault

_NOTE = "step.note_sealed"
_SHORTEST = 6


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
    time_zone: str
    opened: datetime
    closed: datetime | None
    steps: tuple[StepView, ...]


def open_case(session: Session, policy: Policy, flag: Flag, person: KnownPerson, now: datetime) -> str:
    """Open the case of a flag with the checklist of its rules; one flag has one case. Returns its id."""
    case = session.exec(select(Case).where(Case.flag_id == flag.id)).first()
    if case is None:
        case = Case(id=new_id(), flag_id=flag.id, site_id=flag.site_id, opened_by=person.id, opened=now)
        session.add(case)
    case.closed = case.closed_by = None  # one that was closed is opened again
    session.flush()
    add_missing_steps(session, policy, flag, now)
    return case.id


def add_missing_steps(session: Session, policy: Policy, flag: Flag, now: datetime) -> None:
    """Give the case of a flag every step that its rules ask for and that it does not have yet."""
    case = session.exec(select(Case).where(Case.flag_id == flag.id)).one()
    present = session.exec(select(CaseStep).where(CaseStep.case_id == case.id)).all()
    steps = steps_for(policy, _rules(session, policy, flag), critical=flag.severity == "critical")
    telephone = session.get_one(SiteRecord, flag.site_id).telephone
    if telephone:
        steps.append(
            Step(do="Tell the Local District", telephone=(telephone,), clause="V.F", within=timedelta(hours=24))
        )
    missing = [step for step in steps if step.do not in {p.what for p in present}]
    for number, step in enumerate(missing, start=len(present) + 1):
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
    session.flush()


def case_of(session: Session, vault: Vault, case_id: str, person: KnownPerson) -> CaseView:
    """A case by its id, or by the id of its flag, or by an unambiguous ending of either, for somebody who belongs to it.

    Raises:
        NoSuchCase: there is none, or none that this person may know of.
    """
    wanted = col(Case.id).endswith(case_id, autoescape=True) | col(Case.flag_id).endswith(case_id, autoescape=True)
    found = session.exec(select(Case).where(wanted).limit(2)).all() if len(case_id) >= _SHORTEST else []
    if len(found) != 1 or not _belongs(session, vault, found[0], person):
        raise NoSuchCase(f"no case {case_id}; see `hallmonitor case list`")
    return _view(session, vault, found[0])


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
        time_zone=session.get_one(SiteRecord, case.site_id).time_zone,
        opened=case.opened,
        closed=case.closed,
        steps=tuple(_step(session, vault, step) for step in steps),
    )


def _step(session: Session, vault: Vault, step: CaseStep) -> StepView:
    note = vault.open(_NOTE, f"{step.case_id}:{step.number}", step.note_sealed) if step.note_sealed else ""
    done_by = email_of(session, vault, step.done_by) if step.done_by else None
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


def find(house: House, case_id: str, email: str, now: datetime) -> CaseView:
    """`case_of`, for a face.

    Raises:
        NoSuchCase, NoSuchPerson: as their names say.
    """
    with house.store.reading() as session:
        person = find_person(session, house.store.vault, email, now)
        return case_of(session, house.store.vault, case_id, person)


def list_open(house: House, email: str, now: datetime) -> list[CaseView]:
    """The open cases that this person belongs to, the oldest first.

    Raises:
        NoSuchPerson: nobody has this address.
    """
    vault = house.store.vault
    with house.store.reading() as session:
        person = find_person(session, vault, email, now)
        here = (col(Case.closed).is_(None), col(Case.site_id).in_(sites_of(person)))
        found = []
        for case in session.exec(select(Case).where(*here).order_by(col(Case.opened))):
            try:
                found += [_view(session, vault, case)] if _belongs(session, vault, case, person) else []
            except KeyProblem as error:  # one comment that does not open must not hide the other cases
                log().error("case_not_listed", error=error)
        return found


def tick(house: House, case_id: str, number: int, email: str, note: str, now: datetime) -> None:
    """Note that a person of the case did a step.

    Raises:
        NoSuchCase, NoSuchPerson: as their names say.
    """
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email, now)
        case = case_of(session, house.store.vault, case_id, person)
        mark_done(session, house.store.vault, case.id, number, person, note, now)


def finish(house: House, case_id: str, email: str, now: datetime) -> None:
    """Close a case whose steps are all done.

    Raises:
        NoSuchCase, NoSuchPerson, StepOpen: as their names say.
    """
    with house.store.transaction() as session:
        person = find_person(session, house.store.vault, email, now)
        close_case(session, case_of(session, house.store.vault, case_id, person).id, person, now)


def _belongs(session: Session, vault: Vault, case: Case, person: KnownPerson) -> bool:
    flag = session.get_one(Flag, case.flag_id)
    comment = stored_comment(session, vault, flag.revision_id)
    return why_not(situation(session, person, flag, comment.author, comment.text)) is None
