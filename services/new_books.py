"""新书架: titles whose first copy came into the house in the last 90 days, the newest first, and where they are now (R56)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Item, Medium
from services import catalogue
from services.catalogue import Find

_item = Item.__table__  # type: ignore[attr-defined]

NEW_FOR: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Shelf:
    """How many titles are new, and the newest of them; of a set the first volume at hand."""

    count: int
    finds: tuple[Find, ...]


_firsts = (
    sa.select(_item.c.title_id, sa.func.min(_item.c.registered_at).label("first"))
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.item_class == Medium.BOOK)
    .group_by(_item.c.title_id)
    .having(sa.func.min(_item.c.registered_at) > bindparam("since"), sa.func.max(sa.case((catalogue.IS_GONE == 0, 1), else_=0)) == 1)
    .order_by(sa.desc("first"), _item.c.title_id)
)


def shelf(session: Session, *, hall_id: UUID, at: datetime, most: int) -> Shelf:
    """Give the shelf; a title whose copies are all gone again is not on it."""
    ids = [row.title_id for row in session.execute(_firsts, {"hall_id": hall_id, "since": at - NEW_FOR})]
    found: dict[UUID, Find] = {}
    for find in catalogue.finds(session, hall_id, ids[:most], at):
        if find.title_id not in found or (find.free and not found[find.title_id].free):
            found[find.title_id] = find
    return Shelf(len(ids), tuple(found.values())[:most])
