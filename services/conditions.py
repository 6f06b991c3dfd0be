"""What befalls a thing: lost and found, damaged and mended, withdrawn for good; each a row with who, when and why."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Cause, Condition, Disposal, ItemCondition, Withdrawal, new_id
from services import approvals, clock, holds, journal, known
from services.journal import Actor
from services.known import Stock
from services.refusals import ApproverNotAllowed, ChangedMeanwhile, FactWrong, ItemOnLoan, ItemWithdrawn, NotAllowed, ReasonMissing
from services.texts import fact, plain

_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_withdrawal = Withdrawal.__table__  # type: ignore[attr-defined]

CAUSES: Final = {
    Cause.WORN: "破损", Cause.LOST: "遗失", Cause.OUTDATED: "内容过时", Cause.SURPLUS: "复本过多", Cause.SCRAPPED: "报废",
    Cause.MOVED_OUT: "调出", Cause.REPLACED: "赔书",
}  # fmt: skip
"""Why a thing leaves, and the word the paper register has for it."""
JUDGED: Final = frozenset({Cause.WORN, Cause.OUTDATED, Cause.SURPLUS, Cause.SCRAPPED})
"""Somebody has to have looked at the thing (鉴定人); what is lost, moved or replaced needs no judge."""


@dataclass(frozen=True, slots=True)
class Leaving:
    """What register 22 wants of a withdrawal: the cause, what becomes of the thing, who judged it, and its 剔旧 list."""

    cause: Cause
    disposal: Disposal
    appraiser: str = ""
    weeding_id: UUID | None = None


# A thing that turns up is no longer missing (rules.md §3: found first, then treated as free).
MISSING = frozenset({Condition.LOST, Condition.CLAIMS_RETURNED})

_end_missing = (
    sa.update(_condition)
    .where(
        _condition.c.hall_id == bindparam("of_hall"),
        _condition.c.item_id == bindparam("of_item"),
        _condition.c.condition.in_(MISSING),
        _condition.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)


def found(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> bool:
    """End what says the thing is missing; False when nothing said so."""
    done = session.execute(_end_missing, {"of_hall": by.hall_id, "of_item": item_id, "at": at})
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    journal.record(session, by, "found", at=at, subject="item", subject_id=item_id)
    return True


def mark(
    session: Session,
    *,
    item_id: UUID,
    condition: Condition,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    expected_back_at: datetime | None = None,
) -> None:
    """Say that a thing is lost, damaged, out of order, incomplete or claimed to have been returned; a copy kept for a hold is released.

    Raises NotAllowed (not staff), ReasonMissing, FactWrong (withdrawing is `withdraw`; said to be returned, but not out),
    ItemWithdrawn, ChangedMeanwhile (said already).
    """
    stock = _held(session, item_id, reason, by)
    if _was_done(session, by, gesture, condition, item_id):
        return
    if condition is Condition.WITHDRAWN or (condition is Condition.CLAIMS_RETURNED and not stock.out):
        raise FactWrong(field="condition")
    if condition in stock.conditions:
        raise ChangedMeanwhile
    begin(session, stock, condition, reason, at, gesture, by, expected_back_at=expected_back_at)


def mend(session: Session, *, item_id: UUID, condition: Condition, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Say that it is over: repaired, complete, found. Whoever waits for the thing gets it kept.

    Raises NotAllowed, ReasonMissing, ItemWithdrawn, ChangedMeanwhile (it was not so, or somebody else has said it).
    """
    _held(session, item_id, reason, by)
    if _was_done(session, by, gesture, "mend", condition, item_id):
        return
    over = _condition.c.item_id == item_id, _condition.c.condition == condition, _condition.c.ended_at.is_(None)
    done = session.execute(sa.update(_condition).where(_condition.c.hall_id == by.hall_id, *over).values(ended_at=at))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    effect, facts = journal.gesture_key(gesture, "mend", condition, item_id), {"condition": condition.value}
    journal.record(session, by, "mend", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts, reason=reason)
    holds.pass_on(session, item_id=item_id, at=at, by=by)


def withdraw(
    session: Session,
    *,
    item_id: UUID,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    approver_id: UUID | None = None,
    leaving: Leaving | None = None,
) -> None:
    """Take a thing out of the stock for good; its number stays taken.

    Raises NotAllowed, ReasonMissing, ItemWithdrawn, ItemOnLoan, ApproverNotAllowed, FactMissing (appraiser), FactWrong.
    """
    stock = _held(session, item_id, reason, by, withdrawn_too=True)
    if _was_done(session, by, gesture, Condition.WITHDRAWN, item_id):
        return
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    if stock.out:
        raise ItemOnLoan(due_day=stock.out[0].due_day)
    end_for_good(session, stock, reason=reason, at=at, gesture=gesture, by=by, approver_id=approver_id, leaving=leaving)


def end_for_good(
    session: Session,
    stock: Stock,
    *,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    approver_id: UUID | None,
    leaving: Leaving | None = None,
) -> None:
    """Withdraw what the caller has locked and looked at. Raises ApproverNotAllowed, FactMissing (appraiser), FactWrong."""
    appraiser = fact(leaving.appraiser, "appraiser", 40, needed=leaving.cause in JUDGED) if leaving else ""
    approver = require_approver(session, stock, at=at, by=by, approver_id=approver_id)
    condition_id = begin(session, stock, Condition.WITHDRAWN, reason, at, gesture, by, approver_id=approver)
    if leaving is not None:
        session.execute(sa.insert(_withdrawal), {
            "condition_id": condition_id, "hall_id": by.hall_id, "item_id": stock.row.id, "weeding_id": leaving.weeding_id,
            "cause": leaving.cause, "appraiser": appraiser, "disposal": leaving.disposal,
        })  # fmt: skip


def begin(
    session: Session,
    stock: Stock,
    condition: Condition,
    reason: str,
    at: datetime,
    gesture: UUID,
    by: Actor,
    *,
    expected_back_at: datetime | None = None,
    approver_id: UUID | None = None,
) -> UUID:
    """Write a condition down for what the caller has locked and looked at; a hold it was kept for waits again in its old place."""
    item_id, condition_id = stock.row.id, new_id()
    session.execute(
        sa.insert(_condition),
        {
            "id": condition_id, "hall_id": by.hall_id, "item_id": item_id, "condition": condition, "since_at": at,
            "reason": plain(reason, 200), "expected_back_at": expected_back_at, "staff_id": by.staff_id, "approver_id": approver_id,
        },
    )  # fmt: skip
    effect, facts = journal.gesture_key(gesture, condition, item_id), {"condition": condition.value}
    journal.record(session, by, "mark", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts, reason=reason)
    for hold in stock.queue:
        if hold.item_id == item_id:
            holds.back_to_queue(session, hold_id=hold.id)
            holds.find_another(session, title_id=stock.row.title_id, volume=stock.row.volume, at=at, by=by)
    return condition_id


def require_approver(session: Session, stock: Stock, *, at: datetime, by: Actor, approver_id: UUID | None) -> UUID:
    """Give who approves: the one named, else the one who acts; the person in charge of the room or an admin. Raises ApproverNotAllowed."""
    approver = approver_id or by.staff_id
    if approver is None:
        raise ApproverNotAllowed
    room, day = stock.row.home_room_id, clock.local_day(at)
    approvals.require(session, staff_id=approver, hall_id=by.hall_id, room_id=room, day=day)
    return approver


def _held(session: Session, item_id: UUID, reason: str, by: Actor, *, withdrawn_too: bool = False) -> Stock:
    if not by.is_staff:
        raise NotAllowed
    if not plain(reason, 200):
        raise ReasonMissing
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if Condition.WITHDRAWN in stock.conditions and not withdrawn_too:
        raise ItemWithdrawn
    return stock


def _was_done(session: Session, by: Actor, gesture: UUID, *codes: object) -> bool:
    return journal.before(session, hall_id=by.hall_id, gesture=journal.gesture_key(gesture, *codes)).done is not None
