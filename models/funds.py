"""经费: what the hall is given and spends, in its own books; never anything a villager pays. A balance is computed, never stored."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class FundSource(StrEnum):
    """Who gave it (register 20, 来源)."""

    CENTRAL = "central"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    VILLAGE = "village"
    DONATION = "donation"


class Fund(SQLModel, table=True):
    """One line of a year's budget: what one source gives for one purpose (项目)."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "year", "source", "item"),
        law("year", "year BETWEEN 2000 AND 2199"),
        law("named", "length(item) > 0"),
        law("budget", "budget_fen >= 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    year: int
    source: FundSource = choice(FundSource, "source")
    item: str = Field(max_length=80)
    budget_fen: int
    made_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)


class FundFlow(StrEnum):
    """Whether it came (到账) or went (支出)."""

    IN = "in"
    OUT = "out"


class FundEntry(SQLModel, table=True):
    """One sum that came or went, with its voucher. Rows are only ever added: a mistake is answered by the same sum in red (红字冲销)."""

    __tablename__ = "fund_entry"
    __table_args__ = (
        sa.Index("ix_fund_entry_fund", "hall_id", "fund_id", "day"),
        only_one("uq_fund_entry_struck_once", "hall_id", "strikes_id", where="strikes_id IS NOT NULL"),
        law("out_with_voucher", "flow <> 'out' OR length(voucher) > 0"),
        law("red_only_to_strike", "(strikes_id IS NULL) = (sum_fen > 0) AND sum_fen <> 0"),
        law("named", "length(what) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    fund_id: UUID = ref("fund.id")
    flow: FundFlow = choice(FundFlow, "flow")
    day: date
    what: str = Field(max_length=120, description="支出事项, or where it came from")
    sum_fen: int = Field(description="in fen; negative only where it strikes another entry")
    voucher: str = Field(default="", max_length=40)
    strikes_id: UUID | None = ref("fund_entry.id", optional=True)
    at: datetime = Field(description="when it was written down")
    staff_id: UUID | None = ref("staff.id", optional=True)
