"""What is on: the next events for everybody, a month of them for the keeper, and one event with all that belongs to it."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import ActivityRecord, Attendance, Event, EventChange, EventChangeKind, EventKind, Room, SignUp, SignUpState, Sitting, Staff
from services import event_things
from services.event_things import KeptThing
from services.events import Draft
from services.journal import Actor
from services.refusals import EventGone

_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_record = ActivityRecord.__table__  # type: ignore[attr-defined]
_change = EventChange.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_attendance = Attendance.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class EventLine:
    """One sitting in a list; no name of anybody who signed up."""

    event_id: UUID
    sitting_id: UUID
    title: str
    kind: EventKind
    room_id: UUID
    room: str
    starts_at: datetime
    ends_at: datetime
    day: date
    lesson: int
    lessons: int
    seats: int | None
    seated: int
    waiting: int
    came: int
    cancelled: bool
    recorded: bool
    audience: str
    was_at: datetime | None = None
    was_room: str = ""

    @property
    def moved(self) -> bool:
        """Whether it was announced for another time or room."""
        return self.was_at is not None and (self.was_at, self.was_room) != (self.starts_at, self.room)

    @property
    def free(self) -> int:
        """Seats left; none while somebody waits for one."""
        return 0 if self.seats is None or self.waiting else max(0, self.seats - self.seated)


@dataclass(frozen=True, slots=True)
class Change:
    """A line of an event's history."""

    kind: EventChangeKind
    at: datetime
    who: str
    reason: str
    old_starts_at: datetime | None


@dataclass(frozen=True, slots=True)
class EventSheet:
    """One event with all that belongs to it."""

    id: UUID
    number: int
    draft: Draft
    lines: tuple[EventLine, ...]
    things: tuple[KeptThing, ...]
    changes: tuple[Change, ...]
    cancelled_at: datetime | None
    cancel_reason: str

    def next_line(self, at: datetime) -> EventLine | None:
        """The sitting that is on or comes next."""
        return next((line for line in self.lines if not line.cancelled and line.ends_at > at), None)


def _count_of(state: SignUpState) -> Any:
    mine = (_sign_up.c.hall_id == _event.c.hall_id, _sign_up.c.event_id == _event.c.id, _sign_up.c.state == state)
    return sa.select(sa.func.count()).select_from(_sign_up).where(*mine).correlate(_event).scalar_subquery()


_other = _sitting.alias("other")
_held = (_other.c.event_id == _event.c.id, _other.c.cancelled_at.is_(None))
_lessons = sa.select(sa.func.count()).select_from(_other).where(*_held).scalar_subquery()
_came = sa.select(sa.func.count()).select_from(_attendance).where(_attendance.c.sitting_id == _sitting.c.id).scalar_subquery()
_old_room = _room.alias("old_room")
_moves = (
    _change.c.hall_id == _sitting.c.hall_id, _change.c.event_id == _sitting.c.event_id, _change.c.sitting_id == _sitting.c.id,
    _change.c.kind == EventChangeKind.MOVED,
)  # fmt: skip
_first_move = sa.select(_change.c.old_starts_at).where(*_moves).order_by(_change.c.at, _change.c.id).limit(1).scalar_subquery()
_first_room = (
    sa.select(_old_room.c.name)
    .join(_change, _change.c.old_room_id == _old_room.c.id)
    .where(*_moves)
    .order_by(_change.c.at, _change.c.id)
    .limit(1)
    .scalar_subquery()
)
_lines = (
    sa.select(
        _event.c.id.label("event_id"), _sitting.c.id, _event.c.title, _event.c.kind, _sitting.c.room_id, _room.c.name.label("room"),
        _sitting.c.starts_at, _sitting.c.ends_at, _sitting.c.day, _sitting.c.number, _lessons.label("lessons"), _event.c.seats,
        _count_of(SignUpState.SEATED).label("seated"), _count_of(SignUpState.WAITING).label("waiting"), _came.label("came"),
        _sitting.c.cancelled_at, sa.exists().where(_record.c.sitting_id == _sitting.c.id).label("recorded"), _event.c.audience,
        _first_move.label("was_at"), _first_room.label("was_room"),
    )
    .select_from(_sitting)
    .join(_event, _event.c.id == _sitting.c.event_id)
    .join(_room, _room.c.id == _sitting.c.room_id)
    .where(_sitting.c.hall_id == bindparam("hall_id"))
    .order_by(_sitting.c.starts_at, _sitting.c.number)
)  # fmt: skip
_earlier = sa.exists().where(
    _other.c.event_id == _sitting.c.event_id, _other.c.cancelled_at.is_(None), _other.c.ends_at > bindparam("at"),
    _other.c.starts_at < _sitting.c.starts_at,
)  # fmt: skip
_ahead = (_sitting.c.cancelled_at.is_(None), _sitting.c.ends_at > bindparam("at"))
_coming = _lines.where(*_ahead, ~_earlier, _event.c.kind != EventKind.REHEARSAL)
_called_off = _lines.where(_sitting.c.cancelled_at.is_not(None), _sitting.c.ends_at > bindparam("at"), _event.c.kind != EventKind.REHEARSAL)
_month = _lines.where(_sitting.c.day >= bindparam("first"), _sitting.c.day < bindparam("last"))
_of_event = _lines.where(_event.c.id == bindparam("event_id"))
_not_recorded = _lines.where(
    _sitting.c.cancelled_at.is_(None), _sitting.c.ends_at <= bindparam("at"), _sitting.c.day >= bindparam("first"),
    ~sa.exists().where(_record.c.sitting_id == _sitting.c.id),
)  # fmt: skip
_RECALLED: Final = timedelta(days=62)


def coming(session: Session, *, hall_id: UUID, at: datetime, most: int = 12) -> tuple[EventLine, ...]:
    """Give the next sitting of every event that is on or to come, the soonest first; rehearsals are nobody's but the team's."""
    rows = session.execute(_coming.limit(most), {"hall_id": hall_id, "at": at})
    return tuple(_line(row) for row in rows)


def called_off(session: Session, *, hall_id: UUID, at: datetime, most: int = 12) -> tuple[EventLine, ...]:
    """Give what was announced and will not be, as long as its time is still to come."""
    return tuple(_line(row) for row in session.execute(_called_off.limit(most), {"hall_id": hall_id, "at": at}))


def one_coming(session: Session, *, hall_id: UUID, event_id: UUID, at: datetime) -> EventLine:
    """Give one of them. Raises EventGone."""
    row = session.execute(_coming.where(_event.c.id == event_id), {"hall_id": hall_id, "at": at}).first()
    if row is None:
        raise EventGone
    return _line(row)


def month(session: Session, *, year: int, month_no: int, by: Actor) -> tuple[EventLine, ...]:
    """Give every sitting of a month, called off or not."""
    first = date(year, month_no, 1)
    last = date(year + month_no // 12, month_no % 12 + 1, 1)
    return tuple(_line(row) for row in session.execute(_month, {"hall_id": by.hall_id, "first": first, "last": last}))


def not_recorded(session: Session, *, hall_id: UUID, at: datetime) -> tuple[EventLine, ...]:
    """Give what is over and has no record yet, of the last two months."""
    first = (at - _RECALLED).date()
    return tuple(_line(row) for row in session.execute(_not_recorded, {"hall_id": hall_id, "at": at, "first": first}))


def sheet(session: Session, *, event_id: UUID, by: Actor) -> EventSheet:
    """Give one event. Raises EventGone for none of this hall."""
    row = session.execute(sa.select(_event).where(_event.c.id == event_id, _event.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise EventGone
    lines = session.execute(_of_event, {"hall_id": by.hall_id, "event_id": event_id})
    draft = Draft(**{field: getattr(row, field) for field in Draft.__dataclass_fields__})
    return EventSheet(
        id=row.id, number=row.number, draft=draft, lines=tuple(_line(line) for line in lines),
        things=event_things.kept_for(session, event_id=event_id, hall_id=by.hall_id), changes=_changes(session, event_id, by),
        cancelled_at=row.cancelled_at, cancel_reason=row.cancel_reason,
    )  # fmt: skip


def _changes(session: Session, event_id: UUID, by: Actor) -> tuple[Change, ...]:
    rows = session.execute(
        sa.select(_change, _staff.c.name)
        .outerjoin(_staff, _staff.c.id == _change.c.staff_id)
        .where(_change.c.hall_id == by.hall_id, _change.c.event_id == event_id)
        .order_by(_change.c.at.desc(), _change.c.id.desc())
    )
    return tuple(Change(row.kind, row.at, row.name or "", row.reason, row.old_starts_at) for row in rows)


def _line(row: Any) -> EventLine:
    return EventLine(
        event_id=row.event_id, sitting_id=row.id, title=row.title, kind=row.kind, room_id=row.room_id, room=row.room,
        starts_at=row.starts_at, ends_at=row.ends_at, day=row.day, lesson=row.number, lessons=row.lessons, seats=row.seats,
        seated=row.seated, waiting=row.waiting, came=row.came, cancelled=row.cancelled_at is not None, recorded=bool(row.recorded),
        audience=row.audience, was_at=row.was_at, was_room=row.was_room or "",
    )  # fmt: skip
