"""A stop before it is announced: what it closes, when it ends, what is due inside, and every reason to refuse it (rules.md §4)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import AreaKind, ClosureReason, Medium, OpenItem, Room
from services import clock, holidays, hours, moving, policy
from services.calendars import Calendar, Openings, Slot, Together
from services.holidays import Holiday
from services.moving import Moved
from services.refusals import (
    FactMissing,
    FactWrong,
    HolidayClosed,
    HolidayShorter,
    NoticeTooShort,
    Refusal,
    ReopeningBeforeStart,
    ReopeningMissing,
)
from services.spans import Span, joined
from services.texts import plain

_room = Room.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]

WITHOUT_NOTICE: Final = frozenset({ClosureReason.FORCE_MAJEURE, ClosureReason.CALLED_AWAY})
"""Reasons nobody can announce seven days ahead (公共文化体育设施条例 §18; rules.md §4)."""
SET_ASIDE: Final = (NoticeTooShort, HolidayClosed)
"""What an approver may set aside with a reason; the notice is then flagged."""
_DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Plan:
    """A stop as it is to be announced: of the hall, of a room, or of one service in it; `kept` are hours that stay open all the same."""

    reason_code: ClosureReason
    starts_at: datetime
    expected_reopen_at: datetime | None
    contact: str
    signer: str
    reason: str = ""
    room_id: UUID | None = None
    open_item_id: UUID | None = None
    kept: tuple[Slot, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """What a stop closes: these rooms, for all they do or for one class of things (None inside: for nothing that is lent)."""

    hall_id: UUID
    rooms: tuple[UUID, ...]
    whole: bool = True
    lends: Medium | None = None

    def stops(self, item_class: Medium | None) -> bool:
        """Tell whether what lends this class of things stops too."""
        return self.whole or (self.lends is not None and item_class is self.lends)


def reasons(session: Session, hall_id: UUID, plan: Plan, at: datetime) -> list[Refusal]:
    """Give every reason not to announce it; where a fact is missing or impossible, that one alone."""
    if plan.expected_reopen_at is None:
        return [ReopeningMissing()]
    if plan.expected_reopen_at <= plan.starts_at or plan.expected_reopen_at <= at:
        return [ReopeningBeforeStart()]
    try:
        refuse_unsigned(plan)
        scope = scope_of(session, hall_id, plan.room_id, plan.open_item_id)
    except Refusal as refusal:
        return [refusal]
    if any(not 0 <= slot.start < slot.end <= _DAY for slot in plan.kept):
        return [FactWrong(field="slots")]
    days = policy.notice_days(session, hall_id=hall_id)
    ahead = (clock.local_day(plan.starts_at) - clock.local_day(at)).days
    found: list[Refusal] = []
    if plan.reason_code not in WITHOUT_NOTICE and ahead < days:
        found.append(NoticeTooShort(days=days))
    if scope.whole and plan.reason_code is not ClosureReason.FORCE_MAJEURE:
        found += _over_holidays(session, scope, plan, plan.expected_reopen_at)
    return found


def refuse_unsigned(plan: Plan) -> None:
    """Raises FactMissing (contact, signer)."""
    for field in ("contact", "signer"):
        if not plain(getattr(plan, field), 40):
            raise FactMissing(field=field)


def scope_of(session: Session, hall_id: UUID, room_id: UUID | None, open_item_id: UUID | None) -> Scope:
    """Say what is closed. Raises FactWrong (room, service)."""
    rooms = session.execute(sa.select(_room.c.id).where(_room.c.hall_id == hall_id).order_by(_room.c.position, _room.c.code)).scalars()
    of_hall = tuple(rooms)
    if room_id is None and open_item_id is None:
        return Scope(hall_id, of_hall)
    if room_id is None or room_id not in of_hall:
        raise FactWrong(field="room")
    if open_item_id is None:
        return Scope(hall_id, (room_id,))
    question = sa.select(_service.c.lends).where(_service.c.id == open_item_id, _service.c.room_id == room_id)
    service = session.execute(question).one_or_none()
    if service is None:
        raise FactWrong(field="service")
    return Scope(hall_id, (room_id,), whole=False, lends=service.lends)


def inside(session: Session, scope: Scope, span: Span[datetime], kept: tuple[Slot, ...], at: datetime, *, lock: bool) -> tuple[Moved, ...]:
    """List the loans and pickups the stop would move."""

    def as_it_will_be(room_id: UUID, item_class: Medium) -> Calendar:
        calendar = hours.calendar_of(session, room_id, item_class)
        return _with(calendar, hours.stopped(span, kept)) if scope.stops(item_class) else calendar

    return moving.overtaken(
        session, hall_id=scope.hall_id, rooms=scope.rooms, calendar_for=as_it_will_be, since=span.start, at=at, lock=lock
    )


def reopening(session: Session, scope: Scope, span: Span[datetime], kept: tuple[Slot, ...] = ()) -> datetime | None:
    """Give the first opening at or after the expected reopening: what the screens will show."""
    calendars = (hours.calendar_of(session, room_id, scope.lends) for room_id in scope.rooms)
    return Together(tuple(_with(calendar, hours.stopped(span, kept)) for calendar in calendars)).next_opening(span.end)


def _with(calendar: Calendar, stopped: Iterable[Span[datetime]]) -> Calendar:
    return replace(calendar, closures=joined((*calendar.closures, *stopped)))


def _over_holidays(session: Session, scope: Scope, plan: Plan, until: datetime) -> list[Refusal]:
    """Over statutory holidays the hall is not closed throughout, nor open shorter without a reason."""
    span = Span(plan.starts_at, until)
    days = Span(clock.local_day(span.start), clock.local_day(span.end) + timedelta(days=1))
    touched = holidays.touched(session, hall_id=scope.hall_id, span=days)
    if not touched:
        return []
    rooms = session.execute(sa.select(_room.c.id).where(_room.c.hall_id == scope.hall_id, _room.c.area_kind == AreaKind.SERVICE)).scalars()
    now = {room_id: hours.calendar_of(session, room_id) for room_id in rooms}
    stopped = hours.stopped(span, plan.kept)
    then = (_with(calendar, stopped) if room_id in scope.rooms else calendar for room_id, calendar in now.items())
    return less_on(touched, Together(tuple(now.values())), Together(tuple(then)), reason=plan.reason)


def less_on(touched: Iterable[Holiday], before: Openings, after: Openings, *, reason: str) -> list[Refusal]:
    """Say on which holidays the hall would be closed throughout, or open shorter without a reason."""
    found: list[Refusal] = []
    for holiday in touched:
        usual, left = _open_for(before, holiday), _open_for(after, holiday)
        if usual and not left:
            found.append(HolidayClosed(name=holiday.name))
        elif left < usual and not plain(reason, 400):
            found.append(HolidayShorter(name=holiday.name))
    return found


def _open_for(openings: Openings, holiday: Holiday) -> timedelta:
    spans = (span for day in holiday.days for span in openings.spans_on(day))
    return sum((span.end - span.start for span in spans), timedelta())
