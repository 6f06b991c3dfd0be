"""What every undo asks before it acts, and the row it leaves: the newest row about the thing must be what is to be taken back."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import JournalRow
from services import journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, NotAllowed

_journal = JournalRow.__table__  # type: ignore[attr-defined]
_last = (
    sa.select(_journal.c.verb, _journal.c.at, _journal.c.facts, _journal.c.staff_id)
    .where(_journal.c.hall_id == bindparam("hall_id"), _journal.c.subject_id == bindparam("subject_id"))
    .order_by(_journal.c.at.desc(), _journal.c.id.desc())
    .limit(1)
)


def of(session: Session, question: sa.Select[Any], by: Actor, **which: UUID) -> Row[Any]:
    """Read the one row a question of this hall gives. Raises NotAllowed, ChangedMeanwhile."""
    refuse_strangers(by)
    row = session.execute(question, {"hall_id": by.hall_id, **which}).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return row


def refuse_strangers(by: Actor) -> None:
    """Only staff takes back. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed


def last(session: Session, by: Actor, subject_id: UUID) -> Row[Any] | None:
    """Read the newest row about a thing."""
    return session.execute(_last, {"hall_id": by.hall_id, "subject_id": subject_id}).one_or_none()


def last_must_be(session: Session, by: Actor, subject_id: UUID, verb: str) -> Row[Any]:
    """Read the newest row about it; another verb, or another person's, says that somebody has acted since."""
    row = last(session, by, subject_id)
    if row is None or row.verb != verb or row.staff_id != by.staff_id:
        raise ChangedMeanwhile
    return row


def was_done(session: Session, by: Actor, gesture: UUID, subject_id: UUID) -> bool:
    """Whether this gesture has taken it back already."""
    return journal.before(session, hall_id=by.hall_id, gesture=journal.gesture_key(gesture, "undo", subject_id)).done is not None


def record(session: Session, by: Actor, verb: str, subject: str, subject_id: UUID, at: datetime, gesture: UUID) -> None:
    """Answer the row of a verb by an `undo` row."""
    effect = journal.gesture_key(gesture, "undo", subject_id)
    journal.record(session, by, "undo", at=at, subject=subject, subject_id=subject_id, gesture=effect, facts={"verb": verb})
