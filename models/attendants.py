"""Who serves in the hall, keepers and volunteers, with their days of service and what they learned; and who belongs to a team."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class AttendantKind(StrEnum):
    """In whose name somebody serves."""

    KEEPER = "keeper"
    VOLUNTEER = "volunteer"


class Attendant(SQLModel, table=True):
    """Somebody who serves in the hall, from a day to a day; the personal columns can be blanked."""

    __table_args__ = (
        law("named", "length(name) > 0"),
        law("span_forward", "to_day IS NULL OR to_day >= from_day"),
        law("birth_year", "birth_year BETWEEN 1900 AND 2200"),
        only_one("uq_attendant_account", "hall_id", "staff_id", where="staff_id IS NOT NULL AND to_day IS NULL"),
        sa.Index("ix_attendant_name", "hall_id", "name"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    kind: AttendantKind = choice(AttendantKind, "kind", default=AttendantKind.VOLUNTEER)
    name: str = Field(max_length=40)
    initials: str = Field(default="", max_length=40, description="pinyin initials, to find by typing")
    birth_year: int | None = Field(default=None, description="for the age band of the register; no day is kept")
    phone: str = Field(default="", max_length=20)
    speciality: str = Field(default="", max_length=100)
    staff_id: UUID | None = ref("staff.id", optional=True)
    from_day: date = Field(description="registered as a volunteer, or appointed as a keeper")
    to_day: date | None = Field(default=None, description="the last day")
    registered_at: datetime
    erased_at: datetime | None = None


class EntryKind(StrEnum):
    """What was written into somebody's book."""

    SERVICE = "service"
    TRAINING = "training"


class AttendantEntry(SQLModel, table=True):
    """One line of somebody's book: a service or a training, its day, how long and what. A mistake is struck out, never deleted."""

    __tablename__ = "attendant_entry"
    __table_args__ = (
        law("minutes", "minutes BETWEEN 1 AND 1440"),
        law("with_content", "length(content) > 0"),
        law("struck_with_reason", "struck_at IS NULL OR length(struck_reason) > 0"),
        sa.Index("ix_attendant_entry_day", "hall_id", "day"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    attendant_id: UUID = ref("attendant.id", index=True)
    kind: EntryKind = choice(EntryKind, "kind", default=EntryKind.SERVICE)
    day: date
    minutes: int
    content: str = Field(max_length=200)
    given_by: str = Field(default="", max_length=60, description="of a training: who gave it")
    written_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    struck_at: datetime | None = None
    struck_reason: str = Field(default="", max_length=200)


class TeamMember(SQLModel, table=True):
    """Somebody belongs to a team (文艺队) from a day to a day; with a card or by name alone."""

    __tablename__ = "team_member"
    __table_args__ = (
        law("named", "length(name) > 0"),
        law("span_forward", "to_day IS NULL OR to_day >= from_day"),
        only_one("uq_team_member_now", "hall_id", "team_id", "patron_id", where="patron_id IS NOT NULL AND to_day IS NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    team_id: UUID = ref("patron.id", index=True)
    patron_id: UUID | None = ref("patron.id", index=True, optional=True)
    name: str = Field(max_length=60)
    part: str = Field(default="", max_length=40, description="what they do in it: sings, plays the erhu")
    from_day: date
    to_day: date | None = None


class PatronMerge(SQLModel, table=True):
    """Two registrations were one person: all of the ended one went over to the kept one."""

    __tablename__ = "patron_merge"
    __table_args__ = (sa.UniqueConstraint("hall_id", "ended_id"), law("two", "ended_id <> kept_id"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    ended_id: UUID = ref("patron.id")
    kept_id: UUID = ref("patron.id", index=True)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
