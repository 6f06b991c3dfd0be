"""Waiting for a title: placing and cancelling holds, the hold shelf, and passing a copy to the next in the queue."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import Row, bindparam
from sqlmodel import Session

from models import Condition, Hold, HoldState, Item, ItemCondition, Loan, Medium, Title, new_id
from models.circulation import HOLD_ACTIVE, HOLD_READY
from services import hours, journal, known
from services.journal import Actor
from services.lending_rules import reasons_of_card
from services.receipts import HoldSlip
from services.refusals import (
    AlreadyHeld,
    AlreadyYours,
    CardUnknown,
    ChangedMeanwhile,
    CopyOnShelf,
    HoldGone,
    NoOpenDay,
    NotLendable,
    ReasonMissing,
    TooManyHolds,
    UnknownCode,
)

_hold = Hold.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

_ACTIVE = (HoldState.WAITING, HoldState.READY)
_blocked = sa.exists().where(_condition.c.hall_id == _item.c.hall_id, _condition.c.item_id == _item.c.id, _condition.c.ended_at.is_(None))
_out = sa.exists().where(_loan.c.hall_id == _item.c.hall_id, _loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))
_kept = sa.exists().where(_hold.c.hall_id == _item.c.hall_id, _hold.c.item_id == _item.c.id, HOLD_READY)
_withdrawn = sa.exists().where(
    _condition.c.hall_id == _item.c.hall_id,
    _condition.c.item_id == _item.c.id,
    _condition.c.condition == Condition.WITHDRAWN,
    _condition.c.ended_at.is_(None),
)

_title_row = sa.select(_title.c.id, _title.c.name, _title.c.medium).where(
    _title.c.id == bindparam("title_id"), _title.c.hall_id == bindparam("hall_id")
)
_title_locked = _title_row.with_for_update(key_share=True)
_copies = (
    sa.select(
        _item.c.id,
        _item.c.home_room_id,
        _item.c.shelf,
        _out.label("out"),
        sa.or_(_blocked, _kept).label("away"),
    )
    .where(
        _item.c.hall_id == bindparam("hall_id"),
        _item.c.title_id == bindparam("title_id"),
        _item.c.volume == bindparam("volume"),
        _item.c.reference_only.is_(False),
        _item.c.item_class != Medium.PERIODICAL,
        ~_withdrawn,
    )
    .order_by(_item.c.number)
)
_active = (
    sa.select(_hold.c.id, _hold.c.patron_id, _hold.c.title_id, _hold.c.volume, _hold.c.state, _hold.c.item_id, _hold.c.kept_until)
    .where(_hold.c.hall_id == bindparam("hall_id"), HOLD_ACTIVE)
    .order_by(_hold.c.placed_at, _hold.c.id)
)
_queue = _active.where(_hold.c.title_id == bindparam("title_id"), _hold.c.volume == bindparam("volume"))
_by_id = sa.select(_hold.c.patron_id, _hold.c.title_id, _hold.c.item_id, _hold.c.ended_at).where(
    _hold.c.id == bindparam("hold_id"), _hold.c.hall_id == bindparam("hall_id")
)
_of_patron = _active.where(_hold.c.patron_id == bindparam("patron_id"))
_next_due = sa.select(sa.func.min(_loan.c.due_day)).where(
    _loan.c.hall_id == bindparam("hall_id"), _loan.c.title_id == bindparam("title_id"), _loan.c.ended_at.is_(None)
)


def place(
    session: Session,
    *,
    title_id: UUID,
    volume: int = 0,
    card_id: UUID,
    at: datetime,
    gesture: UUID,
    by: Actor,
    overrides: frozenset[str] = frozenset(),
    reason: str = "",
) -> HoldSlip:
    """Keep a title for a patron until a copy comes back.

    Raises, in the order of rules.md §3: the card's reasons, AlreadyYours, AlreadyHeld, CopyOnShelf, TooManyHolds; ReasonMissing
    where staff set one of the card's reasons or the last aside without saying why.
    """
    effect = journal.gesture_key(gesture, "hold", title_id, volume)
    who = known.borrower(session, hall_id=by.hall_id, card_id=card_id, at=at, lock=True)
    title = lock_title(session, by.hall_id, title_id)
    before = journal.before(session, hall_id=by.hall_id, gesture=effect)
    if before.done is not None:
        return HoldSlip.of(before.done)
    journal.refuse_wrong_clock(before.newest_at, at)
    key: dict[str, Any] = {"hall_id": by.hall_id, "title_id": title_id, "volume": volume}
    settle(session, **key, at=at, by=by)
    aside: list[str] = []
    ahead = _refuse_unless_may_wait(session, who, key, at, overrides if by.is_staff else frozenset(), aside)
    if aside and not reason.strip():
        raise ReasonMissing
    expected = session.execute(_next_due, key).scalar_one()
    slip = HoldSlip(hold_id=new_id(), title_id=title_id, name=title.name, volume=volume, ahead=ahead, expected_day=expected)
    row = {"id": slip.hold_id, **key, "patron_id": who.row.patron_id, "state": HoldState.WAITING, "placed_at": at}
    session.execute(sa.insert(_hold), row)
    journal.record(
        session, by, "hold", at=at, subject="hold", subject_id=slip.hold_id, gesture=effect, facts=slip.facts(),
        overridden=",".join(aside), reason=reason,
    )  # fmt: skip
    return slip


def _refuse_unless_may_wait(
    session: Session, who: known.Borrower, key: dict[str, Any], at: datetime, overrides: frozenset[str], aside: list[str]
) -> int:
    """Refuse in order; else how many wait before. What was set aside is added to `aside`."""
    for refusal in reasons_of_card(who, at):
        if refusal.code not in overrides or isinstance(refusal, CardUnknown):
            raise refusal
        aside.append(refusal.code)
    loan = next((loan for loan in who.loans if loan.title_id == key["title_id"] and loan.volume == key["volume"]), None)
    if loan is not None:
        raise AlreadyYours(due_day=loan.due_day)
    mine = session.execute(_of_patron, {"hall_id": key["hall_id"], "patron_id": who.row.patron_id}).all()
    if any(h.title_id == key["title_id"] and h.volume == key["volume"] for h in mine):
        raise AlreadyHeld
    copies = session.execute(_copies, key).all()
    if not copies:
        raise NotLendable
    queue = session.execute(_queue, key).all()
    free = [copy for copy in copies if not copy.out and not copy.away]
    if len(free) > sum(h.state is HoldState.WAITING for h in queue):
        raise CopyOnShelf(shelf=free[0].shelf)
    if len(mine) >= who.row.holds_max:
        if TooManyHolds.code not in overrides:
            raise TooManyHolds(have=len(mine), most=who.row.holds_max)
        aside.append(TooManyHolds.code)
    return len(queue)


def cancel(
    session: Session, *, hold_id: UUID, at: datetime, gesture: UUID, by: Actor, patron_id: UUID | None = None, reason: str = ""
) -> None:
    """End a hold; a copy kept for it goes to the next in the queue. Raises HoldGone (also for somebody else's)."""
    effect = journal.gesture_key(gesture, "hold_cancel", hold_id)
    lock_title(session, by.hall_id, _hold_row(session, by, hold_id).title_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    hold = _hold_row(session, by, hold_id)
    if hold.ended_at is not None:
        raise HoldGone
    if patron_id is not None and hold.patron_id != patron_id:
        raise HoldGone
    _end(session, hold_id, HoldState.CANCELLED, at)
    if hold.item_id is not None:
        pass_on(session, item_id=hold.item_id, at=at, by=by)
    journal.record(session, by, "hold_cancel", at=at, subject="hold", subject_id=hold_id, gesture=effect, reason=reason)


def put_on_shelf(session: Session, *, hold_id: UUID, at: datetime, by: Actor) -> None:
    """Staff put the kept copy on the hold shelf. Raises HoldGone."""
    done = session.execute(
        sa.update(_hold)
        .where(_hold.c.id == hold_id, _hold.c.hall_id == by.hall_id, _hold.c.state == HoldState.READY, _hold.c.shelved_at.is_(None))
        .values(shelved_at=at)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise HoldGone
    journal.record(session, by, "hold_shelve", at=at, subject="hold", subject_id=hold_id)


def settle(session: Session, *, hall_id: UUID, title_id: UUID, volume: int, at: datetime, by: Actor) -> None:
    """Expire the holds of a title whose time on the shelf is over, and keep their copies for the next in the queue."""
    key = {"hall_id": hall_id, "title_id": title_id, "volume": volume}
    for hold in session.execute(_queue, key).all():
        if hold.state is HoldState.READY and hold.kept_until < at:
            expire(session, hold_id=hold.id, item_id=hold.item_id, at=at, by=by)


def expire(session: Session, *, hold_id: UUID, item_id: UUID, at: datetime, by: Actor) -> None:
    """Nobody came for it in time."""
    _end(session, hold_id, HoldState.EXPIRED, at)
    journal.record(session, by, "hold_expire", at=at, subject="hold", subject_id=hold_id)
    pass_on(session, item_id=item_id, at=at, by=by)


def fulfil(session: Session, *, hold_id: UUID, item_id: UUID, kept_item_id: UUID | None, at: datetime, by: Actor) -> None:
    """The patron has it now; a copy that was kept and not taken goes to the next."""
    _end(session, hold_id, HoldState.FULFILLED, at)
    if kept_item_id is not None and kept_item_id != item_id:
        pass_on(session, item_id=kept_item_id, at=at, by=by)


def back_to_queue(session: Session, *, hold_id: UUID) -> None:
    """Staff lent the kept copy to somebody else: its patron waits again, in the old place."""
    done = session.execute(
        sa.update(_hold)
        .where(_hold.c.id == hold_id, _hold.c.state == HoldState.READY)
        .values(state=HoldState.WAITING, item_id=None, ready_at=None, shelved_at=None, kept_until=None, kept_day=None)
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile


def pass_on(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> date | None:
    """Keep a free copy for the first in the queue: until closing of the third open day after today (policy). None if nobody waits.

    The caller holds the title's lock.
    """
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=False)
    waiting = next((hold for hold in stock.queue if hold.state is HoldState.WAITING), None)
    row = stock.row
    lendable = not stock.out and not stock.conditions and not row.reference_only and row.item_class is not Medium.PERIODICAL
    if waiting is None or not lendable or any(hold.item_id == item_id for hold in stock.queue):
        return None
    try:
        kept_day = hours.open_day_after(stock.calendar, at, known.house_rules(session, by.hall_id).hold_shelf_open_days)
    except NoOpenDay:
        # Closed for a year to come: it waits on the shelf for whoever opens the hall again, and giving back never fails for it.
        return None
    session.execute(
        sa.update(_hold)
        .where(_hold.c.id == waiting.id)
        .values(state=HoldState.READY, item_id=item_id, ready_at=at, kept_day=kept_day, kept_until=stock.calendar.last_closing(kept_day))
    )
    journal.record(session, by, "hold_ready", at=at, subject="hold", subject_id=waiting.id)
    return kept_day


def lock_title(session: Session, hall_id: UUID, title_id: UUID) -> Any:
    """Let nobody else pass on a copy of this title until the commit, nor the hours change under its pickup. Raises UnknownCode."""
    row = session.execute(_title_locked, {"hall_id": hall_id, "title_id": title_id}).one_or_none()
    if row is None:
        raise UnknownCode
    hours.hold_still(session, hall_id)
    return row


def find_another(session: Session, *, title_id: UUID, volume: int, at: datetime, by: Actor) -> None:
    """A kept copy cannot be fetched any more: if another is free, it is kept instead. The caller holds the title's lock."""
    for copy in session.execute(_copies, {"hall_id": by.hall_id, "title_id": title_id, "volume": volume}).all():
        if not copy.out and not copy.away:
            pass_on(session, item_id=copy.id, at=at, by=by)


def _end(session: Session, hold_id: UUID, state: HoldState, at: datetime) -> None:
    done = session.execute(sa.update(_hold).where(_hold.c.id == hold_id, _hold.c.state.in_(_ACTIVE)).values(state=state, ended_at=at))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise HoldGone


def _hold_row(session: Session, by: Actor, hold_id: UUID) -> Row[Any]:
    row = session.execute(_by_id, {"hold_id": hold_id, "hall_id": by.hall_id}).one_or_none()
    if row is None:
        raise HoldGone
    return row
