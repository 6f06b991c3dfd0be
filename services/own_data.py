"""All that is kept about one person, for that person: to read, to take along as a file, to be printed (rules.md §3, Privacy)."""

from collections.abc import Iterator
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
    Suggestion,
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
_said = Suggestion.__table__  # type: ignore[attr-defined]
_member = TeamMember.__table__  # type: ignore[attr-defined]
_booking = Booking.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

Cell = str | int | date | None
_Asked = tuple[str, tuple[str, ...], sa.Select[Any]]
"""A section: its key, the keys of its columns, and the question whose rows are its rows."""


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


def _questions(patron_id: UUID, hall_id: UUID) -> list[_Asked]:
    return [*_of_lending(patron_id), *_of_teams(patron_id), *_of_events(patron_id), *_of_rooms(patron_id, hall_id), *_of_voices(patron_id)]


def _of_lending(patron_id: UUID) -> Iterator[_Asked]:
    """What is kept at the desk: cards, loans, holds, reports and pauses."""
    cards = sa.select(*_named(_card, "number", "issued_at", "valid_until", "ended_at", "ended_as")).where(_card.c.patron_id == patron_id)
    yield "cards", ("number", "issued", "valid_until", "ended", "ended_as"), cards.order_by(_card.c.issued_at)
    thing = sa.join(_loan, _title, _title.c.id == _loan.c.title_id).join(_item, _item.c.id == _loan.c.item_id)
    lent = _named(_loan, "quantity", "out_day", "due_day", "renewals", "back_day", "ended_as")
    loans = sa.select(_item.c.number, _title.c.name, *lent).select_from(thing).where(_loan.c.patron_id == patron_id)
    yield "loans", ("number", "name", "quantity", "out", "due", "renewals", "back", "loan_end"), loans.order_by(_loan.c.out_at)
    waits = sa.select(_title.c.name, *_named(_hold, "placed_at", "state", "kept_day", "ended_at"))
    holds = waits.join(_hold, _hold.c.title_id == _title.c.id).where(_hold.c.patron_id == patron_id)
    yield "holds", ("name", "placed", "hold_state", "kept_until", "ended"), holds.order_by(_hold.c.placed_at)
    reported = sa.join(_report, _loan, _loan.c.id == _report.c.loan_id).join(_title, _title.c.id == _loan.c.title_id)
    told = sa.select(_title.c.name, *_named(_report, "at", "trouble", "note")).select_from(reported)
    yield "reports", ("name", "reported", "trouble", "note"), told.where(_loan.c.patron_id == patron_id).order_by(_report.c.at)
    paused = sa.select(*_named(_suspension, "since_at", "until_at", "reason")).where(_suspension.c.patron_id == patron_id)
    yield "suspensions", ("since", "until", "reason"), paused.order_by(_suspension.c.since_at)


def _of_teams(patron_id: UUID) -> Iterator[_Asked]:
    """The teams somebody belongs to or leads; and of a team, who belongs to it."""
    team, belongs = _patron.alias(), _named(_member, "part", "from_day", "to_day")
    mine = sa.select(team.c.name, *belongs).join(_member, _member.c.team_id == team.c.id).where(_member.c.patron_id == patron_id)
    yield "teams", ("name", "part", "since", "until"), mine.order_by(_member.c.from_day)
    led = sa.select(team.c.name, team.c.registered_at).where(team.c.leader_id == patron_id, team.c.erased_at.is_(None))
    yield "led", ("name", "since"), led
    members = sa.select(_member.c.name, *belongs).where(_member.c.team_id == patron_id)
    yield "members", ("name", "part", "since", "until"), members.order_by(_member.c.from_day)


def _of_events(patron_id: UUID) -> Iterator[_Asked]:
    """What somebody signed up for, and came to."""
    signed = sa.select(_event.c.title, *_named(_sign_up, "ticket", "signed_at", "state", "ended_at"))
    mine = signed.join(_sign_up, _sign_up.c.event_id == _event.c.id).where(_sign_up.c.patron_id == patron_id)
    yield "sign_ups", ("name", "number", "signed", "sign_up_state", "ended"), mine.order_by(_sign_up.c.signed_at)
    sittings = sa.join(_attendance, _sitting, _sitting.c.id == _attendance.c.sitting_id).join(_event, _event.c.id == _sitting.c.event_id)
    came = sa.select(_event.c.title, _attendance.c.at).select_from(sittings).where(_attendance.c.patron_id == patron_id)
    yield "attendances", ("name", "came"), came.order_by(_attendance.c.at)


def _of_rooms(patron_id: UUID, hall_id: UUID) -> Iterator[_Asked]:
    """The rooms somebody, or a team, had booked."""
    wanted = sa.select(_room.c.name, *_named(_booking, "purpose", "starts_at", "ends_at", "contact", "phone", "note"))
    mine = wanted.join(_booking, _booking.c.room_id == _room.c.id).where(booking_traces.whose(patron_id, hall_id))
    yield "bookings", ("name", "purpose", "since", "until", "contact", "phone", "note"), mine.order_by(_booking.c.starts_at)


def _of_voices(patron_id: UUID) -> Iterator[_Asked]:
    """What somebody said with their card."""
    said = sa.select(*_named(_said, "number", "at", "words")).where(_said.c.patron_id == patron_id)
    yield "suggestions", ("said_number", "suggested", "words"), said.order_by(_said.c.at)


def _named(table: sa.Table, *columns: str) -> list[sa.Column[Any]]:
    return [table.c[column] for column in columns]


def _cell(value: Any) -> Cell:
    if isinstance(value, datetime):
        return clock.local_day(value)
    return str(value.value) if hasattr(value, "value") else value
