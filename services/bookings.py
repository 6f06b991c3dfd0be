"""Rooms for villagers' groups (R51): booked for a purpose, changed, called off, come to; free of charge, like everything."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Booking, BookingEnd, Patron, PatronKind, Purpose, Room, UseKind, new_id
from services import approvals, clock, hours, journal, no_shows, numbers, room_diary, timeline
from services.journal import Actor
from services.lending_rules import OUTSIDE_CULTURE
from services.refusals import (
    BookingGone,
    CardUnknown,
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    NotAllowed,
    PurposeNotApproved,
    ReasonMissing,
    Refusal,
    RoomClosed,
    RoomTooSmall,
    SlotTaken,
)
from services.sharing import WHOLE_ROOM
from services.spans import Span
from services.texts import plain

_booking = Booking.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

MOST_WEEKS: Final = 26
MOST_PEOPLE: Final = 5000
SHORTEST: Final = timedelta(minutes=30)
_LENGTHS: Final = {"group_name": 60, "contact": 40, "phone": 20, "note": 200}


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking as the keeper fills it in: for a team of the hall, or for a group with somebody to call."""

    room_id: UUID
    purpose: Purpose
    people: int = 1
    team_id: UUID | None = None
    group_name: str = ""
    contact: str = ""
    phone: str = ""
    note: str = ""
    function: str = WHOLE_ROOM
    approver_id: UUID | None = None

    @property
    def outside_culture(self) -> bool:
        """Wants an approver, and inspectors see it (R51)."""
        return self.purpose in OUTSIDE_CULTURE


@dataclass(frozen=True, slots=True)
class Booked:
    """What was booked, and which weeks were left out because the room is taken or closed."""

    booking_ids: tuple[UUID, ...]
    numbers: tuple[int, ...]
    skipped: tuple[datetime, ...] = ()


def reasons(
    session: Session, *, draft: Draft, span: Span[datetime], at: datetime, by: Actor, apart_from: UUID | None = None
) -> tuple[Refusal, ...]:
    """Look before booking: every reason not to, in order; nothing is written. Raises NotAllowed."""
    _refuse_strangers(by)
    against = list(_against(session, draft, span, at, by))
    if not any(isinstance(refusal, FactWrong) for refusal in against) and (busy := _not_free(session, draft, span, at, by, apart_from)):
        against.append(busy)
    return tuple(against)


def book(session: Session, *, draft: Draft, span: Span[datetime], at: datetime, gesture: UUID, by: Actor, weeks: int = 1) -> Booked:
    """Give a room to a group, once or at the same hour of so many weeks; those that find it closed or taken are then left out.

    A group that stands here already, since its time has begun, has come. Raises, in order: NotAllowed, ClockWrong, FactMissing
    (group_name, contact, phone), CardUnknown (no such team), FactWrong (booking_people, at, weeks, room, function), RoomTooSmall,
    PurposeNotApproved, ApproverNotAllowed, RoomClosed, SlotTaken (with what stands there and the next free time).
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking")
    before = _locked(session, draft, effect, by, [draft.room_id])
    if before.done is not None:
        return _booked(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    if not 1 <= weeks <= MOST_WEEKS:
        raise FactWrong(field="weeks")
    spans = [Span(span.start + timedelta(weeks=week), span.end + timedelta(weeks=week)) for week in range(weeks)]
    _refuse(_against(session, draft, span, at, by))
    refused = [_not_free(session, draft, each, at, by) for each in spans]
    free = [each for each, refusal in zip(spans, refused, strict=True) if refusal is None]
    if not free or (weeks == 1 and refused[0]):
        raise next(refusal for refusal in refused if refusal)
    first = numbers.running(session, _booking, by.hall_id)
    rows = [_row(draft, each, first + place, at, by) for place, each in enumerate(free)]
    session.execute(sa.insert(_booking), rows)
    _take(session, draft.room_id, [(row["id"], each) for row, each in zip(rows, free, strict=True)], draft.function, at, by)
    facts = {
        "bookings": [str(row["id"]) for row in rows], "numbers": [row["number"] for row in rows],
        "skipped": [each.start.isoformat() for each in spans if each not in free],
    }  # fmt: skip
    for row in rows[1:]:
        journal.record(session, by, "booking", at=at, subject="booking", subject_id=row["id"])
    journal.record(session, by, "booking", at=at, subject="booking", subject_id=rows[0]["id"], gesture=effect, facts=facts)
    return _booked(facts)


def change(session: Session, *, booking_id: UUID, draft: Draft, span: Span[datetime], at: datetime, gesture: UUID, by: Actor) -> None:
    """Change what is booked: who comes, for what, when or where.

    Raises, in order: NotAllowed, BookingGone (called off, over, nobody came), and as `book`.
    """
    _change(session, booking_id, draft, span, at, gesture, by, asked=_against(session, draft, span, at, by))


def _change(
    session: Session, booking_id: UUID, draft: Draft, span: Span[datetime], at: datetime, gesture: UUID, by: Actor, asked: Iterable[Refusal]
) -> None:
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking_change", booking_id)
    if _locked(session, draft, effect, by, [_where(session, booking_id, by), draft.room_id]).done is not None:
        return
    old = _in_force(session, booking_id, at, by)
    _refuse(asked)
    _refuse([_not_free(session, draft, span, at, by, booking_id)])
    timeline.free(session, source_ids=[booking_id], at=at, by=by)
    new = {**_columns(draft), "starts_at": span.start, "ends_at": span.end, "day": clock.local_day(span.start)}
    # Who has begun is here; who was here and comes another time is awaited then.
    new["came_at"] = (old.came_at or at) if span.start <= at else None
    session.execute(sa.update(_booking).where(_booking.c.id == booking_id).values(**new))
    _take(session, draft.room_id, [(booking_id, span)], draft.function, at, by)
    was = {"room": str(old.room_id), "from": old.starts_at.isoformat(), "to": old.ends_at.isoformat()}
    journal.record(session, by, "booking_change", at=at, subject="booking", subject_id=booking_id, gesture=effect, facts={"was": was})


def move(session: Session, *, booking_id: UUID, room_id: UUID, span: Span[datetime], at: datetime, gesture: UUID, by: Actor) -> None:
    """Give it another time or room and leave the rest; raises as `change`. In another room it has the whole of it."""
    _refuse_strangers(by)
    row = session.execute(_mine(booking_id, by)).one_or_none()
    if row is None:
        raise BookingGone
    facts = {field: getattr(row, field) for field in Draft.__dataclass_fields__}
    facts |= {"room_id": room_id, "function": row.function if room_id == row.room_id else WHOLE_ROOM}
    draft = Draft(**facts)
    # Whom to ring up may have been forgotten since, and nobody is asked for it again.
    asked = (refusal for refusal in _against(session, draft, span, at, by) if not isinstance(refusal, FactMissing))
    _change(session, booking_id, draft, span, at, gesture, by, asked=asked)


def cancel(session: Session, *, booking_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Call it off: the room is free, the line and its reason stay. Raises NotAllowed, ReasonMissing, BookingGone."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking_cancel", booking_id)
    timeline.hold(session, hall_id=by.hall_id, room_ids=[_where(session, booking_id, by)])
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    _in_force(session, booking_id, at, by)
    _end(session, booking_id, reason, at, by)
    journal.record(session, by, "booking_cancel", at=at, subject="booking", subject_id=booking_id, gesture=effect, reason=reason)


def came(session: Session, *, booking_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """The group is here. Who comes late has the room all the same while nobody else has taken it.

    Raises NotAllowed, BookingGone (called off, over), FactWrong (another day), RoomTaken.
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking_came", booking_id)
    room_id = _where(session, booking_id, by)
    timeline.hold(session, hall_id=by.hall_id, room_ids=[room_id])
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    no_shows.release(session, hall_id=by.hall_id, at=at, room_ids=[room_id])
    row = session.execute(_mine(booking_id, by).with_for_update()).one()
    if row.ended_as is BookingEnd.CANCELLED or row.ends_at <= at:
        raise BookingGone
    if row.day > clock.local_day(at):
        raise FactWrong(field="at")
    if row.came_at is not None:
        return
    if row.ended_as is BookingEnd.NO_SHOW:
        _take(session, room_id, [(booking_id, Span(at, row.ends_at))], row.function, at, by)
    session.execute(sa.update(_booking).where(_booking.c.id == booking_id).values(came_at=at, ended_at=None, ended_as=None))
    journal.record(session, by, "booking_came", at=at, subject="booking", subject_id=booking_id, gesture=effect)


# -- taking back ------------------------------------------------------------------------------------------------------------


def take_back(session: Session, *, booking_ids: Sequence[UUID], reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Booked by mistake: all of it is called off. Raises as `cancel`."""
    for booking_id in booking_ids:
        cancel(session, booking_id=booking_id, reason=reason, at=at, gesture=gesture, by=by)


def restore(session: Session, *, booking_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Called off by mistake: it has its room again.

    Raises NotAllowed, ChangedMeanwhile, RoomClosed (a stop was announced, the hours are others), RoomTaken (somebody was quicker).
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking_restore", booking_id)
    hours.hold_still(session, by.hall_id)
    timeline.hold(session, hall_id=by.hall_id, room_ids=[_where(session, booking_id, by)])
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    row = session.execute(_mine(booking_id, by).with_for_update()).one()
    if row.ended_as is not BookingEnd.CANCELLED or row.ends_at <= at or row.unlinked_at:
        raise ChangedMeanwhile
    span = Span(row.starts_at, row.ends_at)
    if not room_diary.is_open(session, room_id=row.room_id, span=span):
        raise RoomClosed(free_at=None)
    _take(session, row.room_id, [(booking_id, span)], row.function, at, by)
    again = {"ended_at": None, "ended_as": None, "end_reason": ""}
    session.execute(sa.update(_booking).where(_booking.c.id == booking_id).values(**again))
    journal.record(session, by, "booking_restore", at=at, subject="booking", subject_id=booking_id, gesture=effect)


def not_come(session: Session, *, booking_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """They are not here after all. Raises NotAllowed, ChangedMeanwhile."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "booking_not_come", booking_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    here = (_booking.c.id == booking_id, _booking.c.hall_id == by.hall_id, _booking.c.came_at.is_not(None), _booking.c.ended_at.is_(None))
    if session.execute(sa.update(_booking).where(*here).values(came_at=None)).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "booking_not_come", at=at, subject="booking", subject_id=booking_id, gesture=effect)


# -- reasons not to -----------------------------------------------------------------------------------------------------------


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed


def _refuse(reasons_found: Iterable[Refusal | None]) -> None:
    """Raises the first."""
    for refusal in reasons_found:
        if refusal is not None:
            raise refusal


def _against(session: Session, draft: Draft, span: Span[datetime], at: datetime, by: Actor) -> Iterator[Refusal]:
    """Say in order what speaks against it, whoever has the room."""
    if draft.team_id is None:
        for field in ("group_name", "contact", "phone"):
            if not plain(getattr(draft, field), _LENGTHS[field]):
                yield FactMissing(field="booking_contact" if field == "contact" else field)
    elif session.execute(_is_team(draft.team_id, by)).first() is None:
        yield CardUnknown()
    if not 1 <= draft.people <= MOST_PEOPLE:
        yield FactWrong(field="booking_people")
    if span.end <= at or span.end - span.start < SHORTEST:
        yield FactWrong(field="at")
    holds = session.execute(sa.select(_room.c.capacity).where(_room.c.id == draft.room_id, _room.c.hall_id == by.hall_id)).scalar()
    if holds and draft.people > holds:
        yield RoomTooSmall(over=draft.people - holds)
    if draft.outside_culture:
        yield from _unapproved(session, draft, at, by)


def _is_team(team_id: UUID, by: Actor) -> sa.Select[Any]:
    mine = (_patron.c.id == team_id, _patron.c.hall_id == by.hall_id, _patron.c.kind == PatronKind.TEAM, _patron.c.erased_at.is_(None))
    return sa.select(_patron.c.id).where(*mine)


def _unapproved(session: Session, draft: Draft, at: datetime, by: Actor) -> Iterator[Refusal]:
    if draft.approver_id is None:
        yield PurposeNotApproved()
        return
    whose = {"staff_id": draft.approver_id, "hall_id": by.hall_id, "room_id": draft.room_id}
    try:
        approvals.require(session, **whose, day=clock.local_day(at))
    except Refusal as refusal:
        yield refusal


def _not_free(
    session: Session, draft: Draft, span: Span[datetime], at: datetime, by: Actor, apart_from: UUID | None = None
) -> Refusal | None:
    """Say why a room cannot be had then, and when it can; raises FactWrong for a function it does not have."""
    whose: dict[str, Any] = {
        "hall_id": by.hall_id, "room_id": draft.room_id, "at": at, "function": draft.function, "apart_from": apart_from,
    }  # fmt: skip
    taken = timeline.busy(session, **whose, frame=span)
    opened = room_diary.is_open(session, room_id=draft.room_id, span=span)
    if opened and not taken:
        return None
    free = room_diary.next_free(session, **whose, wanted=span)
    free_at = free.start if free else None
    if not opened:
        return RoomClosed(free_at=free_at)
    name = room_diary.standing(session, hall_id=by.hall_id, room_id=draft.room_id, taken=taken)
    return SlotTaken(name=name, free_at=free_at)


# -- rows ---------------------------------------------------------------------------------------------------------------------


def _locked(session: Session, draft: Draft, effect: UUID, by: Actor, room_ids: Sequence[UUID]) -> journal.Before:
    """One order for all: the team, the hours, the rooms."""
    if draft.team_id is not None:
        session.execute(_is_team(draft.team_id, by).with_for_update(read=True))
    hours.hold_still(session, by.hall_id)
    timeline.hold(session, hall_id=by.hall_id, room_ids=room_ids)
    return journal.before(session, hall_id=by.hall_id, gesture=effect)


def _mine(booking_id: UUID, by: Actor) -> sa.Select[Any]:
    return sa.select(_booking).where(_booking.c.id == booking_id, _booking.c.hall_id == by.hall_id)


def _where(session: Session, booking_id: UUID, by: Actor) -> UUID:
    """Give its room as it stands before anything is locked. Raises BookingGone for none of this hall."""
    row = session.execute(_mine(booking_id, by)).one_or_none()
    if row is None:
        raise BookingGone
    room_id: UUID = row.room_id
    return room_id


def _in_force(session: Session, booking_id: UUID, at: datetime, by: Actor) -> Any:
    row = session.execute(_mine(booking_id, by).with_for_update()).one()
    waits = no_shows.patience(session, by.hall_id)
    if room_diary.state_of(row, at, waits) not in room_diary.STANDING:
        raise BookingGone
    return row


def _columns(draft: Draft) -> dict[str, Any]:
    texts = {field: plain(getattr(draft, field), most) for field, most in _LENGTHS.items()}
    if draft.team_id is not None:
        texts["group_name"] = ""
    return {
        **texts, "room_id": draft.room_id, "function": draft.function, "purpose": draft.purpose, "people": draft.people,
        "team_id": draft.team_id, "flagged": draft.outside_culture, "approver_id": draft.approver_id if draft.outside_culture else None,
    }  # fmt: skip


def _row(draft: Draft, span: Span[datetime], number: int, at: datetime, by: Actor) -> dict[str, Any]:
    return {
        **_columns(draft), "id": new_id(), "hall_id": by.hall_id, "number": number, "starts_at": span.start, "ends_at": span.end,
        "day": clock.local_day(span.start), "made_at": at, "staff_id": by.staff_id, "came_at": at if span.start <= at else None,
        "ended_at": None, "ended_as": None, "end_reason": "", "unlinked_at": None,
    }  # fmt: skip


def _take(session: Session, room_id: UUID, uses: list[tuple[UUID, Span[datetime]]], function: str, at: datetime, by: Actor) -> None:
    timeline.take(session, room_id=room_id, uses=uses, kind=UseKind.BOOKING, at=at, by=by, function=function)


def _end(session: Session, booking_id: UUID, reason: str, at: datetime, by: Actor) -> None:
    ended = {"ended_at": at, "ended_as": BookingEnd.CANCELLED, "end_reason": reason}
    session.execute(sa.update(_booking).where(_booking.c.id == booking_id).values(**ended))
    timeline.free(session, source_ids=[booking_id], at=at, by=by)


def _booked(facts: dict[str, Any]) -> Booked:
    skipped = tuple(datetime.fromisoformat(text) for text in facts["skipped"])
    return Booked(tuple(map(UUID, facts["bookings"])), tuple(facts["numbers"]), skipped)
