"""The time of a room: taken, moved and freed. Whoever takes it queues at the room's row; the database keeps the law besides."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Booking, FunctionPair, Room, RoomFunction, RoomUse, Sharing, UseKind, new_id
from services import no_shows, sharing
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactWrong, RoomTaken
from services.sharing import WHOLE_ROOM
from services.spans import Span
from services.texts import plain

_room = Room.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_pair = FunctionPair.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]

LONGEST: Final = timedelta(days=31)
"""What takes longer is a closure; so the uses of a week are found without reading all that ever was."""

_functions = sa.select(_function.c.name).where(
    _function.c.hall_id == bindparam("hall_id"), _function.c.room_id == bindparam("room_id"), _function.c.removed_at.is_(None)
)
_together = sa.select(_pair.c.first, _pair.c.second).where(
    _pair.c.hall_id == bindparam("hall_id"), _pair.c.room_id == bindparam("room_id"), _pair.c.sharing == Sharing.TOGETHER
)
# Nobody came to it, so it keeps nobody out, though no row says so yet.
_lapsed = sa.exists().where(_booking.c.id == _use.c.source_id, *no_shows.AWAITED, _booking.c.starts_at <= bindparam("lapsed"))
_meanwhile = (
    sa.select(_use.c.starts_at, _use.c.ends_at)
    .where(
        _use.c.hall_id == bindparam("hall_id"),
        _use.c.room_id == bindparam("room_id"),
        _use.c.freed_at.is_(None),
        _use.c.starts_at > bindparam("not_before"),
        _use.c.starts_at < bindparam("until"),
        _use.c.ends_at > bindparam("since"),
        _use.c.lanes.op("&")(bindparam("lanes", type_=sa.Integer)) != 0,
        _use.c.source_id.is_distinct_from(bindparam("apart_from", type_=_use.c.source_id.type)),
        ~_lapsed,
    )
    .order_by(_use.c.starts_at)
)


def hold(session: Session, *, hall_id: UUID, room_ids: Iterable[UUID]) -> None:
    """Lock rooms in one order until the commit. Raises FactWrong for a room of another hall."""
    wanted = sorted(set(room_ids), key=lambda room_id: room_id.bytes)
    rows = sa.select(_room.c.id).where(_room.c.hall_id == hall_id, _room.c.id.in_(wanted)).order_by(_room.c.id).with_for_update()
    if len(session.execute(rows).all()) != len(wanted):
        raise FactWrong(field="room")


def busy(
    session: Session,
    *,
    hall_id: UUID,
    room_id: UUID,
    frame: Span[datetime],
    at: datetime,
    function: str = WHOLE_ROOM,
    apart_from: UUID | None = None,
) -> list[Span[datetime]]:
    """Give what excludes a function from its room within a stretch of time, but for one source that may move within its own span.

    Raises FactWrong for a function the room does not have.
    """
    facts = {
        "hall_id": hall_id, "room_id": room_id, "since": frame.start, "until": frame.end, "not_before": frame.start - LONGEST,
        "lanes": _lanes(session, hall_id, room_id, function), "apart_from": apart_from,
        "lapsed": at - no_shows.patience(session, hall_id),
    }  # fmt: skip
    return [Span(*row) for row in session.execute(_meanwhile, facts)]


def take(
    session: Session,
    *,
    room_id: UUID,
    uses: Sequence[tuple[UUID, Span[datetime]]],
    kind: UseKind,
    at: datetime,
    by: Actor,
    function: str = WHOLE_ROOM,
    note: str = "",
) -> None:
    """Take a room for one function or the whole of it: each use is whose it is and its span. Part of the use case that needs it.

    Raises FactWrong (room, function, a span that is too long), RoomTaken.
    """
    hold(session, hall_id=by.hall_id, room_ids=[room_id])
    spans = sorted(span for _, span in uses)
    if any(span.end > span.start + LONGEST for span in spans):
        raise FactWrong(field="at")
    frame = Span(spans[0].start, max(span.end for span in spans))
    no_shows.release(session, hall_id=by.hall_id, at=at, room_ids=[room_id])
    taken = busy(session, hall_id=by.hall_id, room_id=room_id, frame=frame, at=at, function=function)
    if any(span.overlaps(other) for other in taken for span in spans) or any(a.overlaps(b) for a, b in pairwise(spans)):
        raise RoomTaken
    same = {
        "hall_id": by.hall_id, "room_id": room_id, "function": function, "lanes": _lanes(session, by.hall_id, room_id, function),
        "kind": kind, "note": plain(note, 100), "taken_at": at, "staff_id": by.staff_id, "freed_at": None,
    }  # fmt: skip
    rows = [{**same, "id": new_id(), "source_id": whose, "starts_at": span.start, "ends_at": span.end} for whose, span in uses]
    session.execute(sa.insert(_use), rows)


def move(session: Session, *, source_id: UUID, room_id: UUID, span: Span[datetime], at: datetime, by: Actor) -> None:
    """Free what a source has and take another span or room for it; the function goes along where the room has it, else the whole room.

    Raises ChangedMeanwhile (it has none), and as `take`.
    """
    mine = sa.select(_use).where(_use.c.hall_id == by.hall_id, _use.c.source_id == source_id, _use.c.freed_at.is_(None))
    old = session.execute(mine).one_or_none()
    if old is None:
        raise ChangedMeanwhile
    hold(session, hall_id=by.hall_id, room_ids=[old.room_id, room_id])
    free(session, source_ids=[source_id], at=at, by=by)
    function = old.function if room_id == old.room_id else WHOLE_ROOM
    take(session, room_id=room_id, uses=[(source_id, span)], kind=old.kind, at=at, by=by, function=function, note=old.note)


def free(session: Session, *, source_ids: Sequence[UUID], at: datetime, by: Actor) -> int:
    """Give back what these sources have; gives how many uses ended."""
    mine = (_use.c.hall_id == by.hall_id, _use.c.source_id.in_(source_ids), _use.c.freed_at.is_(None))
    return int(session.execute(sa.update(_use).where(*mine).values(freed_at=at)).rowcount)  # type: ignore[attr-defined]


def _lanes(session: Session, hall_id: UUID, room_id: UUID, function: str) -> int:
    if function == WHOLE_ROOM:
        return sharing.lanes_of(function, ())
    whose = {"hall_id": hall_id, "room_id": room_id}
    if not sharing.is_among(function, set(session.execute(_functions, whose).scalars())):
        raise FactWrong(field="function")
    return sharing.lanes_of(function, [(row.first, row.second) for row in session.execute(_together, whose)])
