"""The opening log: who opened and closed each room and when, with one tap; what was forgotten is added, with a reason."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AnomalyNote, AreaKind, OpeningLog, Room, new_id
from services import clock, hours, journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactWrong, HallUnattended, NotAllowed, ReasonMissing
from services.texts import plain

_log = OpeningLog.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_note = AnomalyNote.__table__  # type: ignore[attr-defined]

EARLY: Final = timedelta(hours=1)
"""Who opens the hall so long before a room's hours has come to open that room too."""

_service_rooms = (
    sa.select(_room.c.id, _room.c.name)
    .where(_room.c.hall_id == bindparam("hall_id"), _room.c.area_kind == AreaKind.SERVICE)
    .order_by(_room.c.position, _room.c.code)
)
_open_rows = sa.select(_log).where(_log.c.hall_id == bindparam("hall_id"), _log.c.closed_at.is_(None)).order_by(_log.c.opened_at)


@dataclass(frozen=True, slots=True)
class DoorRoom:
    """A room of the service area as the log knows it now."""

    room_id: UUID
    name: str
    due: bool
    opened_at: datetime | None
    on_duty: str


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """A room that was opened on an earlier day and never closed in the log."""

    log_id: UUID
    room: str
    day: date
    opened_at: datetime
    proposed_at: datetime


@dataclass(frozen=True, slots=True)
class Door:
    """What the morning screen needs: which rooms are open in the log, which should be, and what was forgotten."""

    rooms: tuple[DoorRoom, ...]
    left_open: tuple[LeftOpen, ...]

    @property
    def opened_at(self) -> datetime | None:
        """When the first of the rooms open now was opened."""
        return min((room.opened_at for room in self.rooms if room.opened_at), default=None)

    @property
    def due(self) -> tuple[DoorRoom, ...]:
        """The rooms that should be open now, or within the hour, and are not."""
        return tuple(room for room in self.rooms if room.due and room.opened_at is None)


def door(session: Session, *, at: datetime, by: Actor) -> Door:
    """Look at the door."""
    day, names = clock.local_day(at), _names(session, by.hall_id)
    rows = session.execute(_open_rows, {"hall_id": by.hall_id}).all()
    now = {row.room_id: row for row in rows if row.day == day}
    rooms = tuple(
        DoorRoom(
            room_id, name, _is_due(session, room_id, at),
            now[room_id].opened_at if room_id in now else None, now[room_id].on_duty if room_id in now else "",
        )
        for room_id, name in names.items()
    )  # fmt: skip
    forgotten = [row for row in rows if row.day < day]
    left = tuple(LeftOpen(r.id, names.get(r.room_id, ""), r.day, r.opened_at, _closing(session, r)) for r in forgotten)
    return Door(rooms, left)


def open_hall(session: Session, *, at: datetime, gesture: UUID, by: Actor) -> int:
    """Open every room that should be open now or within the hour and has somebody on duty; gives how many were.

    Raises NotAllowed, ClockWrong; HallUnattended when nobody answers for any of them today; FactWrong (room) when none is due.
    """
    due = [room.room_id for room in door(session, at=at, by=by).due] if by.is_staff else []
    people = hours.people_on(session, by.hall_id, clock.local_day(at))
    attended = tuple(room_id for room_id in due if room_id in people)
    return open_rooms(session, rooms=attended or tuple(due), at=at, gesture=gesture, by=by)


def open_rooms(session: Session, *, rooms: tuple[UUID, ...], at: datetime, gesture: UUID, by: Actor) -> int:
    """Open these rooms; what is open already stays so. Gives how many were opened. Raises as `open_hall`."""
    effect = _begun(session, "open", at, gesture, by)
    if isinstance(effect, int):
        return effect
    day, names = clock.local_day(at), _names(session, by.hall_id)
    if not rooms or not set(rooms) <= names.keys():
        raise FactWrong(field="room")
    people = hours.people_on(session, by.hall_id, day)
    for room_id in rooms:
        if room_id not in people:
            raise HallUnattended(room=names[room_id])
    is_open = {row.room_id for row in session.execute(_open_rows, {"hall_id": by.hall_id}) if row.day == day}
    fresh = [room_id for room_id in rooms if room_id not in is_open]
    for room_id in fresh:
        session.execute(sa.insert(_log), {
            "id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "day": day, "opened_at": at, "opened_by": by.staff_id,
            "on_duty": people[room_id][0].name, "late": False, "reason": "",
        })  # fmt: skip
    _write_down(session, "hall_open", effect, len(fresh), at, by)
    return len(fresh)


def close(session: Session, *, rooms: tuple[UUID, ...] | None = None, at: datetime, gesture: UUID, by: Actor) -> int:
    """Close these rooms, or all that were opened today. Gives how many were. Raises NotAllowed, ClockWrong."""
    effect = _begun(session, "close", at, gesture, by)
    if isinstance(effect, int):
        return effect
    mine = [_log.c.hall_id == by.hall_id, _log.c.day == clock.local_day(at), _log.c.closed_at.is_(None)]
    mine += [_log.c.room_id.in_(rooms)] if rooms is not None else []
    done: Any = session.execute(sa.update(_log).where(*mine).values(closed_at=at, closed_by=by.staff_id))
    _write_down(session, "hall_close", effect, done.rowcount, at, by)
    return int(done.rowcount)


def close_late(session: Session, *, log_id: UUID, closed_at: datetime, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Say afterwards when a room was closed. Raises NotAllowed, ReasonMissing, FactWrong (time), ChangedMeanwhile."""
    effect = _begun(session, f"close {log_id}", at, gesture, by)
    if isinstance(effect, int):
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    row = session.execute(sa.select(_log).where(_log.c.id == log_id, _log.c.hall_id == by.hall_id)).one_or_none()
    if row is None or row.closed_at is not None:
        raise ChangedMeanwhile
    if not row.opened_at <= closed_at <= at:
        raise FactWrong(field="at")
    new = {"closed_at": closed_at, "closed_by": by.staff_id, "late": True, "reason": reason}
    done: Any = session.execute(sa.update(_log).where(_log.c.id == log_id, _log.c.closed_at.is_(None)).values(new))
    if done.rowcount != 1:
        raise ChangedMeanwhile
    _write_down(session, "hall_close", effect, 1, at, by, reason)


def enter(
    session: Session, *, room_id: UUID, opened_at: datetime, closed_at: datetime, reason: str, at: datetime, gesture: UUID, by: Actor
) -> None:
    """Add an opening that nobody tapped, with its true times.

    Raises NotAllowed, ReasonMissing, FactWrong (room, time) for times that are to come, go backward, reach into another day or into
    another opening of the room, HallUnattended.
    """
    effect = _begun(session, f"enter {room_id}", at, gesture, by)
    if isinstance(effect, int):
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    names, day = _names(session, by.hall_id), clock.local_day(opened_at)
    if room_id not in names:
        raise FactWrong(field="room")
    if not opened_at < closed_at <= at or closed_at > clock.instant(day, 36 * 60) or _clashes(session, room_id, day, opened_at, closed_at):
        raise FactWrong(field="at")
    people = hours.people_on(session, by.hall_id, day)
    if room_id not in people:
        raise HallUnattended(room=names[room_id])
    session.execute(sa.insert(_log), {
        "id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "day": day, "opened_at": opened_at, "opened_by": by.staff_id,
        "on_duty": people[room_id][0].name, "closed_at": closed_at, "closed_by": by.staff_id, "late": True, "reason": reason,
    })  # fmt: skip
    _write_down(session, "hall_enter", effect, 1, at, by, reason)


def explain(session: Session, *, room_id: UUID, starts: tuple[datetime, ...], reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Say why planned openings of a room were not kept; they stay anomalies, now with their reason.

    Raises NotAllowed, ReasonMissing, FactWrong (room).
    """
    effect = _begun(session, f"explain {room_id} {starts}", at, gesture, by)
    if isinstance(effect, int):
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    if not starts or room_id not in _names(session, by.hall_id):
        raise FactWrong(field="room")
    rows = [
        {
            "id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "day": clock.local_day(moment), "starts_at": moment,
            "reason": reason, "at": at, "staff_id": by.staff_id,
        }
        for moment in starts
    ]  # fmt: skip
    session.execute(sa.insert(_note), rows)
    _write_down(session, "hall_explain", effect, 1, at, by, reason)


def _begun(session: Session, what: str, at: datetime, gesture: UUID, by: Actor) -> UUID | int:
    """Give the key of this effect, or what it came to when it was had already. Raises NotAllowed, ClockWrong."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "opening", what)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return int(before.done["rooms"])
    journal.refuse_wrong_clock(before.newest_at, at)
    return effect


def _write_down(session: Session, verb: str, effect: UUID, rooms: int, at: datetime, by: Actor, reason: str = "") -> None:
    facts = {"rooms": rooms}
    journal.record(session, by, verb, at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts=facts, reason=reason)


def _names(session: Session, hall_id: UUID) -> dict[UUID, str]:
    return {row.id: row.name for row in session.execute(_service_rooms, {"hall_id": hall_id})}


def _is_due(session: Session, room_id: UUID, at: datetime) -> bool:
    spans = hours.calendar_of(session, room_id).spans_on(clock.local_day(at))
    return any(span.start - EARLY <= at < span.end for span in spans)


def _closing(session: Session, row: Any) -> datetime:
    """When a room was closed in all likelihood: at the last planned closing of its day."""
    spans = hours.calendar_of(session, row.room_id).spans_on(row.day)
    opened_at: datetime = row.opened_at
    return max(opened_at, spans[-1].end) if spans else opened_at


def _clashes(session: Session, room_id: UUID, day: date, opened_at: datetime, closed_at: datetime) -> bool:
    near = (_log.c.room_id == room_id, _log.c.day >= day - timedelta(days=1), _log.c.day <= day + timedelta(days=1))
    over = sa.or_(_log.c.closed_at.is_(None), _log.c.closed_at > opened_at)
    return session.execute(sa.select(_log.c.id).where(*near, _log.c.opened_at < closed_at, over)).first() is not None
