"""What is meant to happen: annual plan, themed tasks, days off, programmes."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref
from models.events import EventKind


class EventRules(SQLModel, table=True):
    """The policy of the house for events: the year's yardsticks for reading, and when the planner reminds (R56, R58)."""

    __tablename__ = "event_rules"
    __table_args__ = (law("sane", "new_titles >= 0 AND reading_events >= 0 AND first_days > second_days AND second_days >= 1"),)

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    new_titles: int = 60
    reading_events: int = 4
    first_days: int = 30
    second_days: int = 7


class GuestRules(SQLModel, table=True):
    """How many seats of one event a screen gives to people without a card before they may rest: a family has enough, a joker has not."""

    __tablename__ = "guest_rules"
    __table_args__ = (law("sane", "most BETWEEN 1 AND 50 AND minutes BETWEEN 1 AND 240"),)

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    most: int = 6
    minutes: int = 10


class PlanLine(SQLModel, table=True):
    """A line of the annual plan: in this month so many events of a kind."""

    __tablename__ = "plan_line"
    __table_args__ = (
        only_one("uq_plan_line_in_force", "hall_id", "year", "month", "kind", where="removed_at IS NULL"),
        law("month", "month BETWEEN 1 AND 12"),
        law("target", "target >= 1"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    year: int
    month: int
    kind: EventKind = choice(EventKind, "kind")
    target: int = 1
    note: str = Field(default="", max_length=120)
    made_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    removed_at: datetime | None = None


class ThemedTask(SQLModel, table=True):
    """A themed activity asked for from above: text, period and source; its one report is a row of its own (R59)."""

    __tablename__ = "themed_task"
    __table_args__ = (sa.UniqueConstraint("hall_id", "number"), law("span_forward", "to_day >= from_day"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int
    title: str = Field(max_length=80)
    text: str = Field(default="", max_length=1000)
    source: str = Field(max_length=60)
    from_day: date
    to_day: date
    made_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class TaskReport(SQLModel, table=True):
    """What was done for a themed task; a mistake is answered by the next version."""

    __tablename__ = "task_report"
    __table_args__ = (sa.UniqueConstraint("hall_id", "task_id", "version"), law("counts", "events >= 0 AND people >= 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    task_id: UUID = ref("themed_task.id")
    version: int = 1
    text: str = Field(max_length=1000)
    events: int = 0
    people: int = 0
    filled_by: str = Field(max_length=40)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class DayOffKind(StrEnum):
    """What the state's calendar makes of a day."""

    DAY_OFF = "day_off"
    WORK_DAY = "work_day"


class StatutoryDay(SQLModel, table=True):
    """A day off or a working weekend, as announced each November; a year without rows is not announced yet."""

    __tablename__ = "statutory_day"
    __table_args__ = (only_one("uq_statutory_day_in_force", "hall_id", "day", where="removed_at IS NULL"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    day: date
    name: str = Field(max_length=40)
    kind: DayOffKind = choice(DayOffKind, "kind")
    removed_at: datetime | None = None


class ActKind(StrEnum):
    """What a number of a programme is."""

    SONG = "song"
    DANCE = "dance"
    QUYI = "quyi"
    OPERA = "opera"
    INSTRUMENT = "instrument"
    RECITAL = "recital"
    SKETCH = "sketch"
    OTHER = "other"


class ProgrammeAct(SQLModel, table=True):
    """One number of an event's programme list (节目单)."""

    __tablename__ = "programme_act"
    __table_args__ = (
        only_one("uq_programme_act_place", "hall_id", "event_id", "position", where="removed_at IS NULL"),
        law("minutes", "minutes BETWEEN 1 AND 240"),
        law("placed", "position >= 1"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    event_id: UUID = ref("event.id")
    position: int
    title: str = Field(max_length=60)
    kind: ActKind = choice(ActKind, "kind")
    performers: str = Field(default="", max_length=120)
    team_id: UUID | None = ref("patron.id", optional=True)
    minutes: int = 5
    removed_at: datetime | None = None
