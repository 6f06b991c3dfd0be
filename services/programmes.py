"""The programme list of an event (节目单): its numbers in their order, how long it all takes, and what is rehearsed for it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import ActKind, Event, ProgrammeAct, Room, Sitting, new_id
from services import journal, sign_ups
from services.journal import Actor
from services.refusals import ChangedMeanwhile, EventGone, FactMissing, FactWrong, NotAllowed
from services.texts import plain

_act = ProgrammeAct.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]

LONGEST: Final = 240


@dataclass(frozen=True, slots=True)
class ActForm:
    """A number as the keeper writes it down."""

    title: str
    kind: ActKind
    performers: str = ""
    minutes: int = 5


@dataclass(frozen=True, slots=True)
class Act:
    """A number in its place."""

    id: UUID
    place: int
    form: ActForm


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """One time something is rehearsed for it."""

    event_id: UUID
    title: str
    room: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Programme:
    """The whole list."""

    acts: tuple[Act, ...]
    rehearsals: tuple[Rehearsal, ...]

    @property
    def minutes(self) -> int:
        """How long all numbers take together."""
        return sum(act.form.minutes for act in self.acts)


def programme(session: Session, *, event_id: UUID, by: Actor) -> Programme:
    """Give the list in its order, and the rehearsals that were not called off."""
    acts = [_of(row, place) for place, row in enumerate(_rows(session, event_id, by), 1)]
    rows = session.execute(
        sa.select(_event.c.id, _event.c.title, _room.c.name.label("room"), _sitting.c.starts_at, _sitting.c.ends_at)
        .join(_sitting, _sitting.c.event_id == _event.c.id)
        .join(_room, _room.c.id == _sitting.c.room_id)
        .where(_event.c.hall_id == by.hall_id, _event.c.programme_of_id == event_id, _sitting.c.cancelled_at.is_(None))
        .order_by(_sitting.c.starts_at)
    )
    return Programme(tuple(acts), tuple(Rehearsal(*row) for row in rows))


def add(session: Session, *, event_id: UUID, form: ActForm, at: datetime, gesture: UUID, by: Actor) -> UUID:
    """Put a number at the end. Raises NotAllowed, EventGone, FactMissing (act_title), FactWrong (minutes)."""
    if done := _begin(session, event_id, gesture, by):
        return UUID(done["act_id"])
    columns, rows = _checked(form), _rows(session, event_id, by)
    act_id, last = new_id(), rows[-1].position if rows else 0
    row = {"id": act_id, "hall_id": by.hall_id, "event_id": event_id, "position": last + 1, "team_id": None, "removed_at": None}
    session.execute(sa.insert(_act), {**row, **columns})
    _write_down(session, "programme_add", event_id, act_id, at, gesture, by)
    return act_id


def change(session: Session, *, act_id: UUID, form: ActForm, at: datetime, gesture: UUID, by: Actor) -> None:
    """Correct a number. Raises as `add`, and ChangedMeanwhile when it was taken off."""
    event_id = _event_of(session, act_id, by)
    if _begin(session, event_id, gesture, by):
        return
    _update(session, act_id, **_checked(form))
    _write_down(session, "programme_change", event_id, act_id, at, gesture, by)


def remove(session: Session, *, act_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """Take a number off the list. Raises NotAllowed, EventGone, ChangedMeanwhile."""
    event_id = _event_of(session, act_id, by)
    if _begin(session, event_id, gesture, by):
        return
    _update(session, act_id, removed_at=at)
    _write_down(session, "programme_remove", event_id, act_id, at, gesture, by)


def shift(session: Session, *, act_id: UUID, up: bool, at: datetime, gesture: UUID, by: Actor) -> None:
    """Let a number change places with the one before or after it; the first and the last stay. Raises as `remove`."""
    event_id = _event_of(session, act_id, by)
    if _begin(session, event_id, gesture, by):
        return
    rows = _rows(session, event_id, by)
    place = next((place for place, row in enumerate(rows) if row.id == act_id), None)
    if place is None:
        raise ChangedMeanwhile
    other = place - 1 if up else place + 1
    if 0 <= other < len(rows):
        # Through a place nobody has: the law of one number to a place holds at every step.
        _update(session, act_id, position=rows[-1].position + 1)
        _update(session, rows[other].id, position=rows[place].position)
        _update(session, act_id, position=rows[other].position)
    _write_down(session, "programme_shift", event_id, act_id, at, gesture, by)


def _begin(session: Session, event_id: UUID, gesture: UUID, by: Actor) -> dict[str, Any] | None:
    """Hold the event, and give what this gesture has done already."""
    if not by.is_staff:
        raise NotAllowed
    event = sign_ups.lock(session, by.hall_id, event_id)
    done = journal.before(session, hall_id=by.hall_id, gesture=journal.gesture_key(gesture, "programme", event_id)).done
    if done is None and event.cancelled_at:
        raise EventGone
    return done


def _event_of(session: Session, act_id: UUID, by: Actor) -> UUID:
    found = session.execute(sa.select(_act.c.event_id).where(_act.c.id == act_id, _act.c.hall_id == by.hall_id)).scalar_one_or_none()
    if not isinstance(found, UUID):
        raise ChangedMeanwhile
    return found


def _rows(session: Session, event_id: UUID, by: Actor) -> Sequence[Any]:
    mine = sa.select(_act).where(_act.c.hall_id == by.hall_id, _act.c.event_id == event_id, _act.c.removed_at.is_(None))
    return session.execute(mine.order_by(_act.c.position)).all()


def _of(row: Any, place: int) -> Act:
    return Act(row.id, place, ActForm(row.title, row.kind, row.performers, row.minutes))


def _checked(form: ActForm) -> dict[str, Any]:
    columns = asdict(form) | {"title": plain(form.title, 60), "performers": plain(form.performers, 120)}
    if not columns["title"]:
        raise FactMissing(field="act_title")
    if not 1 <= form.minutes <= LONGEST:
        raise FactWrong(field="minutes")
    return columns


def _update(session: Session, act_id: UUID, **values: Any) -> None:
    done = session.execute(sa.update(_act).where(_act.c.id == act_id, _act.c.removed_at.is_(None)).values(**values))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile


def _write_down(session: Session, verb: str, event_id: UUID, act_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    key, facts = journal.gesture_key(gesture, "programme", event_id), {"act_id": str(act_id)}
    journal.record(session, by, verb, at=at, subject="programme_act", subject_id=act_id, gesture=key, facts=facts)
