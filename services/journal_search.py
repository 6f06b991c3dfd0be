"""Looking into the journal: by day, by what was done, by whom, and by the thing it was done to; page by page, and no patron named."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlmodel import Session

from models import ActorKind, FaultReport, Hold, Item, JournalRow, Loan, PersonInCharge, Room, Staff, Title
from services import clock, codes
from services.journal import Actor
from services.refusals import UnknownCode
from services.texts import plain

_row = JournalRow.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_charge = PersonInCharge.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
# What is said of a thing is said of these: each knows its item or its title.
_OF_A_THING: Final = tuple(JournalRow.metadata.tables[str(model.__tablename__)] for model in (Loan, Hold, FaultReport))

PAGE: Final = 25
_MOST_TITLES: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for; `staff_id` or `kind` for who did it, `thing` a number, a label's code or words of a title."""

    since: date | None = None
    until: date | None = None
    verb: str = ""
    staff_id: UUID | None = None
    kind: ActorKind | None = None
    thing: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the journal in plain facts; `name` and `number` of a thing, or the name of an account or a room."""

    at: datetime
    verb: str
    kind: ActorKind
    staff: str
    device: str
    name: str
    number: str
    overridden: tuple[str, ...]
    reason: str
    clock_doubt: bool


@dataclass(frozen=True, slots=True)
class Page:
    """The lines of a page, the newest first, and whether there are more behind it."""

    lines: tuple[Line, ...]
    more: bool


def page(session: Session, *, asked: Asked, page: int = 0, at: datetime, by: Actor) -> Page:  # noqa: ARG001  asked like every question
    """Give one page of what was done."""
    rows = session.execute(
        sa.select(_row, sa.func.coalesce(_staff.c.name, "").label("staff"))
        .outerjoin(_staff, _staff.c.id == _row.c.staff_id)
        .where(_row.c.hall_id == by.hall_id, *_wanted(session, asked, by))
        .order_by(_row.c.at.desc(), _row.c.id.desc())
        .limit(PAGE + 1)
        .offset(max(0, page) * PAGE)
    ).all()
    names = _names(session, rows[:PAGE])
    return Page(tuple(_line(row, names) for row in rows[:PAGE]), len(rows) > PAGE)


def people(session: Session, *, at: datetime, by: Actor) -> dict[UUID, str]:  # noqa: ARG001  asked like every question
    """List who ever had an account here."""
    rows = session.execute(sa.select(_staff.c.id, _staff.c.name).where(_staff.c.hall_id == by.hall_id).order_by(_staff.c.made_at))
    return {row.id: row.name for row in rows}


def _wanted(session: Session, asked: Asked, by: Actor) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = []
    if asked.since:
        wanted.append(_row.c.at >= clock.instant(asked.since, 0))
    if asked.until:
        wanted.append(_row.c.at < clock.instant(asked.until + timedelta(days=1), 0))
    if asked.verb:
        wanted.append(_row.c.verb == asked.verb)
    if asked.staff_id:
        wanted.append(_row.c.staff_id == asked.staff_id)
    if asked.kind:
        wanted.append(_row.c.actor_kind == asked.kind)
    if text := plain(asked.thing, 80):
        wanted.append(_row.c.subject_id.in_(_things(session, text, by)))
    return wanted


def _things(session: Session, text: str, by: Actor) -> Any:
    """Everything that is said of a thing: itself, its title, its loans, holds and reports."""
    items = _items(session, text, by)
    titles = sa.select(_item.c.title_id).where(_item.c.id.in_(items))
    if not items:
        named = sa.select(_title.c.id).where(_title.c.hall_id == by.hall_id, _title.c.name.contains(text, autoescape=True))
        titles = named.order_by(_title.c.name, _title.c.id).limit(_MOST_TITLES)
    of_titles = list(session.execute(titles).scalars())
    of_items = items or list(session.execute(sa.select(_item.c.id).where(_item.c.title_id.in_(of_titles))).scalars())
    said = [
        sa.select(table.c.id).where(table.c.hall_id == by.hall_id, table.c.item_id.in_(of_items))
        if items or "title_id" not in table.c
        else sa.select(table.c.id).where(table.c.hall_id == by.hall_id, table.c.title_id.in_(of_titles))
        for table in _OF_A_THING
    ]
    selves = [sa.select(_item.c.id).where(_item.c.id.in_(of_items)), sa.select(_title.c.id).where(_title.c.id.in_(of_titles))]
    return sa.union_all(*selves, *said)


def _items(session: Session, text: str, by: Actor) -> list[UUID]:
    try:
        number = codes.read(text).number
    except UnknownCode:
        return []
    return list(session.execute(sa.select(_item.c.id).where(_item.c.hall_id == by.hall_id, _item.c.number == number)).scalars())


def _names(session: Session, rows: Iterable[Any]) -> dict[UUID, tuple[str, str]]:
    """Name what a page speaks of; a card or a patron stays unnamed."""
    by_subject: dict[str, set[UUID]] = {}
    for row in rows:
        by_subject.setdefault(row.subject, set()).add(row.subject_id)
    names: dict[UUID, tuple[str, str]] = {}
    for subject, ids in by_subject.items():
        if (question := _naming(subject)) is not None:
            names |= {row[0]: (row[1], row[2]) for row in session.execute(question.where(question.selected_columns[0].in_(ids)))}
    return names


def _naming(subject: str) -> Any:
    nothing = sa.literal("").label("number")
    if subject == "staff":
        return sa.select(_staff.c.id, _staff.c.name, nothing)
    if subject == "person_in_charge":
        return sa.select(_charge.c.id, _room.c.name, nothing).join(_room, _room.c.id == _charge.c.room_id)
    if subject == "title":
        return sa.select(_title.c.id, _title.c.name, nothing)
    if subject == "item":
        return sa.select(_item.c.id, _title.c.name, _item.c.number).join(_title, _title.c.id == _item.c.title_id)
    table = JournalRow.metadata.tables.get(subject)
    if table is None or "id" not in table.c or not {"item_id", "title_id"} & set(table.c.keys()):
        return None
    if "title_id" not in table.c:
        things = sa.join(table, _item, _item.c.id == table.c.item_id).join(_title, _title.c.id == _item.c.title_id)
        return sa.select(table.c.id, _title.c.name, _item.c.number).select_from(things)
    things = sa.join(table, _title, _title.c.id == table.c.title_id)
    if "item_id" not in table.c:
        return sa.select(table.c.id, _title.c.name, nothing).select_from(things)
    things = things.outerjoin(_item, _item.c.id == table.c.item_id)
    return sa.select(table.c.id, _title.c.name, sa.func.coalesce(_item.c.number, "")).select_from(things)


def _line(row: Any, names: dict[UUID, tuple[str, str]]) -> Line:
    name, number = names.get(row.subject_id, ("", ""))
    overridden = tuple(filter(None, row.overridden.split(",")))
    return Line(row.at, row.verb, row.actor_kind, row.staff, row.device, name, number, overridden, row.reason, row.clock_doubt)
