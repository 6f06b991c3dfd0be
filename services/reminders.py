"""Who should be reminded today: rows for the keeper's list, each made once. Never a fee, only a word."""

from datetime import date, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import HouseRules, Loan, Reminder, new_id
from services import clock

_loan = Loan.__table__  # type: ignore[attr-defined]
_reminder = Reminder.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]


def make_due(session: Session, *, hall_id: UUID, at: datetime) -> int:
    """Make the reminders that are due; of several that were missed only the last, so nobody is told four things at once."""
    offsets = _offsets(session, hall_id)
    today = clock.local_day(at)
    open_loans = session.execute(
        sa.select(_loan.c.id, _loan.c.due_day).where(
            _loan.c.hall_id == hall_id, _loan.c.ended_at.is_(None), _loan.c.due_day <= today - timedelta(days=min(offsets, default=0))
        )
    ).all()
    made = {(row.loan_id, row.due_day, row.offset_days) for row in session.execute(_made_for(hall_id, [loan.id for loan in open_loans]))}
    wanted = [
        {"id": new_id(), "hall_id": hall_id, "loan_id": loan.id, "due_day": loan.due_day, "offset_days": offset, "made_at": at}
        for loan in open_loans
        if (offset := _last_due(offsets, loan.due_day, today)) is not None and (loan.id, loan.due_day, offset) not in made
    ]
    if wanted:
        session.execute(sa.insert(_reminder), wanted)
    return len(wanted)


def _offsets(session: Session, hall_id: UUID) -> list[int]:
    text = session.execute(sa.select(_rules.c.remind_days).where(_rules.c.hall_id == hall_id)).scalar_one()
    return sorted(int(part) for part in text.split(",") if part.strip())


def _made_for(hall_id: UUID, loans: list[UUID]) -> sa.Select[tuple[UUID, date, int]]:
    return sa.select(_reminder.c.loan_id, _reminder.c.due_day, _reminder.c.offset_days).where(
        _reminder.c.hall_id == hall_id, _reminder.c.loan_id.in_(loans)
    )


def _last_due(offsets: list[int], due_day: date, today: date) -> int | None:
    due = [offset for offset in offsets if due_day + timedelta(days=offset) <= today]
    return due[-1] if due else None
