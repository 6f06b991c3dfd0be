"""Where one can go from here (旅游咨询点): places, what is said of them, and who made sure that it is true."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import choice, key, law, only_one, ref


class PlaceKind(StrEnum):
    """What kind of place it is; the card's picture follows it."""

    SIGHT = "sight"
    NATURE = "nature"
    HERITAGE = "heritage"
    FOOD = "food"
    LODGING = "lodging"
    PRODUCE = "produce"


class TourismPlace(SQLModel, table=True):
    """A place worth going to; its card shows nothing but facts that somebody has confirmed, and hides itself after its last valid day."""

    __tablename__ = "tourism_place"
    __table_args__ = (
        only_one("uq_tourism_place_named", "hall_id", "name", where="ended_at IS NULL"),
        law("named", "length(name) > 0"),
        law("ended_with_reason", "ended_at IS NULL OR length(ended_reason) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= registered_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    name: str = Field(max_length=60)
    kind: PlaceKind = choice(PlaceKind, "kind")
    valid_until: date | None = Field(default=None, description="the last day its card is shown; none: not on the screen yet")
    registered_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = Field(default=None, description="taken out of the book, with a reason")
    ended_reason: str = Field(default="", max_length=200)


class FactKind(StrEnum):
    """What can be said of a place; each fact is confirmed by itself."""

    WHERE = "where"
    ABOUT = "about"
    OPENING = "opening"
    WAY = "way"
    PHONE = "phone"


class PlaceFact(SQLModel, table=True):
    """One thing said of a place. Changed words are another fact, which nobody has confirmed yet; the old one ends and stays."""

    __tablename__ = "place_fact"
    __table_args__ = (
        only_one("uq_place_fact_now", "hall_id", "place_id", "kind", where="ended_at IS NULL"),
        sa.Index("ix_place_fact_of", "hall_id", "place_id"),
        law("said", "length(words) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= written_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    place_id: UUID = ref("tourism_place.id")
    kind: FactKind = choice(FactKind, "kind")
    words: str = Field(max_length=200)
    written_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = None


class FactCheck(SQLModel, table=True):
    """Somebody made sure that a fact is true, and whom they asked or where they looked; a later check counts for longer."""

    __tablename__ = "fact_check"
    __table_args__ = (
        sa.Index("ix_fact_check_of", "hall_id", "fact_id", "at"),
        law("asked_somebody", "length(asked) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    fact_id: UUID = ref("place_fact.id")
    asked: str = Field(max_length=60, description="whom was asked, or where it was seen: an office, a notice, never a villager")
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    ended_at: datetime | None = Field(default=None, description="taken back")
