"""What a room is for and what is on in it: plans of days and weeks, laid from hours, closures and uses."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, Booking, Event, Item, Medium, OpenItem, Purpose, Room, RoomFunction, RoomUse, Sitting, Title, UseKind
from services import clock, hours, no_shows
from services.hours import Person
from services.offers import OFFERED
from services.refusals import FactWrong
from services.spans import Span, joined
from services.timeline import LONGEST

_room = Room.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Use:
    """Something that takes the room; of a booking its purpose is told, never who comes."""

    span: Span[datetime]
    kind: UseKind
    title: str
    function: str
    purpose: Purpose | None
    event_id: UUID | None
    # Of a booking whose group has not come: from then on it is nobody's, though it may still stand in the day.
    lapses_at: datetime | None = None

    def stands(self, at: datetime) -> bool:
        """Whether it still has the room, or will have it."""
        return self.lapses_at is None or at < self.lapses_at


@dataclass(frozen=True, slots=True)
class DayPlan:
    """A room's day: when it is open, what stops it in its hours, and what is on in it, in the order of time."""

    room_id: UUID
    day: date
    open: tuple[Span[datetime], ...]
    stops: tuple[Span[datetime], ...]
    uses: tuple[Use, ...]

    def now(self, at: datetime) -> tuple[Use, ...]:
        """What is on at this instant."""
        return tuple(use for use in self.uses if at in use.span and use.stands(at))

    def next(self, at: datetime) -> Use | None:
        """What comes next today."""
        return next((use for use in self.uses if use.span.start > at), None)


@dataclass(frozen=True, slots=True)
class RoomSheet:
    """All that a visitor may ask of a room."""

    room_id: UUID
    name: str
    floor: str
    area_m2: int
    capacity: int
    functions: tuple[str, ...]
    services: tuple[str, ...]
    people: tuple[Person, ...]
    things: tuple[tuple[str, int], ...]
    week: tuple[DayPlan, ...]


_uses = (
    sa.select(
        _use.c.room_id, _use.c.starts_at, _use.c.ends_at, _use.c.kind, _use.c.function, _use.c.note, _event.c.title, _booking.c.purpose,
        _event.c.id.label("event_id"), sa.and_(_booking.c.id.is_not(None), *no_shows.AWAITED).label("awaited"),
    )
    .select_from(_use)
    .outerjoin(_sitting, _sitting.c.id == _use.c.source_id)
    .outerjoin(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_booking, _booking.c.id == _use.c.source_id)
    .where(
        _use.c.hall_id == bindparam("hall_id"), _use.c.room_id.in_(bindparam("room_ids", expanding=True)), _use.c.freed_at.is_(None),
        _use.c.starts_at > bindparam("not_before"), _use.c.starts_at < bindparam("until"), _use.c.ends_at > bindparam("since"),
    )
    .order_by(_use.c.starts_at, _use.c.ends_at)
)  # fmt: skip
_mine: tuple[Any, Any] = (bindparam("hall_id"), bindparam("room_id"))
_facts = sa.select(_room.c.name, _room.c.floor, _room.c.area_m2, _room.c.capacity)
_facts = _facts.where(_room.c.hall_id == _mine[0], _room.c.id == _mine[1])
_functions = (
    sa.select(_function.c.name)
    .where(_function.c.hall_id == _mine[0], _function.c.room_id == _mine[1], _function.c.removed_at.is_(None))
    .order_by(_function.c.id)
)
_services = (
    sa.select(_service.c.name).where(_service.c.hall_id == _mine[0], _service.c.room_id == _mine[1], OFFERED).order_by(_service.c.id)
)
_things = (
    sa.select(_title.c.name, sa.func.sum(_item.c.quantity).label("count"))
    .join(_item, _item.c.title_id == _title.c.id)
    .where(_item.c.hall_id == _mine[0], _item.c.home_room_id == _mine[1], _item.c.item_class == Medium.EQUIPMENT)
    .group_by(_title.c.id, _title.c.name)
    .order_by(_title.c.name)
)


def day_plan(session: Session, *, hall_id: UUID, room_ids: list[UUID], day: date) -> dict[UUID, DayPlan]:
    """Lay the day of each room."""
    return {room_id: plans[0] for room_id, plans in plans_of(session, hall_id=hall_id, room_ids=room_ids, first=day, days=1).items()}


def plans_of(
    session: Session, *, hall_id: UUID, room_ids: list[UUID], first: date, days: int, at: datetime | None = None
) -> dict[UUID, tuple[DayPlan, ...]]:
    """Lay so many days of each room, with one question for all that is on; a booking that nobody came to by `at` is left out."""
    frame = Span(clock.instant(first, 0), clock.instant(first + timedelta(days=days), 0))
    found = uses(session, hall_id=hall_id, room_ids=room_ids, frame=frame)
    on = {room_id: [use for use in mine if at is None or use.stands(at)] for room_id, mine in found.items()}
    ahead = [first + timedelta(days=number) for number in range(days)]
    return {room_id: tuple(_laid(session, room_id, day, on.get(room_id, [])) for day in ahead) for room_id in room_ids}


def uses(session: Session, *, hall_id: UUID, room_ids: list[UUID], frame: Span[datetime]) -> dict[UUID, list[Use]]:
    """Give what takes each room within a stretch of time, in the order of time."""
    facts = {"hall_id": hall_id, "room_ids": room_ids, "not_before": frame.start - LONGEST, "since": frame.start, "until": frame.end}
    waits = no_shows.patience(session, hall_id)
    found: dict[UUID, list[Use]] = defaultdict(list)
    for row in session.execute(_uses, facts):
        span, lapses_at = Span(row.starts_at, row.ends_at), row.starts_at + waits if row.awaited else None
        found[row.room_id].append(Use(span, row.kind, row.title or row.note, row.function, row.purpose, row.event_id, lapses_at))
    return found


def usable(session: Session, *, hall_id: UUID) -> dict[UUID, tuple[str, int]]:
    """Name the rooms that may be taken, with how many people they hold."""
    open_to_all = (_room.c.hall_id == hall_id, _room.c.area_kind != AreaKind.OFFICE)
    rows = sa.select(_room.c.id, _room.c.name, _room.c.capacity).where(*open_to_all).order_by(_room.c.position, _room.c.code)
    return {row.id: (row.name, row.capacity) for row in session.execute(rows)}


def sheet(session: Session, *, hall_id: UUID, room_id: UUID, day: date, days: int = 7, at: datetime | None = None) -> RoomSheet:
    """Give a room with its next days. Raises FactWrong for none of this hall."""
    mine = {"hall_id": hall_id, "room_id": room_id}
    row = session.execute(_facts, mine).one_or_none()
    if row is None:
        raise FactWrong(field="room")
    things: list[Any] = list(session.execute(_things, mine))
    return RoomSheet(
        room_id=room_id, name=row.name, floor=row.floor, area_m2=row.area_m2, capacity=row.capacity,
        functions=tuple(session.execute(_functions, mine).scalars()), services=tuple(session.execute(_services, mine).scalars()),
        people=hours.people_on(session, hall_id, day).get(room_id, ()), things=tuple((thing.name, int(thing.count)) for thing in things),
        week=plans_of(session, hall_id=hall_id, room_ids=[room_id], first=day, days=days, at=at)[room_id],
    )  # fmt: skip


def _laid(session: Session, room_id: UUID, day: date, uses: list[Use]) -> DayPlan:
    calendar = hours.calendar_of(session, room_id)
    planned = [Span(clock.instant(day, slot.start), clock.instant(day, slot.end)) for slot in calendar.slots_on(day)]
    stops = joined(cut for slot in planned for stop in calendar.closures if (cut := stop.within(slot)))
    whole = Span(clock.instant(day, 0), clock.instant(day, 24 * 60))
    return DayPlan(room_id, day, calendar.spans_on(day), stops, tuple(use for use in uses if use.span.overlaps(whole)))
