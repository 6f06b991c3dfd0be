"""Who answers for a room: the person in charge and the deputy, each from a day to a day; past prints keep past names (R41)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, Duty, PersonInCharge, Room, Staff, new_id
from services import approvals, clock, journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong
from services.texts import plain

_charge = PersonInCharge.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who answers, or answered, for a room."""

    charge_id: UUID
    duty: Duty
    name: str
    phone: str
    staff_id: UUID | None
    login: str
    from_day: date
    to_day: date | None


@dataclass(frozen=True, slots=True)
class RoomDuty:
    """A room with who answers for it today, who will, and who did."""

    room_id: UUID
    room: str
    now: tuple[Person, ...]
    coming: tuple[Person, ...]
    past: tuple[Person, ...]
    vacant: bool

    def holder(self, duty: Duty) -> Person | None:
        """Who has a duty today."""
        return next((person for person in self.now if person.duty is duty), None)


def rooms(session: Session, *, at: datetime, by: Actor) -> list[RoomDuty]:
    """List the rooms in their order; a service room that nobody is in charge of today is vacant: the hall must not open like that."""
    today = clock.local_day(at)
    people: dict[UUID, list[Person]] = {}
    columns = [_charge.c[name] for name in ("id", "duty", "name", "phone", "staff_id")]
    rows = session.execute(
        sa.select(_charge.c.room_id, *columns, sa.func.coalesce(_staff.c.login, "").label("login"), _charge.c.from_day, _charge.c.to_day)
        .outerjoin(_staff, _staff.c.id == _charge.c.staff_id)
        .where(_charge.c.hall_id == by.hall_id)
        .order_by(_charge.c.from_day.desc(), _charge.c.duty.desc(), _charge.c.id.desc())
    )
    for room_id, *facts in rows:
        people.setdefault(room_id, []).append(Person(*facts))
    listed = session.execute(sa.select(_room).where(_room.c.hall_id == by.hall_id).order_by(_room.c.position, _room.c.code))
    return [_room_duty(room, people.get(room.id, []), today) for room in listed]


def entrust(
    session: Session,
    *,
    room_id: UUID,
    duty: Duty,
    name: str,
    phone: str = "",
    staff_id: UUID | None = None,
    from_day: date,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    """Let somebody answer for a room from a day on; whoever did until now did so until the day before.

    Who was entrusted on that very day is corrected in place: nothing was printed under that name on another day.
    Raises NotAllowed, FactMissing (name), FactWrong (room, phone, account, from_day before the present one's first day).
    """
    approvals.require_admin(session, by)
    effect = journal.gesture_key(gesture, "duty_entrust", room_id, duty)
    _lock_room(session, room_id, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    columns = _columns(session, name, phone, staff_id, by)
    old = _present(session, room_id, duty, by)
    if old is not None and from_day < old.from_day:
        raise FactWrong(field="from_day")
    if old is not None and from_day == old.from_day:
        charge_id = old.id
        session.execute(sa.update(_charge).where(_charge.c.id == old.id).values(**columns))
    else:
        if old is not None:
            session.execute(sa.update(_charge).where(_charge.c.id == old.id).values(to_day=from_day - timedelta(days=1)))
        charge_id = new_id()
        row = {"id": charge_id, "hall_id": by.hall_id, "room_id": room_id, "duty": duty, "from_day": from_day}
        session.execute(sa.insert(_charge), {**row, **columns})
    _record(session, by, "duty_entrust", charge_id, at, effect, duty)


def release(session: Session, *, room_id: UUID, duty: Duty, at: datetime, gesture: UUID, by: Actor) -> None:
    """Today is the last day of whoever has a duty, and nobody follows. Raises NotAllowed, FactWrong (room), ChangedMeanwhile."""
    approvals.require_admin(session, by)
    effect = journal.gesture_key(gesture, "duty_release", room_id, duty)
    _lock_room(session, room_id, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    old = _present(session, room_id, duty, by)
    if old is None:
        raise ChangedMeanwhile
    last = max(old.from_day, clock.local_day(at))
    session.execute(sa.update(_charge).where(_charge.c.id == old.id).values(to_day=last))
    _record(session, by, "duty_release", old.id, at, effect, duty)


def _room_duty(room: Any, people: list[Person], today: date) -> RoomDuty:
    now = tuple(p for p in people if p.from_day <= today and (p.to_day is None or p.to_day >= today))
    coming = tuple(p for p in people if p.from_day > today)
    past = tuple(p for p in people if p.to_day is not None and p.to_day < today)
    vacant = room.area_kind is AreaKind.SERVICE and not any(p.duty is Duty.IN_CHARGE for p in now)
    return RoomDuty(room.id, room.name, now, coming, past, vacant)


def _lock_room(session: Session, room_id: UUID, by: Actor) -> None:
    room = sa.select(_room.c.id).where(_room.c.id == room_id, _room.c.hall_id == by.hall_id)
    if session.execute(room.with_for_update(key_share=True)).first() is None:
        raise FactWrong(field="room")


def _present(session: Session, room_id: UUID, duty: Duty, by: Actor) -> Any:
    mine = (_charge.c.hall_id == by.hall_id, _charge.c.room_id == room_id, _charge.c.duty == duty, _charge.c.to_day.is_(None))
    return session.execute(sa.select(_charge).where(*mine)).one_or_none()


def _columns(session: Session, name: str, phone: str, staff_id: UUID | None, by: Actor) -> dict[str, Any]:
    if not (name := plain(name, 40)):
        raise FactMissing(field="name")
    if len(phone := plain(phone, 21)) > 20:  # noqa: PLR2004  the column's length
        raise FactWrong(field="phone")
    mine = (_staff.c.id == staff_id, _staff.c.hall_id == by.hall_id, _staff.c.disabled_at.is_(None))
    if staff_id is not None and session.execute(sa.select(_staff.c.id).where(*mine)).first() is None:
        raise FactWrong(field="account")
    return {"name": name, "phone": phone, "staff_id": staff_id}


def _record(session: Session, by: Actor, verb: str, charge_id: UUID, at: datetime, effect: UUID, duty: Duty) -> None:
    journal.record(session, by, verb, at=at, subject="person_in_charge", subject_id=charge_id, gesture=effect, facts={"duty": duty.value})
