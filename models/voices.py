"""What villagers say and ask for: suggestions with their answers, and calls for help that the keeper's tablet shows at once."""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from typing import Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, only_some, ref

MOST_SAID: Final = 200
MOST_ANSWERED: Final = 300


class Smile(IntEnum):
    """How content somebody is, from very unhappy to very happy."""

    VERY_BAD = 1
    BAD = 2
    SO_SO = 3
    GOOD = 4
    VERY_GOOD = 5


class Topic(StrEnum):
    """What a suggestion is about, when a villager says so by a tap."""

    BOOKS = "books"
    ACTIVITIES = "activities"
    HOURS = "hours"
    BROKEN = "broken"
    SERVICE = "service"
    OTHER = "other"


class Suggestion(SQLModel, table=True):
    """What somebody thinks of the hall (意见), by smile, topic or words; without a name unless a card was shown and meant to go with it.

    Nobody's words stand on a public screen before the keeper has answered them.
    """

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        sa.Index("ix_suggestion_day", "hall_id", "day"),
        sa.Index("ix_suggestion_device", "hall_id", "device", "at"),
        sa.Index("ix_suggestion_patron", "hall_id", "patron_id"),
        law("on_the_scale", "smile BETWEEN 1 AND 5"),
        law("something_said", "smile IS NOT NULL OR length(words) > 0"),
        law("length", f"length(words) <= {MOST_SAID}"),
        law("nobody_unless_named", "patron_id IS NULL OR (named AND unlinked_at IS NULL)"),
        law("named_or_unlinked", "NOT named OR patron_id IS NOT NULL OR unlinked_at IS NOT NULL"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int = Field(description="编号, counted in the hall")
    at: datetime
    day: date = Field(description="the hall's own day, for the month's figures")
    device: str = Field(max_length=40, description="the kiosk it was said at, or the tablet of who wrote it down")
    smile: int | None = Field(default=None, description="1 to 5, see Smile; none where it was only told to the keeper")
    topic: Topic | None = choice(Topic, "topic", optional=True)
    room_id: UUID | None = Field(default=None, foreign_key="room.id", sa_type=Id, description="房间, where it is about one")
    words: str = Field(default="", max_length=MOST_SAID)
    staff_id: UUID | None = Field(default=None, foreign_key="staff.id", sa_type=Id, description="who wrote down what was said aloud")
    named: bool = Field(default=False, description="said with a card; stays when the thread to the patron is cut")
    patron_id: UUID | None = ref("patron.id", optional=True)
    unlinked_at: datetime | None = None


class SuggestionReply(SQLModel, table=True):
    """A public answer (公开回复); a better one takes its place, and the old one stays in the book."""

    __tablename__ = "suggestion_reply"
    __table_args__ = (
        only_one("uq_suggestion_reply_now", "hall_id", "suggestion_id", where="ended_at IS NULL"),
        sa.Index("ix_suggestion_reply_of", "hall_id", "suggestion_id", "at"),
        law("said", "length(words) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    suggestion_id: UUID = ref("suggestion.id")
    words: str = Field(max_length=MOST_ANSWERED)
    at: datetime
    day: date = Field(description="答复日期")
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = Field(default=None, description="taken back, or replaced by a later one")
    ended_by: UUID | None = ref("staff.id", optional=True)


class SuggestionHiding(SQLModel, table=True):
    """Somebody took a suggestion off the public screen, and why; it stays in the book."""

    __tablename__ = "suggestion_hiding"
    __table_args__ = (
        only_one("uq_suggestion_hiding_now", "hall_id", "suggestion_id", where="ended_at IS NULL"),
        law("with_reason", "length(reason) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    suggestion_id: UUID = ref("suggestion.id")
    reason: str = Field(max_length=200)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = Field(default=None, description="shown again")
    ended_by: UUID | None = ref("staff.id", optional=True)


class CallEnd(StrEnum):
    """How a call ended: somebody came, the villager no longer needs it, or it grew too old."""

    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class HelpCall(SQLModel, table=True):
    """Somebody pressed 叫人 at a kiosk; pressing again while it is open is the same call."""

    __tablename__ = "help_call"
    __table_args__ = (
        only_one("uq_help_call_open", "hall_id", "device", where="ended_at IS NULL"),
        only_some("ix_help_call_open", "hall_id", "at", where="ended_at IS NULL"),
        sa.Index("ix_help_call_day", "hall_id", "day"),
        law("ended_somehow", "(ended_at IS NULL) = (ended_as IS NULL)"),
        law("answered_by_somebody", "ended_as IS NULL OR ended_as <> 'answered' OR ended_by IS NOT NULL"),
        law("span_forward", "ended_at IS NULL OR ended_at >= at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    at: datetime
    day: date
    device: str = Field(max_length=40, description="the kiosk that calls")
    screen: str = Field(max_length=24, description="the screen it was showing: what help may be needed with")
    called: str = Field(default="", max_length=40, description="who the screen named, of the keepers that day")
    ended_at: datetime | None = None
    ended_as: CallEnd | None = choice(CallEnd, "ended_as", optional=True)
    ended_by: UUID | None = ref("staff.id", optional=True)
