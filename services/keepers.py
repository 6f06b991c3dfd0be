"""The accounts of one hall in the hands of its head (负责人): made, changed, given a new password, closed, opened again.

Passwords are drawn and hashed before a transaction begins (services/accounts.py); shown once, kept nowhere.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Role, Staff, StaffSession
from services import accounts, approvals, journal, staff
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, LastAdmin, NotAllowed
from services.texts import plain

_staff = Staff.__table__  # type: ignore[attr-defined]
_session = StaffSession.__table__  # type: ignore[attr-defined]

ROLES: Final = (Role.KEEPER, Role.ADMIN)
# Nothing that is read aloud or copied by hand in two ways: no 0 and o, no 1, l and i.
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Account:
    """An account in the list; `last_seen` is the last time its owner worked, `signed_in` whether a session is open now."""

    staff_id: UUID
    login: str
    name: str
    role: Role
    made_at: datetime
    disabled_at: datetime | None
    last_seen: datetime | None
    signed_in: bool


def draw_password() -> str:
    """Draw a password that can be copied from a screen by hand: three groups of four, about 59 bits."""
    return "-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(3))


def everyone(session: Session, *, at: datetime, by: Actor) -> list[Account]:
    """List the hall's accounts, the open ones first. Raises NotAllowed."""
    approvals.require_admin(session, by)
    live = sa.and_(_session.c.ended_at.is_(None), _session.c.seen_at > at - staff.IDLE, _session.c.made_at > at - staff.LONGEST)
    rows = session.execute(
        sa.select(
            *(_staff.c[name] for name in ("id", "login", "name", "role", "made_at", "disabled_at")),
            sa.select(sa.func.max(_session.c.seen_at)).where(_session.c.staff_id == _staff.c.id).scalar_subquery(),
            sa.exists().where(_session.c.staff_id == _staff.c.id, live),
        )
        .where(_staff.c.hall_id == by.hall_id)
        .order_by(_staff.c.disabled_at.is_not(None), _staff.c.made_at, _staff.c.login)
    )
    return [Account(*row) for row in rows]


def appoint(session: Session, *, login: str, name: str, role: Role, password_hash: str, at: datetime, gesture: UUID, by: Actor) -> bool:
    """Make an account; False when this gesture has made it before, with another password. Raises NotAllowed, FactWrong, FactMissing."""
    _admins(session, by)
    effect = journal.gesture_key(gesture, "account_make")
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return False
    if role not in ROLES:
        raise FactWrong(field="role")
    staff_id = accounts.add(session, login=login, name=name, role=role, password_hash=password_hash, at=at, hall_id=by.hall_id)
    _record(session, by, "account_make", staff_id, at, effect, role=role.value)
    return True


def change(session: Session, *, staff_id: UUID, name: str, role: Role, at: datetime, gesture: UUID, by: Actor) -> None:
    """Correct a name or give another role; both hold from the next step on. Raises NotAllowed, ChangedMeanwhile, FactMissing, LastAdmin."""
    admins = _admins(session, by)
    effect = journal.gesture_key(gesture, "account_change", staff_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    row = _account(session, staff_id, by)
    if not (name := plain(name, 40)):
        raise FactMissing(field="name")
    if role not in ROLES:
        raise FactWrong(field="role")
    if role is not Role.ADMIN:
        _refuse_last(admins, staff_id)
    session.execute(sa.update(_staff).where(_staff.c.id == staff_id).values(name=name, role=role))
    _record(session, by, "account_change", staff_id, at, effect, was=row.role.value, role=role.value)


def reset(session: Session, *, staff_id: UUID, password_hash: str, at: datetime, gesture: UUID, by: Actor) -> bool:
    """Give an account a new password; its open pages end. False when this gesture has done it before, with another password.

    Raises NotAllowed, ChangedMeanwhile.
    """
    _admins(session, by)
    effect = journal.gesture_key(gesture, "account_reset", staff_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return False
    accounts.new_password(session, login=_account(session, staff_id, by).login, password_hash=password_hash, at=at)
    _record(session, by, "account_reset", staff_id, at, effect)
    return True


def dismiss(session: Session, *, staff_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Close an account: its open pages end at once, its name stays on what was done. Raises NotAllowed, ChangedMeanwhile, LastAdmin."""
    admins = _admins(session, by)
    effect = journal.gesture_key(gesture, "account_close", staff_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    row = _account(session, staff_id, by)
    if row.disabled_at is not None:
        raise ChangedMeanwhile
    _refuse_last(admins, staff_id)
    accounts.close(session, login=row.login, at=at)
    _record(session, by, "account_close", staff_id, at, effect)


def restore(session: Session, *, staff_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Open a closed account again, with the password it had. Raises NotAllowed, ChangedMeanwhile."""
    _admins(session, by)
    effect = journal.gesture_key(gesture, "account_open", staff_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    row = _account(session, staff_id, by)
    if row.disabled_at is None:
        raise ChangedMeanwhile
    accounts.reopen(session, login=row.login)
    _record(session, by, "account_open", staff_id, at, effect)


def _admins(session: Session, by: Actor) -> set[UUID]:
    """Lock the heads of the hall in one order, so that two of them never close each other's accounts. Raises NotAllowed."""
    heads = (_staff.c.hall_id == by.hall_id, _staff.c.role == Role.ADMIN, _staff.c.disabled_at.is_(None))
    admins = set(session.execute(sa.select(_staff.c.id).where(*heads).order_by(_staff.c.id).with_for_update(key_share=True)).scalars())
    if not by.is_staff or by.staff_id not in admins:
        raise NotAllowed
    return admins


def _refuse_last(admins: set[UUID], staff_id: UUID) -> None:
    if admins == {staff_id}:
        raise LastAdmin


def _account(session: Session, staff_id: UUID, by: Actor) -> Any:
    row = session.execute(sa.select(_staff).where(_staff.c.id == staff_id, _staff.c.hall_id == by.hall_id)).one_or_none()
    if row is None:
        raise ChangedMeanwhile
    return row


def _record(session: Session, by: Actor, verb: str, staff_id: UUID, at: datetime, effect: UUID, **facts: str) -> None:
    journal.record(session, by, verb, at=at, subject="staff", subject_id=staff_id, gesture=effect, facts=facts)
