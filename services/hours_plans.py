"""A change of hours before it is made: what it lays over the calendar, what that touches, every reason to refuse it (rules.md §4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import AreaKind, Medium, Opening, OpeningSlot, Room
from models import Season as SeasonRow
from services import clock, closure_plans, holidays, hours, moving, openings_kept, policy, rooms
from services.calendars import HORIZON, NO_END, Calendar, Season, Slot, Together
from services.closure_plans import SET_ASIDE
from services.moving import Moved
from services.refusals import DayPassed, FactMissing, FactWrong, NoOpenDay, NoticeTooShort, Refusal
from services.rooms import Use
from services.spans import Span, joined, without
from services.texts import plain

_room = Room.__table__  # type: ignore[attr-defined]
_opening = Opening.__table__  # type: ignore[attr-defined]
_slot = OpeningSlot.__table__  # type: ignore[attr-defined]
_season = SeasonRow.__table__  # type: ignore[attr-defined]

_DAY: Final = timedelta(days=1)
_MIDNIGHT: Final = 24 * 60


class Layer(StrEnum):
    """What is changed: the plain week from a day on, a season, or one date."""

    WEEK = "week"
    SEASON = "season"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Change:
    """Hours of a room as they are to be, by weekday (those not named stay as they are); `week` None takes the layer away again."""

    room_id: UUID
    layer: Layer
    first: date
    last: date | None = None
    name: str = ""
    week: Mapping[int, tuple[Slot, ...]] | None = None

    @property
    def days(self) -> Span[date]:
        """The days it is about. Raises FactWrong for a season that ends before it begins."""
        if self.layer is Layer.WEEK:
            return Span(self.first, NO_END)
        last = self.first if self.layer is Layer.DAY else self.last
        if last is None or not self.first <= last < NO_END - _DAY:
            raise FactWrong(field="days")
        return Span(self.first, last + _DAY)


@dataclass(frozen=True, slots=True)
class DayHours:
    """A day's hours as they are and as they would be."""

    day: date
    was: tuple[Slot, ...]
    will: tuple[Slot, ...]

    @property
    def differs(self) -> bool:
        """Whether the change touches it."""
        return self.was != self.will


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do; nothing is written. `changed` are all days that differ, within a year."""

    refusals: tuple[Refusal, ...]
    this_week: tuple[DayHours, ...] = ()
    changed: tuple[DayHours, ...] = ()
    moved: tuple[Moved, ...] = ()
    outside: tuple[Use, ...] = ()
    was_planned: timedelta = timedelta()
    planned: timedelta = timedelta()
    yardstick: int | None = None


@dataclass(frozen=True, slots=True)
class Laid:
    """A layer that lies over the plain week, as it was entered."""

    change: Change
    begun: bool


def laid(calendar: Calendar, change: Change, today: date) -> Calendar:
    """Lay a change over a calendar. What is taken away while it runs ends yesterday: the past stays as it was."""
    if change.layer is Layer.DAY:
        others = {day: slots for day, slots in calendar.exceptions.items() if day != change.first}
        return replace(calendar, exceptions=others if change.week is None else others | {change.first: _of_day(change)})
    same = next((season.week for season in calendar.seasons if season.days == change.days), {})
    kept = tuple(season for season in calendar.seasons if season.days != change.days)
    if change.week is not None:
        return replace(calendar, seasons=(*kept, Season(change.days, {**same, **change.week})))
    cut = (Season(Span(change.first, today), same),) if change.first < today else ()
    return replace(calendar, seasons=(*kept, *cut))


def preview(session: Session, *, hall_id: UUID, change: Change, reason: str = "", at: datetime) -> Preview:
    """Look before changing: reasons to refuse, this week and every day that differs, what is due, and what is on outside the hours."""
    try:
        refuse_impossible(session, hall_id, change, at)
    except Refusal as refusal:
        return Preview((refusal,))
    today = clock.local_day(at)
    before = hours.calendar_of(session, change.room_id)
    after = laid(before, change, today)
    changed = days_changed(before, after, max(change.first, today), HORIZON)
    refusals = tuple(aside(session, hall_id, change, changed, reason=reason, at=at))
    try:
        moved = _moved(session, hall_id, change, at)
    except NoOpenDay as refusal:
        refusals, moved = (refusal, *refusals), ()
    yardstick = openings_kept.rules(session, hall_id)[1] if change.room_id in openings_kept.reading_rooms(session, hall_id) else None
    return Preview(
        refusals, tuple(_days(before, after, today - timedelta(days=today.weekday()), 7)), changed, moved,
        _outside(session, hall_id, change, changed, at), _planned(before, change, today), _planned(after, change, today), yardstick,
    )  # fmt: skip


def refuse_impossible(session: Session, hall_id: UUID, change: Change, at: datetime) -> None:
    """Raises FactWrong (room, days, slots, weekday), FactMissing (name of a season or a date), DayPassed for a day that has passed."""
    if session.execute(sa.select(_room.c.id).where(_room.c.id == change.room_id, _room.c.hall_id == hall_id)).first() is None:
        raise FactWrong(field="room")
    days, today = change.days, clock.local_day(at)
    if change.week is None:
        # A plain week that has begun is followed by another; it is not taken out of the past.
        if days.end <= today or (change.layer is Layer.WEEK and days.start <= today):
            raise DayPassed
        return
    if days.start < today:
        raise DayPassed
    if change.layer is not Layer.WEEK and not plain(change.name, 36):
        raise FactMissing(field="hours_name")
    if not change.week or not set(change.week) <= set(range(7)):
        raise FactWrong(field="weekday")
    for slots in change.week.values():
        crossed = any(one.overlaps(other) for place, one in enumerate(slots) for other in slots[place + 1 :])
        if crossed or any(slot.start < 0 or slot.start >= _MIDNIGHT or slot.end > slot.start + _MIDNIGHT for slot in slots):
            raise FactWrong(field="slots")


def aside(session: Session, hall_id: UUID, change: Change, changed: Iterable[DayHours], *, reason: str, at: datetime) -> list[Refusal]:
    """Give what an approver may set aside with a reason: too short a notice of fewer hours, and holidays with nothing open, or less.

    Longer hours need no notice: nobody comes to a shut door for them.
    """
    today = clock.local_day(at)
    notice = policy.notice_days(session, hall_id=hall_id)
    found: list[Refusal] = []
    if any(one.day < today + timedelta(days=notice) and without(one.was, one.will) for one in changed):
        found.append(NoticeTooShort(days=notice))
    if change.layer is not Layer.WEEK:
        found += _over_holidays(session, hall_id, change, reason, today)
    return found


def only_set_aside(refusals: Iterable[Refusal]) -> bool:
    """Tell whether an approver's reason would do."""
    return all(isinstance(refusal, SET_ASIDE) for refusal in refusals)


def week_on(calendar: Calendar, day: date) -> dict[int, tuple[Slot, ...]]:
    """Give the plain week in force from a day on, without seasons that end and dated exceptions."""
    bare = replace(calendar, seasons=tuple(season for season in calendar.seasons if season.days.end == NO_END), exceptions={})
    return {(day + ahead * _DAY).weekday(): bare.slots_on(day + ahead * _DAY) for ahead in range(7)}


_layers = (
    sa.select(
        _opening.c.id, _opening.c.weekday, _opening.c.day, sa.func.coalesce(_season.c.name, _opening.c.name).label("name"),
        _season.c.from_day, _season.c.to_day, _slot.c.starts, _slot.c.ends,
    )
    .outerjoin(_season, _season.c.id == _opening.c.season_id)
    .outerjoin(_slot, _slot.c.opening_id == _opening.c.id)
    .where(
        _opening.c.hall_id == bindparam("hall_id"), _opening.c.room_id == bindparam("room_id"),
        sa.or_(_season.c.to_day >= bindparam("today"), _opening.c.day >= bindparam("today")),
    )
    .order_by(sa.func.coalesce(_season.c.from_day, _opening.c.day), _opening.c.weekday, _slot.c.starts)
)  # fmt: skip


def layers(session: Session, *, hall_id: UUID, room_id: UUID, today: date) -> tuple[Laid, ...]:
    """List the weeks, seasons and dates of a room that are in force or to come, by their first day."""
    found: dict[tuple[date, date | None], tuple[str, dict[int, tuple[Slot, ...]]]] = {}
    for row in session.execute(_layers, {"hall_id": hall_id, "room_id": room_id, "today": today}):
        first, weekday = row.from_day or row.day, row.weekday if row.day is None else row.day.weekday()
        _, week = found.setdefault((first, row.to_day), (row.name, {}))
        week[weekday] = week.get(weekday, ()) + ((Span(row.starts, row.ends),) if row.starts is not None else ())
    return tuple(Laid(_entered(room_id, *when, *said), when[0] <= today) for when, said in found.items())


def _entered(room_id: UUID, first: date, last: date | None, name: str, week: dict[int, tuple[Slot, ...]]) -> Change:
    if last is None:
        return Change(room_id, Layer.DAY, first, None, name, week)
    forever = last >= NO_END - _DAY
    return Change(room_id, Layer.WEEK if forever else Layer.SEASON, first, None if forever else last, name, week)


def _of_day(change: Change) -> tuple[Slot, ...]:
    return joined((change.week or {}).get(change.first.weekday(), ()))


def days_changed(before: Calendar, after: Calendar, first: date, count: int) -> tuple[DayHours, ...]:
    """Give the days that differ, of so many from the first one."""
    return tuple(one for one in _days(before, after, first, count) if one.differs)


def _days(before: Calendar, after: Calendar, first: date, count: int) -> Iterable[DayHours]:
    ahead = (first + number * _DAY for number in range(count))
    return (DayHours(day, before.slots_on(day), after.slots_on(day)) for day in ahead)


def _moved(session: Session, hall_id: UUID, change: Change, at: datetime) -> tuple[Moved, ...]:
    def as_it_will_be(room_id: UUID, item_class: Medium) -> Calendar:
        return laid(hours.calendar_of(session, room_id, item_class), change, clock.local_day(at))

    return moving.overtaken(session, hall_id=hall_id, rooms=[change.room_id], calendar_for=as_it_will_be, since=at, at=at, lock=False)


def _outside(session: Session, hall_id: UUID, change: Change, changed: tuple[DayHours, ...], at: datetime) -> tuple[Use, ...]:
    """List what is on in the room, to come, in hours that it would no longer have; what lay outside them before is not its doing."""
    if not changed:
        return ()
    frame = Span(max(at, clock.instant(changed[0].day, 0)), clock.instant(changed[-1].day, 2 * _MIDNIGHT))
    lost = [
        Span(clock.instant(one.day, slot.start), clock.instant(one.day, slot.end)) for one in changed for slot in without(one.was, one.will)
    ]
    uses = rooms.uses(session, hall_id=hall_id, room_ids=[change.room_id], frame=frame).get(change.room_id, [])
    return tuple(use for use in uses if any(use.span.overlaps(span) for span in lost))


def _planned(calendar: Calendar, change: Change, today: date) -> timedelta:
    """Add up a week: the plain one, the season's, or the calendar week of the date."""
    first = max(change.first, today)
    if change.layer is Layer.DAY:
        first -= timedelta(days=first.weekday())
    else:
        calendar = replace(calendar, exceptions={})
    if change.layer is Layer.WEEK:
        week: Iterable[tuple[Slot, ...]] = week_on(calendar, first).values()
    else:
        week = (calendar.slots_on(first + ahead * _DAY) for ahead in range(7))
    return timedelta(minutes=sum(slot.end - slot.start for slots in week for slot in slots))


def _over_holidays(session: Session, hall_id: UUID, change: Change, reason: str, today: date) -> list[Refusal]:
    days = Span(max(change.first, today), min(change.days.end, today + HORIZON * _DAY)) if change.days.end > today else None
    touched = holidays.touched(session, hall_id=hall_id, span=days) if days else ()
    if not touched:
        return []
    service = sa.select(_room.c.id).where(_room.c.hall_id == hall_id, _room.c.area_kind == AreaKind.SERVICE)
    now = {room_id: hours.calendar_of(session, room_id) for room_id in session.execute(service).scalars()}
    then = (laid(calendar, change, today) if room_id == change.room_id else calendar for room_id, calendar in now.items())
    return closure_plans.less_on(touched, Together(tuple(now.values())), Together(tuple(then)), reason=reason)
