"""剔旧: gather what should leave the stock, have it judged, and withdraw all of it at once under one approver."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import (
    Accession,
    Cause,
    Condition,
    Disposal,
    Item,
    ItemCondition,
    Loan,
    Medium,
    Staff,
    Title,
    Volume,
    Weeding,
    WeedingLine,
    Withdrawal,
    new_id,
)
from services import conditions, journal, known, numbers
from services.conditions import CAUSES, Leaving
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, ItemOnLoan, ItemWithdrawn, NotAllowed

_list = Weeding.__table__  # type: ignore[attr-defined]
_line = WeedingLine.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_withdrawal = Withdrawal.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]

PAST: Final = 12


@dataclass(frozen=True, slots=True)
class Line:
    """A thing on the list; `due_day` while it is out with somebody, `gone` when it was withdrawn otherwise meanwhile."""

    item_id: UUID
    number: str
    name: str
    medium: Medium
    purchase_fen: int | None
    cause: Cause
    room_id: UUID
    due_day: date | None
    gone: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A 剔旧 list as it stands now, or as it was signed."""

    id: UUID
    number: int
    started_at: datetime
    closed_at: datetime | None
    keeper: str
    approver: str
    appraiser: str
    disposal: Disposal | None
    lines: tuple[Line, ...]

    @property
    def stopped(self) -> bool:
        """Whether something on it cannot be withdrawn now."""
        return self.closed_at is None and any(line.due_day or line.gone for line in self.lines)


def put_on(session: Session, *, item_id: UUID, cause: Cause, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Put a thing on the open list, or begin one with it; said again with another cause, that cause stands.

    Raises NotAllowed, UnknownCode, ItemWithdrawn, ItemOnLoan.
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "weed", item_id, cause)
    if done := journal.before(session, hall_id=by.hall_id, gesture=effect).done:
        return UUID(done["weeding_id"])
    stock = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True)
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    if stock.out:
        raise ItemOnLoan(due_day=stock.out[0].due_day)
    weeding_id = open_now(session, by=by) or _begun(session, at, by)
    again = sa.update(_line).where(*_standing(by.hall_id, weeding_id), _line.c.item_id == item_id).values(cause=cause)
    if not session.execute(again).rowcount:  # type: ignore[attr-defined]
        session.execute(sa.insert(_line), {
            "id": new_id(), "hall_id": by.hall_id, "weeding_id": weeding_id, "item_id": item_id, "cause": cause, "added_at": at,
            "added_by": by.staff_id,
        })  # fmt: skip
    facts = {"weeding_id": str(weeding_id), "cause": cause.value}
    journal.record(session, by, "weed", at=at, subject="item", subject_id=item_id, gesture=effect, facts=facts)
    return weeding_id


def take_off(session: Session, *, item_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Leave a thing in the stock after all. Raises NotAllowed, ChangedMeanwhile (it stands on no open list)."""
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "unweed", item_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    weeding_id = open_now(session, by=by)
    off = sa.update(_line).where(*_standing(by.hall_id, weeding_id), _line.c.item_id == item_id).values(off_at=at)
    if weeding_id is None or session.execute(off).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "unweed", at=at, subject="item", subject_id=item_id, gesture=effect)


def close(
    session: Session,
    *,
    weeding_id: UUID,
    appraiser: str,
    disposal: Disposal,
    at: datetime,
    gesture: UUID,
    by: Actor,
    approver_id: UUID | None = None,
) -> Sheet:
    """Withdraw everything on the list, or nothing: one thing that is out with somebody stops it.

    Raises NotAllowed, ChangedMeanwhile (closed already), FactMissing (nothing on it; appraiser), ItemOnLoan, ItemWithdrawn,
    ApproverNotAllowed, FactWrong.
    """
    _refuse_strangers(by)
    effect = journal.gesture_key(gesture, "weeding", weeding_id)
    locked = sa.select(_list.c.closed_at).where(_list.c.id == weeding_id, _list.c.hall_id == by.hall_id).with_for_update()
    row = session.execute(locked).one_or_none()
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return sheet(session, weeding_id=weeding_id, by=by)
    if row is None or row.closed_at is not None:
        raise ChangedMeanwhile
    # In one order, so that two lists could never wait for each other.
    order = sa.select(_line.c.item_id, _line.c.cause).join(_item, _item.c.id == _line.c.item_id)
    things = session.execute(order.where(*_standing(by.hall_id, weeding_id)).order_by(_item.c.title_id, _item.c.id)).all()
    if not things:
        raise FactMissing(field="things")
    for thing in things:
        leaving = Leaving(thing.cause, disposal, appraiser, weeding_id)
        conditions.withdraw(
            session, item_id=thing.item_id, reason=CAUSES[thing.cause], at=at, gesture=gesture, by=by, approver_id=approver_id,
            leaving=leaving,
        )  # fmt: skip
    session.execute(sa.update(_list).where(_list.c.id == weeding_id).values(closed_at=at, closed_by=by.staff_id))
    facts = {"weeding_id": str(weeding_id), "things": len(things)}
    journal.record(session, by, "weeding_close", at=at, subject="weeding", subject_id=weeding_id, gesture=effect, facts=facts)
    return sheet(session, weeding_id=weeding_id, by=by)


def open_now(session: Session, *, by: Actor) -> UUID | None:
    """Find the list that is being gathered."""
    return session.execute(sa.select(_list.c.id).where(_list.c.hall_id == by.hall_id, _list.c.closed_at.is_(None))).scalar_one_or_none()


def past(session: Session, *, by: Actor) -> list[UUID]:
    """List the signed ones, the newest first."""
    closed = sa.select(_list.c.id).where(_list.c.hall_id == by.hall_id, _list.c.closed_at.is_not(None)).order_by(_list.c.number.desc())
    return list(session.execute(closed.limit(PAST)).scalars())


def sheet(session: Session, *, weeding_id: UUID, by: Actor) -> Sheet:
    """Give a list with everything on it. Raises NotAllowed, ChangedMeanwhile (no such list here)."""
    _refuse_strangers(by)
    key = {"hall_id": by.hall_id, "weeding_id": weeding_id}
    row = session.execute(_head, key).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    signed = session.execute(_signed, key).first()
    lines = tuple(
        Line(r.id, r.number, f"{r.name} {r.label}" if r.label else r.name, r.medium, r.purchase_price_fen, r.cause, r.home_room_id,
             r.due_day, bool(r.gone) and row.closed_at is None)
        for r in session.execute(_things, key)
    )  # fmt: skip
    return Sheet(
        row.id, row.number, row.started_at, row.closed_at, row.keeper or "", signed.approver or "" if signed else "",
        signed.appraiser if signed else "", signed.disposal if signed else None, lines,
    )  # fmt: skip


_due = (
    sa.select(sa.func.min(_loan.c.due_day))
    .where(_loan.c.hall_id == _line.c.hall_id, _loan.c.item_id == _line.c.item_id, _loan.c.ended_at.is_(None))
    .scalar_subquery()
)
_gone = sa.exists().where(
    _condition.c.hall_id == _line.c.hall_id, _condition.c.item_id == _line.c.item_id, _condition.c.condition == Condition.WITHDRAWN,
    _condition.c.ended_at.is_(None),
)  # fmt: skip
_head = (
    sa.select(_list.c.id, _list.c.number, _list.c.started_at, _list.c.closed_at, _staff.c.name.label("keeper"))
    .outerjoin(_staff, _staff.c.id == sa.func.coalesce(_list.c.closed_by, _list.c.started_by))
    .where(_list.c.id == bindparam("weeding_id"), _list.c.hall_id == bindparam("hall_id"))
)
_signed = (
    sa.select(_withdrawal.c.appraiser, _withdrawal.c.disposal, _staff.c.name.label("approver"))
    .join(_condition, _condition.c.id == _withdrawal.c.condition_id)
    .outerjoin(_staff, _staff.c.id == _condition.c.approver_id)
    .where(_withdrawal.c.weeding_id == bindparam("weeding_id"), _withdrawal.c.hall_id == bindparam("hall_id"))
    .limit(1)
)
_things = (
    sa.select(
        _item.c.id, _item.c.number, _title.c.name, _title.c.medium, _volume.c.label, _accession.c.purchase_price_fen, _line.c.cause,
        _item.c.home_room_id, _due.label("due_day"), _gone.label("gone"),
    )
    .select_from(_line)
    .join(_item, _item.c.id == _line.c.item_id)
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .where(_line.c.hall_id == bindparam("hall_id"), _line.c.weeding_id == bindparam("weeding_id"), _line.c.off_at.is_(None))
    .order_by(_item.c.number)
)  # fmt: skip


def _standing(hall_id: UUID, weeding_id: UUID | None) -> Sequence[sa.ColumnElement[bool]]:
    return _line.c.hall_id == hall_id, _line.c.weeding_id == weeding_id, _line.c.off_at.is_(None)


def _begun(session: Session, at: datetime, by: Actor) -> UUID:
    number = numbers.running(session, _list, by.hall_id)
    row: dict[str, Any] = {"id": new_id(), "hall_id": by.hall_id, "number": number, "started_at": at, "started_by": by.staff_id}
    session.execute(sa.insert(_list), row)
    return UUID(str(row["id"]))


def _refuse_strangers(by: Actor) -> None:
    if not by.is_staff:
        raise NotAllowed
