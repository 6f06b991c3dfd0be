"""Work orders: from a fault report or a due task to done and accepted; out of order while they last, if need be."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import (
    Condition,
    FaultReport,
    GaugeReading,
    Item,
    ItemCondition,
    OrderReport,
    Pressure,
    Room,
    Title,
    Trouble,
    WorkEnd,
    WorkKind,
    WorkOrder,
    new_id,
)
from services import care, clock, conditions, journal, known, numbers
from services.journal import Actor
from services.known import Stock
from services.refusals import (
    ChangedMeanwhile,
    FactMissing,
    FactWrong,
    ItemWithdrawn,
    NotAllowed,
    ReasonMissing,
    WorkOrderOpen,
)
from services.texts import plain

_order = WorkOrder.__table__  # type: ignore[attr-defined]
_link = OrderReport.__table__  # type: ignore[attr-defined]
_gauge = GaugeReading.__table__  # type: ignore[attr-defined]
_report = FaultReport.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

MOST_FEN: Final = 99_999_999
_BACK_DATED: Final = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Gauge:
    """What was read on a fire extinguisher."""

    pressure: Pressure
    sealed: bool
    valid_until: date


@dataclass(frozen=True, slots=True)
class Order:
    """One work order with the thing it is about: a line of register 09 when it is done."""

    id: UUID
    number: int
    kind: WorkKind
    item_id: UUID
    name: str
    item_number: str
    room: str
    opened_at: datetime
    found: str
    repairer: str
    out_since: datetime | None
    back_at: datetime | None
    expected_back_at: datetime | None
    ended_as: WorkEnd | None
    done_day: date | None
    measure: str
    cost_fen: int
    accepted_by: str
    gauge: Gauge | None
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Closing:
    """What is written down when the work is done."""

    day: date
    measure: str
    accepted_by: str
    repairer: str = ""
    cost_fen: int = 0
    found: str = ""
    gauge: Gauge | None = None


def open_order(
    session: Session,
    *,
    item_id: UUID,
    kind: WorkKind,
    at: datetime,
    gesture: UUID,
    by: Actor,
    found: str = "",
    repairer: str = "",
    out_of_order: bool = False,
    back_day: date | None = None,
) -> UUID:
    """Open an order; a repair answers every open fault report of the thing. Out of order, the thing is not lent until it is done.

    `back_day` is the day it should serve again. Raises NotAllowed, UnknownCode, ItemWithdrawn, WorkOrderOpen, FactMissing (what was
    found, for a repair), FactWrong (a day past).
    """
    stock = _held(session, item_id, by)
    effect = journal.gesture_key(gesture, "work_open", item_id, kind)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(str(done["order_id"]))
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    _refuse_second(session, item_id, kind, by)
    if kind is WorkKind.REPAIR and not plain(found, 200):
        raise FactMissing(field="work_found")
    if back_day is not None and back_day < clock.local_day(at):
        raise FactWrong(field="back_day")
    order_id, number = new_id(), numbers.running(session, _order, by.hall_id)
    condition_id = _stop(session, stock, found, back_day, at, gesture, by) if out_of_order else None
    rule = care.rule_of(session, hall_id=by.hall_id, item_id=item_id) if kind is not WorkKind.REPAIR else None
    row = _blank(by, item_id, kind, order_id, number, at)
    row |= {"rule_id": rule.id if rule else None, "condition_id": condition_id}
    session.execute(sa.insert(_order), row | {"found": plain(found, 200), "repairer": plain(repairer, 40)})
    if kind is WorkKind.REPAIR:
        _answer_reports(session, item_id, order_id, number, at, by)
    facts = {"order_id": str(order_id), "number": number, "kind": kind.value}
    journal.record(session, by, "work_open", at=at, subject="work_order", subject_id=order_id, gesture=effect, facts=facts)
    return order_id


def expect(session: Session, *, order_id: UUID, back_day: date, at: datetime, gesture: UUID, by: Actor) -> None:
    """Say anew on which day the thing should serve again. Raises NotAllowed, ChangedMeanwhile (not out of order any more), FactWrong."""
    row = _open_row(session, order_id, by)
    effect = journal.gesture_key(gesture, "work_expect", order_id, back_day)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if back_day < clock.local_day(at):
        raise FactWrong(field="back_day")
    same = _condition.c.id == row.condition_id, _condition.c.ended_at.is_(None)
    moved = session.execute(sa.update(_condition).where(*same).values(expected_back_at=_morning(back_day)))
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    facts = {"back_day": back_day.isoformat()}
    journal.record(session, by, "work_expect", at=at, subject="work_order", subject_id=order_id, gesture=effect, facts=facts)


def close(session: Session, *, order_id: UUID, closing: Closing, at: datetime, gesture: UUID, by: Actor) -> Order:
    """Write down that it is done and accepted; out of order ends with it, and the next date moves on.

    Raises NotAllowed, ChangedMeanwhile (closed already), FactMissing (measure, accepted by, gauge), FactWrong (day, cost).
    """
    effect = journal.gesture_key(gesture, "work_done", order_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return order(session, order_id=order_id, by=by)
    row = _open_row(session, order_id, by)
    stock = _held(session, row.item_id, by)
    _refuse_wrong_closing(session, row, closing, at, by)
    _end(session, row, at, by, ended_as=WorkEnd.DONE, closing=closing)
    _serve_again(session, row, stock, closing.measure, at, gesture, by)
    facts = {"number": row.number, "kind": row.kind.value}
    journal.record(session, by, "work_done", at=at, subject="work_order", subject_id=order_id, gesture=effect, facts=facts)
    return order(session, order_id=order_id, by=by)


def drop(session: Session, *, order_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Close an order with nothing done: opened by mistake, or the thing goes. Raises NotAllowed, ChangedMeanwhile, ReasonMissing."""
    effect = journal.gesture_key(gesture, "work_drop", order_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    row = _open_row(session, order_id, by)
    stock = _held(session, row.item_id, by)
    if not plain(reason, 200):
        raise ReasonMissing
    _end(session, row, at, by, ended_as=WorkEnd.DROPPED, closing=Closing(clock.local_day(at), reason, ""))
    _serve_again(session, row, stock, reason, at, gesture, by)
    journal.record(session, by, "work_drop", at=at, subject="work_order", subject_id=order_id, gesture=effect, reason=reason)


def round_done(session: Session, *, items: tuple[UUID, ...], accepted_by: str, at: datetime, gesture: UUID, by: Actor) -> int:
    """Write down that things were looked at on a round and are all right: one done inspection each; gives how many.

    Raises NotAllowed, FactMissing (nothing chosen, accepted by, or a gauge that has to be read), WorkOrderOpen.
    """
    if not by.is_staff:
        raise NotAllowed
    if not items or not plain(accepted_by, 40):
        raise FactMissing(field="accepted_by" if items else "care_things")
    effect = journal.gesture_key(gesture, "care_round", *sorted(items))
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return int(done["count"])
    for item_id in sorted(items, key=lambda item_id: item_id.bytes):
        rule = care.rule_of(session, hall_id=by.hall_id, item_id=item_id)
        order_id = open_order(session, item_id=item_id, kind=WorkKind.INSPECTION, repairer=accepted_by, at=at, gesture=gesture, by=by)
        done_today = Closing(clock.local_day(at), rule.task if rule else "—", accepted_by, accepted_by)
        close(session, order_id=order_id, closing=done_today, at=at, gesture=gesture, by=by)
    facts = {"count": len(items)}
    journal.record(session, by, "care_round", at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts=facts)
    return len(items)


_orders = (
    sa.select(
        _order.c.id, _order.c.number, _order.c.kind, _order.c.item_id, _title.c.name, _item.c.number.label("item_number"),
        _room.c.name.label("room"), _order.c.opened_at, _order.c.found, _order.c.repairer, _condition.c.since_at, _condition.c.ended_at,
        _condition.c.expected_back_at, _order.c.ended_as, _order.c.done_day, _order.c.measure, _order.c.cost_fen, _order.c.accepted_by,
        _gauge.c.pressure, _gauge.c.sealed, _gauge.c.valid_until,
    )
    .join(_item, _item.c.id == _order.c.item_id)
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .outerjoin(_condition, _condition.c.id == _order.c.condition_id)
    .outerjoin(_gauge, _gauge.c.order_id == _order.c.id)
)  # fmt: skip


def order(session: Session, *, order_id: UUID, by: Actor) -> Order:
    """Give one order, with what was reported of the thing. Raises ChangedMeanwhile for none."""
    row = session.execute(_orders.where(_order.c.id == order_id, _order.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    told = sa.select(_report.c.trouble).join(_link, _link.c.report_id == _report.c.id).where(_link.c.order_id == order_id)
    return _read(row, tuple(session.execute(told.order_by(_report.c.at)).scalars()))


def open_orders(session: Session, *, hall_id: UUID, limit: int = 100) -> list[Order]:
    """List what is in work, the oldest first."""
    wanted = _orders.where(_order.c.hall_id == hall_id, _order.c.closed_at.is_(None)).order_by(_order.c.opened_at).limit(limit)
    return [_read(row) for row in session.execute(wanted)]


def of_thing(session: Session, *, item_id: UUID, by: Actor, limit: int = 12) -> list[Order]:
    """List a thing's orders, the newest first."""
    mine = _orders.where(_order.c.hall_id == by.hall_id, _order.c.item_id == item_id)
    return [_read(row) for row in session.execute(mine.order_by(_order.c.number.desc()).limit(limit))]


def register(session: Session, *, hall_id: UUID, first: date, last: date) -> list[Order]:
    """Give register 09 (维护维修记录) of some days, both included: what was done, by day and number."""
    done = _order.c.hall_id == hall_id, _order.c.done_day.between(first, last)
    return [_read(row) for row in session.execute(_orders.where(*done).order_by(_order.c.done_day, _order.c.number))]


def _read(row: Any, troubles: tuple[Trouble, ...] = ()) -> Order:
    *facts, pressure, sealed, valid_until = row
    gauge = Gauge(pressure, bool(sealed), valid_until) if pressure is not None else None
    whole: Any = (*facts, gauge, troubles)
    return Order(*whole)


def _held(session: Session, item_id: UUID, by: Actor) -> Stock:
    if not by.is_staff:
        raise NotAllowed
    return known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)


def _open_row(session: Session, order_id: UUID, by: Actor) -> sa.Row[Any]:
    if not by.is_staff:
        raise NotAllowed
    mine = _order.c.id == order_id, _order.c.hall_id == by.hall_id, _order.c.closed_at.is_(None)
    row = session.execute(sa.select(_order).where(*mine)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return row


def _refuse_second(session: Session, item_id: UUID, kind: WorkKind, by: Actor) -> None:
    same = _order.c.hall_id == by.hall_id, _order.c.item_id == item_id, _order.c.kind == kind, _order.c.closed_at.is_(None)
    number = session.execute(sa.select(_order.c.number).where(*same)).scalar_one_or_none()
    if number is not None:
        raise WorkOrderOpen(number=number)


def _blank(by: Actor, item_id: UUID, kind: WorkKind, order_id: UUID, number: int, at: datetime) -> dict[str, Any]:
    return {
        "id": order_id, "hall_id": by.hall_id, "number": number, "item_id": item_id, "kind": kind, "opened_at": at,
        "opened_by": by.staff_id, "closed_at": None, "closed_by": None, "ended_as": None, "done_day": None, "measure": "", "cost_fen": 0,
        "accepted_by": "",
    }  # fmt: skip


def _stop(session: Session, stock: Stock, found: str, back_day: date | None, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Say that it is out of order, or take over what says so already."""
    back_at = _morning(back_day) if back_day else None
    if said := stock.conditions.get(Condition.OUT_OF_ORDER):
        if back_at is not None:
            session.execute(sa.update(_condition).where(_condition.c.id == said.id).values(expected_back_at=back_at))
        return UUID(str(said.id))
    conditions.begin(session, stock, Condition.OUT_OF_ORDER, found, at, gesture, by, expected_back_at=back_at)
    now = _condition.c.hall_id == by.hall_id, _condition.c.item_id == stock.row.id, _condition.c.condition == Condition.OUT_OF_ORDER
    return UUID(str(session.execute(sa.select(_condition.c.id).where(*now, _condition.c.ended_at.is_(None))).scalar_one()))


def _morning(day: date) -> datetime:
    """The beginning of that day: it may be lent again when the hall opens."""
    return clock.instant(day, 0)


def _answer_reports(session: Session, item_id: UUID, order_id: UUID, number: int, at: datetime, by: Actor) -> None:
    waiting = _report.c.hall_id == by.hall_id, _report.c.item_id == item_id, _report.c.done_at.is_(None)
    reports = list(session.execute(sa.select(_report.c.id).where(*waiting).with_for_update()).scalars())
    if not reports:
        return
    session.execute(sa.update(_report).where(_report.c.id.in_(reports)).values(done_at=at, done_by=by.staff_id, done_note=f"工单 {number}"))
    session.execute(sa.insert(_link), [{"report_id": one, "hall_id": by.hall_id, "order_id": order_id} for one in reports])


def _refuse_wrong_closing(session: Session, row: sa.Row[Any], closing: Closing, at: datetime, by: Actor) -> None:
    for field, text in (("work_measure", closing.measure), ("accepted_by", closing.accepted_by)):
        if not plain(text, 200):
            raise FactMissing(field=field)
    today = clock.local_day(at)
    if not today - _BACK_DATED <= closing.day <= today:
        raise FactWrong(field="work_day")
    if not 0 <= closing.cost_fen <= MOST_FEN:
        raise FactWrong(field="work_cost")
    rule = care.rule_of(session, hall_id=by.hall_id, item_id=row.item_id)
    if row.kind is not WorkKind.REPAIR and rule is not None and rule.gauged and closing.gauge is None:
        raise FactMissing(field="gauge")


def _end(session: Session, row: sa.Row[Any], at: datetime, by: Actor, *, ended_as: WorkEnd, closing: Closing) -> None:
    done = ended_as is WorkEnd.DONE
    values: dict[str, Any] = {
        "closed_at": max(at, row.opened_at), "closed_by": by.staff_id, "ended_as": ended_as, "done_day": closing.day if done else None,
        "measure": plain(closing.measure, 200), "cost_fen": closing.cost_fen, "accepted_by": plain(closing.accepted_by, 40),
        "found": plain(closing.found, 200) or row.found, "repairer": plain(closing.repairer, 40) or row.repairer,
    }  # fmt: skip
    closed = session.execute(sa.update(_order).where(_order.c.id == row.id, _order.c.closed_at.is_(None)).values(**values))
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    if closing.gauge is not None:
        read = {"pressure": closing.gauge.pressure, "sealed": closing.gauge.sealed, "valid_until": closing.gauge.valid_until}
        session.execute(sa.insert(_gauge), {"order_id": row.id, "hall_id": by.hall_id, **read})


def _serve_again(session: Session, row: sa.Row[Any], stock: Stock, why: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """End the out of order this order began, unless the desk has already, or the thing is gone for good."""
    said = stock.conditions.get(Condition.OUT_OF_ORDER)
    if said is not None and said.id == row.condition_id and Condition.WITHDRAWN not in stock.conditions:
        conditions.mend(session, item_id=row.item_id, condition=Condition.OUT_OF_ORDER, reason=why, at=at, gesture=gesture, by=by)
