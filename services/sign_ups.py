"""Signing up: a seat or a place on the waiting list, by card or as a guest; a cancelled seat goes to the next at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AgeBand, Attendance, Event, Hall, JournalRow, Patron, Room, Sex, SignUp, SignUpState, Sitting, new_id
from services import event_rules, journal, keypad, known, numbers
from services.journal import Actor
from services.lending_rules import reasons_of_card
from services.receipts import Paper
from services.refusals import (
    AlreadySignedUp,
    EventGone,
    FactMissing,
    GuestSeatsResting,
    NotAllowed,
    PatronOverdue,
    PatronSuspended,
    SignUpGone,
    SignUpNotNeeded,
)
from services.texts import plain

_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_attendance = Attendance.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_journal = JournalRow.__table__  # type: ignore[attr-defined]

ACTIVE: Final = sa.text("sign_up.state IN ('seated', 'waiting')")
"""Spelled as the partial index spells it."""


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody without a card: a name, and the villagers' group it belongs to."""

    name: str
    group: str = ""


@dataclass(frozen=True, slots=True)
class Ticket(Paper):
    """What somebody who signed up takes away; no name stands on it."""

    sign_up_id: UUID
    event_id: UUID
    number: str
    title: str
    room: str
    starts_at: datetime
    seated: bool
    ahead: int = 0
    lessons: int = 1
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Name:
    """One line of the list of those who signed up; for the keeper's eyes."""

    sign_up_id: UUID
    position: int
    name: str
    group: str
    phone: str
    ticket: str
    state: SignUpState
    patron_id: UUID | None


_lock = sa.select(_event).where(_event.c.id == bindparam("event_id"), _event.c.hall_id == bindparam("hall_id")).with_for_update()
_next_sitting = (
    sa.select(_sitting.c.starts_at, _room.c.name.label("room"))
    .join(_room, _room.c.id == _sitting.c.room_id)
    .where(_sitting.c.event_id == bindparam("event_id"), _sitting.c.cancelled_at.is_(None), _sitting.c.ends_at > bindparam("at"))
    .order_by(_sitting.c.starts_at)
)
_counted = sa.select(
    sa.func.coalesce(sa.func.max(_sign_up.c.position), 0).label("last"),
    sa.func.count().filter(_sign_up.c.state == SignUpState.SEATED).label("seated"),
    sa.func.count().filter(_sign_up.c.state == SignUpState.WAITING).label("waiting"),
).where(_sign_up.c.hall_id == bindparam("hall_id"), _sign_up.c.event_id == bindparam("event_id"))
_mine = sa.select(_sign_up.c.ticket).where(
    _sign_up.c.hall_id == bindparam("hall_id"), _sign_up.c.event_id == bindparam("event_id"),
    _sign_up.c.patron_id == bindparam("patron_id"), ACTIVE,
)  # fmt: skip
_guests_here = (
    sa.select(_journal.c.at)
    .join(_sign_up, _sign_up.c.id == _journal.c.subject_id)
    .where(
        _journal.c.hall_id == bindparam("hall_id"), _journal.c.at > bindparam("since"), _journal.c.verb == "sign_up",
        _journal.c.device == bindparam("device"), _sign_up.c.event_id == bindparam("event_id"), _sign_up.c.patron_id.is_(None),
    )
    .order_by(_journal.c.at)
)  # fmt: skip
_insert = sa.insert(_sign_up)


def sign_up(
    session: Session,
    *,
    event_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    card_id: UUID | None = None,
    guest: Guest | None = None,
) -> Ticket:
    """Give a seat, or a place on the waiting list when all are given.

    Raises, in order: EventGone (called off, over), SignUpNotNeeded, the card's own reasons (a pause or something overdue stops
    nobody from coming), AlreadySignedUp, FactMissing (a guest's name), GuestSeatsResting (this screen gave as many as it may just now).
    """
    effect = journal.gesture_key(gesture, "sign_up", event_id)
    # One order for all: patron, then event.
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=True) if card_id else None
    event = lock(session, by.hall_id, event_id)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Ticket.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    coming = session.execute(_next_sitting, {"event_id": event_id, "at": at}).all()
    if event.cancelled_at or not coming:
        raise EventGone
    if event.seats is None:
        raise SignUpNotNeeded
    columns = _of_patron(session, who, event_id, at, by) if who else _of_guest(session, guest, event_id, at, by)
    counted = session.execute(_counted, {"hall_id": by.hall_id, "event_id": event_id}).one()
    # Nobody passes those who wait, though a seat may be free for a moment.
    seat = counted.seated < event.seats and not counted.waiting
    issuer = session.execute(sa.select(_hall.c.code).where(_hall.c.id == by.hall_id)).scalar_one()
    ticket = Ticket(
        sign_up_id=new_id(), event_id=event_id, number=numbers.draw(session, issuer_code=issuer, kind="ticket"), title=event.title,
        room=coming[0].room, starts_at=coming[0].starts_at, seated=seat, ahead=0 if seat else counted.waiting, lessons=len(coming),
    )  # fmt: skip
    session.execute(_insert, {
        "id": ticket.sign_up_id, "hall_id": by.hall_id, "event_id": event_id, "position": counted.last + 1, "ticket": ticket.number,
        "state": SignUpState.SEATED if seat else SignUpState.WAITING, "signed_at": at, "seated_at": at if seat else None,
        "ended_at": None, "unlinked_at": None, **columns,
    })  # fmt: skip
    journal.record(session, by, "sign_up", at=at, subject="sign_up", subject_id=ticket.sign_up_id, gesture=effect, facts=ticket.facts())
    return ticket


def cancel(session: Session, *, sign_up_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Give a seat back; the first who waits has it at once. Raises SignUpGone (cancelled, or of another hall)."""
    effect = journal.gesture_key(gesture, "sign_up_cancel", sign_up_id)
    event_id = session.execute(
        sa.select(_sign_up.c.event_id).where(_sign_up.c.id == sign_up_id, _sign_up.c.hall_id == by.hall_id)
    ).scalar_one_or_none()
    if event_id is None:
        raise SignUpGone
    event = lock(session, by.hall_id, event_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    done = session.execute(sa.update(_sign_up).where(_sign_up.c.id == sign_up_id, ACTIVE).values(state=SignUpState.CANCELLED, ended_at=at))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise SignUpGone
    move_up(session, event_id=event_id, seats=event.seats, at=at, by=by)
    journal.record(session, by, "sign_up_cancel", at=at, subject="sign_up", subject_id=sign_up_id, gesture=effect)


def move_up(session: Session, *, event_id: UUID, seats: int | None, at: datetime, by: Actor) -> None:
    """Fill free seats from the waiting list, in the order of coming; the caller holds the event."""
    waiting = (
        sa.select(_sign_up.c.id)
        .where(_sign_up.c.hall_id == by.hall_id, _sign_up.c.event_id == event_id, _sign_up.c.state == SignUpState.WAITING)
        .order_by(_sign_up.c.position)
    )
    free = None if seats is None else max(0, seats - seated(session, by.hall_id, event_id))
    for sign_up_id in session.execute(waiting.limit(free)).scalars().all():
        session.execute(sa.update(_sign_up).where(_sign_up.c.id == sign_up_id).values(state=SignUpState.SEATED, seated_at=at))
        journal.record(session, by, "sign_up_seated", at=at, subject="sign_up", subject_id=sign_up_id)


def by_ticket(session: Session, *, number: str, at: datetime, by: Actor) -> UUID | None:
    """Give the sign-up of a typed ticket number, or None, which is written down as a wrong try: run it with `database.write`.

    Raises KeypadResting.
    """

    def find(typed: str) -> UUID | None:
        mine = sa.select(_sign_up.c.id).where(_sign_up.c.hall_id == by.hall_id, _sign_up.c.ticket == typed, ACTIVE)
        return session.execute(mine).scalar_one_or_none()

    return keypad.tried(session, number=number, find=find, at=at, by=by)


def ticket_of(session: Session, *, sign_up_id: UUID, at: datetime, by: Actor) -> Ticket:
    """Read a ticket as it stands now. Raises SignUpGone."""
    row = session.execute(
        sa.select(_sign_up, _event.c.title, _event.c.cancelled_at.label("event_cancelled_at"))
        .join(_event, _event.c.id == _sign_up.c.event_id)
        .where(_sign_up.c.id == sign_up_id, _sign_up.c.hall_id == by.hall_id, ACTIVE)
    ).one_or_none()
    if row is None:
        raise SignUpGone
    coming = session.execute(_next_sitting, {"event_id": row.event_id, "at": at}).all()
    if not coming and not row.event_cancelled_at:
        raise SignUpGone
    before = sa.select(sa.func.count()).where(
        _sign_up.c.hall_id == by.hall_id, _sign_up.c.event_id == row.event_id, _sign_up.c.state == SignUpState.WAITING,
        _sign_up.c.position < row.position,
    )  # fmt: skip
    is_seated = row.state is SignUpState.SEATED
    return Ticket(
        sign_up_id=row.id, event_id=row.event_id, number=row.ticket, title=row.title, room=coming[0].room if coming else "",
        starts_at=coming[0].starts_at if coming else row.event_cancelled_at, seated=is_seated,
        ahead=0 if is_seated else int(session.execute(before).scalar_one()), lessons=len(coming),
        cancelled=row.event_cancelled_at is not None,
    )  # fmt: skip


def of_patron(session: Session, *, card_id: UUID, at: datetime, by: Actor) -> tuple[Ticket, ...]:
    """Give the tickets of a card for what is still to come."""
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=False)
    mine = sa.select(_sign_up.c.id).where(_sign_up.c.hall_id == by.hall_id, _sign_up.c.patron_id == who.row.patron_id, ACTIVE)
    tickets = []
    for sign_up_id in session.execute(mine.order_by(_sign_up.c.signed_at)).scalars().all():
        try:
            tickets.append(ticket_of(session, sign_up_id=sign_up_id, at=at, by=by))
        except SignUpGone:
            continue
    return tuple(sorted(tickets, key=lambda ticket: ticket.starts_at))


def names(session: Session, *, event_id: UUID, by: Actor) -> tuple[Name, ...]:
    """Give the list of those who signed up, seats first, then the waiting list. Raises NotAllowed: it is never shown at the kiosk."""
    if not by.is_staff:
        raise NotAllowed
    rows = session.execute(
        sa.select(
            _sign_up.c.id, _sign_up.c.position, _sign_up.c.ticket, _sign_up.c.state, _sign_up.c.patron_id, _sign_up.c.guest_name,
            _sign_up.c.guest_group, _patron.c.name, _patron.c.villager_group, _patron.c.phone,
        )
        .outerjoin(_patron, _patron.c.id == _sign_up.c.patron_id)
        .where(_sign_up.c.hall_id == by.hall_id, _sign_up.c.event_id == event_id, ACTIVE)
        .order_by(_sign_up.c.state, _sign_up.c.position)
    )  # fmt: skip
    return tuple(
        Name(
            row.id, row.position, row.name or row.guest_name, row.villager_group or row.guest_group, row.phone or "", row.ticket,
            row.state, row.patron_id,
        )
        for row in rows
    )  # fmt: skip


def lock(session: Session, hall_id: UUID, event_id: UUID) -> Any:
    """Hold an event until the commit: whoever gives a seat or changes it queues here. Raises EventGone for none of this hall."""
    row = session.execute(_lock, {"event_id": event_id, "hall_id": hall_id}).one_or_none()
    if row is None:
        raise EventGone
    return row


def seated(session: Session, hall_id: UUID, event_id: UUID) -> int:
    """How many have a seat."""
    return int(session.execute(_counted, {"hall_id": hall_id, "event_id": event_id}).one().seated)


def _of_patron(session: Session, who: known.Borrower, event_id: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    for refusal in reasons_of_card(who, at):
        if not isinstance(refusal, PatronSuspended | PatronOverdue):
            raise refusal
    key = {"hall_id": by.hall_id, "event_id": event_id, "patron_id": who.row.patron_id}
    ticket = session.execute(_mine, key).scalar_one_or_none()
    if ticket is not None:
        raise AlreadySignedUp(ticket=ticket)
    sex, age_band = who.row.sex, who.age_band
    return {"patron_id": who.row.patron_id, "guest_name": "", "guest_group": "", "age_band": age_band, "sex": sex}


def _of_guest(session: Session, guest: Guest | None, event_id: UUID, at: datetime, by: Actor) -> dict[str, Any]:
    name = plain(guest.name, 40) if guest else ""
    if not guest or not name:
        raise FactMissing(field="name")
    _refuse_too_many_guests(session, event_id, at, by)
    group = plain(guest.group, 40)
    return {"patron_id": None, "guest_name": name, "guest_group": group, "age_band": AgeBand.UNKNOWN, "sex": Sex.UNSAID}


def _refuse_too_many_guests(session: Session, event_id: UUID, at: datetime, by: Actor) -> None:
    """A family signs up together; whoever fills an evening with invented names has to wait. The keeper sees who stands there."""
    if by.is_staff:
        return
    rules = event_rules.rules(session, hall_id=by.hall_id)
    rest = timedelta(minutes=rules.guest_minutes)
    here = {"hall_id": by.hall_id, "event_id": event_id, "device": by.device, "since": at - rest}
    given = session.execute(_guests_here, here).scalars().all()
    if len(given) >= rules.guest_seats:
        raise GuestSeatsResting(most=rules.guest_seats, until=given[-rules.guest_seats] + rest)


# -- forgetting ------------------------------------------------------------------------------------------------------------


def leave_all(session: Session, *, patron_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Give back every seat of somebody who wants to be forgotten; the next in line have them."""
    mine = sa.select(_sign_up.c.id).where(_sign_up.c.hall_id == by.hall_id, _sign_up.c.patron_id == patron_id, ACTIVE)
    for sign_up_id in session.execute(mine.order_by(_sign_up.c.event_id)).scalars().all():
        cancel(session, sign_up_id=sign_up_id, at=at, gesture=gesture, by=by)


def unlink_patron(session: Session, *, hall_id: UUID, patron_id: UUID, at: datetime) -> int:
    """Cut the thread from every sign-up and attendance to a patron; age band and sex stay for the counts."""
    came = sa.update(_attendance).where(_attendance.c.hall_id == hall_id, _attendance.c.patron_id == patron_id)
    session.execute(came.values(patron_id=None))
    mine = sa.update(_sign_up).where(_sign_up.c.hall_id == hall_id, _sign_up.c.patron_id == patron_id)
    return int(session.execute(mine.values(patron_id=None, unlinked_at=at)).rowcount)  # type: ignore[attr-defined]


def unlink_old(session: Session, *, hall_id: UUID, before: datetime, at: datetime, most: int) -> int:
    """Cut it for events whose last sitting ended before a moment; a guest's name goes as well."""
    later = sa.exists().where(_sitting.c.event_id == _sign_up.c.event_id, _sitting.c.ends_at >= before)
    old = sa.select(_sign_up.c.id).where(_sign_up.c.hall_id == hall_id, _sign_up.c.unlinked_at.is_(None), ~later).limit(most)
    ids = list(session.execute(old).scalars())
    blank = {"patron_id": None, "guest_name": "", "guest_group": "", "unlinked_at": at}
    session.execute(sa.update(_sign_up).where(_sign_up.c.id.in_(ids)).values(**blank))
    past = sa.select(_sitting.c.id).where(_sitting.c.hall_id == hall_id, _sitting.c.ends_at < before)
    named = (_attendance.c.hall_id == hall_id, _attendance.c.patron_id.is_not(None), _attendance.c.sitting_id.in_(past))
    session.execute(sa.update(_attendance).where(*named).values(patron_id=None))
    return len(ids)
