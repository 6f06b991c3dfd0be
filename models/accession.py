"""How a thing came: its purchase price and batch in the hall's own books; and the files whole shelves were entered from."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, key, law, ref


class Accession(SQLModel, table=True):
    """What the hall's books say of an item's coming; never anything a villager pays."""

    __table_args__ = (sa.Index("ix_accession_batch", "hall_id", "batch"), law("purchase_price", "purchase_price_fen >= 0"))

    item_id: UUID = Field(foreign_key="item.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    purchase_price_fen: int | None = Field(default=None, description="in fen, as the invoice says")
    batch: str = Field(default="", max_length=40, description="batch or voucher number")
    donor: str = Field(default="", max_length=60)


class ImportRun(SQLModel, table=True):
    """One accepted file: what it was called, what came of it, who accepted it."""

    __tablename__ = "import_run"
    __table_args__ = (sa.Index("ix_import_run_at", "hall_id", "at"), law("counts", "added >= 0 AND known >= 0"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    kind: str = Field(max_length=16)
    file_name: str = Field(max_length=120)
    added: int
    known: int


class ImportedRow(SQLModel, table=True):
    """A row that was entered once; the same row in another file adds nothing."""

    __tablename__ = "imported_row"

    hall_id: UUID = Field(foreign_key="hall.id", primary_key=True, sa_type=Id)
    fingerprint: bytes = Field(primary_key=True, max_length=32)
    run_id: UUID = ref("import_run.id", index=True)
