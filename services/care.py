"""Maintenance rules and what is due by them: computed from the last time it was done, never stored (R46)."""

import calendar
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import CareRule, Condition, EquipmentClass, GaugeReading, Item, ItemCondition, Medium, Room, Title, WorkKind, WorkOrder, new_id
from services import clock, journal
from services.journal import Actor
from services.refusals import ChangedMeanwhile, FactMissing, FactWrong, NotAllowed
from services.settings import HOUSE
from services.texts import plain

_rule = CareRule.__table__  # type: ignore[attr-defined]
_order = WorkOrder.__table__  # type: ignore[attr-defined]
_gauge = GaugeReading.__table__  # type: ignore[attr-defined]
_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_class = EquipmentClass.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]

INTERVALS: Final = (1, 3, 6, 12, 0)
"""Months between two times, as on paper: 月度, 季度, 半年, 年度; 0 is 随用随补."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in force; `title` is empty for the rule of a whole class."""

    id: UUID
    class_code: str
    class_name: str
    title_id: UUID | None
    title: str
    months: int
    task: str
    gauged: bool
    things: int


@dataclass(frozen=True, slots=True)
class Due:
    """One thing that is to be looked after: by when, and what is then done."""

    item_id: UUID
    name: str
    number: str
    quantity: int
    unit: str
    room: str
    rule_id: UUID
    task: str
    months: int
    gauged: bool
    last_day: date | None
    next_day: date
    valid_until: date | None

    def late(self, today: date) -> bool:
        """Whether its day has passed, or what it holds may no longer be used."""
        return self.next_day < today or self.is_stale(today)

    def is_stale(self, today: date) -> bool:
        """Whether the last day of use read on it has passed."""
        return self.valid_until is not None and self.valid_until < today


def next_day(last: date, months: int) -> date:
    """The same day some months on; the last of a shorter month."""
    year, month = divmod(last.year * 12 + last.month - 1 + months, 12)
    return date(year, month + 1, min(last.day, calendar.monthrange(year, month + 1)[1]))


_gone = sa.exists().where(
    _condition.c.hall_id == _item.c.hall_id,
    _condition.c.item_id == _item.c.id,
    _condition.c.condition.in_((Condition.WITHDRAWN, Condition.LOST)),
    _condition.c.ended_at.is_(None),
)
_of_class = _rule.alias("of_class")
_of_title = _rule.alias("of_title")
_last = (
    sa.select(_order.c.item_id, sa.func.max(_order.c.done_day).label("day"))
    .where(_order.c.hall_id == bindparam("hall_id"), _order.c.done_day.is_not(None), _order.c.kind != WorkKind.REPAIR)
    .group_by(_order.c.item_id)
    .subquery()
)
_valid = (
    sa.select(_order.c.item_id, _gauge.c.valid_until, _order.c.done_day, _order.c.number)
    .join(_order, _order.c.id == _gauge.c.order_id)
    .where(_gauge.c.hall_id == bindparam("hall_id"))
    .order_by(_order.c.done_day, _order.c.number)
)
_cared_for = (
    sa.select(
        _item.c.id, _title.c.name, _item.c.number, _item.c.quantity, _item.c.unit, _item.c.registered_at, _room.c.name.label("room"),
        *(sa.func.coalesce(_of_title.c[name], _of_class.c[name]).label(name) for name in ("task", "months", "gauged", "since_at")),
        sa.case((_of_title.c.id.is_not(None), _of_title.c.id), else_=_of_class.c.id).label("rule_id"), _last.c.day.label("last_day"),
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .outerjoin(
        _of_title, sa.and_(_of_title.c.hall_id == _item.c.hall_id, _of_title.c.title_id == _title.c.id, _of_title.c.ended_at.is_(None))
    )
    .outerjoin(
        _of_class,
        sa.and_(
            _of_class.c.hall_id == _item.c.hall_id, _of_class.c.class_code == _title.c.class_code, _of_class.c.title_id.is_(None),
            _of_class.c.ended_at.is_(None),
        ),
    )
    .outerjoin(_last, _last.c.item_id == _item.c.id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _title.c.medium == Medium.EQUIPMENT, ~_gone,
        sa.func.coalesce(_of_title.c.months, _of_class.c.months) > 0,
    )
)  # fmt: skip

_rule_of = (
    sa.select(_rule.c.id, _rule.c.task, _rule.c.months, _rule.c.gauged)
    .select_from(_item.join(_title, _title.c.id == _item.c.title_id))
    .join(
        _rule,
        sa.or_(_rule.c.title_id == _title.c.id, sa.and_(_rule.c.title_id.is_(None), _rule.c.class_code == _title.c.class_code)),
    )
    .where(_rule.c.hall_id == bindparam("hall_id"), _item.c.id == bindparam("item_id"), _rule.c.ended_at.is_(None))
    .order_by(_rule.c.title_id.is_(None))
    .limit(1)
)


def due(session: Session, *, hall_id: UUID, at: datetime, days: int = 0) -> list[Due]:
    """List what is due today or within some days, the longest due first; what was never done counts from its registration."""
    today = clock.local_day(at)
    valid = {row.item_id: row.valid_until for row in session.execute(_valid, {"hall_id": hall_id})}
    found = [_due(row, valid.get(row.id)) for row in session.execute(_cared_for, {"hall_id": hall_id})]
    wanted = [one for one in found if one.next_day <= today + timedelta(days=days) or one.is_stale(today)]
    return sorted(wanted, key=lambda one: (one.next_day, one.room, one.name, one.number))


def _due(row: Any, valid_until: date | None) -> Due:
    since = row.last_day or clock.local_day(row.registered_at)
    return Due(
        row.id, row.name, row.number, row.quantity, row.unit, row.room, row.rule_id, row.task, row.months, bool(row.gauged),
        row.last_day, next_day(since, row.months), valid_until,
    )  # fmt: skip


def rule_of(session: Session, *, hall_id: UUID, item_id: UUID) -> sa.Row[Any] | None:
    """Find the rule in force for a thing: its title's own, else its class's; id, task, months and gauged."""
    return session.execute(_rule_of, {"hall_id": hall_id, "item_id": item_id}).one_or_none()


def rules(session: Session, *, hall_id: UUID) -> list[Rule]:
    """List the rules in force by class, a class's own before its titles', with how many things each covers."""
    counted = (
        sa.select(sa.func.count())
        .select_from(_item.join(_title, _title.c.id == _item.c.title_id))
        .where(
            _item.c.hall_id == hall_id,
            _title.c.medium == Medium.EQUIPMENT,
            ~_gone,
            sa.or_(_title.c.id == _rule.c.title_id, sa.and_(_rule.c.title_id.is_(None), _title.c.class_code == _rule.c.class_code)),
        )
        .correlate(_rule)
        .scalar_subquery()
    )
    named = _title.alias("named")
    rows = session.execute(
        sa.select(
            _rule.c.id, _rule.c.class_code, sa.func.coalesce(_class.c.name, ""), _rule.c.title_id, sa.func.coalesce(named.c.name, ""),
            _rule.c.months, _rule.c.task, _rule.c.gauged, counted,
        )
        .outerjoin(named, named.c.id == _rule.c.title_id)
        .outerjoin(_class, sa.and_(_class.c.hall_id == _rule.c.hall_id, _class.c.code == _rule.c.class_code))
        .where(_rule.c.hall_id == hall_id, _rule.c.ended_at.is_(None))
        .order_by(_rule.c.class_code, _rule.c.title_id.is_not(None), named.c.call_number)
    )  # fmt: skip
    return [Rule(*row) for row in rows]


def class_names(session: Session, *, hall_id: UUID) -> dict[str, str]:
    """Give the names of the hall's equipment classes by their letters."""
    rows = session.execute(sa.select(_class.c.code, _class.c.name).where(_class.c.hall_id == hall_id))
    return {row.code: row.name for row in rows}


def classes(session: Session, *, hall_id: UUID) -> dict[str, dict[UUID, str]]:
    """Give the equipment classes the hall has things of, each with its titles."""
    found: dict[str, dict[UUID, str]] = {}
    rows = session.execute(
        sa.select(_title.c.class_code, _title.c.id, _title.c.name)
        .where(_title.c.hall_id == hall_id, _title.c.medium == Medium.EQUIPMENT)
        .order_by(_title.c.class_code, _title.c.call_number)
    )
    for row in rows:
        found.setdefault(row.class_code, {})[row.id] = row.name
    return found


def set_rule(
    session: Session,
    *,
    class_code: str,
    title_id: UUID | None,
    months: int,
    task: str,
    gauged: bool,
    at: datetime,
    gesture: UUID,
    by: Actor,
) -> None:
    """Put a rule in force for a class, or for one title of it; the one before ends and stays in the book.

    Raises NotAllowed, FactMissing (task), FactWrong (interval, class), ChangedMeanwhile (the clock stands before the rule in force).
    """
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "care_rule", class_code, title_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    said = plain(task, 100)
    if not said:
        raise FactMissing(field="care_task")
    if months not in INTERVALS:
        raise FactWrong(field="care_interval")
    known = classes(session, hall_id=by.hall_id)
    if class_code not in known or (title_id is not None and title_id not in known[class_code]):
        raise FactWrong(field="class_code")
    _end(session, class_code, title_id, at, by)
    rule_id = new_id()
    row = _row(by.hall_id, class_code, months, said, gauged=gauged, at=at, staff_id=by.staff_id)
    session.execute(sa.insert(_rule), {**row, "id": rule_id, "title_id": title_id})
    facts = {"class": class_code, "months": months}
    journal.record(session, by, "care_rule", at=at, subject="care_rule", subject_id=rule_id, gesture=effect, facts=facts)


def in_force(session: Session, *, hall_id: UUID, class_code: str, title_id: UUID | None) -> sa.Row[Any] | None:
    """Hold and give the rule in force for a class, or for one title of it."""
    which = _rule.c.title_id == title_id if title_id else sa.and_(_rule.c.title_id.is_(None), _rule.c.class_code == class_code)
    now = sa.select(_rule).where(_rule.c.hall_id == hall_id, _rule.c.ended_at.is_(None), which)
    return session.execute(now.with_for_update()).one_or_none()


def end_rule(session: Session, *, rule_id: UUID, at: datetime, gesture: UUID, by: Actor) -> None:
    """End a rule; what it covered follows its class's rule again, or none. Raises NotAllowed, ChangedMeanwhile."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "care_rule_end", rule_id)
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    mine = _rule.c.id == rule_id, _rule.c.hall_id == by.hall_id, _rule.c.ended_at.is_(None), _rule.c.since_at <= at
    if session.execute(sa.update(_rule).where(*mine).values(ended_at=at)).rowcount != 1:  # type: ignore[attr-defined]
        raise ChangedMeanwhile
    journal.record(session, by, "care_rule_end", at=at, subject="care_rule", subject_id=rule_id, gesture=effect)


def start_rules(hall_id: UUID, at: datetime) -> Iterator[dict[str, Any]]:
    """Give the rules a hall starts with, one for each class; the hall changes them as it likes."""
    with (HOUSE / "assets" / "care" / "rules.csv").open(encoding="utf-8") as table:
        for line in csv.DictReader(table):
            yield _row(hall_id, line["class"], int(line["months"]), line["task"], gauged=bool(line["gauged"]), at=at)


def set_up(session: Session, hall_id: UUID, at: datetime) -> None:
    """Give a new hall the rules it starts with."""
    session.execute(sa.insert(_rule), list(start_rules(hall_id, at)))


def take_start_rules(session: Session, *, at: datetime, gesture: UUID, by: Actor) -> None:
    """Put the start rules in force for the classes that have none yet. Raises NotAllowed."""
    if not by.is_staff:
        raise NotAllowed
    effect = journal.gesture_key(gesture, "care_rules")
    if journal.before(session, hall_id=by.hall_id, gesture=effect).done is not None:
        return
    have = {rule.class_code for rule in rules(session, hall_id=by.hall_id) if rule.title_id is None}
    if rows := [row for row in start_rules(by.hall_id, at) if row["class_code"] not in have]:
        session.execute(sa.insert(_rule), [{**row, "staff_id": by.staff_id} for row in rows])
    journal.record(session, by, "care_rules", at=at, subject="hall", subject_id=by.hall_id, gesture=effect, facts={"count": len(rows)})


def _end(session: Session, class_code: str, title_id: UUID | None, at: datetime, by: Actor) -> None:
    now = in_force(session, hall_id=by.hall_id, class_code=class_code, title_id=title_id)
    if now is not None:
        if now.since_at > at:
            raise ChangedMeanwhile
        session.execute(sa.update(_rule).where(_rule.c.id == now.id).values(ended_at=at))


def _row(
    hall_id: UUID, class_code: str, months: int, task: str, *, gauged: bool, at: datetime, staff_id: UUID | None = None
) -> dict[str, Any]:
    return {
        "id": new_id(), "hall_id": hall_id, "class_code": class_code, "title_id": None, "months": months, "task": task, "gauged": gauged,
        "since_at": at, "ended_at": None, "staff_id": staff_id,
    }  # fmt: skip
