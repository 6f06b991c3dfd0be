"""The hours of the rooms, as staff set them: week, seasons, dated exceptions. What they overtake moves to an open day."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Hall, Opening, OpeningSlot, Room, Season, new_id
from services import hours, journal, moving
from services.calendars import NO_END, Slot
from services.journal import Actor
from services.moving import Moved
from services.refusals import FactMissing, FactWrong
from services.spans import Span, joined
from services.texts import plain

_hall = Hall.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_season = Season.__table__  # type: ignore[attr-defined]
_opening = Opening.__table__  # type: ignore[attr-defined]
_slot = OpeningSlot.__table__  # type: ignore[attr-defined]

_DAY = 24 * 60


def set_week(session: Session, *, room_id: UUID, week: Mapping[int, Iterable[Slot]], at: datetime, by: Actor) -> tuple[Moved, ...]:
    """Set the plain hours of the weekdays named (0 is Monday; no slots means closed); the others stay. Gives what was moved.

    Raises FactWrong for a room, weekday or slot that cannot be, NoOpenDay when a year would be left without an opening for something lent.
    """
    said = lay(session, by, room_id, [{"weekday": weekday, "slots": slots} for weekday, slots in week.items()])
    return settle(session, [room_id], said, at, by, "hours_week", room_id)


def add_season(session: Session, *, name: str, first_day: date, last_day: date, at: datetime, by: Actor) -> UUID:
    """Make a season of these days (both count); rooms keep their week until `set_season` names other hours.

    Raises FactMissing (name), FactWrong when the last day is before the first or another season has the very same days:
    of two such nobody could say which wins.
    """
    if not (name := plain(name, 40)):
        raise FactMissing(field="name")
    same = sa.select(_season.c.id).where(_season.c.hall_id == by.hall_id, _season.c.from_day == first_day, _season.c.to_day == last_day)
    if last_day < first_day or session.execute(same).first():
        raise FactWrong(field="days")
    season_id = new_id()
    row = {"id": season_id, "hall_id": by.hall_id, "name": name, "from_day": first_day, "to_day": last_day}
    session.execute(sa.insert(_season), row)
    journal.record(session, by, "hours_season", at=at, subject="season", subject_id=season_id)
    return season_id


def set_season(
    session: Session, *, season_id: UUID, room_id: UUID, week: Mapping[int, Iterable[Slot]], at: datetime, by: Actor
) -> tuple[Moved, ...]:
    """Set a room's hours of a season on the weekdays named; on others it keeps its week. Gives what was moved; raises as `set_week`."""
    if not session.execute(sa.select(_season.c.id).where(_season.c.id == season_id, _season.c.hall_id == by.hall_id)).first():
        raise FactWrong(field="season")
    said = lay(session, by, room_id, [{"season_id": season_id, "weekday": weekday, "slots": slots} for weekday, slots in week.items()])
    return settle(session, [room_id], said, at, by, "hours_season", room_id)


def set_exception(
    session: Session, *, day: date, name: str, rooms: Mapping[UUID, Iterable[Slot]], at: datetime, by: Actor
) -> tuple[Moved, ...]:
    """Set the hours of one date for the rooms named (no slots: closed); a room not named keeps its hours. Raises as `set_week`."""
    said = []
    for room_id, slots in rooms.items():
        said += lay(session, by, room_id, [{"day": day, "name": plain(name, 40), "slots": slots}])
    return settle(session, list(rooms), said, at, by, "hours_exception", by.hall_id)


def drop_exception(session: Session, *, day: date, room_id: UUID, at: datetime, by: Actor) -> tuple[Moved, ...]:
    """Let a room have its usual hours on that date again."""
    hold_hours(session, by.hall_id)
    return settle(session, [room_id], [clear(session, by, room_id, {"day": day})], at, by, "hours_exception", room_id)


def queue_up(session: Session, hall_id: UUID) -> None:
    """Wait for whoever is changing hours or closures; nothing is written yet, so a repeated gesture can still be found out."""
    session.execute(sa.select(_hall.c.id).where(_hall.c.id == hall_id).with_for_update())


def hold_hours(session: Session, hall_id: UUID) -> None:
    """Begin a change of hours or closures: every kept calendar is stale from here, and nobody computes a due day until the commit."""
    queue_up(session, hall_id)
    session.info[hours.CHANGING] = True
    session.execute(sa.update(_hall).where(_hall.c.id == hall_id).values(calendar_token=new_id()))


def season(session: Session, *, name: str, days: Span[date], by: Actor) -> UUID:
    """Find the season of these very days, or make it; without an end it is a new plain week and has no name."""
    last = days.end - timedelta(days=1)
    mine = (_season.c.hall_id == by.hall_id, _season.c.from_day == days.start)
    known = {row.name: row for row in session.execute(sa.select(_season).where(*mine))}
    if same := next((row for row in known.values() if row.to_day == last), None):
        return UUID(str(same.id))
    name = "" if days.end == NO_END else plain(name, 36)
    if name in known:
        name = next(free for number in range(2, 99) if (free := f"{name} {number}") not in known)
    season_id = new_id()
    session.execute(sa.insert(_season), {"id": season_id, "hall_id": by.hall_id, "name": name, "from_day": days.start, "to_day": last})
    return season_id


def lay(session: Session, by: Actor, room_id: UUID, openings: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Set the hours of a room; gives what they were and are, for the journal. Raises FactWrong (room, weekday, slots)."""
    hold_hours(session, by.hall_id)
    said = []
    if not session.execute(sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)).first():
        raise FactWrong(field="room")
    for opening in openings:
        slots = joined(opening.pop("slots"))
        if opening.get("weekday", 0) not in range(7):
            raise FactWrong(field="weekday")
        if any(slot.start < 0 or slot.start >= _DAY or slot.end > slot.start + _DAY for slot in slots):
            raise FactWrong(field="slots")
        said.append({**clear(session, by, room_id, opening), "now": _written(slots)})
        opening_id = new_id()
        row = {"id": opening_id, "hall_id": by.hall_id, "room_id": room_id, "season_id": None, "weekday": None, "day": None, "name": ""}
        session.execute(sa.insert(_opening), row | opening)
        for slot in slots:
            new = {"id": new_id(), "hall_id": by.hall_id, "opening_id": opening_id, "starts": slot.start, "ends": slot.end}
            session.execute(sa.insert(_slot), new)
    return said


def read(written: str) -> tuple[Slot, ...]:
    """Read slots as the journal keeps them."""
    minutes = [int(part[:2]) * 60 + int(part[3:]) for part in written.replace("-", " ").split()]
    return tuple(map(Span, minutes[::2], minutes[1::2]))


def _written(slots: Iterable[Slot]) -> str:
    """Write slots as 09:00-12:00 14:30-17:30; hours over 24 lie on the next day."""
    clocks = (f"{slot.start // 60:02}:{slot.start % 60:02}-{slot.end // 60:02}:{slot.end % 60:02}" for slot in slots)
    return " ".join(clocks)


def clear(session: Session, by: Actor, room_id: UUID, opening: Mapping[str, Any]) -> dict[str, Any]:
    """Take hours away; gives for the journal what they were: nothing for hours that were not set, empty for a closed day."""
    # None compares as IS NULL: the plain week is where no season and no date stand.
    same = [_opening.c[column] == opening.get(column) for column in ("season_id", "weekday", "day")]
    old = sa.select(_opening.c.id).where(_opening.c.hall_id == by.hall_id, _opening.c.room_id == room_id, *same)
    there = session.execute(sa.select(_opening.c.name).where(_opening.c.id.in_(old))).scalar_one_or_none()
    rows = session.execute(sa.select(_slot.c.starts, _slot.c.ends).where(_slot.c.opening_id.in_(old)).order_by(_slot.c.starts))
    was = None if there is None else _written(Span(row.starts, row.ends) for row in rows)
    session.execute(sa.delete(_slot).where(_slot.c.opening_id.in_(old)))
    session.execute(sa.delete(_opening).where(_opening.c.hall_id == by.hall_id, _opening.c.room_id == room_id, *same))
    said = {"room": str(room_id), "on": str(opening["day"] if "day" in opening else opening["weekday"]), "was": was, "now": None}
    return said | {name: str(fact) for name, fact in (("season", opening.get("season_id")), ("name", there)) if fact}


def settle(
    session: Session,
    rooms: list[UUID],
    said: list[dict[str, Any]],
    at: datetime,
    by: Actor,
    verb: str,
    subject_id: UUID,
    **more: Any,
) -> tuple[Moved, ...]:
    """Move what new hours have overtaken, and write them down. Raises NoOpenDay."""
    moved = moving.overtaken(
        session,
        hall_id=by.hall_id,
        rooms=rooms,
        calendar_for=lambda room_id, item_class: hours.calendar_of(session, room_id, item_class),
        since=at,
        at=at,
        lock=True,
    )
    moving.move(session, hall_id=by.hall_id, moved=moved, at=at)
    subject = "hall" if subject_id == by.hall_id else "room"
    facts = {"moved": len(moved), "hours": said, **more.pop("facts", {})}
    journal.record(session, by, verb, at=at, subject=subject, subject_id=subject_id, facts=facts, **more)
    return moved
