"""Where it happens: district, township, hall, its rooms, what they are for and who is in charge."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, new_id, only_one, ref
from models.catalogue import Medium


class District(SQLModel, table=True):
    """A district; it holds townships."""

    id: UUID = key()
    code: str = Field(max_length=6, unique=True)
    name: str = Field(max_length=60)


class Township(SQLModel, table=True):
    """A township, town, street or zone: the unit between district and village."""

    id: UUID = key()
    district_id: UUID = ref("district.id", index=True)
    code: str = Field(max_length=9, unique=True)
    name: str = Field(max_length=60)


class Hall(SQLModel, table=True):
    """A village's one door: the owner of everything numbered here."""

    __table_args__ = (law("code_digits", "length(code) = 12"),)

    id: UUID = key()
    township_id: UUID | None = ref("township.id", index=True, optional=True)
    code: str = Field(max_length=12, unique=True, description="12-digit statistical division code")
    name: str = Field(max_length=80)
    owner: str = Field(default="村部", max_length=60)
    address: str = Field(default="", max_length=120)
    phone: str = Field(default="", max_length=20)
    sample: bool = Field(default=False, description="fictional data: every screen says so")
    calendar_token: UUID = Field(
        default_factory=new_id,
        sa_type=Id,
        description="changes with every change of hours or closures; random, so that a rolled-back change never collides",
    )
    made_at: datetime


class FormerCode(SQLModel, table=True):
    """A division code the hall had before (villages merge): its labels stay valid."""

    __tablename__ = "former_code"

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    code: str = Field(max_length=12, unique=True)


class HouseRules(SQLModel, table=True):
    """The policy of the house that is not per patron kind and item class (rules.md §3, §4)."""

    __tablename__ = "house_rules"
    __table_args__ = (law("sane", "holds_max >= 0 AND hold_shelf_open_days >= 1 AND block_from_day >= 1 AND unlink_after_days >= 1"),)

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    holds_max: int = 2
    hold_shelf_open_days: int = 3
    card_valid_years: int = 5
    elder_from_age: int = 60
    block_from_day: int = 30
    remind_days: str = Field(default="-3,1,7,30", max_length=40)
    unlink_after_days: int = 180
    notice_days: int = 7
    outside_max_days: int = 10


class AreaKind(StrEnum):
    """What a room's area counts as (服务面积最大化)."""

    SERVICE = "service"
    OFFICE = "office"
    OUTDOOR = "outdoor"


class Room(SQLModel, table=True):
    """A function room (or the square before the door)."""

    __table_args__ = (sa.UniqueConstraint("hall_id", "code"), law("area", "area_m2 >= 0 AND capacity >= 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    code: str = Field(max_length=16)
    name: str = Field(max_length=40)
    floor: str = Field(default="1", max_length=8)
    area_m2: int = 0
    area_kind: AreaKind = choice(AreaKind, "area_kind", default=AreaKind.SERVICE)
    capacity: int = 0
    position: int = 0


class RoomFunction(SQLModel, table=True):
    """What a room is for (图书室, 文体活动室:舞蹈 …); removed with a reason, never deleted (R06)."""

    __tablename__ = "room_function"
    __table_args__ = (
        only_one("uq_room_function_in_force", "hall_id", "room_id", "name", where="removed_at IS NULL"),
        law("removed_with_reason", "removed_at IS NULL OR length(removed_reason) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id", index=True)
    name: str = Field(max_length=40)
    removed_at: datetime | None = None
    removed_reason: str = Field(default="", max_length=200)


class Sharing(StrEnum):
    """Whether two functions may use the room at the same time."""

    TOGETHER = "together"
    APART = "apart"


class FunctionPair(SQLModel, table=True):
    """Two functions of a room that share it, or exclude each other; kept in one order so a pair stands once."""

    __tablename__ = "function_pair"
    __table_args__ = (sa.UniqueConstraint("hall_id", "room_id", "first", "second"), law("ordered", "first < second"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id", index=True)
    first: str = Field(max_length=40)
    second: str = Field(max_length=40)
    sharing: Sharing = choice(Sharing, "sharing")


class OpenItem(SQLModel, table=True):
    """A service offered in a room (开放项目)."""

    __tablename__ = "open_item"
    __table_args__ = (sa.UniqueConstraint("hall_id", "room_id", "name"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id", index=True)
    name: str = Field(max_length=40)
    # What it lends and takes back: when it stops, so does the lending of that, and due days move.
    lends: Medium | None = choice(Medium, "lends", optional=True)


class OpenItemStop(SQLModel, table=True):
    """A service is offered no more, with a reason; offered again, the stop is over. What it was named stays known (R45)."""

    __tablename__ = "open_item_stop"
    __table_args__ = (
        only_one("uq_open_item_stop_now", "hall_id", "open_item_id", where="resumed_at IS NULL"),
        law("with_reason", "length(reason) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    open_item_id: UUID = ref("open_item.id")
    stopped_at: datetime
    reason: str = Field(max_length=200)
    staff_id: UUID | None = ref("staff.id", optional=True)
    resumed_at: datetime | None = None


class Duty(StrEnum):
    """Who answers for a room."""

    IN_CHARGE = "in_charge"
    DEPUTY = "deputy"


class PersonInCharge(SQLModel, table=True):
    """The person in charge of a room or the deputy, with dates; past ones keep their names (R41)."""

    __tablename__ = "person_in_charge"
    __table_args__ = (
        only_one("uq_person_in_charge_now", "hall_id", "room_id", "duty", where="to_day IS NULL"),
        law("span_forward", "to_day IS NULL OR to_day >= from_day"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id", index=True)
    duty: Duty = choice(Duty, "duty", default=Duty.IN_CHARGE)
    name: str = Field(max_length=40)
    phone: str = Field(default="", max_length=20)
    staff_id: UUID | None = ref("staff.id", optional=True)
    from_day: date
    to_day: date | None = None
