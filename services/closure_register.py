"""The list of closures: every notice with its versions, how it reached people, and what became of it (register 13)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import Channel, Closure, ClosureHours, ClosureNotice, ClosurePosting, ClosureReason, OpenItem, Photo, Room, Staff
from services import clock
from services.calendars import Slot
from services.journal import Actor
from services.refusals import FactWrong
from services.spans import Span

_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]
_hours = ClosureHours.__table__  # type: ignore[attr-defined]
_posting = ClosurePosting.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_photo = Photo.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]


class State(StrEnum):
    """What became of a stop."""

    COMING = "coming"
    NOW = "now"
    LATE = "late"
    REOPENED = "reopened"
    EARLY = "early"
    OVERDUE = "overdue"
    CALLED_OFF = "called_off"


@dataclass(frozen=True, slots=True)
class Version:
    """One published version of a notice."""

    version: int
    published_at: datetime
    expected_reopen_at: datetime
    reason: str
    contact: str
    signer: str
    flag_reason: str


@dataclass(frozen=True, slots=True)
class Posting:
    """How a version reached people; the photo proves it."""

    version: int
    channel: Channel
    at: datetime
    photo_id: UUID | None
    by: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One closure, whole."""

    closure_id: UUID
    number: int
    room_id: UUID | None
    room: str
    service: str
    reason_code: ClosureReason
    starts_at: datetime
    expected_reopen_at: datetime
    reopened_at: datetime | None
    state: State
    kept: tuple[Slot, ...]
    versions: tuple[Version, ...]
    postings: tuple[Posting, ...]

    @property
    def first(self) -> Version:
        """The notice as it was first published."""
        return self.versions[0]

    @property
    def newest(self) -> Version:
        """The version now in force."""
        return self.versions[-1]

    @property
    def days_ahead(self) -> int:
        """Whole days between the first notice and the stop (提前天数); 0 when it was published at once or afterwards."""
        return max(0, (clock.local_day(self.starts_at) - clock.local_day(self.first.published_at)).days)

    @property
    def extensions(self) -> int:
        """How often the reopening was put off (延期次数)."""
        return len(self.versions) - 1

    @property
    def channels(self) -> tuple[Channel, ...]:
        """How it was announced (公告方式); the kiosk shows every notice by itself."""
        posted = {posting.channel for posting in self.postings}
        return tuple(channel for channel in Channel if channel is Channel.KIOSK or channel in posted)

    @property
    def open(self) -> bool:
        """Whether something can still be done about it: put off, or reopened."""
        return self.reopened_at is None

    @property
    def proved(self) -> bool:
        """Whether a photo shows it on its board (张贴凭证)."""
        return any(posting.photo_id for posting in self.postings)


def entries(session: Session, *, hall_id: UUID, at: datetime, first: date | None = None, last: date | None = None) -> tuple[Entry, ...]:
    """Give the closures that began in these days (both count), or all; the newest first."""
    wanted = [_closure.c.hall_id == hall_id]
    wanted += [_closure.c.starts_at >= clock.instant(first, 0)] if first else []
    wanted += [_closure.c.starts_at < clock.instant(last, 24 * 60)] if last else []
    return _entries(session, wanted, at)


def entry(session: Session, *, closure_id: UUID, at: datetime, by: Actor) -> Entry:
    """Give one closure. Raises FactWrong for none of this hall."""
    found = _entries(session, [_closure.c.hall_id == by.hall_id, _closure.c.id == closure_id], at)
    if not found:
        raise FactWrong(field="closure")
    return found[0]


def _entries(session: Session, wanted: list[sa.ColumnElement[bool]], at: datetime) -> tuple[Entry, ...]:
    rows = session.execute(
        sa.select(
            _closure, sa.func.coalesce(_room.c.name, "").label("room"), sa.func.coalesce(_service.c.name, "").label("service")
        )
        .outerjoin(_room, _room.c.id == _closure.c.room_id)
        .outerjoin(_service, _service.c.id == _closure.c.open_item_id)
        .where(*wanted)
        .order_by(_closure.c.number.desc())
    ).all()  # fmt: skip
    mine = sa.select(_closure.c.id).where(*wanted)
    notices = _by_closure(session.execute(sa.select(_notice).where(_notice.c.closure_id.in_(mine)).order_by(_notice.c.version)))
    kept = _by_closure(session.execute(sa.select(_hours).where(_hours.c.closure_id.in_(mine)).order_by(_hours.c.starts)))
    posted = _by_closure(
        session.execute(
            sa.select(_posting, _photo.c.id.label("kept_photo_id"), sa.func.coalesce(_staff.c.name, "").label("by"))
            .outerjoin(_photo, sa.and_(_photo.c.id == _posting.c.photo_id, _photo.c.removed_at.is_(None)))
            .outerjoin(_staff, _staff.c.id == _posting.c.staff_id)
            .where(_posting.c.closure_id.in_(mine))
            .order_by(_posting.c.at, _posting.c.id)
        )
    )
    return tuple(_entry(row, notices[row.id], kept[row.id], posted[row.id], at) for row in rows)


def _entry(row: Any, notices: list[Any], kept: list[Any], posted: list[Any], at: datetime) -> Entry:
    return Entry(
        row.id, row.number, row.room_id, row.room, row.service, row.reason_code, row.starts_at, row.expected_reopen_at, row.reopened_at,
        _state(row, at),
        tuple(Span(slot.starts, slot.ends) for slot in kept),
        tuple(Version(n.version, n.published_at, n.expected_reopen_at, n.reason, n.contact, n.signer, n.flag_reason) for n in notices),
        tuple(Posting(p.version, p.channel, p.at, p.kept_photo_id, p.by) for p in posted),
    )  # fmt: skip


def _state(row: Any, at: datetime) -> State:
    if row.reopened_at is None:
        if at < row.starts_at:
            return State.COMING
        return State.NOW if at < row.expected_reopen_at else State.LATE
    if row.reopened_at <= row.starts_at:
        return State.CALLED_OFF
    if row.reopened_at < row.expected_reopen_at:
        return State.EARLY
    return State.REOPENED if row.reopened_at == row.expected_reopen_at else State.OVERDUE


def _by_closure(rows: Iterable[Any]) -> dict[UUID, list[Any]]:
    found: dict[UUID, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.closure_id].append(row)
    return found
