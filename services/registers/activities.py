"""11 活动记录 and 12 培训班与排练登记: what was written down after each sitting, and the courses and rehearsals with their heads."""

from collections.abc import Iterator
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import ActivityPhoto, ActivityRecord, Attendance, Event, EventKind, Photo, Room, SignUp, SignUpState, Sitting
from services.registers.register import Frame, Line, Register, day, stream

_event = Event.__table__  # type: ignore[attr-defined]
_programme = _event.alias("programme")
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_record = ActivityRecord.__table__  # type: ignore[attr-defined]
_photo = ActivityPhoto.__table__  # type: ignore[attr-defined]
_picture = Photo.__table__  # type: ignore[attr-defined]
_attendance = Attendance.__table__  # type: ignore[attr-defined]
_sign_up = SignUp.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]


def records(session: Session, frame: Frame) -> Iterator[Line]:
    """Each sitting that was written down, in its newest version, by the day it was held."""
    for row in stream(session, _written, frame.days()):
        kind = frame.words.say(f"event_kind.{row.kind}")
        yield Line(row.day, (
            day(row.day), row.title, f"{kind}（{row.topic}）" if row.topic else kind, row.room, row.host, row.in_charge, row.teacher,
            row.people, f"{row.elders}/{row.minors}/{row.women}", row.content, row.photos or "", "", row.feedback,
        ))  # fmt: skip


def courses(session: Session, frame: Frame) -> Iterator[Line]:
    """Each course and each series of rehearsals with a sitting in the period: lessons, who signed up, how many came each time."""
    seats = dict(session.execute(_seats, {"hall_id": frame.hall_id}).all())
    heads = _heads(session, frame)
    for _, sittings in groupby(stream(session, _lessons, frame.days()), key=lambda row: row.id):
        lessons = list(sittings)
        event = lessons[0]
        rehearsal = event.kind is EventKind.REHEARSAL
        feedback = next((row.feedback for row in reversed(lessons) if row.feedback), "")
        yield Line(None, (
            event.title, frame.words.say(f"art.{event.art}") if event.art else "", event.number, event.teacher, len(lessons),
            seats.get(event.id, ""), "、".join(_came(row, heads) for row in lessons), feedback, event.programme or "",
            "、".join(day(row.day) for row in lessons) if rehearsal else "",
        ))  # fmt: skip


REGISTERS: Final = (
    Register("11", records, (6.5, 11, 9, 8, 8, 5, 6, 4.5, 6, 20, 4, 4, 14)),
    Register("12", courses, (14, 5, 4, 6, 4, 5, 16, 16, 14, 16), by_days=False),
)

_newest = (
    sa.select(sa.func.max(_record.c.version))
    .where(_record.c.hall_id == _sitting.c.hall_id, _record.c.sitting_id == _sitting.c.id)
    .correlate(_sitting)
    .scalar_subquery()
)
_photos = (
    sa.select(sa.func.count())
    .select_from(_photo.join(_picture, _picture.c.id == _photo.c.photo_id))
    .where(_picture.c.removed_at.is_(None), _photo.c.hall_id == _sitting.c.hall_id, _photo.c.sitting_id == _sitting.c.id)
    .correlate(_sitting)
    .scalar_subquery()
    .label("photos")
)
_its_record = sa.and_(_record.c.hall_id == _sitting.c.hall_id, _record.c.sitting_id == _sitting.c.id, _record.c.version == _newest)
_in_period = (
    _sitting.c.hall_id == bindparam("hall_id"), _sitting.c.day >= bindparam("since"), _sitting.c.day < bindparam("until"),
)  # fmt: skip
_written = (
    sa.select(
        _sitting.c.day, _event.c.title, _event.c.kind, _event.c.topic, _event.c.host, _event.c.in_charge, _event.c.teacher,
        _room.c.name.label("room"), _record.c.people, _record.c.elders, _record.c.minors, _record.c.women, _record.c.content,
        _record.c.feedback, _photos,
    )
    .join(_event, _event.c.id == _sitting.c.event_id)
    .join(_room, _room.c.id == _sitting.c.room_id)
    .join(_record, _its_record)
    .where(*_in_period)
    .order_by(_sitting.c.day, _sitting.c.starts_at, _sitting.c.id)
)  # fmt: skip
by_kind = sa.select(_written.subquery().c.kind, sa.func.count()).group_by(sa.column("kind"))
"""The lines of register 11 counted by the kind of event; asked with `Frame.days`."""
_lessons = (
    sa.select(
        _event.c.id, _event.c.title, _event.c.kind, _event.c.art, _event.c.number, _event.c.teacher, _sitting.c.id.label("sitting_id"),
        _sitting.c.day, _record.c.people, _record.c.feedback, _programme.c.title.label("programme"),
    )
    .join(_event, _event.c.id == _sitting.c.event_id)
    .outerjoin(_record, _its_record)
    .outerjoin(_programme, _programme.c.id == _event.c.programme_of_id)
    .where(
        *_in_period, _event.c.kind.in_((EventKind.TRAINING, EventKind.REHEARSAL)), _event.c.cancelled_at.is_(None),
        _sitting.c.cancelled_at.is_(None),
    )
    .order_by(_event.c.number, _sitting.c.number)
)  # fmt: skip
_seats = (
    sa.select(_sign_up.c.event_id, sa.func.count())
    .where(_sign_up.c.hall_id == bindparam("hall_id"), _sign_up.c.state == SignUpState.SEATED)
    .group_by(_sign_up.c.event_id)
)
_arrived = (
    sa.select(_attendance.c.sitting_id, sa.func.count())
    .where(_attendance.c.hall_id == bindparam("hall_id"))
    .group_by(_attendance.c.sitting_id)
)


def _heads(session: Session, frame: Frame) -> dict[UUID, int]:
    return {row[0]: int(row[1]) for row in session.execute(_arrived, {"hall_id": frame.hall_id})}


def _came(row: Any, heads: dict[UUID, int]) -> str:
    """What was written down counts; before that, who was checked in."""
    return str(row.people if row.people is not None else heads.get(row.sitting_id) or "—")
