"""How the hall stands: its integration with photos of before and after, how its area is used, and the rules of its rooms."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, ref
from models.places import AreaKind
from models.signs import PhotoMoment


class Stage(StrEnum):
    """How far a hall has come in being one: 未建, 在建, 已整合, 已验收."""

    UNBUILT = "unbuilt"
    BUILDING = "building"
    INTEGRATED = "integrated"
    ACCEPTED = "accepted"


class IntegrationStep(SQLModel, table=True):
    """The hall came to a stage (or fell back to one); the newest row is where it stands."""

    __tablename__ = "integration_step"
    __table_args__ = (sa.Index("ix_integration_step_at", "hall_id", "at"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    stage: Stage = choice(Stage, "stage")
    note: str = Field(default="", max_length=200)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class HallPhoto(SQLModel, table=True):
    """The hall before its integration and after it; the picture itself is a row of `photo`."""

    __tablename__ = "hall_photo"

    photo_id: UUID = Field(foreign_key="photo.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id", index=True)
    moment: PhotoMoment = choice(PhotoMoment, "moment")
    note: str = Field(default="", max_length=100)


class RoomChange(SQLModel, table=True):
    """What a room was before it was changed, and why: area, kind, heads, and its functions (R06, R07)."""

    __tablename__ = "room_change"
    __table_args__ = (sa.Index("ix_room_change_of", "hall_id", "room_id", "at"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    at: datetime
    area_m2: int
    area_kind: AreaKind = choice(AreaKind, "area_kind")
    capacity: int
    added: str = Field(default="", max_length=40, description="a function the room was given")
    removed: str = Field(default="", max_length=40, description="one that was taken from it")
    reason: str = Field(default="", max_length=200)
    staff_id: UUID | None = ref("staff.id", optional=True)


class RuleSet(SQLModel, table=True):
    """A published version of a room's rules for one of its functions (R16, R42, R44); the next version leaves it readable."""

    __tablename__ = "rule_set"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "room_id", "function", "version"),
        law(
            "nothing_empty",
            "length(duty) > 0 AND length(person) > 0 AND length(open_items) > 0 AND length(hours) > 0 AND length(upkeep) > 0",
        ),
        law("signed", "length(signer) > 0 AND version >= 1"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    function: str = Field(max_length=40)
    version: int
    duty: str = Field(max_length=400)
    person: str = Field(max_length=80)
    open_items: str = Field(max_length=200)
    hours: str = Field(max_length=400)
    upkeep: str = Field(max_length=400)
    conduct: str = Field(default="", max_length=1000, description="what else is asked of whoever uses the room")
    signer: str = Field(max_length=40)
    approver_id: UUID = ref("staff.id")
    published_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class RuleDraft(SQLModel, table=True):
    """The next version of a room's rules while it is written; nothing is asked of it until it is published."""

    __tablename__ = "rule_draft"
    __table_args__ = (sa.UniqueConstraint("hall_id", "room_id", "function"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    function: str = Field(max_length=40)
    duty: str = Field(default="", max_length=400)
    person: str = Field(default="", max_length=80)
    open_items: str = Field(default="", max_length=200)
    hours: str = Field(default="", max_length=400)
    upkeep: str = Field(default="", max_length=400)
    conduct: str = Field(default="", max_length=1000)
    changed_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
