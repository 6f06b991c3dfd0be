"""The hours of rooms in words, as they stand on a board or in the rules: the plain week, what follows it, the seasons of a year."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from itertools import groupby
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Room
from services import hours, hours_plans
from services.calendars import Slot
from services.hours_plans import Layer
from services.words import Words

_room = Room.__table__  # type: ignore[attr-defined]
_YEAR: Final = timedelta(days=365)
_NEXT_DAY: Final = 24 * 60


def of_hall(session: Session, *, hall_id: UUID, today: date, spoken: Words) -> dict[UUID, list[str]]:
    """Give each room's hours; a room that never opens is left out."""
    rooms = session.execute(sa.select(_room.c.id).where(_room.c.hall_id == hall_id)).scalars().all()
    found = {room_id: of_room(session, hall_id=hall_id, room_id=room_id, today=today, spoken=spoken) for room_id in rooms}
    return {room_id: lines for room_id, lines in found.items() if lines}


def of_room(session: Session, *, hall_id: UUID, room_id: UUID, today: date, spoken: Words) -> list[str]:
    """Give a room's hours: the week in force, then weeks and seasons that begin within a year, each with its days."""
    calendar = hours.calendar_of(session, room_id)
    lines = [week(hours_plans.week_on(calendar, today), spoken)]
    for one in hours_plans.layers(session, hall_id=hall_id, room_id=room_id, today=today):
        change = one.change
        if change.first >= today + _YEAR:
            continue
        if change.layer is Layer.WEEK and not one.begun:
            lines.append(spoken.say("hours.from", day=change.first, week=week(hours_plans.week_on(calendar, change.first), spoken)))
        if change.layer is Layer.SEASON and (text := week(change.week or {}, spoken)):
            lines.append(spoken.say("hours.season", first=change.first, last=change.last, week=text))
    return [line for line in lines if line]


def week(slots: Mapping[int, Iterable[Slot]], spoken: Words) -> str:
    """Write a week, days of the same hours together: 周二至周五 9:00–12:00 14:30–17:30，周六 …; days that are closed are left out."""
    written = {day: of_day(slots[day], spoken) for day in sorted(slots)}
    groups = groupby((day for day in written if written[day]), lambda day: written[day])
    return "，".join(f"{_days(days, spoken)} {text}" for text, days in groups)


def of_day(slots: Iterable[Slot], spoken: Words) -> str:
    """Write a day's hours; nothing for a closed day."""
    return " ".join(f"{spoken.minute(slot.start)}–{clock(slot.end, spoken)}" for slot in slots)


def clock(minute: int, spoken: Words) -> str:
    """Write a time of day; after midnight it is the next day's."""
    return spoken.say("hours.next_day", time=spoken.minute(minute - _NEXT_DAY)) if minute > _NEXT_DAY else spoken.minute(minute)


def _days(days: Iterable[int], spoken: Words) -> str:
    """Weekdays in words, those in a row from the first to the last: 周二至周日."""
    found = []
    for _, run in groupby(enumerate(days), lambda pair: pair[1] - pair[0]):
        names = [spoken.short_weekday(date(2024, 1, 1 + day)) for _, day in run]
        found.append(names[0] if len(names) == 1 else spoken.say("hours.days", first=names[0], last=names[-1]))
    return "、".join(found)
