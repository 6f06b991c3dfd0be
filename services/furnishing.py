"""What a hall is furnished with on its first day: rooms, what they are for, who answers for them, and their hours."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlmodel import Session, SQLModel

from models import (
    AreaKind,
    Duty,
    FunctionPair,
    Medium,
    Opening,
    OpeningSlot,
    OpenItem,
    PersonInCharge,
    Room,
    RoomFunction,
    Season,
    Sharing,
)
from services.settings import HOUSE

WEEK = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
Plan = dict[str, Any]


def lay(session: Session, rows: list[SQLModel]) -> None:
    """Write many new rows at once, each table after those it refers to."""
    for table in SQLModel.metadata.sorted_tables:
        if mine := [row.model_dump() for row in rows if row.__tablename__ == table.name]:
            session.execute(table.insert(), mine)


def read_plan(folder: Path, name: str) -> Any:
    """One of the plan's files: rooms.json or opening_hours.json."""
    return json.loads((folder / name).read_text(encoding="utf-8"))


def rooms(hall_id: UUID, plan: list[Plan], since: date, keeper: Callable[[str], UUID | None]) -> dict[str, list[SQLModel]]:
    """The rows of every room, by its code; `keeper` gives the staff account of a person in charge, if there is one."""
    made: dict[str, list[SQLModel]] = {}
    for position, entry in enumerate(plan):
        room = Room(
            hall_id=hall_id,
            code=entry["room_id"],
            name=entry["name"],
            floor=entry["floor"],
            area_m2=entry["area_m2"],
            area_kind=AreaKind(entry["area_kind"]),
            capacity=entry["capacity"],
            position=position,
        )
        functions = [RoomFunction(hall_id=hall_id, room_id=room.id, name=name) for name in entry["functions"]]
        items = [_service(room, name, entry.get("lends", {})) for name in entry["open_items"]]
        made[room.code] = [room, *functions, *items, *_pairs(room, entry), *_answering(room, entry, since, keeper)]
    return made


def _service(room: Room, name: str, lends: dict[str, str]) -> OpenItem:
    return OpenItem(hall_id=room.hall_id, room_id=room.id, name=name, lends=Medium(lends[name]) if name in lends else None)


def _pairs(room: Room, entry: Plan) -> Iterator[SQLModel]:
    for sharing, pairs in entry.get("sharing", {}).items():
        for pair in pairs:
            first, second = sorted(pair)
            yield FunctionPair(hall_id=room.hall_id, room_id=room.id, first=first, second=second, sharing=Sharing(sharing))


def _answering(room: Room, entry: Plan, since: date, keeper: Callable[[str], UUID | None]) -> Iterator[SQLModel]:
    for duty, name in ((Duty.IN_CHARGE, entry.get("person_in_charge")), (Duty.DEPUTY, entry.get("deputy"))):
        if name:
            yield PersonInCharge(
                hall_id=room.hall_id,
                room_id=room.id,
                duty=duty,
                name=name,
                phone=entry.get("phone", ""),
                staff_id=keeper(name),
                from_day=since,
            )


def hours(room: Room, plan: Plan, years: tuple[int, ...]) -> list[SQLModel]:
    """The week of a room, its seasons' weeks and its dated exceptions; seasons come again in each of `years`."""
    rows: list[SQLModel] = []
    for weekday, name in enumerate(WEEK):
        if name in plan.get(room.code, {}):
            rows += _opening(room, plan[room.code][name], weekday=weekday)
    for day in plan.get("holiday_overrides", ()):
        if room.code in day:
            rows += _opening(room, day[room.code], day=date.fromisoformat(day["date"]), name=day["name"])
    return rows + [row for year in years for row in _seasons(room, plan, year)]


def _seasons(room: Room, plan: Plan, year: int) -> Iterator[SQLModel]:
    for entry in plan.get("seasons", ()):
        if room.code not in entry:
            continue
        starts, ends = (date.fromisoformat(entry[key]).replace(year=year) for key in ("from", "to"))
        season = Season(hall_id=room.hall_id, name=f"{entry['name']}（{room.name}）", from_day=starts, to_day=ends)
        yield season
        for name, slots in entry[room.code].items():
            yield from _opening(room, slots, weekday=WEEK.index(name), season_id=season.id)


def _opening(room: Room, slots: list[list[str]], **when: Any) -> list[SQLModel]:
    opening = Opening(hall_id=room.hall_id, room_id=room.id, **when)
    return [
        opening,
        *(OpeningSlot(hall_id=room.hall_id, opening_id=opening.id, starts=_minute(starts), ends=_minute(ends)) for starts, ends in slots),
    ]


def _minute(time: str) -> int:
    hour, minute = time.split(":")
    return int(hour) * 60 + int(minute)


def new_year_days(plan: list[Plan], years: tuple[int, ...]) -> list[Plan]:
    """The exceptions planned for 除夕 and 春节, on the true dates of each year (GB/T 33661; the table ends in 2031)."""
    with (HOUSE / "assets" / "start" / "festivals.csv").open(encoding="utf-8") as table:
        festivals = list(csv.DictReader(table))
    planned = {day["name"]: day for day in plan}
    return [
        {**planned[festival["name"]], "date": festival["date"]}
        for festival in festivals
        if festival["name"] in planned and int(festival["date"][:4]) in years
    ]
