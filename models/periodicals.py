"""报刊: what the hall subscribes to, which issues came, which were claimed, and what became of them."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class Press(StrEnum):
    """报 or 刊."""

    NEWSPAPER = "newspaper"
    MAGAZINE = "magazine"


class Frequency(StrEnum):
    """刊期: how often it appears; the expected issues follow from it."""

    DAILY = "daily"
    WEEKLY = "weekly"
    TEN_DAYS = "ten_days"
    HALF_MONTHLY = "half_monthly"
    MONTHLY = "monthly"
    BIMONTHLY = "bimonthly"
    QUARTERLY = "quarterly"
    HALF_YEARLY = "half_yearly"
    YEARLY = "yearly"


class Subscription(SQLModel, table=True):
    """A title subscribed to for some months; the next year's is a row of its own."""

    __table_args__ = (
        sa.Index("ix_subscription_hall", "hall_id", "from_month"),
        sa.Index("ix_subscription_title", "hall_id", "title_id"),
        law("months_forward", "until_month > from_month"),
        law("copies", "copies >= 1"),
        law("day", "day BETWEEN 1 AND 28"),
        law("first_month", "first_month BETWEEN 1 AND 12"),
        law("weekdays", "length(weekdays) BETWEEN 1 AND 7"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    title_id: UUID = ref("title.id")
    press: Press = choice(Press, "press")
    frequency: Frequency = choice(Frequency, "frequency")
    weekdays: str = Field(default="1", max_length=7, description="of dailies and weeklies: the days it appears on, 1 is Monday")
    day: int = Field(default=1, description="of all others: the day of the month of the (first) issue")
    first_month: int = Field(default=1, description="of those rarer than monthly: the month of the year's first issue")
    agency: str = Field(default="", max_length=60, description="订阅单位: where it is ordered, and where a missing issue is claimed")
    from_month: date = Field(description="first day of the first month")
    until_month: date = Field(description="first day of the month after the last")
    copies: int = 1
    made_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = Field(default=None, description="given up before its last month")
    ended_reason: str = Field(default="", max_length=200)


class IssueArrival(SQLModel, table=True):
    """Copies of one issue that came; taken back when the tap was a mistake."""

    __tablename__ = "issue_arrival"
    __table_args__ = (sa.Index("ix_issue_arrival_of", "hall_id", "subscription_id", "day"), law("copies", "copies >= 1"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    subscription_id: UUID = ref("subscription.id")
    day: date = Field(description="the day the issue was expected on: it names the issue")
    copies: int
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    undone_at: datetime | None = None


class ClaimEnd(StrEnum):
    """What came of a claim."""

    CAME = "came"
    NOT_PUBLISHED = "not_published"
    SOLD_OUT = "sold_out"


class IssueClaim(SQLModel, table=True):
    """A missing issue was asked for (催缺)."""

    __tablename__ = "issue_claim"
    __table_args__ = (
        only_one("uq_issue_claim_open", "hall_id", "subscription_id", "day", where="ended_at IS NULL"),
        sa.Index("ix_issue_claim_of", "hall_id", "subscription_id", "day"),
        law("ended_with_outcome", "(ended_at IS NULL) = (ended_as IS NULL)"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    subscription_id: UUID = ref("subscription.id")
    day: date
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = None
    ended_as: ClaimEnd | None = choice(ClaimEnd, "ended_as", optional=True)


class Binding(StrEnum):
    """装订/处理: what became of issues that were read."""

    BOUND = "bound"
    KEPT = "kept"
    GIVEN = "given"
    RECYCLED = "recycled"


class IssueDisposal(SQLModel, table=True):
    """Issues of a span bound into a numbered volume, kept, given on, or recycled with an approver."""

    __tablename__ = "issue_disposal"
    __table_args__ = (
        sa.Index("ix_issue_disposal_of", "hall_id", "subscription_id"),
        law("span_forward", "until_day > from_day"),
        law("pieces", "pieces >= 1"),
        law("bound_has_number", "(binding = 'bound') = (item_id IS NOT NULL)"),
        law("gone_with_approver", "binding NOT IN ('given', 'recycled') OR approver_id IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    subscription_id: UUID = ref("subscription.id")
    from_day: date
    until_day: date
    binding: Binding = choice(Binding, "binding")
    pieces: int
    item_id: UUID | None = ref("item.id", optional=True)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    approver_id: UUID | None = ref("staff.id", optional=True)
    note: str = Field(default="", max_length=200)
