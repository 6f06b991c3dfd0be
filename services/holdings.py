"""馆藏: every numbered thing of the hall in a list, page by page; what is typed narrows it, and no page costs more than another."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import Condition, Item, ItemCondition, Loan, Medium, Room, Title, Volume
from services import catalogue, codes
from services.journal import Actor

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_volume = Volume.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_loan = Loan.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

PAGE_SIZE: Final = 12
_MOST_TITLES: Final = 240
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One thing in the list, and what stands in the way of lending it."""

    item_id: UUID
    title_id: UUID
    number: str
    name: str
    volume: str
    copy_no: int
    author: str
    medium: Medium
    call_number: str
    room: str
    shelf: str
    due_day: date | None
    conditions: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """One page of the list; `count` is how many there are in all, or None while a text narrows it."""

    lines: tuple[Line, ...]
    page: int
    more: bool
    count: int | None


def page(session: Session, *, text: str = "", number: int = 0, at: datetime, by: Actor) -> Lines:  # noqa: ARG001  asked like every question
    """Give a page, the newest first; a text is a number's first digits, or what a title is found by."""
    number, text = max(number, 0), text.strip()[:_LONGEST]
    facts: dict[str, Any] = {"hall_id": by.hall_id, "most": PAGE_SIZE + 1, "first": number * PAGE_SIZE}
    digits = text.replace(" ", "")
    if not text:
        ids = list(session.execute(_newest, facts).scalars())
    elif digits.isascii() and digits.isdigit() and digits[0] in "23":
        ids = list(session.execute(_by_number, facts | {"start": digits, "beyond": digits + ":"}).scalars())
    else:
        titles = catalogue.title_ids(session, hall_id=by.hall_id, text=text, most=_MOST_TITLES)
        ids = list(session.execute(_of_titles, facts | {"titles": titles}).scalars()) if titles else []
    count = None if text else int(session.execute(_count, facts).scalar_one())
    return Lines(_lines(session, by.hall_id, ids[:PAGE_SIZE]), number, len(ids) > PAGE_SIZE, count)


def equipment(session: Session, *, class_code: str = "", number: int = 0, at: datetime, by: Actor) -> Lines:  # noqa: ARG001  the same
    """Give a page of the equipment of a class, or of all, in the order of their numbers."""
    number = max(number, 0)
    facts = {"hall_id": by.hall_id, "class_code": class_code, "most": PAGE_SIZE + 1, "first": number * PAGE_SIZE}
    ids = list(session.execute(_of_class, facts).scalars())
    return Lines(_lines(session, by.hall_id, ids[:PAGE_SIZE]), number, len(ids) > PAGE_SIZE, None)


# Ids are time-ordered, so the newest first is a walk backwards along the primary key.
_newest = (
    sa.select(_item.c.id).where(_item.c.hall_id == bindparam("hall_id")).order_by(_item.c.id.desc())
    .limit(bindparam("most")).offset(bindparam("first"))
)  # fmt: skip
_of_class = (
    sa.select(_item.c.id)
    .join(_title, _title.c.id == _item.c.title_id)
    .where(
        _item.c.hall_id == bindparam("hall_id"),
        # By the kind's digit, so that the index of numbers leads past the books.
        _item.c.number >= codes.KIND["equipment"],
        _item.c.number < str(int(codes.KIND["equipment"]) + 1),
        sa.or_(bindparam("class_code") == "", _title.c.class_code == bindparam("class_code")),
    )
    .order_by(_item.c.number)
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_by_number = (
    sa.select(_item.c.id)
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.number >= bindparam("start"), _item.c.number < bindparam("beyond"))
    .order_by(_item.c.number)
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_of_titles = (
    sa.select(_item.c.id)
    .where(_item.c.hall_id == bindparam("hall_id"), _item.c.title_id.in_(bindparam("titles", expanding=True)))
    .order_by(_item.c.title_id, _item.c.volume, _item.c.copy_no, _item.c.number)
    .limit(bindparam("most"))
    .offset(bindparam("first"))
)
_count = sa.select(sa.func.count()).select_from(_item).where(_item.c.hall_id == bindparam("hall_id"))
_due = (
    sa.select(sa.func.min(_loan.c.due_day))
    .where(_loan.c.hall_id == _item.c.hall_id, _loan.c.item_id == _item.c.id, _loan.c.ended_at.is_(None))
    .scalar_subquery()
    .label("due_day")
)
_shown = (
    sa.select(
        _item.c.id, _item.c.title_id, _item.c.number, _title.c.name, _volume.c.label, _item.c.copy_no, _title.c.author, _title.c.medium,
        _title.c.call_number, _room.c.name.label("room"), _item.c.shelf, _due,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .outerjoin(_volume, sa.and_(_volume.c.title_id == _item.c.title_id, _volume.c.number == _item.c.volume))
    .where(_item.c.id.in_(bindparam("ids", expanding=True)))
)  # fmt: skip
_wrong = sa.select(_condition.c.item_id, _condition.c.condition).where(
    _condition.c.hall_id == bindparam("hall_id"),
    _condition.c.item_id.in_(bindparam("ids", expanding=True)),
    _condition.c.ended_at.is_(None),
)


def _lines(session: Session, hall_id: UUID, ids: list[UUID]) -> tuple[Line, ...]:
    if not ids:
        return ()
    facts = {"hall_id": hall_id, "ids": ids}
    wrong: dict[UUID, list[Condition]] = {}
    for item_id, condition in session.execute(_wrong, facts):
        wrong.setdefault(item_id, []).append(condition)
    rows = {row.id: row for row in session.execute(_shown, facts)}
    return tuple(_line(rows[item_id], tuple(wrong.get(item_id, ()))) for item_id in ids)


def _line(row: Any, conditions: tuple[Condition, ...]) -> Line:
    return Line(
        row.id, row.title_id, row.number, row.name, row.label or "", row.copy_no, row.author, row.medium, row.call_number, row.room,
        row.shelf, row.due_day, conditions,
    )  # fmt: skip
