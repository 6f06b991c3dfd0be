"""Days off by law, and weekend days worked instead: announced each November for the year to come, kept as an editable table."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import DayOffKind, StatutoryDay, new_id
from services import journal
from services.journal import Actor
from services.refusals import FactMissing, FactWrong, NotAllowed
from services.settings import HOUSE
from services.spans import Span
from services.texts import plain

_day = StatutoryDay.__table__  # type: ignore[attr-defined]

LONGEST: Final = 15
"""Days one entry may cover; the longest holiday so far had nine."""

_between = (
    sa.select(_day.c.day, _day.c.name, _day.c.kind)
    .where(
        _day.c.hall_id == bindparam("hall_id"),
        _day.c.day >= bindparam("first"),
        _day.c.day <= bindparam("last"),
        _day.c.removed_at.is_(None),
    )
    .order_by(_day.c.day)
)


@dataclass(frozen=True, slots=True)
class Holiday:
    """Days off in a row under one name; both ends count."""

    name: str
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        """Every day of it."""
        return [self.first + timedelta(days=ahead) for ahead in range((self.last - self.first).days + 1)]


@dataclass(frozen=True, slots=True)
class Year:
    """What is announced for a year; nothing yet when both are empty."""

    year: int
    holidays: tuple[Holiday, ...]
    work_days: tuple[date, ...]

    @property
    def announced(self) -> bool:
        """Whether the State has spoken, as far as this hall knows."""
        return bool(self.holidays or self.work_days)


def known(session: Session, *, hall_id: UUID, first: date, last: date) -> dict[date, tuple[str, DayOffKind]]:
    """Give the named days between two, both counting; a day that is none of them is not in it."""
    rows = session.execute(_between, {"hall_id": hall_id, "first": first, "last": last})
    return {row.day: (row.name, row.kind) for row in rows}


def year(session: Session, *, hall_id: UUID, year: int) -> Year:
    """Give a year's table."""
    days = known(session, hall_id=hall_id, first=date(year, 1, 1), last=date(year, 12, 31))
    return Year(year, _in_a_row(days), tuple(day for day, (_, kind) in days.items() if kind is DayOffKind.WORK_DAY))


def touched(session: Session, *, hall_id: UUID, span: Span[date]) -> tuple[Holiday, ...]:
    """Give the holidays that share a day with these days, each in its whole length."""
    around = timedelta(days=LONGEST)
    days = known(session, hall_id=hall_id, first=span.start - around, last=span.end + around)
    return tuple(one for one in _in_a_row(days) if Span(one.first, one.last + timedelta(days=1)).overlaps(span))


def enter(session: Session, *, first: date, last: date, name: str, kind: DayOffKind, at: datetime, by: Actor) -> None:
    """Write days down, or write over what stood there. Raises NotAllowed, FactMissing (name), FactWrong (days)."""
    if not by.is_staff:
        raise NotAllowed
    if not (name := plain(name, 40)):
        raise FactMissing(field="name")
    days = Holiday(name, first, last).days
    if not 0 < len(days) <= LONGEST:
        raise FactWrong(field="days")
    was = _clear(session, by.hall_id, first, last, at)
    rows = [{"id": new_id(), "hall_id": by.hall_id, "day": day, "name": name, "kind": kind} for day in days]
    session.execute(sa.insert(_day), rows)
    _write_down(session, was, {"first": str(first), "last": str(last), "name": name, "kind": str(kind)}, at, by)


def clear(session: Session, *, first: date, last: date, at: datetime, by: Actor) -> None:
    """Take days out of the table; they are days like others again. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    if was := _clear(session, by.hall_id, first, last, at):
        _write_down(session, was, None, at, by)


def start(hall_id: UUID) -> list[StatutoryDay]:
    """Give the rows a new hall starts with: what had been announced when this program was made."""
    with (HOUSE / "assets" / "start" / "statutory_days.csv").open(encoding="utf-8") as table:
        return [
            StatutoryDay(hall_id=hall_id, day=date.fromisoformat(row["date"]), name=row["name"], kind=DayOffKind(row["kind"]))
            for row in csv.DictReader(table)
        ]


def _in_a_row(days: Mapping[date, tuple[str, DayOffKind]]) -> tuple[Holiday, ...]:
    found: list[Holiday] = []
    for day, (name, kind) in days.items():
        if kind is not DayOffKind.DAY_OFF:
            continue
        if found and found[-1].name == name and found[-1].last == day - timedelta(days=1):
            found[-1] = Holiday(name, found[-1].first, day)
        else:
            found.append(Holiday(name, day, day))
    return tuple(found)


def _clear(session: Session, hall_id: UUID, first: date, last: date, at: datetime) -> list[str]:
    was = known(session, hall_id=hall_id, first=first, last=last)
    there = (_day.c.hall_id == hall_id, _day.c.day >= first, _day.c.day <= last, _day.c.removed_at.is_(None))
    session.execute(sa.update(_day).where(*there).values(removed_at=at))
    return [f"{day} {name} {kind}" for day, (name, kind) in was.items()]


def _write_down(session: Session, was: list[str], now: dict[str, Any] | None, at: datetime, by: Actor) -> None:
    facts = {"was": was, "now": now}
    journal.record(session, by, "holidays", at=at, subject="hall", subject_id=by.hall_id, facts=facts)
