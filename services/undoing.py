"""Taking back what was done a moment ago, from its toast; refused as soon as the world has moved on.

A register is only added to: what was done stays in the journal, and an `undo` row answers it. To give another verb its undo, add a
function of its name here, or in the module of its part of the hall (staff only, its own gesture, ChangedMeanwhile when anybody has
acted since: services/taken_back.py), and hand `Undo(verb, facts)` to `stand.tell` beside what is told.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import Card, Condition, FaultReport, Hold, HoldState, ItemCondition, Loan, Patron
from services import circulation, conditions, holds, known, mixups, reports, taken_back
from services.journal import Actor
from services.known import Stock
from services.refusals import ChangedMeanwhile, ItemOnLoan

_loan = Loan.__table__  # type: ignore[attr-defined]
_hold = Hold.__table__  # type: ignore[attr-defined]
_patron = Patron.__table__  # type: ignore[attr-defined]
_report = FaultReport.__table__  # type: ignore[attr-defined]
_card = Card.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

_loan_row = sa.select(_loan).where(_loan.c.id == bindparam("loan_id"), _loan.c.hall_id == bindparam("hall_id"))
_hold_row = sa.select(_hold).where(_hold.c.id == bindparam("hold_id"), _hold.c.hall_id == bindparam("hall_id"))
_report_row = (
    sa.select(_report)
    .where(_report.c.id == bindparam("report_id"), _report.c.hall_id == bindparam("hall_id"))
    .with_for_update(key_share=True)
)
_card_row = (
    sa.select(_card).where(_card.c.id == bindparam("card_id"), _card.c.hall_id == bindparam("hall_id")).with_for_update(key_share=True)
)
# FOR NO KEY UPDATE, first of the order patron → title → item (rules.md §3).
_patron_locked = sa.select(_patron.c.id).where(_patron.c.id == bindparam("patron_id")).with_for_update(key_share=True)
_lent_since = (
    sa.select(_loan.c.id)
    .where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.patron_id == bindparam("patron_id"), _loan.c.out_at >= bindparam("since"))
    .where(_loan.c.id != bindparam("loan_id"))
    .limit(1)
)
_moved_since = (
    sa.select(_loan.c.id)
    .where(_loan.c.hall_id == bindparam("hall_id"), _loan.c.item_id == bindparam("item_id"))
    .where(sa.or_(_loan.c.out_at > bindparam("since"), _loan.c.ended_at > bindparam("since")))
    .limit(1)
)
_expected_back = sa.select(sa.func.max(_condition.c.expected_back_at)).where(
    _condition.c.hall_id == bindparam("hall_id"),
    _condition.c.item_id == bindparam("item_id"),
    _condition.c.condition == bindparam("condition"),
    _condition.c.ended_at == bindparam("ended_at"),
)


def check_out(session: Session, *, loan_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Lent by mistake: the thing is back, and whoever waits for it gets it kept. Raises NotAllowed, ChangedMeanwhile."""
    loan = taken_back.of(session, _loan_row, by, loan_id=loan_id)
    known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    if taken_back.was_done(session, by, gesture, loan_id):
        return
    taken_back.last_must_be(session, by, loan_id, "check_out")
    circulation.check_in(session, item_id=loan.item_id, loan_id=loan_id, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "check_out", "loan", loan_id, at, gesture)


def check_in(session: Session, *, loan_id: UUID, pieces: int, at: datetime, gesture: UUID, by: Actor) -> None:
    """Taken back by mistake: the loan goes on as it was, and a hold that got the copy waits again in its old place.

    Raises NotAllowed, ItemOnLoan (somebody has it), ChangedMeanwhile (its reader has borrowed since, the due day was closed since, …).
    """
    loan = taken_back.of(session, _loan_row, by, loan_id=loan_id)
    if loan.patron_id is None:
        raise ChangedMeanwhile
    session.execute(_patron_locked, {"patron_id": loan.patron_id})
    stock = known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    if taken_back.was_done(session, by, gesture, loan_id):
        return
    last = taken_back.last_must_be(session, by, loan_id, "check_in")
    _refuse_if_moved_on(session, stock, loan, pieces, last.at, by)
    for hold in stock.queue:
        if hold.item_id == loan.item_id:
            holds.back_to_queue(session, hold_id=hold.id)
    again = {"returned": loan.returned - pieces, "ended_at": None, "ended_as": None, "back_day": None}
    seen = _loan.c.id == loan_id, _loan.c.returned == loan.returned, _loan.c.unlinked_at.is_(None)
    circulation.exactly_one(session.execute(sa.update(_loan).where(*seen).values(again)))
    holds.find_another(session, title_id=loan.title_id, volume=stock.row.volume, at=at, by=by)
    taken_back.record(session, by, "check_in", "loan", loan_id, at, gesture)


def renew(session: Session, *, loan_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Renewed by mistake: the old last day holds again. Raises NotAllowed, ChangedMeanwhile (also when that day is closed by now)."""
    loan = taken_back.of(session, _loan_row, by, loan_id=loan_id)
    stock = known.stock(session, hall_id=by.hall_id, item_id=loan.item_id, lock=True)
    if taken_back.was_done(session, by, gesture, loan_id):
        return
    old_day = date.fromisoformat(taken_back.last_must_be(session, by, loan_id, "renew").facts["old_day"])
    if not stock.calendar.is_open_day(old_day, after=at):
        raise ChangedMeanwhile
    before: dict[str, Any] = {"renewals": loan.renewals - 1, "due_day": old_day, "due_at": stock.calendar.last_closing(old_day)}
    if loan.renewals == 1:
        before["renewed_day"] = None
    seen = _loan.c.id == loan_id, _loan.c.ended_at.is_(None), _loan.c.renewals == loan.renewals, _loan.c.due_day == loan.due_day
    circulation.exactly_one(session.execute(sa.update(_loan).where(*seen).values(before)))
    taken_back.record(session, by, "renew", "loan", loan_id, at, gesture)


def hold(session: Session, *, hold_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Kept by mistake: nobody waits. Raises NotAllowed, HoldGone, ChangedMeanwhile."""
    waits = taken_back.of(session, _hold_row, by, hold_id=hold_id)
    holds.lock_title(session, by.hall_id, waits.title_id)
    if taken_back.was_done(session, by, gesture, hold_id):
        return
    taken_back.last_must_be(session, by, hold_id, "hold")
    holds.cancel(session, hold_id=hold_id, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "hold", "hold", hold_id, at, gesture)


def hold_cancel(session: Session, *, hold_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Struck off by mistake: its reader waits again, in the old place. Raises NotAllowed, ChangedMeanwhile (has the title by now)."""
    waits = taken_back.of(session, _hold_row, by, hold_id=hold_id)
    if waits.patron_id is None:
        raise ChangedMeanwhile
    session.execute(_patron_locked, {"patron_id": waits.patron_id})
    holds.lock_title(session, by.hall_id, waits.title_id)
    if taken_back.was_done(session, by, gesture, hold_id):
        return
    last = taken_back.last_must_be(session, by, hold_id, "hold_cancel")
    since = {"patron_id": waits.patron_id, "since": last.at, "loan_id": hold_id, "hall_id": by.hall_id}
    if session.execute(_lent_since, since).first() or _waits_again(session, waits):
        raise ChangedMeanwhile
    key = {"title_id": waits.title_id, "volume": waits.volume}
    holds.settle(session, hall_id=by.hall_id, **key, at=at, by=by)
    again = {"state": HoldState.WAITING, "ended_at": None, "item_id": None, "ready_at": None, "shelved_at": None}
    seen = _hold.c.id == hold_id, _hold.c.state == HoldState.CANCELLED, _hold.c.unlinked_at.is_(None)
    circulation.exactly_one(session.execute(sa.update(_hold).where(*seen).values(again | {"kept_until": None, "kept_day": None})))
    holds.find_another(session, **key, at=at, by=by)
    taken_back.record(session, by, "hold_cancel", "hold", hold_id, at, gesture)


def hold_shelve(session: Session, *, hold_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """It does not stand on the hold shelf yet. Raises NotAllowed, ChangedMeanwhile."""
    waits = taken_back.of(session, _hold_row, by, hold_id=hold_id)
    holds.lock_title(session, by.hall_id, waits.title_id)
    if taken_back.was_done(session, by, gesture, hold_id):
        return
    taken_back.last_must_be(session, by, hold_id, "hold_shelve")
    seen = _hold.c.id == hold_id, _hold.c.state == HoldState.READY, _hold.c.shelved_at.is_not(None)
    circulation.exactly_one(session.execute(sa.update(_hold).where(*seen).values(shelved_at=None)))
    taken_back.record(session, by, "hold_shelve", "hold", hold_id, at, gesture)


def report(session: Session, *, report_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Nothing is broken after all: the report is struck off the list. Raises NotAllowed, ChangedMeanwhile (answered by now)."""
    taken_back.of(session, _report_row, by, report_id=report_id)
    if taken_back.was_done(session, by, gesture, report_id):
        return
    taken_back.last_must_be(session, by, report_id, "report")
    reports.done(session, report_id=report_id, at=at, by=by, note=reason)
    taken_back.record(session, by, "report", "fault_report", report_id, at, gesture)


def report_done(session: Session, *, report_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """It is not mended yet: the report stands on the list again. Raises NotAllowed, ChangedMeanwhile."""
    taken_back.of(session, _report_row, by, report_id=report_id)
    if taken_back.was_done(session, by, gesture, report_id):
        return
    taken_back.last_must_be(session, by, report_id, "report_done")
    seen = _report.c.id == report_id, _report.c.hall_id == by.hall_id, _report.c.done_at.is_not(None)
    circulation.exactly_one(session.execute(sa.update(_report).where(*seen).values(done_at=None, done_by=None, done_note="")))
    taken_back.record(session, by, "report_done", "fault_report", report_id, at, gesture)


def mark(session: Session, *, item_id: UUID, condition: Condition, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Nothing befell it after all. Raises what `conditions.mend` does; withdrawing is for good and has no undo."""
    if _last_said(session, "mark", item_id, condition, gesture, by) is None:
        return
    conditions.mend(session, item_id=item_id, condition=condition, reason=reason, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "mark", "item", item_id, at, gesture)


def mend(session: Session, *, item_id: UUID, condition: Condition, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """It is not whole after all; when it is expected back holds again. Raises what `conditions.mark` does."""
    last = _last_said(session, "mend", item_id, condition, gesture, by)
    if last is None:
        return
    then = {"hall_id": by.hall_id, "item_id": item_id, "condition": condition, "ended_at": last.at}
    expected = session.execute(_expected_back, then).scalar_one()
    conditions.mark(session, item_id=item_id, condition=condition, reason=reason, at=at, gesture=gesture, by=by, expected_back_at=expected)
    taken_back.record(session, by, "mend", "item", item_id, at, gesture)


def card_extend(session: Session, *, card_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Extended by mistake: the old last day holds again. Raises NotAllowed, ChangedMeanwhile (ended, or something lent on it since)."""
    card = taken_back.of(session, _card_row, by, card_id=card_id)
    if taken_back.was_done(session, by, gesture, card_id):
        return
    last = taken_back.last_must_be(session, by, card_id, "card_extend")
    since = {"patron_id": card.patron_id, "since": last.at, "loan_id": card_id, "hall_id": by.hall_id}
    if session.execute(_lent_since, since).first():
        raise ChangedMeanwhile
    old_day = date.fromisoformat(last.facts["old_day"])
    seen = _card.c.id == card_id, _card.c.ended_at.is_(None), _card.c.valid_until == card.valid_until
    circulation.exactly_one(session.execute(sa.update(_card).where(*seen).values(valid_until=old_day)))
    taken_back.record(session, by, "card_extend", "card", card_id, at, gesture)


def labels_swapped(session: Session, *, item_id: UUID, other_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """The labels were right: both numbers mean again what they meant. Raises what `mixups.swap_labels` does, and ChangedMeanwhile."""
    taken_back.refuse_strangers(by)
    mixups.both(session, by.hall_id, item_id, other_id)
    if taken_back.was_done(session, by, gesture, item_id):
        return
    last = taken_back.last_must_be(session, by, item_id, "labels_swapped")
    other = taken_back.last(session, by, other_id)
    if other is not None and other.at > last.at:
        raise ChangedMeanwhile
    for each in (item_id, other_id):
        _refuse_if_moved(session, each, last.at, by)
    mixups.swap_labels(session, item_id=item_id, other_id=other_id, at=at, gesture=gesture, by=by)
    taken_back.record(session, by, "labels_swapped", "item", item_id, at, gesture)


def _last_said(session: Session, verb: str, item_id: UUID, condition: Condition, gesture: UUID, by: Actor) -> Row[Any] | None:
    """Give the row that said so, None when this gesture has undone it; nothing may have happened to the thing since."""
    taken_back.refuse_strangers(by)
    known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if taken_back.was_done(session, by, gesture, item_id):
        return None
    last = taken_back.last_must_be(session, by, item_id, verb)
    if last.facts.get("condition") != condition:
        raise ChangedMeanwhile
    _refuse_if_moved(session, item_id, last.at, by)
    return last


def _refuse_if_moved(session: Session, item_id: UUID, since: datetime, by: Actor) -> None:
    """Lent or taken back since."""
    if session.execute(_moved_since, {"hall_id": by.hall_id, "item_id": item_id, "since": since}).first():
        raise ChangedMeanwhile


def _refuse_if_moved_on(session: Session, stock: Stock, loan: Row[Any], pieces: int, since: datetime, by: Actor) -> None:
    if stock.out and not loan.counted:
        raise ItemOnLoan(due_day=stock.out[0].due_day)
    moved_on = (
        Condition.WITHDRAWN in stock.conditions
        or stock.free < pieces
        or loan.returned < pieces
        or not stock.calendar.is_open_day(loan.due_day)
        or any(hold.patron_id == loan.patron_id for hold in stock.queue)
    )
    which = {"hall_id": by.hall_id, "patron_id": loan.patron_id, "since": since, "loan_id": loan.id}
    if moved_on or session.execute(_lent_since, which).first():
        raise ChangedMeanwhile


def _waits_again(session: Session, waits: Row[Any]) -> bool:
    same = _hold.c.patron_id == waits.patron_id, _hold.c.title_id == waits.title_id, _hold.c.volume == waits.volume
    return session.execute(sa.select(_hold.c.id).where(_hold.c.ended_at.is_(None), *same).limit(1)).first() is not None
