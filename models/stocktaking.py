"""Stocktaking: the list frozen at the start, every scan as a row, and the differences that closing writes down."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref


class Difference(StrEnum):
    """How the shelves differ from the register."""

    MISSING = "missing"
    MISPLACED = "misplaced"
    LENT = "lent"
    SURPLUS = "surplus"
    UNKNOWN = "unknown"


class Stocktake(SQLModel, table=True):
    """One stocktake of the whole hall or of a room, of everything or of a sample; one at a time."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        only_one("uq_stocktake_open", "hall_id", where="closed_at IS NULL"),
        law("share", "share BETWEEN 1 AND 100"),
        law("span_forward", "closed_at IS NULL OR closed_at >= started_at"),
        law("closed_by", "(closed_at IS NULL) = (closed_by IS NULL)"),
        law("lost_with_approver", "lost = 0 OR approver_id IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int
    room_id: UUID | None = ref("room.id", optional=True)
    share: int = Field(default=100, description="per cent of the list that is looked for")
    started_at: datetime
    started_by: UUID | None = ref("staff.id", optional=True)
    closed_at: datetime | None = None
    closed_by: UUID | None = ref("staff.id", optional=True)
    approver_id: UUID | None = ref("staff.id", optional=True)
    expected: int = 0
    seen: int = Field(default=0, description="at the close, as is what follows")
    on_loan: int = 0
    lost: int = 0
    people: str = Field(default="", max_length=200, description="who scanned, by name at the close")


class StocktakeLine(SQLModel, table=True):
    """One thing that should be there: frozen at the start, never changed."""

    __tablename__ = "stocktake_line"

    stocktake_id: UUID = Field(foreign_key="stocktake.id", primary_key=True, sa_type=Id)
    item_id: UUID = Field(foreign_key="item.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")


class StocktakeScan(SQLModel, table=True):
    """One code under one scanner; its id comes from the gesture, so that a scan sent twice is one. Rows are only ever added."""

    __tablename__ = "stocktake_scan"
    __table_args__ = (sa.Index("ix_stocktake_scan_of", "hall_id", "stocktake_id", "item_id"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    stocktake_id: UUID = ref("stocktake.id")
    item_id: UUID | None = ref("item.id", optional=True)
    code: str = Field(max_length=120)
    room_id: UUID | None = Field(default=None, foreign_key="room.id", sa_type=Id, description="where the scanner was")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class StocktakeDifference(SQLModel, table=True):
    """A line of the signed list, with the words it had on that day."""

    __tablename__ = "stocktake_difference"
    __table_args__ = (sa.UniqueConstraint("hall_id", "stocktake_id", "position"), law("lost_is_missing", "NOT lost OR kind = 'missing'"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    stocktake_id: UUID = ref("stocktake.id")
    position: int
    kind: Difference = choice(Difference, "kind")
    item_id: UUID | None = ref("item.id", optional=True)
    code: str = Field(max_length=120)
    name: str = Field(default="", max_length=240)
    place: str = Field(default="", max_length=100, description="where it belongs")
    found: str = Field(default="", max_length=100, description="where it was")
    lost: bool = Field(default=False, description="declared lost with the approver's word")
