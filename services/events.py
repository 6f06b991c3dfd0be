"""Events: announced, moved, changed and called off, with the rooms and the equipment they take."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Art, Event, EventChange, EventChangeKind, EventKind, Room, Sitting, UseKind, new_id
from services import clock, event_things, hours, journal, numbers, recurrence, room_diary, sign_ups, timeline
from services.event_things import Wanted
from services.journal import Actor
from services.refusals import (
    ChangedMeanwhile,
    EventGone,
    FactMissing,
    FactWrong,
    NotAllowed,
    ReasonMissing,
    RoomClosed,
    RoomTaken,
    RoomTooSmall,
    SeatsGiven,
)
from services.spans import Span
from services.texts import plain

_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_change = EventChange.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

MOST_SEATS: Final = 5000
_USES: Final = {EventKind.TRAINING: UseKind.LESSON, EventKind.REHEARSAL: UseKind.REHEARSAL}
_LENGTHS: Final = {"title": 80, "topic": 40, "audience": 60, "host": 60, "in_charge": 40, "teacher": 40, "note": 400}


@dataclass(frozen=True, slots=True)
class Draft:
    """An event as the keeper fills it in; `seats` None means come as you are."""

    title: str
    kind: EventKind
    in_charge: str
    seats: int | None = None
    art: Art | None = None
    topic: str = ""
    counts_as_reading: bool = False
    audience: str = ""
    host: str = ""
    teacher: str = ""
    note: str = ""
    task_id: UUID | None = None
    team_id: UUID | None = None
    programme_of_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Made:
    """What was announced: how many sittings, and which were left out because the room is taken."""

    event_id: UUID
    number: int
    sittings: int
    skipped: tuple[Span[datetime], ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """What announcing or moving would run into; nothing is written."""

    taken: tuple[Span[datetime], ...]
    over: int
    capacity: int


def look(
    session: Session,
    *,
    room_id: UUID,
    spans: Sequence[Span[datetime]],
    heads: int,
    at: datetime,
    by: Actor,
    apart_from: UUID | None = None,
) -> Look:
    """Look before saving: which spans find the room taken or stopped, and by how many heads the room is too small."""
    capacity = session.execute(sa.select(_room.c.capacity).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)).scalar_one_or_none()
    if capacity is None:
        raise FactWrong(field="room")
    _, taken = _parted(session, by.hall_id, room_id, spans, at, apart_from)
    return Look(tuple(taken), max(0, heads - capacity) if capacity else 0, capacity)


def make(
    session: Session,
    *,
    draft: Draft,
    room_id: UUID,
    spans: Sequence[Span[datetime]],
    at: datetime,
    gesture: UUID,
    by: Actor,
    skip_taken: bool = False,
    things: Sequence[Wanted] = (),
) -> Made:
    """Announce an event of one sitting or of many; the rooms and the equipment are its own from now on.

    Raises, in order: NotAllowed, ClockWrong, FactMissing (title, in_charge, art, task), FactWrong (seats, room, at),
    RoomClosed or RoomTaken (unless `skip_taken` leaves sittings over), ThingKept.
    """
    effect = journal.gesture_key(gesture, "event")
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Made(UUID(before.done["event_id"]), before.done["number"], before.done["sittings"])
    if not by.is_staff:
        raise NotAllowed
    journal.refuse_wrong_clock(before.newest_at, at)
    columns = _checked(draft)
    if not spans or len(spans) > recurrence.MOST or min(spans).end <= at:
        raise FactWrong(field="at")
    hours.hold_still(session, by.hall_id)
    timeline.hold(session, hall_id=by.hall_id, room_ids=[room_id])
    free, taken = _parted(session, by.hall_id, room_id, spans, at)
    if (taken and not skip_taken) or not free:
        raise _in_the_way(session, room_id, taken[0], at, by)
    event_id, number = new_id(), numbers.running(session, _event, by.hall_id)
    row = {"id": event_id, "hall_id": by.hall_id, "number": number, "made_at": at, "made_by": by.staff_id, "cancel_reason": ""}
    session.execute(sa.insert(_event), {**row, **columns})
    sittings = [_row(by.hall_id, event_id, room_id, n, span) for n, span in enumerate(free, 1)]
    session.execute(sa.insert(_sitting), sittings)
    uses = [(row["id"], span) for row, span in zip(sittings, free, strict=True)]
    timeline.take(session, room_id=room_id, uses=uses, kind=_USES.get(draft.kind, UseKind.EVENT), at=at, by=by)
    event_things.keep(session, event_id=event_id, spans=free, things=things, at=at, by=by)
    changed(session, event_id, EventChangeKind.MADE, at, by)
    facts = {"event_id": str(event_id), "number": number, "sittings": len(free)}
    journal.record(session, by, "event_make", at=at, subject="event", subject_id=event_id, gesture=effect, facts=facts)
    return Made(event_id, number, len(free), tuple(taken))


def move(
    session: Session,
    *,
    sitting_id: UUID,
    room_id: UUID,
    span: Span[datetime],
    at: datetime,
    gesture: UUID,
    by: Actor,
    reason: str = "",
    overflow_seen: bool = False,
) -> None:
    """Give one sitting another time or room; the others stay as they are, and nobody who signed up loses the seat.

    Raises, in order: NotAllowed, EventGone, FactWrong (room, at), RoomClosed or RoomTaken,
    RoomTooSmall (until the overflow was seen), ThingKept.
    """
    effect = journal.gesture_key(gesture, "sitting", sitting_id)
    old = _sitting_of(session, sitting_id, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    # The hall before the event, as whoever announces a stop takes them.
    hours.hold_still(session, by.hall_id)
    event = sign_ups.lock(session, by.hall_id, old.event_id)
    if event.cancelled_at or old.cancelled_at or old.ends_at <= at:
        raise EventGone
    if span.end <= at:
        raise FactWrong(field="at")
    timeline.hold(session, hall_id=by.hall_id, room_ids=[old.room_id, room_id])
    heads = sign_ups.seated(session, by.hall_id, event.id)
    seen = look(session, room_id=room_id, spans=[span], heads=heads, at=at, by=by, apart_from=sitting_id)
    if seen.taken:
        raise _in_the_way(session, room_id, span, at, by)
    if seen.over and room_id != old.room_id and not overflow_seen:
        raise RoomTooSmall(over=seen.over)
    event_things.refuse_kept(session, event_id=event.id, spans=[span], by=by)
    new = {"room_id": room_id, "starts_at": span.start, "ends_at": span.end, "day": clock.local_day(span.start)}
    session.execute(sa.update(_sitting).where(_sitting.c.id == sitting_id).values(**new))
    timeline.move(session, source_id=sitting_id, room_id=room_id, span=span, at=at, by=by)
    was = {"old_starts_at": old.starts_at, "old_ends_at": old.ends_at, "old_room_id": old.room_id}
    changed(session, event.id, EventChangeKind.MOVED, at, by, sitting_id=sitting_id, reason=reason, **was)
    journal.record(session, by, "event_move", at=at, subject="sitting", subject_id=sitting_id, gesture=effect, reason=reason)


def edit(
    session: Session, *, event_id: UUID, draft: Draft, at: datetime, gesture: UUID, by: Actor, things: Sequence[Wanted] | None = None
) -> None:
    """Change what is said of an event, and what it keeps (None: as it was); more seats move the waiting list up at once.

    Raises NotAllowed, EventGone, FactMissing, FactWrong, SeatsGiven (fewer seats than are given already), ThingKept.
    """
    effect = journal.gesture_key(gesture, "event_edit", event_id)
    if not by.is_staff:
        raise NotAllowed
    event = sign_ups.lock(session, by.hall_id, event_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if event.cancelled_at:
        raise EventGone
    columns = _checked(draft)
    have = sign_ups.seated(session, by.hall_id, event_id)
    if draft.seats is not None and draft.seats < have:
        raise SeatsGiven(have=have)
    session.execute(sa.update(_event).where(_event.c.id == event_id).values(**columns))
    sign_ups.move_up(session, event_id=event_id, seats=draft.seats, at=at, by=by)
    if things is not None:
        event_things.change(session, event_id=event_id, spans=_ahead(session, event_id, at), things=things, at=at, by=by)
    changed(session, event_id, EventChangeKind.EDITED, at, by)
    journal.record(session, by, "event_edit", at=at, subject="event", subject_id=event_id, gesture=effect)


def cancel(session: Session, *, event_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Call an event off: what has not been yet is cancelled, and its rooms and equipment are free.

    Raises NotAllowed, ReasonMissing, EventGone.
    """
    effect = journal.gesture_key(gesture, "event_cancel", event_id)
    if not by.is_staff:
        raise NotAllowed
    event = sign_ups.lock(session, by.hall_id, event_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    ahead = (_sitting.c.event_id == event_id, _sitting.c.ends_at > at, _sitting.c.cancelled_at.is_(None))
    if event.cancelled_at or session.execute(sa.select(_sitting.c.id).where(*ahead).limit(1)).first() is None:
        raise EventGone
    session.execute(sa.update(_event).where(_event.c.id == event_id).values(cancelled_at=at, cancel_reason=reason))
    timeline.free(session, source_ids=session.execute(sa.select(_sitting.c.id).where(*ahead)).scalars().all(), at=at, by=by)
    session.execute(sa.update(_sitting).where(*ahead).values(cancelled_at=at))
    event_things.free(session, event_id=event_id, at=at, by=by)
    changed(session, event_id, EventChangeKind.CANCELLED, at, by, reason=reason)
    journal.record(session, by, "event_cancel", at=at, subject="event", subject_id=event_id, gesture=effect, reason=reason)


def cancel_sitting(session: Session, *, sitting_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Leave out one of several. Raises NotAllowed, ReasonMissing, EventGone, ChangedMeanwhile (the last: call the event off)."""
    effect = journal.gesture_key(gesture, "sitting_cancel", sitting_id)
    old = _sitting_of(session, sitting_id, by)
    event = sign_ups.lock(session, by.hall_id, old.event_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    if event.cancelled_at or old.cancelled_at or old.ends_at <= at:
        raise EventGone
    left = sa.select(sa.func.count()).where(_sitting.c.event_id == event.id, _sitting.c.cancelled_at.is_(None))
    if session.execute(left).scalar_one() == 1:
        raise ChangedMeanwhile
    session.execute(sa.update(_sitting).where(_sitting.c.id == sitting_id).values(cancelled_at=at))
    timeline.free(session, source_ids=[sitting_id], at=at, by=by)
    changed(session, event.id, EventChangeKind.CANCELLED, at, by, sitting_id=sitting_id, reason=reason)
    journal.record(session, by, "sitting_cancel", at=at, subject="sitting", subject_id=sitting_id, gesture=effect, reason=reason)


def changed(
    session: Session, event_id: UUID, kind: EventChangeKind, at: datetime, by: Actor, *, reason: str = "", **facts: object
) -> None:
    """Write down what became of an event; part of the use case that changes it."""
    row = {"id": new_id(), "hall_id": by.hall_id, "event_id": event_id, "kind": kind, "at": at, "staff_id": by.staff_id}
    session.execute(sa.insert(_change), {**row, "reason": plain(reason, 200), **facts})


def _checked(draft: Draft) -> dict[str, Any]:
    """Give the event's columns of a draft, trimmed."""
    columns = asdict(draft)
    columns |= {field: plain(columns[field], most) for field, most in _LENGTHS.items()}
    for field in ("title", "in_charge"):
        if not columns[field]:
            raise FactMissing(field=f"event_{field}")
    if draft.kind is EventKind.TRAINING and draft.art is None:
        raise FactMissing(field="art")
    if draft.kind is EventKind.THEMED and draft.task_id is None:
        raise FactMissing(field="task")
    if draft.seats is not None and not 1 <= draft.seats <= MOST_SEATS:
        raise FactWrong(field="seats")
    columns["counts_as_reading"] = draft.counts_as_reading or draft.kind is EventKind.READING
    return columns


def _parted(
    session: Session, hall_id: UUID, room_id: UUID, spans: Sequence[Span[datetime]], at: datetime, apart_from: UUID | None = None
) -> tuple[list[Span[datetime]], list[Span[datetime]]]:
    frame = Span(min(span.start for span in spans), max(span.end for span in spans))
    taken = timeline.busy(session, hall_id=hall_id, room_id=room_id, frame=frame, at=at, apart_from=apart_from)
    # An event may lie outside the open hours, a summer evening on the square; in an announced stop it may not.
    return recurrence.free_of(spans, (*taken, *hours.calendar_of(session, room_id).closures))


def refuse_stopped(session: Session, *, room_id: UUID, span: Span[datetime], at: datetime, by: Actor) -> None:
    """Raises RoomClosed for a time in an announced stop of the room."""
    refusal = _in_the_way(session, room_id, span, at, by)
    if isinstance(refusal, RoomClosed):
        raise refusal


def _in_the_way(session: Session, room_id: UUID, span: Span[datetime], at: datetime, by: Actor) -> RoomClosed | RoomTaken:
    if not any(span.overlaps(stop) for stop in hours.calendar_of(session, room_id).closures):
        return RoomTaken()
    free = room_diary.next_free(session, hall_id=by.hall_id, room_id=room_id, wanted=span, at=at)
    return RoomClosed(free_at=free and free.start)


def _ahead(session: Session, event_id: UUID, at: datetime) -> list[Span[datetime]]:
    """The sittings that are not over; of an event that is, the last one, so that a thing can still be let go."""
    mine = sa.select(_sitting.c.starts_at, _sitting.c.ends_at).where(_sitting.c.event_id == event_id, _sitting.c.cancelled_at.is_(None))
    spans = [Span(row.starts_at, row.ends_at) for row in session.execute(mine.order_by(_sitting.c.starts_at))]
    return [span for span in spans if span.end > at] or spans[-1:]


def _row(hall_id: UUID, event_id: UUID, room_id: UUID, number: int, span: Span[datetime]) -> dict[str, Any]:
    return {
        "id": new_id(), "hall_id": hall_id, "event_id": event_id, "number": number, "room_id": room_id, "starts_at": span.start,
        "ends_at": span.end, "day": clock.local_day(span.start), "cancelled_at": None,
    }  # fmt: skip


def _sitting_of(session: Session, sitting_id: UUID, by: Actor) -> Any:
    if not by.is_staff:
        raise NotAllowed
    row = session.execute(sa.select(_sitting).where(_sitting.c.id == sitting_id, _sitting.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise EventGone
    return row
