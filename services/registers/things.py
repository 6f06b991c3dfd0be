"""06 报刊登记 and 07 设备器材台账: what is subscribed to and came, and every piece of equipment with where it stands and its end."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import bindparam
from sqlmodel import Session

from models import (
    Accession,
    ActorKind,
    Asset,
    Condition,
    Custody,
    Frequency,
    Item,
    ItemCondition,
    Medium,
    Room,
    Staff,
    Stocktake,
    StocktakeDifference,
    StocktakeLine,
    Title,
    Withdrawal,
)
from services import clock, codes, subscriptions
from services.issues import State
from services.journal import Actor
from services.registers.register import Frame, Line, Register, day, stream, sum_of
from services.subscriptions import Handled, Issue, Run

_item = Item.__table__  # type: ignore[attr-defined]
_title = Title.__table__  # type: ignore[attr-defined]
_room = Room.__table__  # type: ignore[attr-defined]
_asset = Asset.__table__  # type: ignore[attr-defined]
_custody = Custody.__table__  # type: ignore[attr-defined]
_accession = Accession.__table__  # type: ignore[attr-defined]
_condition = ItemCondition.__table__  # type: ignore[attr-defined]
_withdrawal = Withdrawal.__table__  # type: ignore[attr-defined]
_staff = Staff.__table__  # type: ignore[attr-defined]
_take = Stocktake.__table__  # type: ignore[attr-defined]
_line = StocktakeLine.__table__  # type: ignore[attr-defined]
_difference = StocktakeDifference.__table__  # type: ignore[attr-defined]

_CAME: Final = (State.RECEIVED, State.PART)
_LACKING: Final = (State.MISSING, State.CLAIMED, State.PART, State.NOT_PUBLISHED, State.SOLD_OUT)


def periodicals(session: Session, frame: Frame) -> Iterator[Line]:
    """Each subscription that runs in the period, with the issues of the period that came and those that are lacking."""
    reader = Actor(ActorKind.STAFF, frame.hall_id)
    for run in subscriptions.runs(session, since=frame.since, until=frame.until, at=frame.at, by=reader):
        last = run.until_month - timedelta(days=1)
        handled = [_handled(frame, one) for one in run.handled if one.from_day < frame.until and one.until_day > frame.since]
        yield Line(None, (
            run.name, frame.words.say(f"press.{run.press}"), frame.words.say(f"frequency.{run.cycle.frequency}"), run.agency,
            f"{run.from_month:%Y-%m} – {last:%Y-%m}", run.copies, _issues(frame, run, _inside(frame, run, _CAME)),
            _issues(frame, run, _inside(frame, run, _LACKING), each=True), "；".join(handled),
        ))  # fmt: skip


def equipment(session: Session, frame: Frame) -> Iterator[Line]:
    """Each thing that the hall had at any time of the period, as it stands now: what left before it began is not in it."""
    wrong, counted = _conditions(session, frame), _counted(session, frame)
    for row in stream(session, _things, frame.moments()):
        taken, kind = counted.get(row.id, (None, None))
        conditions = "、".join(frame.words.say(f"condition.{condition}") for condition in wrong.get(row.id, ()))
        gone = row.gone_at is not None
        unit, pieces = row.purchase_price_fen, row.pieces or row.quantity
        result = frame.words.say(f"stocktake.kind.{kind}") if kind else frame.say("as_registered")
        disposal = frame.words.say(f"disposal.{row.disposal}") if row.disposal else ""
        yield Line(None, (
            codes.clear(row.number), " ".join(part for part in (row.class_number or row.class_code, row.gb14885) if part), row.name,
            row.brand or "", row.model or "", row.quantity, row.unit, sum_of(unit), sum_of(unit * pieces if unit is not None else None),
            "/".join(part for part in (row.source, row.fund) if part), day(row.acquired_day or clock.local_day(row.registered_at)),
            f"{row.room} {row.shelf}".strip(), row.custodian or "", frame.say("withdrawn") if gone else conditions or frame.say("good"),
            day(clock.local_day(taken)) if taken else "", result if taken else "", day(clock.local_day(row.gone_at)) if gone else "",
            disposal or (row.gone_reason if gone else ""), row.approver or "", row.donor or "",
        ))  # fmt: skip


REGISTERS: Final = (
    Register("06", periodicals, (12, 3, 5, 10, 10, 4, 22, 16, 16), by_days=False),
    Register("07", equipment, (7, 6.5, 9, 5, 5.5, 3, 3, 5, 5.5, 6, 6.2, 7.5, 5, 4.5, 6.2, 5, 6.2, 5, 4, 3.5), by_days=False),
)

_things = (
    sa.select(
        _item.c.id, _item.c.number, _item.c.quantity, _item.c.unit, _item.c.source, _item.c.shelf, _item.c.registered_at, _title.c.name,
        _title.c.class_code, _title.c.class_number, _title.c.gb14885, _room.c.name.label("room"), _accession.c.purchase_price_fen,
        _accession.c.donor, _asset.c.brand, _asset.c.model, _asset.c.fund, _asset.c.acquired_day, _asset.c.pieces, _custody.c.custodian,
        _condition.c.since_at.label("gone_at"), _condition.c.reason.label("gone_reason"), _staff.c.name.label("approver"),
        _withdrawal.c.disposal,
    )
    .join(_title, _title.c.id == _item.c.title_id)
    .join(_room, _room.c.id == _item.c.home_room_id)
    .outerjoin(_accession, _accession.c.item_id == _item.c.id)
    .outerjoin(_asset, _asset.c.item_id == _item.c.id)
    .outerjoin(
        _custody,
        sa.and_(_custody.c.hall_id == _item.c.hall_id, _custody.c.item_id == _item.c.id, _custody.c.until_day.is_(None)),
    )
    .outerjoin(
        _condition,
        sa.and_(
            _condition.c.hall_id == _item.c.hall_id, _condition.c.item_id == _item.c.id, _condition.c.condition == Condition.WITHDRAWN,
            _condition.c.since_at < bindparam("until"),
        ),
    )
    .outerjoin(_withdrawal, _withdrawal.c.condition_id == _condition.c.id)
    .outerjoin(_staff, _staff.c.id == _condition.c.approver_id)
    .where(
        _item.c.hall_id == bindparam("hall_id"), _item.c.item_class == Medium.EQUIPMENT, _item.c.registered_at < bindparam("until"),
        sa.or_(_condition.c.since_at.is_(None), _condition.c.since_at >= bindparam("since")),
    )
    .order_by(_item.c.number)
)  # fmt: skip
_wrong = (
    sa.select(_condition.c.item_id, _condition.c.condition)
    .join(_item, _item.c.id == _condition.c.item_id)
    .where(_condition.c.hall_id == bindparam("hall_id"), _condition.c.ended_at.is_(None), _item.c.item_class == Medium.EQUIPMENT)
    .order_by(_condition.c.since_at)
)
_takes = (
    sa.select(_line.c.item_id, _take.c.closed_at, _difference.c.kind)
    .join(_take, _take.c.id == _line.c.stocktake_id)
    .join(_item, _item.c.id == _line.c.item_id)
    .outerjoin(_difference, sa.and_(_difference.c.stocktake_id == _line.c.stocktake_id, _difference.c.item_id == _line.c.item_id))
    .where(_take.c.hall_id == bindparam("hall_id"), _take.c.closed_at < bindparam("until"), _item.c.item_class == Medium.EQUIPMENT)
    .order_by(_take.c.closed_at)
)


def _inside(frame: Frame, run: Run, states: tuple[State, ...]) -> list[Issue]:
    return [issue for issue in run.having(*states) if frame.since <= issue.day < frame.until]


def _issues(frame: Frame, run: Run, issues: list[Issue], *, each: bool = False) -> str:
    """Name issues by their numbers, runs of them as 1–8; a daily's are counted, or named by their days where one is lacking."""
    if run.cycle.frequency is Frequency.DAILY or any(issue.number is None for issue in issues):
        return "、".join(f"{issue.day:%m-%d}" for issue in issues) if each else frame.say("issues", count=len(issues)) if issues else ""
    spans: list[list[tuple[int, int]]] = []
    for issue in issues:
        here = (issue.day.year, issue.number or 0)
        if spans and spans[-1][-1] == (here[0], here[1] - 1):
            spans[-1].append(here)
        else:
            spans.append([here])
    return "、".join(str(span[0][1]) if len(span) == 1 else f"{span[0][1]}–{span[-1][1]}" for span in spans)


def _handled(frame: Frame, one: Handled) -> str:
    last: date = one.until_day - timedelta(days=1)
    number = codes.clear(one.number) if one.number else ""
    return f"{frame.words.say(f'binding.{one.binding}')} {one.from_day:%Y-%m-%d} – {last:%Y-%m-%d} {number}".strip()


def _conditions(session: Session, frame: Frame) -> dict[UUID, list[Condition]]:
    wrong: dict[UUID, list[Condition]] = {}
    for row in session.execute(_wrong, {"hall_id": frame.hall_id}):
        wrong.setdefault(row.item_id, []).append(row.condition)
    return wrong


def _counted(session: Session, frame: Frame) -> dict[UUID, tuple[Any, Any]]:
    """Give when each thing was last looked for, and what was found different."""
    facts = {"hall_id": frame.hall_id, "until": clock.instant(frame.until, 0)}
    return {row.item_id: (row.closed_at, row.kind) for row in session.execute(_takes, facts)}
