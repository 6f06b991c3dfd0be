"""What happened at the door: opened and closed by whom, why it was not, and how many came."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref


class OpeningRules(SQLModel, table=True):
    """What a hall holds its opening against; without a row the defaults hold (rules.md §4)."""

    __tablename__ = "opening_rules"
    __table_args__ = (law("sane", "tolerance_min BETWEEN 0 AND 120 AND week_hours BETWEEN 0 AND 168"),)

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    tolerance_min: int = Field(default=15, description="minutes late or early that nobody asks about")
    week_hours: int = Field(default=42, description="hours a week of a room with a reading room")


class OpeningLog(SQLModel, table=True):
    """A room was opened, and closed again; not yet closed while `closed_at` is empty."""

    __tablename__ = "opening_log"
    __table_args__ = (
        only_one("uq_opening_log_open", "hall_id", "room_id", "day", where="closed_at IS NULL"),
        sa.UniqueConstraint("hall_id", "room_id", "opened_at"),
        sa.Index("ix_opening_log_day", "hall_id", "day"),
        law("span_forward", "closed_at IS NULL OR closed_at >= opened_at"),
        law("late_with_reason", "NOT late OR length(reason) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    day: date
    opened_at: datetime
    opened_by: UUID | None = ref("staff.id", optional=True)
    on_duty: str = Field(max_length=40, description="the person in charge or the deputy, by name that day")
    closed_at: datetime | None = None
    closed_by: UUID | None = ref("staff.id", optional=True)
    late: bool = Field(default=False, description="written down afterwards, from memory")
    reason: str = Field(default="", max_length=200)


class AnomalyNote(SQLModel, table=True):
    """Why a planned slot was not kept; the newest word counts, the older ones stay."""

    __tablename__ = "anomaly_note"
    __table_args__ = (sa.Index("ix_anomaly_note_day", "hall_id", "day"), law("said", "length(reason) > 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    day: date
    starts_at: datetime = Field(description="the planned opening it speaks of")
    reason: str = Field(max_length=200)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class Counted(StrEnum):
    """Who came through the door; and who read there, which is counted beside."""

    MINOR = "minor"
    ELDER = "elder"
    WOMAN = "woman"
    OTHER = "other"
    READING = "reading"


class DoorCount(SQLModel, table=True):
    """So many came, or so many too many had been counted: one tap, one row."""

    __tablename__ = "door_count"
    __table_args__ = (sa.Index("ix_door_count_day", "hall_id", "day"), law("some", "number BETWEEN -500 AND 500 AND number <> 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID | None = ref("room.id", optional=True)
    day: date
    at: datetime
    who: Counted = choice(Counted, "who")
    number: int = 1
    staff_id: UUID | None = ref("staff.id", optional=True)
