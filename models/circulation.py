"""What is out and who waits: policy, loans, their moves, holds, reminders."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, only_some, ref
from models.catalogue import Medium
from models.people import Sex


class BorrowerKind(StrEnum):
    """The kind a policy row is for: a person's by age on the day of lending (14, 18)."""

    ADULT = "adult"
    YOUTH = "youth"
    CHILD = "child"
    TEAM = "team"
    TEMPORARY = "temporary"


class AgeBand(StrEnum):
    """For counts: copied to the loan, so that they stay when the person is blanked."""

    CHILD = "child"
    YOUTH = "youth"
    ADULT = "adult"
    ELDER = "elder"
    UNKNOWN = "unknown"


class Policy(SQLModel, table=True):
    """How many, how long, how often: per hall, kind of patron and item class."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "borrower_kind", "item_class"),
        law("sane", "max_items >= 0 AND loan_days >= 0 AND renewals >= 0 AND renew_days >= 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    borrower_kind: BorrowerKind = choice(BorrowerKind, "borrower_kind")
    item_class: Medium = choice(Medium, "item_class")
    max_items: int
    loan_days: int = Field(description="0: for the day, inside the hall")
    renewals: int = 0
    renew_days: int = 0


class Purpose(StrEnum):
    """What equipment goes out for (R51); the last two are outside culture and want an approver."""

    REHEARSAL = "rehearsal"
    TRAINING = "training"
    PERFORMANCE = "performance"
    SPORT = "sport"
    READING = "reading"
    WEDDING_FUNERAL = "wedding_funeral"
    MEETING = "meeting"


class LoanEnd(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    REPLACED = "replaced"
    WRITTEN_OFF = "written_off"


class Loan(SQLModel, table=True):
    """One item (or some of a counted set) out with one patron until the closing of its due day."""

    __table_args__ = (
        # The law of the house: no thing is out twice.
        only_one(
            "uq_loan_open_item",
            "hall_id",
            "item_id",
            where="ended_at IS NULL AND counted = 0",
            where_pg="ended_at IS NULL AND NOT counted",
        ),
        only_some("ix_loan_open_patron", "hall_id", "patron_id", where="ended_at IS NULL"),
        only_some("ix_loan_open_due", "hall_id", "due_day", where="ended_at IS NULL"),
        sa.Index("ix_loan_item", "hall_id", "item_id", "out_at"),
        sa.Index("ix_loan_out_day", "hall_id", "out_day"),
        sa.Index("ix_loan_back_day", "hall_id", "back_day"),
        sa.Index("ix_loan_patron", "hall_id", "patron_id", "out_at"),
        law("due_after_out", "due_at > out_at OR from_slip"),
        law("back_after_out", "ended_at IS NULL OR ended_at >= out_at"),
        law("quantity", "quantity >= 1 AND returned >= 0 AND returned <= quantity AND (counted OR quantity = 1)"),
        law("ended_with_kind", "(ended_at IS NULL) = (ended_as IS NULL)"),
        law("all_back", "ended_as IS NULL OR ended_as <> 'returned' OR returned = quantity"),
        law("open_remainder", "ended_at IS NOT NULL OR returned < quantity"),
        law("patron_or_unlinked", "patron_id IS NOT NULL OR unlinked_at IS NOT NULL"),
        law("unlinked_when_ended", "unlinked_at IS NULL OR ended_at IS NOT NULL"),
        law("outside_with_approver", "NOT outside OR approver_id IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    item_id: UUID = ref("item.id")
    title_id: UUID = ref("title.id")
    patron_id: UUID | None = ref("patron.id", optional=True)
    counted: bool = False
    quantity: int = 1
    returned: int = 0
    out_at: datetime
    out_day: date
    due_at: datetime
    due_day: date
    renewals: int = 0
    renewed_day: date | None = None
    ended_at: datetime | None = None
    back_day: date | None = None
    ended_as: LoanEnd | None = choice(LoanEnd, "ended_as", optional=True)
    purpose: Purpose | None = choice(Purpose, "purpose", optional=True)
    outside: bool = False
    approver_id: UUID | None = ref("staff.id", optional=True)
    assisted: bool = False
    from_slip: bool = False
    at_desk: bool = Field(default=False, description="lent by staff, not at the kiosk")
    item_class: Medium = choice(Medium, "item_class")
    class_code: str = Field(max_length=8)
    borrower_kind: BorrowerKind = choice(BorrowerKind, "borrower_kind")
    age_band: AgeBand = choice(AgeBand, "age_band", default=AgeBand.UNKNOWN)
    sex: Sex = choice(Sex, "sex", default=Sex.UNSAID)
    unlinked_at: datetime | None = None


class HoldState(StrEnum):
    """Where a hold stands."""

    WAITING = "waiting"
    READY = "ready"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"


# Spelled as the partial indexes spell it: with a bound parameter no planner could prove that the index holds the rows asked for.
HOLD_ACTIVE = sa.text("hold.state IN ('waiting', 'ready')")
HOLD_READY = sa.text("hold.state = 'ready'")


class Hold(SQLModel, table=True):
    """A patron waits for a title (or one volume of it); when ready, one item is kept until a closing time."""

    __table_args__ = (
        only_one("uq_hold_once", "hall_id", "patron_id", "title_id", "volume", where="state IN ('waiting', 'ready')"),
        # Never one copy on the shelf for two.
        only_one("uq_hold_kept_item", "hall_id", "item_id", where="state = 'ready'"),
        only_some("ix_hold_queue", "hall_id", "title_id", "volume", "placed_at", where="state IN ('waiting', 'ready')"),
        sa.Index("ix_hold_patron", "hall_id", "patron_id"),
        law(
            "ready_with_item",
            "state <> 'ready' OR (item_id IS NOT NULL AND kept_until IS NOT NULL AND kept_day IS NOT NULL AND ready_at IS NOT NULL)",
        ),
        law("waiting_without_item", "state <> 'waiting' OR item_id IS NULL"),
        law("ended", "(state IN ('waiting', 'ready')) = (ended_at IS NULL)"),
        law("patron_or_unlinked", "patron_id IS NOT NULL OR unlinked_at IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    title_id: UUID = ref("title.id")
    volume: int = 0
    patron_id: UUID | None = ref("patron.id", optional=True)
    state: HoldState = choice(HoldState, "state", default=HoldState.WAITING)
    placed_at: datetime
    item_id: UUID | None = ref("item.id", optional=True)
    ready_at: datetime | None = None
    shelved_at: datetime | None = Field(default=None, description="when staff put it on the hold shelf")
    kept_until: datetime | None = None
    kept_day: date | None = None
    ended_at: datetime | None = None
    unlinked_at: datetime | None = None


class DueMove(SQLModel, table=True):
    """A closure (or, where none is named, a change of hours) moved a last day: forward only, once, old and new recorded."""

    __tablename__ = "due_move"
    __table_args__ = (
        only_one("uq_due_move_loan", "hall_id", "loan_id", "closure_id", "version", where="loan_id IS NOT NULL"),
        only_one("uq_due_move_hold", "hall_id", "hold_id", "closure_id", "version", where="hold_id IS NOT NULL"),
        law("forward", "new_day > old_day"),
        law("loan_or_hold", "(loan_id IS NULL) <> (hold_id IS NULL)"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    closure_id: UUID | None = ref("closure.id", index=True, optional=True)
    version: int = Field(default=1, description="of the notice that moved it")
    loan_id: UUID | None = ref("loan.id", index=True, optional=True)
    hold_id: UUID | None = ref("hold.id", index=True, optional=True)
    old_day: date
    new_day: date
    at: datetime


class Reminder(SQLModel, table=True):
    """A reminder that is due for a loan (days after the due day; negative before): made once by `tick`."""

    __table_args__ = (sa.UniqueConstraint("hall_id", "loan_id", "due_day", "offset_days"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    loan_id: UUID = ref("loan.id", index=True)
    due_day: date
    offset_days: int
    made_at: datetime
    done_at: datetime | None = None
    done_by: UUID | None = ref("staff.id", optional=True)
