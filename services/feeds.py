"""What the public may know of the hall, gathered at one moment: open or not, notices, hours, what is on. No name but who is in charge."""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, Booking, Event, EventChange, EventChangeKind, EventKind, Room, RoomUse, Sitting, UseKind
from services import agenda, clock, closure_papers, closure_register, halls, hours
from services.agenda import EventLine
from services.closure_register import Entry as Closed
from services.halls import HallFacts
from services.hours import RoomStatus, Status
from services.spans import Span
from services.words import Words

_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_change = EventChange.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]

BACK: Final = timedelta(days=31)
AHEAD: Final = timedelta(days=400)
_PLAIN: Final = re.compile(r"[A-Za-z0-9_-]{1,40}")
_YEAR: Final = timedelta(days=366)
DAYS: Final = 7
LISTED: Final = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """Something in a calendar. `uid` is for life, `sequence` grows with every change, `changed_at` is the last of them."""

    uid: str
    sequence: int
    changed_at: datetime
    span: Span[datetime]
    title: str
    place: str
    note: str = ""
    contact: str = ""
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class RoomFeed:
    """A room that is no office: how it stands, its hours of the next days, and its calendar."""

    status: RoomStatus
    days: tuple[tuple[date, tuple[Span[datetime], ...]], ...]
    entries: tuple[Entry, ...]

    @property
    def file(self) -> str:
        """Its calendar's name; a code that is no plain word gives way to the room's id."""
        code = self.status.code
        return f"room-{code if _PLAIN.fullmatch(code) else self.status.room_id.hex}.ics"


@dataclass(frozen=True, slots=True)
class Feed:
    """All of it."""

    hall: HallFacts
    status: Status
    rooms: tuple[RoomFeed, ...]
    coming: tuple[EventLine, ...]
    events: tuple[Entry, ...]


# A change of the event counts for all its sittings; a move, or a sitting left out, for that sitting alone.
_later = (
    _change.c.hall_id == _event.c.hall_id, _change.c.event_id == _event.c.id, _change.c.kind != EventChangeKind.MADE,
    sa.or_(_change.c.sitting_id.is_(None), _change.c.sitting_id == _sitting.c.id),
)  # fmt: skip
_changes = sa.select(sa.func.count()).select_from(_change).where(*_later).correlate(_event, _sitting).scalar_subquery()
_changed_at = sa.select(sa.func.max(_change.c.at)).where(*_later).correlate(_event, _sitting).scalar_subquery()
_frame: tuple[Any, Any] = (bindparam("since"), bindparam("until"))
_sittings = (
    sa.select(
        _sitting.c.id, _sitting.c.starts_at, _sitting.c.ends_at, _sitting.c.cancelled_at, _event.c.title, _event.c.audience, _event.c.note,
        _event.c.in_charge, _event.c.made_at, _room.c.name.label("room"), _changes.label("changes"), _changed_at.label("changed_at"),
    )
    .select_from(_sitting)
    .join(_event, _event.c.id == _sitting.c.event_id)
    .join(_room, _room.c.id == _sitting.c.room_id)
    .where(
        _sitting.c.hall_id == bindparam("hall_id"), _sitting.c.starts_at >= _frame[0], _sitting.c.starts_at < _frame[1],
        _event.c.kind != EventKind.REHEARSAL,
    )
    .order_by(_sitting.c.starts_at, _sitting.c.id)
)  # fmt: skip
_known = _use.alias("known")
_within = (_known.c.hall_id == bindparam("hall_id"), _known.c.starts_at >= _frame[0], _known.c.starts_at < _frame[1])
# What was moved far is read with all it ever had, so that its sequence never shrinks.
_uses = (
    sa.select(
        _use.c.room_id, _use.c.source_id, _use.c.starts_at, _use.c.ends_at, _use.c.kind, _use.c.note, _use.c.taken_at, _use.c.freed_at,
        _event.c.title, _event.c.in_charge, _booking.c.purpose,
    )
    .select_from(_use)
    .outerjoin(_sitting, _sitting.c.id == _use.c.source_id)
    .outerjoin(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_booking, _booking.c.id == _use.c.source_id)
    .where(_use.c.hall_id == bindparam("hall_id"), _use.c.source_id.in_(sa.select(_known.c.source_id).where(*_within)))
    .order_by(_use.c.taken_at, _use.c.id)
)  # fmt: skip


def gather(session: Session, *, at: datetime, words: Words) -> Feed:
    """Read it all, as it is at this moment; the calendars in one language."""
    hall = halls.here(session)
    status = hours.hall_status(session, hall.id, at)
    rooms = [room for room in status.rooms if room.area_kind is not AreaKind.OFFICE]
    frame = {"hall_id": hall.id, "since": at - BACK, "until": at + AHEAD}
    entries = _of_rooms(session, frame, hall, rooms, words)
    closed = closure_register.entries(session, hall_id=hall.id, at=at, first=clock.local_day(at - _YEAR))
    for room in rooms:
        entries[room.room_id] += [_stop(one, room, hall, words) for one in closed if _concerns(one, room, at - BACK)]
    days = [clock.local_day(at) + timedelta(days=ahead) for ahead in range(DAYS)]
    return Feed(
        hall, status, tuple(RoomFeed(room, _hours(session, room.room_id, days), tuple(entries[room.room_id])) for room in rooms),
        agenda.coming(session, hall_id=hall.id, at=at, most=LISTED),
        tuple(_sat(row, hall, words) for row in session.execute(_sittings, frame)),
    )  # fmt: skip


def _hours(session: Session, room_id: UUID, days: list[date]) -> tuple[tuple[date, tuple[Span[datetime], ...]], ...]:
    calendar = hours.calendar_of(session, room_id)
    return tuple((day, calendar.spans_on(day)) for day in days)


def _sat(row: Any, hall: HallFacts, words: Words) -> Entry:
    note = "\n".join(part for part in (words.say("feeds.for", who=row.audience) if row.audience else "", row.note) if part)
    return Entry(
        uid=f"{row.id}@{hall.code}", sequence=row.changes, changed_at=row.changed_at or row.made_at, span=Span(row.starts_at, row.ends_at),
        title=row.title, place=f"{hall.name} {row.room}", note=note, contact=f"{row.in_charge} {hall.phone}".strip(),
        cancelled=row.cancelled_at is not None,
    )  # fmt: skip


def _of_rooms(session: Session, frame: dict[str, Any], hall: HallFacts, rooms: list[RoomStatus], words: Words) -> dict[UUID, list[Entry]]:
    """What takes each room; what moved away stays in the old room's calendar, cancelled."""
    had: dict[tuple[UUID, UUID], list[Any]] = defaultdict(list)
    for row in session.execute(_uses, frame):
        had[row.room_id, row.source_id].append(row)
    known = {room.room_id: room for room in rooms}
    entries: dict[UUID, list[Entry]] = defaultdict(list)
    for (room_id, source_id), rows in had.items():
        if room_id in known:
            entries[room_id].append(_use_of(rows, f"{source_id}-{known[room_id].code}@{hall.code}", known[room_id].name, words))
    return entries


def _use_of(rows: list[Any], uid: str, place: str, words: Words) -> Entry:
    last = rows[-1]
    freed = [row.freed_at for row in rows if row.freed_at is not None]
    return Entry(
        uid=uid, sequence=len(rows) + len(freed) - 1, changed_at=max([last.taken_at, *freed]), span=Span(last.starts_at, last.ends_at),
        title=_named(last, words), place=place, contact=last.in_charge or "", cancelled=last.freed_at is not None,
    )  # fmt: skip


def _named(row: Any, words: Words) -> str:
    """Of a booking its purpose is told, never who comes."""
    if row.kind is UseKind.BOOKING:
        purpose = words.say(f"purpose.{row.purpose}") if row.purpose else ""
        return words.say("feeds.booked", purpose=purpose) if purpose else words.say("feeds.taken")
    return row.title or row.note or words.say("feeds.upkeep" if row.kind is UseKind.MAINTENANCE else "feeds.taken")


def _concerns(closed: Closed, room: RoomStatus, since: datetime) -> bool:
    return closed.room_id in {None, room.room_id} and not closed.service and (closed.reopened_at or closed.expected_reopen_at) > since


def _stop(closed: Closed, room: RoomStatus, hall: HallFacts, words: Words) -> Entry:
    newest, ended = closed.newest, closed.reopened_at
    called_off = ended is not None and ended <= closed.starts_at
    end = closed.expected_reopen_at if ended is None or called_off else ended
    reason = newest.reason or words.say(f"closure_reason.{closed.reason_code}")
    kept = closure_papers.hours_kept(closed, words)
    return Entry(
        uid=f"{closed.closure_id}-{room.code}@{hall.code}", sequence=closed.extensions + (ended is not None),
        changed_at=ended or newest.published_at, span=Span(closed.starts_at, end), place=room.name, contact=newest.contact,
        title=words.say("feeds.shorter" if kept else "feeds.closed", reason=reason),
        note=words.say("feeds.kept", hours=kept) if kept else "", cancelled=called_off,
    )  # fmt: skip
