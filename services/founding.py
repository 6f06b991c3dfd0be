"""A new hall: an empty database with its laws, the hall's row, its rooms and hours, its policy and its first admin."""

import os
import re
import secrets
import sqlite3
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Engine
from sqlmodel import Session, SQLModel

from models import Hall, Role, Room, Staff
from services import care, clock, database, equipment_classes, furnishing, holidays, policy, schema
from services.refusals import FactWrong

START: Final = Path(__file__).resolve().parent.parent / "assets" / "start"
PRIVATE: Final = 0o600
# Read out on the phone and typed on a tablet: no signs that are mistaken for each other.
_CLEAR: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class Founder:
    """The first admin: who signs in, and with what."""

    login: str
    name: str
    password_hash: str


def open_or_make(url: str) -> Engine:
    """An engine on a database that has every table of this program; a missing SQLite file is made, private to its owner."""
    if (file := schema.file_of(url)) and not file.exists():
        _make_file(file)
    engine = database.engine_for(url)
    if schema.look(engine).fit in {schema.Fit.EMPTY, schema.Fit.STALE}:
        migrate(engine)
    return engine


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring the database up to this program, all of it or nothing."""
    database.write(engine, _migrated, revision=revision)


def _migrated(session: Session, *, revision: str) -> None:
    schema.upgrade(session.connection(), revision)


def _make_file(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.close(os.open(file, os.O_CREAT | os.O_EXCL, PRIVATE))
    connection = sqlite3.connect(file)
    # Kept in the file for good: the kiosk reads while the desk writes.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.close()


def found(session: Session, *, code: str, name: str, founder: Founder, at: datetime, plan: Path = START) -> UUID:
    """Make the hall and all it needs to lend its first book.

    Raises FactWrong for a code that is not 12 digits or an empty name.
    """
    if not re.fullmatch(r"[0-9]{12}", code):
        raise FactWrong(field="code")
    if not name.strip():
        raise FactWrong(field="name")
    hall = Hall(code=code, name=name.strip(), made_at=at)
    admin = Staff(hall_id=hall.id, login=founder.login, name=founder.name, role=Role.ADMIN, password_hash=founder.password_hash, made_at=at)
    furnishing.lay(session, [hall, admin, *holidays.start(hall.id), *_furniture(hall.id, plan, clock.local_day(at), admin)])
    policy.set_up(session, hall.id)
    equipment_classes.set_up(session, hall.id)
    care.set_up(session, hall.id, at)
    session.flush()
    return hall.id


def _furniture(hall_id: UUID, plan: Path, today: date, admin: Staff) -> list[SQLModel]:
    years = (today.year, today.year + 1)
    entries: list[dict[str, Any]] = furnishing.read_plan(plan, "rooms.json")
    for entry in entries:
        # A hall cannot open without somebody in charge; the first admin is, until others are named.
        entry.setdefault("person_in_charge", admin.name)
    week = furnishing.read_plan(plan, "opening_hours.json")
    week["holiday_overrides"] = furnishing.new_year_days(week.get("holiday_overrides", []), years)
    rows: list[SQLModel] = []
    for made in furnishing.rooms(hall_id, entries, today, lambda name: admin.id if name == admin.name else None).values():
        rows += made
        rows += [row for room in made if isinstance(room, Room) for row in furnishing.hours(room, week, years)]
    return rows


def new_password() -> str:
    """Sixteen signs in four groups: 79 bits, readable from a slip of paper."""
    return "-".join("".join(secrets.choice(_CLEAR) for _ in range(4)) for _ in range(4))


def keep_private(file: Path, text: str) -> None:
    """Write what only the owner of the account may read; the file is never readable by others, not for a moment."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(file, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, PRIVATE)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        os.fchmod(out.fileno(), PRIVATE)
        out.write(text)
