"""What has to be known before a thing goes out or comes back: prebuilt questions, locked in one order when it counts.

The order is patron, title, item (rules.md §3). On PostgreSQL rows are locked first and the rest is read after, in statements of
their own: at READ COMMITTED a statement that waited for a lock still has its old picture of the tables it did not lock.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import (
    Card,
    Condition,
    EventThing,
    Hall,
    Hold,
    HouseRules,
    Item,
    ItemCondition,
    Loan,
    Patron,
    Policy,
    Sitting,
    Suspension,
    Title,
)
from models.catalogue import Medium
from models.circulation import HOLD_ACTIVE, AgeBand, BorrowerKind
from services import clock, hours, policy
from services.calendars import Calendar
from services.receipts import Thing
from services.refusals import CardUnknown, UnknownCode

_card = Card.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_rules = HouseRules.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_hall = Hall.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_suspension = Suspension.__table__  # type: ignore[attr-defined]
_promise = EventThing.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_policy = Policy.__table__  # type: ignore[attr-defined]

_paused = (
    sa.select(sa.func.count())
    .select_from(_suspension)
    .where(
        _suspension.c.patron_id == _patron.c.id,
        _suspension.c.since_at <= bindparam("at"),
        sa.or_(_suspension.c.until_at.is_(None), _suspension.c.until_at > bindparam("at")),
    )
    .scalar_subquery()
    .label("paused")
)
_holder = (
    sa.select(
        _card.c.id.label("card_id"),
        _card.c.number,
        _card.c.valid_until,
        _card.c.ended_as,
        _patron.c.id.label("patron_id"),
        _patron.c.kind,
        _patron.c.name,
        _patron.c.sex,
        _patron.c.birth_date,
        _rules.c.block_from_day,
        _rules.c.elder_from_age,
        _rules.c.holds_max,
        _rules.c.outside_max_days,
        _paused,
    )
    .select_from(_card)
    .join(_patron, _patron.c.id == _card.c.patron_id)
    .join(_rules, _rules.c.hall_id == _card.c.hall_id)
    .where(_card.c.id == bindparam("card_id"), _card.c.hall_id == bindparam("hall_id"))
)
# FOR NO KEY UPDATE: what a loan's foreign key check takes does not wait for it. The card after its patron: looked at
# again after the wait, so that a card that was cancelled, merged or forgotten meanwhile opens nothing.
_holder_locked = _holder.with_for_update(of=[_patron, _card], key_share=True)

_open_loans = (
    sa.select(
        _loan.c.id,
        _loan.c.item_id,
        _loan.c.title_id,
        _loan.c.item_class,
        _loan.c.due_day,
        _loan.c.out_at,
        _loan.c.renewals,
        (_loan.c.quantity - _loan.c.returned).label("quantity"),
        _title.c.name,
        _item.c.volume,
    )
    .join(_item, _item.c.id == _loan.c.item_id)
    .join(_title, _title.c.id == _loan.c.title_id)
    .where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.patron_id == bindparam("patron_id"), _loan.c.ended_at.is_(None))
)

_thing = (
    sa.select(
        _item.c.id,
        _item.c.title_id,
        _item.c.volume,
        _item.c.number,
        _item.c.item_class,
        _item.c.home_room_id,
        _item.c.reference_only,
        _item.c.counted,
        _item.c.quantity,
        _item.c.unit,
        _item.c.shelf,
        _title.c.name,
        _title.c.author,
        _title.c.call_number,
        _title.c.class_code,
        _title.c.adults_only,
        _title.c.medium,
        _hall.c.calendar_token,
    )
    .select_from(_item)
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_hall, _hall.c.id == _item.c.hall_id)
    .where(_item.c.id == bindparam("item_id"), _item.c.hall_id == bindparam("hall_id"))
)
_thing_locked = _thing.with_for_update(of=[_title, _item], key_share=True)


_pieces_out = sa.select(
    _loan.c.id, _loan.c.patron_id, _loan.c.out_at, _loan.c.due_day, _loan.c.returned,
    (_loan.c.quantity - _loan.c.returned).label("quantity"),
).where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.item_id == bindparam("item_id"), _loan.c.ended_at.is_(None))  # fmt: skip
# Said of a single thing, it lets both engines walk the law of open loans, not through every loan the thing ever had.
_pieces_of = {True: _pieces_out, False: _pieces_out.where(_loan.c.counted == sa.false())}
_out_now = {counted: asked.order_by(_loan.c.out_at) for counted, asked in _pieces_of.items()}
# What events keep of it comes with the same answer, so that lending asks no question more: their sittings that are not over.
_promised = (
    sa.select(
        _promise.c.event_id, sa.null(), _sitting.c.starts_at, _sitting.c.day, sa.literal(0), _promise.c.quantity, _sitting.c.ends_at,
    )
    .join(_sitting, _sitting.c.event_id == _promise.c.event_id)
    .where(
        _promise.c.hall_id == bindparam("hall_id"), _promise.c.item_id == bindparam("item_id"), _promise.c.freed_at.is_(None),
        _sitting.c.cancelled_at.is_(None), _sitting.c.ends_at > bindparam("at"),
    )
)  # fmt: skip
_no_end = sa.type_coerce(sa.null(), _sitting.c.ends_at.type).label("ends_at")
_out_and_promised = {
    counted: sa.union_all(asked.add_columns(_no_end), _promised).order_by("out_at") for counted, asked in _pieces_of.items()
}
_conditions = sa.select(_condition.c.id, _condition.c.condition, _condition.c.expected_back_at).where(
    _condition.c.hall_id == bindparam("hall_id"), _condition.c.item_id == bindparam("item_id"), _condition.c.ended_at.is_(None)
)
_queue = (
    sa.select(_hold.c.id, _hold.c.patron_id, _hold.c.state, _hold.c.item_id, _hold.c.kept_until, _hold.c.placed_at)
    .where(
        _hold.c.hall_id == bindparam("hall_id"),
        _hold.c.title_id == bindparam("title_id"),
        _hold.c.volume == bindparam("volume"),
        HOLD_ACTIVE,
    )
    .order_by(_hold.c.placed_at, _hold.c.id)
)
_limits = sa.select(_policy.c.max_items, _policy.c.loan_days, _policy.c.renewals, _policy.c.renew_days).where(
    _policy.c.hall_id == bindparam("hall_id"),
    _policy.c.borrower_kind == bindparam("borrower_kind"),
    _policy.c.item_class == bindparam("item_class"),
)
_house_rules = sa.select(_rules).where(_rules.c.hall_id == bindparam("hall_id"))


@dataclass(frozen=True, slots=True)
class Borrower:
    """A card, who holds it, and what is out on it."""

    row: Row[tuple[object, ...]]
    kind: BorrowerKind
    age_band: AgeBand
    age: int | None
    loans: Sequence[Row[tuple[object, ...]]]

    def have(self, item_class: Medium) -> int:
        """How many things of this class are out, counting the pieces of a set."""
        return sum(int(loan.quantity) for loan in self.loans if loan.item_class == item_class)


@dataclass(frozen=True, slots=True)
class Stock:
    """One thing, who has it, what is wrong with it, and who waits for it."""

    row: Row[tuple[object, ...]]
    out: Sequence[Row[tuple[object, ...]]]
    conditions: dict[Condition, Row[tuple[object, ...]]]
    queue: Sequence[Row[tuple[object, ...]]]
    calendar: Calendar
    promised: Sequence[Row[tuple[object, ...]]] = ()
    """What events keep of it: `out_at` and `ends_at` of each sitting, `quantity`; asked for when it is to be lent."""

    @property
    def free(self) -> int:
        """How many pieces are here (0 or 1 of a single thing)."""
        return int(self.row.quantity) - sum(int(loan.quantity) for loan in self.out)

    @property
    def thing(self) -> Thing:
        """In the catalogue's words."""
        row = self.row
        return Thing(
            item_id=row.id,
            title_id=row.title_id,
            name=row.name,
            author=row.author,
            number=row.number,
            call_number=row.call_number,
            medium=row.medium,
            volume=row.volume,
            counted=row.counted,
            quantity=row.quantity,
            free=self.free,
            unit=row.unit,
        )

    def kept_hold(self, at: datetime) -> Row[tuple[object, ...]] | None:
        """The hold this very copy is kept for, if its time has not passed."""
        return next((h for h in self.queue if h.item_id == self.row.id and h.kept_until >= at), None)


@dataclass(frozen=True, slots=True)
class Limits:
    """The policy's row for a kind of patron and a class of things; nothing at all where no row stands."""

    max_items: int = 0
    loan_days: int = 0
    renewals: int = 0
    renew_days: int = 0


def borrower(session: Session, *, hall_id: UUID, card_id: UUID, at: datetime, lock: bool) -> Borrower:
    """Read a card and its patron. Raises CardUnknown."""
    row = session.execute(_holder_locked if lock else _holder, {"hall_id": hall_id, "card_id": card_id, "at": at}).one_or_none()
    if row is None:
        raise CardUnknown
    # Sorted here: asked for in this order, SQLite would walk through every open loan of the hall by its due day.
    loans = sorted(
        session.execute(_open_loans, {"hall_id": hall_id, "patron_id": row.patron_id}), key=lambda loan: (loan.due_day, loan.out_at)
    )
    today = clock.local_day(at)
    age = policy.age_on(row.birth_date, today)
    return Borrower(row, policy.kind_of(row.kind, age), policy.age_band(age, row.elder_from_age), age, loans)


def stock(session: Session, *, hall_id: UUID, item_id: UUID, lock: bool, lent_at: datetime | None = None) -> Stock:
    """Read a thing and everything that bears on it, with what events keep of it when it is to be lent. Raises UnknownCode."""
    key = {"hall_id": hall_id, "item_id": item_id}
    row = session.execute(_thing_locked if lock else _thing, key).one_or_none()
    if row is None:
        raise UnknownCode
    asked = (_out_and_promised if lent_at else _out_now)[row.counted]
    found = session.execute(asked, {**key, "at": lent_at} if lent_at else key).all()
    out, promised = [row for row in found if row.patron_id], [row for row in found if not row.patron_id]
    conditions = {c.condition: c for c in session.execute(_conditions, key)}
    queue = session.execute(_queue, {"hall_id": hall_id, "title_id": row.title_id, "volume": row.volume}).all()
    # SQLite's writers queue anyway; on PostgreSQL the hours must not change between this look and the commit.
    hold = lock and session.get_bind().dialect.name == "postgresql"
    calendar = hours.calendar_of(session, row.home_room_id, row.item_class, token=row.calendar_token, hold=hold)
    return Stock(row, out, conditions, queue, calendar, promised)


def limits(session: Session, *, hall_id: UUID, kind: BorrowerKind, item_class: Medium) -> Limits:
    """Read the policy's row."""
    row = session.execute(_limits, {"hall_id": hall_id, "borrower_kind": kind, "item_class": item_class}).one_or_none()
    return Limits(*row) if row else Limits()


def house_rules(session: Session, hall_id: UUID) -> Row[tuple[object, ...]]:
    """The hall's own policy."""
    return session.execute(_house_rules, {"hall_id": hall_id}).one()
