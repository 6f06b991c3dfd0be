"""What has to leave the house: asked for in the transaction that changed something, carried out afterwards."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, only_some, ref


class OutboxKind(StrEnum):
    """What leaves: the public pages and calendars, into a folder."""

    PUBLIC = "public"


class OutboxRow(SQLModel, table=True):
    """One change that has to be seen outside; whoever carries it out writes what is true then, so many rows need one errand."""

    __tablename__ = "outbox"
    __table_args__ = (
        only_some("ix_outbox_waiting", "hall_id", "kind", "at", where="done_at IS NULL"),
        sa.Index("ix_outbox_at", "hall_id", "at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    kind: OutboxKind = choice(OutboxKind, "kind")
    cause: str = Field(max_length=24, description="the verb in the journal that asked for it")
    at: datetime
    done_at: datetime | None = None
