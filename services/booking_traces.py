"""Who booked a room, forgotten: when somebody asks for it, or half a year after (policy); purpose, hours and heads stay for the counts."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Booking, Patron
from services import bookings
from services.journal import Actor

_booking = Booking.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]

_NO_CONTACT: Final = {"contact": "", "phone": "", "note": "", "end_reason": ""}
_NOBODY: Final = {**_NO_CONTACT, "team_id": None, "group_name": ""}


def leave_all(session: Session, *, patron_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Call off what a team that is forgotten has still before it."""
    ahead = (_booking.c.team_id == patron_id, _booking.c.hall_id == by.hall_id, _booking.c.starts_at > at, _booking.c.ended_at.is_(None))
    for booking_id in session.execute(sa.select(_booking.c.id).where(*ahead).order_by(_booking.c.starts_at)).scalars().all():
        bookings.cancel(session, booking_id=booking_id, reason=reason, at=at, gesture=gesture, by=by)


def whose(patron_id: UUID, hall_id: UUID) -> sa.ColumnElement[bool]:
    """Pick the bookings of a team, and those that name somebody as the one to call."""
    phone, name = (sa.select(_patron.c[column]).where(_patron.c.id == patron_id).scalar_subquery() for column in ("phone", "name"))
    by_phone = sa.and_(_booking.c.phone != "", _booking.c.phone == phone)
    by_name = sa.and_(_booking.c.phone == "", _booking.c.contact != "", _booking.c.contact == name)
    return sa.and_(_booking.c.hall_id == hall_id, sa.or_(_booking.c.team_id == patron_id, by_phone, by_name))


def unlink_patron(session: Session, *, hall_id: UUID, patron_id: UUID, at: datetime) -> list[UUID]:
    """Cut the thread to a patron, asked before the name is blanked; gives whose bookings they were."""
    rows = session.execute(sa.select(_booking.c.id, _booking.c.team_id).where(whose(patron_id, hall_id))).all()
    of_team = [row.id for row in rows if row.team_id == patron_id]
    called = [row.id for row in rows if row.team_id != patron_id]
    session.execute(sa.update(_booking).where(_booking.c.id.in_(of_team)).values(**_NOBODY, unlinked_at=at))
    session.execute(sa.update(_booking).where(_booking.c.id.in_(called)).values(**_NO_CONTACT))
    return of_team + called


def unlink_old(session: Session, *, hall_id: UUID, before: datetime, at: datetime, most: int) -> list[UUID]:
    """Cut it for bookings whose time was over before a moment; gives which."""
    old = (_booking.c.hall_id == hall_id, _booking.c.ends_at < before, _booking.c.unlinked_at.is_(None))
    ids: list[Any] = list(session.execute(sa.select(_booking.c.id).where(*old).order_by(_booking.c.ends_at).limit(most)).scalars())
    session.execute(sa.update(_booking).where(_booking.c.id.in_(ids)).values(**_NOBODY, unlinked_at=at))
    return ids
