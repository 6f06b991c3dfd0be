"""09 维护维修记录 and 18 标识标牌台账: what was looked after and mended, and what hangs on the walls."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Item, ItemCondition, Photo, PhotoMoment, Room, Sign, SignDecision, SignPhoto, Title, WorkOrder
from services import clock, codes
from services.registers.register import Frame, Line, Register, day, stream, sum_of

_order = WorkOrder.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_sign = Sign.__table__  # type: ignore[attr-defined]
_decision = SignDecision.__table__  # type: ignore[attr-defined]
_photo = SignPhoto.__table__  # type: ignore[attr-defined]
_picture = Photo.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]


def work(session: Session, frame: Frame) -> Iterator[Line]:
    """Each piece of work that was done, by the day it was done."""
    for row in stream(session, _done, frame.days()):
        yield Line(row.done_day, (
            day(row.done_day), codes.clear(row.item_number), row.name, frame.words.say(f"work_kind.{row.kind}"), row.found, row.measure,
            sum_of(row.cost_fen or None), _on(row.since_at), _on(row.ended_at), row.repairer, row.accepted_by,
        ))  # fmt: skip


def signs(session: Session, frame: Frame) -> Iterator[Line]:
    """Each sign that hung at any time of the period, with the decision in force."""
    photos = _photos(session, frame)
    for row in stream(session, _hanging, frame.moments()):
        taken = photos.get(row.id, Counter())
        place = " ".join(part for part in (row.room, frame.words.say(f"sign_place.{row.place}"), row.spot) if part)
        shown = frame.say("before_after", before=taken[PhotoMoment.BEFORE], after=taken[PhotoMoment.AFTER]) if taken else ""
        yield Line(None, (
            row.number, row.name, frame.words.say(f"sign_kind.{row.kind}"), place, f"{row.width_mm}×{row.height_mm} mm", row.vis_version,
            frame.say("yes" if row.conforms else "no"), frame.words.say(f"verdict.{row.verdict}") if row.verdict else "",
            row.owner or "", day(row.done_day), shown,
        ))  # fmt: skip


REGISTERS: Final = (
    Register("09", work, (6.5, 7, 12, 5, 18, 18, 5.5, 6.5, 6.5, 7, 6)),
    Register("18", signs, (4, 16, 8, 16, 9, 10, 5, 6, 6, 6.5, 7), by_days=False),
)

_done = (
    sa.select(
        _order.c.done_day, _order.c.kind, _order.c.found, _order.c.measure, _order.c.cost_fen, _order.c.repairer, _order.c.accepted_by,
        _item.c.number.label("item_number"), _title.c.name, _condition.c.since_at, _condition.c.ended_at,
    )
    .join(_item, _item.c.id == _order.c.item_id)
    .join(_title, _title.c.id == _item.c.title_id)
    .outerjoin(_condition, _condition.c.id == _order.c.condition_id)
    .where(_order.c.hall_id == bindparam("hall_id"), _order.c.done_day >= bindparam("since"), _order.c.done_day < bindparam("until"))
    .order_by(_order.c.done_day, _order.c.number)
)  # fmt: skip
_hanging = (
    sa.select(
        _sign.c.id, _sign.c.number, _sign.c.name, _sign.c.kind, _sign.c.place, _sign.c.spot, _sign.c.width_mm, _sign.c.height_mm,
        _sign.c.vis_version, _sign.c.conforms, _room.c.name.label("room"), _decision.c.verdict, _decision.c.owner, _decision.c.done_day,
    )
    .outerjoin(_room, _room.c.id == _sign.c.room_id)
    .outerjoin(
        _decision,
        sa.and_(_decision.c.hall_id == _sign.c.hall_id, _decision.c.sign_id == _sign.c.id, _decision.c.replaced_at.is_(None)),
    )
    .where(
        _sign.c.hall_id == bindparam("hall_id"), _sign.c.registered_at < bindparam("until"),
        sa.or_(_sign.c.gone_at.is_(None), _sign.c.gone_at >= bindparam("since")),
    )
    .order_by(_sign.c.number)
)  # fmt: skip
_shown = (
    sa.select(_photo.c.sign_id, _photo.c.moment)
    .join(_picture, _picture.c.id == _photo.c.photo_id)
    .where(_photo.c.hall_id == bindparam("hall_id"), _picture.c.removed_at.is_(None))
)


def _photos(session: Session, frame: Frame) -> dict[UUID, Counter[PhotoMoment]]:
    taken: dict[UUID, Counter[PhotoMoment]] = defaultdict(Counter)
    for row in session.execute(_shown, {"hall_id": frame.hall_id}):
        taken[row.sign_id][row.moment] += 1
    return taken


def _on(at: Any) -> str:
    return day(clock.local_day(at)) if at else ""
