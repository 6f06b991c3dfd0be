"""Lending, renewing and giving back."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import Condition, HoldState, Loan, LoanEnd, Trouble, new_id
from models.journal import ActorKind
from services import approvals, clock, conditions, holds, journal, known, reports
from services.journal import Actor
from services.known import Stock
from services.lending_rules import AS_IS, Case, Wish, needs_approver, reasons
from services.receipts import Receipt, Slip
from services.refusals import (
    ApprovalMissing,
    ChangedMeanwhile,
    LoanGone,
    NoRenewalsLeft,
    OverdueNotRenewable,
    OverrideForbidden,
    ReasonMissing,
    Refusal,
    TitleWanted,
)
from services.texts import plain

_loan = Loan.__table__  # type: ignore[attr-defined]

# What staff may not set aside, whatever the reason (rules.md §3); what is not there cannot be lent, and a loan needs its due day.
NEVER_OVERRIDDEN = frozenset(
    {
        "unknown_code",
        "foreign_code",
        "item_on_loan",
        "item_withdrawn",
        "card_unknown",
        "adults_only",
        "quantity_out",
        "no_open_day",
        "fact_wrong",
        "clock_wrong",
    }
)

_insert = sa.insert(_loan)
_renewed = (
    sa.update(_loan)
    .where(_loan.c.id == bindparam("loan_id"), _loan.c.ended_at.is_(None), _loan.c.renewals == bindparam("seen"))
    .values(renewals=bindparam("new_renewals"), due_day=bindparam("new_day"), due_at=bindparam("new_at"), renewed_day=bindparam("today"))
)
_given_back = (
    sa.update(_loan)
    .where(_loan.c.id == bindparam("loan_id"), _loan.c.ended_at.is_(None), _loan.c.returned == bindparam("seen"))
    .values(
        returned=bindparam("new_returned"), ended_at=bindparam("new_ended"), back_day=bindparam("new_day"), ended_as=bindparam("new_end")
    )
)
_loan_row = sa.select(_loan).where(_loan.c.id == bindparam("loan_id"), _loan.c.hall_id == bindparam("hall_id"), _loan.c.ended_at.is_(None))


def look(session: Session, *, item_id: UUID, card_id: UUID, at: datetime, by: Actor, wish: Wish = AS_IS) -> list[Refusal]:
    """Every reason not to lend, in order; writes nothing. Raises UnknownCode or CardUnknown when there is nothing to look at."""
    return list(reasons(_case(session, item_id, card_id, at, by, wish, lock=False)))


def check_out(
    session: Session,
    *,
    item_id: UUID,
    card_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    wish: Wish = AS_IS,
    overrides: frozenset[str] = frozenset(),
    reason: str = "",
    assisted: bool = False,
) -> Receipt:
    """Lend a thing until the closing time of its due day.

    Raises the first Refusal in the order of rules.md §3 that staff did not set aside, ReasonMissing or OverrideForbidden for an
    override that may not be, ApproverNotAllowed for an approver who is none.
    """
    effect = journal.gesture_key(gesture, item_id)
    # Locked before the journal is asked: of two copies of one gesture the second must see what the first has done.
    case = _case(session, item_id, card_id, at, by, wish, lock=True)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Receipt.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    overridden = _set_aside(reasons(case), overrides, reason, by)
    _refuse_unless_approved(session, case, by)
    for found in (Condition.LOST, Condition.CLAIMS_RETURNED):
        if found in case.stock.conditions:
            conditions.found(session, item_id=item_id, at=at, by=by)
    receipt = _lend(session, case, by, assisted=assisted)
    journal.record(
        session,
        by,
        "check_out",
        at=at,
        subject="loan",
        subject_id=receipt.loan_id,
        gesture=effect,
        facts=receipt.facts(),
        overridden=overridden,
        reason=reason,
    )
    _settle_hold(session, case, by)
    return receipt


def check_in(
    session: Session,
    *,
    item_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    loan_id: UUID | None = None,
    quantity: int | None = None,
    trouble: Trouble | None = None,
) -> Slip:
    """Take a thing back. No card, and no refusal for a patron's sake: what is not out, or lost, or closed, comes back all the same.

    Of a counted set, `quantity` pieces (default: all that are out) of one loan (default: the one lent first). A wrong clock leaves a mark.
    """
    effect = journal.gesture_key(gesture, item_id)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Slip.of(before.done)
    found = conditions.found(session, item_id=item_id, at=at, by=by) if set(stock.conditions) & conditions.MISSING else False
    loan = next((row for row in stock.out if loan_id in {None, row.id}), None)
    pieces = 0 if loan is None else min(quantity or loan.quantity, loan.quantity)
    if loan is not None:
        _take_back(session, loan, pieces, at)
    if trouble is not None:
        reports.report(session, item_id=item_id, trouble=trouble, at=at, gesture=gesture, by=by, loan_id=loan.id if loan else None)
    kept_day = holds.pass_on(session, item_id=item_id, at=at, by=by)
    slip = _slip(stock, loan, pieces, kept_day, found=found)
    journal.record(
        session,
        by,
        "check_in",
        at=at,
        subject="loan" if loan else "item",
        subject_id=loan.id if loan else item_id,
        gesture=effect,
        facts=slip.facts(),
        clock_doubt=journal.clock_is_wrong(before.newest_at, at),
    )
    return slip


def renew(
    session: Session,
    *,
    loan_id: UUID,
    card_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    overrides: frozenset[str] = frozenset(),
    reason: str = "",
) -> Receipt:
    """Lend it longer, counted from the old due date.

    Raises LoanGone, then in order OverdueNotRenewable, NoRenewalsLeft, TitleWanted, NoOpenDay.
    """
    effect = journal.gesture_key(gesture, "renew", loan_id)
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=True)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return Receipt.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    loan = session.execute(_loan_row, {"loan_id": loan_id, "hall_id": by.hall_id}).one_or_none()
    if loan is None or loan.patron_id != who.row.patron_id:
        raise LoanGone
    stock = known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    limits = known.limits(session, hall_id=by.hall_id, kind=loan.borrower_kind, item_class=loan.item_class)
    overridden = _set_aside(_reasons_not_to_renew(loan, stock, limits, at), overrides, reason, by)
    receipt = _prolong(session, loan, stock, limits, at)
    journal.record(
        session,
        by,
        "renew",
        at=at,
        subject="loan",
        subject_id=loan_id,
        gesture=effect,
        facts={**receipt.facts(), "old_day": loan.due_day.isoformat()},
        overridden=overridden,
        reason=reason,
    )
    return receipt


def _case(session: Session, item_id: UUID, card_id: UUID, at: datetime, by: Actor, wish: Wish, *, lock: bool) -> Case:
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=lock)
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=lock, lent_at=at)
    limits = known.limits(session, hall_id=by.hall_id, kind=who.kind, item_class=stock.row.item_class)
    return Case(stock, who, limits, wish, at)


def _set_aside(refusals: Iterable[Refusal], overrides: frozenset[str], reason: str, by: Actor) -> str:
    """Raise the first refusal that was not set aside; the codes of those that were, for the journal."""
    aside = []
    for refusal in refusals:
        if refusal.code not in overrides or not by.is_staff:
            raise refusal
        if refusal.code in NEVER_OVERRIDDEN:
            raise OverrideForbidden(rule=refusal.code)
        if not plain(reason, 200):
            raise ReasonMissing
        aside.append(refusal.code)
    return ",".join(aside)


def _refuse_unless_approved(session: Session, case: Case, by: Actor) -> None:
    """Leave to take a thing away is given at the desk, and by somebody who may."""
    wish, room_id = case.wish, case.stock.row.home_room_id
    if wish.outside_days is not None and not by.is_staff:
        raise ApprovalMissing
    if wish.approver_id is not None and needs_approver(wish):
        approvals.require(session, staff_id=wish.approver_id, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(case.at))


def _lend(session: Session, case: Case, by: Actor, *, assisted: bool) -> Receipt:
    row, who, wish = case.stock.row, case.borrower, case.wish
    loan_id, due_day = new_id(), case.due_day
    due_at = case.stock.calendar.last_closing(due_day)
    session.execute(
        _insert,
        {
            "id": loan_id,
            "hall_id": by.hall_id,
            "item_id": row.id,
            "title_id": row.title_id,
            "patron_id": who.row.patron_id,
            "counted": row.counted,
            "quantity": wish.quantity,
            "returned": 0,
            "out_at": case.at,
            "out_day": clock.local_day(case.at),
            "due_at": due_at,
            "due_day": due_day,
            "renewals": 0,
            "purpose": wish.purpose,
            "outside": wish.outside_days is not None,
            "approver_id": wish.approver_id,
            "assisted": assisted,
            "from_slip": False,
            "at_desk": by.kind is ActorKind.STAFF,
            "item_class": row.item_class,
            "class_code": row.class_code,
            "borrower_kind": who.kind,
            "age_band": who.age_band,
            "sex": who.row.sex,
        },
    )
    return _receipt(case.stock, loan_id, due_day, due_at, wish.quantity, renewals_left=case.limits.renewals)


def _prolong(session: Session, loan: Row[Any], stock: Stock, limits: known.Limits, at: datetime) -> Receipt:
    due_day = stock.calendar.first_open_day(loan.due_day + timedelta(days=limits.renew_days), after=at)
    due_at = stock.calendar.last_closing(due_day)
    exactly_one(
        session.execute(
            _renewed,
            {
                "loan_id": loan.id,
                "seen": loan.renewals,
                "new_renewals": loan.renewals + 1,
                "new_day": due_day,
                "new_at": due_at,
                "today": clock.local_day(at),
            },
        )
    )
    left = max(0, limits.renewals - loan.renewals - 1)
    return _receipt(stock, loan.id, due_day, due_at, loan.quantity - loan.returned, renewals_left=left, renewed=True)


def _receipt(
    stock: Stock, loan_id: UUID, due_day: date, due_at: datetime, quantity: int, *, renewals_left: int, renewed: bool = False
) -> Receipt:
    row = stock.row
    return Receipt(
        loan_id, row.id, row.name, row.author, row.number, row.call_number, row.medium, due_day, due_at, quantity, renewed, renewals_left
    )


def _slip(stock: Stock, loan: Row[Any] | None, pieces: int, kept_day: date | None, *, found: bool) -> Slip:
    row = stock.row
    return Slip(
        item_id=row.id,
        name=row.name,
        author=row.author,
        number=row.number,
        call_number=row.call_number,
        medium=row.medium,
        for_hold=kept_day is not None,
        kept_day=kept_day,
        was_out=loan is not None,
        found=found,
        returned=pieces,
        remainder=0 if loan is None else loan.quantity - pieces,
        loan_id=None if loan is None else loan.id,
    )


def _settle_hold(session: Session, case: Case, by: Actor) -> None:
    """The patron's own hold is fulfilled; a hold that was set aside goes back to its place in the queue."""
    stock, patron_id = case.stock, case.borrower.row.patron_id
    if (kept := stock.kept_hold(case.at)) and kept.patron_id != patron_id:
        holds.back_to_queue(session, hold_id=kept.id)
    for hold in stock.queue:
        if hold.patron_id == patron_id:
            holds.fulfil(session, hold_id=hold.id, item_id=stock.row.id, kept_item_id=hold.item_id, at=case.at, by=by)
        elif hold.state is HoldState.READY and hold.kept_until < case.at:
            holds.expire(session, hold_id=hold.id, item_id=hold.item_id, at=case.at, by=by)


def _take_back(session: Session, loan: Row[Any], pieces: int, at: datetime) -> None:
    whole = pieces == loan.quantity
    # A clock behind the loan's start must not keep a book from coming back.
    ended_at = max(at, loan.out_at) if whole else None
    exactly_one(
        session.execute(
            _given_back,
            {
                "loan_id": loan.id,
                "seen": loan.returned,
                "new_returned": loan.returned + pieces,
                "new_ended": ended_at,
                "new_day": clock.local_day(ended_at) if ended_at else None,
                "new_end": LoanEnd.RETURNED if whole else None,
            },
        )
    )


def _reasons_not_to_renew(loan: Row[Any], stock: Stock, limits: known.Limits, at: datetime) -> Iterator[Refusal]:
    if loan.due_day < clock.local_day(at):
        yield OverdueNotRenewable(due_day=loan.due_day)
    if loan.renewals >= limits.renewals:
        yield NoRenewalsLeft(due_day=loan.due_day)
    if any(hold.state is HoldState.WAITING for hold in stock.queue):
        yield TitleWanted(due_day=loan.due_day)


def exactly_one(done: sa.Result[Any]) -> None:
    """Change only what was looked at."""
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
