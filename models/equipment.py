"""Equipment beyond its number: classes of the hall's own, what the asset register wants, custodians, parts and photos."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref


class EquipmentClass(SQLModel, table=True):
    """A class of the hall's own letters (YQ 乐器); `Title.class_code` holds the letters (R48)."""

    __tablename__ = "equipment_class"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "code"),
        law("letters", "length(code) BETWEEN 2 AND 4"),
        law("named", "length(name) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    code: str = Field(max_length=4)
    name: str = Field(max_length=40)
    gb14885: str = Field(default="", max_length=12, description="GB/T 14885 asset class of most things in it, where known")
    position: int = 0


class Asset(SQLModel, table=True):
    """What register 07 adds to an item; unit price, batch and donor stand in its accession, source in the item."""

    __table_args__ = (sa.Index("ix_asset_hall", "hall_id", "acquired_day"), law("pieces", "pieces >= 1"))

    item_id: UUID = Field(foreign_key="item.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    brand: str = Field(default="", max_length=60)
    model: str = Field(default="", max_length=80, description="规格型号")
    fund: str = Field(default="", max_length=60, description="资金: what it was paid from, in the hall's own books")
    acquired_day: date = Field(description="购置(配发)日期; registering may be later")
    pieces: int = Field(default=1, description="as they came; the item's quantity is what is left of a set")


class Custody(SQLModel, table=True):
    """Who answers for a thing and where it stood, from when to when; the open row is now."""

    __table_args__ = (
        only_one("uq_custody_now", "hall_id", "item_id", where="until_day IS NULL"),
        sa.Index("ix_custody_item", "hall_id", "item_id", "from_day"),
        law("span_forward", "until_day IS NULL OR until_day >= from_day"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    room_id: UUID = ref("room.id")
    custodian: str = Field(max_length=40, description="保管人: a name, as in the paper book")
    from_day: date
    until_day: date | None = None
    reason: str = Field(default="", max_length=200)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class ItemPart(SQLModel, table=True):
    """A part that belongs to a thing (弓, 琴盒, 松香) and is looked for when it goes out and comes back."""

    __tablename__ = "item_part"
    __table_args__ = (
        only_one("uq_item_part_named", "hall_id", "item_id", "name", where="removed_at IS NULL"),
        law("count", "pieces >= 1"),
        law("named", "length(name) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id", index=True)
    name: str = Field(max_length=40)
    pieces: int = 1
    position: int = 0
    added_at: datetime
    removed_at: datetime | None = None


class CheckMoment(StrEnum):
    """When the parts were looked at."""

    OUT = "out"
    BACK = "back"
    HERE = "here"


class PartsCheck(SQLModel, table=True):
    """The parts of a thing looked at once: going out, coming back, or in between; register 08 reads its state from here."""

    __tablename__ = "parts_check"
    __table_args__ = (sa.Index("ix_parts_check_item", "hall_id", "item_id", "at"), law("missing", "missing >= 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    loan_id: UUID | None = ref("loan.id", index=True, optional=True)
    moment: CheckMoment = choice(CheckMoment, "moment")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    missing: int = Field(default=0, description="pieces that were not there, over all parts")
    note: str = Field(default="", max_length=200)


class PartSeen(SQLModel, table=True):
    """How many pieces of one part were there at one check."""

    __tablename__ = "part_seen"
    __table_args__ = (law("seen", "seen >= 0"),)

    check_id: UUID = Field(foreign_key="parts_check.id", primary_key=True, sa_type=Id)
    part_id: UUID = Field(foreign_key="item_part.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    seen: int


class Photo(SQLModel, table=True):
    """A photo as it is kept: a JPEG of our own making, without what the camera wrote into it. Only behind the staff gate."""

    __table_args__ = (
        law("size", "length(content) <= 400000"),
        law("sides", "width BETWEEN 1 AND 1600 AND height BETWEEN 1 AND 1600"),
        law("removed_empty", "(removed_at IS NULL) = (length(content) > 0)"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id", index=True)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    width: int
    height: int
    sha256: bytes = Field(max_length=32)
    content: bytes = Field(sa_type=sa.LargeBinary, description="emptied when the photo is taken away")
    removed_at: datetime | None = None
    removed_by: UUID | None = ref("staff.id", optional=True)


class ItemPhoto(SQLModel, table=True):
    """A photo of a thing, and what it shows of its condition."""

    __tablename__ = "item_photo"
    __table_args__ = (sa.Index("ix_item_photo_item", "hall_id", "item_id"),)

    photo_id: UUID = Field(foreign_key="photo.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    note: str = Field(default="", max_length=200)
