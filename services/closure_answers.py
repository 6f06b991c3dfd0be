"""Events and bookings inside a stop, and what becomes of each: another time or room, called off, or the stop is not published (§4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Booking, ClosureAnswer, ClosureReason, Event, Patron, Room, RoomUse, SignUp, Sitting, UseKind, Way, new_id
from services import bookings, events, hours, no_shows, room_diary, timeline
from services.calendars import Slot
from services.closure_plans import Scope
from services.journal import Actor
from services.refusals import FactWrong, InsideUnanswered
from services.sign_ups import ACTIVE
from services.spans import Span
from services.timeline import LONGEST

_answer = ClosureAnswer.__table__  # type: ignore[attr-defined]
_use = RoomUse.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_team = _patron.alias("team")
_leader = _patron.alias("leader")
_old_room = _room.alias("old_room")

WEEKS_AHEAD: Final = 8
"""How many weeks of the same hour are tried before another hour is proposed."""


@dataclass(frozen=True, slots=True)
class ToCall:
    """Somebody who was coming, for the keeper's eyes."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Inside:
    """A sitting of an event, or a booking, that a stop falls upon."""

    source_id: UUID
    kind: UseKind
    event_id: UUID | None
    title: str
    room_id: UUID
    room: str
    span: Span[datetime]
    to_call: tuple[ToCall, ...] = ()
    proposed: Span[datetime] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What becomes of it; moved: to this time, in this room or its own."""

    way: Way
    span: Span[datetime] | None = None
    room_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What a version of a notice did, as it was and as it stands now."""

    version: int
    way: Way
    source_id: UUID
    event_id: UUID | None
    title: str
    old_room: str
    old: Span[datetime]
    room: str
    now: Span[datetime]
    to_call: tuple[ToCall, ...]


Answers = Mapping[UUID, Answer]

_title = sa.func.coalesce(_event.c.title, _team.c.name, _booking.c.group_name)
_columns = (
    _event.c.id.label("event_id"), _title.label("title"), _booking.c.contact, _booking.c.phone, _leader.c.name.label("leader"),
    _leader.c.phone.label("leader_phone"),
)  # fmt: skip
_found = (
    sa.select(_use.c.source_id, _use.c.kind, _use.c.room_id, _room.c.name.label("room"), _use.c.starts_at, _use.c.ends_at, *_columns)
    .select_from(_use)
    .join(_room, _room.c.id == _use.c.room_id)
    .outerjoin(_sitting, _sitting.c.id == _use.c.source_id)
    .outerjoin(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_booking, _booking.c.id == _use.c.source_id)
    .outerjoin(_team, _team.c.id == _booking.c.team_id)
    .outerjoin(_leader, _leader.c.id == _team.c.leader_id)
    .where(
        _use.c.hall_id == bindparam("hall_id"), _use.c.room_id.in_(bindparam("rooms", expanding=True)), _use.c.freed_at.is_(None),
        _use.c.kind != UseKind.MAINTENANCE, _use.c.starts_at > bindparam("not_before"), _use.c.starts_at < bindparam("until"),
        _use.c.ends_at > bindparam("since"),
        sa.or_(_booking.c.id.is_(None), _booking.c.came_at.is_not(None), _booking.c.starts_at > bindparam("lapsed")),
    )
    .order_by(_use.c.starts_at, _use.c.id)
)  # fmt: skip
_given = (
    sa.select(
        _answer.c.version, _answer.c.way, _answer.c.old_starts_at, _answer.c.old_ends_at, _old_room.c.name.label("old_room"),
        sa.func.coalesce(_answer.c.sitting_id, _answer.c.booking_id).label("source_id"), _room.c.name.label("room"),
        sa.func.coalesce(_sitting.c.starts_at, _booking.c.starts_at).label("starts_at"),
        sa.func.coalesce(_sitting.c.ends_at, _booking.c.ends_at).label("ends_at"), *_columns,
    )
    .select_from(_answer)
    .join(_old_room, _old_room.c.id == _answer.c.old_room_id)
    .outerjoin(_sitting, _sitting.c.id == _answer.c.sitting_id)
    .outerjoin(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_booking, _booking.c.id == _answer.c.booking_id)
    .outerjoin(_team, _team.c.id == _booking.c.team_id)
    .outerjoin(_leader, _leader.c.id == _team.c.leader_id)
    .join(_room, _room.c.id == sa.func.coalesce(_sitting.c.room_id, _booking.c.room_id))
    .where(_answer.c.hall_id == bindparam("hall_id"), _answer.c.closure_id == bindparam("closure_id"))
    .order_by(_answer.c.old_starts_at, _answer.c.id)
)  # fmt: skip
_stays = sa.select(sa.func.coalesce(_answer.c.sitting_id, _answer.c.booking_id)).where(
    _answer.c.hall_id == bindparam("hall_id"), _answer.c.closure_id == bindparam("closure_id"), _answer.c.way == Way.STAYS
)
_coming = (
    sa.select(
        sa.func.coalesce(_patron.c.name, _sign_up.c.guest_name).label("name"),
        sa.func.coalesce(sa.func.nullif(_patron.c.phone, ""), _patron.c.guardian_phone, "").label("phone"),
    )
    .outerjoin(_patron, _patron.c.id == _sign_up.c.patron_id)
    .where(_sign_up.c.hall_id == bindparam("hall_id"), _sign_up.c.event_id == bindparam("event_id"), ACTIVE)
    .order_by(_sign_up.c.position)
)


def inside(
    session: Session,
    *,
    scope: Scope,
    span: Span[datetime],
    kept: tuple[Slot, ...],
    at: datetime,
    closure_id: UUID | None = None,
    propose: bool = False,
) -> tuple[Inside, ...]:
    """List what the stop of a room falls upon from now on; what stays in spite of this closure was answered before. Nothing is written.

    With `propose` each comes with a time after the reopening when its room is free.
    """
    if not scope.whole:
        return ()
    facts = {
        "hall_id": scope.hall_id, "rooms": list(scope.rooms), "since": max(span.start, at), "until": span.end,
        "not_before": span.start - LONGEST, "lapsed": at - no_shows.patience(session, scope.hall_id),
    }  # fmt: skip
    whose = {"hall_id": scope.hall_id, "closure_id": closure_id}
    staying = set(session.execute(_stays, whose).scalars()) if closure_id else set()
    stops = hours.stopped(span, kept)
    found = []
    for row in session.execute(_found, facts).all():
        taken = Span(row.starts_at, row.ends_at)
        if row.source_id in staying or not any(taken.overlaps(stop) for stop in stops):
            continue
        called = _to_call(session, scope.hall_id, row)
        one = Inside(row.source_id, row.kind, row.event_id, row.title or "", row.room_id, row.room, taken, called)
        found.append(replace(one, proposed=_proposed(session, scope.hall_id, one, span.end, at)) if propose else one)
    return tuple(found)


def refuse_unanswered(found: Iterable[Inside], answers: Answers, reason: ClosureReason) -> None:
    """Raises InsideUnanswered, FactWrong (a time is missing, or something takes place during a stop that is not for an event)."""
    open_ = [one for one in found if one.source_id not in answers]
    if open_:
        raise InsideUnanswered(count=len(open_))
    for answer in (answers[one.source_id] for one in found):
        if answer.way is Way.MOVED and answer.span is None:
            raise FactWrong(field="at")
        if answer.way is Way.STAYS and reason is not ClosureReason.EVENT:
            raise FactWrong(field="way")


def act(
    session: Session,
    *,
    closure_id: UUID,
    version: int,
    found: Iterable[Inside],
    answers: Answers,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    """Do with each what was answered; the stop stands already, so that nothing moves into it (RoomClosed). Raises as moving does."""
    for one in found:
        answer, is_booking = answers[one.source_id], one.kind is UseKind.BOOKING
        if answer.way is Way.MOVED:
            assert answer.span is not None
            facts: dict[str, Any] = {"room_id": answer.room_id or one.room_id, "span": answer.span, "at": at, "gesture": gesture, "by": by}
            if is_booking:
                bookings.move(session, booking_id=one.source_id, **facts)
            else:
                events.move(session, sitting_id=one.source_id, reason=reason, overflow_seen=True, **facts)
        elif answer.way is Way.CANCELLED:
            _call_off(session, one, reason, at, gesture, by)
        row = {
            "id": new_id(), "hall_id": by.hall_id, "closure_id": closure_id, "version": version, "way": answer.way,
            "sitting_id": None if is_booking else one.source_id, "booking_id": one.source_id if is_booking else None,
            "old_room_id": one.room_id, "old_starts_at": one.span.start, "old_ends_at": one.span.end, "at": at, "staff_id": by.staff_id,
        }  # fmt: skip
        session.execute(sa.insert(_answer), row)


def given(session: Session, *, hall_id: UUID, closure_id: UUID) -> tuple[Given, ...]:
    """Read what the versions of a notice did, in the order of time; for the keeper, names of those to be called included."""
    return tuple(
        Given(
            row.version, row.way, row.source_id, row.event_id, row.title or "", row.old_room, Span(row.old_starts_at, row.old_ends_at),
            row.room, Span(row.starts_at, row.ends_at), _to_call(session, hall_id, row),
        )
        for row in session.execute(_given, {"hall_id": hall_id, "closure_id": closure_id}).all()
    )  # fmt: skip


def _call_off(session: Session, one: Inside, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """One of several sittings is left out; with its last one the event itself is called off."""
    facts: dict[str, Any] = {"reason": reason, "at": at, "gesture": gesture, "by": by}
    if one.event_id is None:
        bookings.cancel(session, booking_id=one.source_id, **facts)
        return
    left = sa.select(sa.func.count()).where(_sitting.c.event_id == one.event_id, _sitting.c.cancelled_at.is_(None))
    if session.execute(left).scalar_one() == 1:
        events.cancel(session, event_id=one.event_id, **facts)
    else:
        events.cancel_sitting(session, sitting_id=one.source_id, **facts)


def _proposed(session: Session, hall_id: UUID, one: Inside, until: datetime, at: datetime) -> Span[datetime] | None:
    """The same hour of a later week, else the next free time of the room."""
    stops = hours.calendar_of(session, one.room_id).closures
    for week in range(1, WEEKS_AHEAD + 1):
        later = Span(one.span.start + timedelta(weeks=week), one.span.end + timedelta(weeks=week))
        if later.start < until or any(later.overlaps(stop) for stop in stops):
            continue
        opened = one.kind is not UseKind.BOOKING or room_diary.is_open(session, room_id=one.room_id, span=later)
        if opened and not timeline.busy(session, hall_id=hall_id, room_id=one.room_id, frame=later, at=at):
            return later
    wanted = Span(until, until + (one.span.end - one.span.start))
    return room_diary.next_free(session, hall_id=hall_id, room_id=one.room_id, wanted=wanted, at=at)


def _to_call(session: Session, hall_id: UUID, row: Any) -> tuple[ToCall, ...]:
    if row.event_id is None:
        return (ToCall(row.contact or row.leader or row.title or "", row.phone or row.leader_phone or ""),)
    rows = session.execute(_coming, {"hall_id": hall_id, "event_id": row.event_id})
    return tuple(ToCall(each.name or "", each.phone) for each in rows)
