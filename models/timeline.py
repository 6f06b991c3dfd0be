"""Who has a room when: its uses, bookings among them, and the law that those which exclude each other never overlap."""

from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import event
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, only_some, ref
from models.circulation import Purpose

LANES: Final = 12
"""How many lanes a room may have. Uses that exclude each other meet in at least one of them, uses that share the room meet in none."""
ALL_LANES: Final = 2**LANES - 1


class UseKind(StrEnum):
    """What a room is taken for."""

    EVENT = "event"
    LESSON = "lesson"
    REHEARSAL = "rehearsal"
    BOOKING = "booking"
    MAINTENANCE = "maintenance"


class RoomUse(SQLModel, table=True):
    """A half-open span of a room's time; never changed: what moves is freed and taken anew, so the past stays readable."""

    __tablename__ = "room_use"
    __table_args__ = (
        only_one("uq_room_use_source", "hall_id", "source_id", where="freed_at IS NULL"),
        sa.Index("ix_room_use_when", "hall_id", "room_id", "starts_at"),
        only_some("ix_room_use_ends", "room_id", "ends_at", where="freed_at IS NULL"),
        law("span_forward", "ends_at > starts_at"),
        law("in_a_lane", f"lanes BETWEEN 1 AND {ALL_LANES}"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    function: str = Field(default="", max_length=40, description="none: the whole room, whatever it is for")
    lanes: int = Field(default=ALL_LANES, description="bits, of which services/sharing.py says how they follow from who may share")
    kind: UseKind = choice(UseKind, "kind")
    source_id: UUID = Field(sa_type=Id, description="the sitting or the booking; of maintenance, the use itself")
    starts_at: datetime
    ends_at: datetime
    note: str = Field(default="", max_length=100)
    taken_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    freed_at: datetime | None = None


class BookingEnd(StrEnum):
    """How a booking ended before its time."""

    CANCELLED = "cancelled"
    NO_SHOW = "no_show"


class Booking(SQLModel, table=True):
    """A group of villagers has a room for some hours; free of charge, like everything. Personal columns can be blanked."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        sa.Index("ix_booking_when", "hall_id", "starts_at"),
        sa.Index("ix_booking_team", "hall_id", "team_id"),
        law("span_forward", "ends_at > starts_at"),
        law("somebody", "team_id IS NOT NULL OR length(group_name) > 0 OR unlinked_at IS NOT NULL"),
        law("flagged_with_approver", "NOT flagged OR approver_id IS NOT NULL"),
        law("ended_how", "(ended_at IS NULL) = (ended_as IS NULL)"),
        law("came_or_not", "ended_as IS NULL OR ended_as <> 'no_show' OR came_at IS NULL"),
        law("people", "people >= 1"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int = Field(description="in the hall's register")
    room_id: UUID = ref("room.id")
    function: str = Field(default="", max_length=40)
    purpose: Purpose = choice(Purpose, "purpose")
    starts_at: datetime
    ends_at: datetime
    day: date
    team_id: UUID | None = ref("patron.id", optional=True)
    group_name: str = Field(default="", max_length=60)
    contact: str = Field(default="", max_length=40)
    phone: str = Field(default="", max_length=20)
    people: int = 1
    note: str = Field(default="", max_length=200)
    flagged: bool = Field(default=False, description="outside culture: inspectors see it (R51)")
    approver_id: UUID | None = ref("staff.id", optional=True)
    made_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    came_at: datetime | None = None
    ended_at: datetime | None = None
    ended_as: BookingEnd | None = choice(BookingEnd, "ended_as", optional=True)
    end_reason: str = Field(default="", max_length=200)
    unlinked_at: datetime | None = None


class BookingRules(SQLModel, table=True):
    """The policy of the house for bookings: how long a room waits for a group that does not come (R51)."""

    __tablename__ = "booking_rules"
    __table_args__ = (law("sane", "no_show_minutes BETWEEN 5 AND 120"),)

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    no_show_minutes: int = 15


APART = "ex_room_use_apart"
_CLASH = f"""SELECT RAISE(ABORT, '{APART}') WHERE EXISTS (SELECT 1 FROM room_use AS other WHERE other.room_id = new.room_id
  AND other.freed_at IS NULL AND other.id <> new.id AND (other.lanes & new.lanes) <> 0
  AND other.starts_at < new.ends_at AND other.ends_at > new.starts_at);
END"""  # noqa: S608  constants alone
# A batch migration of `room_use` on SQLite drops these triggers silently: make them again after one.
SQLITE = (
    f"CREATE TRIGGER room_use_taken BEFORE INSERT ON room_use WHEN new.freed_at IS NULL BEGIN\n  {_CLASH}",
    f"CREATE TRIGGER room_use_changed BEFORE UPDATE ON room_use WHEN new.freed_at IS NULL BEGIN\n  {_CLASH}",
)
# Each bit becomes a range of one number, or an empty one; two uses overlap in some lane when these sets of numbers do.
_LANES = ", ".join(f"int4range({lane}, {lane} + (lanes >> {lane} & 1))" for lane in range(LANES))
POSTGRES = (
    # "Trusted": the owner of the database may make it, no superuser is needed.
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    f"""ALTER TABLE room_use ADD CONSTRAINT {APART} EXCLUDE USING gist
  (room_id WITH =, int4multirange({_LANES}) WITH &&, tstzrange(starts_at, ends_at) WITH &&) WHERE (freed_at IS NULL)""",
)


def _ddl(text: str) -> sa.DDL:
    return sa.DDL(text)  # type: ignore[no-untyped-call]


_table = RoomUse.__table__  # type: ignore[attr-defined]
for _text in SQLITE:
    event.listen(_table, "after_create", _ddl(_text).execute_if(dialect="sqlite"))
for _text in POSTGRES:
    event.listen(_table, "after_create", _ddl(_text).execute_if(dialect="postgresql"))
