"""What befalls a thing: lost and found, damaged and mended, withdrawn for good; each a row with who, when and why."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Condition, ItemCondition
from services import journal
from services.journal import Actor

_condition = ItemCondition.__table__  # type: ignore[attr-defined]

# A thing that turns up is no longer missing (rules.md §3: found first, then treated as free).
MISSING = frozenset({Condition.LOST, Condition.CLAIMS_RETURNED})

_end_missing = (
    sa.update(_condition)
    .where(
        _condition.c.hall_id == bindparam("of_hall"),
        _condition.c.item_id == bindparam("of_item"),
        _condition.c.condition.in_(MISSING),
        _condition.c.ended_at.is_(None),
    )
    .values(ended_at=bindparam("at"))
)


def found(session: Session, *, item_id: UUID, at: datetime, by: Actor) -> bool:
    """End what says the thing is missing; False when nothing said so."""
    done = session.execute(_end_missing, {"of_hall": by.hall_id, "of_item": item_id, "at": at})
    if not done.rowcount:  # type: ignore[attr-defined]
        return False
    journal.record(session, by, "found", at=at, subject="item", subject_id=item_id)
    return True
