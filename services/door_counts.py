"""Who came through the door, by taps: minors, elders, women, others, whose sum is the total; and who read there."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, Counted, DoorCount, Room, new_id
from services import clock, journal, timetable
from services.journal import Actor
from services.refusals import FactWrong, NotAllowed

_count = DoorCount.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

MOST: Final = 500


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted; reading is counted beside, and is no part of the total."""

    minor: int = 0
    elder: int = 0
    woman: int = 0
    other: int = 0
    reading: int = 0

    @property
    def total(self) -> int:
        """Everybody who came, the sum of the four."""
        return self.minor + self.elder + self.woman + self.other

    def of(self, who: Counted) -> int:
        """How many of these."""
        return int(getattr(self, who.value))


NOBODY: Final = Tally()


def count(
    session: Session, *, who: Counted, number: int, room_id: UUID, day: date | None = None, at: datetime, gesture: UUID, by: Actor
) -> Tally:
    """Count so many more, or, below zero, so many fewer; a day that has passed may be added to. Gives the day's tally of the room.

    Raises NotAllowed, ClockWrong, FactWrong (room; quantity when it is nothing, too much, or would leave less than nobody; at).
    """
    if not by.is_staff:
        raise NotAllowed
    day = day or clock.local_day(at)
    effect = journal.gesture_key(gesture, "door", who, room_id, day)
    # Two tablets that both take one away must not leave less than nobody.
    timetable.queue_up(session, by.hall_id)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is None:
        journal.refuse_wrong_clock(before.newest_at, at)
        _refuse_impossible(session, who, number, room_id, day, at, by)
        session.execute(sa.insert(_count), {
            "id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "day": day, "at": at, "who": who, "number": number,
            "staff_id": by.staff_id,
        })  # fmt: skip
        facts = {"who": str(who), "number": number, "day": str(day)}
        journal.record(session, by, "door_count", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts)
    return tallies(session, hall_id=by.hall_id, first=day, last=day).get((room_id, day), NOBODY)


def tallies(session: Session, *, hall_id: UUID, first: date, last: date) -> dict[tuple[UUID, date], Tally]:
    """Give the tallies by room and day, both ends counting; where nobody was counted, there is none."""
    rows = session.execute(
        sa.select(_count.c.room_id, _count.c.day, _count.c.who, sa.func.sum(_count.c.number).label("number"))
        .where(_count.c.hall_id == hall_id, _count.c.day >= first, _count.c.day <= last)
        .group_by(_count.c.room_id, _count.c.day, _count.c.who)
    )
    found: dict[tuple[UUID, date], dict[str, int]] = defaultdict(dict)
    for row in rows:
        found[row.room_id, row.day][row.who.value] = int(row.number)
    return {key: Tally(**numbers) for key, numbers in found.items()}


def together(those: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    whole = list(those)
    return Tally(**{who.value: sum(tally.of(who) for tally in whole) for who in Counted})


def by_hour(session: Session, *, hall_id: UUID, first: date, last: date) -> dict[int, int]:
    """Give how many came in each hour of the day, of what was counted on the day itself."""
    rows = session.execute(
        sa.select(_count.c.at, _count.c.day, _count.c.number).where(
            _count.c.hall_id == hall_id, _count.c.day >= first, _count.c.day <= last, _count.c.who != Counted.READING
        )
    )
    hours: dict[int, int] = defaultdict(int)
    for row in rows:
        here = clock.local(row.at)
        if here.date() == row.day:
            hours[here.hour] += row.number
    return dict(sorted(hours.items()))


def _refuse_impossible(session: Session, who: Counted, number: int, room_id: UUID, day: date, at: datetime, by: Actor) -> None:
    service = (_room.c.id == room_id, _room.c.hall_id == by.hall_id, _room.c.area_kind == AreaKind.SERVICE)
    if not session.execute(sa.select(_room.c.id).where(*service)).first():
        raise FactWrong(field="room")
    if day > clock.local_day(at):
        raise FactWrong(field="at")
    have = tallies(session, hall_id=by.hall_id, first=day, last=day).get((room_id, day), NOBODY).of(who)
    if not 0 < abs(number) <= MOST or have + number < 0:
        raise FactWrong(field="quantity")
