"""When it is open: weekly hours, seasons, dated exceptions, and closures with their notices."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class Season(SQLModel, table=True):
    """A stretch of days with hours of its own; both days count."""

    __table_args__ = (sa.UniqueConstraint("hall_id", "name", "from_day"), law("span_forward", "to_day >= from_day"))

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    name: str = Field(max_length=40)
    from_day: date
    to_day: date


class Opening(SQLModel, table=True):
    """The hours of a room on one weekday (of the plain week or of a season) or on one date; no slots means closed."""

    __table_args__ = (
        law("weekday_or_day", "(weekday IS NULL) <> (day IS NULL)"),
        law("season_by_weekday", "season_id IS NULL OR weekday IS NOT NULL"),
        law("weekday", "weekday IS NULL OR weekday BETWEEN 0 AND 6"),
        only_one("uq_opening_week", "hall_id", "room_id", "weekday", where="season_id IS NULL AND day IS NULL"),
        only_one("uq_opening_season", "hall_id", "room_id", "season_id", "weekday", where="season_id IS NOT NULL"),
        only_one("uq_opening_day", "hall_id", "room_id", "day", where="day IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    room_id: UUID = ref("room.id")
    season_id: UUID | None = ref("season.id", optional=True)
    weekday: int | None = Field(default=None, description="0 Monday … 6 Sunday")
    day: date | None = None
    name: str = Field(default="", max_length=40, description="why a dated exception")


class OpeningSlot(SQLModel, table=True):
    """A half-open span of minutes since that day's midnight; past 1440 it runs into the next day."""

    __tablename__ = "opening_slot"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "opening_id", "starts"),
        law("span_forward", "starts >= 0 AND starts < 1440 AND ends > starts AND ends <= starts + 1440"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    opening_id: UUID = ref("opening.id", index=True)
    starts: int
    ends: int


class ClosureReason(StrEnum):
    """Why a stop is announced (R53)."""

    MAINTENANCE = "maintenance"
    HOURS_CHANGE = "hours_change"
    TRAINING = "training"
    STOCKTAKE = "stocktake"
    EVENT = "event"
    STAFF_LEAVE = "staff_leave"
    CALLED_AWAY = "called_away"
    FORCE_MAJEURE = "force_majeure"
    OTHER = "other"


class Closure(SQLModel, table=True):
    """An announced stop of the hall, a room or one service, with the expected reopening now in force (R54)."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        law("reopening_after_start", "expected_reopen_at > starts_at"),
        law("service_in_room", "open_item_id IS NULL OR room_id IS NOT NULL"),
        sa.Index("ix_closure_in_force", "hall_id", "starts_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int = Field(description="the notice's number in the hall's register")
    room_id: UUID | None = ref("room.id", optional=True)
    open_item_id: UUID | None = ref("open_item.id", optional=True)
    reason_code: ClosureReason = choice(ClosureReason, "reason_code")
    starts_at: datetime
    expected_reopen_at: datetime
    reopened_at: datetime | None = None


class ClosureNotice(SQLModel, table=True):
    """One published version of a closure's notice; an extension adds one, the old stays printable."""

    __tablename__ = "closure_notice"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "closure_id", "version"),
        law("flag_with_reason", "NOT flagged OR length(flag_reason) > 0"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    closure_id: UUID = ref("closure.id", index=True)
    version: int
    published_at: datetime
    expected_reopen_at: datetime
    reason: str = Field(default="", max_length=400)
    contact: str = Field(max_length=40)
    signer: str = Field(max_length=40)
    staff_id: UUID | None = ref("staff.id", optional=True)
    flagged: bool = Field(default=False, description="published on too short a notice; inspectors see it")
    flag_reason: str = Field(default="", max_length=200)


class ClosureHours(SQLModel, table=True):
    """Hours that are kept all the same on the days of a stop, in minutes since midnight: opening is shortened, not stopped."""

    __tablename__ = "closure_hours"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "closure_id", "starts"),
        law("span_forward", "starts >= 0 AND ends > starts AND ends <= 1440"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    closure_id: UUID = ref("closure.id", index=True)
    starts: int
    ends: int


class Channel(StrEnum):
    """How a notice reaches people."""

    KIOSK = "kiosk"
    PAPER = "paper"
    GROUP = "group"
    LOUDSPEAKER = "loudspeaker"


class ClosurePosting(SQLModel, table=True):
    """A version of a notice was put up, sent or read out; the photo proves it. The kiosk shows it without being told."""

    __tablename__ = "closure_posting"
    __table_args__ = (sa.Index("ix_closure_posting_of", "hall_id", "closure_id", "version"),)

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    closure_id: UUID = ref("closure.id")
    version: int
    channel: Channel = choice(Channel, "channel")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    photo_id: UUID | None = ref("photo.id", optional=True)


class Way(StrEnum):
    """What became of an event or a booking that a stop covers; the third way of rules.md §4 is not to publish the stop."""

    MOVED = "moved"
    CANCELLED = "cancelled"
    STAYS = "stays"


class ClosureAnswer(SQLModel, table=True):
    """What a version of a notice did with a sitting or a booking inside it; only ever added to, reopening early takes nothing back."""

    __tablename__ = "closure_answer"
    __table_args__ = (
        sa.Index("ix_closure_answer_of", "hall_id", "closure_id", "version"),
        sa.Index("ix_closure_answer_sitting", "hall_id", "sitting_id"),
        sa.Index("ix_closure_answer_booking", "hall_id", "booking_id"),
        law("one_of_them", "(sitting_id IS NULL) <> (booking_id IS NULL)"),
        law("span_forward", "old_ends_at > old_starts_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    closure_id: UUID = ref("closure.id")
    version: int
    sitting_id: UUID | None = ref("sitting.id", optional=True)
    booking_id: UUID | None = ref("booking.id", optional=True)
    way: Way = choice(Way, "way")
    old_room_id: UUID = ref("room.id")
    old_starts_at: datetime
    old_ends_at: datetime
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
