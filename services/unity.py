"""整合: every hall brings its three functions together in one room (R06); where it does not, screens say so and plates are not made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, Room, RoomFunction

_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]

EVERY_HALL_HAS: Final = ("图书室", "文体活动室", "旅游咨询点")


@dataclass(frozen=True, slots=True)
class Unity:
    """The room that holds all three; if none does, the room that holds most, what it lacks, and what no room has."""

    whole: bool
    room: str
    lacks: tuple[str, ...]
    nowhere: tuple[str, ...]


def functions(session: Session, *, hall_id: UUID) -> dict[UUID, tuple[str, ...]]:
    """Give each room's functions in force, once each: 文体活动室:舞蹈 and 文体活动室:书画 are one."""
    mine = sa.select(_function.c.room_id, _function.c.name).where(_function.c.hall_id == hall_id, _function.c.removed_at.is_(None))
    found: dict[UUID, dict[str, None]] = {}
    for row in session.execute(mine.order_by(_function.c.id)):
        found.setdefault(row.room_id, {})[row.name.partition(":")[0]] = None
    return {room_id: tuple(names) for room_id, names in found.items()}


def nowhere(by_room: Mapping[UUID, tuple[str, ...]]) -> tuple[str, ...]:
    """Name which of the three no room has."""
    there = {name for names in by_room.values() for name in names}
    return tuple(name for name in EVERY_HALL_HAS if name not in there)


def unity(session: Session, *, hall_id: UUID) -> Unity:
    """Look whether one room holds all three."""
    by_room = functions(session, hall_id=hall_id)
    mine = sa.select(_room.c.id, _room.c.name).where(_room.c.hall_id == hall_id, _room.c.area_kind == AreaKind.SERVICE)
    best = Unity(whole=False, room="", lacks=EVERY_HALL_HAS, nowhere=nowhere(by_room))
    for row in session.execute(mine.order_by(_room.c.position, _room.c.code)):
        lacks = tuple(name for name in EVERY_HALL_HAS if name not in by_room.get(row.id, ()))
        if len(lacks) < len(best.lacks):
            best = Unity(not lacks, row.name, lacks, best.nowhere)
    return best
