"""The hall's own classes of equipment: letters, a name, and the GB/T 14885 code where it is known (R48)."""

import csv
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import EquipmentClass, Item, Medium, Title, new_id
from services import journal
from services.journal import Actor
from services.refusals import FactWrong, NotAllowed
from services.settings import HOUSE
from services.texts import fact

_class = EquipmentClass.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]

_USUAL: Final = HOUSE / "assets" / "policy" / "equipment_classes.csv"
_LETTERS: Final = re.compile(r"[A-Z]{2,4}")
_GB14885: Final = re.compile(r"(A[0-9]{2,11})?")


@dataclass(frozen=True, slots=True)
class ClassLine:
    """One class, and how many numbers stand in it."""

    code: str
    name: str
    gb14885: str
    things: int


def classes(session: Session, *, hall_id: UUID) -> list[ClassLine]:
    """List the hall's classes in their order."""
    return [ClassLine(*row) for row in session.execute(_classes, {"hall_id": hall_id})]


def set_up(session: Session, hall_id: UUID) -> None:
    """Give a hall the classes most halls have, those it lacks; a hall's own names stay."""
    there = set(session.execute(sa.select(_class.c.code).where(_class.c.hall_id == hall_id)).scalars())
    with _USUAL.open(encoding="utf-8") as table:
        rows = [
            {"id": new_id(), "hall_id": hall_id, "position": place, **row}
            for place, row in enumerate(csv.DictReader(table))
            if row["code"] not in there
        ]
    if rows:
        session.execute(sa.insert(_class), rows)


def take_usual(session: Session, *, at: datetime, gesture: UUID, by: Actor) -> None:
    """Take over the usual classes by one tap. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "usual_classes")
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    set_up(session, by.hall_id)
    journal.record(session, by, "classes_usual", at=at, subject="hall", subject_id=by.hall_id, gesture=effect)


def put(session: Session, *, code: str, name: str, gb14885: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Add a class, or write the name of one anew. Raises NotAllowed, FactMissing (name), FactWrong (letters, name, code)."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "class", code)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    code, gb14885 = code.strip().upper(), gb14885.strip().upper()
    if not _LETTERS.fullmatch(code):
        raise FactWrong(field="class_letters")
    if not _GB14885.fullmatch(gb14885):
        raise FactWrong(field="gb14885")
    said = {"name": fact(name, "class_name", 40, needed=True), "gb14885": gb14885}
    mine = sa.update(_class).where(_class.c.hall_id == by.hall_id, _class.c.code == code).values(**said)
    if not session.execute(mine).rowcount:  # type: ignore[attr-defined]
        last = session.execute(sa.select(sa.func.max(_class.c.position)).where(_class.c.hall_id == by.hall_id)).scalar()
        place = -1 if last is None else int(last)
        session.execute(sa.insert(_class), {"id": new_id(), "hall_id": by.hall_id, "code": code, "position": place + 1, **said})
    journal.record(session, by, "class_put", at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts={"code": code, **said})


def require(session: Session, *, hall_id: UUID, code: str) -> str:
    """Give the GB/T 14885 code of a class. Raises FactWrong (no such class here)."""
    row = session.execute(sa.select(_class.c.gb14885).where(_class.c.hall_id == hall_id, _class.c.code == code)).one_or_none()
    if row is None:
        raise FactWrong(field="class_code")
    return str(row.gb14885)


_things = (
    sa.select(sa.func.count())
    .select_from(_item)
    .join(_title, _title.c.id == _item.c.title_id)
    .where(_item.c.hall_id == _class.c.hall_id, _title.c.class_code == _class.c.code, _title.c.medium == Medium.EQUIPMENT)
    .scalar_subquery()
)
_classes = (
    sa.select(_class.c.code, _class.c.name, _class.c.gb14885, _things.label("things"))
    .where(_class.c.hall_id == bindparam("hall_id"))
    .order_by(_class.c.position, _class.c.code)
)
