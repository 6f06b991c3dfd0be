"""The rooms events stand in: a sitting takes its room for its span, and no other sitting may have it meanwhile."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, Room, Sitting
from services.refusals import FactWrong, RoomTaken
from services.spans import Span

_room = Room.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]


def hold(session: Session, *, hall_id: UUID, room_ids: Iterable[UUID]) -> None:
    """Lock rooms in one order until the commit. Raises FactWrong for a room of another hall."""
    wanted = sorted(set(room_ids), key=lambda room_id: room_id.bytes)
    rows = sa.select(_room.c.id).where(_room.c.hall_id == hall_id, _room.c.id.in_(wanted)).order_by(_room.c.id).with_for_update()
    if len(session.execute(rows).all()) != len(wanted):
        raise FactWrong(field="room")


def busy(session: Session, *, hall_id: UUID, room_id: UUID, frame: Span[datetime], apart_from: UUID | None = None) -> list[Span[datetime]]:
    """Give what takes a room within a stretch of time, but for one sitting that may move within its own span."""
    rows = session.execute(
        sa.select(_sitting.c.starts_at, _sitting.c.ends_at).where(
            _sitting.c.hall_id == hall_id, _sitting.c.room_id == room_id, _sitting.c.cancelled_at.is_(None),
            _sitting.c.starts_at < frame.end, _sitting.c.ends_at > frame.start, _sitting.c.id.is_distinct_from(apart_from),
        )
    )  # fmt: skip
    return [Span(row.starts_at, row.ends_at) for row in rows]


def refuse_taken(session: Session, *, hall_id: UUID, room_id: UUID, span: Span[datetime], apart_from: UUID | None = None) -> None:
    """Raises RoomTaken."""
    if busy(session, hall_id=hall_id, room_id=room_id, frame=span, apart_from=apart_from):
        raise RoomTaken


def usable(session: Session, *, hall_id: UUID) -> dict[UUID, tuple[str, int]]:
    """Name the rooms an event may stand in, with how many people they hold."""
    open_to_all = (_room.c.hall_id == hall_id, _room.c.area_kind != AreaKind.OFFICE)
    rows = sa.select(_room.c.id, _room.c.name, _room.c.capacity).where(*open_to_all).order_by(_room.c.position, _room.c.code)
    return {row.id: (row.name, row.capacity) for row in session.execute(rows)}
