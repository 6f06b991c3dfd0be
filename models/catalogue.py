"""What the hall has: titles that a catalogue describes, items that carry a number, and what befell them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, new_order, only_one, only_some, ref


class Medium(StrEnum):
    """What kind of thing a title is; also the item class of the policy."""

    BOOK = "book"
    PERIODICAL = "periodical"
    EQUIPMENT = "equipment"


class Title(SQLModel, table=True):
    """What a catalogue describes: a book, a periodical, or a model of equipment."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "call_number"),
        sa.Index("ix_title_class", "hall_id", "class_code"),
        sa.Index("ix_title_isbn", "hall_id", "isbn"),
        law("classed", "length(class_code) > 0 AND length(call_number) > 0"),
        law("named", "length(name) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    search_no: int = Field(default_factory=new_order, sa_type=sa.BigInteger, unique=True, description="row number in the search index")
    medium: Medium = choice(Medium, "medium", default=Medium.BOOK)
    name: str = Field(max_length=200)
    author: str = Field(default="", max_length=200)
    publisher: str = Field(default="", max_length=120)
    year: int | None = None
    isbn: str = Field(default="", max_length=13)
    class_code: str = Field(max_length=8, description="CLC main class, or the letters of the hall's own equipment class (R48)")
    class_number: str = Field(default="", max_length=40, description="CLC number, finer by hand")
    gb14885: str = Field(default="", max_length=12, description="GB/T 14885 asset class, where known")
    call_number: str = Field(max_length=60)
    audience: str = Field(default="", max_length=20, description="advice for readers, never a limit")
    adults_only: bool = False
    grams: str = Field(default="", description="services.spelling.grams of name and author")
    initial_grams: str = Field(default="", description="the same of the pinyin initials")
    initials: str = Field(default="", description="the initials as they are typed: of the name, a space, of the author")


class Volume(SQLModel, table=True):
    """A part of a set (上册, 下册): items have a number each, holds are per volume."""

    __table_args__ = (sa.UniqueConstraint("hall_id", "title_id", "number"), law("from_one", "number >= 1"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    title_id: UUID = ref("title.id", index=True)
    number: int
    label: str = Field(max_length=40)


class TakenNumber(SQLModel, table=True):
    """Every number ever given out: one for life, never used again. Rows are only ever added."""

    __tablename__ = "taken_number"
    __table_args__ = (law("digits", "length(number) = 8"),)

    issuer_code: str = Field(primary_key=True, max_length=12)
    number: str = Field(primary_key=True, max_length=8)


class Item(SQLModel, table=True):
    """One numbered thing, or one counted set of like things under one number."""

    __table_args__ = (
        sa.UniqueConstraint("issuer_code", "number"),
        sa.ForeignKeyConstraint(["issuer_code", "number"], ["taken_number.issuer_code", "taken_number.number"]),
        sa.Index("ix_item_title", "hall_id", "title_id", "volume"),
        sa.Index("ix_item_room", "hall_id", "home_room_id"),
        sa.Index("ix_item_number", "number"),
        law("kind_of_number", "number LIKE '2_______' OR number LIKE '3_______'"),
        law("quantity", "quantity >= 1 AND (counted OR quantity = 1)"),
        law("volume", "volume >= 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    title_id: UUID = ref("title.id")
    volume: int = Field(default=0, description="0: not part of a set")
    copy_no: int = 1
    issuer_code: str = Field(max_length=12)
    number: str = Field(max_length=8)
    item_class: Medium = choice(Medium, "item_class", default=Medium.BOOK)
    home_room_id: UUID = ref("room.id")
    shelf: str = Field(default="", max_length=40)
    reference_only: bool = False
    counted: bool = False
    quantity: int = 1
    unit: str = Field(default="册", max_length=8)
    source: str = Field(default="", max_length=40)
    replaces_id: UUID | None = ref("item.id", optional=True)
    registered_at: datetime


class ItemAlias(SQLModel, table=True):
    """An old label's code (原有条形码) that still finds the item."""

    __tablename__ = "item_alias"
    __table_args__ = (sa.UniqueConstraint("hall_id", "code"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id", index=True)
    code: str = Field(max_length=40)


class Condition(StrEnum):
    """What keeps an item from being lent, each with who, when and why."""

    LOST = "lost"
    DAMAGED = "damaged"
    CLAIMS_RETURNED = "claims_returned"
    OUT_OF_ORDER = "out_of_order"
    PARTS_MISSING = "parts_missing"
    WITHDRAWN = "withdrawn"


class ItemCondition(SQLModel, table=True):
    """An item is lost, damaged, out of order, withdrawn …: a row from since to ended, never a flag."""

    __tablename__ = "item_condition"
    __table_args__ = (
        only_one("uq_item_condition_now", "hall_id", "item_id", "condition", where="ended_at IS NULL"),
        law("span_forward", "ended_at IS NULL OR ended_at >= since_at"),
        law("withdrawn_with_approver", "condition <> 'withdrawn' OR (length(reason) > 0 AND approver_id IS NOT NULL)"),
        law("withdrawn_for_good", "condition <> 'withdrawn' OR ended_at IS NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    condition: Condition = choice(Condition, "condition")
    since_at: datetime
    ended_at: datetime | None = None
    reason: str = Field(default="", max_length=200)
    expected_back_at: datetime | None = Field(default=None, description="when an out-of-order thing should serve again")
    staff_id: UUID | None = ref("staff.id", optional=True)
    approver_id: UUID | None = ref("staff.id", optional=True)


class Trouble(StrEnum):
    """The five pictures of a fault report (visits.md 9)."""

    TORN = "torn"
    PARTS = "parts"
    WET = "wet"
    DEAD = "dead"
    OTHER = "other"


class FaultReport(SQLModel, table=True):
    """Somebody said a thing is broken; it goes to the staff list, and nobody is named."""

    __tablename__ = "fault_report"
    __table_args__ = (only_some("ix_fault_report_open", "hall_id", "at", where="done_at IS NULL"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id", index=True)
    loan_id: UUID | None = ref("loan.id", optional=True)
    trouble: Trouble = choice(Trouble, "trouble")
    note: str = Field(default="", max_length=200)
    at: datetime
    done_at: datetime | None = None
    done_by: UUID | None = ref("staff.id", optional=True)
    done_note: str = Field(default="", max_length=200)
