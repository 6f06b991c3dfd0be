"""The planner: last year's plan on this year's dates, reminders in time, and the annual plan held against what was done."""

from calendar import monthrange
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import ThemedTask
from services import festivals
from services.festivals import DayKind, Festival, FestivalDay
from services.journal import Actor
from services.words import LANGUAGES, words

_task = ThemedTask.__table__  # type: ignore[attr-defined]
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
