"""保管人: who answers for a thing and where it stands, handed over with a reason; the history stays."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Condition, Custody, Duty, Item, Medium, PersonInCharge, Room, new_id
from services import clock, journal, known
from services.journal import Actor
from services.refusals import FactMissing, FactWrong, ItemWithdrawn, NotAllowed, ReasonMissing
from services.texts import fact, plain

_custody = Custody.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Stay:
    """One line of a thing's history: with whom, where, from when to when (the open end is now), and why it changed."""

    custodian: str
    room: str
    from_day: date
    until_day: date | None
    reason: str


def begin(session: Session, *, item_id: UUID, room_id: UUID, custodian: str, day: date, at: datetime, by: Actor) -> None:
    """Write down who answers for a new thing; without a name, whoever is in charge of the room."""
    name = fact(custodian, "custodian", 40) or in_charge(session, hall_id=by.hall_id, room_id=room_id, day=clock.local_day(at))
    _write(session, item_id, room_id, name, day, "", at, by)


def hand_over(
    session: Session, *, items: Sequence[UUID], room_id: UUID, custodian: str, reason: str, at: datetime, gesture: UUID, by: Actor
) -> None:
    """Give things to another custodian, or another room, or both; all of them or none.

    Raises NotAllowed, ReasonMissing, FactMissing (custodian, room, things), UnknownCode, FactWrong (no equipment), ItemWithdrawn.
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "hand_over", *sorted(map(str, items)))
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not plain(reason, 200):
        raise ReasonMissing
    name = fact(custodian, "custodian", 40, needed=True)
    if not items:
        raise FactMissing(field="things")
    if session.execute(sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)).one_or_none() is None:
        raise FactMissing(field="room")
    for item_id in sorted(set(items)):
        _hand_over_one(session, item_id, room_id, name, reason, at, by)
    facts = {"items": [str(item_id) for item_id in items], "room_id": str(room_id), "custodian": name}
    journal.record(session, by, "hand_over", at=at, subject="item", subject_id=items[0], gesture=effect, facts=facts, reason=reason)


def history(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> list[Stay]:
    """List with whom a thing was, the newest first; one that was never handed over is with who is in charge of its room."""
    found = [Stay(*row) for row in session.execute(_stays, {"hall_id": by.hall_id, "item_id": item_id})]
    row = session.execute(_place, {"hall_id": by.hall_id, "item_id": item_id}).one_or_none()
    if found or row is None:
        return found
    name = in_charge(session, hall_id=by.hall_id, room_id=row.home_room_id, day=clock.local_day(at))
    return [Stay(name, row.name, clock.local_day(row.registered_at), None, "")]


def in_charge(session: Session, *, hall_id: UUID, room_id: UUID, day: date) -> str:
    """Name the person in charge of a room on a day; nobody is an empty name."""
    return str(session.execute(_answers, {"hall_id": hall_id, "room_id": room_id, "day": day}).scalar_one_or_none() or "")


_stays = (
    sa.select(_custody.c.custodian, _room.c.name, _custody.c.from_day, _custody.c.until_day, _custody.c.reason)
    .join(_room, _room.c.id == _custody.c.room_id)
    .where(_custody.c.hall_id == bindparam("hall_id"), _custody.c.item_id == bindparam("item_id"))
    .order_by(_custody.c.from_day.desc(), _custody.c.id.desc())
)
_place = (
    sa.select(_item.c.home_room_id, _item.c.registered_at, _room.c.name)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .where(_item.c.id == bindparam("item_id"), _item.c.hall_id == bindparam("hall_id"))
)
_answers = (
    sa.select(_charge.c.name)
    .where(
        _charge.c.hall_id == bindparam("hall_id"),
        _charge.c.room_id == bindparam("room_id"),
        _charge.c.duty == Duty.IN_CHARGE,
        _charge.c.from_day <= bindparam("day"),
        sa.or_(_charge.c.to_day.is_(None), _charge.c.to_day >= bindparam("day")),
    )
    .order_by(_charge.c.from_day.desc())
    .limit(1)
)
_over = sa.update(_custody).where(
    _custody.c.hall_id == bindparam("of_hall"), _custody.c.item_id == bindparam("of_item"), _custody.c.until_day.is_(None)
)


def _hand_over_one(session: Session, item_id: UUID, room_id: UUID, name: str, reason: str, at: datetime, by: Actor) -> None:
    stock, today = known.stock(session, hall_id=by.hall_id, item_id=item_id, lock=True), clock.local_day(at)
    if stock.row.item_class is not Medium.EQUIPMENT:
        raise FactWrong(field="things")
    if Condition.WITHDRAWN in stock.conditions:
        raise ItemWithdrawn
    # A clock that was set back must not make a stay end before it began.
    ended = sa.case((_custody.c.from_day > today, _custody.c.from_day), else_=sa.literal(today, _custody.c.until_day.type))
    if not session.execute(_over.values(until_day=ended), {"of_hall": by.hall_id, "of_item": item_id}).rowcount:  # type: ignore[attr-defined]
        (before,) = history(session, item_id=item_id, at=at, by=by)
        _write(session, item_id, stock.row.home_room_id, before.custodian, min(before.from_day, today), "", at, by, until=today)
    _write(session, item_id, room_id, name, today, reason, at, by)
    session.execute(sa.update(_item).where(_item.c.id == item_id).values(home_room_id=room_id))


def _write(
    session: Session, item_id: UUID, room_id: UUID, name: str, day: date, reason: str, at: datetime, by: Actor, until: date | None = None
) -> None:
    session.execute(sa.insert(_custody), {
        "id": new_id(), "hall_id": by.hall_id, "item_id": item_id, "room_id": room_id, "custodian": name, "from_day": day,
        "until_day": until, "reason": plain(reason, 200), "at": at, "staff_id": by.staff_id,
    })  # fmt: skip
