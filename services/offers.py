"""开放项目: what is offered in the rooms now; what is offered no more stays known for the closures it once had."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Medium, OpenItem, OpenItemStop, new_id
from services import journal, timeline
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed, ReasonMissing
from services.texts import plain

_item = OpenItem.__table__  # type: ignore[attr-defined]
_stop = OpenItemStop.__table__  # type: ignore[attr-defined]

OFFERED = ~sa.exists().where(_stop.c.open_item_id == _item.c.id, _stop.c.hall_id == _item.c.hall_id, _stop.c.resumed_at.is_(None))
"""Of a question about open items: those that are offered."""


def add(session: Session, *, room_id: UUID, name: str, lends: Medium | None = None, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Offer something in a room, or offer again what was stopped. `lends`: what it lends and takes back.

    Raises NotAllowed, FactWrong (room; offered there already), FactMissing (name).
    """
    effect = _begin(session, room_id, "service_add", gesture, by)
    if (done := journal.before(session, hall_id=by.hall_id, gesture=effect).done) is not None:
        return UUID(done["open_item_id"])
    if not (name := plain(name, 40)):
        raise FactMissing(field="service")
    mine = (_item.c.hall_id == by.hall_id, _item.c.room_id == room_id, _item.c.name == name)
    old = session.execute(sa.select(_item.c.id).where(*mine)).scalar_one_or_none()
    if old is None:
        item_id = new_id()
        row = {"id": item_id, "hall_id": by.hall_id, "room_id": room_id, "name": name, "lends": lends}
        session.execute(sa.insert(_item), row)
    else:
        item_id = UUID(str(old))
        again = session.execute(sa.update(_stop).where(*_now(item_id, by)).values(resumed_at=at))
        if again.rowcount != 1:  # type: ignore[attr-defined]
            raise FactWrong(field="service")
        session.execute(sa.update(_item).where(_item.c.id == item_id).values(lends=lends))
    facts = {"open_item_id": str(item_id), "name": name}
    journal.record(session, by, "service_add", at=at, subject="room", subject_id=room_id, gesture=effect, facts=facts)
    return item_id


def stop(session: Session, *, open_item_id: UUID, reason: str, at: datetime, gesture: UUID, by: Actor) -> None:
    """Offer it no more. Raises NotAllowed, ReasonMissing, FactWrong (none of this hall), ChangedMeanwhile (stopped already)."""
    row = session.execute(sa.select(_item.c.room_id, _item.c.name).where(_item.c.id == open_item_id, _item.c.hall_id == by.hall_id))
    if (item := row.one_or_none()) is None:
        raise FactWrong(field="service")
    effect = _begin(session, item.room_id, "service_stop", gesture, by)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not (reason := plain(reason, 200)):
        raise ReasonMissing
    if session.execute(sa.select(_stop.c.id).where(*_now(open_item_id, by))).first():
        raise ChangedMeanwhile
    new = {"id": new_id(), "hall_id": by.hall_id, "open_item_id": open_item_id, "stopped_at": at, "reason": reason}
    session.execute(sa.insert(_stop), {**new, "staff_id": by.staff_id, "resumed_at": None})
    facts = {"name": item.name}
    journal.record(
        session, by, "service_stop", at=at, subject="room", subject_id=item.room_id, gesture=effect, facts=facts, reason=reason
    )  # fmt: skip


def _begin(session: Session, room_id: UUID, verb: str, gesture: UUID, by: Actor) -> UUID:
    if not by.is_staff:
        raise NotAllowed
    timeline.hold(session, hall_id=by.hall_id, room_ids=[room_id])
    return journal.gesture_key(gesture, verb, room_id)


def _now(item_id: UUID, by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    return _stop.c.hall_id == by.hall_id, _stop.c.open_item_id == item_id, _stop.c.resumed_at.is_(None)
