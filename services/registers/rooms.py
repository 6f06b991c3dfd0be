"""14 房间使用(占用)登记: every booking and every sitting of an event, what for, and who approved what is outside culture (R51)."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Booking, Event, EventChange, EventChangeKind, Patron, Room, Sitting, Staff
from services import clock
from services.privacy import BLANKED
from services.registers.register import Frame, Line, Register, day, stream

_booking = Booking.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_change = EventChange.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_team = Patron.__table__.alias("team")  # type: ignore[attr-defined]
_approver = Staff.__table__.alias("approver")  # type: ignore[attr-defined]


def uses(session: Session, frame: Frame) -> Iterator[Line]:
    """Each booking and sitting by the day and hour it begins; what was called off keeps its line, with the reason."""
    for row in stream(session, _uses, frame.days()):
        yield Line(row.day, (
            day(row.day), row.room, _span(row.starts_at, row.ends_at), _who(frame, row), _what(frame, row),
            frame.say("no" if row.flagged else "yes"), row.approver, 0, _remarks(frame, row),
        ))  # fmt: skip


REGISTERS: Final = (Register("14", uses, (6.5, 9, 8, 12, 16, 6, 6, 5, 14)),)

# Words of both kinds of use are asked for as text, so that one statement reads them in one order.
_booked = (
    sa.select(
        _booking.c.day, _booking.c.starts_at, _booking.c.ends_at, _room.c.name.label("room"),
        sa.func.coalesce(_team.c.name, _booking.c.group_name).label("who"), sa.cast(_booking.c.purpose, sa.String).label("purpose"),
        sa.literal("").label("kind"), sa.literal("").label("title"), _booking.c.flagged,
        sa.func.coalesce(_approver.c.name, "").label("approver"), _booking.c.people,
        sa.func.coalesce(sa.cast(_booking.c.ended_as, sa.String), "").label("ended_as"), _booking.c.end_reason.label("reason"),
    )
    .join(_room, _room.c.id == _booking.c.room_id)
    .outerjoin(_team, _team.c.id == _booking.c.team_id)
    .outerjoin(_approver, _approver.c.id == _booking.c.approver_id)
    .where(_booking.c.hall_id == bindparam("hall_id"), _booking.c.day >= bindparam("since"), _booking.c.day < bindparam("until"))
)  # fmt: skip
# Why a sitting does not take place stands where it was called off, alone or with the rest of its event.
_why = (
    sa.select(sa.func.max(_change.c.reason))
    .where(_change.c.event_id == _sitting.c.event_id, _change.c.kind == EventChangeKind.CANCELLED, _change.c.at == _sitting.c.cancelled_at)
    .scalar_subquery()
)
_held = (
    sa.select(
        _sitting.c.day, _sitting.c.starts_at, _sitting.c.ends_at, _room.c.name.label("room"),
        sa.case((_event.c.host != "", _event.c.host), else_=_event.c.in_charge).label("who"), sa.literal("").label("purpose"),
        sa.cast(_event.c.kind, sa.String).label("kind"), _event.c.title, sa.false().label("flagged"),
        sa.literal("").label("approver"), sa.literal(0).label("people"),
        sa.case((_sitting.c.cancelled_at.is_not(None), "cancelled"), else_="").label("ended_as"),
        sa.func.coalesce(_why, "").label("reason"),
    )
    .join(_event, _event.c.id == _sitting.c.event_id)
    .join(_room, _room.c.id == _sitting.c.room_id)
    .where(_sitting.c.hall_id == bindparam("hall_id"), _sitting.c.day >= bindparam("since"), _sitting.c.day < bindparam("until"))
)  # fmt: skip
_together = sa.union_all(_booked, _held).subquery()
_uses = sa.select(_together).order_by(_together.c.day, _together.c.starts_at, _together.c.room, _together.c.title)


def _who(frame: Frame, row: Any) -> str:
    if row.purpose:
        return row.who or BLANKED
    return row.who or frame.say("hall")


def _what(frame: Frame, row: Any) -> str:
    return frame.words.say(f"purpose.{row.purpose}") if row.purpose else f"{frame.words.say(f'event_kind.{row.kind}')} {row.title}"


def _remarks(frame: Frame, row: Any) -> str:
    heads = frame.say("heads", count=row.people) if row.people else ""
    ended = frame.words.say(f"booking_state.{row.ended_as}") if row.ended_as else ""
    return " ".join(part for part in (heads, ended, row.reason) if part)


def _span(starts_at: datetime, ends_at: datetime) -> str:
    first, last = clock.local(starts_at), clock.local(ends_at)
    return f"{first:%H:%M}–{last:%H:%M}" if first.date() == last.date() else f"{first:%H:%M}–{last:%m-%d %H:%M}"
