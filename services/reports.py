"""Fault reports: one tap says what is wrong with a thing; it goes to the staff list and names nobody (visits.md 9)."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import FaultReport, Trouble, new_id
from services import journal
from services.journal import Actor

_insert = sa.insert(FaultReport.__table__)  # type: ignore[attr-defined]


def report(session: Session, *, item_id: UUID, trouble: Trouble, at: datetime, gesture: UUID, by: Actor, note: str = "") -> None:
    """Say that a thing is broken; a repeated gesture reports once."""
    effect = journal.gesture_key(gesture, "report", item_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    report_id = file(session, item_id=item_id, loan_id=None, trouble=trouble, at=at, by=by, note=note)
    journal.record(session, by, "report", at=at, subject="report", subject_id=report_id, gesture=effect, facts={"trouble": trouble.value})


def file(session: Session, *, item_id: UUID, loan_id: UUID | None, trouble: Trouble, at: datetime, by: Actor, note: str = "") -> UUID:
    """Put a report on the staff list, as part of another use case."""
    report_id = new_id()
    session.execute(
        _insert,
        {
            "id": report_id, "hall_id": by.hall_id, "item_id": item_id, "loan_id": loan_id, "trouble": trouble,
            "note": note, "at": at, "done_note": "",
        },
    )
    return report_id
