"""What was printed: one run of a sheet or a roll, and each label on it, so that a second label for a thing is known as one."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class LabelKind(StrEnum):
    """A label with the QR, or the call number on a spine."""

    CODE = "code"
    SPINE = "spine"


class LabelRun(SQLModel, table=True):
    """One printing: which sheet, from which cell on, by whom."""

    __tablename__ = "label_run"
    __table_args__ = (sa.Index("ix_label_run_at", "hall_id", "at"), law("cells", "skip >= 0 AND labels > 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    kind: LabelKind = choice(LabelKind, "kind")
    sheet: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON, description="the sheet in millimetres, as it was then")
    skip: int = Field(default=0, description="cells that were used before")
    labels: int


class LabelPrint(SQLModel, table=True):
    """One label of a run. The first of a thing is one; every later one is a reprint."""

    __tablename__ = "label_print"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "run_id", "position"),
        sa.Index("ix_label_print_item", "hall_id", "item_id"),
        only_one("uq_label_print_first", "hall_id", "item_id", "kind", where="NOT again"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    run_id: UUID = ref("label_run.id")
    item_id: UUID = ref("item.id")
    kind: LabelKind = choice(LabelKind, "kind")
    position: int
    again: bool = False
