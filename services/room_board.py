"""What hangs by the door: every room that visitors use, with its days and with what stops it."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlmodel import Session

from models import AreaKind
from services import clock, rooms
from services.hours import Notice, RoomStatus, Stage, Status
from services.rooms import DayPlan

_STOPS: Final = frozenset({Stage.NOW, Stage.LATE, Stage.COMING})


@dataclass(frozen=True, slots=True)
class RoomLine:
    """A room, its days from today on, and the notice of what stops it today."""

    room: RoomStatus
    days: tuple[DayPlan, ...]
    notice: Notice | None

    @property
    def today(self) -> DayPlan:
        """The first of its days."""
        return self.days[0]


def lines(session: Session, *, hall_id: UUID, door: Status, at: datetime, days: int = 1) -> tuple[RoomLine, ...]:
    """Lay so many days of every room but the offices, in the order of the rooms."""
    today = clock.local_day(at)
    open_to_all = [room for room in door.rooms if room.area_kind is not AreaKind.OFFICE]
    plans = rooms.plans_of(session, hall_id=hall_id, room_ids=[room.room_id for room in open_to_all], first=today, days=days)
    return tuple(RoomLine(room, plans[room.room_id], _notice(door, room.room_id, today)) for room in open_to_all)


def _notice(door: Status, room_id: UUID, today: date) -> Notice | None:
    """Find why the room is shut today; a stop of one service alone shuts no room."""
    return next(
        (
            notice
            for notice in door.closures
            if notice.stage in _STOPS
            and not notice.service
            and notice.room_id in {None, room_id}
            and clock.local_day(notice.starts_at) <= today
        ),
        None,
    )
