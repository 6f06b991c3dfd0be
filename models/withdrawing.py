"""剔旧 and 注销: why a thing left the stock, who judged and who approved it, and what became of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref


class Cause(StrEnum):
    """Why a thing leaves (register 22, 原因)."""

    WORN = "worn"
    LOST = "lost"
    OUTDATED = "outdated"
    SURPLUS = "surplus"
    REPLACED = "replaced"
    SCRAPPED = "scrapped"
    MOVED_OUT = "moved_out"


class Disposal(StrEnum):
    """What becomes of it (处置方式)."""

    RECYCLED = "recycled"
    HANDED_UP = "handed_up"
    GIVEN_AWAY = "given_away"
    KEPT = "kept"
    DESTROYED = "destroyed"
    NOTHING_LEFT = "nothing_left"


class Weeding(SQLModel, table=True):
    """One 剔旧 list: gathered thing by thing, judged by an appraiser, closed by an approver; one is open at a time."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        only_one("uq_weeding_open", "hall_id", where="closed_at IS NULL"),
        law("closed_by", "(closed_at IS NULL) = (closed_by IS NULL)"),
        law("closed_after", "closed_at IS NULL OR closed_at >= started_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int
    started_at: datetime
    started_by: UUID | None = ref("staff.id", optional=True)
    closed_at: datetime | None = None
    closed_by: UUID | None = ref("staff.id", optional=True)


class WeedingLine(SQLModel, table=True):
    """A thing on the list; taken off again, the row stays."""

    __tablename__ = "weeding_line"
    __table_args__ = (
        only_one("uq_weeding_line_once", "hall_id", "weeding_id", "item_id", where="off_at IS NULL"),
        sa.Index("ix_weeding_line_item", "hall_id", "item_id"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    weeding_id: UUID = ref("weeding.id")
    item_id: UUID = ref("item.id")
    cause: Cause = choice(Cause, "weeding_cause")
    added_at: datetime
    added_by: UUID | None = ref("staff.id", optional=True)
    off_at: datetime | None = None


class Withdrawal(SQLModel, table=True):
    """What register 22 adds to a `withdrawn` condition; day, reason, who did it and the approver stand there."""

    __table_args__ = (sa.Index("ix_withdrawal_item", "hall_id", "item_id"),)

    condition_id: UUID = Field(foreign_key="item_condition.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    weeding_id: UUID | None = ref("weeding.id", index=True, optional=True)
    cause: Cause = choice(Cause, "cause")
    appraiser: str = Field(default="", max_length=40, description="鉴定人, the name as signed; empty where nobody had to judge")
    disposal: Disposal = choice(Disposal, "disposal")
