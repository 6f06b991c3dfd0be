"""The policy of the house for events: yardsticks, when the planner reminds, and how many seats a screen gives to guests."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import EventRules, GuestRules
from services import approvals, journal
from services.journal import Actor
from services.refusals import FactWrong

_rules = EventRules.__table__  # type: ignore[attr-defined]
_guests = GuestRules.__table__  # type: ignore[attr-defined]

SANE: Final = {
    "new_titles": range(10_000), "reading_events": range(367), "first_days": range(2, 181), "second_days": range(1, 180),
    "guest_seats": range(1, 51), "guest_minutes": range(1, 241),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rules:
    """All of them, by the names the screen has for them."""

    new_titles: int = 60
    reading_events: int = 4
    first_days: int = 30
    second_days: int = 7
    guest_seats: int = 6
    guest_minutes: int = 10


def rules(session: Session, *, hall_id: UUID) -> Rules:
    """Read what holds; where nothing was ever set, what a new hall starts with."""
    said = session.execute(sa.select(_rules).where(_rules.c.hall_id == hall_id)).one_or_none()
    guests = session.execute(sa.select(_guests).where(_guests.c.hall_id == hall_id)).one_or_none()
    known = {name: getattr(said, name) for name in ("new_titles", "reading_events", "first_days", "second_days")} if said else {}
    return Rules(**known, **({"guest_seats": guests.most, "guest_minutes": guests.minutes} if guests else {}))


def change(session: Session, *, new: Rules, at: datetime, by: Actor) -> None:
    """Set all of them. Raises NotAllowed, FactWrong (the field that cannot be)."""
    approvals.require_admin(session, by)
    values = asdict(new)
    for field, sane in SANE.items():
        if values[field] not in sane:
            raise FactWrong(field=field)
    if new.second_days >= new.first_days:
        raise FactWrong(field="second_days")
    was = asdict(rules(session, hall_id=by.hall_id))
    guests = {"most": values.pop("guest_seats"), "minutes": values.pop("guest_minutes")}
    _put(session, _rules, by.hall_id, values)
    _put(session, _guests, by.hall_id, guests)
    facts = {"was": was, "now": asdict(new)}
    journal.record(session, by, "event_rules", at=at, subject="hall", subject_id=by.hall_id, facts=facts)


def _put(session: Session, table: Any, hall_id: UUID, values: dict[str, int]) -> None:
    if session.execute(sa.update(table).where(table.c.hall_id == hall_id).values(**values)).rowcount == 0:  # type: ignore[attr-defined]
        session.execute(sa.insert(table), {"hall_id": hall_id, **values})
