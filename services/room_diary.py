"""What stands in a room, for the keeper's eyes: its week with names, the bookings of a day, one booking, and the next free time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Booking, BookingEnd, Event, FunctionPair, Patron, Purpose, Room, RoomFunction, RoomUse, Sitting, Staff, UseKind
from services import clock, hours, no_shows, sharing, timeline
from services.calendars import Calendar
from services.journal import Actor
from services.refusals import BookingGone, NotAllowed
from services.sharing import WHOLE_ROOM
from services.spans import Span, without
from services.timeline import LONGEST

_booking = Booking.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_pair = FunctionPair.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_team = Patron.__table__.alias("team")  # type: ignore[attr-defined]
_leader = Patron.__table__.alias("leader")  # type: ignore[attr-defined]

HORIZON: Final = 60
"""Days that are searched for a free time."""


class BookingState(StrEnum):
    """Where a booking stands; two of them follow from the clock alone."""

    AHEAD = "ahead"
    AWAITED = "awaited"
    HERE = "here"
    OVER = "over"
    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


STANDING: Final = frozenset({BookingState.AHEAD, BookingState.AWAITED, BookingState.HERE})
"""Those that have their room."""


@dataclass(frozen=True, slots=True)
class BookingLine:
    """One booking with who it is for; never shown at the kiosk."""

    booking_id: UUID
    number: int
    room_id: UUID
    room: str
    function: str
    purpose: Purpose
    span: Span[datetime]
    day: date
    team_id: UUID | None
    who: str
    contact: str
    phone: str
    people: int
    note: str
    flagged: bool
    approver: str
    approver_id: UUID | None
    came_at: datetime | None
    end_reason: str
    state: BookingState


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that has the room for a while: an event, or a booking with its line."""

    span: Span[datetime]
    kind: UseKind
    title: str
    function: str
    event_id: UUID | None
    sitting_id: UUID | None
    booking: BookingLine | None


@dataclass(frozen=True, slots=True)
class Day:
    """A room's day: its open hours, what stands in it, and what of the hours is free."""

    day: date
    open: tuple[Span[datetime], ...]
    entries: tuple[Entry, ...]
    free: tuple[Span[datetime], ...]


_lines = (
    sa.select(
        _booking, _room.c.name.label("room"), _team.c.name.label("team"), _leader.c.name.label("leader"),
        _leader.c.phone.label("leader_phone"), _staff.c.name.label("approver"),
    )
    .join(_room, _room.c.id == _booking.c.room_id)
    .outerjoin(_team, _team.c.id == _booking.c.team_id)
    .outerjoin(_leader, _leader.c.id == _team.c.leader_id)
    .outerjoin(_staff, _staff.c.id == _booking.c.approver_id)
    .where(_booking.c.hall_id == bindparam("hall_id"))
    .order_by(_booking.c.starts_at, _booking.c.number)
)  # fmt: skip
_of_days = _lines.where(_booking.c.day >= bindparam("first"), _booking.c.day < bindparam("last"))
_one = _lines.where(_booking.c.id == bindparam("booking_id"))
_uses = (
    sa.select(
        _use.c.source_id, _use.c.starts_at, _use.c.ends_at, _use.c.kind, _use.c.function, _use.c.note, _event.c.title,
        _event.c.id.label("event_id"), _sitting.c.id.label("sitting_id"), _booking.c.group_name, _team.c.name.label("team"),
    )
    .select_from(_use)
    .outerjoin(_sitting, _sitting.c.id == _use.c.source_id)
    .outerjoin(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_booking, _booking.c.id == _use.c.source_id)
    .outerjoin(_team, _team.c.id == _booking.c.team_id)
    .where(
        _use.c.hall_id == bindparam("hall_id"), _use.c.room_id == bindparam("room_id"), _use.c.freed_at.is_(None),
        _use.c.starts_at > bindparam("not_before"), _use.c.starts_at < bindparam("until"), _use.c.ends_at > bindparam("since"),
    )
    .order_by(_use.c.starts_at, _use.c.ends_at)
)  # fmt: skip


_functions = sa.select(_function.c.name).where(
    _function.c.hall_id == bindparam("hall_id"), _function.c.room_id == bindparam("room_id"), _function.c.removed_at.is_(None)
)
_pairs = sa.select(_pair.c.first, _pair.c.second).where(_pair.c.hall_id == bindparam("hall_id"), _pair.c.room_id == bindparam("room_id"))


def week(session: Session, *, room_id: UUID, first: date, days: int = 7, at: datetime, by: Actor) -> tuple[Day, ...]:
    """Lay the days of a room. Raises NotAllowed: names stand in it."""
    _refuse_strangers(by)
    last = first + timedelta(days=days)
    frame = Span(clock.instant(first, 0), clock.instant(last, 0))
    listed = _listed(session, _of_days, by.hall_id, at, first=first, last=last)
    bookings = {line.booking_id: line for line in listed if line.state is not BookingState.NO_SHOW}
    entries = []
    for row in _between(session, by.hall_id, room_id, frame):
        if row.kind is not UseKind.BOOKING or row.source_id in bookings:
            line = bookings.get(row.source_id)
            span, title = Span(row.starts_at, row.ends_at), line.who if line else row.title or row.note
            entries.append(Entry(span, row.kind, title, row.function, row.event_id, row.sitting_id, line))
    calendar = hours.calendar_of(session, room_id)
    return tuple(_laid(first + timedelta(days=ahead), calendar, entries) for ahead in range(days))


def on_day(session: Session, *, day: date, at: datetime, by: Actor) -> tuple[BookingLine, ...]:
    """List a day's bookings, called off or not. Raises NotAllowed."""
    _refuse_strangers(by)
    return _listed(session, _of_days, by.hall_id, at, first=day, last=day + timedelta(days=1))


def one(session: Session, *, booking_id: UUID, at: datetime, by: Actor) -> BookingLine:
    """Give one booking. Raises NotAllowed, BookingGone for none of this hall."""
    _refuse_strangers(by)
    found = _listed(session, _one, by.hall_id, at, booking_id=booking_id)
    if not found:
        raise BookingGone
    return found[0]


def functions(session: Session, *, room_id: UUID, at: datetime, by: Actor) -> tuple[str, ...]:  # noqa: ARG001  asked like every question
    """Name the functions that a booking may take a room for, beside the whole of it."""
    mine = {"hall_id": by.hall_id, "room_id": room_id}
    names = set(session.execute(_functions, mine).scalars())
    # A pair outlives a function that was taken away.
    paired = (name for row in session.execute(_pairs, mine) for name in row if sharing.is_among(name, names))
    return tuple(sorted({*names, *paired}))


def is_open(session: Session, *, room_id: UUID, span: Span[datetime]) -> bool:
    """Whether a span lies in one stretch of a room's open hours, closures cut out."""
    calendar, day = hours.calendar_of(session, room_id), clock.local_day(span.start)
    stretches = (stretch for each in (day - timedelta(days=1), day) for stretch in calendar.spans_on(each))
    return any(stretch.start <= span.start and span.end <= stretch.end for stretch in stretches)


def standing(session: Session, *, hall_id: UUID, room_id: UUID, taken: Iterable[Span[datetime]]) -> str:
    """Name what has the room in the first of these spans."""
    first = min(taken)
    rows = _between(session, hall_id, room_id, first)
    return next((row.title or row.team or row.group_name or row.note for row in rows if Span(row.starts_at, row.ends_at) == first), "")


def next_free(
    session: Session,
    *,
    hall_id: UUID,
    room_id: UUID,
    wanted: Span[datetime],
    at: datetime,
    function: str = WHOLE_ROOM,
    apart_from: UUID | None = None,
) -> Span[datetime] | None:
    """Give the first time from the wanted one on when a room is open and free for as long; None when 60 days have none."""
    length, first = wanted.end - wanted.start, clock.local_day(wanted.start)
    frame = Span(wanted.start, clock.instant(first + timedelta(days=HORIZON), 0))
    taken = timeline.busy(session, hall_id=hall_id, room_id=room_id, frame=frame, at=at, function=function, apart_from=apart_from)
    calendar = hours.calendar_of(session, room_id)
    for ahead in range(HORIZON):
        for piece in without(calendar.spans_on(first + timedelta(days=ahead)), taken):
            start = max(piece.start, wanted.start)
            if piece.end - start >= length:
                return Span(start, start + length)
    return None


def state_of(row: Any, at: datetime, waits: timedelta) -> BookingState:
    """Tell where a booking's row stands at an instant."""
    if row.ended_as is BookingEnd.CANCELLED:
        return BookingState.CANCELLED
    if row.ended_as is BookingEnd.NO_SHOW or (row.came_at is None and row.starts_at + waits <= at):
        return BookingState.NO_SHOW
    if row.ends_at <= at:
        return BookingState.OVER
    if row.came_at is not None:
        return BookingState.HERE
    return BookingState.AWAITED if row.starts_at <= at else BookingState.AHEAD


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed


def _listed(session: Session, question: sa.Select[Any], hall_id: UUID, at: datetime, **facts: object) -> tuple[BookingLine, ...]:
    waits = no_shows.patience(session, hall_id)
    return tuple(
        BookingLine(
            booking_id=row.id, number=row.number, room_id=row.room_id, room=row.room, function=row.function, purpose=row.purpose,
            span=Span(row.starts_at, row.ends_at), day=row.day, team_id=row.team_id, who=row.team or row.group_name,
            contact=row.contact or row.leader or "", phone=row.phone or row.leader_phone or "", people=row.people, note=row.note,
            flagged=row.flagged, approver=row.approver or "", approver_id=row.approver_id, came_at=row.came_at, end_reason=row.end_reason,
            state=state_of(row, at, waits),
        )
        for row in session.execute(question, {"hall_id": hall_id, **facts})
    )  # fmt: skip


def _between(session: Session, hall_id: UUID, room_id: UUID, frame: Span[datetime]) -> list[Any]:
    facts = {"hall_id": hall_id, "room_id": room_id, "not_before": frame.start - LONGEST, "since": frame.start, "until": frame.end}
    return list(session.execute(_uses, facts))


def _laid(day: date, calendar: Calendar, entries: list[Entry]) -> Day:
    whole = Span(clock.instant(day, 0), clock.instant(day, 24 * 60))
    mine = tuple(entry for entry in entries if entry.span.overlaps(whole))
    opened = calendar.spans_on(day)
    return Day(day, opened, mine, without(opened, [entry.span for entry in mine]))
