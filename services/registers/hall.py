"""13 停止开放公告登记 and 24 盘点记录: what the hall announced, and what it counted."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Channel, Closure, ClosureNotice, ClosurePosting, Difference, OpenItem, Photo, Room, Staff, Stocktake, StocktakeDifference
from services import clock
from services.registers.register import Frame, Line, Register, day, stream

_closure = Closure.__table__  # type: ignore[attr-defined]
_notice = ClosureNotice.__table__  # type: ignore[attr-defined]
_posting = ClosurePosting.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_service = OpenItem.__table__  # type: ignore[attr-defined]
_take = Stocktake.__table__  # type: ignore[attr-defined]
_difference = StocktakeDifference.__table__  # type: ignore[attr-defined]
_picture = Photo.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_WHOLE: Final = 100
_SHOWN: Final = (Difference.MISSING, Difference.MISPLACED, Difference.UNKNOWN)


def closures(session: Session, frame: Frame) -> Iterator[Line]:
    """Each stop whose first notice was published in the period; the words are those of its newest notice."""
    posted = _posted(session, frame)
    for _, versions in groupby(stream(session, _notices, frame.moments()), key=lambda row: row.id):
        notices = list(versions)
        first, newest = notices[0], notices[-1]
        if not frame.since <= clock.local_day(first.published_at) < frame.until:
            continue
        published, starts = clock.local_day(first.published_at), clock.local_day(first.starts_at)
        yield Line(published, (
            first.number, " ".join(part for part in (first.room, first.service) if part) or frame.say("hall"),
            frame.words.say(f"closure_reason.{first.reason_code}"), newest.reason, day(published), max(0, (starts - published).days),
            _moment(first.starts_at), _moment(first.expected_reopen_at), _moment(first.reopened_at), newest.contact,
            "、".join(frame.words.say(f"channel.{channel}") for channel in Channel if channel in posted[first.id]),
            frame.say("photos", count=posted[first.id][None]) if posted[first.id][None] else "", newest.signer, len(notices) - 1,
        ))  # fmt: skip


def stocktakes(session: Session, frame: Frame) -> Iterator[Line]:
    """Each stocktake that began in the period; its figures are those that were signed, so an open one has few."""
    found = _differences(session, frame)
    for row in stream(session, _takes, frame.moments()):
        kinds = found.get(row.id, Counter())
        closed = row.closed_at is not None
        scope = row.room or frame.say("hall")
        handled = frame.say("declared_lost", count=row.lost) if row.lost else frame.say("nothing_declared")
        yield Line(clock.local_day(row.started_at), (
            row.number, _moment(row.started_at), _moment(row.closed_at),
            scope if row.share == _WHOLE else f"{scope} {frame.say('sample', share=row.share)}", row.expected,
            *((row.seen, row.on_loan, *(kinds[kind] for kind in _SHOWN)) if closed else [""] * 5),
            handled if closed else frame.say("not_closed"), row.people, row.keeper or "",
        ))  # fmt: skip


REGISTERS: Final = (
    Register("13", closures, (4, 8, 6, 16, 6.5, 4, 9, 9, 9, 8, 7, 7, 5, 4)),
    Register("24", stocktakes, (4, 9, 9, 12, 4.5, 4.5, 4.5, 4.5, 4.5, 5, 10, 12, 6)),
)

_notices = (
    sa.select(
        _closure.c.id, _closure.c.number, _closure.c.reason_code, _closure.c.starts_at, _closure.c.expected_reopen_at,
        _closure.c.reopened_at, _room.c.name.label("room"), _service.c.name.label("service"), _notice.c.published_at, _notice.c.reason,
        _notice.c.contact, _notice.c.signer,
    )
    .join(_notice, _notice.c.closure_id == _closure.c.id)
    .outerjoin(_room, _room.c.id == _closure.c.room_id)
    .outerjoin(_service, _service.c.id == _closure.c.open_item_id)
    .where(_closure.c.hall_id == bindparam("hall_id"))
    .order_by(_closure.c.number, _notice.c.version)
)  # fmt: skip
_postings = (
    sa.select(_posting.c.closure_id, _posting.c.channel, _picture.c.id.label("photo_id"))
    .outerjoin(_picture, sa.and_(_picture.c.id == _posting.c.photo_id, _picture.c.removed_at.is_(None)))
    .where(_posting.c.hall_id == bindparam("hall_id"))
)
_takes = (
    sa.select(_take, _room.c.name.label("room"), _staff.c.name.label("keeper"))
    .outerjoin(_room, _room.c.id == _take.c.room_id)
    .outerjoin(_staff, _staff.c.id == _take.c.closed_by)
    .where(_take.c.hall_id == bindparam("hall_id"), _take.c.started_at >= bindparam("since"), _take.c.started_at < bindparam("until"))
    .order_by(_take.c.number)
)
_kinds = (
    sa.select(_difference.c.stocktake_id, _difference.c.kind, sa.func.count().label("things"))
    .where(_difference.c.hall_id == bindparam("hall_id"))
    .group_by(_difference.c.stocktake_id, _difference.c.kind)
)


def _posted(session: Session, frame: Frame) -> dict[UUID, Counter[Channel | None]]:
    """Count how each notice reached people, and under None its photos; the kiosk shows every notice by itself."""
    found: dict[UUID, Counter[Channel | None]] = defaultdict(lambda: Counter({Channel.KIOSK: 1}))
    for row in session.execute(_postings, {"hall_id": frame.hall_id}):
        found[row.closure_id] += Counter([row.channel, *([None] if row.photo_id else [])])
    return found


def _differences(session: Session, frame: Frame) -> dict[UUID, Counter[Any]]:
    found: dict[UUID, Counter[Any]] = {}
    for row in session.execute(_kinds, {"hall_id": frame.hall_id}):
        found.setdefault(row.stocktake_id, Counter())[row.kind] = row.things
    return found


def _moment(at: datetime | None) -> str:
    return clock.local(at).strftime("%Y-%m-%d %H:%M") if at else ""
