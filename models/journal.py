"""The journal: what happened, when, by whom. Rows are only ever added; they name the loan, never the patron."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, ref


class ActorKind(StrEnum):
    """Who acted."""

    KIOSK = "kiosk"
    STAFF = "staff"
    SYSTEM = "system"


class JournalRow(SQLModel, table=True):
    """One effect; the gesture makes a repeat recognisable, the facts are the first receipt."""

    __tablename__ = "journal"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "gesture"),
        sa.Index("ix_journal_at", "hall_id", "at"),
        sa.Index("ix_journal_subject", "hall_id", "subject_id"),
        law("staff_named", "actor_kind <> 'staff' OR staff_id IS NOT NULL"),
        law("override_with_reason", "overridden = '' OR length(reason) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    at: datetime
    verb: str = Field(max_length=24)
    actor_kind: ActorKind = choice(ActorKind, "actor_kind")
    staff_id: UUID | None = ref("staff.id", optional=True)
    device: str = Field(default="", max_length=40)
    gesture: UUID | None = Field(default=None, sa_type=Id)
    subject: str = Field(max_length=16, description="the table of the subject")
    subject_id: UUID = Field(sa_type=Id)
    facts: dict[str, Any] = Field(default_factory=dict, sa_type=sa.JSON)
    overridden: str = Field(default="", max_length=400, description="refusal codes staff set aside")
    reason: str = Field(default="", max_length=200)
    clock_doubt: bool = Field(default=False, description="written while the clock was behind the journal")
