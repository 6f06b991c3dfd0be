"""Equipment kept for an event: no two events have the same drum at the same hour, and what is let go is free again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import EventThing, Item, Medium, Sitting, Title, new_id
from services.journal import Actor
from services.refusals import ThingKept, UnknownCode
from services.spans import Span

_kept = EventThing.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A thing, or so many of a counted set."""

    item_id: UUID
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class KeptThing:
    """A thing that is kept for an event."""

    item_id: UUID
    name: str
    number: str
    quantity: int


def keep(session: Session, *, event_id: UUID, spans: Sequence[Span[datetime]], things: Sequence[Wanted], at: datetime, by: Actor) -> None:
    """Keep things for all sittings of an event. Raises UnknownCode (no equipment of this hall), ThingKept (for another event meanwhile)."""
    for wanted in sorted(things, key=lambda thing: thing.item_id.bytes):
        _refuse_too_many(session, _locked(session, wanted.item_id, by), wanted.quantity, event_id, spans, by)
        row = {"id": new_id(), "hall_id": by.hall_id, "event_id": event_id, "item_id": wanted.item_id, "quantity": wanted.quantity}
        session.execute(sa.insert(_kept), {**row, "kept_at": at, "freed_at": None})


def change(session: Session, *, event_id: UUID, spans: Sequence[Span[datetime]], things: Sequence[Wanted], at: datetime, by: Actor) -> None:
    """Keep these and let go of the others; raises as `keep`."""
    had = {one.item_id: one.quantity for one in kept_for(session, event_id=event_id, hall_id=by.hall_id)}
    wanted = {one.item_id: one.quantity for one in things}
    for item_id in (item_id for item_id in had if had[item_id] != wanted.get(item_id)):
        free(session, event_id=event_id, at=at, by=by, item_id=item_id)
    keep(session, event_id=event_id, spans=spans, things=[one for one in things if had.get(one.item_id) != one.quantity], at=at, by=by)


def refuse_kept(session: Session, *, event_id: UUID, spans: Sequence[Span[datetime]], by: Actor) -> None:
    """Raises ThingKept when a thing of this event is kept for another one in these spans."""
    mine = sa.select(_kept.c.item_id, _kept.c.quantity).where(_kept.c.event_id == event_id, _kept.c.freed_at.is_(None))
    for row in session.execute(mine.order_by(_kept.c.item_id)).all():
        _refuse_too_many(session, _locked(session, row.item_id, by), row.quantity, event_id, spans, by)


def free(session: Session, *, event_id: UUID, at: datetime, by: Actor, item_id: UUID | None = None) -> None:
    """Let go of everything kept for an event, or of one thing."""
    whose = (_kept.c.hall_id == by.hall_id, _kept.c.event_id == event_id, _kept.c.freed_at.is_(None))
    which = (_kept.c.item_id == item_id,) if item_id else ()
    session.execute(sa.update(_kept).where(*whose, *which).values(freed_at=at))


def kept_for(session: Session, *, event_id: UUID, hall_id: UUID) -> tuple[KeptThing, ...]:
    """Give what is kept for an event."""
    rows = session.execute(
        sa.select(_item.c.id, _title.c.name, _item.c.number, _kept.c.quantity)
        .join(_item, _item.c.id == _kept.c.item_id)
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_kept.c.hall_id == hall_id, _kept.c.event_id == event_id, _kept.c.freed_at.is_(None))
        .order_by(_item.c.number)
    )
    return tuple(KeptThing(row.id, row.name, row.number, row.quantity) for row in rows)


def equipment(session: Session, *, hall_id: UUID) -> dict[UUID, KeptThing]:
    """Give every piece of equipment that an event may have; of a counted set, all of it."""
    rows = session.execute(
        sa.select(_item.c.id, _title.c.name, _item.c.number, _item.c.quantity)
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_item.c.hall_id == hall_id, _item.c.item_class == Medium.EQUIPMENT)
        .order_by(_item.c.number)
    )
    return {row.id: KeptThing(row.id, row.name, row.number, row.quantity) for row in rows}


def _locked(session: Session, item_id: UUID, by: Actor) -> Any:
    """Two events that want one thing queue at its row."""
    row = session.execute(
        sa.select(_item.c.id, _item.c.quantity, _title.c.name)
        .join(_title, _title.c.id == _item.c.title_id)
        .where(_item.c.id == item_id, _item.c.hall_id == by.hall_id, _item.c.item_class == Medium.EQUIPMENT)
        .with_for_update(of=_item)
    ).one_or_none()
    if row is None:
        raise UnknownCode
    return row


def _refuse_too_many(session: Session, item: Any, quantity: int, event_id: UUID, spans: Sequence[Span[datetime]], by: Actor) -> None:
    frame = Span(min(span.start for span in spans), max(span.end for span in spans))
    others = session.execute(
        sa.select(_sitting.c.starts_at, _sitting.c.ends_at, _kept.c.quantity)
        .join(_kept, _kept.c.event_id == _sitting.c.event_id)
        .where(
            _kept.c.hall_id == by.hall_id, _kept.c.item_id == item.id, _kept.c.freed_at.is_(None), _kept.c.event_id != event_id,
            _sitting.c.cancelled_at.is_(None), _sitting.c.starts_at < frame.end, _sitting.c.ends_at > frame.start,
        )
    ).all()  # fmt: skip
    for span in spans:
        # All that touch the span together: more than are ever out at one moment, never fewer.
        meanwhile = sum(row.quantity for row in others if span.overlaps(Span(row.starts_at, row.ends_at)))
        if meanwhile + quantity > item.quantity:
            raise ThingKept(name=item.name)
