"""Register 10, the opening log: one line a room and day, from the log, the counters at the door and the loans."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Item, Loan
from services import door_counts, openings_kept
from services.door_counts import NOBODY, Tally
from services.openings_kept import RoomDay

_loan = Loan.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """One room on one day, whole."""

    room_day: RoomDay
    came: Tally
    lent: int
    back: int

    @property
    def empty(self) -> bool:
        """Whether the day has nothing to tell of this room."""
        day = self.room_day
        return not (day.planned or day.real or day.notices or self.lent or self.back or self.came != NOBODY)


def lines(session: Session, *, hall_id: UUID, first: date, last: date, at: datetime) -> tuple[Line, ...]:
    """Give the lines of these days, both counting, from the day on that the log was begun.

    A room and day on which nothing was planned, done or counted has none.
    """
    first = max(first, openings_kept.begun(session, hall_id))
    if first > last:
        return ()
    days = openings_kept.days(session, hall_id=hall_id, first=first, last=last, at=at)
    came = door_counts.tallies(session, hall_id=hall_id, first=first, last=last)
    lent, back = (_loans(session, hall_id, column, first, last) for column in (_loan.c.out_day, _loan.c.back_day))
    keys = ((one, (one.room_id, one.day)) for one in days)
    found = (Line(one, came.get(key, NOBODY), lent.get(key, 0), back.get(key, 0)) for one, key in keys)
    return tuple(line for line in found if not line.empty)


def _loans(session: Session, hall_id: UUID, day: sa.ColumnElement[Any], first: date, last: date) -> dict[tuple[UUID, date], int]:
    rows = session.execute(
        sa.select(_item.c.home_room_id, day.label("day"), sa.func.count())
        .join(_item, _item.c.id == _loan.c.item_id)
        .where(_loan.c.hall_id == hall_id, day >= first, day <= last)
        .group_by(_item.c.home_room_id, day)
    )
    return {(row[0], row[1]): int(row[2]) for row in rows}
