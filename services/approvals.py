"""Who may approve: the room's person in charge, or an admin (rules.md §3). In a hall with one keeper that may be the same person."""

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import PersonInCharge, Role, Staff
from services.journal import Actor
from services.refusals import ApproverNotAllowed, NotAllowed

_staff = Staff.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]
_in_charge = (
    sa.exists()
    .where(
        _charge.c.staff_id == _staff.c.id,
        _charge.c.hall_id == bindparam("hall_id"),
        _charge.c.room_id == bindparam("room_id"),
        _charge.c.from_day <= bindparam("day"),
        sa.or_(_charge.c.to_day.is_(None), _charge.c.to_day >= bindparam("day")),
    )
    .label("in_charge")
)
_approver = sa.select(_staff.c.role, _in_charge).where(
    _staff.c.id == bindparam("staff_id"), _staff.c.hall_id == bindparam("hall_id"), _staff.c.disabled_at.is_(None)
)


def require(session: Session, *, staff_id: UUID, hall_id: UUID, room_id: UUID, day: date) -> None:
    """Raises ApproverNotAllowed unless this member of staff may approve for the room on that day."""
    row = session.execute(_approver, {"staff_id": staff_id, "hall_id": hall_id, "room_id": room_id, "day": day}).one_or_none()
    if row is None or not (row.role is Role.ADMIN or row.in_charge):
        raise ApproverNotAllowed


def require_admin(session: Session, by: Actor) -> None:
    """Raises NotAllowed unless the head of this hall (负责人) acts, with an account that is open."""
    mine = (_staff.c.id == by.staff_id, _staff.c.hall_id == by.hall_id, _staff.c.role == Role.ADMIN, _staff.c.disabled_at.is_(None))
    if not by.is_staff or session.execute(sa.select(_staff.c.id).where(*mine)).first() is None:
        raise NotAllowed
