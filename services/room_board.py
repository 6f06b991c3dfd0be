"""What hangs by the door: every room that visitors use, with its days and with what stops it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlmodel import Session

from models import AreaKind
from services import clock, rooms, rule_sets
from services.hours import Notice, RoomStatus, Stage, Status
from services.refusals import FactWrong
from services.rooms import DayPlan, RoomSheet
from services.rule_sets import RuleSheet
from services.spans import Span


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room, its days from today on, and for each of them the notice of what stops it."""

    room: RoomStatus
    days: tuple[DayPlan, ...]
    notices: tuple[Notice | None, ...]

    @property
    def today(self) -> DayPlan:
        """The first of its days."""
        return self.days[0]


@dataclass(frozen=True, slots=True)
class RoomPage:
    """One room by itself: all that may be asked of it, how it stands now, and the rules in force in it."""

    line: RoomLine
    sheet: RoomSheet
    rules: tuple[RuleSheet, ...]


def lines(session: Session, *, hall_id: UUID, door: Status, at: datetime, days: int = 1) -> tuple[RoomLine, ...]:
    """Lay so many days of every room but the offices, in the order of the rooms."""
    open_to_all = [room for room in door.rooms if room.area_kind is not AreaKind.OFFICE]
    room_ids = [room.room_id for room in open_to_all]
    plans = rooms.plans_of(session, hall_id=hall_id, room_ids=room_ids, first=clock.local_day(at), days=days, at=at)
    return tuple(_line(door, room, plans[room.room_id]) for room in open_to_all)


def page(session: Session, *, hall_id: UUID, door: Status, room_id: UUID, at: datetime) -> RoomPage:
    """Give one room with its week. Raises FactWrong for none of this hall, and for an office."""
    room = next((room for room in door.rooms if room.room_id == room_id and room.area_kind is not AreaKind.OFFICE), None)
    if room is None:
        raise FactWrong(field="room")
    sheet = rooms.sheet(session, hall_id=hall_id, room_id=room_id, day=clock.local_day(at), at=at)
    return RoomPage(_line(door, room, sheet.week), sheet, rule_sets.current(session, hall_id=hall_id, room_id=room_id))


def _line(door: Status, room: RoomStatus, plans: tuple[DayPlan, ...]) -> RoomLine:
    return RoomLine(room, plans, tuple(_notice(door, room.room_id, plan.day) for plan in plans))


def _notice(door: Status, room_id: UUID, day: date) -> Notice | None:
    """Find why the room is shut on a day; a stop of one service alone shuts no room."""
    whole = Span(clock.instant(day, 0), clock.instant(day, 24 * 60))
    for notice in door.closures:
        stops = Span(notice.starts_at, notice.expected_reopen_at).overlaps(whole) or notice.stage is Stage.LATE
        if stops and notice.stage is not Stage.REOPENED and not notice.service and notice.room_id in {None, room_id}:
            return notice
    return None
