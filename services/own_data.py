"""All that is kept about one person, for that person: to read, to take along as a file, to be printed (rules.md §3, Privacy)."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import (
    Attendance,
    Booking,
    Card,
    Event,
    FaultReport,
    Hold,
    Item,
    Loan,
    Patron,
    Room,
    SignUp,
    Sitting,
    Suspension,
    TeamMember,
    Title,
)
from services import booking_traces, clock, patrons
from services.journal import Actor
from services.patrons import Sheet
from services.refusals import NotAllowed

_patron = Patron.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_report = FaultReport.__table__  # type: ignore[attr-defined]
_suspension = Suspension.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_attendance = Attendance.__table__  # type: ignore[attr-defined]
_member = TeamMember.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

Cell = str | int | date | None


@dataclass(frozen=True, slots=True)
class Section:
    """One table of the paper: what it is about, its columns, its rows."""

    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


@dataclass(frozen=True, slots=True)
class OwnData:
    """Everything about somebody on one day."""

    sheet: Sheet
    day: date
    sections: tuple[Section, ...]


def own_data(session: Session, *, patron_id: UUID, at: datetime, by: Actor) -> OwnData:
    """Collect all that is kept about somebody. Raises NotAllowed, CardUnknown."""
    if not by.is_staff:
        raise NotAllowed
    sheet = patrons.sheet(session, patron_id=patron_id, at=at, by=by)
    sections = tuple(
        Section(key, columns, tuple(tuple(map(_cell, row)) for row in session.execute(question)))
        for key, columns, question in _questions(patron_id, by.hall_id)
    )
    return OwnData(sheet, clock.local_day(at), sections)


def _questions(patron_id: UUID, hall_id: UUID) -> list[tuple[str, tuple[str, ...], Any]]:
    team = _patron.alias()
    thing = sa.join(_loan, _title, _title.c.id == _loan.c.title_id).join(_item, _item.c.id == _loan.c.item_id)
    reported = sa.join(_report, _loan, _loan.c.id == _report.c.loan_id).join(_title, _title.c.id == _loan.c.title_id)
    came = sa.join(_attendance, _sitting, _sitting.c.id == _attendance.c.sitting_id).join(_event, _event.c.id == _sitting.c.event_id)
    loan = [_loan.c[name] for name in ("quantity", "out_day", "due_day", "renewals", "back_day", "ended_as")]
    hold = [_hold.c[name] for name in ("placed_at", "state", "kept_day", "ended_at")]
    pause = [_suspension.c[name] for name in ("since_at", "until_at", "reason")]
    return [
        (
            "cards",
            ("number", "issued", "valid_until", "ended", "ended_as"),
            sa.select(_card.c.number, _card.c.issued_at, _card.c.valid_until, _card.c.ended_at, _card.c.ended_as)
            .where(_card.c.patron_id == patron_id)
            .order_by(_card.c.issued_at),
        ),
        (
            "loans",
            ("number", "name", "quantity", "out", "due", "renewals", "back", "loan_end"),
            sa.select(_item.c.number, _title.c.name, *loan)
            .select_from(thing)
            .where(_loan.c.patron_id == patron_id)
            .order_by(_loan.c.out_at),
        ),
        (
            "holds",
            ("name", "placed", "hold_state", "kept_until", "ended"),
            sa.select(_title.c.name, *hold)
            .join(_hold, _hold.c.title_id == _title.c.id)
            .where(_hold.c.patron_id == patron_id)
            .order_by(_hold.c.placed_at),
        ),
        (
            "reports",
            ("name", "reported", "trouble", "note"),
            sa.select(_title.c.name, _report.c.at, _report.c.trouble, _report.c.note)
            .select_from(reported)
            .where(_loan.c.patron_id == patron_id)
            .order_by(_report.c.at),
        ),
        (
            "suspensions",
            ("since", "until", "reason"),
            sa.select(*pause).where(_suspension.c.patron_id == patron_id).order_by(_suspension.c.since_at),
        ),
        (
            "teams",
            ("name", "part", "since", "until"),
            sa.select(team.c.name, _member.c.part, _member.c.from_day, _member.c.to_day)
            .join(_member, _member.c.team_id == team.c.id)
            .where(_member.c.patron_id == patron_id)
            .order_by(_member.c.from_day),
        ),
        (
            "sign_ups",
            ("name", "number", "signed", "sign_up_state", "ended"),
            sa.select(_event.c.title, *(_sign_up.c[name] for name in ("ticket", "signed_at", "state", "ended_at")))
            .join(_sign_up, _sign_up.c.event_id == _event.c.id)
            .where(_sign_up.c.patron_id == patron_id)
            .order_by(_sign_up.c.signed_at),
        ),
        (
            "attendances",
            ("name", "came"),
            sa.select(_event.c.title, _attendance.c.at)
            .select_from(came)
            .where(_attendance.c.patron_id == patron_id)
            .order_by(_attendance.c.at),
        ),
        (
            "bookings",
            ("name", "purpose", "since", "until", "contact", "phone", "note"),
            sa.select(_room.c.name, *(_booking.c[name] for name in ("purpose", "starts_at", "ends_at", "contact", "phone", "note")))
            .join(_booking, _booking.c.room_id == _room.c.id)
            .where(booking_traces.whose(patron_id, hall_id))
            .order_by(_booking.c.starts_at),
        ),
        (
            "led",
            ("name", "since"),
            sa.select(team.c.name, team.c.registered_at).where(team.c.leader_id == patron_id, team.c.erased_at.is_(None)),
        ),
        (
            "members",
            ("name", "part", "since", "until"),
            sa.select(_member.c.name, _member.c.part, _member.c.from_day, _member.c.to_day)
            .where(_member.c.team_id == patron_id)
            .order_by(_member.c.from_day),
        ),
    ]


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return clock.local_day(value)
    return str(value.value) if hasattr(value, "value") else value
