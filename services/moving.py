"""Last days that hours have overtaken: what is due on a day that has no open minute left moves to the first open day."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import DueMove, Hold, HoldState, Item, Loan, Medium, Title, new_id
from services import clock
from services.calendars import Calendar

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_move = DueMove.__table__  # type: ignore[attr-defined]

CalendarFor = Callable[[UUID, Medium], Calendar]
"""The hours of a room for a class of things, as they will be."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A loan or a pickup whose last day moves; the thing is named, the patron never."""

    loan_id: UUID | None
    hold_id: UUID | None
    item_id: UUID
    name: str
    number: str
    old_day: date
    new_day: date
    # What it was moved to may be moved again: two readings of one move are the same.
    new_at: datetime = field(compare=False)

    @property
    def is_pickup(self) -> bool:
        """A thing kept for somebody, not one to bring back."""
        return self.hold_id is not None


_columns = (_item.c.id.label("item_id"), _item.c.number, _item.c.home_room_id, _item.c.item_class, _title.c.name)
_due = (
    sa.select(
        _loan.c.id.label("loan_id"), sa.null().label("hold_id"), _loan.c.due_day.label("day"), _loan.c.due_at.label("until"), *_columns
    )
    .select_from(_loan)
    .join(_item, _item.c.id == _loan.c.item_id)
    .join(_title, _title.c.id == _loan.c.title_id)
    .where(
        _loan.c.hall_id == bindparam("hall_id"),
        _loan.c.ended_at.is_(None),
        _loan.c.due_day >= bindparam("today"),
        _loan.c.due_at > bindparam("since"),
        _item.c.home_room_id.in_(bindparam("rooms", expanding=True)),
    )
    .order_by(_loan.c.due_day, _loan.c.id)
)
_kept = (
    sa.select(
        sa.null().label("loan_id"), _hold.c.id.label("hold_id"), _hold.c.kept_day.label("day"), _hold.c.kept_until.label("until"), *_columns
    )
    .select_from(_hold)
    .join(_item, _item.c.id == _hold.c.item_id)
    .join(_title, _title.c.id == _hold.c.title_id)
    .where(
        _hold.c.hall_id == bindparam("hall_id"),
        _hold.c.state == HoldState.READY,
        _hold.c.kept_until > bindparam("since"),
        _item.c.home_room_id.in_(bindparam("rooms", expanding=True)),
    )
    .order_by(_hold.c.kept_day, _hold.c.id)
)  # fmt: skip


def overtaken(
    session: Session, *, hall_id: UUID, rooms: Iterable[UUID], calendar_for: CalendarFor, since: datetime, at: datetime, lock: bool
) -> tuple[Moved, ...]:
    """List what is due or to be picked up after `since` on a day with no open minute left after now; nothing is written.

    What was overdue before `since` stays so; what fell due behind a door that was shut meanwhile moves like the rest. With `lock`
    (PostgreSQL) what is listed stays as it is until the commit. Raises NoOpenDay when a year has no day to move to.
    """
    facts = {"hall_id": hall_id, "rooms": list(rooms), "since": since, "today": clock.local_day(since)}
    found = []
    due, kept = (_due.with_for_update(of=_loan), _kept.with_for_update(of=_hold)) if lock else (_due, _kept)
    for row in (*session.execute(due, facts), *session.execute(kept, facts)):
        calendar = calendar_for(row.home_room_id, row.item_class)
        if calendar.is_open_day(row.day, after=at):
            continue
        new_day = calendar.first_open_day(row.day, after=at)
        found.append(Moved(row.loan_id, row.hold_id, row.item_id, row.name, row.number, row.day, new_day, calendar.last_closing(new_day)))
    return tuple(found)


def move(
    session: Session, *, hall_id: UUID, moved: Iterable[Moved], at: datetime, closure_id: UUID | None = None, version: int = 1
) -> None:
    """Write the new last days, and beside each the old one and what moved it."""
    for one in moved:
        if one.loan_id is not None:
            new = {"due_day": one.new_day, "due_at": one.new_at}
            session.execute(sa.update(_loan).where(_loan.c.id == one.loan_id, _loan.c.ended_at.is_(None)).values(new))
        else:
            new = {"kept_day": one.new_day, "kept_until": one.new_at}
            session.execute(sa.update(_hold).where(_hold.c.id == one.hold_id, _hold.c.state == HoldState.READY).values(new))
    rows = [
        {
            "id": new_id(), "hall_id": hall_id, "closure_id": closure_id, "version": version, "loan_id": one.loan_id,
            "hold_id": one.hold_id, "old_day": one.old_day, "new_day": one.new_day, "at": at,
        }
        for one in moved
    ]  # fmt: skip
    if rows:
        session.execute(sa.insert(_move), rows)


def moves_of(session: Session, *, closure_id: UUID, version: int) -> tuple[Moved, ...]:
    """Read what one version of a closure's notice has moved."""
    item = sa.func.coalesce(_loan.c.item_id, _hold.c.item_id)
    rows = session.execute(
        sa.select(_move, _item.c.id.label("item_id"), _item.c.number, _title.c.name, sa.func.coalesce(_loan.c.due_at, _hold.c.kept_until))
        .select_from(_move)
        .outerjoin(_loan, _loan.c.id == _move.c.loan_id)
        .outerjoin(_hold, _hold.c.id == _move.c.hold_id)
        .join(_item, _item.c.id == item)
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_move.c.closure_id == closure_id, _move.c.version == version)
        .order_by(_move.c.hold_id.is_not(None), _move.c.old_day, sa.func.coalesce(_move.c.loan_id, _move.c.hold_id))
    )
    return tuple(Moved(row.loan_id, row.hold_id, row.item_id, row.name, row.number, row.old_day, row.new_day, row[-1]) for row in rows)
