"""Two months at the sample village's door: opened and closed, twice not quite, notices put up, and who came."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from sqlmodel import SQLModel

from models import AnomalyNote, Channel, Closure, ClosureNotice, ClosurePosting, ClosureReason, Counted, DoorCount, OpeningLog
from services import clock
from services.calendars import Calendar

_DAYS = 60
_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
_WHO = {Counted.MINOR: 9, Counted.ELDER: 7, Counted.WOMAN: 5, Counted.OTHER: 4}
_READ = {Counted.READING: 8}
# Days before today on which something went wrong, and why, if somebody has said so.
_MISSED, _LATE = 9, 4
_WHY = "到镇里开会，没来得及公告"


def at_the_door(
    hall_id: UUID, staff_id: UUID, at: datetime, rooms: dict[UUID, Calendar], names: dict[UUID, str], dice: Random
) -> list[SQLModel]:
    """Tell it up to yesterday evening; people are counted in the first room, and read in the second. `names` are on duty, by room."""
    today = clock.local_day(at)
    rows: list[SQLModel] = []
    for place, (room_id, calendar) in enumerate(rooms.items()):
        missed = _with_hours(calendar, today - _MISSED * _DAY) if place == 1 else None
        late = _with_hours(calendar, today - _LATE * _DAY) if place == 1 else None
        for ahead in range(_DAYS, 0, -1):
            day = today - ahead * _DAY
            if day == missed:
                rows.append(_explained(hall_id, staff_id, room_id, calendar, day))
                continue
            rows += _opened(hall_id, staff_id, room_id, calendar, day, names.get(room_id, ""), 40 if day == late else 0, dice)
            rows += _came(hall_id, staff_id, room_id, calendar, day, (_WHO, _READ, {})[place], dice)
    return rows


def notice_of_the_past(hall_id: UUID, staff_id: UUID, room_id: UUID, today: date, signer: str) -> list[SQLModel]:
    """Give a closure of last month with two versions: called away, and back only the day after."""
    day = today - 30 * _DAY
    published, starts = clock.instant(day, 9 * 60 + 12), clock.instant(day, 9 * 60 + 15)
    first, second = clock.instant(day, 14 * 60 + 30), clock.instant(day + _DAY, 9 * 60)
    closure = Closure(
        hall_id=hall_id, number=1, room_id=room_id, reason_code=ClosureReason.CALLED_AWAY, starts_at=starts, expected_reopen_at=second,
        reopened_at=second - 20 * _MINUTE,
    )  # fmt: skip
    facts: dict[str, Any] = {"hall_id": hall_id, "closure_id": closure.id, "contact": "000-0000000", "signer": signer, "staff_id": staff_id}
    notices = [
        ClosureNotice(version=1, published_at=published, expected_reopen_at=first, reason="到区里领取配送图书", **facts),
        ClosureNotice(version=2, published_at=first - 30 * _MINUTE, expected_reopen_at=second, reason="配送车晚到，明早开门", **facts),
    ]
    posted: dict[str, Any] = {"hall_id": hall_id, "closure_id": closure.id, "staff_id": staff_id, "version": 1}
    postings = [ClosurePosting(channel=channel, at=starts, **posted) for channel in (Channel.PAPER, Channel.GROUP)]
    return [closure, *notices, *postings]


def _with_hours(calendar: Calendar, day: date) -> date:
    while not calendar.is_open_day(day):
        day -= _DAY
    return day


def _explained(hall_id: UUID, staff_id: UUID, room_id: UUID, calendar: Calendar, day: date) -> AnomalyNote:
    starts_at = calendar.spans_on(day)[0].start
    return AnomalyNote(
        hall_id=hall_id, room_id=room_id, day=day, starts_at=starts_at, reason=_WHY, at=starts_at + _DAY, staff_id=staff_id
    )  # fmt: skip


def _opened(
    hall_id: UUID, staff_id: UUID, room_id: UUID, calendar: Calendar, day: date, on_duty: str, late: int, dice: Random
) -> Iterator[OpeningLog]:
    for span in calendar.spans_on(day):
        opened_at = span.start + (late + dice.randint(-8, 4)) * _MINUTE
        closed_at = span.end + dice.randint(-3, 9) * _MINUTE
        late = 0
        yield OpeningLog(
            hall_id=hall_id, room_id=room_id, day=day, opened_at=opened_at, opened_by=staff_id, on_duty=on_duty, closed_at=closed_at,
            closed_by=staff_id,
        )  # fmt: skip


def _came(
    hall_id: UUID, staff_id: UUID, room_id: UUID, calendar: Calendar, day: date, those: dict[Counted, int], dice: Random
) -> Iterator[DoorCount]:
    for span in calendar.spans_on(day):
        for who, most in those.items():
            if number := dice.randint(0, most):
                moment = span.start + (span.end - span.start) * dice.uniform(0.1, 0.9)
                yield DoorCount(hall_id=hall_id, room_id=room_id, day=day, at=moment, who=who, number=number, staff_id=staff_id)
