"""A room's week out of five years of history, and a year of recurring events laid against what the rooms already have."""

import shutil
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from bench import stage
from bench.filling import END
from bench.rows import Row, at_most, percentile, spread
from bench.stage import Stage
from models import Booking, Closure, ClosureReason, Event, EventKind, Purpose, Room, RoomUse, Sitting, UseKind, new_id
from services import clock, database, hours, recurrence, rooms, timeline
from services.recurrence import Beat, Rule
from services.spans import Span

_room = Room.__table__  # type: ignore[attr-defined]
ITEMS: Final = 2_000
YEARS: Final = 5
EVENTS: Final = 400
_EACH: Final = 40
_LAST: Final = clock.local_day(END)
_FIRST: Final = date(_LAST.year - YEARS, _LAST.month, 1)
# Every day in every room: lessons of a course at nine, groups that booked at two and at four, a course in the evening.
_AT: Final = {9: Event, 14: Booking, 16: Booking, 19: Event}
_BEATS: Final = (Beat.WEEKLY,) * 8 + (Beat.MONTHLY, Beat.LUNAR)


def measure() -> list[Row]:
    kept = stage.hall(ITEMS)
    file = stage.CACHE / "rooms.db"
    shutil.copy(kept.file, file)
    engine = database.engine_for(f"sqlite:///{file}")
    places = database.read(engine, lambda session: list(session.execute(sa.select(_room.c.id)).scalars()))
    uses = database.write(engine, _live, hall_id=kept.hall_id, places=places)
    weeks, years = _weeks(engine, kept, places), [_year(engine, kept, places) for _ in range(8)]
    engine.dispose()
    for end in ("", "-wal", "-shm"):
        file.with_name(file.name + end).unlink(missing_ok=True)
    took = [milliseconds for milliseconds, _ in years]
    sittings, clashing = years[0][1]
    note = f"{spread(weeks, 'ms')}; {uses:,} uses of {len(places)} rooms in {YEARS} years, a session of its own each time"
    aside = f"{sittings:,} sittings, {clashing:,} of them where the room is taken or stopped; each room read once; {spread(took, 'ms')}"
    return [
        at_most("a room's sheet with its week", percentile(weeks, 95), "ms", 20, note),
        at_most(f"{EVENTS} recurring events of a year against their rooms", percentile(took, 50), "ms", 200, aside),
    ]


def _weeks(engine: Engine, kept: Stage, places: Sequence[UUID]) -> list[float]:
    """Ask for weeks all over the five years, as a visitor's page does."""
    took = []
    for n in range(_EACH):
        began = time.perf_counter()
        facts = {"room_id": places[n % len(places)], "day": _FIRST + timedelta(days=n * 43)}
        sheet = database.read(engine, rooms.sheet, hall_id=kept.hall_id, **facts)
        took.append((time.perf_counter() - began) * 1000)
        if sum(len(plan.uses) for plan in sheet.week) != 7 * len(_AT):
            raise AssertionError(sheet.week)
    return took


def _year(engine: Engine, kept: Stage, places: Sequence[UUID]) -> tuple[float, tuple[int, int]]:
    """Expand every rule of a year that is full already, and part what finds its room free from what does not."""
    first = date(_LAST.year - 1, 1, 1)
    frame = Span(clock.instant(first, 0), clock.instant(first.replace(year=_LAST.year), 0))
    began = time.perf_counter()
    facts = {"hall_id": kept.hall_id, "frame": frame, "at": END}
    taken = [database.read(engine, _in_the_way, room_id=place, **facts) for place in places]
    sittings = clashing = 0
    for n in range(EVENTS):
        rule = Rule(_BEATS[n % len(_BEATS)], first + timedelta(days=n % 28), until=date(first.year, 12, 31))
        spans = recurrence.spans(recurrence.days(rule), starts=8 * 60 + n % 25 * 30, minutes=90)
        free, found = recurrence.free_of(spans, taken[n % len(places)])
        sittings, clashing = sittings + len(free) + len(found), clashing + len(found)
    return (time.perf_counter() - began) * 1000, (sittings, clashing)


def _in_the_way(session: Session, *, room_id: UUID, **facts: Any) -> list[Span[datetime]]:
    """What an event meets in a room: what stands there, and the stops that were announced."""
    return [*timeline.busy(session, room_id=room_id, **facts), *hours.calendar_of(session, room_id).closures]


def _live(session: Session, *, hall_id: UUID, places: Sequence[UUID]) -> int:
    """Five years of the hall's rooms, by plain inserts; gives how many uses there were."""
    rows: dict[type[SQLModel], list[dict[str, Any]]] = defaultdict(list)
    same = {"hall_id": hall_id}
    courses: dict[tuple[UUID, int, int], UUID] = {}
    for day in (_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days)):
        for place in places:
            for hour, kind in _AT.items():
                source, span = new_id(), (clock.instant(day, hour * 60), clock.instant(day, hour * 60 + 90))
                when = {"room_id": place, "starts_at": span[0], "ends_at": span[1]}
                taken_as = UseKind.LESSON if kind is Event else UseKind.BOOKING
                rows[RoomUse].append(same | when | {"id": new_id(), "kind": taken_as, "source_id": source, "taken_at": END})
                if kind is Booking:
                    who = {"group_name": "书友会", "purpose": Purpose.READING, "made_at": END, "came_at": span[0]}
                    rows[Booking].append(same | when | who | {"id": source, "day": day, "number": len(rows[Booking]) + 1})
                    continue
                course = courses.setdefault((place, day.isocalendar().week, hour), new_id())
                rows[Sitting].append(same | when | {"id": source, "event_id": course, "day": day, "number": len(rows[Sitting]) + 1})
    rows[Event] = [
        same | {"id": course, "number": n, "title": f"课程{n}", "kind": EventKind.LECTURE, "in_charge": "周桂生", "made_at": END}
        for n, course in enumerate(courses.values(), start=1)
    ]
    # Every other week something stops for an hour, in the whole hall or in one room.
    rows[Closure] = [
        same | {
            "id": new_id(), "number": n, "room_id": (*places, None)[n % (len(places) + 1)], "reason_code": ClosureReason.MAINTENANCE,
            "starts_at": clock.instant(day, 600), "expected_reopen_at": clock.instant(day, 660), "reopened_at": clock.instant(day, 655),
        }
        for n in range(1, (_LAST - _FIRST).days // 14)
        for day in (_FIRST + timedelta(days=n * 14),)
    ]  # fmt: skip
    for model in (Event, Sitting, Booking, RoomUse, Closure):
        session.execute(sa.insert(model), rows[model])
    session.execute(sa.text("ANALYZE"))
    return len(rows[RoomUse])
