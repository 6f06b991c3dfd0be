"""What a reader lost: replaced in kind, or written off with an approver. Never money (R52)."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Cause, Condition, Disposal, Item, Loan, LoanEnd
from services import accession, clock, conditions, holds, journal, known
from services.accession import ItemForm, Registered
from services.conditions import Leaving
from services.journal import Actor
from services.known import Stock
from services.refusals import LoanGone, NotAllowed, ReasonMissing
from services.texts import plain

_loan = Loan.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]

IN_KIND: Final = "赔书"
"""The source written in the register for a copy that replaces a lost one."""


def replace_in_kind(
    session: Session, *, loan_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor, approver_id: UUID | None = None
) -> Registered | None:
    """Take the same or a newer edition for a lost copy: the old number ends, a new one begins, the loan closes.

    The pieces of a counted set are put back into it, and its number stays: nothing is registered then.
    Raises NotAllowed, ReasonMissing, LoanGone, ApproverNotAllowed.
    """
    _, stock = _lost(session, loan_id, reason, by)
    effect = journal.gesture_key(gesture, "replace", loan_id)
    done = journal.before(session, hall_id=by.hall_id, gesture=effect).done
    if done is not None:
        return accession.registered(session, UUID(done["item_id"])) if done["item_id"] else None
    _close(session, loan_id, LoanEnd.REPLACED, at)
    new = None
    if not stock.row.counted:
        gone = Leaving(Cause.REPLACED, Disposal.NOTHING_LEFT)
        conditions.end_for_good(session, stock, reason=reason, at=at, gesture=gesture, by=by, approver_id=approver_id, leaving=gone)
        new = accession.add_item(session, form=_like(stock), at=at, gesture=gesture, by=by)
    facts = {"item_id": str(new.item_id) if new else ""}
    journal.record(session, by, "replace", at=at, subject="loan", subject_id=loan_id, gesture=effect, facts=facts, reason=reason)
    if new is None:
        holds.pass_on(session, item_id=stock.row.id, at=at, by=by)
    return new


def write_off(
    session: Session, *, loan_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor, approver_id: UUID | None = None
) -> None:
    """Close a loan whose thing will not come back: it stays lost until it is found, or the set has so many pieces less.

    Raises NotAllowed, ReasonMissing, LoanGone, ApproverNotAllowed.
    """
    loan, stock = _lost(session, loan_id, reason, by)
    effect = journal.gesture_key(gesture, "write_off", loan_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    _close(session, loan_id, LoanEnd.WRITTEN_OFF, at)
    approver = conditions.require_approver(session, stock, at=at, by=by, approver_id=approver_id)
    left = stock.row.quantity - loan.open
    if stock.row.counted and left:
        session.execute(sa.update(_item).where(_item.c.id == stock.row.id, _item.c.quantity == stock.row.quantity).values(quantity=left))
    elif Condition.LOST not in stock.conditions:
        conditions.begin(session, stock, Condition.LOST, reason, at, gesture, by)
    facts = {"pieces": loan.open, "approver_id": str(approver)}
    journal.record(session, by, "write_off", at=at, subject="loan", subject_id=loan_id, gesture=effect, facts=facts, reason=reason)


def _lost(session: Session, loan_id: UUID, reason: str, by: Actor) -> tuple[Any, Stock]:
    if not by.is_staff:
        raise NotAllowed
    if not plain(reason, 200):
        raise ReasonMissing
    item_id = session.execute(sa.select(_loan.c.item_id).where(_loan.c.id == loan_id, _loan.c.hall_id == by.hall_id)).scalar_one_or_none()
    if item_id is None:
        raise LoanGone
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    # Read after the lock: it may have come back meanwhile.
    open_now = sa.select(_loan.c.id, (_loan.c.quantity - _loan.c.returned).label("open")).where(_loan.c.id == loan_id)
    return session.execute(open_now).one(), stock


def _close(session: Session, loan_id: UUID, end: LoanEnd, at: datetime) -> None:
    ended = sa.case((_loan.c.out_at > at, _loan.c.out_at), else_=sa.literal(at, _loan.c.ended_at.type))
    closed = sa.update(_loan).where(_loan.c.id == loan_id, _loan.c.ended_at.is_(None))
    if session.execute(closed.values(ended_at=ended, back_day=clock.local_day(at), ended_as=end)).rowcount != 1:  # type: ignore[attr-defined]
        raise LoanGone


def _like(stock: Stock) -> ItemForm:
    row = stock.row
    return ItemForm(
        title_id=row.title_id, home_room_id=row.home_room_id, volume=row.volume, shelf=row.shelf, reference_only=row.reference_only,
        unit=row.unit, source=IN_KIND, replaces_id=row.id,
    )  # fmt: skip
