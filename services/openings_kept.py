"""Planned openings held against the log: what was not kept (异常), and how many hours were (R53; rules.md §4)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AnomalyNote, AreaKind, Closure, ClosureHours, ClosureNotice, Hall, OpeningLog, OpeningRules, Room, RoomFunction
from services import clock, hours, journal
from services.calendars import Slot
from services.journal import Actor
from services.refusals import FactWrong, NotAllowed
from services.spans import Span, joined, without

_hall = Hall.__table__  # type: ignore[attr-defined]
_log = OpeningLog.__table__  # type: ignore[attr-defined]
_note = AnomalyNote.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_function = RoomFunction.__table__  # type: ignore[attr-defined]
_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]
_hours = ClosureHours.__table__  # type: ignore[attr-defined]
_rules = OpeningRules.__table__  # type: ignore[attr-defined]

READING_ROOM: Final = "图书室"
Stretch = Span[datetime]
_DAY: Final = timedelta(days=1)
_MOST_MINUTES, _HOURS_A_WEEK = 120, 168


class Kind(StrEnum):
    """What was wrong with a planned opening, or with its log."""

    NOT_OPENED = "not_opened"
    LATE = "late"
    EARLY = "early"
    INTERRUPTED = "interrupted"
    NOT_CLOSED = "not_closed"


@dataclass(frozen=True, slots=True)
class Anomaly:
    """A planned opening that was not kept, and why, when somebody said so."""

    room_id: UUID
    room: str
    planned: Stretch
    kind: Kind
    reason: str


@dataclass(frozen=True, slots=True)
class RoomDay:
    """One room on one day: a line of the opening log (register 10), without what was borrowed and who came."""

    room_id: UUID
    room: str
    day: date
    planned: tuple[Stretch, ...]
    real: tuple[tuple[datetime, datetime | None], ...]
    on_duty: str
    anomalies: tuple[Anomaly, ...]
    notices: tuple[int, ...]
    reason: str

    @property
    def planned_time(self) -> timedelta:
        """How long it should have been open after the plan."""
        return _length(self.planned)


@dataclass(frozen=True, slots=True)
class Meter:
    """Hours of one room in a week."""

    room_id: UUID
    room: str
    planned: timedelta
    real: timedelta
    yardstick: int | None
    """Hours a week it is held against; only rooms with a reading room are."""


@dataclass(frozen=True, slots=True)
class _Facts:
    """All that is needed to judge a stretch of days, read once."""

    rooms: Mapping[UUID, str]
    logs: Mapping[tuple[UUID, date], list[Any]]
    reasons: Mapping[tuple[UUID, datetime], str]
    notices: tuple[tuple[int, UUID | None, tuple[Stretch, ...]], ...]
    tolerance: timedelta
    at: datetime


def days(session: Session, *, hall_id: UUID, first: date, last: date, at: datetime) -> tuple[RoomDay, ...]:
    """Give every service room on every day from the first to the last, both counting."""
    known = _read(session, hall_id, first, last, at)
    stretch = [first + ahead * _DAY for ahead in range((last - first).days + 1)]
    return tuple(_room_day(session, known, room_id, day) for day in stretch for room_id in known.rooms)


def real_time(line: RoomDay, at: datetime) -> timedelta:
    """How long a room was really open on a day, as far as the day has passed."""
    return _length(_really(line, at))


def anomalies(session: Session, *, hall_id: UUID, first: date, last: date, at: datetime) -> tuple[Anomaly, ...]:
    """List what was not kept in these days, the newest first; nothing from before the hall was there and its log was begun."""
    if (first := max(first, begun(session, hall_id))) > last:
        return ()
    found = [one for line in days(session, hall_id=hall_id, first=first, last=last, at=at) for one in line.anomalies]
    return tuple(sorted(found, key=lambda one: one.planned.start, reverse=True))


def week(session: Session, *, hall_id: UUID, monday: date, at: datetime) -> tuple[Meter, ...]:
    """Add up a week: the hours planned before any closure, the hours really open, and the yardstick for rooms with a reading room."""
    lines = days(session, hall_id=hall_id, first=monday, last=monday + 6 * _DAY, at=at)
    known = _read(session, hall_id, monday, monday, at)
    reading = reading_rooms(session, hall_id)
    _, hours_a_week = rules(session, hall_id)
    found = []
    for room_id, name in known.rooms.items():
        mine = [line for line in lines if line.room_id == room_id]
        real = sum((real_time(line, at) for line in mine), timedelta())
        planned = sum((line.planned_time for line in mine), timedelta())
        found.append(Meter(room_id, name, planned, real, hours_a_week if room_id in reading else None))
    return tuple(found)


def rules(session: Session, hall_id: UUID) -> tuple[int, int]:
    """Give the tolerance in minutes and the yardstick in hours a week."""
    row = session.execute(sa.select(_rules.c.tolerance_min, _rules.c.week_hours).where(_rules.c.hall_id == hall_id)).one_or_none()
    return (row.tolerance_min, row.week_hours) if row else (15, 42)


def set_rules(session: Session, *, tolerance_min: int, week_hours: int, at: datetime, by: Actor) -> None:
    """Set what opening is held against. Raises NotAllowed, FactWrong (quantity)."""
    if not by.is_staff:
        raise NotAllowed
    if not (0 <= tolerance_min <= _MOST_MINUTES and 0 <= week_hours <= _HOURS_A_WEEK):
        raise FactWrong(field="quantity")
    was = rules(session, by.hall_id)
    new = {"tolerance_min": tolerance_min, "week_hours": week_hours}
    done: Any = session.execute(sa.update(_rules).where(_rules.c.hall_id == by.hall_id).values(new))
    if not done.rowcount:
        session.execute(sa.insert(_rules), {"hall_id": by.hall_id, **new})
    facts = {"was": list(was), "now": [tolerance_min, week_hours]}
    journal.record(session, by, "opening_rules", at=at, subject="hall", subject_id=by.hall_id, facts=facts)


def begun(session: Session, hall_id: UUID) -> date:
    """Give the day from which openings are held against the log: the hall was there, or its log was begun."""
    made = session.execute(sa.select(_hall.c.made_at).where(_hall.c.id == hall_id)).scalar_one_or_none()
    logged = session.execute(sa.select(sa.func.min(_log.c.day)).where(_log.c.hall_id == hall_id)).scalar_one()
    return min(clock.local_day(made) if made else date.max, logged or date.max)


def _room_day(session: Session, known: _Facts, room_id: UUID, day: date) -> RoomDay:
    slots = hours.calendar_of(session, room_id).slots_on(day)
    planned = tuple(Span(clock.instant(day, slot.start), clock.instant(day, slot.end)) for slot in slots)
    touching = [(number, spans) for number, room, spans in known.notices if room in {None, room_id} and _meet(spans, planned)]
    due = without(planned, joined(span for _, spans in touching for span in spans))
    logs = known.logs.get((room_id, day), [])
    found = tuple(_judged(known, room_id, span, logs) for span in due)
    wrong = [one for one in found if one is not None]
    if day < clock.local_day(known.at):
        wrong += [
            Anomaly(room_id, known.rooms[room_id], Span(log.opened_at, log.opened_at + _DAY), Kind.NOT_CLOSED, "")
            for log in logs
            if log.closed_at is None
        ]
    return RoomDay(
        room_id, known.rooms[room_id], day, planned, tuple((log.opened_at, log.closed_at) for log in logs),
        "、".join(dict.fromkeys(log.on_duty for log in logs)), tuple(wrong), tuple(number for number, _ in touching),
        "；".join(dict.fromkeys(log.reason for log in logs if log.reason)),
    )  # fmt: skip


def _judged(known: _Facts, room_id: UUID, planned: Stretch, logs: list[Any]) -> Anomaly | None:
    """Hold one planned opening against the log, as far as it has passed."""
    until = min(planned.end, known.at)
    if until <= planned.start + known.tolerance:
        return None
    open_ = joined(Span(log.opened_at, log.closed_at or max(planned.end, log.opened_at + _DAY)) for log in logs if _lasted(log))
    inside = [part for part in (span.within(Span(planned.start, until)) for span in open_) if part]
    kind = _kind(planned, until, inside, known.tolerance)
    reason = known.reasons.get((room_id, planned.start), "")
    return Anomaly(room_id, known.rooms[room_id], planned, kind, reason) if kind else None


def _lasted(log: Any) -> bool:
    return log.closed_at is None or log.closed_at > log.opened_at


def _kind(planned: Stretch, until: datetime, inside: list[Stretch], tolerance: timedelta) -> Kind | None:
    if not inside:
        return Kind.NOT_OPENED
    if inside[0].start > planned.start + tolerance:
        return Kind.LATE
    if inside[-1].end < until - tolerance:
        return Kind.EARLY
    gaps = (after.start - before.end for before, after in pairwise(inside))
    return Kind.INTERRUPTED if any(gap > tolerance for gap in gaps) else None


def _really(line: RoomDay, at: datetime) -> tuple[Stretch, ...]:
    """When it was really open; what was never closed in the log counts to its last planned closing, and no further than now."""
    last = line.planned[-1].end if line.planned else at
    ends = ((start, end or max(start, min(at, last if line.day < clock.local_day(at) else at))) for start, end in line.real)
    return joined(Span(start, end) for start, end in ends if end > start)


def _length(spans: Iterable[Stretch]) -> timedelta:
    return sum((span.end - span.start for span in spans), timedelta())


def _meet(spans: tuple[Stretch, ...], planned: tuple[Stretch, ...]) -> bool:
    return any(span.overlaps(slot) for span in spans for slot in planned)


# -- what is read ------------------------------------------------------------------------------------------------------


def _read(session: Session, hall_id: UUID, first: date, last: date, at: datetime) -> _Facts:
    rooms = session.execute(
        sa.select(_room.c.id, _room.c.name)
        .where(_room.c.hall_id == hall_id, _room.c.area_kind == AreaKind.SERVICE)
        .order_by(_room.c.position, _room.c.code)
    )
    logs: dict[tuple[UUID, date], list[Any]] = defaultdict(list)
    mine = (_log.c.hall_id == hall_id, _log.c.day >= first, _log.c.day <= last)
    for row in session.execute(sa.select(_log).where(*mine).order_by(_log.c.opened_at)):
        logs[row.room_id, row.day].append(row)
    said = sa.select(_note).where(_note.c.hall_id == hall_id, _note.c.day >= first, _note.c.day <= last).order_by(_note.c.at, _note.c.id)
    reasons = {(row.room_id, row.starts_at): row.reason for row in session.execute(said)}
    tolerance, _ = rules(session, hall_id)
    window = Span(clock.instant(first, 0), clock.instant(last, 48 * 60))
    names = {row.id: row.name for row in rooms}
    return _Facts(names, logs, reasons, _announced(session, hall_id, window), timedelta(minutes=tolerance), at)


def _announced(session: Session, hall_id: UUID, window: Stretch) -> tuple[tuple[int, UUID | None, tuple[Stretch, ...]], ...]:
    """Give when each stop was announced: a notice excuses nothing before it was published, nor after the reopening it promised."""
    kept: dict[UUID, list[Slot]] = defaultdict(list)
    for row in session.execute(sa.select(_hours).where(_hours.c.hall_id == hall_id)):
        kept[row.closure_id].append(Span(row.starts, row.ends))
    rows = session.execute(
        sa.select(_closure, _notice.c.published_at, _notice.c.expected_reopen_at.label("promised"))
        .join(_notice, _notice.c.closure_id == _closure.c.id)
        .where(_closure.c.hall_id == hall_id, _closure.c.open_item_id.is_(None), _closure.c.starts_at < window.end)
        .order_by(_closure.c.number, _notice.c.version)
    )
    found: dict[UUID, tuple[int, UUID | None, list[Stretch]]] = {}
    for row in rows:
        start = max(row.starts_at, row.published_at)
        end = min(row.promised, row.reopened_at) if row.reopened_at else row.promised
        spans = found.setdefault(row.id, (row.number, row.room_id, []))[2]
        if start < end and end > window.start:
            spans += hours.stopped(Span(start, end), kept[row.id])
    return tuple((number, room, joined(spans)) for number, room, spans in found.values() if spans)


def reading_rooms(session: Session, hall_id: UUID) -> set[UUID]:
    """Give the rooms whose hours are held against the yardstick."""
    named = (_function.c.hall_id == hall_id, _function.c.name == READING_ROOM, _function.c.removed_at.is_(None))
    return set(session.execute(sa.select(_function.c.room_id).where(*named)).scalars())
