"""Taking back what was done a moment ago to an event: called off, left out, moved, planned, somebody taken off its list."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import Event, EventChange, EventChangeKind, EventKind, EventThing, RoomUse, SignUp, SignUpState, Sitting
from services import clock, event_things, events, hours, planner, sign_ups, taken_back, timeline
from services.circulation import exactly_one
from services.journal import Actor
from services.refusals import ChangedMeanwhile
from services.spans import Span

_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_change = EventChange.__table__  # type: ignore[attr-defined]
_thing = EventThing.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]

_sitting_row = sa.select(_sitting).where(_sitting.c.id == bindparam("sitting_id"), _sitting.c.hall_id == bindparam("hall_id"))
_sign_up_row = sa.select(_sign_up).where(_sign_up.c.id == bindparam("sign_up_id"), _sign_up.c.hall_id == bindparam("hall_id"))
_moved_from = (
    sa.select(_change)
    .where(_change.c.hall_id == bindparam("hall_id"), _change.c.sitting_id == bindparam("sitting_id"))
    .where(_change.c.kind == EventChangeKind.MOVED)
    .order_by(_change.c.at.desc(), _change.c.id.desc())
    .limit(1)
)


def event_cancel(session: Session, *, event_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Called off by mistake: its sittings, rooms and equipment are its own again.

    Raises NotAllowed, EventGone, ChangedMeanwhile, RoomClosed (a stop was announced),
    RoomTaken or ThingKept (somebody else has them by now).
    """
    taken_back.refuse_strangers(by)
    hours.hold_still(session, by.hall_id)
    event = sign_ups.lock(session, by.hall_id, event_id)
    if taken_back.was_done(session, by, gesture, event_id):
        return
    taken_back.last_must_be(session, by, event_id, "event_cancel")
    then = (_sitting.c.event_id == event_id, _sitting.c.cancelled_at == event.cancelled_at)
    session.execute(sa.update(_event).where(_event.c.id == event_id).values(cancelled_at=None, cancel_reason=""))
    freed = (_thing.c.hall_id == by.hall_id, _thing.c.event_id == event_id, _thing.c.freed_at == event.cancelled_at)
    session.execute(sa.update(_thing).where(*freed).values(freed_at=None))
    _happen_again(session, session.execute(sa.select(_sitting).where(*then).order_by(_sitting.c.number)).all(), at, by)
    events.changed(session, event_id, EventChangeKind.EDITED, at, by, reason=reason)
    taken_back.record(session, by, "event_cancel", "event", event_id, at, gesture)


def sitting_cancel(session: Session, *, sitting_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Left out by mistake: it takes place after all. Raises as `event_cancel`."""
    sitting = taken_back.of(session, _sitting_row, by, sitting_id=sitting_id)
    hours.hold_still(session, by.hall_id)
    event = sign_ups.lock(session, by.hall_id, sitting.event_id)
    if taken_back.was_done(session, by, gesture, sitting_id):
        return
    taken_back.last_must_be(session, by, sitting_id, "sitting_cancel")
    if event.cancelled_at:
        raise ChangedMeanwhile
    _happen_again(session, [sitting], at, by)
    events.changed(session, event.id, EventChangeKind.EDITED, at, by, sitting_id=sitting_id, reason=reason)
    taken_back.record(session, by, "sitting_cancel", "sitting", sitting_id, at, gesture)


def event_move(session: Session, *, sitting_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Moved by mistake: the old time and room hold again. Raises as `event_cancel`; ChangedMeanwhile also when the old time is over."""
    sitting = taken_back.of(session, _sitting_row, by, sitting_id=sitting_id)
    hours.hold_still(session, by.hall_id)
    event = sign_ups.lock(session, by.hall_id, sitting.event_id)
    if taken_back.was_done(session, by, gesture, sitting_id):
        return
    taken_back.last_must_be(session, by, sitting_id, "event_move")
    was = session.execute(_moved_from, {"hall_id": by.hall_id, "sitting_id": sitting_id}).one()
    if event.cancelled_at or sitting.cancelled_at or was.old_ends_at <= at:
        raise ChangedMeanwhile
    span = Span(was.old_starts_at, was.old_ends_at)
    events.refuse_stopped(session, room_id=was.old_room_id, span=span, at=at, by=by)
    timeline.move(session, source_id=sitting_id, room_id=was.old_room_id, span=span, at=at, by=by)
    event_things.refuse_kept(session, event_id=event.id, spans=[span], by=by)
    old = {"room_id": was.old_room_id, "starts_at": span.start, "ends_at": span.end, "day": clock.local_day(span.start)}
    session.execute(sa.update(_sitting).where(_sitting.c.id == sitting_id).values(**old))
    from_here = {"old_starts_at": sitting.starts_at, "old_ends_at": sitting.ends_at, "old_room_id": sitting.room_id}
    events.changed(session, event.id, EventChangeKind.MOVED, at, by, sitting_id=sitting_id, reason=reason, **from_here)
    taken_back.record(session, by, "event_move", "sitting", sitting_id, at, gesture)


def plan_set(
    session: Session, *, year: int, month: int, kind: EventKind, target: int, was: int, at: datetime, gesture: UUID, by: Actor
) -> None:  # fmt: skip
    """Written into the plan by mistake: the line is as it was. Raises NotAllowed, ChangedMeanwhile (somebody wrote something else)."""
    taken_back.refuse_strangers(by)
    if taken_back.was_done(session, by, gesture, by.hall_id):
        return
    if planner.target(session, year=year, month=month, kind=kind, by=by) != target:
        raise ChangedMeanwhile
    planner.set_line(session, year=year, month=month, kind=kind, target=was, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "plan_set", "hall", by.hall_id, at, gesture)


def sign_up_cancel(session: Session, *, sign_up_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Taken off by mistake: the old place holds again, and who moved up into the seat waits again.

    Raises NotAllowed, ChangedMeanwhile (signed up anew, forgotten, the event called off, the seat given to somebody else by now).
    """
    off = taken_back.of(session, _sign_up_row, by, sign_up_id=sign_up_id)
    event = sign_ups.lock(session, by.hall_id, off.event_id)
    if taken_back.was_done(session, by, gesture, sign_up_id):
        return
    taken_back.last_must_be(session, by, sign_up_id, "sign_up_cancel")
    if event.cancelled_at or event.seats is None or _is_listed_again(session, off):
        raise ChangedMeanwhile
    state = SignUpState.SEATED if off.seated_at else SignUpState.WAITING
    if state is SignUpState.SEATED and sign_ups.seated(session, by.hall_id, event.id) >= event.seats:
        _wait_again(session, off)
    seen = _sign_up.c.id == sign_up_id, _sign_up.c.state == SignUpState.CANCELLED, _sign_up.c.unlinked_at.is_(None)
    exactly_one(session.execute(sa.update(_sign_up).where(*seen).values(state=state, ended_at=None)))
    taken_back.record(session, by, "sign_up_cancel", "sign_up", sign_up_id, at, gesture)


def _happen_again(session: Session, sittings: Sequence[Row[Any]], at: datetime, by: Actor) -> None:
    """Let cancelled sittings be, where the room and the equipment they had are still free."""
    if any(sitting.cancelled_at is None or sitting.ends_at <= at for sitting in sittings):
        raise ChangedMeanwhile
    timeline.hold(session, hall_id=by.hall_id, room_ids=[sitting.room_id for sitting in sittings])
    for sitting in sittings:
        whose = (_use.c.hall_id == by.hall_id, _use.c.source_id == sitting.id, _use.c.freed_at == sitting.cancelled_at)
        use = session.execute(sa.select(_use).where(*whose).order_by(_use.c.id.desc()).limit(1)).one()
        span = Span(sitting.starts_at, sitting.ends_at)
        events.refuse_stopped(session, room_id=sitting.room_id, span=span, at=at, by=by)
        again = {"kind": use.kind, "function": use.function, "note": use.note}
        timeline.take(session, room_id=sitting.room_id, uses=[(sitting.id, span)], **again, at=at, by=by)
    ids = [sitting.id for sitting in sittings]
    session.execute(sa.update(_sitting).where(_sitting.c.id.in_(ids)).values(cancelled_at=None))
    spans = [Span(sitting.starts_at, sitting.ends_at) for sitting in sittings]
    event_things.refuse_kept(session, event_id=sittings[0].event_id, spans=spans, by=by)


def _is_listed_again(session: Session, off: Row[Any]) -> bool:
    same = (_sign_up.c.event_id == off.event_id, _sign_up.c.patron_id == off.patron_id, sign_ups.ACTIVE)
    return off.patron_id is not None and session.execute(sa.select(_sign_up.c.id).where(*same)).first() is not None


def _wait_again(session: Session, off: Row[Any]) -> None:
    """Whoever had the seat of it when it was given back waits again, in the old place."""
    moved_up = (_sign_up.c.event_id == off.event_id, _sign_up.c.state == SignUpState.SEATED, _sign_up.c.seated_at == off.ended_at)
    last = sa.select(_sign_up.c.id).where(*moved_up).order_by(_sign_up.c.position.desc()).limit(1).scalar_subquery()
    waits = {"state": SignUpState.WAITING, "seated_at": None}
    exactly_one(session.execute(sa.update(_sign_up).where(_sign_up.c.id == last).values(waits)))
