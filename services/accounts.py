"""Staff accounts: made, given a new password, closed; the names of those who left stay on what they did."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Role, Staff, new_id
from services import staff
from services.refusals import FactMissing, FactWrong
from services.texts import plain

_staff = Staff.__table__  # type: ignore[attr-defined]
_LOGIN: Final = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
SHORTEST_PASSWORD: Final = 10


@dataclass(frozen=True, slots=True)
class Account:
    """An account as the list of staff shows it."""

    staff_id: UUID
    login: str
    name: str
    role: Role
    hall_id: UUID | None
    disabled_at: datetime | None


def check_password(password: str) -> str:
    """Give the password back if it is long enough. Raises FactWrong."""
    if not SHORTEST_PASSWORD <= len(password) <= 200 or password.isspace():  # noqa: PLR2004  argon2 takes any length; a form does not
        raise FactWrong(field="password")
    return password


def add(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    password_hash: str,
    at: datetime,
    hall_id: UUID | None = None,
    township_id: UUID | None = None,
    district_id: UUID | None = None,
) -> UUID:
    """Make an account. Raises FactWrong (login taken or not plain letters and digits), FactMissing (hall, township or district)."""
    login = login.strip().lower()
    if not _LOGIN.fullmatch(login) or session.execute(sa.select(_staff.c.id).where(_staff.c.login == login)).first():
        raise FactWrong(field="login")
    if not (name := plain(name, 40)):
        raise FactMissing(field="name")
    place = {Role.TOWNSHIP: township_id, Role.DISTRICT: district_id}.get(role, hall_id)
    if place is None:
        raise FactMissing(field="role")
    staff_id = new_id()
    session.execute(
        sa.insert(_staff),
        {
            "id": staff_id,
            "hall_id": hall_id,
            "township_id": township_id,
            "district_id": district_id,
            "login": login,
            "name": name,
            "role": role,
            "password_hash": password_hash,
            "made_at": at,
        },
    )
    return staff_id


def new_password(session: Session, *, login: str, password_hash: str, at: datetime) -> None:
    """Give an account a new password; its open sessions end. Raises FactWrong for an unknown account."""
    staff_id = _id_of(session, login)
    session.execute(sa.update(_staff).where(_staff.c.id == staff_id).values(password_hash=password_hash))
    staff.end_all(session, staff_id=staff_id, at=at)


def close(session: Session, *, login: str, at: datetime) -> None:
    """Close an account: its open pages end with their next step. Raises FactWrong for an unknown account."""
    staff_id = _id_of(session, login)
    session.execute(sa.update(_staff).where(_staff.c.id == staff_id, _staff.c.disabled_at.is_(None)).values(disabled_at=at))
    staff.end_all(session, staff_id=staff_id, at=at)


def reopen(session: Session, *, login: str) -> None:
    """Open a closed account again. Raises FactWrong for an unknown account."""
    session.execute(sa.update(_staff).where(_staff.c.id == _id_of(session, login)).values(disabled_at=None))


def everyone(session: Session) -> list[Account]:
    """List the accounts by login."""
    columns = (_staff.c.id, _staff.c.login, _staff.c.name, _staff.c.role, _staff.c.hall_id, _staff.c.disabled_at)
    return [Account(*row) for row in session.execute(sa.select(*columns).order_by(_staff.c.login))]


def _id_of(session: Session, login: str) -> UUID:
    row = session.execute(sa.select(_staff.c.id).where(_staff.c.login == login.strip().lower())).one_or_none()
    if row is None:
        raise FactWrong(field="login")
    return UUID(str(row.id))
