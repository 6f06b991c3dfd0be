"""Groups that do not come: 15 minutes after its start (policy) a booking is over and its room free, whether or not anything runs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import ActorKind, Booking, BookingEnd, BookingRules, RoomUse
from services import approvals, journal
from services.journal import Actor
from services.refusals import FactWrong

_booking = Booking.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_rules = BookingRules.__table__  # type: ignore[attr-defined]

MINUTES: Final = 15
SANE: Final = range(5, 121)
_minutes = sa.select(_rules.c.no_show_minutes).where(_rules.c.hall_id == bindparam("hall_id"))
AWAITED: Final = (_booking.c.came_at.is_(None), _booking.c.ended_at.is_(None))
"""Nobody has come yet, and nobody has called it off."""


def patience(session: Session, hall_id: UUID) -> timedelta:
    """Say how long a room waits for its group."""
    return timedelta(minutes=session.execute(_minutes, {"hall_id": hall_id}).scalar_one_or_none() or MINUTES)


def minutes(session: Session, *, at: datetime, by: Actor) -> int:  # noqa: ARG001  asked like every question
    """Give the rule itself, in minutes."""
    return int(patience(session, by.hall_id).total_seconds() // 60)


def set_patience(session: Session, *, waits: int, at: datetime, by: Actor) -> None:
    """Change it, as the head of the hall. Raises NotAllowed, FactWrong."""
    approvals.require_admin(session, by)
    if waits not in SANE:
        raise FactWrong(field="no_show_minutes")
    was = patience(session, by.hall_id)
    mine = sa.update(_rules).where(_rules.c.hall_id == by.hall_id).values(no_show_minutes=waits)
    if session.execute(mine).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(sa.insert(_rules), {"hall_id": by.hall_id, "no_show_minutes": waits})
    facts = {"was": int(was.total_seconds() // 60), "now": waits}
    journal.record(session, by, "booking_rules", at=at, subject="hall", subject_id=by.hall_id, facts=facts)


def release(session: Session, *, hall_id: UUID, at: datetime, room_ids: Sequence[UUID] | None = None) -> int:
    """Make rows of what is true already: end what nobody came to and free its room; gives how many. Part of whatever takes a room."""
    waits = patience(session, hall_id)
    late = sa.select(_booking.c.id, _booking.c.starts_at).where(
        _booking.c.hall_id == hall_id, *AWAITED, _booking.c.starts_at <= at - waits, *_among(room_ids)
    )
    released = 0
    for row in session.execute(late.order_by(_booking.c.id)).all():
        ended_at = row.starts_at + waits
        end: Any = sa.update(_booking).where(_booking.c.id == row.id, *AWAITED)
        end = session.execute(end.values(ended_at=ended_at, ended_as=BookingEnd.NO_SHOW))
        if end.rowcount != 1:
            continue  # came, or was called off, a moment ago
        session.execute(sa.update(_use).where(_use.c.source_id == row.id, _use.c.freed_at.is_(None)).values(freed_at=ended_at))
        system = Actor(ActorKind.SYSTEM, hall_id, device="tick")
        journal.record(session, system, "booking_no_show", at=at, subject="booking", subject_id=row.id)
        released += 1
    return released


def _among(room_ids: Sequence[UUID] | None) -> tuple[sa.ColumnElement[bool], ...]:
    return () if room_ids is None else (_booking.c.room_id.in_(room_ids),)
