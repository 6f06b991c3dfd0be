"""Slips written on paper during a power cut, entered later with their true time; what happened since stays as it is."""

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Condition, ItemCondition, Loan, LoanEnd, Medium, Purpose, new_id
from services import clock, holds, journal, known
from services.journal import Actor
from services.known import Borrower, Stock
from services.lending_rules import Case, Wish
from services.receipts import Receipt
from services.refusals import FactWrong, ItemOnLoan, ItemWithdrawn, LoanGone, PurposeMissing, QuantityOut

_loan = Loan.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]


def lent(
    session: Session,
    *,
    item_id: UUID,
    card_id: UUID,
    out_at: datetime,
    at: datetime,
    gesture: UUID,
    by: Actor,
    back_at: datetime | None = None,
    purpose: Purpose | None = None,
    quantity: int = 1,
) -> Receipt:
    """Enter a loan that was written on a slip; nothing is refused for the patron's sake, since it has happened.

    If the thing has been lent again or withdrawn since, or the slip says when it came back, the loan is entered closed.
    Raises FactWrong (a time to come, or before the house; back before out), UnknownCode, CardUnknown, PurposeMissing,
    ItemWithdrawn (before that), ItemOnLoan (it was out with somebody then: enter its return first), QuantityOut.
    """
    effect = journal.gesture_key(gesture, "slip", item_id)
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=out_at, lock=True)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Receipt.of(before.done)
    _refuse_impossible_times(out_at, back_at, at)
    if stock.row.item_class is Medium.EQUIPMENT and purpose is None:
        raise PurposeMissing
    gone_at = _withdrawn_since(session, stock, out_at, back_at)
    ended_at = _ended(session, stock, by.hall_id, out_at, back_at, quantity) or gone_at
    receipt = _enter(session, stock, who, Wish(quantity=quantity, purpose=purpose), out_at, ended_at, by)
    facts = {**receipt.facts(), "out_at": out_at.isoformat(), "back_at": ended_at.isoformat() if ended_at else None}
    journal.record(session, by, "slip", at=at, subject="loan", subject_id=receipt.loan_id, gesture=effect, facts=facts)
    for hold in stock.queue if ended_at is None else ():
        if hold.patron_id == who.row.patron_id:
            holds.fulfil(session, hold_id=hold.id, item_id=item_id, kept_item_id=hold.item_id, at=at, by=by)
        elif hold.item_id == item_id:
            holds.back_to_queue(session, hold_id=hold.id)
    return receipt


def came_back(session: Session, *, loan_id: UUID, back_at: datetime, at: datetime, gesture: UUID, by: Actor) -> None:
    """Enter a return that was written on a slip, with its true time. Raises LoanGone, FactWrong."""
    effect = journal.gesture_key(gesture, "slip_back", loan_id)
    loan = session.execute(sa.select(_loan).where(_loan.c.id == loan_id, _loan.c.hall_id == by.hall_id)).one_or_none()
    if loan is None:
        raise LoanGone
    known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if loan.ended_at is not None:
        raise LoanGone
    if not loan.out_at <= back_at <= at:
        raise FactWrong(field="at")
    closed = session.execute(
        sa.update(_loan)
        .where(_loan.c.id == loan_id, _loan.c.ended_at.is_(None))
        .values(returned=_loan.c.quantity, ended_at=back_at, back_day=clock.local_day(back_at), ended_as=LoanEnd.RETURNED)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise LoanGone
    facts = {"back_at": back_at.isoformat()}
    journal.record(session, by, "slip_back", at=at, subject="loan", subject_id=loan_id, gesture=effect, facts=facts)
    holds.pass_on(session, item_id=loan.item_id, at=at, by=by)


def _refuse_impossible_times(out_at: datetime, back_at: datetime | None, at: datetime) -> None:
    if not clock.BUILT <= out_at <= at or (back_at is not None and not out_at <= back_at <= at):
        raise FactWrong(field="at")


def _withdrawn_since(session: Session, stock: Stock, out_at: datetime, back_at: datetime | None) -> datetime | None:
    """When it left the stock; it was in hand by then, whatever the slip leaves open."""
    if Condition.WITHDRAWN not in stock.conditions:
        return None
    since = sa.select(_condition.c.since_at).where(_condition.c.id == stock.conditions[Condition.WITHDRAWN].id)
    gone_at: datetime = session.execute(since).scalar_one()
    if out_at >= gone_at or (back_at is not None and back_at > gone_at):
        raise ItemWithdrawn
    return gone_at


def _ended(session: Session, stock: Stock, hall_id: UUID, out_at: datetime, back_at: datetime | None, quantity: int) -> datetime | None:
    """When the loan of the slip was over, at the latest; None while nothing says that it is."""
    if stock.row.counted:
        if back_at is None and quantity > stock.free:
            raise QuantityOut(free=stock.free, asked=quantity)
        return back_at
    then = sa.select(_loan.c.out_at, _loan.c.ended_at).where(_loan.c.hall_id == hall_id, _loan.c.item_id == stock.row.id)
    others = session.execute(then.order_by(_loan.c.out_at)).all()
    if any(other.out_at <= out_at and (other.ended_at is None or other.ended_at > out_at) for other in others):
        raise ItemOnLoan(due_day=stock.out[0].due_day if stock.out else None)
    later = next((other.out_at for other in others if other.out_at > out_at), None)
    if later is not None and back_at is not None and back_at > later:
        raise FactWrong(field="at")
    return back_at or later


def _enter(session: Session, stock: Stock, who: Borrower, wish: Wish, out_at: datetime, ended_at: datetime | None, by: Actor) -> Receipt:
    row = stock.row
    limits = known.limits(session, hall_id=by.hall_id, kind=who.kind, item_class=row.item_class)
    due_day = Case(stock, who, limits, wish, out_at).due_day
    due_at = stock.calendar.last_closing(due_day)
    loan_id = new_id()
    over: dict[str, Any] = {"ended_at": None, "back_day": None, "ended_as": None, "returned": 0}
    if ended_at is not None:
        over = {"ended_at": ended_at, "back_day": clock.local_day(ended_at), "ended_as": LoanEnd.RETURNED, "returned": wish.quantity}
    session.execute(
        sa.insert(_loan),
        {
            "id": loan_id,
            "hall_id": by.hall_id,
            "item_id": row.id,
            "title_id": row.title_id,
            "patron_id": who.row.patron_id,
            "counted": row.counted,
            "quantity": wish.quantity,
            "out_at": out_at,
            "out_day": clock.local_day(out_at),
            "due_at": due_at,
            "due_day": due_day,
            "renewals": 0,
            "purpose": wish.purpose,
            "from_slip": True,
            "at_desk": True,
            "item_class": row.item_class,
            "class_code": row.class_code,
            "borrower_kind": who.kind,
            "age_band": who.age_band,
            "sex": who.row.sex,
            **over,
        },
    )
    return Receipt(loan_id, row.id, row.name, row.author, row.number, row.call_number, row.medium, due_day, due_at, wish.quantity)
