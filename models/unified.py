"""The 统一书号 of books from before ISBN (1956 to 1986)."""

from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, law, ref


class UnifiedNumber(SQLModel, table=True):
    """A title's 统一书号, like 10019·1234; two works may share one."""

    __tablename__ = "unified_number"
    __table_args__ = (sa.Index("ix_unified_number_code", "hall_id", "code"), law("said", "length(code) > 0"))

    title_id: UUID = Field(foreign_key="title.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    code: str = Field(max_length=20)
