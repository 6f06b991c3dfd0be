"""The planner: last year's plan on this year's dates, reminders in time, and the annual plan held against what was done."""

from calendar import monthrange
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Event, EventKind, Item, Medium, PlanLine, Sitting, ThemedTask, new_id
from services import clock, event_rules, festivals, journal
from services.event_rules import Rules
from services.events import Draft
from services.festivals import DayKind, Festival, FestivalDay
from services.journal import Actor
from services.refusals import FactWrong, NotAllowed
from services.words import LANGUAGES, words

_task = ThemedTask.__table__  # type: ignore[attr-defined]
_event = Event.__table__  # type: ignore[attr-defined]
_sitting = Sitting.__table__  # type: ignore[attr-defined]
_line = PlanLine.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_MONTHS: Final = 12
_MOST: Final = 99
_NEAR: Final = 20
_SHORTEST: Final = 2


def same_day(day: date, year: int, topic: str = "") -> date:
    """Give the day of another year on which the same event belongs: as far from the festival it is about, else the same day of the month.

    A moon's or a term's festival moves with the calendar (春节 2026 on 17 February, 2027 on 6 February); a fixed day stays.
    """
    about = festival_of(day, topic)
    if about is not None and about.kind is not DayKind.FIXED:
        moved = festivals.in_year(about.festival, year)
        if moved is not None:
            return moved + (day - about.day)
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))


@dataclass(frozen=True, slots=True)
class Proposal:
    """An event of last year on this year's day, not announced yet."""

    draft: Draft
    room_id: UUID
    day: date
    starts: int
    lasts: int
    last_day: date
    days_left: int
    pressing: bool


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One line of the annual plan: so many meant, so many held."""

    month: int
    kind: EventKind
    target: int
    done: int


@dataclass(frozen=True, slots=True)
class Meters:
    """The year's yardsticks of reading (R56): new titles and reading events, against what the house means to reach."""

    titles: int
    titles_goal: int
    readings: int
    readings_goal: int


def proposals(session: Session, *, at: datetime, by: Actor, ahead: int | None = None) -> tuple[Proposal, ...]:
    """Give last year's events whose day of this year is near (the first reminder's days) and which nobody has announced yet."""
    today, rules = clock.local_day(at), event_rules.rules(session, hall_id=by.hall_id)
    last = today + timedelta(days=rules.first_days if ahead is None else ahead)
    window = {"since": today - timedelta(days=400), "until": last + timedelta(days=_NEAR), "hall_id": by.hall_id}
    rows = session.execute(_first_sittings, window).all()
    found = []
    for row in (row for row in rows if row.day < today):
        for year in {today.year, last.year}:
            day = same_day(row.day, year, row.topic)
            known = any(other.title == row.title and abs(other.day - day) <= timedelta(days=_NEAR) for other in rows)
            if today <= day <= last and not known:
                found.append(_proposal(row, day, (day - today).days, rules))
    return tuple(sorted(found, key=lambda one: (one.day, one.draft.title)))


def plan(session: Session, *, year: int, at: datetime, by: Actor) -> tuple[PlanRow, ...]:
    """Hold the annual plan against what was held: every planned kind of a month, and what was held besides."""
    meant = {(row.month, row.kind): row.target for row in session.execute(_plan, {"hall_id": by.hall_id, "year": year})}
    done: Counter[tuple[int, EventKind]] = Counter()
    for row in session.execute(_held, {"hall_id": by.hall_id, "since": date(year, 1, 1), "until": date(year + 1, 1, 1), "at": at}):
        done[row.day.month, row.kind] += 1
    keys = sorted({*meant, *done}, key=lambda key: (key[0], list(EventKind).index(key[1])))
    return tuple(PlanRow(month, kind, meant.get((month, kind), 0), done[month, kind]) for month, kind in keys)


def target(session: Session, *, year: int, month: int, kind: EventKind, by: Actor) -> int:
    """How many events of a kind are meant for a month; 0 without a line."""
    return int(session.execute(sa.select(_line.c.target).where(*_in_force(year, month, kind, by))).scalar_one_or_none() or 0)


def set_line(session: Session, *, year: int, month: int, kind: EventKind, target: int, at: datetime, gesture: UUID, by: Actor) -> None:
    """Mean to hold so many events of a kind in a month; 0 takes the line away. Raises NotAllowed, FactWrong (month, target)."""
    effect = journal.gesture_key(gesture, "plan", year, month, kind)
    if not by.is_staff:
        raise NotAllowed
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    if not 1 <= month <= _MONTHS:
        raise FactWrong(field="month")
    if not 0 <= target <= _MOST:
        raise FactWrong(field="target")
    session.execute(sa.update(_line).where(*_in_force(year, month, kind, by)).values(removed_at=at))
    line_id = new_id()
    if target:
        row = {"id": line_id, "hall_id": by.hall_id, "year": year, "month": month, "kind": kind, "target": target}
        session.execute(sa.insert(_line), {**row, "note": "", "made_at": at, "staff_id": by.staff_id, "removed_at": None})
    facts = {"year": year, "month": month, "kind": kind.value, "target": target}
    journal.record(session, by, "plan_set", at=at, subject="plan_line", subject_id=line_id, gesture=effect, facts=facts)


def meters(session: Session, *, at: datetime, by: Actor) -> Meters:
    """Count this year's new titles and the reading events that were held."""
    year, rules = clock.local_day(at).year, event_rules.rules(session, hall_id=by.hall_id)
    since, until = date(year, 1, 1), date(year + 1, 1, 1)
    moments = {"since": clock.instant(since, 0), "until": clock.instant(until, 0), "hall_id": by.hall_id}
    titles = int(session.execute(_new_titles, moments).scalar_one())
    held = session.execute(_held, {"hall_id": by.hall_id, "since": since, "until": until, "at": at})
    return Meters(titles, rules.new_titles, sum(bool(row.counts_as_reading) for row in held), rules.reading_events)


def tasks(session: Session, *, by: Actor) -> dict[UUID, str]:
    """Name the themed tasks from above, the newest first."""
    mine = sa.select(_task.c.id, _task.c.title).where(_task.c.hall_id == by.hall_id).order_by(_task.c.from_day.desc())
    return {row.id: row.title for row in session.execute(mine)}


def festival_of(day: date, topic: str) -> FestivalDay | None:
    """Give the festival an event's topic names (春节, 中秋节, 丰收节), near the event's day."""
    named = [festival for name, festival in _names().items() if len(topic.strip()) >= _SHORTEST and topic.strip() in name]
    around = [one for one in festivals.around(day, _NEAR) if one.festival in named]
    return min(around, key=lambda one: abs(one.day - day), default=None)


@cache
def _names() -> dict[str, Festival]:
    return {words(lang).say(f"festival.{festival}"): festival for lang in LANGUAGES for festival in Festival}


def _proposal(row: Any, day: date, days_left: int, rules: Rules) -> Proposal:
    draft = Draft(**{field: getattr(row, field) for field in Draft.__dataclass_fields__} | {"task_id": None, "programme_of_id": None})
    starts = clock.local(row.starts_at)
    lasts = int((row.ends_at - row.starts_at).total_seconds()) // 60
    pressing = days_left <= rules.second_days
    return Proposal(draft, row.room_id, day, starts.hour * 60 + starts.minute, lasts, row.day, days_left, pressing)


# The first sitting of each event tells its day; what was called off does not count.
_own = (_sitting.c.hall_id == bindparam("hall_id"), _sitting.c.day >= bindparam("since"), _sitting.c.day < bindparam("until"))
_first_sittings = (
    sa.select(_event, _sitting.c.room_id, _sitting.c.day, _sitting.c.starts_at, _sitting.c.ends_at)
    .join(_sitting, sa.and_(_sitting.c.event_id == _event.c.id, _sitting.c.number == 1))
    .where(*_own, _event.c.cancelled_at.is_(None), _event.c.kind.not_in((EventKind.REHEARSAL, EventKind.THEMED)))
)
# An event is held once: in the month of its first sitting that took place.
_held = (
    sa.select(sa.func.min(_sitting.c.day).label("day"), _event.c.kind, _event.c.counts_as_reading)
    .join(_event, _event.c.id == _sitting.c.event_id)
    .where(*_own, _sitting.c.cancelled_at.is_(None), _sitting.c.ends_at <= bindparam("at"))
    .group_by(_event.c.id, _event.c.kind, _event.c.counts_as_reading)
)
_plan = sa.select(_line.c.month, _line.c.kind, _line.c.target).where(
    _line.c.hall_id == bindparam("hall_id"), _line.c.year == bindparam("year"), _line.c.removed_at.is_(None)
)
_firsts = (
    sa.select(sa.func.min(_item.c.registered_at).label("first"))
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.item_class == Medium.BOOK)
    .group_by(_item.c.title_id)
    .subquery()
)
_this_year = (_firsts.c.first >= bindparam("since"), _firsts.c.first < bindparam("until"))
_new_titles = sa.select(sa.func.count()).select_from(_firsts).where(*_this_year)


def _in_force(year: int, month: int, kind: EventKind, by: Actor) -> tuple[sa.ColumnElement[bool], ...]:
    same = (_line.c.hall_id == by.hall_id, _line.c.year == year, _line.c.month == month, _line.c.kind == kind)
    return (*same, _line.c.removed_at.is_(None))
