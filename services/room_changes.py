"""A room changed: its area, kind and heads, what it is for, and which of its functions share it; what it was stays known (R06, R07)."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, FunctionPair, Room, RoomChange, RoomFunction, RoomUse, Sharing, new_id
from services import journal, sharing, timeline
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, FunctionInUse, NotAllowed, ReasonMissing, RoomTaken
from services.texts import plain

_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_pair = FunctionPair.__table__  # type: ignore[attr-defined]
_change = RoomChange.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]

_LARGEST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Shape:
    """What a room is, besides what it is for."""

    name: str
    floor: str
    area_m2: int
    area_kind: AreaKind
    capacity: int


_to_come = sa.select(_use).where(
    _use.c.hall_id == bindparam("hall_id"), _use.c.room_id == bindparam("room_id"), _use.c.ends_at > bindparam("now")
).order_by(_use.c.starts_at)  # fmt: skip
_together = sa.select(_pair.c.first, _pair.c.second).where(
    _pair.c.hall_id == bindparam("hall_id"), _pair.c.room_id == bindparam("room_id"), _pair.c.sharing == Sharing.TOGETHER
)


def reshape(
    session: Session, *, room_id: UUID, seen: Shape, shape: Shape, reason: str = "", at: datetime, gesture: UUID, by: Actor
) -> None:
    """Set what a room is. `seen` is what it was when it was looked at.

    Raises NotAllowed, FactWrong (room, area, capacity), FactMissing (name), ReasonMissing where area, kind or heads change,
    ChangedMeanwhile.
    """
    effect = _begin(session, room_id, "room_change", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    new = Shape(plain(shape.name, 40), plain(shape.floor, 8), shape.area_m2, shape.area_kind, shape.capacity)
    if not new.name:
        raise FactMissing(field="room_name")
    for field in ("area_m2", "capacity"):
        if not 0 <= getattr(new, field) <= _LARGEST:
            raise FactWrong(field=field)
    was = _shape(session, room_id, by)
    if was != seen:
        raise ChangedMeanwhile
    if (was.area_m2, was.area_kind, was.capacity) != (new.area_m2, new.area_kind, new.capacity):
        _write(session, room_id, was, reason, at, by)
    session.execute(sa.update(_room).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id).values(**asdict(new)))
    journal.record(
        session, by, "room_change", at=at, subject="room", subject_id=room_id, gesture=effect, facts={"was": asdict(was)}, reason=reason
    )  # fmt: skip


def add_function(
    session: Session, *, room_id: UUID, name: str, together: Iterable[str] = (), at: datetime, gesture: UUID, by: Actor
) -> None:
    """Give a room a function, and say which of its functions it may share the room with; it excludes the others.

    Raises NotAllowed, FactMissing (function), FactWrong (room; it has it already; more sharing than a room can keep apart).
    """
    effect = _begin(session, room_id, "function_add", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (name := plain(name.replace("：", ":"), 40)):
        raise FactMissing(field="function")
    if name in _in_force(session, room_id, by):
        raise FactWrong(field="function")
    session.execute(sa.insert(_function), {"id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "name": name})
    for other in together:
        _pair_up(session, room_id, name, other, Sharing.TOGETHER, by)
    _write(session, room_id, _shape(session, room_id, by), "", at, by, added=name)
    _lay_anew(session, room_id, at, by)
    facts = {"function": name}
    journal.record(session, by, "function_add", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts)


def remove_function(session: Session, *, room_id: UUID, name: str, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Take a function from a room; it stays in its history.

    Raises NotAllowed, FactWrong (room), ReasonMissing, FunctionInUse (something is to come for it), ChangedMeanwhile (it is gone).
    """
    effect = _begin(session, room_id, "function_remove", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not plain(reason, 200):
        raise ReasonMissing
    uses = [row["function"] for row in _coming(session, room_id, at, by) if row["freed_at"] is None]
    if count := sum(name in {use, use.partition(":")[0]} for use in uses):
        raise FunctionInUse(count=count)
    gone = sa.update(_function).where(*_here(_function, room_id, by), _function.c.name == name, _function.c.removed_at.is_(None))
    done: Any = session.execute(gone.values(removed_at=at, removed_reason=plain(reason, 200)))
    if done.rowcount != 1:
        raise ChangedMeanwhile
    _write(session, room_id, _shape(session, room_id, by), reason, at, by, removed=name)
    facts = {"function": name}
    journal.record(
        session, by, "function_remove", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts, reason=reason
    )  # fmt: skip


def share(session: Session, *, room_id: UUID, first: str, second: str, how: Sharing, at: datetime, gesture: UUID, by: Actor) -> None:
    """Say whether two functions may use the room at once.

    Raises NotAllowed, FactWrong (room; one function twice; more than a room can keep apart), RoomTaken when what is planned already
    would overlap.
    """
    effect = _begin(session, room_id, "function_share", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if first == second:
        raise FactWrong(field="function")
    _pair_up(session, room_id, first, second, how, by)
    _lay_anew(session, room_id, at, by)
    facts = {"first": first, "second": second, "how": how.value}
    journal.record(session, by, "function_share", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts)


def _begin(session: Session, room_id: UUID, verb: str, gesture: UUID, by: Actor) -> UUID:
    if not by.is_staff:
        raise NotAllowed
    timeline.hold(session, hall_id=by.hall_id, room_ids=[room_id])
    return journal.gesture_key(gesture, verb, room_id)


def _shape(session: Session, room_id: UUID, by: Actor) -> Shape:
    columns = (_room.c.name, _room.c.floor, _room.c.area_m2, _room.c.area_kind, _room.c.capacity)
    return Shape(*session.execute(sa.select(*columns).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)).one())


def _write(
    session: Session, room_id: UUID, was: Shape, reason: str, at: datetime, by: Actor, *, added: str = "", removed: str = ""
) -> None:
    """Keep what it was. Raises ReasonMissing for anything but a function that comes."""
    reason = plain(reason, 200)
    if not added and not reason:
        raise ReasonMissing
    kept = {"area_m2": was.area_m2, "area_kind": was.area_kind, "capacity": was.capacity, "added": added, "removed": removed}
    whose = {"id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_change), {**whose, **kept, "reason": reason})


def _here(table: sa.Table, room_id: UUID, by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return table.c.hall_id == by.hall_id, table.c.room_id == room_id


def _in_force(session: Session, room_id: UUID, by: Actor) -> set[str]:
    mine = sa.select(_function.c.name).where(*_here(_function, room_id, by), _function.c.removed_at.is_(None))
    return set(session.execute(mine).scalars())


def _pair_up(session: Session, room_id: UUID, one: str, other: str, how: Sharing, by: Actor) -> None:
    """Write a pair. Raises FactWrong for what the room is not for."""
    names = _in_force(session, room_id, by)
    for name in (one, other):
        if not sharing.is_among(name, names):
            raise FactWrong(field="function")
    first, second = sorted((one, other))
    same = (*_here(_pair, room_id, by), _pair.c.first == first, _pair.c.second == second)
    done: Any = session.execute(sa.update(_pair).where(*same).values(sharing=how))
    if not done.rowcount:
        row = {"id": new_id(), "hall_id": by.hall_id, "room_id": room_id, "first": first, "second": second, "sharing": how}
        session.execute(sa.insert(_pair), row)


def _coming(session: Session, room_id: UUID, at: datetime, by: Actor) -> list[dict[str, Any]]:
    rows = session.execute(_to_come, {"hall_id": by.hall_id, "room_id": room_id, "now": at})
    return [dict(row) for row in rows.mappings()]


def _lay_anew(session: Session, room_id: UUID, at: datetime, by: Actor) -> None:
    """Give what is to come the lanes of the new sharing: freed and taken anew where they differ. Raises RoomTaken, FactWrong (sharing)."""
    pairs = [(row.first, row.second) for row in session.execute(_together, {"hall_id": by.hall_id, "room_id": room_id})]
    rows = [(row, sharing.lanes_of(row["function"], pairs)) for row in _coming(session, room_id, at, by)]
    live = [(row, lanes) for row, lanes in rows if row["freed_at"] is None]
    for place, (row, lanes) in enumerate(live):
        if any(lanes & others and other["starts_at"] < row["ends_at"] for other, others in live[place + 1 :]):
            raise RoomTaken
    stale = [(row, lanes) for row, lanes in rows if row["lanes"] != lanes]
    for row, lanes in stale:
        # What was called off may come back by its way back: then under the sharing of now.
        new = {"lanes": lanes} if row["freed_at"] is not None else {"freed_at": at}
        session.execute(sa.update(_use).where(_use.c.id == row["id"]).values(new))
    anew = {"taken_at": at, "staff_id": by.staff_id}
    if taken := [{**row, **anew, "id": new_id(), "lanes": lanes} for row, lanes in stale if row["freed_at"] is None]:
        session.execute(sa.insert(_use), taken)
