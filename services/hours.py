"""What the hall's clock face says: the calendar of a room, and whether the hall is open, until when, and who is in charge."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import (
    AreaKind,
    Closure,
    ClosureHours,
    ClosureNotice,
    ClosureReason,
    Duty,
    Hall,
    Medium,
    Opening,
    OpeningSlot,
    OpenItem,
    PersonInCharge,
    Room,
)
from models import Season as SeasonRow
from services import clock
from services.calendars import Calendar, Openings, Season, Slot, Together
from services.spans import Span, joined, without

_hall = Hall.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_opening = Opening.__table__  # type: ignore[attr-defined]
_slot = OpeningSlot.__table__  # type: ignore[attr-defined]
_season = SeasonRow.__table__  # type: ignore[attr-defined]
_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]
_kept_hours = ClosureHours.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]

_token = sa.select(_hall.c.calendar_token).join_from(_room, _hall, _room.c.hall_id == _hall.c.id).where(_room.c.id == bindparam("room_id"))
# A due day that is computed must still be right when it is written: whoever changes hours or closures takes the row FOR UPDATE.
_token_held = _token.with_for_update(of=_hall, read=True, key_share=True)
_hall_held = sa.select(_hall.c.id).where(_hall.c.id == bindparam("hall_id")).with_for_update(read=True, key_share=True)

_hours = (
    sa.select(
        _opening.c.id,
        _opening.c.weekday,
        _opening.c.day,
        _opening.c.season_id,
        _season.c.from_day,
        _season.c.to_day,
        _slot.c.starts,
        _slot.c.ends,
    )
    .select_from(_opening)
    .outerjoin(_season, _season.c.id == _opening.c.season_id)
    .outerjoin(_slot, _slot.c.opening_id == _opening.c.id)
    .where(_opening.c.room_id == bindparam("room_id"))
)
_closures = (
    sa.select(_closure.c.id, _closure.c.starts_at, _closure.c.expected_reopen_at, _closure.c.reopened_at)
    .select_from(_room)
    .join(_closure, _closure.c.hall_id == _room.c.hall_id)
    .outerjoin(_service, _service.c.id == _closure.c.open_item_id)
    .where(
        _room.c.id == bindparam("room_id"),
        sa.or_(_closure.c.room_id.is_(None), _closure.c.room_id == _room.c.id),
        sa.or_(_closure.c.open_item_id.is_(None), _service.c.lends == bindparam("item_class")),
    )
)

_keeps = (
    sa.select(_kept_hours.c.starts, _kept_hours.c.ends)
    .where(_kept_hours.c.closure_id == bindparam("closure_id"))
    .order_by(_kept_hours.c.starts)
)
_keeping = (
    sa.select(_kept_hours.c.closure_id, _kept_hours.c.starts, _kept_hours.c.ends)
    .join(_room, _room.c.hall_id == _kept_hours.c.hall_id)
    .where(_room.c.id == bindparam("room_id"))
)

CHANGING = "hours_changing"
"""Set in a session that changes hours or closures: a calendar read before it is done would be kept under the token of what it becomes."""
_KEPT_AT_MOST = 500
# By room and item class: the token it was read under, and the calendar. A token is never used twice, so a stale entry cannot match.
_kept: dict[tuple[UUID, Medium | None], tuple[UUID, Calendar]] = {}


def calendar_of(
    session: Session, room_id: UUID, item_class: Medium | None = None, *, token: UUID | None = None, hold: bool = False
) -> Calendar:
    """Read the hours of a room, kept in this process until the hall's calendar token changes.

    With an item class, stops of the service that lends and takes back such things count as well. `token` saves a question
    where the caller has read it in this transaction; `hold` keeps hours and closures as they are until the commit
    (PostgreSQL; SQLite has one writer), so that a due day computed from them is still an open day when it is written.
    """
    if token is None or (hold and session.get_bind().dialect.name != "sqlite"):
        token = session.execute(_token_held if hold else _token, {"room_id": room_id}).scalar_one()
    key = room_id, item_class
    if (kept := _kept.get(key)) and kept[0] == token:
        return kept[1]
    calendar = _read(session, room_id, item_class)
    if session.info.get(CHANGING):
        return calendar
    if len(_kept) >= _KEPT_AT_MOST:
        _kept.clear()
    _kept[key] = token, calendar
    return calendar


def hold_still(session: Session, hall_id: UUID) -> None:
    """Keep hours and closures as they are until the commit: asked before a hold or loan is changed, as whoever changes hours does."""
    if session.get_bind().dialect.name != "sqlite":
        session.execute(_hall_held, {"hall_id": hall_id})


def open_day_after(calendar: Openings, at: datetime, count: int) -> date:
    """Give the count-th open day after today: `1` is the next one. Raises NoOpenDay."""
    day = clock.local_day(at)
    for _ in range(count):
        day = calendar.first_open_day(day + timedelta(days=1))
    return day


def closed_span(starts_at: datetime, expected_reopen_at: datetime, reopened_at: datetime | None) -> Span[datetime] | None:
    """Say for how long a closure stops things; None when it was lifted before it began.

    It ends as announced, or when it was really lifted: earlier, or later as the register then knows.
    """
    end = reopened_at or expected_reopen_at
    return Span(starts_at, end) if end > starts_at else None


def stopped(span: Span[datetime], kept: Iterable[Slot]) -> tuple[Span[datetime], ...]:
    """Cut the hours kept all the same out of a stop, on each of its days."""
    first, last = clock.local_day(span.start), clock.local_day(span.end)
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    return without([span], [Span(clock.instant(day, slot.start), clock.instant(day, slot.end)) for slot in kept for day in days])


def kept_in(session: Session, closure_id: UUID) -> tuple[Slot, ...]:
    """Read the hours kept all the same on the days of a stop; none when it stops everything."""
    return tuple(Span(row.starts, row.ends) for row in session.execute(_keeps, {"closure_id": closure_id}))


def _read(session: Session, room_id: UUID, item_class: Medium | None) -> Calendar:
    slots: dict[UUID, list[Slot]] = defaultdict(list)
    rows = {}
    for row in session.execute(_hours, {"room_id": room_id}):
        rows[row.id] = row
        if row.starts is not None:
            slots[row.id].append(Span(row.starts, row.ends))
    week: dict[int, tuple[Slot, ...]] = {}
    exceptions: dict[date, tuple[Slot, ...]] = {}
    seasons: dict[UUID, tuple[Span[date], dict[int, tuple[Slot, ...]]]] = {}
    for row in rows.values():
        hours = joined(slots[row.id])
        if row.day is not None:
            exceptions[row.day] = hours
        elif row.season_id is None:
            week[row.weekday] = hours
        else:
            days = Span(row.from_day, row.to_day + timedelta(days=1))
            seasons.setdefault(row.season_id, (days, {}))[1][row.weekday] = hours
    kept: dict[UUID, list[Slot]] = defaultdict(list)
    for row in session.execute(_keeping, {"room_id": room_id}):
        kept[row.closure_id].append(Span(row.starts, row.ends))
    closures = session.execute(_closures, {"room_id": room_id, "item_class": item_class})
    spans = [(closed_span(row.starts_at, row.expected_reopen_at, row.reopened_at), kept[row.id]) for row in closures]
    return Calendar(
        week=week,
        seasons=tuple(Season(days, named) for days, named in seasons.values()),
        exceptions=exceptions,
        closures=joined(piece for span, hours in spans if span for piece in stopped(span, hours)),
    )


# -- the board by the door ---------------------------------------------------------------------------------------------


class Stage(StrEnum):
    """Where an announced closure stands."""

    COMING = "coming"
    NOW = "now"
    LATE = "late"
    """The expected reopening has passed and nobody has lifted it: red (R54)."""
    REOPENED = "reopened"
    """Lifted today, before its time: 已恢复开放."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who answers for a room today."""

    name: str
    phone: str
    duty: Duty
    staff_id: UUID | None


@dataclass(frozen=True, slots=True)
class Notice:
    """The newest version of a closure's notice; `reopens_at` is the first opening at or after the expected reopening."""

    closure_id: UUID
    number: int
    version: int
    stage: Stage
    room_id: UUID | None
    room: str
    service: str
    reason_code: ClosureReason
    reason: str
    starts_at: datetime
    expected_reopen_at: datetime
    reopens_at: datetime | None
    reopened_at: datetime | None
    contact: str
    signer: str
    kept: tuple[Slot, ...] = ()
    """Hours that stay open all the same: opening is shortened, not stopped."""


@dataclass(frozen=True, slots=True)
class RoomStatus:
    """One room now: open until, or opens next; and the persons in charge, the first before the deputy."""

    room_id: UUID
    code: str
    name: str
    area_kind: AreaKind
    is_open: bool
    until: datetime | None
    next_opening: datetime | None
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Status:
    """The hall now: open while any room of its service area is."""

    is_open: bool
    until: datetime | None
    next_opening: datetime | None
    rooms: tuple[RoomStatus, ...]
    closures: tuple[Notice, ...]
    in_charge: Person | None


_rooms = sa.select(_room.c.id, _room.c.code, _room.c.name, _room.c.area_kind, _hall.c.calendar_token).select_from(_room).join(
    _hall, _hall.c.id == _room.c.hall_id
).where(_room.c.hall_id == bindparam("hall_id")).order_by(_room.c.position, _room.c.code)  # fmt: skip
_on_duty = (
    sa.select(_charge.c.room_id, _charge.c.name, _charge.c.phone, _charge.c.duty, _charge.c.staff_id)
    .where(
        _charge.c.hall_id == bindparam("hall_id"),
        _charge.c.from_day <= bindparam("day"),
        sa.or_(_charge.c.to_day.is_(None), _charge.c.to_day >= bindparam("day")),
    )
    .order_by(_charge.c.from_day.desc())
)
_newest_version = (
    sa.select(sa.func.max(_notice.c.version)).where(_notice.c.closure_id == _closure.c.id).correlate(_closure).scalar_subquery()
)
_announced = (
    sa.select(
        _closure.c.id,
        _closure.c.number,
        _closure.c.room_id,
        _closure.c.reason_code,
        _closure.c.starts_at,
        _closure.c.expected_reopen_at,
        _closure.c.reopened_at,
        _notice.c.version,
        _notice.c.reason,
        _notice.c.contact,
        _notice.c.signer,
        sa.func.coalesce(_room.c.name, "").label("room"),
        sa.func.coalesce(_service.c.name, "").label("service"),
    )
    .select_from(_closure)
    .join(_notice, sa.and_(_notice.c.closure_id == _closure.c.id, _notice.c.version == _newest_version))
    .outerjoin(_room, _room.c.id == _closure.c.room_id)
    .outerjoin(_service, _service.c.id == _closure.c.open_item_id)
    .where(
        _closure.c.hall_id == bindparam("hall_id"),
        sa.or_(_closure.c.reopened_at.is_(None), _closure.c.reopened_at >= bindparam("midnight")),
    )
    .order_by(_closure.c.starts_at, _closure.c.number)
)


def hall_status(session: Session, hall_id: UUID, at: datetime) -> Status:
    """Say what the hall's door says now: open until or next, room by room, notices of closures, the person in charge."""
    rows = session.execute(_rooms, {"hall_id": hall_id}).all()
    calendars = {row.id: calendar_of(session, row.id, token=row.calendar_token) for row in rows}
    people = people_on(session, hall_id, clock.local_day(at))
    rooms = tuple(
        RoomStatus(row.id, row.code, row.name, row.area_kind, *_face(calendars[row.id], at), people.get(row.id, ())) for row in rows
    )
    service = tuple(room for room in rooms if room.area_kind is AreaKind.SERVICE)
    whole = Together(tuple(calendars[room.room_id] for room in service))
    in_charge = next((room.people[0] for room in service if room.people), None)
    return Status(*_face(whole, at), rooms, notices(session, hall_id, at, calendars, whole), in_charge)


def whole_hall(session: Session, hall_id: UUID) -> Together:
    """Give the hours of the hall: open while any room of its service area is."""
    rooms = session.execute(_rooms, {"hall_id": hall_id}).all()
    service = (row for row in rooms if row.area_kind is AreaKind.SERVICE)
    return Together(tuple(calendar_of(session, row.id, token=row.calendar_token) for row in service))


def notices(session: Session, hall_id: UUID, at: datetime, calendars: Mapping[UUID, Openings], whole: Openings) -> tuple[Notice, ...]:
    """List the closures that concern visitors now: announced, in force, late, or lifted early today."""
    midnight = clock.instant(clock.local_day(at), 0)
    found = []
    for row in session.execute(_announced, {"hall_id": hall_id, "midnight": midnight}):
        stage = _stage(row.starts_at, row.expected_reopen_at, row.reopened_at, at)
        if stage is None:
            continue
        reopens_at = calendars.get(row.room_id, whole).next_opening(row.reopened_at or row.expected_reopen_at)
        found.append(
            Notice(
                row.id, row.number, row.version, stage, row.room_id, row.room, row.service, row.reason_code, row.reason,
                row.starts_at, row.expected_reopen_at, reopens_at, row.reopened_at, row.contact, row.signer, kept_in(session, row.id),
            )
        )  # fmt: skip
    return tuple(found)


def _stage(starts_at: datetime, expected_reopen_at: datetime, reopened_at: datetime | None, at: datetime) -> Stage | None:
    if reopened_at is not None:
        return Stage.REOPENED if reopened_at < expected_reopen_at else None
    if at < starts_at:
        return Stage.COMING
    return Stage.NOW if at < expected_reopen_at else Stage.LATE


def _face(openings: Openings, at: datetime) -> tuple[bool, datetime | None, datetime | None]:
    is_open = openings.open_at(at)
    return is_open, openings.until(at) if is_open else None, None if is_open else openings.next_opening(at)


def people_on(session: Session, hall_id: UUID, day: date) -> dict[UUID, tuple[Person, ...]]:
    """Give who answers for each room on a day, the person in charge before the deputy; a room without anybody is not in it."""
    people: dict[UUID, list[Person]] = defaultdict(list)
    for row in session.execute(_on_duty, {"hall_id": hall_id, "day": day}):
        people[row.room_id].append(Person(row.name, row.phone, row.duty, row.staff_id))
    return {room_id: tuple(sorted(those, key=lambda person: person.duty is Duty.DEPUTY)) for room_id, those in people.items()}
