"""The keeper's day at a glance: what is overdue, what to put aside, what is broken, and how much went out and came back."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Hold, HoldState, Item, Loan, Patron, Title
from services import care, clock, orders
from services.care import Due
from services.orders import Order
from services.reports import OpenReport, open_reports

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]

MOST: Final = 50


@dataclass(frozen=True, slots=True)
class Overdue:
    """A loan that should have been back; the name is for the desk, which rings up."""

    loan_id: UUID
    item_id: UUID
    patron_id: UUID
    name: str
    number: str
    due_day: date
    days: int
    patron: str
    quantity: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A copy kept for somebody's hold: to be put on the hold shelf, or there already."""

    hold_id: UUID
    item_id: UUID
    patron_id: UUID
    name: str
    number: str
    patron: str
    phone_end: str
    kept_day: date
    on_shelf: bool


@dataclass(frozen=True, slots=True)
class Counts:
    """What anybody who is signed in may see: numbers, and no names."""

    lent: int
    back: int
    overdue: int
    longest: int
    holds_waiting: int


@dataclass(frozen=True, slots=True)
class Morning:
    """The day's lists; each shows at most 50 lines, the counts are whole."""

    counts: Counts
    overdue: tuple[Overdue, ...]
    kept: tuple[Kept, ...]
    reports: tuple[OpenReport, ...]
    due: tuple[Due, ...]
    orders: tuple[Order, ...]


def counts(session: Session, *, hall_id: UUID, at: datetime) -> Counts:
    """Count the day."""
    today = clock.local_day(at)
    mine = _loan.c.hall_id == hall_id
    late = sa.and_(mine, _loan.c.ended_at.is_(None), _loan.c.due_day < today)
    oldest = session.execute(sa.select(sa.func.min(_loan.c.due_day)).where(late)).scalar_one()
    return Counts(
        lent=_count(session, _loan, mine, _loan.c.out_day == today),
        back=_count(session, _loan, mine, _loan.c.back_day == today),
        overdue=_count(session, _loan, late),
        longest=(today - oldest).days if oldest else 0,
        holds_waiting=_count(session, _hold, _hold.c.hall_id == hall_id, _hold.c.state == HoldState.WAITING),
    )


def morning(session: Session, *, hall_id: UUID, at: datetime) -> Morning:
    """Give the lists of the day, what is most urgent first."""
    return Morning(
        counts=counts(session, hall_id=hall_id, at=at),
        overdue=_overdue(session, hall_id, clock.local_day(at)),
        kept=_kept(session, hall_id, at),
        reports=tuple(open_reports(session, hall_id=hall_id, limit=MOST)),
        due=tuple(care.due(session, hall_id=hall_id, at=at)),
        orders=tuple(orders.open_orders(session, hall_id=hall_id, limit=MOST)),
    )


def _overdue(session: Session, hall_id: UUID, today: date) -> tuple[Overdue, ...]:
    rows = session.execute(
        sa.select(
            _loan.c.id, _loan.c.item_id, _loan.c.patron_id, _title.c.name, _item.c.number, _loan.c.due_day,
            _patron.c.name.label("patron"), (_loan.c.quantity - _loan.c.returned).label("quantity"),
        )
        .join(_item, _item.c.id == _loan.c.item_id)
        .join(_title, _title.c.id == _loan.c.title_id)
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_loan.c.hall_id == hall_id, _loan.c.ended_at.is_(None), _loan.c.due_day < today)
        .order_by(_loan.c.due_day, _loan.c.out_at)
        .limit(MOST)
    )  # fmt: skip
    return tuple(
        Overdue(r.id, r.item_id, r.patron_id, r.name, r.number, r.due_day, (today - r.due_day).days, r.patron, r.quantity) for r in rows
    )


def _kept(session: Session, hall_id: UUID, at: datetime) -> tuple[Kept, ...]:
    """What is to be put aside comes before what stands on the hold shelf; a hold whose time is over is neither."""
    rows = session.execute(
        sa.select(
            _hold.c.id, _hold.c.item_id, _hold.c.patron_id, _title.c.name, _item.c.number, _patron.c.name.label("patron"),
            _patron.c.phone_end, _hold.c.kept_day, _hold.c.shelved_at,
        )
        .join(_item, _item.c.id == _hold.c.item_id)
        .join(_title, _title.c.id == _hold.c.title_id)
        .join(_patron, _patron.c.id == _hold.c.patron_id)
        .where(_hold.c.hall_id == hall_id, _hold.c.state == HoldState.READY, _hold.c.kept_until >= at)
        .order_by(_hold.c.shelved_at.is_not(None), _hold.c.kept_until)
        .limit(MOST)
    )  # fmt: skip
    return tuple(
        Kept(r.id, r.item_id, r.patron_id, r.name, r.number, r.patron, r.phone_end, r.kept_day, r.shelved_at is not None) for r in rows
    )


def _count(session: Session, table: sa.Table, *where: sa.ColumnElement[bool]) -> int:
    number: Any = session.execute(sa.select(sa.func.count()).select_from(table).where(*where)).scalar_one()
    return int(number)
