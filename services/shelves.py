"""What stands where: the copies of a title, and all that the desk has to know about one of them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Condition, Item, ItemCondition, Loan, Patron, PersonInCharge, Role, Room, Staff, Volume
from services import clock, known
from services.journal import Actor
from services.receipts import Thing

_item = Item.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Copy:
    """One copy of a title in a list."""

    item_id: UUID
    number: str
    copy_no: int
    volume: str
    shelf: str
    room: str
    due_day: date | None
    conditions: tuple[Condition, ...]

    @property
    def is_here(self) -> bool:
        """Neither out nor away."""
        return self.due_day is None and not self.conditions


@dataclass(frozen=True, slots=True)
class OutLine:
    """Somebody has it, or some of it; named for the desk alone."""

    loan_id: UUID
    patron_id: UUID
    patron: str
    out_at: datetime
    due_day: date
    overdue: bool
    quantity: int
    renewals: int
    outside: bool


@dataclass(frozen=True, slots=True)
class ItemSheet:
    """One thing on the desk: what it is, where it belongs, who has it, what is wrong, who waits."""

    thing: Thing
    volume: str
    room_id: UUID
    room: str
    shelf: str
    adults_only: bool
    reference_only: bool
    out: tuple[OutLine, ...]
    conditions: tuple[tuple[Condition, str], ...]
    waiting: int
    kept: bool


def copies(session: Session, *, title_id: UUID, by: Actor) -> list[Copy]:
    """List the copies of a title that have not left the stock, by volume and copy."""
    due_day = (
        sa.select(sa.func.min(_loan.c.due_day))
        .where(_loan.c.hall_id == _item.c.hall_id, _loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))
        .correlate(_item)
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(_item.c.id, _item.c.number, _item.c.copy_no, _volume.c.label, _item.c.shelf, _room.c.name, due_day.label("due_day"))
        .join(_room, _room.c.id == _item.c.home_room_id)
        .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
        .where(_item.c.hall_id == by.hall_id, _item.c.title_id == title_id)
        .order_by(_item.c.volume, _item.c.copy_no, _item.c.number)
    ).all()
    wrong = _conditions(session, by.hall_id, [row.id for row in rows])
    found = [
        Copy(r.id, r.number, r.copy_no, r.label or "", r.shelf, r.name, r.due_day, tuple(kind for kind, _ in wrong.get(r.id, ())))
        for r in rows
    ]
    return [copy for copy in found if Condition.WITHDRAWN not in copy.conditions]


def approvers(session: Session, *, room_id: UUID, at: datetime, by: Actor) -> list[tuple[UUID, str]]:
    """List who may approve for a room today: its persons in charge, and the admins."""
    today = clock.local_day(at)
    in_charge = sa.exists().where(
        _charge.c.staff_id == _staff.c.id,
        _charge.c.hall_id == by.hall_id,
        _charge.c.room_id == room_id,
        _charge.c.from_day <= today,
        sa.or_(_charge.c.to_day.is_(None), _charge.c.to_day >= today),
    )
    rows = session.execute(
        sa.select(_staff.c.id, _staff.c.name)
        .where(_staff.c.hall_id == by.hall_id, _staff.c.disabled_at.is_(None), sa.or_(_staff.c.role == Role.ADMIN, in_charge))
        .order_by(_staff.c.name)
    )
    return [(row.id, row.name) for row in rows]


def sheet(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> ItemSheet:
    """Give one thing's sheet. Raises UnknownCode."""
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=False)
    row, today = stock.row, clock.local_day(at)
    room = session.execute(sa.select(_room.c.name).where(_room.c.id == row.home_room_id)).scalar_one()
    volume = session.execute(
        sa.select(_volume.c.label).where(_volume.c.title_id == row.title_id, _volume.c.number == row.volume)
    ).scalar_one_or_none()
    return ItemSheet(
        thing=stock.thing,
        volume=str(volume or ""),
        room_id=row.home_room_id,
        room=str(room),
        shelf=row.shelf,
        adults_only=row.adults_only,
        reference_only=row.reference_only,
        out=_out(session, by.hall_id, item_id, today),
        conditions=tuple(_conditions(session, by.hall_id, [item_id]).get(item_id, ())),
        waiting=sum(hold.item_id is None for hold in stock.queue),
        kept=stock.kept_hold(at) is not None,
    )


def _out(session: Session, hall_id: UUID, item_id: UUID, today: date) -> tuple[OutLine, ...]:
    rows = session.execute(
        sa.select(
            _loan.c.id, _loan.c.patron_id, _patron.c.name, _loan.c.out_at, _loan.c.due_day,
            (_loan.c.quantity - _loan.c.returned).label("quantity"), _loan.c.renewals, _loan.c.outside,
        )
        .join(_patron, _patron.c.id == _loan.c.patron_id)
        .where(_loan.c.hall_id == hall_id, _loan.c.item_id == item_id, _loan.c.ended_at.is_(None))
        .order_by(_loan.c.due_day, _loan.c.out_at)
    )  # fmt: skip
    return tuple(
        OutLine(r.id, r.patron_id, r.name, r.out_at, r.due_day, r.due_day < today, r.quantity, r.renewals, r.outside) for r in rows
    )


def _conditions(session: Session, hall_id: UUID, items: list[UUID]) -> dict[UUID, list[tuple[Condition, str]]]:
    found: dict[UUID, list[tuple[Condition, str]]] = {}
    for item_id, kind, reason in session.execute(
        sa.select(_condition.c.item_id, _condition.c.condition, _condition.c.reason)
        .where(_condition.c.hall_id == hall_id, _condition.c.item_id.in_(items), _condition.c.ended_at.is_(None))
        .order_by(_condition.c.since_at)
    ):
        found.setdefault(item_id, []).append((kind, reason))
    return found
