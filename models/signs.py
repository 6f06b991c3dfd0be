"""Signs and the scheme they follow: what hangs where, whether it conforms, what was decided about it, and the plates made here."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Field, SQLModel

from models.base import Id, choice, key, law, only_one, ref


class VisScheme(SQLModel, table=True):
    """A version of the visual identity (VIS) the hall follows: sizes, colours, fields; the open row is in force (R14)."""

    __tablename__ = "vis_scheme"
    __table_args__ = (
        sa.UniqueConstraint("hall_id", "version"),
        only_one("uq_vis_scheme_now", "hall_id", where="ended_at IS NULL"),
        law("named", "length(version) > 0"),
        law("span_forward", "ended_at IS NULL OR ended_at >= since_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    version: str = Field(max_length=40)
    scheme: dict[str, Any] = Field(sa_type=sa.JSON, description="as it was handed down, whole")
    since_at: datetime
    ended_at: datetime | None = None
    staff_id: UUID | None = ref("staff.id", optional=True)


class SignKind(StrEnum):
    """What a sign is; the first six have their size in a scheme."""

    ROOM_PLATE = "room_plate"
    PARTY = "party"
    WINDOW = "window"
    DESK = "desk"
    HOURS = "hours"
    NOTICE = "notice"
    RULES = "rules"
    GUIDE = "guide"
    OTHER = "other"


class SignPlace(StrEnum):
    """Where a sign hangs, seen from the room it speaks of (R13 wants it outside that room's door)."""

    OUTSIDE = "outside"
    INSIDE = "inside"
    ELSEWHERE = "elsewhere"


class Sign(SQLModel, table=True):
    """One sign on a wall or a desk (register 18); what it was and where it hung before stands in its decisions."""

    __table_args__ = (
        sa.UniqueConstraint("hall_id", "number"),
        sa.Index("ix_sign_room", "hall_id", "room_id"),
        law("named", "length(name) > 0"),
        law("size", "width_mm BETWEEN 1 AND 20000 AND height_mm BETWEEN 1 AND 20000"),
        law("conforms_to_a_version", "NOT conforms OR length(vis_version) > 0"),
        law("span_forward", "gone_at IS NULL OR gone_at >= registered_at"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    number: int
    name: str = Field(max_length=80, description="标牌名称: what it says")
    kind: SignKind = choice(SignKind, "kind")
    room_id: UUID | None = Field(default=None, foreign_key="room.id", sa_type=Id, description="the room it speaks of; none: the hall")
    place: SignPlace = choice(SignPlace, "place")
    spot: str = Field(default="", max_length=100, description="位置 in words: 东墙, 二楼走廊")
    width_mm: int
    height_mm: int
    vis_version: str = Field(default="", max_length=40, description="the version it was held against")
    conforms: bool = False
    registered_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    gone_at: datetime | None = Field(default=None, description="taken down, merged or replaced")


class Verdict(StrEnum):
    """What becomes of a sign (R15): keep, merge into another, take down."""

    KEEP = "keep"
    MERGE = "merge"
    REMOVE = "remove"


class SignDecision(SQLModel, table=True):
    """A decision about a sign, who answers for it, and when it was carried out; a later decision takes its place."""

    __tablename__ = "sign_decision"
    __table_args__ = (
        only_one("uq_sign_decision_now", "hall_id", "sign_id", where="replaced_at IS NULL"),
        law("merge_into", "(verdict = 'merge') = (into_id IS NOT NULL)"),
        law("not_into_itself", "into_id IS NULL OR into_id <> sign_id"),
        law("owned", "length(owner) > 0"),
        law("done_once", "(done_day IS NULL) = (done_at IS NULL)"),
    )

    id: UUID = key()
    hall_id: UUID = ref("hall.id")
    sign_id: UUID = ref("sign.id")
    verdict: Verdict = choice(Verdict, "verdict")
    into_id: UUID | None = ref("sign.id", optional=True)
    owner: str = Field(max_length=40, description="责任人")
    note: str = Field(default="", max_length=200, description="why, and where it hung before when it was moved")
    decided_at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    done_day: date | None = Field(default=None, description="处理日期")
    done_at: datetime | None = None
    done_by: UUID | None = ref("staff.id", optional=True)
    replaced_at: datetime | None = None


class PhotoMoment(StrEnum):
    """Before something was done about a sign, or after."""

    BEFORE = "before"
    AFTER = "after"


class SignPhoto(SQLModel, table=True):
    """A photo of a sign (前后照片); one photo may show several."""

    __tablename__ = "sign_photo"

    sign_id: UUID = Field(foreign_key="sign.id", primary_key=True, sa_type=Id)
    photo_id: UUID = Field(foreign_key="photo.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    moment: PhotoMoment = choice(PhotoMoment, "moment")


class PlateMade(SQLModel, table=True):
    """A door plate or hours board made here: all that stands on it, after which version; it prints the same for ever.

    One door plate a room at a time (一室一牌, all functions on it); a new one replaces it.
    """

    __tablename__ = "plate_made"
    __table_args__ = (
        only_one("uq_plate_made_of_room", "hall_id", "room_id", "kind", where="replaced_at IS NULL AND room_id IS NOT NULL"),
        only_one("uq_plate_made_of_hall", "hall_id", "kind", where="replaced_at IS NULL AND room_id IS NULL"),
        law("a_plate", "kind IN ('room_plate', 'hours')"),
        law("of_a_room", "kind <> 'room_plate' OR room_id IS NOT NULL"),
    )

    sign_id: UUID = Field(foreign_key="sign.id", primary_key=True, sa_type=Id)
    hall_id: UUID = ref("hall.id")
    scheme_id: UUID = ref("vis_scheme.id")
    kind: SignKind = choice(SignKind, "kind")
    room_id: UUID | None = ref("room.id", optional=True)
    facts: dict[str, Any] = Field(sa_type=sa.JSON)
    at: datetime
    staff_id: UUID | None = ref("staff.id", optional=True)
    replaced_at: datetime | None = None
