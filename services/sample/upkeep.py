"""The sample's upkeep: intervals as on the equipment list, half a year of rounds and repairs, and an order still open."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from sqlmodel import SQLModel

from models import CareRule, Condition, GaugeReading, Item, ItemCondition, Pressure, WorkEnd, WorkKind, WorkOrder
from services import care, clock
from services.sample.stock import FOLDER, Stock

_MONTHS: Final = {"月度": 1, "季度": 3, "半年": 6, "年度": 12, "随用随补": 0}
_WRITTEN: Final = "周桂生"
_DAY: Final = timedelta(days=1)
_REPAIRED: Final = (
    ("投影仪", 70, "画面发暗", "换灯泡", 28_000, "镇电器维修部"),
    ("电视机", 41, "没有声音", "重接音频线", 0, "李小兰"),
    ("二胡", 23, "断了一根弦", "换外弦", 1_500, "陈桂英"),
)


def upkeep(hall_id: UUID, at: datetime, dice: Random, stock: Stock, staff_id: UUID) -> list[SQLModel]:
    """Tell it up to yesterday; a few things are due this week, and one is away being repaired."""
    rules = list(_rules(hall_id, stock, staff_id))
    told = [*_rounds(hall_id, at, dice, stock, rules), *_repairs(hall_id, at, stock)]
    told.sort(key=lambda order: order.opened_at)
    for number, order in enumerate(told, start=1):
        order.number, order.opened_by = number, staff_id
        order.closed_by = staff_id if order.closed_at else None
    readings = [reading for order in told for reading in _readings(order, rules)]
    return [*rules, *_away(at, stock, told, staff_id), *told, *readings]


def _rules(hall_id: UUID, stock: Stock, staff_id: UUID) -> Iterator[CareRule]:
    of_class = {row["class_code"]: row for row in care.start_rules(hall_id, stock.at)}
    for row in of_class.values():
        yield CareRule(**row | {"staff_id": staff_id})
    titles = {title.class_number: title for title in stock.titles}
    with (FOLDER / "equipment.csv").open(encoding="utf-8-sig") as table:
        for line in csv.DictReader(table):
            title, months = titles[line["类别编号"]], _MONTHS[line["维护周期"]]
            usual = of_class[title.class_code]
            if not usual["gauged"] and (months, line["维护内容"]) != (usual["months"], usual["task"]):
                yield CareRule(
                    hall_id=hall_id, class_code=title.class_code, title_id=title.id, months=months, task=line["维护内容"],
                    since_at=stock.at, staff_id=staff_id,
                )  # fmt: skip


def _rounds(hall_id: UUID, at: datetime, dice: Random, stock: Stock, rules: list[CareRule]) -> Iterator[WorkOrder]:
    """Each thing was looked at when it was due, the last time so that most are not due again."""
    title_of = {title.id: title for title in stock.titles}
    by_title = {rule.title_id: rule for rule in rules if rule.title_id}
    by_class = {rule.class_code: rule for rule in rules if rule.title_id is None}
    today = clock.local_day(at)
    for item in stock.items:
        title = title_of[item.title_id]
        rule = by_title.get(title.id) or by_class.get(title.class_code)
        if rule is None or not rule.months or title.medium != "equipment":
            continue
        days = 30 * rule.months
        last = today - timedelta(days=dice.randint(1, max(days - 9, 2)))
        if dice.random() < 0.12 or rule.gauged:  # noqa: PLR2004  a few are due this week
            last = today - timedelta(days=days + dice.randint(-3, 3))
        while last > clock.local_day(stock.at):
            yield _done(hall_id, item, rule, last)
            last -= timedelta(days=days)


def _done(hall_id: UUID, item: Item, rule: CareRule, day: date) -> WorkOrder:
    when = clock.instant(day, 16 * 60)
    return WorkOrder(
        hall_id=hall_id, number=0, item_id=item.id, kind=WorkKind.INSPECTION, rule_id=rule.id, opened_at=when, closed_at=when,
        ended_as=WorkEnd.DONE, done_day=day, measure=rule.task, repairer=_WRITTEN, accepted_by=_WRITTEN,
    )  # fmt: skip


def _readings(order: WorkOrder, rules: list[CareRule]) -> Iterator[GaugeReading]:
    rule = next((rule for rule in rules if rule.id == order.rule_id), None)
    if rule is not None and rule.gauged and order.done_day:
        until = date(order.done_day.year + 1, 6, 30)
        yield GaugeReading(order_id=order.id, hall_id=order.hall_id, pressure=Pressure.GREEN, sealed=True, valid_until=until)


def _repairs(hall_id: UUID, at: datetime, stock: Stock) -> Iterator[WorkOrder]:
    for name, ago, found, measure, cost, repairer in _REPAIRED:
        when = at - ago * _DAY
        yield WorkOrder(
            hall_id=hall_id, number=0, item_id=_named(stock, name).id, kind=WorkKind.REPAIR, opened_at=when, closed_at=when + 2 * _DAY,
            ended_as=WorkEnd.DONE, done_day=clock.local_day(when + 2 * _DAY), found=found, measure=measure, cost_fen=cost,
            repairer=repairer, accepted_by=_WRITTEN,
        )  # fmt: skip


def _away(at: datetime, stock: Stock, told: list[WorkOrder], staff_id: UUID) -> list[SQLModel]:
    """The loudspeaker on wheels is away being repaired and comes back in four days."""
    thing, since = _named(stock, "移动音箱"), at - 3 * _DAY
    facts: dict[str, Any] = {"hall_id": stock.hall_id, "item_id": thing.id}
    back_at = clock.instant(clock.local_day(at) + 4 * _DAY, 0)
    stop = ItemCondition(
        **facts, condition=Condition.OUT_OF_ORDER, since_at=since, reason="充不进电", expected_back_at=back_at, staff_id=staff_id
    )
    told.append(
        WorkOrder(
            **facts, number=len(told) + 1, kind=WorkKind.REPAIR, condition_id=stop.id, opened_at=since, opened_by=staff_id,
            found="充不进电", repairer="镇电器维修部",
        )
    )  # fmt: skip
    return [stop]


def _named(stock: Stock, name: str) -> Item:
    title = next(title for title in stock.titles if title.name == name)
    return next(item for item in stock.items if item.title_id == title.id)
