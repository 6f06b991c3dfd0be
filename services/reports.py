"""Fault reports: somebody says with one tap that a thing is broken, and the keeper finds it on the day's list."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import FaultReport, Item, Title, Trouble, new_id
from services import journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, UnknownCode
from services.texts import plain

_report = FaultReport.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]

_waiting = (
    sa.select(_report.c.id, _item.c.id, _title.c.name, _item.c.number, _report.c.trouble, _report.c.note, _report.c.at)
    .join(_item, _item.c.id == _report.c.item_id)
    .join(_title, _title.c.id == _item.c.title_id)
    .where(_report.c.done_at.is_(None))
    .order_by(_report.c.at)
)


@dataclass(frozen=True, slots=True)
class OpenReport:
    """A report nobody has dealt with yet; it names the thing, never who told."""

    report_id: UUID
    item_id: UUID
    name: str
    number: str
    trouble: Trouble
    note: str
    at: datetime


def report(
    session: Session,
    *,
    item_id: UUID,
    trouble: Trouble,
    at: datetime,
    gesture: UUID,
    by: Actor,
    note: str = "",
    loan_id: UUID | None = None,
) -> UUID:
    """Put a thing on the staff list; said twice by one gesture it stands there once, and is given again. Raises UnknownCode."""
    effect = journal.gesture_key(gesture, "report", item_id, trouble)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return UUID(before.done["report_id"])
    if session.execute(sa.select(_item.c.id).where(_item.c.id == item_id, _item.c.hall_id == by.hall_id)).one_or_none() is None:
        raise UnknownCode
    report_id = new_id()
    session.execute(
        sa.insert(_report),
        {
            "id": report_id,
            "hall_id": by.hall_id,
            "item_id": item_id,
            "loan_id": loan_id,
            "trouble": trouble,
            "note": plain(note, 200),
            "at": at,
        },
    )
    doubt = journal.clock_is_wrong(before.newest_at, at)
    facts = {"trouble": trouble.value, "report_id": str(report_id)}
    journal.record(
        session, by, "report", at=at, subject="fault_report", subject_id=report_id, gesture=effect, facts=facts, clock_doubt=doubt
    )
    return report_id


def open_reports(session: Session, *, hall_id: UUID, limit: int = 100) -> list[OpenReport]:
    """List what waits for the keeper, the oldest first."""
    return [OpenReport(*row) for row in session.execute(_waiting.where(_report.c.hall_id == hall_id).limit(limit))]


def reports_of(session: Session, *, item_id: UUID, by: Actor) -> list[OpenReport]:
    """List what was reported of one thing and is not dealt with."""
    mine = _waiting.where(_report.c.hall_id == by.hall_id, _report.c.item_id == item_id)
    return [OpenReport(*row) for row in session.execute(mine)]


def done(session: Session, *, report_id: UUID, at: datetime, by: Actor, note: str = "") -> None:
    """Strike a report off the list. Raises ChangedMeanwhile when somebody else has."""
    struck = session.execute(
        sa.update(_report)
        .where(_report.c.id == report_id, _report.c.hall_id == by.hall_id, _report.c.done_at.is_(None))
        .values(done_at=at, done_by=by.staff_id, done_note=plain(note, 200))
    )
    if struck.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "report_done", at=at, subject="fault_report", subject_id=report_id)
