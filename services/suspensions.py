"""Lending paused for somebody, with who and why and until when; never for money (rules.md §3)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Staff, Suspension, new_id
from services import clock, journal, patrons
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactWrong, NotAllowed, PatronSuspended, ReasonMissing
from services.texts import plain

_suspension = Suspension.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Pause:
    """One suspension; `until_day` is its last day, None while nobody has set one."""

    since_day: date
    until_day: date | None
    reason: str
    staff: str
    running: bool


def suspend(session: Session, *, patron_id: UUID, until_day: date | None, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Lend nothing to somebody until the end of a day, or until it is lifted; what is out stays out, and comes back as always.

    Raises NotAllowed, CardUnknown, ReasonMissing, FactWrong (until_day is over), PatronSuspended (already).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "suspend", patron_id)
    patrons.locked(session, patron_id, by=by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    if until_day is not None and until_day < clock.local_day(at):
        raise FactWrong(field="until_day")
    running = session.execute(_running(patron_id, at)).first()
    if running is not None:
        raise PatronSuspended(until_day=_last_day(running.until_at))
    session.execute(sa.insert(_suspension), {
        "id": new_id(), "hall_id": by.hall_id, "patron_id": patron_id, "since_at": at, "reason": reason, "staff_id": by.staff_id,
        "until_at": clock.instant(until_day + timedelta(days=1), 0) if until_day else None,
    })  # fmt: skip
    _record(session, by, "suspend", patron_id, at, effect)


def lift(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """End a suspension now. Raises NotAllowed, CardUnknown, ChangedMeanwhile when none is running."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "suspend_lift", patron_id)
    patrons.locked(session, patron_id, by=by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    running = session.execute(_running(patron_id, at)).all()
    if not running:
        raise ChangedMeanwhile
    for row in running:
        # A suspension made by a slip of the finger and lifted in the same instant still goes forward.
        until = max(at, row.since_at + timedelta(microseconds=1))
        session.execute(sa.update(_suspension).where(_suspension.c.id == row.id).values(until_at=until))
    last = running[-1].until_at
    _record(session, by, "suspend_lift", patron_id, at, effect, until=last.isoformat() if last else None)


def history(session: Session, *, patron_id: UUID, at: datetime, by: Actor) -> list[Pause]:
    """List somebody's suspensions, the newest first."""
    rows = session.execute(
        sa.select(_suspension, sa.func.coalesce(_staff.c.name, "").label("staff"))
        .outerjoin(_staff, _staff.c.id == _suspension.c.staff_id)
        .where(_suspension.c.patron_id == patron_id, _suspension.c.hall_id == by.hall_id)
        .order_by(_suspension.c.since_at.desc(), _suspension.c.id.desc())
    )
    return [
        Pause(
            clock.local_day(row.since_at),
            _last_day(row.until_at),
            row.reason,
            row.staff,
            row.since_at <= at and (row.until_at is None or row.until_at > at),
        )
        for row in rows
    ]


def _running(patron_id: UUID, at: datetime) -> Any:
    return sa.select(_suspension.c.id, _suspension.c.since_at, _suspension.c.until_at).where(
        _suspension.c.patron_id == patron_id,
        _suspension.c.since_at <= at,
        sa.or_(_suspension.c.until_at.is_(None), _suspension.c.until_at > at),
    )


def _last_day(until_at: datetime | None) -> date | None:
    return clock.local_day(until_at - timedelta(microseconds=1)) if until_at else None


def _record(session: Session, by: Actor, verb: str, patron_id: UUID, at: datetime, effect: UUID, **facts: object) -> None:
    # The reason stands in the row, where it is blanked with the person; the journal names the card.
    card_id = patrons.newest_card(session, patron_id)
    journal.record(session, by, verb, at=at, subject="card", subject_id=card_id, gesture=effect, facts=facts)
