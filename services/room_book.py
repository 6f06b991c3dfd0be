"""The rooms as the keeper sees them: what each is and is for, what is offered, who shares, and all that was changed."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, FunctionPair, Medium, OpenItem, OpenItemStop, Room, RoomChange, RoomFunction, Sharing, Staff
from services.room_changes import Shape

_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_pair = FunctionPair.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_stop = OpenItemStop.__table__  # type: ignore[attr-defined]
_change = RoomChange.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Gone:
    """What a room had: a function or a service, when it ended and why."""

    name: str
    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Offer:
    """A service that is offered."""

    id: UUID
    name: str
    lends: Medium | None


@dataclass(frozen=True, slots=True)
class Was:
    """What a room was before it was changed, when, by whom and why."""

    at: datetime
    who: str
    area_m2: int
    area_kind: AreaKind
    capacity: int
    added: str
    removed: str
    reason: str

    @property
    def reshaped(self) -> bool:
        """Whether its area, kind or heads changed, and not what it is for."""
        return not self.added and not self.removed


@dataclass(frozen=True, slots=True)
class RoomPage:
    """One room."""

    room_id: UUID
    code: str
    shape: Shape
    functions: tuple[str, ...]
    together: tuple[tuple[str, str], ...]
    named: tuple[str, ...]
    """Its functions and the parts of them that pairs speak of: 文体活动室:舞蹈."""
    offers: tuple[Offer, ...]
    gone_functions: tuple[Gone, ...]
    gone_offers: tuple[Gone, ...]
    changes: tuple[Was, ...]


_rooms = sa.select(_room).where(_room.c.hall_id == bindparam("hall_id")).order_by(_room.c.position, _room.c.code)
_functions = sa.select(_function).where(_function.c.hall_id == bindparam("hall_id")).order_by(_function.c.id)
_pairs = sa.select(_pair).where(_pair.c.hall_id == bindparam("hall_id")).order_by(_pair.c.first, _pair.c.second)
_offers = (
    sa.select(_service, _stop.c.stopped_at, _stop.c.reason)
    .outerjoin(_stop, sa.and_(_stop.c.open_item_id == _service.c.id, _stop.c.resumed_at.is_(None)))
    .where(_service.c.hall_id == bindparam("hall_id"))
    .order_by(_service.c.id)
)
_changes = (
    sa.select(_change, sa.func.coalesce(_staff.c.name, "").label("who"))
    .outerjoin(_staff, _staff.c.id == _change.c.staff_id)
    .where(_change.c.hall_id == bindparam("hall_id"))
    .order_by(_change.c.at.desc(), _change.c.id.desc())
)


def rooms(session: Session, *, hall_id: UUID) -> tuple[RoomPage, ...]:
    """Give every room of the hall in its order."""
    functions, pairs, offers, changes = (
        _by_room(session, question, hall_id) for question in (_functions, _pairs, _offers, _changes)
    )  # fmt: skip
    return tuple(
        _page(row, functions[row.id], pairs[row.id], offers[row.id], changes[row.id])
        for row in session.execute(_rooms, {"hall_id": hall_id}).all()
    )


def _by_room(session: Session, question: Any, hall_id: UUID) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in session.execute(question, {"hall_id": hall_id}):
        found[row.room_id].append(row)
    return found


def _page(room: Any, functions: list[Any], pairs: list[Any], offers: list[Any], changes: list[Any]) -> RoomPage:
    here = [row.name for row in functions if row.removed_at is None]
    parts = sorted({name for row in pairs for name in (row.first, row.second) if name.partition(":")[0] in here} - set(here))
    return RoomPage(
        room.id, room.code, Shape(room.name, room.floor, room.area_m2, room.area_kind, room.capacity), tuple(here),
        tuple((row.first, row.second) for row in pairs if row.sharing is Sharing.TOGETHER), (*here, *parts),
        tuple(Offer(row.id, row.name, row.lends) for row in offers if row.stopped_at is None),
        tuple(Gone(row.name, row.removed_at, row.removed_reason) for row in functions if row.removed_at is not None),
        tuple(Gone(row.name, row.stopped_at, row.reason) for row in offers if row.stopped_at is not None),
        tuple(Was(row.at, row.who, row.area_m2, row.area_kind, row.capacity, row.added, row.removed, row.reason) for row in changes),
    )  # fmt: skip
