"""What has been decided on a flag, read from its rows for the table of the review (`bot/domain/review.py`)."""

from __future__ import annotations

from sqlmodel import Session, col, select

from bot.domain.review import FlagState, FlagView, Outcome, Verdict
from bot.records import Action, ActionState, Case, Decision, Flag
from connectors.base import ActionKind

_CLOSING = (Verdict.HIDE, Verdict.CLEAR, Verdict.CONSENT, Verdict.ESCALATE, Verdict.UPHOLD)


def flag_view(session: Session, flag: Flag) -> FlagView:
    """The flag as the review sees it; of one that is open nothing more is looked up."""
    state, critical = FlagState(flag.state), flag.severity == "critical"
    outcome = Outcome(flag.outcome) if flag.outcome else None
    if state is FlagState.OPEN:
        taken = flag.acknowledged is not None
        return FlagView(state, critical, flag.held, flag.not_serious_by, acknowledged=taken)
    last = last_decision(session, flag.id, _CLOSING)
    return FlagView(
        state=state,
        critical=critical,
        held=flag.held,
        not_serious_by=flag.not_serious_by,
        outcome=outcome,
        decided_by=last.person_id if last else None,
        decided=last.at if last else None,
        hidden=is_hidden(session, flag.id),
        has_case=session.exec(select(Case.id).where(Case.flag_id == flag.id)).first() is not None,
        was_appealed=last_decision(session, flag.id, (Verdict.APPEAL,)) is not None,
    )


def last_decision(session: Session, flag_id: str, kinds: tuple[Verdict, ...] = ()) -> Decision | None:
    """The newest decision on a flag, of any kind or of these."""
    query = select(Decision).where(Decision.flag_id == flag_id).order_by(col(Decision.flag_version).desc()).limit(1)
    return session.exec(query.where(col(Decision.kind).in_(kinds)) if kinds else query).first()


def is_hidden(session: Session, flag_id: str) -> bool:
    """Whether the platform was asked to hide the comment for this flag, and not to show it again since."""
    kinds = (ActionKind.HIDE, ActionKind.RESTORE)
    asked = select(Action.kind).where(
        Action.flag_id == flag_id, col(Action.kind).in_(kinds), Action.state != ActionState.CANCELLED
    )
    return (
        session.exec(asked.order_by(col(Action.created).desc(), col(Action.id).desc()).limit(1)).first()
        == ActionKind.HIDE
    )
