"""What can be closed, and who may approve that it is closed on short notice: the choices of the form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, OpenItem, Room
from services import shelves
from services.journal import Actor
from services.offers import OFFERED

_room = Room.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Places:
    """Rooms by id, and the services in each."""

    rooms: dict[UUID, str]
    services: dict[UUID, dict[UUID, str]]


def places(session: Session, *, at: Any, by: Actor) -> Places:  # noqa: ARG001  asked like every question
    """Give what villagers come to: every room but the offices, with what is offered there."""
    open_to_all = (_room.c.hall_id == by.hall_id, _room.c.area_kind != AreaKind.OFFICE)
    rooms = session.execute(sa.select(_room.c.id, _room.c.name).where(*open_to_all).order_by(_room.c.position, _room.c.code))
    services: dict[UUID, dict[UUID, str]] = {}
    mine = sa.select(_service.c.room_id, _service.c.id, _service.c.name).where(_service.c.hall_id == by.hall_id, OFFERED)
    for row in session.execute(mine.order_by(_service.c.id)):
        services.setdefault(row.room_id, {})[row.id] = row.name
    return Places({row.id: row.name for row in rooms}, services)


def approvers(session: Session, *, room_id: UUID | None, at: datetime, by: Actor) -> dict[UUID, str]:
    """Give who may set a rule aside for a room, or for the hall: whoever may for all of its rooms."""
    rooms = [room_id] if room_id else list(session.execute(sa.select(_room.c.id).where(_room.c.hall_id == by.hall_id)).scalars())
    found = [dict(shelves.approvers(session, room_id=each, at=at, by=by)) for each in rooms]
    return {staff_id: name for staff_id, name in found[0].items() if all(staff_id in those for those in found)} if found else {}
