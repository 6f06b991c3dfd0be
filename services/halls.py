"""The hall this process serves."""

from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Hall, Item, Medium, Room

_hall = Hall.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]


class NoHall(Exception):  # noqa: N818  named for what it is
    """The database holds no hall, or several: `manage.py init` makes one, and a kiosk serves one."""


@dataclass(frozen=True, slots=True)
class HallFacts:
    """What a screen says of the hall; none of it changes while a process runs, or it matters little until the next start."""

    id: UUID
    code: str
    name: str
    address: str
    phone: str
    sample: bool


def here(session: Session) -> HallFacts:
    """Find the one hall of this database. Raises NoHall."""
    rows = session.execute(sa.select(_hall.c.id, _hall.c.code, _hall.c.name, _hall.c.address, _hall.c.phone, _hall.c.sample).limit(2)).all()
    if len(rows) != 1:
        raise NoHall
    return HallFacts(*rows[0])


def count(session: Session) -> int:
    """How many halls the database holds."""
    return int(session.execute(sa.select(sa.func.count()).select_from(_hall)).scalar_one())


def is_sample(session: Session) -> bool:
    """Whether everything in the database is the fictional village."""
    return bool(session.execute(sa.select(sa.func.min(sa.case((_hall.c.sample, 1), else_=0)))).scalar_one_or_none())


def rooms(session: Session, *, hall_id: UUID, medium: Medium) -> dict[UUID, str]:
    """Give the hall's rooms by id; first the one where most things of a kind have their place."""
    there = sa.and_(_item.c.hall_id == hall_id, _item.c.home_room_id == _room.c.id, _item.c.item_class == medium)
    held = sa.select(sa.func.count()).select_from(_item).where(there).correlate(_room).scalar_subquery()
    order = (held.desc(), _room.c.position, _room.c.code)
    found = session.execute(sa.select(_room.c.id, _room.c.name).where(_room.c.hall_id == hall_id).order_by(*order))
    return {row.id: row.name for row in found}
