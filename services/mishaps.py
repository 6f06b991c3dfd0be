"""Lost, damaged, out of order, withdrawn, mended, written off: said by staff, with who, when and why."""

from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Condition, HoldState, ItemCondition, Loan, LoanEnd, new_id
from services import approvals, clock, holds, journal, known
from services.journal import Actor
from services.refusals import ApproverNotAllowed, ChangedMeanwhile, FactWrong, ItemNotHere, LoanGone, ReasonMissing

_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]

# What can be said of a thing that is out with somebody; the rest is seen on the desk.
_WHILE_OUT: Final = frozenset({Condition.LOST, Condition.CLAIMS_RETURNED})


def mark(
    session: Session,
    *,
    item_id: UUID,
    condition: Condition,
    reason: str,
    at: datetime,
    by: Actor,
    approver_id: UUID | None = None,
    expected_back_at: datetime | None = None,
) -> None:
    """Say what befell a thing; a hold it was kept for waits again in its old place.

    Raises UnknownCode, ReasonMissing, ItemNotHere (withdrawn, damaged … while it is out), FactWrong (said to be returned, but not
    out; back before now), ApproverNotAllowed (withdrawing), ChangedMeanwhile (said already).
    """
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if not reason.strip():
        raise ReasonMissing
    if stock.out and condition not in _WHILE_OUT:
        raise ItemNotHere
    if condition is Condition.CLAIMS_RETURNED and not stock.out:
        raise FactWrong(field="condition")
    if expected_back_at is not None and expected_back_at <= at:
        raise FactWrong(field="at")
    if condition is Condition.WITHDRAWN:
        approver_id = _approved(session, stock.row.home_room_id, approver_id, at, by)
    if condition in stock.conditions or Condition.WITHDRAWN in stock.conditions:
        raise ChangedMeanwhile
    session.execute(
        sa.insert(_condition),
        {
            "id": new_id(),
            "hall_id": by.hall_id,
            "item_id": item_id,
            "condition": condition,
            "since_at": at,
            "reason": reason.strip()[:200],
            "expected_back_at": expected_back_at if condition is Condition.OUT_OF_ORDER else None,
            "staff_id": by.staff_id,
            "approver_id": approver_id if condition is Condition.WITHDRAWN else None,
        },
    )
    if kept := next((hold for hold in stock.queue if hold.item_id == item_id and hold.state is HoldState.READY), None):
        holds.back_to_queue(session, hold_id=kept.id)
    journal.record(session, by, condition.value, at=at, subject="item", subject_id=item_id, reason=reason.strip()[:200])


def mend(session: Session, *, item_id: UUID, condition: Condition, at: datetime, by: Actor) -> None:
    """End what befell a thing; if somebody waits for it, it is kept for them. Raises UnknownCode, ChangedMeanwhile.

    Withdrawn is for good; what was lost is found by scanning it.
    """
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if condition is Condition.WITHDRAWN or condition not in stock.conditions:
        raise ChangedMeanwhile
    session.execute(sa.update(_condition).where(_condition.c.id == stock.conditions[condition].id).values(ended_at=at))
    journal.record(session, by, "mended", at=at, subject="item", subject_id=item_id, facts={"condition": condition.value})
    holds.pass_on(session, item_id=item_id, at=at, by=by)


def write_off(
    session: Session, *, loan_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor, approver_id: UUID | None = None
) -> None:
    """Close the loan of a thing that will not come back; nobody pays, and the thing stays lost until it is found.

    Raises LoanGone, ReasonMissing, ApproverNotAllowed.
    """
    effect = journal.gesture_key(gesture, "write_off", loan_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    loan = session.execute(
        sa.select(_loan).where(_loan.c.id == loan_id, _loan.c.hall_id == by.hall_id, _loan.c.ended_at.is_(None))
    ).one_or_none()
    if loan is None:
        raise LoanGone
    stock = known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    if not reason.strip():
        raise ReasonMissing
    _approved(session, stock.row.home_room_id, approver_id, at, by)
    closed = session.execute(
        sa.update(_loan)
        .where(_loan.c.id == loan_id, _loan.c.ended_at.is_(None))
        .values(ended_at=at, back_day=clock.local_day(at), ended_as=LoanEnd.WRITTEN_OFF)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    if not stock.row.counted and Condition.LOST not in stock.conditions:
        mark(session, item_id=loan.item_id, condition=Condition.LOST, reason=reason, at=at, by=by)
    journal.record(session, by, "write_off", at=at, subject="loan", subject_id=loan_id, gesture=effect, reason=reason.strip()[:200])


def _approved(session: Session, room_id: UUID, approver_id: UUID | None, at: datetime, by: Actor) -> UUID:
    """Who approves; in a hall with one keeper that may be the one who acts. Raises ApproverNotAllowed."""
    approver_id = approver_id or by.staff_id
    if approver_id is None:
        raise ApproverNotAllowed
    approvals.require(session, staff_id=approver_id, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))
    return approver_id
